"""The pages of taxonomies: the page that lists the terms, and a page for each term."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from pronghorn.model.metadata import Metadata
from pronghorn.model.page import Page
from pronghorn.taxonomies.model import TaxonomyState


class MakePage(Protocol):
    """Makes a page that has no file."""

    def __call__(self, docname: str, **components: object) -> Page:
        """Make the page *docname* with these components."""


def make_pages(states: Mapping[str, TaxonomyState], pages: Iterable[Page], make: MakePage) -> None:
    """Make the page of each taxonomy and each term: one that the site has in its place, or else a new one."""
    places = _Places(pages)
    for state in states.values():
        taxonomy = state.taxonomy
        page = places.find(taxonomy.docname, taxonomy.key)
        if page is None:
            page = make(taxonomy.docname, metadata=Metadata(title=taxonomy.plural), taxonomy=taxonomy)
        else:
            page.taxonomy = taxonomy
        state.page = page
        for term in taxonomy.terms:
            page = places.find(term.docname, f"{term.docname}/index")
            if page is None:
                page = make(term.docname, metadata=Metadata(title=term.title), term=term)
            else:
                page.term = term
            state.listings[term.name] = page


class _Places:
    """The pages that the site has by itself: by docname, whatever its case, and by URL."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._by_url: dict[str, Page] = {}
        self._by_docname: dict[str, Page] = {}
        for page in pages:
            self._by_url.setdefault(page.url, page)
            self._by_docname.setdefault(page.docname.casefold(), page)

    def find(self, docname: str, other: str) -> Page | None:
        """Find the page that stands at *docname*, or under a name that some builders give the same URL."""
        return next(self._all(docname, other), None)

    def _all(self, docname: str, other: str) -> Iterator[Page]:
        for name in (docname, other):
            if (page := self._by_docname.get(name.casefold())) is not None:
                yield page
        pretty = docname.removesuffix("index") if docname.endswith("/index") else f"{docname}/"
        for url in (pretty, f"{docname}.html"):
            if (page := self._by_url.get(url)) is not None:
                yield page
