"""Rows for tests: all of the register, and fakes of what they stand for."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FunctionType, ModuleType

from pronghorn.seam.internal import Internal
from pronghorn.seam.register import all_rows
from pronghorn.seam.shape import Function

IDS = {row: f"{row.place}" for row in all_rows()}


def installed_rows() -> list[Internal]:
    """Return the rows whose modules can be imported here; themes may be missing."""
    return [row for row in all_rows() if _can_import(row.module)]


def _can_import(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


def _other(unlike: object, anything: object) -> None:
    """Do nothing of what a function should."""


def _unlike(function: FunctionType) -> FunctionType:
    other = FunctionType(_other.__code__, {}, function.__name__)
    other.__module__, other.__qualname__ = function.__module__, function.__qualname__
    return other


@contextmanager
def changed(row: Internal) -> Iterator[Internal]:
    """Pretend to have another Sphinx, until the block ends: there is something else under a row's name.

    The class or module is a copy, so that Sphinx itself goes on.
    """
    owner = row.owner
    assert owner is not None
    copy: type | ModuleType
    if isinstance(owner, ModuleType):
        copy = ModuleType(owner.__name__)
    else:
        copy = type(owner.__name__, (), {})
        copy.__module__ = owner.__module__
        copy.__qualname__ = owner.__qualname__
    for name, value in vars(owner).items():
        is_expected = name != row.name or any(isinstance(shape, Function) for shape in row.shapes)
        if isinstance(value, FunctionType) and name != "__getattr__" and is_expected:
            setattr(copy, name, _unlike(value))
    fake = Internal(row.place, row.touch, row.shapes, row.serves, lost=row.lost, why=row.why)
    vars(fake)["owner"] = copy
    yield fake
    assert row.module in sys.modules
