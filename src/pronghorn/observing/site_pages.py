"""Answers to what pages read of other pages while they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pronghorn.cache.tracking.digests import ABSENT
from pronghorn.model.content import DOCTREE, Content, SourceContent
from pronghorn.model.observer import PAGE, kind_of_component
from pronghorn.model.pages import Pages
from pronghorn.observing.state import State, Table
from pronghorn.observing.state_digests import digest_of_state
from pronghorn.taxonomies.model import Taxonomy, Term

_COMPONENTS = ("input", "output", "toc", "taxonomy", "term")


def add_pages(pages: Pages, state: State) -> None:
    """Make *state* answer what pages are now: in short, and each component."""
    state.add_table(PAGE, Table(_Summaries(pages)))
    for name in _COMPONENTS:
        state.add(kind_of_component(name), _Component(pages, name))


class _Summaries(Mapping[str, Any]):
    """What can be told of a page in short, by docname."""

    def __init__(self, pages: Pages) -> None:
        self._pages = {page.docname: page for page in pages}

    def __getitem__(self, docname: str) -> Any:
        page = self._pages[docname]
        dates = [str(page.date), str(page.expires)]  # which depend on the time zone
        source = page.source and page.source.relpath
        return [page.url, page.title, dict(page.metadata or {}), source, dates]

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
