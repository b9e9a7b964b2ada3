"""What pages ask of the site while they are read, and what they look at of the pages that a query gave them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from pronghorn.cache.tracking.digests import digest_of_parts
from pronghorn.incremental.observing.asking_page import URL
from pronghorn.incremental.observing.recorder import Recorder
from pronghorn.model.page import Page
from pronghorn.model.witness import Witness
from pronghorn.site.site import Site

METADATA = "metadata"
"""The kind of dependency on the title and the metadata of a page, and where its source is."""

_SILENT = frozenset({"docname", "cached"})


class ReadingWitness(Witness):
    """Asks the questions."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._class = _make_class(recorder)

    def note(self, kind: str, name: str) -> None:
        """Hear that a page asks for something of that kind and name."""
        self._recorder.note(kind, name)

    def note_all(self) -> None:
        """Hear that a page asks for what has no name: it may have looked at all pages."""
        self._recorder.note("site")

    def note_pages(self, pages: Iterable[Page]) -> None:
        """Make pages, in place, tell what is read of them; they go on doing so, and are heard when a page listens."""
        if self._recorder.is_reading:
            for page in pages:
                page.__class__ = self._class

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Hear nothing of what happens inside."""
        with self._recorder.suspended():
            yield


def _make_class(recorder: Recorder) -> type[Page]:
    class AskingPage(Page):
        """A page that asks a question when it is looked at."""

        __slots__ = ()

        def __getattribute__(self, name: str) -> Any:
            get = super().__getattribute__
            if recorder.is_reading and not name.startswith("_") and name not in _SILENT:
                recorder.note(*((URL, get("docname")) if name == "url" else (METADATA, get("docname"))))
            return get(name)

    AskingPage.__name__ = AskingPage.__qualname__ = Page.__name__  # handlers are given it, and may show what it is
    return AskingPage


def digest_metadata(site: Site, docname: str, digest_value: Callable[[object], bytes]) -> bytes:
    """Digest what a page can learn of another one before that is read, but for its URL."""
    page = site.pages.find(docname)
    if page is None:
        return b""
    source = page.source.relpath if page.source is not None else ""
    texts = f"{page.title}\0{page.date}\0{page.expires}\0{source}".encode(errors="surrogatepass")
    return digest_of_parts(texts, digest_value(dict(page.metadata or {})))
