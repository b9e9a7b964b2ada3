"""Stand-ins for functions by which code looks at files, or at environment variables, without an audit event."""

from __future__ import annotations

import functools
import os
import stat
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from pronghorn.cache.tracking.file_events import STATUS, is_told_status, unaudited
from pronghorn.cache.tracking.foreign import is_called_by_foreign

_ENVIRONMENT = type(os.environ)
ALL_VARIABLES = "*"
"""In place of an environment variable: the names of all."""


class Substitutes:
    """What stands in for these functions while somebody records.

    :param note: told what is done to which path: the verb, and the path.
    """

    def __init__(self, note: Callable[[str, object], None]) -> None:
        self._note = note
        self._replaced: list[tuple[ModuleType | type, str, Callable[..., Any], Callable[..., Any]]] = []

    def put_in(self) -> None:
        """Replace the functions."""
        for module, name, verb in unaudited():
            original = getattr(module, name)
            substitute = self._noting(original, verb, tells_status=name in STATUS)
            self._replaced.append((module, name, original, substitute))
            setattr(module, name, substitute)
            for functions in _capabilities(original):
                functions.add(substitute)
        for name in ("__getitem__", "__iter__"):
            original = getattr(_ENVIRONMENT, name)
            substitute = self._noting_variable(original)
            self._replaced.append((_ENVIRONMENT, name, original, substitute))
            setattr(_ENVIRONMENT, name, substitute)

    def put_back(self) -> None:
        """Put back what was replaced."""
        for module, name, original, substitute in self._replaced:
            if getattr(module, name) is not substitute:
                continue  # somebody put another one around it, which goes on using it
            setattr(module, name, original)
            for functions in _capabilities(substitute):
                functions.discard(substitute)
        self._replaced.clear()

    def _noting(self, original: Callable[..., Any], verb: str, *, tells_status: bool) -> Callable[..., Any]:
        note = self._note

        @functools.wraps(original)
        def substitute(*args: Any, **kwargs: Any) -> Any:
            if kwargs.get("dir_fd") is not None:
                return original(*args, **kwargs)
            path = args[0] if args else kwargs.get("path")
            note(verb, path)
            result = original(*args, **kwargs)
            if tells_status and stat.S_ISREG(result.st_mode) and is_told_status(sys._getframe(1)):  # noqa: SLF001
                note("read", path)
            return result

        return substitute

    def _noting_variable(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def substitute(environment: Any, *name: Any) -> Any:
            if is_called_by_foreign(sys._getframe(1)):  # noqa: SLF001
                self._note("looked up", *(name or (ALL_VARIABLES,)))
            return original(environment, *name)

        return substitute


def _capabilities(function: Callable[..., Any]) -> Iterator[set[Any]]:
    """Return the sets by which :mod:`os` tells what *function* can do; :mod:`shutil` asks them."""
    for functions in (os.supports_dir_fd, os.supports_effective_ids, os.supports_fd, os.supports_follow_symlinks):
        if function in functions:
            yield functions
