"""Modules, folders and functions are small enough to be read at once."""

import ast
from pathlib import Path
from statistics import median, quantiles

import pytest

from tests.support.imports import SRC

PACKAGE = SRC / "pronghorn"
LINES_OF_A_MODULE = 300
MEDIAN_OF_FUNCTIONS, MOST_FUNCTIONS = 6, 15
MODULES = sorted(PACKAGE.rglob("*.py"))
FOLDERS = sorted({folder for module in MODULES for folder in module.parents if folder.parent.is_relative_to(PACKAGE)})


def _lines_of(module: Path) -> int:
    return len(module.read_text(encoding="utf-8").splitlines())


def _lines_of_functions() -> list[int]:
    trees = [ast.parse(module.read_text(encoding="utf-8")) for module in MODULES]
    found = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [node.end_lineno - node.lineno + 1 for node in found if node.end_lineno is not None]


def test_no_module_is_long() -> None:
    sizes = {module.relative_to(PACKAGE).as_posix(): _lines_of(module) for module in MODULES}
    assert {name: lines for name, lines in sizes.items() if lines > LINES_OF_A_MODULE} == {}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(PACKAGE).as_posix())
def test_no_folder_is_most_of_the_package(folder: Path) -> None:
    """A folder counts with all below it: one with more than a third is a second package inside the first."""
    assert 3 * sum(map(_lines_of, folder.rglob("*.py"))) <= sum(map(_lines_of, MODULES))


def test_functions_are_short() -> None:
    """A function counts from its ``def`` to its end, its docstring and functions in it too; its decorators do not.

    That is what a reader sees of it at once.
    """
    lines = _lines_of_functions()
    assert median(lines) <= MEDIAN_OF_FUNCTIONS
    assert quantiles(lines, n=10)[-1] <= MOST_FUNCTIONS, "one in ten may be longer"
