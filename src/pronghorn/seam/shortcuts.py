"""Putting shortcuts in when a build begins, and taking them out when it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import update_wrapper
from types import ModuleType
from typing import Any

from pronghorn.seam.internal import Internal
from pronghorn.seam.shape import Standing

Place = tuple[type | ModuleType, str]
"""A class or module, and the name of a function in it."""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Functions that replace theirs."""

    relies_on: Sequence[Internal]
    """The rows that must be as expected, among them the functions that are replaced."""
    make: Callable[[], Mapping[Place, Callable[..., Any]]]
    """Makes them, with what they remember during one build."""


class Shortcuts:
    """The shortcuts of one build.

    Builds may be nested, or overlap: where another build has put in a shortcut, it stays, and that build takes it out.
    """

    def __init__(self, shortcuts: Iterable[Shortcut], tell: Callable[[str], None]) -> None:
        """Make them ready.

        :param tell: called with a message, once for each function that is not as expected.
        """
        self._shortcuts = tuple(shortcuts)
        self._tell = tell
        self._put_in: list[tuple[Place, Callable[..., Any], Callable[..., Any]]] = []

    def start(self) -> None:
        """Put in each shortcut whose rows are as expected."""
        for shortcut in self._shortcuts:
            standings = {internal: internal.look() for internal in shortcut.relies_on}
            changed = [internal for internal, standing in standings.items() if standing is Standing.CHANGED]
            if changed:
                self._tell(f"a shortcut is not taken: there is another '{changed[0]}'")
            if all(standing is Standing.KNOWN for standing in standings.values()):
                self._put(shortcut.make())

    def _put(self, functions: Mapping[Place, Callable[..., Any]]) -> None:
        for (owner, name), function in functions.items():
            original = vars(owner)[name]
            update_wrapper(function, original)  # a page may document it
            self._put_in.append(((owner, name), original, function))
            setattr(owner, name, function)

    def stop(self) -> None:
        """Put the original functions back, except where other code has wrapped a shortcut, and goes on using it."""
        while self._put_in:
            (owner, name), original, function = self._put_in.pop()
            if vars(owner).get(name) is function:
                setattr(owner, name, original)
