"""The classes that a pickle in the page cache may have objects of."""

from __future__ import annotations

import ast
import datetime as dt
import sys
import warnings
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from pathlib import PosixPath, PurePath, PurePosixPath, PureWindowsPath, WindowsPath
from types import BuiltinMethodType, MemberDescriptorType
from typing import Any

from docutils import nodes
from docutils.frontend import Values
from sphinx.domains import Domain

from pronghorn.cache.pickles.form import VALUES, Named, PickleRefused
from pronghorn.seam.rows.shortcuts import GET_DEFAULT_SETTINGS

_STANDARD = frozenset(
    {
        Counter,
        OrderedDict,
        defaultdict,
        dt.date,
        dt.datetime,
        dt.time,
        dt.timedelta,
        dt.timezone,
    }
)
_PATHS = frozenset({PurePath, PurePosixPath, PureWindowsPath, PosixPath, WindowsPath})

_UNDERIVED = frozenset({"sphinx.ext.inheritance_diagram.InheritanceGraph"})
"""What the nodes of Sphinx have as data and that is of no kind: it has methods that import modules, though none runs
when one is loaded. If it is renamed, pages with such data are not cached any more."""

_C_SYNTAX = "ASTBaseBase"
"""The base of what the domains for C and C++ make of declarations, in ``sphinx.util.cfamily``."""

_OF_VALUES = frozenset(
    f"__{name}__"
    for name in (
        *("init", "copy", "getstate", "setstate", "delattr", "getattr", "setattr", "dir"),
        *("eq", "hash", "lt", "repr", "str", "contains", "getitem", "iter", "len"),
        *("add", "mod", "mul", "radd", "rmod", "rmul"),
    )
)
"""The methods that a class of values may have: they make, compare and show them, or let them be used as texts are."""
_FILLING = ("__setitem__", "add", "append", "extend")
"""The methods that loading calls to fill a container."""

_TRUSTED = frozenset({"docutils", "sphinx"})
_PRONGHORN = ("pronghorn", "pronghorn_site")
"""The package, and what the modules of a site's plugins are below."""


class AllowedClasses:
    """Finds classes by name, if a pickle may have objects of them.

    These are plain data of Python's, and classes that docutils, Sphinx and the loaded extensions have in modules which
    are loaded already. Which of them is told by their kind: nodes, data classes, named tuples, enumerations, and what
    the tables of domains begin with; of docutils and Sphinx also values, containers, paths, the settings of a document,
    and the syntax of C and C++. A class of an extension that has a ``__new__``, ``__setstate__`` or ``__del__`` of its
    own is none: these run when an object is made or goes, with whatever the pickle says.

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
        """Return a class that was verified, by module and name.

        :raises KeyError: there is none.
        """
        return self._found[name]

    def _find(self, named: Named) -> type:
        found: Any = sys.modules.get(named.module, object)  # it is not imported, as this runs code
        for part in named.name.split("."):
            found = vars(found).get(part)  # never by getattr, which may run code
            if found is None:
                break
        if not isinstance(found, type) or (found.__module__, found.__qualname__) != named[:2]:
            raise PickleRefused(f"it asks for {named}, which is not a class there")
        if not self._is_allowed(found) or is_called(found) != named.is_called:
            raise PickleRefused(f"it asks for the class {named}, which is not allowed")
        return found

    def _is_allowed(self, cls: type) -> bool:
        if cls in _STANDARD or cls in _PATHS or (issubclass(cls, ast.AST) and cls.__module__ in {"ast", "_ast"}):
            return True
        if not self._is_known(cls.__module__):
            return False
        if _is_theirs(cls) and _is_path(cls):
            return True
        is_kind = issubclass(cls, nodes.Node) or _is_data(cls) or (_is_theirs(cls) and _is_of_their_data(cls))
        return (is_kind or cls in _begun_with()) and not _runs_code(cls)

    def _is_known(self, module: str) -> bool:
        parts = module.split(".")
        return parts[0] in _TRUSTED or any(".".join(parts[:n]) in self._packages for n in range(1, len(parts) + 1))


def is_called(cls: type) -> bool:
    """Check whether objects of *cls* must be made by calling it."""
    return issubclass(cls, PurePath)


def _packages(modules: Iterable[str]) -> Iterator[str]:
    """Return the top-level package of each module; below a package that several projects share, the one in there."""
    for module in modules:
        parts = module.split(".")
        if parts[0] in _TRUSTED:
            continue
        names = [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
        yield next((name for name in names if getattr(sys.modules.get(name), "__file__", None)), module)


def _is_theirs(cls: type) -> bool:
    return cls.__module__.partition(".")[0] in _TRUSTED


def _is_path(cls: type) -> bool:
    """Check whether a class is one of paths that are made as those of Python."""
    return issubclass(cls, PurePath) and any(
        (cls.__new__, cls.__init__) == (path.__new__, path.__init__) for path in _PATHS
    )


def _is_of_their_data(cls: type) -> bool:
    """Check whether docutils and Sphinx keep objects of a class of theirs in doctrees and tables."""
    is_kind = _is_value(cls) or _is_container(cls) or _is_c_syntax(cls)
    return is_kind or f"{cls.__module__}.{cls.__qualname__}" in _UNDERIVED or cls in _settings()


def _is_value(cls: type) -> bool:
    """Check whether a class only has fields, and what makes, compares and shows values."""
    bases = cls.__mro__[:-1]
    names = {name for base in bases for name, value in vars(base).items() if _is_code(value)}
    return names <= _OF_VALUES and all("__slots__" in vars(base) for base in bases)


def _is_code(value: object) -> bool:
    return callable(value) or (hasattr(value, "__get__") and not isinstance(value, MemberDescriptorType))


def _is_container(cls: type) -> bool:
    """Check whether a class is a dict, list or set that is filled as one of Python is."""
    for kind in (dict, list, set):
        if issubclass(cls, kind):
            return all(getattr(cls, name, None) is getattr(kind, name, None) for name in _FILLING)
    return False


def _is_c_syntax(cls: type) -> bool:
    return any((base.__module__, base.__qualname__) == ("sphinx.util.cfamily", _C_SYNTAX) for base in cls.__mro__)


@cache
def _settings() -> frozenset[type]:
    """Return the classes of a document's settings and of what they begin with."""
    if GET_DEFAULT_SETTINGS.has_changed:
        return frozenset({Values})
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        settings = GET_DEFAULT_SETTINGS.of()()
    return frozenset({type(settings), *map(type, vars(settings).values())})


def _begun_with() -> set[type]:
    """Return the classes of what the domains that are loaded have in their tables before a page is read."""
    classes: set[type] = set()
    waiting: list[Any] = [domain.initial_data for domain in _below(Domain)]
    while waiting:
        value = waiting.pop()
        classes.add(type(value))
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list | tuple | set | frozenset):
            waiting += value
    return classes


def _below(cls: Any) -> Iterator[Any]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _below(subclass)


def _is_data(cls: type) -> bool:
    return is_dataclass(cls) or issubclass(cls, Enum) or (issubclass(cls, tuple) and hasattr(cls, "_fields"))


def _runs_code(cls: type) -> bool:
    """Check whether making an object of *cls*, or its end, runs more code than that of docutils, Sphinx and Python."""
    return (
        hasattr(cls, "__del__") or not _is_harmless(cls.__new__) or not _is_harmless(getattr(cls, "__setstate__", None))
    )


def _is_harmless(function: object) -> bool:
    if function is None or isinstance(function, BuiltinMethodType):
        return True
    module: str = getattr(function, "__module__", None) or ""
    return module.partition(".")[0] in {*_TRUSTED, "dataclasses", "enum"} or module.startswith("namedtuple_")
