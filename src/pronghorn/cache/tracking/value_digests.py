"""Digests of Python values that are the same in every process."""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from enum import Enum
from pathlib import Path, PurePath
from types import FunctionType, ModuleType
from typing import Any

from pronghorn.cache.tracking import code_parts as code
from pronghorn.cache.tracking.digests import NameOf, UndigestableError, digest_of, digest_of_file, portable_path
from pronghorn.cache.tracking.module_digests import ModuleDigests
from pronghorn.cache.tracking.value_shapes import (
    BY_ATTRIBUTES,
    SCALARS,
    SHAPES,
    Label,
    Shape,
    children_of_state,
    packed,
    pairs_of,
    shape_of_member,
    shape_of_path,
)

MAX_PARTS = 5_000_000
"""A value of more parts is refused: it is a whole application rather than a setting."""

Known = Callable[[object], bytes | None]

_PICKLE_PROTOCOL = 4
_HEAP_TYPE = 1 << 9  # the flag of classes that were made by a class statement, and of few others


def digest_value(value: object, name: str = "value") -> bytes:
    """Return a digest of *value*, the same for equal values in every process and clone.

    The order of a dict matters, as does the type of everything: True, 1 and 1.0 differ. Functions and classes are
    digested by what they do, see :mod:`pronghorn.cache.tracking.code_parts`.

    :param name: what errors call the value.
    :raises UndigestableError: it holds what has no such digest: an open file, a lock, a generator.
    """
    return ValueDigests().digest(value, name)


class ValueDigests:
    """Digests of values, for one build: each module that they refer to is looked at once.

    :param digest_file: gives the digest of a file's content.
    """

    def __init__(self, digest_file: Callable[[Path], bytes] = digest_of_file) -> None:
        self._modules = ModuleDigests(digest_file)

    def digest(
        self, value: object, name: str = "value", name_of: NameOf | None = None, known: Known | None = None
    ) -> bytes:
        """Do as :func:`digest_value` does.

        :param name_of: names absolute paths, in texts too, so that they mean the same in every clone; they stay as
            they are if it is not given.
        :param known: gives bytes that stand for an object; None for one that is to be taken apart.
        """
        walk = _Walk(self._modules, name, name_of, known)
        try:
            return digest_of(walk.encode(value))
        except UndigestableError:
            raise
        except RecursionError as error:
            raise UndigestableError(name, type(value), "it is nested too deeply") from error
        except Exception as error:  # whatever the code of a value's class makes of being asked for its state
            raise walk.error(error) from error


class _Walk:
    """One walk through a value.

    Each part becomes bytes that tell where they end. A part met again while it is still open is named by its distance.
    Parts that refer to each other in a circle (a *knot*) are closed together, as in Tarjan's algorithm. What a part
    becomes depends on nothing that was met before, so that it does not matter in which order a set gives its elements.
    """

    def __init__(self, modules: ModuleDigests, name: str, name_of: NameOf | None, known: Known | None) -> None:
        self._modules = modules
        self._known = known
        self._name_of = name_of
        self._labels: list[Label] = [name]
        self._met: list[object] = []  # holding them keeps each id that of one object
        self._open: dict[int, int] = {}
        self._position = 0
        self._reached = 0
        self._closed: dict[int, bytes] = {}
        self._unclosed: list[int] = []
        self._knot_of: dict[int, int] = {}
        self._entered: set[int] = set()

    def encode(self, value: object) -> bytes:
        """Return the bytes for *value*."""
        scalar = SCALARS.get(type(value))
        if scalar is not None:
            path = None if self._name_of is None else portable_path(value, self._name_of)
            return scalar(value) if path is None else packed(b"path", scalar(path))
        if self._known is not None and (stands_for := self._known(value)) is not None:
            return packed(b"known", stands_for)
        key = id(value)
        if key in self._open:
            self._reached = min(self._reached, self._open[key])
            return packed(b"again", b"%d" % (self._position - self._open[key]))
        if key in self._closed and self._knot_of.get(key) not in self._entered:
            return self._closed[key]
        return self._enter(key, value)

    def _enter(self, key: int, value: object) -> bytes:
        """Encode a compound value, and close it unless it refers to one around it."""
        self._met.append(value)
        if len(self._met) > MAX_PARTS:
            raise self.error("it is part of something too large")
        here, outer_reached, n_unclosed = self._position, self._reached, len(self._unclosed)
        if key in self._knot_of:
            # What others of the knot became is of no use here. Once closed, the knot has another name.
            self._entered.add(self._knot_of[key])
        self._open[key] = self._reached = here
        self._position += 1
        self._unclosed.append(key)
        encoded = self._encode_parts(self._shape_of(value))
        if self._reached == here:
            self._close(key, n_unclosed)
            self._closed[key] = encoded
            self._position = here
        self._reached = min(outer_reached, self._reached)
        return encoded

    def _close(self, key: int, n_unclosed: int) -> None:
        members = self._unclosed[n_unclosed:]
        del self._unclosed[n_unclosed:]
        for member in members:
            self._open.pop(member, None)
            if len(members) > 1:
                self._knot_of[member] = key

    def _encode_parts(self, shape: Shape) -> bytes:
        encoded = []
        for label, part in shape.children:
            position, n_unclosed = self._position, len(self._unclosed)
            self._labels.append(label)
            encoded.append(self.encode(part))
            self._labels.pop()
            if not shape.ordered:
                # The next one is encoded as if it were the first.
                self._position = position
                for key in self._unclosed[n_unclosed:]:
                    self._open.pop(key, None)
        if not shape.ordered:
            encoded.sort()
        return packed(shape.tag, digest_of(b"".join(encoded)))

    def _shape_of(self, value: Any) -> Shape:
        shape = SHAPES.get(type(value))
        if shape is not None:
            return shape(value)
        families: dict[type, Callable[[Any], Shape]] = {
            type: self._shape_of_class,
            FunctionType: self._shape_of_function,
            ModuleType: self._shape_of_module,
            Enum: shape_of_member,
            PurePath: shape_of_path,
            set: self._shape_of_special_set,
            frozenset: self._shape_of_special_set,
        }
        for family, shape in families.items():
            if isinstance(value, family):
                return shape(value)
        for family, names in BY_ATTRIBUTES.items():
            if isinstance(value, family):
                return Shape(b"parts", [("", type(value)), *((f".{name}", getattr(value, name)) for name in names)])
        return self._shape_as_pickled(value)

    def _shape_of_class(self, cls: type) -> Shape:
        home = code.home_of(cls)
        if home is not None and (digest := self._modules.digest(home)) is not None:
            return Shape(b"class", [("", digest), ("", cls.__qualname__)])
        if not cls.__flags__ & _HEAP_TYPE:
            return Shape(b"type", [("", cls.__module__), ("", cls.__qualname__)])
        return Shape(b"newclass", code.parts_of_class(cls))

    def _shape_of_function(self, function: FunctionType) -> Shape:
        home = code.home_of(function)
        if home is not None and (digest := self._modules.digest(home)) is not None:
            return Shape(b"function", [("", digest), ("", function.__qualname__)])
        around = code.module_around(function)
        if around is not None and (digest := self._modules.digest(around)) is not None:
            return Shape(b"inner", [("", digest), *code.parts_of_function(function)])
        imported = [(name, self._modules.digest(name, whole=True)) for name in code.imported_names(function.__code__)]
        parts = [*code.parts_of_function(function), ("", sorted(imported)), *code.parts_of_globals(function)]
        if code.reads_any_global(function):
            parts.append(("", self._source_of(function)))
        return Shape(b"newfunction", parts)

    def _source_of(self, function: FunctionType) -> bytes:
        try:
            return Path(function.__code__.co_filename).read_bytes()
        except OSError as error:
            raise self.error(f"it may read any global variable, and {error}") from error

    def _shape_of_module(self, module: ModuleType) -> Shape:
        digest = self._modules.digest(module.__name__, whole=True)
        if digest is None:
            raise self.error("it has no file")
        return Shape(b"module", [("", digest)])

    def _shape_of_special_set(self, value: set[object] | frozenset[object]) -> Shape:
        elements = self._encode_parts(Shape(b"set", (("", element) for element in value), ordered=False))
        return Shape(
            b"subset", [("", type(value)), ("", elements), *children_of_state(getattr(value, "__dict__", None))]
        )

    def _shape_as_pickled(self, value: Any) -> Shape:
        """Take a value apart as pickle does: what it is made from, and its state."""
        reduce = copyreg.dispatch_table.get(type(value))
        reduced: Any = value.__reduce_ex__(_PICKLE_PROTOCOL) if reduce is None else reduce(value)
        if isinstance(reduced, str):
            return Shape(b"name", [("", type(value)), ("", value.__module__), ("", reduced)])
        function, arguments, state, items, pairs = (*reduced, None, None, None)[:5]
        made: list[tuple[Label, object]] = [("", function), ("", arguments)]
        return Shape(b"object", [*made, *children_of_state(state), *enumerate(items or ()), *pairs_of(pairs or ())])

    def error(self, reason: object) -> UndigestableError:
        """Return the error that says where the walk is."""
        return UndigestableError("".join(map(_told, self._labels)), type(self._met[-1]), reason)


def _told(label: Label) -> str:
    """Return a label as a piece of a Python expression."""
    if isinstance(label, str):
        return label
    return f"[{label}]" if isinstance(label, int) else f"[{label[0]!r}]"
