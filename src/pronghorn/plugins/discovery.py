"""Finding plugins: in the site's folders, among the bundled ones, and among installed packages."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from pronghorn.errors import ConfigurationError, Place, PluginError
from pronghorn.plugins.importing import PluginImporter
from pronghorn.plugins.info import UNKNOWN_VERSION, Candidate, PluginOrigin

ENTRY_POINTS = "pronghorn.plugins"


def resolve_folders(confdir: Path, names: Iterable[str], srcdir: Path) -> list[Path]:
    """Turn ``plugins_path`` into absolute folders; either kind of slash separates.

    :raises ConfigurationError: if a folder is, or contains, the source directory: its files would be no pages.
    """
    folders = {(confdir / name.replace("\\", "/")).resolve(): name for name in names}
    for folder, name in folders.items():
        if srcdir == folder or folder in srcdir.parents:
            raise ConfigurationError(
                f"plugins_path: {name!r} is or contains the source directory; give plugins a folder of their own",
                place=Place(confdir / "conf.py"),
            )
    return list(folders)


def find_site_plugins(folders: Iterable[Path], importer: PluginImporter) -> Iterator[Candidate]:
    """Return the plugins in *folders*, sorted by name: modules, and packages with an ``__init__.py``.

    Names that begin with ``_`` or ``.`` are no plugins, but can be imported by plugins.
    """
    for folder in folders:
        if folder.is_dir():
            yield from (_file_candidate(file, PluginOrigin.SITE, importer) for file in _plugin_files(folder))


def has_plugins(folder: Path) -> bool:
    """Check whether there is any plugin in *folder*."""
    return bool(_plugin_files(folder))


def find_bundled_plugins(folder: Path, importer: PluginImporter) -> Iterator[Candidate]:
    """Return the plugins that come with Pronghorn."""
    yield from (_file_candidate(file, PluginOrigin.BUNDLED, importer) for file in _plugin_files(folder))


def find_installed_plugins() -> Iterator[Candidate]:
    """Return the plugins that installed packages offer by entry points. None of their code is run."""
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda p: p.name):
        package, version = (point.dist.name, point.dist.version) if point.dist else ("", UNKNOWN_VERSION)
        relations = Relations()
        file = _module_file(point.module)
        if file is not None:
            with suppress(SyntaxError, ValueError, OSError, RecursionError, PluginError):  # told when it is imported
                relations = read_relations(file)
        yield Candidate(
            point.name,
            PluginOrigin.INSTALLED,
            point.load,
            requires=relations.requires,
            conflicts=relations.conflicts,
            package=f"{package} {version}: {point.value}".strip(),
            version=version,
        )


def _module_file(module: str) -> Path | None:
    """Find the file of an installed module without importing the packages it is in."""
    top, *rest = module.split(".")
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return None
    if spec is None or not rest:
        return Path(spec.origin) if spec is not None and spec.origin else None
    for folder in spec.submodule_search_locations or ():
        base = Path(folder, *rest)
        for file in (base.with_suffix(".py"), base / "__init__.py"):
            if file.is_file():
                return file
    return None


def _plugin_files(folder: Path) -> list[Path]:
    found = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.startswith(("_", ".")):
            continue
        if entry.suffix == ".py" and entry.is_file():
            found.append(entry)
        elif entry.is_dir() and (entry / "__init__.py").is_file() and not _leads_up(entry, folder):
            found.append(entry / "__init__.py")
    return found


def _leads_up(entry: Path, folder: Path) -> bool:
    """Check whether a link leads back to the folder it lies in, or above."""
    target = entry.resolve()
    return target == folder or target in folder.parents


def _file_candidate(file: Path, origin: PluginOrigin, importer: PluginImporter) -> Candidate:
    name = file.parent.name if file.name == "__init__.py" else file.stem
    relations = Relations()
    problem: Exception | None = None
    try:
        relations = read_relations(file)
    except (SyntaxError, ValueError, OSError, RecursionError, PluginError) as error:
        problem = error
    return Candidate(
        name, origin, lambda: importer.load(name, file), file, relations.requires, relations.conflicts, problem
    )


@dataclass(frozen=True, slots=True)
class Relations:
    """What a plugin says of others."""

    requires: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


def read_relations(file: Path) -> Relations:
    """Read ``__requires__`` and ``__conflicts__`` from the source, so that others can be imported before.

    :raises PluginError: if they are no lists of names; names the line.
    """
    tree = ast.parse(file.read_bytes(), filename=str(file))
    return Relations(_declared_names(tree, "__requires__", file), _declared_names(tree, "__conflicts__", file))


def _declared_names(tree: ast.Module, variable: str, file: Path) -> tuple[str, ...]:
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets = [statement.target]
        if not any(isinstance(t, ast.Name) and t.id == variable for t in targets):
            continue
        try:
            names = ast.literal_eval(statement.value)  # type: ignore[attr-defined]
        except ValueError:
            names = None
        if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
            raise PluginError(
                f"{variable} must be a list of names written out, such as ['other']",
                place=Place(file, statement.lineno),
            )
        return tuple(names)
    return ()


def digest_files(roots: Iterable[Path]) -> str:
    """Digest the names and contents of files and folders, byte code aside."""
    digest = hashlib.sha256()
    for root in roots:
        files = [root] if root.is_file() else sorted(_files_below(root))
        for file in files:
            digest.update(f"{file.relative_to(root.parent).as_posix()}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files_below(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        if entry.is_symlink() and entry.is_dir():  # a link to a folder may lead back up
            continue
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _files_below(entry)
        elif entry.is_file():
            yield entry
