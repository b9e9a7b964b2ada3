"""What values consist of, as far as it decides what they are."""

from __future__ import annotations

import functools
import struct
from collections.abc import Callable, Iterable
from enum import Enum
from pathlib import PosixPath, PurePath, PurePosixPath, PureWindowsPath, WindowsPath
from types import (
    BuiltinFunctionType,
    CellType,
    ClassMethodDescriptorType,
    CodeType,
    EllipsisType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    NoneType,
    NotImplementedType,
    WrapperDescriptorType,
)
from typing import Any, NamedTuple

from pronghorn.cache.tracking import code_parts as code

Label = int | str | tuple[object]
"""Where in a value a part of it is: its number, a piece of an expression, or the key in a tuple."""


class Shape(NamedTuple):
    """What a compound value consists of.

    :ivar ordered: whether the order of its parts matters.
    """

    tag: bytes
    children: Iterable[tuple[Label, object]]
    ordered: bool = True


def packed(tag: bytes, content: bytes) -> bytes:
    """Return bytes that tell what they are and where they end."""
    return b"%b%d:%b" % (tag, len(content), content)


def pairs_of(pairs: Iterable[tuple[object, object]]) -> list[tuple[Label, object]]:
    """Return keys and values in turn."""
    return [child for key, value in pairs for child in (("", key), ((key,), value))]


def children_of_state(state: object) -> list[tuple[Label, object]]:
    """Return the state of an object: attributes without their order, or what else it gives pickle."""
    if isinstance(state, tuple) and len(state) == 2 and all(isinstance(one, dict | NoneType) for one in state):  # noqa: PLR2004
        return [child for one in state for child in children_of_state(one)]
    if type(state) is dict and all(type(name) is str for name in state):
        names = sorted(state)
        return [("", tuple(names)), *((f".{name}", state[name]) for name in names)]
    return [("", state)]


def _encode_float(value: float) -> bytes:
    return packed(b"float", struct.pack(">d", value) if value == value else b"nan")  # noqa: PLR0124


def _encode_complex(value: complex) -> bytes:
    return packed(b"complex", _encode_float(value.real) + _encode_float(value.imag))


SCALARS: dict[type, Callable[[Any], bytes]] = {
    NoneType: lambda _: b"None0:",
    EllipsisType: lambda _: b"Ellipsis0:",
    NotImplementedType: lambda _: b"NotImplemented0:",
    bool: lambda value: b"True0:" if value else b"False0:",
    int: lambda value: packed(b"int", b"%x" % value),
    float: _encode_float,
    complex: _encode_complex,
    str: lambda value: packed(b"str", value.encode("utf-8", "surrogatepass")),
    bytes: lambda value: packed(b"bytes", value),
}


def _shape_of_builtin(value: Any) -> Shape:
    return Shape(b"builtin", [(".__self__", value.__self__), ("", value.__module__), ("", value.__name__)])


def _shape_of_bound_slot(value: Any) -> Shape:
    return Shape(b"slot", [(".__self__", value.__self__), ("", value.__name__)])


def _shape_of_descriptor(value: Any) -> Shape:
    return Shape(b"descriptor", [("", value.__objclass__), ("", value.__name__)])


def shape_of_member(value: Enum) -> Shape:
    """Return what a member of an enumeration consists of."""
    return Shape(b"enum", [("", type(value)), ("", value.name), (".value", value.value)])


def shape_of_path(path: PurePath) -> Shape:
    """Return what a path consists of."""
    return Shape(b"path", [("", type(path)), ("", str(path))])


def _shape_of_cell(cell: CellType) -> Shape:
    try:
        return Shape(b"cell", [("", cell.cell_contents)])
    except ValueError:  # not set yet
        return Shape(b"emptycell", [])


SHAPES: dict[type, Callable[[Any], Shape]] = {
    tuple: lambda value: Shape(b"tuple", enumerate(value)),
    list: lambda value: Shape(b"list", enumerate(value)),
    dict: lambda value: Shape(b"dict", pairs_of(value.items())),
    set: lambda value: Shape(b"set", (("", element) for element in value), ordered=False),
    frozenset: lambda value: Shape(b"frozenset", (("", element) for element in value), ordered=False),
    **dict.fromkeys((PosixPath, PurePosixPath, PureWindowsPath, WindowsPath), shape_of_path),
    MappingProxyType: lambda value: Shape(b"mappingproxy", pairs_of(value.items())),
    CodeType: lambda value: Shape(b"code", code.parts_of_code(value)),
    CellType: _shape_of_cell,
    MethodType: lambda value: Shape(b"method", [("", value.__func__), (".__self__", value.__self__)]),
    BuiltinFunctionType: _shape_of_builtin,
    MethodWrapperType: _shape_of_bound_slot,
    MethodDescriptorType: _shape_of_descriptor,
    WrapperDescriptorType: _shape_of_descriptor,
    ClassMethodDescriptorType: _shape_of_descriptor,
    GetSetDescriptorType: _shape_of_descriptor,
    MemberDescriptorType: _shape_of_descriptor,
}

BY_ATTRIBUTES: dict[type, tuple[str, ...]] = {
    property: ("fget", "fset", "fdel"),
    staticmethod: ("__func__",),
    classmethod: ("__func__",),
    functools.cached_property: ("func", "attrname"),
    type(functools.cache(len)): ("__wrapped__",),
}
