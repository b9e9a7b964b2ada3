"""The shapes that internals are expected to have, and how they compare with them."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from types import CodeType, FunctionType, ModuleType
from typing import Any, Protocol

Owner = type | ModuleType
"""A class or module that has an internal."""

_MISSING = object()


class Standing(Enum):
    """How an internal compares with its expected shape."""

    KNOWN = "as expected"
    FOREIGN = "put in its place by somebody else"
    CHANGED = "not as expected"
    ABSENT = "not there in this version, and missed by nobody"


class Shape(Protocol):
    """What is expected of an internal. ``str()`` describes it for the manual."""

    def standing(self, owner: Owner, name: str) -> Standing:
        """Compare with what *owner* has under *name* now."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method.

    :param parameters: its parameters, without types.
    :param calls: names of attributes and globals that must be among those that it uses.
    :param uses: all names of attributes and globals that it uses, in any order: they hardly ever stay the same when
        what it does changes, and do not depend on the version of Python as its byte code does. None if that does not
        matter.
    """

    parameters: str
    calls: str = ""
    uses: str | None = None

    def standing(self, owner: Owner, name: str) -> Standing:
        """Compare parameters and names; a function that is not defined where it is found is foreign."""
        found = vars(owner).get(name, _MISSING)
        if not hasattr(owner, name):
            return Standing.CHANGED
        if self.uses is not None and not is_defined_by(owner, name, found):
            return Standing.FOREIGN
        function = getattr(owner, name, None)
        if not callable(function) or parameters_of(function) != self.parameters:
            return Standing.CHANGED
        used = names_used_by(function)
        if self.uses is not None:
            return Standing.KNOWN if used == set(self.uses.split()) else Standing.CHANGED
        return Standing.KNOWN if used.issuperset(self.calls.split()) else Standing.CHANGED

    def __str__(self) -> str:
        return f"({self.parameters})" + (f", uses {', '.join(self.calls.split())}" if self.calls else "")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that a class gives its objects.

    :param set_in: the methods of which one mentions it.
    """

    set_in: str = "__init__"

    def standing(self, owner: Owner, name: str) -> Standing:
        """Look for the attribute on the class, and in the methods that would set it."""
        is_declared = isinstance(vars(owner).get(name, _MISSING), property)
        methods = (getattr(owner, method, None) for method in self.set_in.split())
        is_set = any(name in names_used_by(method) for method in methods)
        return Standing.KNOWN if is_declared or is_set else Standing.CHANGED

    def __str__(self) -> str:
        return f"attribute, set in {', '.join(self.set_in.split())}"


@dataclass(frozen=True, slots=True)
class KeptAside:
    """An attribute that an extension gives the environment, or a builder.

    :param used_in: the functions of its module that all mention it.
    """

    used_in: str

    def standing(self, owner: Owner, name: str) -> Standing:
        """Look for the attribute in these functions."""
        functions = [getattr(owner, function, None) for function in self.used_in.split()]
        is_known = all(name in names_used_by(function) | texts_in(function) for function in functions)
        return Standing.KNOWN if is_known else Standing.CHANGED

    def __str__(self) -> str:
        return f"attribute of another object, used in {', '.join(self.used_in.split())}"


@dataclass(frozen=True, slots=True)
class Value:
    """An attribute that exists as soon as its class or module is loaded.

    :param kind: what it is an instance of.
    :param has: attributes that it has.
    """

    kind: type = object
    has: str = ""

    def standing(self, owner: Owner, name: str) -> Standing:
        """Compare its kind and attributes."""
        found = getattr(owner, name, _MISSING)
        is_there = found is not _MISSING and isinstance(found, self.kind)
        is_known = is_there and all(hasattr(found, attribute) for attribute in self.has.split())
        return Standing.KNOWN if is_known else Standing.CHANGED

    def __str__(self) -> str:
        kind = "value" if self.kind is object else self.kind.__name__
        return kind + (f" with {', '.join(self.has.split())}" if self.has else "")


@dataclass(frozen=True, slots=True)
class Attributes:
    """All attributes that a class gives its objects, none besides.

    :param known: their names.
    :param set_in: the methods that set them.
    """

    known: frozenset[str]
    set_in: str

    def standing(self, owner: Owner, name: str) -> Standing:
        """Look for attributes that are set, and not known."""
        del name
        found = {attribute for method in self.set_in.split() for attribute in stored_by(getattr(owner, method, None))}
        return Standing.KNOWN if found and found <= self.known else Standing.CHANGED

    def __str__(self) -> str:
        return f"has no attributes but {', '.join(sorted(self.known))}"


def parameters_of(function: object) -> str:
    """Write the parameters of a function as Python does, without types; empty if there is no function."""
    if not callable(function):
        return ""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return "?"
    plain = [parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()]
    return ", ".join(map(str, plain))


def is_defined_by(owner: Owner, name: str, found: object) -> bool:
    """Check whether a function is the one that *owner* itself defines under *name*."""
    if not isinstance(found, FunctionType) or hasattr(found, "__wrapped__"):
        return False
    if isinstance(owner, ModuleType):
        return (found.__module__, found.__qualname__) == (owner.__name__, name)
    return (found.__module__, found.__qualname__) == (owner.__module__, f"{owner.__qualname__}.{name}")


def names_used_by(function: object) -> set[str]:
    """Return the names of attributes and globals that a function uses, with those of the functions inside it."""
    return {name for code in _codes_of(function) for name in code.co_names}


def texts_in(function: object) -> set[str]:
    """Return the string constants in a function, among them names of attributes that it looks up with ``getattr``."""
    return {constant for code in _codes_of(function) for constant in code.co_consts if isinstance(constant, str)}


def stored_by(method: object) -> set[str]:
    """Return the names of the attributes that a method stores on its object."""
    found = set()
    for code in _codes_of(method):
        loaded: Any = None
        for instruction in dis.get_instructions(code):
            if instruction.opname == "STORE_ATTR" and loaded == "self":
                found.add(str(instruction.argval))
            # From Python 3.13 on, one instruction may load two variables.
            last = instruction.argval[-1:] if isinstance(instruction.argval, tuple) else (instruction.argval,)
            loaded = next(iter(last), None) if instruction.opname.startswith("LOAD_FAST") else None
    return found


def _codes_of(function: object) -> Iterator[CodeType]:
    code = getattr(inspect.unwrap(function) if callable(function) else function, "__code__", None)
    pending = [code] if isinstance(code, CodeType) else []
    while pending:
        yield (one := pending.pop())
        pending += [constant for constant in one.co_consts if isinstance(constant, CodeType)]
