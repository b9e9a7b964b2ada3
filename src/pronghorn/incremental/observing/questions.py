"""Questions: what a page asks for, other than its own source, while it is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pronghorn.cache.tracking.manifest import Dependency


class Questions:
    """Where everything that a page may ask notes that it was asked. Nothing is noted unless a page listens.

    :ivar noted: what was asked; None if no page listens.
    """

    def __init__(self) -> None:
        self.noted: dict[Dependency, None] | None = None

    def ask(self, kind: str, name: str = "*") -> None:
        """Note that something was asked for."""
        if self.noted is not None:
            self.noted[Dependency(kind, name)] = None

    def has_asked(self, kind: str) -> bool:
        """Check whether everything of that kind was asked for."""
        return self.noted is not None and Dependency(kind, "*") in self.noted

    @property
    def is_listening(self) -> bool:
        """Whether questions are noted now."""
        return self.noted is not None

    @contextmanager
    def heard(self) -> Iterator[dict[Dependency, None]]:
        """Collect the questions asked inside, in their order."""
        before, self.noted = self.noted, {}
        try:
            yield self.noted
        finally:
            self.noted = before

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Do not note what is asked inside."""
        before, self.noted = self.noted, None
        try:
            yield
        finally:
            self.noted = before
