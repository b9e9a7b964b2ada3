"""Listings: what the pages of taxonomies show of terms and pages, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from pronghorn.model.page import Page
from pronghorn.taxonomies.model import Taxonomy, Term


@dataclass(frozen=True, slots=True)
class Entry:
    """A link to a page."""

    docname: str
    title: str | None
    """None stands for the title that the page has once it is read."""
    count: int | None = None
    """How many pages a term has; None for what is not a term."""
    below: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """What a page of a taxonomy shows."""

    label: str
    """The label by which other pages, and other sites, can link to it."""
    title: str
    """The page's title if nobody has given it one."""
    terms: tuple[Entry, ...]
    pages: tuple[Entry, ...] = ()
    by_title: bool = False
    """Whether the pages are in the order of their docnames, and still to be sorted: titles are known once all are
    read."""


def listing_of(page: Page) -> Listing | None:
    """Return what a page lists; None if it is of no taxonomy."""
    term: Term | None = page.term
    if term is not None:
        by_title = term.taxonomy.order == "title"
        pages = sorted(term.pages, key=lambda page: page.docname) if by_title else term.pages
        return Listing(
            f"{term.taxonomy.key}/{term.slug}",
            term.title,
            tuple(map(_entry_of_term, term.children)),
            tuple(map(_entry_of_page, pages)),
            by_title=by_title,
        )
    taxonomy: Taxonomy | None = page.taxonomy
    if taxonomy is not None:
        return Listing(f"{taxonomy.key}/index", taxonomy.plural, tuple(map(_tree_of, taxonomy.roots)))
    return None


def _entry_of_term(term: Term) -> Entry:
    return Entry(term.docname, None, term.count)


def _tree_of(term: Term) -> Entry:
    return Entry(term.docname, None, term.count, tuple(map(_tree_of, term.children)))


def _entry_of_page(page: Page) -> Entry:
    given = page.metadata.get("title") if page.metadata is not None else None
    is_titled = given is not None and bool(str(given).strip())
    return Entry(page.docname, str(given) if is_titled else None)
