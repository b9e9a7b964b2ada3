"""The observer: hears what is read of a site, so that pages which have read it are made again when it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

URL, METADATA = "url", "metadata"
"""Of a page, by its docname: its URL; what its metadata say, where its source is, and its title."""
PAGE, PAGES, ALL = "page", "pages", "all"
"""Whether there is a page of that name; which pages there are; anything about any of them."""
TERM, TAGGED = "term", "tagged"
"""Of a term, by taxonomy and name: what it is called and where its page is; which pages have it."""
TAXONOMY, TERMS, TERMS_OF = "taxonomy", "terms", "terms-of"
"""Of a taxonomy, by its key: what it is called; which terms it has; with a docname, which of them that page has."""
TAXONOMIES = "taxonomies"
"""Which taxonomies there are."""


def kind_of_component(name: str) -> str:
    """Return the kind of what is read with a component of a page other than metadata and source."""
    return f"{PAGE} {name}"


class Observer(Protocol):
    """Hears what is read."""

    def hear(self, kind: str, name: str, /) -> None:
        """Hear that something of that kind and name is read."""

    def aside(self) -> AbstractContextManager[None]:
        """Hear nothing of what happens inside."""


class Nobody:
    """Hears nothing."""

    def hear(self, kind: str, name: str, /) -> None:
        """Hear nothing."""

    def aside(self) -> AbstractContextManager[None]:
        """Go on hearing nothing."""
        return nullcontext()


class Observed:
    """Held by a site, its pages, taxonomies and terms, which tell the observer what is read of them.

    :ivar hear: tells the observer; this is called for each attribute that is read.
    :ivar aside: makes it hear nothing of what happens inside.
    """

    __slots__ = ("_observer", "aside", "hear")

    hear: Callable[[str, str], None]
    aside: Callable[[], AbstractContextManager[None]]

    def __init__(self) -> None:
        self.tell(Nobody())

    def tell(self, observer: Observer) -> None:
        """Tell *observer*, and nobody else, from now on."""
        self._observer = observer
        self.hear, self.aside = observer.hear, observer.aside

    @contextmanager
    def telling(self, observer: Observer) -> Iterator[None]:
        """Tell *observer*, until the block ends."""
        before = self._observer
        self.tell(observer)
        try:
            yield
        finally:
            self.tell(before)
