"""Digests of Python values that are the same in every process."""

from __future__ import annotations

import copyreg
import functools
import struct
from collections.abc import Callable, Iterable
from enum import Enum
from pathlib import Path
from types import (
    BuiltinFunctionType,
    CellType,
    ClassMethodDescriptorType,
    CodeType,
    EllipsisType,
    FunctionType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
    NoneType,
    NotImplementedType,
    WrapperDescriptorType,
)
from typing import Any, NamedTuple

from pronghorn.cache.tracking import code_digests as code
from pronghorn.cache.tracking.code_digests import ModuleDigests
from pronghorn.cache.tracking.digests import digest_of
from pronghorn.errors import PronghornError

Label = int | str | tuple[object]
"""Where in a value a part of it is: its number, a piece of an expression, or the key in a tuple."""

MAX_PARTS = 5_000_000
"""A value of more parts is refused: it is a whole application rather than a setting."""

_PICKLE_PROTOCOL = 4
_HEAP_TYPE = 1 << 9  # the flag of classes that were made by a class statement, and of few others


class UndigestableError(PronghornError):
    """A value holds something that has no digest which is the same in every process.

    :ivar path: where it is: ``html_context['x'][3]``.
    :ivar kind: its type.
    """

    def __init__(self, path: str, kind: type, reason: object) -> None:
        super().__init__(f"{path} ({kind.__module__}.{kind.__qualname__}) cannot be digested: {reason}")
        self.path = path
        self.kind = kind


def digest_value(value: object, name: str = "value") -> bytes:
    """Return a digest of *value*, the same for equal values in every process and clone.

    The order of a dict matters, as does the type of everything: True, 1 and 1.0 differ. Functions and classes are
    digested by what they do, see :mod:`pronghorn.cache.tracking.code_digests`.

    :param name: what errors call the value.
    :raises UndigestableError: it holds what has no such digest: an open file, a lock, a generator.
    """
    return ValueDigests().digest(value, name)


def _digest_of_file(path: Path) -> bytes:
    return digest_of(path.read_bytes())


class ValueDigests:
    """Digests of values, for one build: each module that they refer to is looked at once.

    :param digest_file: gives the digest of a file's content.
    """

    def __init__(self, digest_file: Callable[[Path], bytes] = _digest_of_file) -> None:
        self._modules = ModuleDigests(digest_file)

    def digest(self, value: object, name: str = "value") -> bytes:
        """Do as :func:`digest_value` does."""
        walk = _Walk(self._modules, name)
        try:
            return digest_of(walk.encode(value))
        except UndigestableError:
            raise
        except RecursionError as error:
            raise UndigestableError(name, type(value), "it is nested too deeply") from error
        except Exception as error:  # whatever the code of a value's class makes of being asked for its state
            raise walk.error(error) from error


class _Shape(NamedTuple):
    """What a compound value consists of.

    :ivar ordered: whether the order of its parts matters.
    """

    tag: bytes
    children: Iterable[tuple[Label, object]]
    ordered: bool = True


class _Walk:
    """One walk through a value.

    Each part becomes bytes that tell where they end. A part met again while it is still open is named by its distance.
    Parts that refer to each other in a circle (a *knot*) are closed together, as in Tarjan's algorithm. What a part
    becomes depends on nothing that was met before, so that it does not matter in which order a set gives its elements.
    """

    def __init__(self, modules: ModuleDigests, name: str) -> None:
        self._modules = modules
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
        scalar = _SCALARS.get(type(value))
        if scalar is not None:
            return scalar(value)
        key = id(value)
        if key in self._open:
            self._reached = min(self._reached, self._open[key])
            return _packed(b"again", b"%d" % (self._position - self._open[key]))
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

    def _encode_parts(self, shape: _Shape) -> bytes:
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
        return _packed(shape.tag, digest_of(b"".join(encoded)))

    def _shape_of(self, value: Any) -> _Shape:
        shape = _SHAPES.get(type(value))
        if shape is not None:
            return shape(value)
        families: dict[type, Callable[[Any], _Shape]] = {
            type: self._shape_of_class,
            FunctionType: self._shape_of_function,
            ModuleType: self._shape_of_module,
            Enum: _shape_of_member,
            set: self._shape_of_special_set,
            frozenset: self._shape_of_special_set,
        }
        for family, shape in families.items():
            if isinstance(value, family):
                return shape(value)
        for family, names in _BY_ATTRIBUTES.items():
            if isinstance(value, family):
                return _Shape(b"parts", [("", type(value)), *((f".{name}", getattr(value, name)) for name in names)])
        return self._shape_as_pickled(value)

    def _shape_of_class(self, cls: type) -> _Shape:
        home = code.home_of(cls)
        if home is not None and (digest := self._modules.digest(home)) is not None:
            return _Shape(b"class", [("", digest), ("", cls.__qualname__)])
        if not cls.__flags__ & _HEAP_TYPE:
            return _Shape(b"type", [("", cls.__module__), ("", cls.__qualname__)])
        return _Shape(b"newclass", code.parts_of_class(cls))

    def _shape_of_function(self, function: FunctionType) -> _Shape:
        home = code.home_of(function)
        if home is not None and (digest := self._modules.digest(home)) is not None:
            return _Shape(b"function", [("", digest), ("", function.__qualname__)])
        around = code.module_around(function)
        if around is not None and (digest := self._modules.digest(around)) is not None:
            return _Shape(b"inner", [("", digest), *code.parts_of_function(function)])
        imported = [(name, self._modules.digest(name, whole=True)) for name in code.imported_names(function.__code__)]
        parts = [*code.parts_of_function(function), ("", sorted(imported)), *code.parts_of_globals(function)]
        if code.reads_any_global(function):
            parts.append(("", self._source_of(function)))
        return _Shape(b"newfunction", parts)

    def _source_of(self, function: FunctionType) -> bytes:
        try:
            return Path(function.__code__.co_filename).read_bytes()
        except OSError as error:
            raise self.error(f"it may read any global variable, and {error}") from error

    def _shape_of_module(self, module: ModuleType) -> _Shape:
        digest = self._modules.digest(module.__name__, whole=True)
        if digest is None:
            raise self.error("it has no file")
        return _Shape(b"module", [("", digest)])

    def _shape_of_special_set(self, value: set[object] | frozenset[object]) -> _Shape:
        elements = self._encode_parts(_Shape(b"set", (("", element) for element in value), ordered=False))
        return _Shape(
            b"subset", [("", type(value)), ("", elements), *_children_of_state(getattr(value, "__dict__", None))]
        )

    def _shape_as_pickled(self, value: Any) -> _Shape:
        """Take a value apart as pickle does: what it is made from, and its state."""
        reduce = copyreg.dispatch_table.get(type(value))
        reduced: Any = value.__reduce_ex__(_PICKLE_PROTOCOL) if reduce is None else reduce(value)
        if isinstance(reduced, str):
            return _Shape(b"name", [("", type(value)), ("", value.__module__), ("", reduced)])
        function, arguments, state, items, pairs = (*reduced, None, None, None)[:5]
        made: list[tuple[Label, object]] = [("", function), ("", arguments)]
        return _Shape(b"object", [*made, *_children_of_state(state), *enumerate(items or ()), *_pairs(pairs or ())])

    def error(self, reason: object) -> UndigestableError:
        """Return the error that says where the walk is."""
        return UndigestableError("".join(map(_told, self._labels)), type(self._met[-1]), reason)


def _told(label: Label) -> str:
    """Return a label as a piece of a Python expression."""
    if isinstance(label, str):
        return label
    return f"[{label}]" if isinstance(label, int) else f"[{label[0]!r}]"


def _packed(tag: bytes, content: bytes) -> bytes:
    return b"%b%d:%b" % (tag, len(content), content)


def _pairs(pairs: Iterable[tuple[object, object]]) -> list[tuple[Label, object]]:
    """Return keys and values in turn."""
    return [child for key, value in pairs for child in (("", key), ((key,), value))]


def _children_of_state(state: object) -> list[tuple[Label, object]]:
    """Return the state of an object: attributes without their order, or what else it gives pickle."""
    if isinstance(state, tuple) and len(state) == 2 and all(isinstance(one, dict | NoneType) for one in state):  # noqa: PLR2004
        return [child for one in state for child in _children_of_state(one)]
    if type(state) is dict and all(type(name) is str for name in state):
        names = sorted(state)
        return [("", tuple(names)), *((f".{name}", state[name]) for name in names)]
    return [("", state)]


def _encode_float(value: float) -> bytes:
    return _packed(b"float", struct.pack(">d", value) if value == value else b"nan")  # noqa: PLR0124


def _encode_complex(value: complex) -> bytes:
    return _packed(b"complex", _encode_float(value.real) + _encode_float(value.imag))


_SCALARS: dict[type, Callable[[Any], bytes]] = {
    NoneType: lambda _: b"None0:",
    EllipsisType: lambda _: b"Ellipsis0:",
    NotImplementedType: lambda _: b"NotImplemented0:",
    bool: lambda value: b"True0:" if value else b"False0:",
    int: lambda value: _packed(b"int", b"%x" % value),
    float: _encode_float,
    complex: _encode_complex,
    str: lambda value: _packed(b"str", value.encode("utf-8", "surrogatepass")),
    bytes: lambda value: _packed(b"bytes", value),
}


def _shape_of_builtin(value: Any) -> _Shape:
    return _Shape(b"builtin", [(".__self__", value.__self__), ("", value.__module__), ("", value.__name__)])


def _shape_of_bound_slot(value: Any) -> _Shape:
    return _Shape(b"slot", [(".__self__", value.__self__), ("", value.__name__)])


def _shape_of_descriptor(value: Any) -> _Shape:
    return _Shape(b"descriptor", [("", value.__objclass__), ("", value.__name__)])


def _shape_of_member(value: Enum) -> _Shape:
    return _Shape(b"enum", [("", type(value)), ("", value.name), (".value", value.value)])


def _shape_of_cell(cell: CellType) -> _Shape:
    try:
        return _Shape(b"cell", [("", cell.cell_contents)])
    except ValueError:  # not set yet
        return _Shape(b"emptycell", [])


_SHAPES: dict[type, Callable[[Any], _Shape]] = {
    tuple: lambda value: _Shape(b"tuple", enumerate(value)),
    list: lambda value: _Shape(b"list", enumerate(value)),
    dict: lambda value: _Shape(b"dict", _pairs(value.items())),
    set: lambda value: _Shape(b"set", (("", element) for element in value), ordered=False),
    frozenset: lambda value: _Shape(b"frozenset", (("", element) for element in value), ordered=False),
    MappingProxyType: lambda value: _Shape(b"mappingproxy", _pairs(value.items())),
    CodeType: lambda value: _Shape(b"code", code.parts_of_code(value)),
    CellType: _shape_of_cell,
    MethodType: lambda value: _Shape(b"method", [("", value.__func__), (".__self__", value.__self__)]),
    BuiltinFunctionType: _shape_of_builtin,
    MethodWrapperType: _shape_of_bound_slot,
    MethodDescriptorType: _shape_of_descriptor,
    WrapperDescriptorType: _shape_of_descriptor,
    ClassMethodDescriptorType: _shape_of_descriptor,
    GetSetDescriptorType: _shape_of_descriptor,
    MemberDescriptorType: _shape_of_descriptor,
}

_BY_ATTRIBUTES: dict[type, tuple[str, ...]] = {
    property: ("fget", "fset", "fdel"),
    staticmethod: ("__func__",),
    classmethod: ("__func__",),
    functools.cached_property: ("func", "attrname"),
    type(functools.cache(len)): ("__wrapped__",),
}
