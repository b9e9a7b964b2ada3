"""The page at work, as far as plugins tell what it needs: files that it depends on, files that go with it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from pronghorn.model.artifact import Artifact


class Work(Protocol):
    """What the engine does with a page, which it may be reading or writing."""

    def depend(self, path: Path) -> bool:
        """Make the page at work depend on a file or folder; False if no page is read or written now."""

    def take(self, artifact: Artifact) -> bool:
        """Make an artifact go with the page at work; False if no page is read or written now."""


class NoWork:
    """No page is read or written, because nobody does."""

    def depend(self, path: Path) -> bool:
        """Say so."""
        del path
        return False

    def take(self, artifact: Artifact) -> bool:
        """Say so."""
        del artifact
        return False


class Recorded:
    """What plugins tell before the first page is read."""

    def __init__(self) -> None:
        self.visited: str | None = None
        """The docname of the page that readers are at."""
        self.is_closed = False
        """Whether it is too late to add something that concerns all pages."""
        self.of_all: set[Path] = set()
        """Files on which all pages depend."""
        self.of_pages: dict[str, set[Path]] = {}
        """Files on which single pages depend, by docname."""
        self.artifacts: dict[str, Artifact] = {}
        """Artifacts of the site, by path."""

    def copy(self) -> Recorded:
        """Return what has been told so far: a visit adds to it, and the next one begins without that."""
        copied = Recorded()
        copied.of_all.update(self.of_all)
        copied.of_pages.update({docname: set(files) for docname, files in self.of_pages.items()})
        copied.artifacts.update(self.artifacts)
        return copied

    def depend(self, path: Path) -> None:
        """Make the page that readers are at, or else all pages, depend on a file."""
        files = self.of_all if self.visited is None else self.of_pages.setdefault(self.visited, set())
        files.add(path)
