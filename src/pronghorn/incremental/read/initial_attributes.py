"""What extensions have put on the environment before the first page was read, and pages may change.

Each page gets a copy. What it makes of that is what it contributes.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator, Mapping
from types import FunctionType, ModuleType, NoneType
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from pronghorn.cache.tracking.digests import UndigestableError
from pronghorn.observing.state_digests import digest_of_state

_UNCHANGING = (str, bytes, int, float, complex, NoneType, type, FunctionType, ModuleType)
_FOREIGN = (Sphinx, BuildEnvironment, nodes.Node)
_MAX_BYTES = 100_000
"""To copy more for each page would take long. The inventories of intersphinx may be larger; no page changes them."""


class InitialAttributes:
    """Such attributes of the environment, pickled.

    :param kept: those that pages have changed, by name: *main* does not have them as they were any more. The others
        are taken from *main* when they are asked for.
    """

    def __init__(self, main: BuildEnvironment, kept: dict[str, bytes]) -> None:
        self._main = main
        self._kept = kept
        self._forms: dict[str, bytes | None] = {}
        self._unchanged: dict[str, bytes | None] = {}

    def _form_of(self, name: str) -> bytes | None:
        """Return the start of an attribute; None if it has none, or pages get the thing itself."""
        if name in self._kept:
            return self._kept[name]
        if name not in self._forms:
            self._forms[name] = _dumped(getattr(self._main, name, None))
        return self._forms[name]

    def _is_unchanged(self, name: str, form: bytes, value: Any) -> bool:
        """Check whether a page has left its copy as it was.

        It is compared with another copy, not with the original: which equal strings are one object may differ there.
        """
        if name not in self._unchanged:
            self._unchanged[name] = _compared(_loaded(form))
        now = _compared(value)
        return now is not None and (now == self._unchanged[name] or _holds_the_same(value, _loaded(form)))

    def has(self, name: str) -> bool:
        """Check whether the start of an attribute was kept."""
        return name in self._kept

    def keep(self, name: str) -> None:
        """Keep the start of an attribute that a page has changed."""
        form = self._form_of(name)
        if form is None and hasattr(self._main, name):
            form = _dumped(getattr(self._main, name), limit=None)  # plain values are lent as they are
        if form is not None:
            self._kept[name] = form

    def kept(self) -> dict[str, Any]:
        """Return the starts that were kept."""
        return {name: _loaded(form) for name, form in self._kept.items()}

    def lend(self, name: str) -> tuple[bool, Any]:
        """Return whether a page is to have a copy of an attribute, and the copy."""
        form = self._form_of(name)
        return (False, None) if form is None else (True, _loaded(form))

    def growth(self, name: str, value: Any) -> Any:
        """Return what a page has made of an attribute: of a dictionary the new entries; None if nothing."""
        form = self._form_of(name)
        if form is None:
            return value
        if self._is_unchanged(name, form, value):
            return None
        start = _loaded(form)
        if not isinstance(value, dict) or not isinstance(start, dict):
            return value
        return {key: entry for key, entry in value.items() if not _is_same(start, key, entry)} or None

    def filled(self, name: str, growth: Any) -> Any:
        """Undo :meth:`growth`."""
        start = _loaded(self._kept[name]) if name in self._kept else None
        if not isinstance(start, dict) or not isinstance(growth, dict):
            return growth
        start.update(growth)  # it may be of a class of its own, such as ``defaultdict``
        return start

    def changed_parts(self, attributes: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Return what pages have changed, not added: names with the key in it, None for the whole."""
        for name, growth in attributes.items():
            if name not in self._kept:
                continue
            start = _loaded(self._kept[name])
            if isinstance(start, dict) and isinstance(growth, dict):
                yield from ((name, key) for key in growth if key in start)
            else:
                yield name, None


def form_of_part(env: BuildEnvironment, name: str, key: Any) -> bytes | None:
    """Pickle part of an attribute, to compare; None if that cannot be done."""
    value = getattr(env, name, None)
    return _compared(value if key is None or not isinstance(value, dict) else value.get(key))


def _is_same(start: dict[Any, Any], key: Any, entry: Any) -> bool:
    if key not in start:
        return False
    now = _compared(entry)
    return now is not None and (now == _compared(start[key]) or _holds_the_same(entry, start[key]))


def _holds_the_same(value: Any, other: Any) -> bool:
    """Check whether two values are equal in all that can be seen: somewhere in them may be sets in another order."""
    try:
        return digest_of_state(value) == digest_of_state(other)
    except UndigestableError:
        return False


def _compared(value: Any) -> bytes | None:
    """Pickle to compare; equal sets may give their elements in another order."""
    return _dumped(value, limit=None)


class _Pickler(pickle.Pickler):
    """Refuses what leads to the whole site."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, _FOREIGN):
            raise pickle.PicklingError(f"{type(value).__name__} is not data")
        return NotImplemented


def _dumped(value: Any, limit: int | None = _MAX_BYTES) -> bytes | None:
    """Pickle a value; None if it cannot be changed, or cannot be pickled."""
    if limit is not None and isinstance(value, _UNCHANGING):
        return None
    stream = io.BytesIO()
    try:
        _Pickler(stream, pickle.HIGHEST_PROTOCOL).dump(value)
    except (pickle.PicklingError, TypeError, AttributeError, ValueError, RecursionError):  # what pickle may raise
        return None
    form = stream.getvalue()
    return form if limit is None or len(form) <= limit else None


def _loaded(form: bytes) -> Any:
    return pickle.loads(form)  # noqa: S301 - made above, or kept in the environment, which is a pickle itself
