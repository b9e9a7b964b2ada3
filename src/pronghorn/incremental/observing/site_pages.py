"""The pages of the site, as templates and plugins see them: they tell the recorder what is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pronghorn.cache.tracking.digests import ABSENT
from pronghorn.incremental.observing.recorder import NAMES, Recorder
from pronghorn.incremental.observing.state_digests import digest_of_state
from pronghorn.incremental.observing.write_answers import State, Table
from pronghorn.model.content import DOCTREE, Content, SourceContent
from pronghorn.model.page import Page
from pronghorn.model.pages import Pages
from pronghorn.taxonomies.model import Taxonomy, Term

PAGES = "page"
"""The kind of dependency on the URL, the title and the metadata of a page."""

_COMPONENTS = ("input", "output", "toc", "taxonomy", "term")


@contextmanager
def noted_pages(pages: Pages, recorder: Recorder, state: State) -> Iterator[None]:
    """Make *pages*, and each page, in place, tell *recorder* what is read of them."""
    state.add_table(PAGES, Table(_Summaries(pages)))
    for name in _COMPONENTS:
        state.add(f"{PAGES} {name}", _Component(pages, name))
    noted_class = _make_class(recorder)
    known, asked = list(pages), pages.asked
    pages.asked = lambda name: recorder.note(*((PAGES + NAMES,) if name == "*" else (PAGES, name)))
    for page in known:  # also those that have another class since they were read
        page.__class__ = noted_class
    try:
        yield
    finally:
        for page in known:
            page.__class__ = Page
        pages.asked = asked


def _make_class(recorder: Recorder) -> type[Page]:
    class NotedPage(Page):
        """A page that tells which of its attributes are read. Stands for the page while others are written."""

        __slots__ = ()

        def __getattribute__(self, name: str) -> Any:
            get = super().__getattribute__
            if recorder.noted is not None and not name.startswith("_"):
                if name in _COMPONENTS:
                    recorder.note(f"{PAGES} {name}", get("docname"))
                elif name != "docname":
                    recorder.note(PAGES, get("docname"))
            return get(name)

    NotedPage.__name__ = NotedPage.__qualname__ = Page.__name__  # handlers are given it, and may show what it is
    return NotedPage


class _Summaries(Mapping[str, Any]):
    """What can be told of a page in short, by docname."""

    def __init__(self, pages: Pages) -> None:
        self._pages = {page.docname: page for page in pages}

    def __getitem__(self, docname: str) -> Any:
        page = self._pages[docname]
        dates = [str(page.date), str(page.expires)]  # which depend on the time zone
        source = page.source and page.source.relpath
        return [page.url, page.title, page.title_read, dict(page.metadata or {}), source, dates]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pages)

    def __len__(self) -> int:
        return len(self._pages)


class _Component:
    """Answers what a component of a page is now."""

    def __init__(self, pages: Pages, name: str) -> None:
        self._pages = {page.docname: page for page in pages}
        self._name = name

    def __call__(self, docname: str) -> bytes:
        page = self._pages.get(docname)
        value = None if page is None else getattr(page, self._name)
        return ABSENT if value is None else digest_of_state(_seen_of(value))


def _seen_of(value: Any) -> Any:
    """Return what can be digested of a component.

    A source is read from its file, and terms tell of themselves: both are told by themselves.
    """
    if isinstance(value, SourceContent):
        return [value.type]
    if isinstance(value, Content):
        return [value.type, value.content.pformat() if value.type == DOCTREE else value.content]
    if isinstance(value, Taxonomy):
        return [value.key]
    if isinstance(value, Term):
        return [value.taxonomy.key, value.name]
    return value
