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

from pronghorn.errors import PluginError

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
        return self._find_renamed(fullname)

    def _find_renamed(self, fullname: str) -> ModuleSpec | None:
        """Find a plugin whose name is not an identifier: ``my_plugin`` for ``my-plugin.py``."""
        name = fullname.removeprefix(PACKAGE + ".")
        for folder in map(Path, self._folders):
            for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
                file = entry / "__init__.py" if entry.is_dir() else entry
                if (
                    module_name_of(entry.name if entry.is_dir() else entry.stem) == name
                    and file.suffix == ".py"
                    and file.is_file()
                ):
                    search = [str(entry)] if entry.is_dir() else None
                    loader = _SourceLoader(fullname, str(file))
                    return importlib.util.spec_from_file_location(
                        fullname, file, loader=loader, submodule_search_locations=search
                    )
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

        A name that is not an identifier, such as ``my-plugin``, is imported with underscores.

        :raises PluginError: if another plugin has that name.
        """
        module = importlib.import_module(f"{PACKAGE}.{module_name_of(name)}")
        if module.__file__ is None or Path(module.__file__) != file:
            raise PluginError(f"the plugin of '{module.__file__}' is imported by the same name; rename one of them")
        return module

    def forget(self, name: str) -> None:
        """Let the next import of a plugin run its code again."""
        forget(f"{PACKAGE}.{module_name_of(name)}")


def module_name_of(name: str) -> str:
    """Return the identifier under which the plugin *name* is imported."""
    return name.replace("-", "_").replace(".", "_").replace(" ", "_")


def forget(package: str) -> None:
    """Drop *package* and all below it from the imported modules."""
    for name in [n for n in sys.modules if n == package or n.startswith(package + ".")]:
        del sys.modules[name]
