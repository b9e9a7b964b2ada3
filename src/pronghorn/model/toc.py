"""The table of contents of one page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TocEntry:
    """A heading: its text, its anchor (``#installing``, empty for the page's own title), and what is below it."""

    title: str
    anchor: str
    children: tuple[TocEntry, ...] = ()

    def walk(self) -> Iterator[TocEntry]:
        """Return this entry, then all below it, in the order of the page."""
        yield self
        for child in self.children:
            yield from child.walk()

    def __repr__(self) -> str:
        """Stay short: Sphinx formats the arguments of each event it emits."""
        return f"TocEntry({self.title!r})"
