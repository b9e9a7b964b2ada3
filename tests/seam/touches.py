"""Reads which internals of other projects a module touches, without running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pronghorn.seam.register import all_rows
from tests.support.imports import ROOT

FOREIGN = frozenset({"sphinx", "docutils", "myst_parser", "sphinxcontrib", "furo", "pydata_sphinx_theme", "pygments"})
"""Packages whose internals belong into the register."""
_PLACES = frozenset(row.place for row in all_rows())
"""What has a row is imported by nobody: where it is gone, Pronghorn would not load."""
_LOOKS = frozenset({"getattr", "hasattr", "setattr", "delattr"})


@dataclass(frozen=True, slots=True, order=True)
class Touch:
    """Something private, or something that is put in another's place."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        """Return the place as editors open it."""
        return f"{self.file}:{self.line}: {self.what}"


def touches_in(file: Path) -> list[Touch]:
    """Return what a module touches."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    name = file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else file.name
    own = _own_names(tree)
    found = {Touch(name, node.lineno, what) for node, what in _all_touches(tree, own)}
    return sorted(found)


def _all_touches(tree: ast.Module, own: set[str]) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    foreign = _foreign_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_private(node.attr) and node.attr not in own:
            yield node, node.attr
        elif isinstance(node, ast.Call):
            yield from ((node, name) for name in _asked_by_name(node) if name not in own)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in FOREIGN:
            module = node.module or ""
            names = [*module.split("."), *(alias.name for alias in node.names)]
            yield from ((node, name) for name in names if _is_private(name) or f"{module}:{name}" in _PLACES)
        elif isinstance(node, ast.Assign | ast.Delete | ast.AugAssign):
            yield from ((node, what) for what in _replaced(node, foreign))


_PUBLIC = frozenset({"_replace", "_fields", "_value_", "_getframe"})
"""Names of Python's that begin like private ones, and are documented."""


def _is_private(name: str) -> bool:
    return name not in _PUBLIC and name.startswith("_") and not name.startswith("__") and name != "_"


def _own_names(tree: ast.Module) -> set[str]:
    """Return the private names that a module defines itself: as functions, attributes and variables."""
    own: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            own.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            own.add(node.target.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is_self(node.value):
            own.add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            own.add(node.id)
    return own


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _foreign_names(tree: ast.Module) -> set[str]:
    """Return the names under which a module knows classes and modules of others."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in FOREIGN:
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names} & FOREIGN
    return found


def _asked_by_name(call: ast.Call) -> Iterator[str]:
    """Return the private names that are asked for as texts, with ``getattr`` and the like."""
    if isinstance(call.func, ast.Name) and call.func.id in _LOOKS:
        for argument in call.args[1:2]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and _is_private(argument.value):
                yield argument.value


def _replaced(node: ast.Assign | ast.Delete | ast.AugAssign, foreign: set[str]) -> Iterator[str]:
    """Return what is put in the place of something: on a foreign class or module, or as the class of an object."""
    targets = [node.target] if isinstance(node, ast.AugAssign) else node.targets
    for target in targets:
        if isinstance(target, ast.Attribute) and target.attr == "__class__":
            yield "__class__"
        elif (isinstance(target, ast.Attribute) and _root_of(target.value) in foreign) or (
            isinstance(target, ast.Subscript) and _is_vars(target.value) and not _is_ours(target.slice)
        ):
            yield ast.unparse(target)


def _root_of(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_vars(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "vars"


def _is_ours(name: ast.expr) -> bool:
    """Check whether an attribute is one that only Pronghorn gives to objects of others."""
    return isinstance(name, ast.Constant) and str(name.value).startswith("pronghorn")
