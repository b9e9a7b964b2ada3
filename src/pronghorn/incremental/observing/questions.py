"""Questions: what a page asks for, other than its own source, while it is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pronghorn.cache.tracking.manifest import Dependency


class Questions:
    """Where everything that a page may ask notes that it was asked. Nothing is noted unless a page listens."""

    def __init__(self) -> None:
        self._heard: dict[Dependency, None] | None = None

    def ask(self, kind: str, name: str = "*") -> None:
        """Note that something was asked for."""
        if self._heard is not None:
            self._heard[Dependency(kind, name)] = None

    @property
    def is_listening(self) -> bool:
        """Whether questions are noted now."""
        return self._heard is not None

    @contextmanager
    def heard(self) -> Iterator[dict[Dependency, None]]:
        """Collect the questions asked inside, in their order."""
        before, self._heard = self._heard, {}
        try:
            yield self._heard
        finally:
            self._heard = before

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Do not note what is asked inside."""
        before, self._heard = self._heard, None
        try:
            yield
        finally:
            self._heard = before
