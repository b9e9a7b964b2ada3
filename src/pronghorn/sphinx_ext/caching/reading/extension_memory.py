"""What extensions keep in memory: whether it changes while a page is read is seen by comparing it before and after."""

from __future__ import annotations

import copyreg
import functools
import gc
import io
import pickle
import re
import sys
import threading
import types
import weakref
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.events import EventManager
from sphinx.project import Project
from sphinx.registry import SphinxComponentRegistry

_PROTOCOL = 4

_OF_THE_BUILD = (
    Sphinx,
    BuildEnvironment,
    Builder,
    Config,
    Domain,
    EventManager,
    Project,
    SphinxComponentRegistry,
    nodes.document,
)
"""Classes of objects that belong to the build, and lead to all of it."""

_WITHOUT_STATE = (
    types.BuiltinFunctionType,
    types.CodeType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
    types.MethodDescriptorType,
    types.MethodWrapperType,
    types.WrapperDescriptorType,
    types.ClassMethodDescriptorType,
    Enum,
    re.Pattern,
    type(threading.Lock()),
    type(threading.RLock()),
    weakref.ReferenceType,
    weakref.ProxyType,
)
"""Classes of objects that hold no values which code puts there."""

_OF_IMPORT = frozenset(
    {"__builtins__", "__cached__", "__doc__", "__file__", "__loader__", "__path__", "__spec__", "__warningregistry__"}
)
"""Names in a module that Python keeps there."""

_OF_CLASSES = frozenset({"__dict__", "__weakref__", "__doc__", "__module__", "_abc_impl", "__annotations_cache__"})
_CACHED = type(functools.cache(len))


class ExtensionMemory:
    """The variables of extensions that do not say whether they are safe for parallel reading.

    Those of their modules, classes, functions and instances, and what these refer to. Code in their packages is theirs.

    :param is_of_site: tells of a module whether it belongs to the site: if an extension refers to it, it counts too,
        unless it is another extension's.
    """

    def __init__(self, app: Sphinx, is_of_site: Callable[[str], bool]) -> None:
        self._app = app
        extensions = app.extensions.items()
        self._packages = _packages_of(name for name, extension in extensions if extension.parallel_read_safe is None)
        self._others = _packages_of(name for name, extension in extensions if extension.parallel_read_safe)
        self._is_of_site = functools.cache(is_of_site)
        self._objects = [*self._find_objects()]
        self._before: bytes = b""
        self._parts_before: dict[str, bytes] = {}

    def look(self) -> str:
        """Remember what it is now.

        :return: what in it cannot be looked into; empty if all can.
        """
        walk = _Walk(self.is_own)
        self._before = walk.form_of(dict(self._parts()))
        self._parts_before = self._forms() if not walk.closed else {}
        return walk.closed

    def change(self) -> str:
        """Name what has changed since it was looked at; empty if nothing has."""
        walk = _Walk(self.is_own)
        now = walk.form_of(dict(self._parts()))
        if walk.closed or now == self._before:
            return walk.closed
        self._before = now  # the values may be the same, and other parts of them one object
        before, after = self._parts_before, self._forms()
        changed = (name for name in {*before, *after} if before.get(name) != after.get(name))
        return max(changed, key=lambda name: (len(name), name), default="")  # the longest says best what it is

    def is_own(self, module: object) -> bool:
        """Check whether the code of a module, by its name, is that of the extensions."""
        if not isinstance(module, str):
            return False
        if _is_in(module, self._packages):
            return True
        return not _is_in(module, self._others) and self._is_of_site(module)

    def _forms(self) -> dict[str, bytes]:
        """Compare each part by itself; code in the packages of the extensions is a part of its own."""
        return {name: _Walk(self.is_own, apart=self._packages).form_of(value) for name, value in self._parts()}

    def _parts(self) -> Iterator[tuple[str, Any]]:
        """Give what is compared, by what it is called."""
        for name, module in [*sys.modules.items()]:
            if _is_in(name, self._packages):
                yield from ((f"{name}.{variable}", value) for variable, value in _variables(module))
        yield from self._objects
        for title, holder in self._holders():
            known = _names_in(holder.__class__)
            own = [(name, value) for name, value in vars(holder).items() if name not in known]
            yield from ((f"{title}.{name}", value) for name, value in own if not name.startswith("pronghorn_"))

    def _find_objects(self) -> Iterator[tuple[str, Any]]:
        """Find the functions, classes and instances that no variable of a module need refer to, as handlers are."""
        is_frozen = gc.get_freeze_count() > 0
        gc.unfreeze()  # or what was there when Sphinx was set up would not be among them
        found = [one for one in gc.get_objects() if self._is_object_of_own(one)]
        if is_frozen:
            gc.freeze()
        for number, one in enumerate(found):
            kind = one if isinstance(one, type | types.FunctionType) else type(one)
            yield f"{kind.__module__}.{kind.__qualname__}#{number}", one

    def _is_object_of_own(self, one: object) -> bool:
        kind = one if isinstance(one, type | types.FunctionType) else type(one)
        module = getattr(kind, "__module__", None)
        return isinstance(module, str) and _is_in(module, self._packages)

    def _holders(self) -> Iterator[tuple[str, Any]]:
        """Give the objects of Sphinx on which extensions like to keep something, and that are not of one page."""
        app = self._app
        yield from (("app", app), ("app.builder", app.builder), ("app.config", app.config))
        yield from (("app.project", app.project), ("app.registry", app.registry), ("app.events", app.events))
        yield from ((f"env.domains[{name!r}]", domain) for name, domain in app.env.domains.items())


def _packages_of(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*map(package_of, names)}))


def package_of(name: str) -> str:
    """Return the package that a module belongs to; in a namespace such as ``sphinxcontrib``, others lie beside it."""
    first, *rest = name.split(".")
    is_namespace = getattr(sys.modules.get(first), "__file__", None) is None
    return ".".join([first, *rest[:1]]) if is_namespace else first


def _is_in(module: str, packages: Iterable[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _variables(module: types.ModuleType) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in [*vars(module).items()] if name not in _OF_IMPORT)


@functools.cache
def _names_in(kind: Any) -> frozenset[str]:
    """Return the names that methods of Sphinx's classes, and of ours, use: their attributes are among them."""
    methods = [
        value
        for base in kind.__mro__
        if base.__module__.startswith(("sphinx.", "pronghorn."))
        for value in vars(base).values()
        if isinstance(value, types.FunctionType)
    ]
    return frozenset(name for method in methods for name in method.__code__.co_names)


class _Walk(pickle.Pickler):
    """Goes through values as pickle does, to compare them with what they are later in this process.

    What is not the extensions' own code, and what belongs to the build, is told by its identity.

    :param is_own: tells of the name of a module whether to look into its code.
    :param apart: packages whose code is looked into only if it is the value itself.
    :ivar closed: what cannot be looked into, for the one who reads it; empty if all can.
    """

    def __init__(self, is_own: Callable[[object], bool], apart: tuple[str, ...] = ()) -> None:
        self._stream = io.BytesIO()
        super().__init__(self._stream, _PROTOCOL)
        self._is_own = is_own
        self._apart = apart
        self._whole: object = None
        self.closed = ""

    def form_of(self, value: object) -> bytes:
        """Return bytes that are others once the value is another one."""
        self._whole = value
        try:
            self.dump(value)
        except (pickle.PicklingError, RecursionError, TypeError, ValueError) as error:
            self.closed = self.closed or f"something that cannot be compared ({error})"
        return self._stream.getvalue()

    def reducer_override(self, value: Any) -> Any:
        """Say what a value consists of."""
        if value is int or value is tuple:
            return NotImplemented
        if isinstance(value, type | types.FunctionType | types.ModuleType):
            return self._of_code(value)
        if isinstance(value, (*_OF_THE_BUILD, *_WITHOUT_STATE)):
            return _identity(value)
        parts = _parts_of(value)
        if parts is not None:
            return int, (id(value),), parts
        if isinstance(value, types.MethodType) and not self._is_own(value.__func__.__module__):
            return _identity(value)
        return self._reduced(value)

    def _of_code(self, value: Any) -> Any:
        """Reduce a module, a class or a function: if it is the extensions' own, to what code can change in it."""
        name = value.__name__ if isinstance(value, types.ModuleType) else value.__module__
        if not self._is_own(name) or (value is not self._whole and _is_in(name, self._apart)):
            return _identity(value)
        state = _state_of(value)
        return (int, (id(value),), state) if state else _identity(value)

    def _reduced(self, value: Any) -> Any:
        reduce = copyreg.dispatch_table.get(type(value))
        try:
            reduced = value.__reduce_ex__(_PROTOCOL) if reduce is None else reduce(value)
        except Exception as error:  # noqa: BLE001 - whatever the code of a value's class makes of being asked
            kind = type(value)
            self.closed = self.closed or f"a {kind.__module__}.{kind.__qualname__} ({error})"
            return _identity(value)
        return _identity(value) if isinstance(reduced, str) else reduced


def _identity(value: object) -> tuple[Any, ...]:
    return int, (id(value),)


def _state_of(value: Any) -> Any:
    if isinstance(value, types.ModuleType):
        return dict(_variables(value))
    if isinstance(value, type):
        return {name: part for name, part in vars(value).items() if name not in _OF_CLASSES}
    cells = [cell for cell in value.__closure__ or () if cell is not None]
    held = [cell.cell_contents for cell in cells if _is_set(cell)]
    return [part for part in (value.__defaults__, value.__kwdefaults__, held, vars(value)) if part]


def _is_set(cell: types.CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - asking is the only way
    except ValueError:
        return False
    return True


def _parts_of(value: Any) -> Any:
    """Give the parts of what pickle does not take apart; None for all else."""
    if isinstance(value, _CACHED):
        info = value.cache_info()  # a hit gives what is there
        return info.misses, info.currsize, value.__wrapped__
    if isinstance(value, staticmethod | classmethod):
        return (value.__func__,)
    if isinstance(value, property):
        return value.fget, value.fset, value.fdel
    if isinstance(value, threading.local):
        return (vars(value),)
    if isinstance(value, types.MappingProxyType):
        return (dict(value),)
    return None
