"""Reads which modules import which, without running them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import resolve_name
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name, with the place of its statement."""

    file: Path
    line: int
    importer: str
    """The importing module's dotted name."""
    module: str
    """The imported module's dotted name."""
    name: str
    """The name taken from it; empty for a plain ``import``."""
    at_import: bool
    """Whether it happens as soon as the importing module is imported, not in a function or for types only."""

    @property
    def place(self) -> str:
        """The statement's file and line, as editors open it."""
        return f"{self.file.relative_to(ROOT)}:{self.line}"


def module_name(file: Path) -> str:
    """Return the dotted name of a module below ``src``."""
    parts = file.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    """Return every module below ``src`` by dotted name."""
    return {module_name(file): file for file in sorted(SRC.rglob("*.py"))}


@cache
def all_imports() -> tuple[Import, ...]:
    """Return the imports of every module below ``src``."""
    found: list[Import] = []
    for name, file in modules().items():
        package = name if file.name == "__init__.py" else name.rpartition(".")[0]
        found += imports_of(file, name, package)
    return tuple(found)


def imports_of(file: Path, importer: str, package: str) -> Iterator[Import]:
    """Yield the imports of one file.

    ``from package import module`` counts as an import of the module, if there is one.

    :param package: what relative imports start from.
    """
    for node, at_import in _statements(ast.parse(file.read_text(encoding="utf-8"), str(file)), at_import=True):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(file, node.lineno, importer, alias.name, "", at_import)
        else:
            base = "." * node.level + (node.module or "")
            module = resolve_name(base, package) if node.level else base
            for alias in node.names:
                below = f"{module}.{alias.name}"
                target, name = (below, "") if below in modules() else (module, alias.name)
                yield Import(file, node.lineno, importer, target, name, at_import)


def _statements(tree: ast.AST, *, at_import: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Yield all import statements below *tree*, and whether each runs when the module is imported."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, at_import
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from _statements(node, at_import=False)
        else:
            deferred = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _statements(node, at_import=at_import and not deferred)
