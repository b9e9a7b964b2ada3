"""The witness: hears what pages ask of the site, so that they are made again when the answer has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pronghorn.model.page import Page


class Witness:
    """Hears nothing. Others stand in its place while pages are read, and while they are written."""

    def note(self, kind: str, name: str) -> None:
        """Hear that a page asks for something of that kind and name."""

    def note_all(self) -> None:
        """Hear that a page asks for what has no name: it may have looked at all pages."""

    def note_pages(self, pages: Iterable[Page]) -> None:
        """Hear that a page is given other pages, of which it may show anything."""

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Hear nothing of what happens inside."""
        yield
