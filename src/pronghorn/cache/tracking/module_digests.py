"""Digests of modules, by their files."""

from __future__ import annotations

import ast
import functools
import os
import pkgutil
import site
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from pronghorn.cache.tracking.code_parts import with_packages
from pronghorn.cache.tracking.digests import digest_of_parts

_PYTHON = f"{sys.implementation.name} {sys.version_info}".encode()


class ModuleDigests:
    """Digests of modules, by their files.

    A module that is not part of an installed package is digested with all such modules that it imports.

    :param digest_file: gives the digest of a file's content.
    """

    def __init__(self, digest_file: Callable[[Path], bytes]) -> None:
        self._digest_file = digest_file
        self._digests: dict[tuple[str, bool], bytes | None] = {}
        self._specs: dict[str, ModuleSpec | None] = {}
        self._imports: dict[str, frozenset[str]] = {}
        paths = sysconfig.get_paths()
        packages = [paths["purelib"], paths["platlib"], *site.getsitepackages(), site.getusersitepackages()]
        self._packages = _both_spellings(packages)
        self._library = _both_spellings([paths["stdlib"], paths["platstdlib"]])

    def digest(self, name: str, *, whole: bool = False) -> bytes | None:
        """Return the digest of the module *name*; None if there is none that could be read.

        :param whole: with all modules in it, if it is a package that is not installed.
        """
        if (name, whole) not in self._digests:
            spec = self._spec_of(name)
            parts = None if spec is None else self._parts_of(spec, whole=whole)
            self._digests[name, whole] = None if parts is None else digest_of_parts(name.encode(), *parts)
        return self._digests[name, whole]

    def _parts_of(self, spec: ModuleSpec, *, whole: bool) -> list[bytes] | None:
        if self._is_python(spec):
            return [_PYTHON]
        modules = {spec.name: spec} if self._is_installed(spec) else self._needed_with(spec, whole=whole)
        parts = []
        for name, found in sorted(modules.items()):
            digest = self._digest_of_source(found)
            if digest is None:
                return None
            parts += [name.encode(), digest]
        return parts

    def _digest_of_source(self, spec: ModuleSpec) -> bytes | None:
        """Return the digest of a module's file: empty for a namespace package, None if it cannot be read."""
        if spec.origin is None and spec.submodule_search_locations is not None:
            return b""
        if spec.origin is None or not spec.has_location:
            return None
        try:
            return self._digest_file(Path(spec.origin)) or None
        except OSError:  # it lies in an archive, or was removed after it was imported
            return None

    def _needed_with(self, spec: ModuleSpec, *, whole: bool) -> dict[str, ModuleSpec]:
        """Return *spec* and those of all modules that it needs and that are not installed."""
        found = {spec.name: spec}
        waiting = [*self._imports_of(spec), *(self._names_inside(spec) if whole else ())]
        while waiting:
            name = waiting.pop()
            needed = None if name in found else self._spec_of(name)
            if needed is not None and not self._is_python(needed) and not self._is_installed(needed):
                found[name] = needed
                waiting.extend(self._imports_of(needed))
        return found

    def _names_inside(self, package: ModuleSpec) -> Iterator[str]:
        """Return the names of the modules in a package and in those in it."""
        for found in pkgutil.iter_modules(package.submodule_search_locations or (), f"{package.name}."):
            yield found.name
            inner = self._spec_of(found.name) if found.ispkg else None
            if inner is not None:
                yield from self._names_inside(inner)

    def _imports_of(self, spec: ModuleSpec) -> frozenset[str]:
        if spec.name not in self._imports:
            self._imports[spec.name] = _imports_in(spec)
        return self._imports[spec.name]

    def _spec_of(self, name: str) -> ModuleSpec | None:
        if name not in self._specs:
            self._specs[name] = self._find(name)
        return self._specs[name]

    def _find(self, name: str) -> ModuleSpec | None:
        """Find a module without importing anything."""
        loaded = sys.modules.get(name)
        if isinstance(loaded, ModuleType) and loaded.__spec__ is not None:
            return loaded.__spec__
        outer = name.rpartition(".")[0]
        package = self._spec_of(outer) if outer else None
        path = None if package is None else package.submodule_search_locations
        if outer and path is None:
            return None
        specs = (finder.find_spec(name, path) for finder in sys.meta_path)
        return next((spec for spec in specs if spec is not None), None)

    def _is_python(self, spec: ModuleSpec) -> bool:
        if not spec.has_location:
            return spec.origin in ("built-in", "frozen")
        return _is_below(spec.origin, self._library) and not _is_below(spec.origin, self._packages)

    def _is_installed(self, spec: ModuleSpec) -> bool:
        return spec.has_location and _is_below(spec.origin, self._packages)


def _both_spellings(folders: Iterable[str]) -> tuple[str, ...]:
    """Return *folders* as they are called and as they are once links are followed, each with its separator."""
    resolved = [os.path.realpath(folder) for folder in folders]
    return tuple({os.path.join(os.path.abspath(folder), "") for folder in (*folders, *resolved)})  # noqa: PTH100, PTH118


def _is_below(file: str | None, folders: tuple[str, ...]) -> bool:
    return file is not None and os.path.abspath(file).startswith(folders)  # noqa: PTH100


def _imports_in(spec: ModuleSpec) -> frozenset[str]:
    """Return the names of what a module's source imports, wherever in it; some may be no modules."""
    if spec.origin is None or not spec.origin.endswith(".py"):
        return frozenset()
    try:
        return _imported(Path(spec.origin).read_bytes(), spec.parent or "")
    except (OSError, SyntaxError, ValueError):  # what cannot be compiled imports nothing
        return frozenset()


@functools.lru_cache(maxsize=1024)  # one process may build many times
def _imported(source: bytes, package: str) -> frozenset[str]:
    names: set[str] = set()
    for node in _statements(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(*(with_packages(alias.name) for alias in node.names))
        elif isinstance(node, ast.ImportFrom):
            base = _base_of(node, package)
            names.update(with_packages(base), (f"{base}.{alias.name}" for alias in node.names))
    return frozenset(names)


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Return all statements; :func:`ast.walk`, which looks into expressions too, takes many times as long."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, part, None)
            if isinstance(inner, list):
                waiting.extend(inner)


def _base_of(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    return ".".join([*parts[: len(parts) + 1 - node.level], *filter(None, [node.module])])
