"""Short digests of what Sphinx and extensions keep in memory, the same in every process."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable
from pathlib import PurePath
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from docutils import nodes
from sphinx import addnodes

from pronghorn.cache.tracking.digests import NameOf, UndigestableError, portable_path

SHORT_BYTES = 16
"""Enough to tell values apart. A site has a hundred thousand of these digests, so half the length is worth it."""

_MARSHAL_VERSION = 2  # the newest that does not depend on which objects are one and the same
_PICKLE_PROTOCOL = 4
_MAX_PARTS = 2_000_000
_COMMON = frozenset({nodes.__name__, addnodes.__name__})
_BASIC = frozenset(nodes.Element.basic_attributes)
_SCALARS = frozenset({type(None), bool, int, float, complex, str, bytes})


def short_digest(data: bytes) -> bytes:
    """Return a digest of *data*, :data:`SHORT_BYTES` long."""
    return hashlib.blake2b(data, digest_size=SHORT_BYTES).digest()


def digest_of_state(value: Any, name_of: NameOf | None = None, *, has_objects: bool = True) -> bytes:
    """Return a short digest of *value*.

    Docutils nodes count with what can be seen of them, not with the document around them. The order of a dict
    matters. Functions and classes go by their names: their code is digested elsewhere.

    :param name_of: names absolute paths; they stay as they are if it is not given.
    :param has_objects: whether there may be objects in it; what is of a class of its own but plain data is none.
    :raises UndigestableError: the value holds what has no such digest.
    """
    return short_digest(encoded_state(value, name_of, has_objects=has_objects))


def encoded_state(
    value: Any, name_of: NameOf | None = None, *, has_objects: bool = True, most_parts: int = _MAX_PARTS
) -> bytes:
    """Return what :func:`digest_of_state` digests; what is no plain data may have so many parts."""
    try:
        if name_of is None:
            plain = _seen(value) if isinstance(value, nodes.Node) else value
            return marshal.dumps(plain, _MARSHAL_VERSION)
    except ValueError:  # something else than plain data is in it
        pass
    try:
        walk = _Walk(name_of, has_objects=has_objects, most_parts=most_parts)
        return marshal.dumps(walk.plain(value), _MARSHAL_VERSION)
    except RecursionError as error:
        raise _refused(value, "it is nested too deeply") from error


def _refused(value: object, reason: object) -> UndigestableError:
    return UndigestableError("a value", type(value), reason)


def _seen(node: nodes.Node) -> Any:
    """Return what can be seen of a node, in which something may be left that is not plain data.

    A site has a hundred thousand nodes in its tables of contents, so this takes no look at the single attributes.
    """
    cls = type(node)
    if not isinstance(node, nodes.Element):
        return (cls.__name__, str(node))
    attributes = [item for item in node.attributes.items() if item[1] or item[0] not in _BASIC]
    # Warnings name the lines of toctrees, on whatever page they are given, and extensions those of their nodes.
    # Docutils changes the lines of other nodes when they are put into another document.
    line = node.line if cls is addnodes.toctree or cls.__module__ not in _COMMON else None
    return (cls.__name__, attributes, [_seen(child) for child in node.children], line)


class _Walk:
    """One walk through a value, which becomes plain data."""

    def __init__(self, name_of: NameOf | None, *, has_objects: bool, most_parts: int) -> None:
        self._name_of = name_of
        self._most_parts = most_parts
        self._has_objects = has_objects
        self._open: dict[int, int] = {}
        self._n_parts = 0

    def plain(self, value: Any) -> Any:
        """Return plain data that differs when *value* does."""
        cls = type(value)
        if cls in _SCALARS:
            path = None if self._name_of is None else portable_path(value, self._name_of)
            return value if path is None else ("path", path)
        key = id(value)
        if key in self._open:
            return ("again", len(self._open) - self._open[key])
        self._n_parts += 1
        if self._n_parts > self._most_parts:
            raise _refused(value, "it is part of something too large")
        self._open[key] = len(self._open)
        try:
            return self._compound(value, cls)
        finally:
            del self._open[key]

    def _compound(self, value: Any, cls: type) -> Any:
        for kinds, encode in _COMPOUND:
            if isinstance(value, kinds):
                return (cls.__qualname__, encode(self, value))
        return self._object(value, cls)

    def _object(self, value: Any, cls: type) -> Any:
        """Take a value apart as pickle does: what it is made from, and its state."""
        if not self._has_objects:
            raise _refused(value, "it is not plain data")
        try:
            reduced = value.__reduce_ex__(_PICKLE_PROTOCOL)
        except RecursionError:
            raise
        except Exception as error:
            raise _refused(value, error) from error
        if isinstance(reduced, str):
            return (cls.__module__, cls.__qualname__, reduced)
        function, arguments, *more = reduced
        state, items, pairs = (*more, None, None, None)[:3]
        parts = (function, arguments, _sorted(state), list(items or ()), list(pairs or ()))
        return (cls.__module__, cls.__qualname__, [self.plain(part) for part in parts])


def _sorted(state: Any) -> Any:
    """Return the attributes of an object without their order."""
    if type(state) is dict and all(type(name) is str for name in state):
        return sorted(state.items(), key=lambda item: item[0])
    return state


def _name_of(thing: Any) -> tuple[str, str]:
    name: str = getattr(thing, "__qualname__", thing.__name__)
    if "<" in name:  # a lambda, or a function in a function
        raise _refused(thing, f"{name} is made again in each build")
    return (getattr(thing, "__module__", None) or "", name)


def _encode_set(walk: _Walk, value: Any) -> Any:
    return sorted(marshal.dumps(walk.plain(item), _MARSHAL_VERSION) for item in value)


_COMPOUND: tuple[tuple[Any, Callable[[_Walk, Any], Any]], ...] = (
    (nodes.Node, lambda walk, node: walk.plain(_seen(node))),
    (str, lambda walk, text: walk.plain(str(text))),
    (dict, lambda walk, value: [(walk.plain(key), walk.plain(item)) for key, item in value.items()]),
    (list | tuple, lambda walk, value: [walk.plain(item) for item in value]),
    (set | frozenset, _encode_set),
    (PurePath, lambda walk, path: walk.plain(path.as_posix())),
    (type | FunctionType | BuiltinFunctionType | ModuleType, lambda _walk, thing: _name_of(thing)),
    (MethodType, lambda walk, method: (_name_of(method.__func__), walk.plain(method.__self__))),
)


Projection = Callable[[Any], Any]
"""Gives the part of a value that pages can see."""
