"""Importing a site's plugins under a package of their own, :data:`PACKAGE`.

``plugins/json.py`` becomes ``pronghorn_site.plugins.json`` and leaves the standard library's ``json`` alone.
Plugins import each other by that name, or relatively. No byte code is read or written, so nothing appears
below the source directory and nothing stale is run.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ExtensionFileLoader, FileFinder, ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

PARENT = "pronghorn_site"
PACKAGE = PARENT + ".plugins"


class _SourceLoader(SourceFileLoader):
    """Compiles the source each time."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code = self.source_to_code(self.get_data(path), path)
        return code  # noqa: RET504 - typeshed types source_to_code loosely; the name carries the type


_LOADERS = (
    (ExtensionFileLoader, importlib.machinery.EXTENSION_SUFFIXES),
    (_SourceLoader, importlib.machinery.SOURCE_SUFFIXES),
)


class _Finder(MetaPathFinder):
    """Finds plugins, and the modules inside plugin packages, for :data:`PACKAGE` alone."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = [str(folder) for folder in folders]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del target
        if fullname in {PARENT, PACKAGE}:
            spec = ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = self._folders if fullname == PACKAGE else []
            return spec
        if not fullname.startswith(PACKAGE + "."):
            return None
        for folder in path or ():
            found = FileFinder(folder, *_LOADERS).find_spec(fullname)
            if found is not None and found.loader is not None:
                return found
        return None


class PluginImporter:
    """Imports the plugins of one site. One site at a time is importable in a process: the newest."""

    def __init__(self, folders: Sequence[Path]) -> None:
        for finder in [f for f in sys.meta_path if isinstance(f, _Finder)]:
            sys.meta_path.remove(finder)
        sys.meta_path.insert(0, _Finder(folders))
        forget(PARENT)

    def load(self, name: str, file: Path) -> ModuleType:
        """Import the plugin *name* from *file*.

        A name that is no identifier, such as ``my-plugin``, is imported with underscores.
        """
        module_name = f"{PACKAGE}.{module_name_of(name)}"
        importlib.import_module(PACKAGE)
        if module_name in sys.modules:
            return sys.modules[module_name]
        if file.name != "__init__.py" and file.stem == module_name_of(name):
            return importlib.import_module(module_name)
        return _load_file(module_name, file)

    def forget(self, name: str) -> None:
        """Let the next import of a plugin run its code again."""
        forget(f"{PACKAGE}.{module_name_of(name)}")


def module_name_of(name: str) -> str:
    """Give the identifier under which the plugin *name* is imported."""
    return name.replace("-", "_").replace(".", "_").replace(" ", "_")


def forget(package: str) -> None:
    """Drop *package* and all below it from the imported modules."""
    for name in [n for n in sys.modules if n == package or n.startswith(package + ".")]:
        del sys.modules[name]


def _load_file(module_name: str, file: Path) -> ModuleType:
    """Import one given file or package, which need not have the module's name or win the search."""
    search = [str(file.parent)] if file.name == "__init__.py" else None
    loader = _SourceLoader(module_name, str(file))
    spec = importlib.util.spec_from_file_location(module_name, file, loader=loader, submodule_search_locations=search)
    if spec is None:
        raise ImportError(f"{file} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        sys.modules.pop(module_name, None)
        raise
    setattr(sys.modules[PACKAGE], module_name.rpartition(".")[2], module)
    return module
