"""Whether a function of docutils or Sphinx is as a shortcut knows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from types import CodeType, FunctionType, ModuleType

from pronghorn.sphinx_ext.signatures import parameters_of


class Standing(Enum):
    """How a function stands to what is known of it."""

    KNOWN = "known"
    """It is theirs, and as it was when the shortcut was written."""
    FOREIGN = "foreign"
    """Somebody else has put another in its place, or it is not there."""
    CHANGED = "changed"
    """It is theirs, and does its work in another way."""


@dataclass(frozen=True, slots=True)
class Known:
    """A function as a shortcut knows it.

    :param owner: the class or module that has it.
    :param parameters: its parameters, without types.
    :param uses: all names of attributes and globals that it uses, in any order: they hardly ever stay the same when
        what it does changes, and do not depend on the version of Python as its byte code does.
    :param later: the same for later versions of it, which do the same as far as the shortcut is concerned.
    """

    owner: type | ModuleType
    name: str
    parameters: str
    uses: str
    later: tuple[str, ...] = ()

    def standing(self) -> Standing:
        """Compare with what is there now."""
        function = vars(self.owner).get(self.name)
        if not isinstance(function, FunctionType) or hasattr(function, "__wrapped__") or not self._is_theirs(function):
            return Standing.FOREIGN
        uses = [set(names.split()) for names in (self.uses, *self.later)]
        is_same = parameters_of(function) == self.parameters and _used(function.__code__) in uses
        return Standing.KNOWN if is_same else Standing.CHANGED

    def _is_theirs(self, function: FunctionType) -> bool:
        if isinstance(self.owner, ModuleType):
            return (function.__module__, function.__qualname__) == (self.owner.__name__, self.name)
        its = f"{self.owner.__qualname__}.{self.name}"
        return (function.__module__, function.__qualname__) == (self.owner.__module__, its)

    def __str__(self) -> str:
        """Give the name under which a message speaks of it."""
        owner = self.owner.__name__ if isinstance(self.owner, ModuleType) else self.owner.__qualname__
        return f"{owner}.{self.name}"


def _used(code: CodeType) -> set[str]:
    return set(_names(code))


def _names(code: CodeType) -> Iterator[str]:
    """Give the names that a function uses, with those of the functions inside it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
