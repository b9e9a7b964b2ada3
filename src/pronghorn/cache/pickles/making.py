"""How pickles say what objects are made from."""

from __future__ import annotations

import ast
import copyreg
import datetime as dt
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from enum import Enum
from pathlib import PurePath
from typing import Any

PROTOCOL = 4
_DATES = (dt.date, dt.time, dt.timedelta, dt.timezone)

Reduced = tuple[Any, ...]


def is_reduced(value: object) -> bool:
    """Check whether an object is made by a call of its own choice."""
    reduced = value.__reduce_ex__(PROTOCOL)
    return isinstance(reduced, str) or reduced[0] is not copyreg.__newobj__  # type: ignore[attr-defined]


def reducer_of(cls: type) -> Callable[[Any], Reduced] | None:
    """Return a function that says how to make an object by ``__new__``, if the class says it otherwise."""
    if issubclass(cls, PurePath):
        return _reduce_path
    if issubclass(cls, Enum):
        return _reduce_member
    if issubclass(cls, ast.AST):
        return _reduce_syntax
    if cls in {Counter, OrderedDict}:
        return _reduce_mapping
    if cls is defaultdict:
        return _reduce_defaultdict
    return _reduce_date if issubclass(cls, _DATES) else None


def _new(value: object, *arguments: object) -> Reduced:
    return copyreg.__newobj__, (type(value), *arguments)  # type: ignore[attr-defined]


def _reduce_path(path: PurePath) -> Reduced:
    return type(path), (str(path),)  # in one piece, so that a source directory in it is found


def _reduce_member(member: Enum) -> Reduced:
    return _new(member, member._value_)


def _reduce_syntax(node: ast.AST) -> Reduced:
    return *_new(node), vars(node)


def _reduce_mapping(mapping: dict[Any, Any]) -> Reduced:
    return *_new(mapping), vars(mapping) or None, None, iter(mapping.items())


def _reduce_defaultdict(mapping: defaultdict[Any, Any]) -> Reduced:
    return *_new(mapping), (None, {"default_factory": mapping.default_factory}), None, iter(mapping.items())


def _reduce_date(date: Any) -> Reduced:
    return _new(date, *date.__reduce_ex__(PROTOCOL)[1])
