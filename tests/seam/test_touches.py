"""Internals of others are touched in the seam alone, and each row of the register is used."""

import ast
from pathlib import Path

import pytest

from pronghorn.seam.internal import Internal, Touch
from pronghorn.seam.rows import ROOMS
from tests.seam.touches import touches_in
from tests.support.imports import SRC

PACKAGE = SRC / "pronghorn"
SEAM = PACKAGE / "seam"


def _modules() -> list[Path]:
    return [file for file in sorted(PACKAGE.rglob("*.py")) if not file.is_relative_to(SEAM)]


def test_internals_are_touched_in_the_seam_alone() -> None:
    touches = [str(touch) for file in _modules() for touch in touches_in(file)]
    assert not touches, "reach it through a row of pronghorn.seam:\n" + "\n".join(touches)


@pytest.mark.parametrize(
    "line",
    [
        "app._init_env(True)",
        "getattr(config, '_raw_config')",
        "vars(builder)['_read_serial'] = read",
        "env.__class__ = Own",
        "from sphinx.builders.html import _assets",
        "import sphinx.builders\nsphinx.builders.pickle = own",
        "from sphinx.directives.other import TocTree\nTocTree.parse_content = own",
        "from sphinx.domains._domains_container import x",
        "from sphinx.util import url_re",
        "class Own(Base):\n    def f(self):\n        return self._inherited",
    ],
)
def test_a_touch_is_found(line: str, tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(line, encoding="utf-8")
    assert touches_in(file)


@pytest.mark.parametrize(
    "line",
    [
        "class Own:\n    def __init__(self):\n        self._x = 1\n\n    def f(self, other):\n        return other._x",
        "vars(builder)['pronghorn_site'] = site",
        "app.parallel = 1",
        "x.__dict__",
    ],
)
def test_what_is_ours_is_no_touch(line: str, tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(line, encoding="utf-8")
    assert not touches_in(file)


def test_each_row_is_used() -> None:
    """A row that nobody asks is dead, or what it stands for is touched behind its back."""
    rows = [(name, row) for room in ROOMS for name, row in vars(room).items() if isinstance(row, Internal)]
    named = {name for name, row in rows if row.touch is not Touch.WATCHED}
    rooms = {Path(str(room.__file__)) for room in ROOMS}
    used = {name for file in sorted(PACKAGE.rglob("*.py")) if file not in rooms for name in _names_in(file)}
    of_groups = {name for room in ROOMS for group in _groups(room) for name in group}
    assert sorted(named - used - of_groups) == []


def _names_in(file: Path) -> set[str]:
    """Return the names that a module uses, without those that it only imports."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _groups(room: object) -> list[set[str]]:
    """Return the names of rows that a room gathers in a tuple, which is used as one."""
    names = {row: name for name, row in vars(room).items() if isinstance(row, Internal)}
    tuples = [value for value in vars(room).values() if isinstance(value, tuple)]
    return [{names[row] for row in group if isinstance(row, Internal) and row in names} for group in tuples]
