"""What foreign code remembers from one page to the next, in its modules and objects.

A value that was made from a file and is kept in memory is not made a second time: only the page in whose turn the file
was opened is seen to open it. So if the memory of foreign code has changed in such a turn, all that foreign code asked
for in it counts for the pages that are read later in the same process as well.
"""

from __future__ import annotations

import builtins
import gc
import logging
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from operator import is_
from types import (
    BuiltinFunctionType,
    CodeType,
    FrameType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any

from sphinx.application import Sphinx

from pronghorn.cache.tracking.foreign import home_of, is_foreign, is_on_behalf, package_of
from pronghorn.observing.recorder import Recorder
from pronghorn.plugins.importing import PARENT
from pronghorn.seam.internal import Internal
from pronghorn.seam.rows.configuration import DIRECTIVES, ROLES
from pronghorn.seam.rows.events import LISTENERS

_MOST_OBJECTS = 200_000
"""Of a memory with more, it is not known whether it has changed: to look at it would take longer than to read a
page."""

_ATOMS = (str, bytes, int, float, complex, type(None), CodeType, BuiltinFunctionType)
_CONSTANT = (tuple, frozenset, property, GetSetDescriptorType, MemberDescriptorType)
"""What holds the same objects as long as it lives."""
_PLATFORM = ("sphinx", "pronghorn", "logging", "threading", "importlib", "_frozen_importlib", "zipimport", "_abc")
"""Packages whose objects are not followed: they are of the build itself, or hold nothing of foreign code."""
_BEGINNERS = frozenset(
    f"pronghorn.incremental.{module}" for module in ("read.pages", "write.renderer", "write.additional_pages")
)
"""The modules that have pages made."""
_NOTES = frozenset({"__slotnames__", "__warningregistry__"})
"""Under which Python itself keeps notes in classes and modules: when one is pickled first, or warns."""
_LEAVES = frozenset(map(id, (sys.modules, vars(builtins), os.environ)))


class Memory:
    """All that can be reached from extensions, plugins, what is loaded later, and what was added to the application.

    What was loaded before, and cannot be reached from there, is of whoever has started the build.
    """

    def __init__(self, app: Sphinx) -> None:
        self._app = app
        self._before = frozenset(sys.modules)
        self._of_extensions: tuple[int, set[str]] = (0, set())
        self._own_names: dict[type, frozenset[str]] = {}
        self._objects: list[Any] = []
        """What is compared, in the order in which it was found."""
        self._dicts: list[dict[Any, Any]] = []
        """The dictionaries among them."""
        self._found: dict[int, Any] = {}
        """All that was followed, by identity: it is held so that nothing new can get that identity."""
        self._held: list[Any] = []
        """What the objects that are compared hold."""
        self._n_at_start = 0

    @property
    def is_known(self) -> bool:
        """Whether it was looked at."""
        return bool(self._n_at_start)

    def look(self) -> None:
        """Find what is remembered now."""
        self._objects, self._dicts, self._found = [], [], {}
        self._follow(self._roots())
        self._n_at_start = len(self._found)

    def has_changed(self) -> bool:
        """Check whether foreign code remembers anything else than when it was looked at last.

        A memory that is too large to be looked at has changed each time.
        """
        if len(self._found) > _MOST_OBJECTS:
            return True
        now, before = self._all_held(), self._held
        if _are_same(now, before):
            return False
        if len(self._found) > 2 * self._n_at_start:
            self.look()  # what is not remembered any more is let go
        else:
            self._follow([*now])
        notes = self._notes()
        return not _are_same(*([one for one in held if id(one) not in notes] for held in (now, before)))

    def _notes(self) -> set[int]:
        """Return the identities of what Python itself keeps in classes and modules."""
        entries = chain.from_iterable(map(dict.items, self._dicts))
        return {id(part) for entry in entries if type(entry[0]) is str and entry[0] in _NOTES for part in entry}

    def _follow(self, waiting: list[Any]) -> None:
        """Find what can be reached from some objects and was not found before."""
        found = self._found
        while waiting and len(found) <= _MOST_OBJECTS:
            one = waiting.pop()
            if isinstance(one, _ATOMS) or id(one) in found or _is_leaf(one):
                continue
            found[id(one)] = one
            if not isinstance(one, _CONSTANT):
                self._objects.append(one)
            if isinstance(one, dict):
                self._dicts.append(one)
            waiting += gc.get_referents(one)
        self._held = self._all_held()

    def forget(self) -> None:
        """Look again when somebody asks next."""
        self._objects, self._dicts, self._found, self._held, self._n_at_start = [], [], {}, [], 0

    def _is_at_hand(self, module: str) -> bool:
        is_new = module not in self._before or module.startswith(f"{PARENT}.")
        return is_new or package_of(module) in self._packages

    def _is_function_at_hand(self, function: Any) -> bool:
        home = _home_of(function)
        return is_foreign(home) and (not isinstance(home, str) or self._is_at_hand(home))

    @property
    def _packages(self) -> set[str]:
        n_extensions = len(self._app.extensions)
        if self._of_extensions[0] != n_extensions:
            self._of_extensions = n_extensions, set(map(package_of, self._app.extensions))
        return self._of_extensions[1]

    def _all_held(self) -> list[Any]:
        keys = chain.from_iterable(map(dict.__iter__, self._dicts))  # of which the collector knows the values alone
        return [*self._roots(), *gc.get_referents(*self._objects), *keys]

    def _roots(self) -> list[Any]:
        loaded = [*sys.modules.items()]
        roots: list[Any] = [module for name, module in loaded if is_foreign(name) and self._is_at_hand(name)]
        listeners = chain.from_iterable(_values_of(LISTENERS, self._app.events))
        others = chain(_added_to(self._app.registry), _added_to(self._app.config))
        added = chain(_values_of(DIRECTIVES), _values_of(ROLES), others)
        roots += filter(self._is_function_at_hand, chain((one.handler for one in listeners), added))
        for owner in filter(None, (self._app, getattr(self._app, "builder", None))):  # it is made late
            if type(owner) not in self._own_names:
                self._own_names[type(owner)] = _names_in(type(owner))
            own = self._own_names[type(owner)]
            roots += (value for name, value in vars(owner).items() if name not in own and not _is_of_platform(value))
        return roots


class Learning:
    """Tells whether foreign code has asked for something, and remembers something else since.

    The memory is first looked at when foreign code is about to ask: before that, it knows nothing new.
    """

    def __init__(self, memory: Memory, recorder: Recorder) -> None:
        self._memory = memory
        self.recorder = recorder
        self._is_asked = False

    @contextmanager
    def noticed(self, n_pages: int) -> Iterator[None]:
        """Notice what foreign code asks for inside, unless there is no page after it that could be told by memory."""
        if n_pages < 2:  # noqa: PLR2004
            yield
            return
        self._memory.forget()
        self.recorder.foreign_asks = self._asks
        try:
            yield
        finally:
            self.recorder.foreign_asks = None

    def _asks(self) -> None:
        if not self._memory.is_known:
            self._memory.look()
        self._is_asked = True

    def marks(self, frame: FrameType) -> bool:
        """Check whether foreign code is about to look at something outside of the build."""
        if self.recorder.foreign_asks is None or not is_on_behalf(frame, _BEGINNERS):
            return False
        self._asks()
        return True

    def has_learnt(self) -> bool:
        """Check whether foreign code may remember what was asked for since this was called before."""
        was_asked, self._is_asked = self._is_asked, False
        return was_asked and self._memory.has_changed()


def _are_same(some: list[Any], others: list[Any]) -> bool:
    """Check whether two lists hold the same objects."""
    return len(some) == len(others) and all(map(is_, some, others))


def _values_of(table: Internal, *holder: Any) -> Iterable[Any]:
    """Return what is in a table of Sphinx's or docutils'; nothing if it is not as expected, which is told elsewhere."""
    return () if table.has_changed else table.of(*holder).values()


def _names_in(cls: type) -> frozenset[str]:
    """Return the names in the methods of a class of Sphinx's: attributes with other names are foreign."""
    own = (base for base in cls.__mro__ if not is_foreign(base.__module__))
    methods = (method for base in own for method in vars(base).values() if isinstance(method, FunctionType))
    return frozenset(name for method in methods for name in method.__code__.co_names)


def _is_leaf(one: Any) -> bool:
    """Check whether an object is not followed."""
    if isinstance(one, ModuleType):
        return not is_foreign(one.__name__)
    if isinstance(one, type):
        return not is_foreign(one.__module__)
    return id(one) in _LEAVES or isinstance(one, logging.Logger) or _is_of_platform(one)


def _is_of_platform(one: Any) -> bool:
    if isinstance(one, FunctionType | MethodType):
        return not _is_foreign(one)
    home: object = type(one).__module__  # a class may have something else there
    return isinstance(home, str) and home.partition(".")[0] in _PLATFORM


def _is_foreign(function: Any) -> bool:
    """Check whether a function or class is foreign."""
    return is_foreign(_home_of(function))


def _home_of(function: Any) -> Any:
    return function.__module__ if isinstance(function, type) else home_of(function)


def _added_to(registry: Any) -> Iterator[Any]:
    """Yield what extensions have added to Sphinx's registry of components."""
    for added in vars(registry).values():
        values = added.values() if isinstance(added, dict) else added if isinstance(added, list) else ()
        for value in values:
            inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else (value,)
            yield from filter(callable, inner)
