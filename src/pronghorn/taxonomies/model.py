"""Taxonomies and terms, as plugins and templates see them, and what they are made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass, field

from pronghorn.errors import did_you_mean
from pronghorn.model.observer import TAGGED, TAXONOMY, TERM, TERMS, TERMS_OF, Observed
from pronghorn.model.page import Page
from pronghorn.taxonomies.declaration import Declaration
from pronghorn.taxonomies.sorting import ORDERS


@dataclass(slots=True, eq=False)
class TaxonomyState:
    """What was collected for a taxonomy from the pages of one build; for the engine, which fills it."""

    declaration: Declaration
    observed: Observed
    terms: dict[str, Term] = field(default_factory=dict)
    """By name, in their order."""
    children: dict[str, list[Term]] = field(default_factory=dict)
    """The terms right below each, by its name."""
    tagged: dict[str, dict[str, Page]] = field(default_factory=dict)
    """The pages of each term and those below it, by its name, then by docname."""
    of_pages: dict[str, tuple[Term, ...]] = field(default_factory=dict)
    """The terms of each page, by docname, in the page's own order."""
    listings: dict[str, Page] = field(default_factory=dict)
    """The pages that list the pages of a term, by its name."""
    page: Page | None = None
    """The page that lists the terms."""
    taxonomy: Taxonomy = field(init=False)

    def __post_init__(self) -> None:
        self.taxonomy = Taxonomy(self)

    def clear(self) -> None:
        """Forget what was collected."""
        for collected in (self.terms, self.children, self.tagged, self.of_pages, self.listings):
            collected.clear()
        self.page = None

    def add_term(self, name: str, title: str, slug: str, parent: Term | None) -> Term:
        """Make a term."""
        term = self.terms[name] = Term(self, name, title, slug, parent)
        self.children[name], self.tagged[name] = [], {}
        if parent is not None:
            self.children[parent.name].append(term)
        return term

    def add_page(self, page: Page, terms: tuple[Term, ...]) -> None:
        """Add a page to its terms, and to those above."""
        self.of_pages[page.docname] = terms
        for name in self._with_those_above(terms):
            self.tagged[name][page.docname] = page

    def retain(self, pages: Container[str]) -> None:
        """Forget pages that came to nothing."""
        for docname in [docname for docname in self.of_pages if docname not in pages]:
            for name in self._with_those_above(self.of_pages.pop(docname)):
                self.tagged[name].pop(docname, None)

    @staticmethod
    def _with_those_above(terms: tuple[Term, ...]) -> Iterator[str]:
        for term in terms:
            above: Term | None = term
            while above is not None:
                yield above.name
                above = above.parent


class Term:
    """A term, such as the tag ``Python``, and its pages."""

    __slots__ = ("_full_name", "_name", "_parent", "_slug", "_state", "_title")

    def __init__(self, state: TaxonomyState, name: str, title: str, slug: str, parent: Term | None) -> None:
        self._state = state
        self._full_name = f"{state.declaration.key}: {name}"
        self._name, self._title, self._slug, self._parent = name, title, slug, parent

    def __repr__(self) -> str:
        """Stay short: Sphinx formats the arguments of each event it emits."""
        return f"<Term {self.full_name}>"

    def _tell(self) -> None:
        self._state.observed.hear(TERM, self._full_name)

    @property
    def name(self) -> str:
        """The term as pages write it, all levels of it: ``lang/python``."""
        self._tell()
        return self._name

    @property
    def title(self) -> str:
        """Its last level: ``python``."""
        self._tell()
        return self._title

    @property
    def slug(self) -> str:
        """What it is called in URLs: ``lang/python``. No other term of the taxonomy has the same."""
        self._tell()
        return self._slug

    @property
    def full_name(self) -> str:
        """What the role ``taxonomy`` links to it by: ``tags: Python``."""
        self._tell()
        return self._full_name

    @property
    def taxonomy(self) -> Taxonomy:
        """The taxonomy that it belongs to."""
        return self._state.taxonomy

    @property
    def parent(self) -> Term | None:
        """The term above it, in a hierarchical taxonomy."""
        self._tell()
        return self._parent

    @property
    def children(self) -> tuple[Term, ...]:
        """The terms right below it."""
        self._state.observed.hear(TERMS, self._state.declaration.key)
        return tuple(self._state.children[self._name])

    @property
    def page(self) -> Page | None:
        """The page that lists its pages; None until it is made, at the end of ``processors_init``."""
        self._tell()
        return self._state.listings.get(self._name)

    @property
    def docname(self) -> str:
        """The docname of its page: ``tags/python``, unless the site has that page under another name."""
        page = self.page
        return page.docname if page is not None else f"{self._state.declaration.key}/{self._slug}"

    @property
    def url(self) -> str:
        """The URL of its page, relative to the site's root; the docname until the page is made."""
        page = self.page
        return page.url if page is not None else self.docname

    @property
    def count(self) -> int:
        """How many pages it has."""
        return len(self._tagged())

    @property
    def pages(self) -> list[Page]:
        """Its pages and those of the terms below it, in the order of the taxonomy.

        Sorted when asked for: titles are known once pages are read.
        """
        return sorted(self._tagged(), key=ORDERS[self._state.declaration.order])

    @property
    def first_date(self) -> dt.datetime | None:
        """The earliest ``date`` of its pages; None if none has a date."""
        return min(self._dates(), default=None)

    @property
    def last_date(self) -> dt.datetime | None:
        """The latest ``date`` of its pages."""
        return max(self._dates(), default=None)

    def _tagged(self) -> Collection[Page]:
        self._state.observed.hear(TAGGED, self._full_name)
        return self._state.tagged[self._name].values()

    def _dates(self) -> Iterator[dt.datetime]:
        return (page.date for page in self._tagged() if page.date is not None)


class Taxonomy:
    """A taxonomy, such as tags: its terms, in their order. Iterating gives the terms, ``taxonomy[name]`` one.

    In a hierarchical taxonomy, terms follow the one above them.
    """

    __slots__ = ("_declaration", "_state")

    def __init__(self, state: TaxonomyState) -> None:
        self._state = state
        self._declaration = state.declaration

    def __repr__(self) -> str:
        """Stay short: Sphinx formats the arguments of each event it emits."""
        return f"<Taxonomy {self.key}>"

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, name: str) -> Term:
        term = self.find(name)
        if term is None:
            raise KeyError(f"no page has the term '{name}' of '{self.key}'{did_you_mean(name, self._terms())}")
        return term

    @property
    def key(self) -> str:
        """The key of the metadata that holds the terms: ``tags``."""
        return self._declaration.key

    @property
    def singular(self) -> str:
        """What one term is called."""
        return self._declaration.singular

    @property
    def plural(self) -> str:
        """What all terms are called, and the title of the list page."""
        return self._declaration.plural

    @property
    def order(self) -> str:
        """The order of the terms' pages: ``title``, ``date`` or ``weight``."""
        return self._declaration.order

    @property
    def template(self) -> str:
        """The template of the list page."""
        return self._declaration.template

    @property
    def term_template(self) -> str:
        """The template of the terms' pages."""
        return self._declaration.term_template

    @property
    def page(self) -> Page | None:
        """The page that lists the terms; None until it is made, at the end of ``processors_init``."""
        self._state.observed.hear(TAXONOMY, self.key)
        return self._state.page

    @property
    def docname(self) -> str:
        """The docname of the list page: ``tags/index``, unless the site has that page under another name."""
        page = self.page
        return page.docname if page is not None else f"{self.key}/index"

    @property
    def url(self) -> str:
        """The URL of the list page, relative to the site's root; the docname until the page is made."""
        page = self.page
        return page.url if page is not None else self.docname

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms that pages have."""
        return tuple(self._terms().values())

    @property
    def roots(self) -> tuple[Term, ...]:
        """The terms that have none above them."""
        return tuple(term for term in self._terms().values() if term.parent is None)

    def _terms(self) -> dict[str, Term]:
        self._state.observed.hear(TERMS, self.key)
        return self._state.terms

    def find(self, name: str) -> Term | None:
        """Find a term by its name; None if no page has it."""
        self._state.observed.hear(TERM, f"{self.key}: {name}")
        return self._state.terms.get(self._declaration.name_of(self._declaration.path_of(name)))

    def terms_of(self, page: Page) -> tuple[Term, ...]:
        """Return the terms that a page has, in its own order."""
        self._state.observed.hear(TERMS_OF, f"{self.key}: {page.docname}")
        return self._state.of_pages.get(page.docname, ())
