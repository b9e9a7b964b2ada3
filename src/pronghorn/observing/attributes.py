"""What extensions keep on the environment while pages are written, and what of it each page changes.

Sphinx writes pages in order, and a handler may leave something there for pages after that. So a page depends on what
was there when its turn came, and what it has left there belongs to what it makes.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, NamedTuple

from pronghorn.cache.pickles.pickles import PickleRefused
from pronghorn.cache.tracking.digests import UndigestableError
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.observing.state import State
from pronghorn.observing.state_digests import encoded_state, short_digest

ATTRIBUTE = "env"
"""The kind of dependency on what an extension keeps."""
PLAIN = (dict, list, set, defaultdict, OrderedDict, Counter, deque)
"""Containers that hold their items, and nothing else."""

_UNCHANGING = (str, bytes, int, float, NoneType, tuple, frozenset)
_MAX_BYTES, _MAX_PARTS = 50_000, 5_000
"""What is larger is not looked at after each page, which would take long: pages that read it are written each time if
it is another at the end."""


class _Look(NamedTuple):
    form: bytes | None
    """What differs when the value does, in this process; None if it is not followed."""
    digest: bytes


@dataclass(frozen=True, slots=True)
class Changes:
    """What was changed meanwhile."""

    before: dict[str, bytes] = field(default_factory=dict)
    """Digests of all that is followed, as it was before."""
    left: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    """Digests of what was changed, as it is since, with the values packed; these are empty for what was removed."""
    unkept: list[str] = field(default_factory=list)
    """Names of what was changed, and cannot be put there by anybody else."""


class Attributes:
    """Follows attributes of extensions: those that are empty when the first page is written, or that a page asks for.

    :param left_out: names of those that are not followed.
    """

    def __init__(
        self,
        state: State,
        left_out: Collection[str],
        *,
        pack: Callable[[object], bytes],
        unpack: Callable[[bytes], Any],
    ) -> None:
        self.values: dict[str, Any] = {}
        self.has_changed = False
        """Whether anything of it is another than it was when it was first looked at."""
        self._state = state
        self._left_out = left_out
        self._pack = pack
        self._unpack = unpack
        self._looks: dict[str, _Look] = {}
        self._first: dict[str, _Look] = {}

    def hear(self, name: str) -> None:
        """Hear that somebody asks for an attribute, before it is given away."""
        if name not in self._looks and name not in self._left_out:
            self._looks[name] = self._first[name] = self._look(name)

    def is_followed(self, dependency: Dependency) -> bool:
        """Check whether something is an attribute that is followed, from now on at least."""
        if dependency.kind != ATTRIBUTE:
            return False
        self.hear(dependency.name)
        return dependency.name in self._looks and self._looks[dependency.name].form is not None

    def look(self) -> dict[str, _Look]:
        """Look at all that is followed, and return what it is like now."""
        for name, before in self._looks.items():
            if before.form is not None and self._form(name) != before.form:
                self._state.known.pop((ATTRIBUTE, name), None)
                self._looks[name], self.has_changed = self._look(name), True
        return self._looks.copy()

    def changes_since(self, before: Mapping[str, _Look]) -> Changes:
        """Return what has changed since :meth:`look` gave *before*."""
        changes, now = Changes(), self.look()
        for name, then in {**self._first, **before}.items():
            if then.form is None:
                continue
            changes.before[name] = then.digest
            packed = self._packed(name) if now[name].form != then.form else b""
            if packed is None:
                changes.unkept.append(name)
            elif now[name].form != then.form:
                changes.left[name] = now[name].digest, packed
        return changes

    def _packed(self, name: str) -> bytes | None:
        """Pack a value; None if it cannot be had another time, or whoever has it in memory would not see it."""
        if name not in self.values:
            return b""
        value = self.values[name]
        if self._looks[name].form is None or not (type(value) in PLAIN or isinstance(value, _UNCHANGING)):
            return None
        try:
            return self._pack(value)
        except PickleRefused:
            return None

    def put(self, packed: Mapping[str, bytes]) -> bool:
        """Put values back that :meth:`changes_since` has packed; False, and nothing is changed, if they are damaged."""
        try:
            values = {name: self._unpack(data) for name, data in packed.items() if data}
        except PickleRefused:
            return False
        for name in packed:
            if name in values:
                self.values[name] = refilled(self.values.get(name), values[name])
            else:
                self.values.pop(name, None)
        self.look()
        return True

    def _look(self, name: str) -> _Look:
        form = self._form(name)
        return _Look(form, b"" if form is None else self._state.current((ATTRIBUTE, name)))

    def _form(self, name: str) -> bytes | None:
        if name not in self.values:
            return b""
        try:
            form = encoded_state(self.values[name], most_parts=_MAX_PARTS)
        except (UndigestableError, LookupError, TypeError, ValueError):
            return None
        return short_digest(form) if len(form) <= _MAX_BYTES else None


def refilled(there: Any, value: Any) -> Any:
    """Return what is equal to *value*: if it can be, the same container as is there, as somebody else may hold it."""
    if type(there) is not type(value) or type(there) not in PLAIN:
        return value
    if isinstance(there, dict):
        items = {key: refilled(there.get(key), entry) for key, entry in value.items()}
        there.clear()
        there.update(items)
    else:
        there.clear()
        (there.update if isinstance(there, set) else there.extend)(value)
    return there
