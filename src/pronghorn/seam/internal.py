"""An internal of another project that Pronghorn touches: one row of the register, and the way to it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from importlib import import_module
from inspect import unwrap
from types import ModuleType
from typing import Any

from pronghorn.seam.capability import Capability
from pronghorn.seam.shape import Owner, Shape, Standing

_ABSENT = object()


class Touch(StrEnum):
    """How an internal is touched."""

    READ = "read"
    CALLED = "called"
    CHANGED = "changed"
    REPLACED = "replaced"
    WRAPPED = "wrapped"
    WATCHED = "watched"
    """Pronghorn does the same in another way."""
    OVERRIDDEN = "overridden"
    """By a subclass that is put in the place of an object's own class."""


class ChangedInternalError(RuntimeError):
    """Raised when an internal that is not as expected is used: the caller has not checked the capability first."""

    def __init__(self, internal: Internal) -> None:
        super().__init__(internal.change)


@dataclass(frozen=True, eq=False)
class Internal:
    """One row of the register.

    Internals are used by these methods only. Each of them checks first whether the internal is as expected.
    """

    place: str
    """Where it is: ``module:Class.attribute`` or ``module:attribute``."""
    touch: Touch
    shapes: tuple[Shape, ...]
    """The shapes that it has in the versions that were tried; one of them is enough."""
    serves: Capability
    """What is left to Sphinx if it has none of these shapes."""
    lost: str
    """What would be wrong if it changed unnoticed."""
    why: str
    """Why there is no public way."""
    since: tuple[int, int] = (0, 0)
    """The version of Sphinx that introduced it: in earlier versions its absence is no change."""
    until: tuple[int, int] | None = None
    """The version of Sphinx in which it was gone."""

    @cached_property
    def module(self) -> str:
        """The name of the module that has it."""
        return self.place.partition(":")[0]

    @cached_property
    def name(self) -> str:
        """Its own name, without that of its class or module."""
        return self.place.rpartition(":")[2].rpartition(".")[2]

    def __str__(self) -> str:
        """Return the name under which messages speak of it."""
        module, _, inside = self.place.partition(":")
        return inside if "." in inside else f"{module}.{inside}"

    @property
    def change(self) -> str:
        """The message if it has changed."""
        package = self.module.partition(".")[0]
        return f"{'Sphinx' if package == 'sphinx' else package} has another '{self}'"

    @property
    def is_loaded(self) -> bool:
        """Whether the module that has it is loaded."""
        return self.module in sys.modules

    @cached_property
    def owner(self) -> Owner | None:
        """The class or module that has it; None if there is none."""
        try:
            found: Any = import_module(self.module)
        except ImportError:
            return None
        for part in self.place.rpartition(":")[2].split(".")[:-1]:
            found = getattr(found, part, None)
        return found if isinstance(found, type | ModuleType) else None

    @cached_property
    def standing(self) -> Standing:
        """How it compares with its shapes, determined once: later, our own may be in its place."""
        return self.look()

    def look(self) -> Standing:
        """Compare it with its shapes now."""
        owner = self.owner
        if owner is None:
            return self._missing
        found = [shape.standing(owner, self.name) for shape in self.shapes]
        known = next((one for one in (Standing.KNOWN, Standing.FOREIGN) if one in found), None)
        return known or (Standing.CHANGED if hasattr(owner, self.name) else self._missing)

    @property
    def _missing(self) -> Standing:
        version = import_module("sphinx").version_info[:2]
        is_expected = self.since <= version and (self.until is None or version < self.until)
        return Standing.CHANGED if is_expected else Standing.ABSENT

    @property
    def has_changed(self) -> bool:
        """Whether it is there, and not as expected."""
        return self.standing is Standing.CHANGED

    @property
    def is_there(self) -> bool:
        """Whether this version has it."""
        return self.standing is not Standing.ABSENT

    def is_stock_in(self, holder: object) -> bool:
        """Check whether an object has it from the class in the register, without a subclass that overrides it."""
        is_own = self.name in vars(holder)
        return not is_own and getattr(type(holder), self.name, None) is getattr(self.owner, self.name, _ABSENT)

    # The way to it

    def of(self, holder: Any = None) -> Any:
        """Return it, as *holder* has it: an object, or its own class or module if none is given.

        :raises ChangedInternalError: it is not as expected, or it has gone since that was looked at.
        """
        found = getattr(self._checked(holder), self.name, _ABSENT)
        if found is _ABSENT:
            raise ChangedInternalError(self)
        return found

    def unchecked(self, holder: Any) -> Any:
        """Return it without a check, to pass a call on to it."""
        return getattr(holder, self.name)

    def of_itself(self, holder: Any) -> Any:
        """Return the object's own attribute, even if its class has a property of that name.

        :raises ChangedInternalError: it is not as expected.
        """
        return vars(self._checked(holder))[self.name]

    def find(self, holder: Any, default: Any = None) -> Any:
        """Return it, or the default where it is not there in this version, or *holder* has none.

        :raises ChangedInternalError: it is not as expected.
        """
        return getattr(self._checked(holder), self.name, default)

    def put(self, holder: Any, value: Any) -> None:
        """Put *value* in its place on one object, in front of what its class has.

        :raises ChangedInternalError: it is not as expected.
        """
        vars(self._checked(holder))[self.name] = value

    def set(self, holder: Any, value: Any) -> None:
        """Set it on one object, as an assignment does.

        :raises ChangedInternalError: it is not as expected.
        """
        setattr(self._checked(holder), self.name, value)

    def take_back(self, holder: Any) -> None:
        """Remove what was put on one object."""
        vars(holder).pop(self.name, None)

    @contextmanager
    def replaced(self, value: Any, holder: Any = None) -> Iterator[None]:
        """Put *value* in its place, on one object or for all, until the block ends.

        :raises ChangedInternalError: it is not as expected.
        """
        holder = self._checked(holder)
        before = vars(holder).get(self.name, _ABSENT)
        setattr(holder, self.name, value)
        try:
            yield
        finally:
            if before is _ABSENT:
                delattr(holder, self.name)
            else:
                setattr(holder, self.name, before)

    def copies_below(self, prefix: str) -> list[tuple[ModuleType, str]]:
        """Return where it is, under any name, in loaded modules whose names begin with *prefix*.

        :raises ChangedInternalError: it is not as expected.
        """
        if not self.is_loaded or not self.is_there:
            return []
        return list(_copies(unwrap(self.of()), prefix, len(sys.modules)))

    def check(self) -> None:
        """Stop a caller that has not checked the capability.

        :raises ChangedInternalError: it is not as expected.
        """
        if self.standing is Standing.CHANGED:
            raise ChangedInternalError(self)

    def _checked(self, holder: Any) -> Any:
        self.check()
        return self.owner if holder is None else holder


def subclassed(holder: Any, cls: type, overridden: Iterable[Internal] = ()) -> None:
    """Put *cls* in the place of the class of one object, or put its own one back.

    :param overridden: the internals that *cls* overrides.
    :raises ChangedInternalError: one of these is not as expected.
    """
    for internal in overridden:
        internal.check()
    holder.__class__ = cls


@lru_cache(maxsize=8)
def _copies(original: object, prefix: str, n_modules: int) -> tuple[tuple[ModuleType, str], ...]:
    """Look for copies, also wrapped ones. The result can change only when the number of modules does."""
    del n_modules
    loaded = [module for name, module in list(sys.modules.items()) if name.startswith(prefix)]
    named = [(module, name, value) for module in loaded for name, value in vars(module).items()]
    return tuple((module, name) for module, name, value in named if callable(value) and unwrap(value) is original)


@contextmanager
def replaced_copy(holder: ModuleType, name: str, make: Callable[[Any], Any]) -> Iterator[None]:
    """Replace a copy that :meth:`Internal.copies_below` has found by what *make* returns for it."""
    original = vars(holder)[name]
    setattr(holder, name, make(original))
    try:
        yield
    finally:
        setattr(holder, name, original)
