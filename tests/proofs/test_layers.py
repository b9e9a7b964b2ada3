"""Imports point downward only, and some rooms know no Sphinx."""

import graphlib
import sys
from pathlib import Path

import pytest

import pronghorn
from tests.support.imports import ROOT, Import, all_imports, imports_of, modules

# From the bottom up. A layer may import from those above it in this table, and from itself;
# layers on one line do not know each other, single modules of the lowest line excepted.
LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"errors", "warnings", "supervisor", "signals", "handlers", "signal_table", "log", "resources"}),
    frozenset({"seam"}),
    frozenset({"html_document"}),
    frozenset({"speed"}),
    frozenset({"model"}),
    frozenset({"readers"}),
    frozenset({"configuration"}),
    frozenset({"plugins"}),
    frozenset({"queries", "taxonomies", "templating"}),
    frozenset({"site"}),
    frozenset({"cache"}),
    frozenset({"output"}),
    frozenset({"documents"}),
    frozenset({"observing"}),
    frozenset({"incremental"}),
    frozenset({"extension"}),
    frozenset({"cli"}),
)
LEVEL_OF = {layer: number for number, level in enumerate(LEVELS) for layer in level}
FACADE = "pronghorn"
SPHINX = frozenset({"sphinx", "docutils", "myst_parser"})
KNOWING_SPHINX = (
    "seam",
    "html_document",
    "speed",
    "output",
    "documents",
    "observing",
    "incremental",
    "extension",
    "cache.pickles",
)
APART = (
    ("cache.tracking", ("cache.store", "cache.plan", "cache.pickles")),
    ("cache.store", ("cache.plan", "cache.pickles")),
    ("cache.pickles", ("cache.store", "cache.plan")),
    ("cache.plan", ("cache.pickles",)),
    ("incremental.read", ("incremental.write", "incremental.artifacts")),
    ("incremental.write", ("incremental.read",)),
    ("incremental.artifacts", ("incremental.read", "incremental.write")),
    ("speed.shortcuts", ("speed.navigation",)),
    ("speed.navigation", ("speed.shortcuts",)),
)
"""Rooms in a layer, and those of the same layer that they import nothing of."""
BUNDLED = sorted((ROOT / "plugins").rglob("*.py"))


def _layer(module: str) -> str:
    """The first part of a module's name below the package; empty for the package itself."""
    return module.partition(".")[2].partition(".")[0]


def _is_in(module: str, rooms: tuple[str, ...]) -> bool:
    return f"{module.partition('.')[2]}.".startswith(tuple(f"{room}." for room in rooms))


def _own() -> list[Import]:
    """Imports of Pronghorn's own modules by each other."""
    return [found for found in all_imports() if found.module.partition(".")[0] == FACADE]


def _between_layers() -> list[Import]:
    return [found for found in _own() if _layer(found.importer) != _layer(found.module)]


def _told(faults: list[Import]) -> str:
    return "\n".join(f"{fault.place}: {fault.importer} imports {fault.module} {fault.name}" for fault in faults)


def test_every_module_is_in_the_table() -> None:
    layers = {_layer(module) for module in modules()} - {""}
    assert layers - LEVEL_OF.keys() == set()


def test_imports_point_downward() -> None:
    def is_fault(found: Import) -> bool:
        upper, lower = LEVEL_OF[_layer(found.importer)], LEVEL_OF[_layer(found.module)]
        return lower > upper or (lower == upper and upper > 0)

    faults = [found for found in _between_layers() if _layer(found.importer) and _layer(found.module)]
    assert not _told(list(filter(is_fault, faults)))


def test_the_facade_is_for_others() -> None:
    """A layer imports a name from where it is defined, not from the package's top."""
    faults = [found for found in _own() if found.module == FACADE and found.name != "__version__"]
    assert not _told(faults)


def test_importing_the_package_does_not_import_sphinx_or_the_command_line() -> None:
    upper = {"extension", "cli"}
    faults = [
        found
        for found in _between_layers()
        if found.importer == FACADE and found.at_import and _layer(found.module) in upper
    ]
    assert not _told(faults)


def test_some_rooms_know_no_sphinx() -> None:
    """The package's own ``setup(app)`` may name Sphinx's types."""
    outside = [found for found in all_imports() if not _is_in(found.importer, KNOWING_SPHINX)]
    faults = [found for found in outside if found.module.partition(".")[0] in SPHINX]
    assert not _told([found for found in faults if found.at_import or found.importer != FACADE])


@pytest.mark.parametrize(("room", "others"), APART, ids=[room for room, _ in APART])
def test_rooms_are_apart(room: str, others: tuple[str, ...]) -> None:
    assert not _told([found for found in _own() if _is_in(found.importer, (room,)) and _is_in(found.module, others)])


def test_table_of_versions_needs_the_standard_library_alone() -> None:
    """It is read before there is an environment with anything else."""
    imported = {
        found.module.partition(".")[0] for found in all_imports() if found.importer == "pronghorn.seam.versions"
    }
    assert imported <= sys.stdlib_module_names


def test_nobody_imports_the_command_line() -> None:
    assert not _told([found for found in _between_layers() if _layer(found.module) == "cli"])


def test_no_import_cycles() -> None:
    """Imports in functions, and for types only, count: modules that need each other are one thing in two places."""
    graph: dict[str, set[str]] = {module: set() for module in modules()}
    for found in _own():
        if found.module in graph and found.module != found.importer:
            graph[found.importer].add(found.module)
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("file", BUNDLED, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_bundled_plugins_use_the_public_api_only(file: Path) -> None:
    imports = list(imports_of(file, file.stem, "pronghorn_site.plugins"))
    assert not _told([found for found in imports if found.module.startswith(f"{FACADE}.")])
    assert not _told([f for f in imports if f.module == FACADE and f.name not in pronghorn.__all__])
