"""What plugins of the site hold in memory when pages are about to be made: they may show it.

Their code is digested elsewhere. Here it is values: global variables of their modules, attributes of their classes and
instances, what their functions were made with. What has no digest is something else in each build.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain
from types import BuiltinFunctionType, FunctionType, MemberDescriptorType, MethodType, ModuleType
from typing import Any

from sphinx.application import Sphinx

from pronghorn.cache.tracking.digests import NameOf, UndigestableError, digest_of_parts
from pronghorn.cache.tracking.foreign import function_of
from pronghorn.cache.tracking.value_digests import ValueDigests
from pronghorn.model.page import Page
from pronghorn.observing.state import unstable
from pronghorn.plugins.importing import PACKAGE
from pronghorn.seam.rows.configuration import DIRECTIVES, ROLES
from pronghorn.seam.rows.events import LISTENERS
from pronghorn.signals import SIGNALS

_PLATFORM = frozenset({"sphinx", "pronghorn", "jinja2", "pluggy", "logging", "threading", "_thread", "weakref"})
"""Packages whose objects show nothing on a page, or tell by themselves what they are asked for."""
_DATA = "pronghorn.model."
"""What is in there are values, but for pages."""
_CODE = (
    *(ModuleType, FunctionType, BuiltinFunctionType, MemberDescriptorType),
    *(property, staticmethod, classmethod, cached_property, type(functools.cache(len))),
)

_READING = ("source-read", "include-read", "doctree-read")
_PAGE_READ = next(spec.own_event for spec in SIGNALS if spec.name == "page_read")

Values = Iterator[tuple[str, Any]]
"""With their names, for reasons."""


def digests_of_plugins(values: ValueDigests, name_of: NameOf, others: Iterable[object]) -> dict[str, bytes]:
    """Return digests of what plugins hold, by name.

    :param name_of: names absolute paths.
    :param others: functions and objects, of which those of plugins count.
    """
    found: dict[str, bytes] = {}
    for name, value in (*_held_by_modules(), *_held_by_functions(others)):
        try:
            digest = values.digest(value, name, name_of, _known)
        except UndigestableError:
            digest = unstable()
        found[name] = digest_of_parts(found.get(name, b""), digest)
    return found


class ReadingState:
    """What plugins hold while pages are read, as far as code of theirs may have a part in that.

    :param held: give functions and objects of plugins; None for those that are gone.
    """

    def __init__(
        self, app: Sphinx, values: ValueDigests, name_of: NameOf, held: Iterable[Callable[[], object]]
    ) -> None:
        self._app = app
        self._values = values
        self._name_of = name_of
        self._held = held

    def now(self) -> dict[str, bytes]:
        """Return digests of it, by name."""
        others = (reference() for reference in self._held)
        return digests_of_plugins(self._values, self._name_of, others) if self._is_shown else {}

    @cached_property
    def _is_shown(self) -> bool:
        """Whether code of plugins runs for pages that are read."""
        listeners = {} if LISTENERS.has_changed else LISTENERS.of(self._app.events)
        tables = (row.of() for row in (DIRECTIVES, ROLES) if not row.has_changed)
        handlers = (one.handler for event in _READING for one in listeners.get(event, ()))
        functions = chain(handlers, *(table.values() for table in tables))
        return bool(listeners.get(_PAGE_READ)) or any(True for _ in _held_by_functions(functions))


def _held_by_functions(others: Iterable[object]) -> Values:
    for one in others:
        plugin = _plugin_of(one)
        if plugin:
            name = getattr(one, "__qualname__", type(one).__qualname__)
            yield f"{name} of the plugin '{plugin}'", one


def _plugin_of(one: object) -> str:
    """Return the plugin of the site that has made a function, a class, or that of an object; empty if none has."""
    function = one.__func__ if isinstance(one, MethodType) else function_of(one)
    of_function = function.__globals__.get("__name__") if isinstance(function, FunctionType) else None
    home: object = of_function or (one if isinstance(one, type) else type(one)).__module__
    is_own = isinstance(home, str) and home.startswith(f"{PACKAGE}.")
    return str(home).removeprefix(f"{PACKAGE}.") if is_own else ""


def _is_made_with_values(function: FunctionType) -> bool:
    """Check whether a function holds more than its code, which is digested elsewhere."""
    return bool(function.__closure__ or function.__dict__ or function.__defaults__ or function.__kwdefaults__)


def _held_by_modules() -> Values:
    for module_name in sorted(name for name in [*sys.modules] if name.startswith(f"{PACKAGE}.")):
        module = sys.modules[module_name]
        if isinstance(module, ModuleType):
            plugin = module_name.removeprefix(f"{PACKAGE}.")
            yield from ((f"{name} of the plugin '{plugin}'", value) for name, value in _held_by(module))


def _held_by(module: ModuleType) -> Values:
    for name, value in sorted(vars(module).items()):
        if name.startswith("__"):
            continue
        is_own = getattr(value, "__module__", None) == module.__name__
        if isinstance(value, type):
            yield from _held_by_class(value, name) if is_own else ()
        elif isinstance(value, FunctionType):
            if is_own and _is_made_with_values(value):
                yield name, [value.__closure__, value.__dict__, value.__defaults__, value.__kwdefaults__]
        elif not isinstance(value, _CODE):
            yield name, value


def _held_by_class(cls: type, name: str) -> Values:
    for attribute, value in sorted(vars(cls).items()):
        if not attribute.startswith("__") and not isinstance(value, (type, *_CODE)):
            yield f"{name}.{attribute}", value


def _known(value: object) -> bytes | None:
    """Return what stands for an object that is not taken apart."""
    if isinstance(value, Page):
        return value.docname.encode(errors="surrogatepass")
    if isinstance(value, type) or (isinstance(value, FunctionType) and not _is_made_with_values(value)):
        return f"{value.__module__}.{value.__qualname__}".encode() if _plugin_of(value) else None
    home: object = type(value).__module__
    if not isinstance(home, str) or home.partition(".")[0] not in _PLATFORM or home.startswith(_DATA):
        return None
    return f"{home}.{type(value).__qualname__}".encode()
