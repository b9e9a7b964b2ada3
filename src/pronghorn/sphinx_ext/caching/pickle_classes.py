"""The classes that a pickle in the page cache may have objects of."""

from __future__ import annotations

import ast
import datetime as dt
import sys
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass
from enum import Enum
from importlib import import_module
from pathlib import PosixPath, PurePath, PurePosixPath, PureWindowsPath, WindowsPath
from types import BuiltinMethodType
from typing import Any

from docutils import nodes
from docutils.frontend import Values
from docutils.utils import DependencyList

from pronghorn.sphinx_ext.caching.pickle_form import VALUES, Named, PickleRefused

_STANDARD = frozenset(
    {
        Counter,
        DependencyList,
        OrderedDict,
        defaultdict,
        dt.date,
        dt.datetime,
        dt.time,
        dt.timedelta,
        dt.timezone,
        Values,
    }
)
_PATHS = frozenset({PurePath, PurePosixPath, PureWindowsPath, PosixPath, WindowsPath})
_SPHINX = frozenset(
    {
        "sphinx.domains.c._symbol.LookupKey",
        "sphinx.domains.c._symbol.Symbol",
        "sphinx.domains.cpp._symbol.LookupKey",
        "sphinx.domains.cpp._symbol.Symbol",
        "sphinx.ext.inheritance_diagram.InheritanceGraph",
        "sphinx.locale._TranslationProxy",
        "sphinx.util._files.DownloadFiles",
        "sphinx.util._files.FilenameUniqDict",
        "sphinx.util._pathlib._StrPath",
        "sphinx.util.inventory._InventoryItem",
    }
)
"""Classes of Sphinx's own that are neither nodes nor data classes by their kind. If one of them is renamed, pages with
such data are not cached any more."""

_C_SYNTAX = "ASTBaseBase"
"""The base of what the domains for C and C++ make of declarations, in ``sphinx.util.cfamily``."""

_TRUSTED = frozenset({"docutils", "sphinx"})
_PRONGHORN = ("pronghorn", "pronghorn_site")
"""The package, and what the modules of a site's plugins are below."""


class AllowedClasses:
    """Finds classes by name, if a pickle may have objects of them.

    These are plain data of Python's, nodes of docutils, Sphinx and the loaded extensions, and the data classes, named
    tuples and enumerations of the latter two. A class of an extension that has a ``__new__``, ``__setstate__`` or
    ``__del__`` of its own is none: these run when an object is made or goes, with whatever the pickle says.

    :param extension_modules: names of the modules of the loaded extensions.
    """

    def __init__(self, extension_modules: Iterable[str]) -> None:
        self._packages = frozenset(_PRONGHORN) | frozenset(_packages(extension_modules))
        classes: tuple[type, ...] = (nodes.Text, *VALUES)
        self._found = {(cls.__module__, cls.__qualname__): cls for cls in classes}
        self._verified: set[Named] = set()

    def verify(self, named: Named) -> None:
        """Find a class.

        :raises PickleRefused: it is not allowed, or not there.
        """
        if named not in self._verified:
            self._found[named.module, named.name] = self._find(named)
            self._verified.add(named)

    def __getitem__(self, name: tuple[str, str]) -> type:
        """Give a class that was verified, by module and name.

        :raises KeyError: there is none.
        """
        return self._found[name]

    def _find(self, named: Named) -> type:
        found: Any = _module(named)
        for part in named.name.split("."):
            found = vars(found).get(part)  # never by getattr, which may run code
            if found is None:
                break
        if not isinstance(found, type) or (found.__module__, found.__qualname__) != named[:2]:
            raise PickleRefused(f"it asks for {named}, which is no class there")
        if not self._is_allowed(found) or is_called(found) != named.is_called:
            raise PickleRefused(f"it asks for the class {named}, which is not allowed")
        return found

    def _is_allowed(self, cls: type) -> bool:
        if cls in _STANDARD or cls in _PATHS or (issubclass(cls, ast.AST) and cls.__module__ in {"ast", "_ast"}):
            return True
        if f"{cls.__module__}.{cls.__qualname__}" in _SPHINX or _is_c_syntax(cls):
            return True
        is_data = issubclass(cls, nodes.Node) or _is_data(cls)
        return is_data and self._is_known(cls.__module__) and not _runs_code(cls)

    def _is_known(self, module: str) -> bool:
        parts = module.split(".")
        return parts[0] in _TRUSTED or any(".".join(parts[:n]) in self._packages for n in range(1, len(parts) + 1))


def is_called(cls: type) -> bool:
    """Tell whether objects of *cls* must be made by calling it."""
    return issubclass(cls, PurePath)


def _module(named: Named) -> object:
    """Give a module that is loaded, or that is on our list: loading runs code."""
    if named.module not in sys.modules and str(named) in _SPHINX:
        return import_module(named.module)
    return sys.modules.get(named.module, object)


def _packages(modules: Iterable[str]) -> Iterator[str]:
    """Give the top-level package of each module; below a package that several projects share, the one in there."""
    for module in modules:
        parts = module.split(".")
        if parts[0] in _TRUSTED:
            continue
        names = [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
        yield next((name for name in names if getattr(sys.modules.get(name), "__file__", None)), module)


def _is_c_syntax(cls: type) -> bool:
    return cls.__module__.startswith("sphinx.") and any(base.__qualname__ == _C_SYNTAX for base in cls.__mro__)


def _is_data(cls: type) -> bool:
    return is_dataclass(cls) or issubclass(cls, Enum) or (issubclass(cls, tuple) and hasattr(cls, "_fields"))


def _runs_code(cls: type) -> bool:
    """Tell whether making an object of *cls*, or its end, runs more code than that of docutils, Sphinx and Python."""
    return (
        hasattr(cls, "__del__") or not _is_harmless(cls.__new__) or not _is_harmless(getattr(cls, "__setstate__", None))
    )


def _is_harmless(function: object) -> bool:
    if function is None or isinstance(function, BuiltinMethodType):
        return True
    module: str = getattr(function, "__module__", None) or ""
    return module.partition(".")[0] in {*_TRUSTED, "dataclasses", "enum"} or module.startswith("namedtuple_")
