"""Taxonomies and terms, as plugins and templates see them."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from typing import Any, Generic, Self, TypeVar, overload

from pronghorn.model.observer import TAGGED, TAXONOMIES, TAXONOMY, TERM, TERMS, TERMS_OF, Observed
from pronghorn.model.page import Page
from pronghorn.taxonomies.declaration import Declaration
from pronghorn.taxonomies.sorting import ORDERS

Value = TypeVar("Value")


class _Told(Generic[Value]):
    """An attribute of a term that tells when it is read."""

    def __set_name__(self, _owner: type, name: str) -> None:
        self._slot = "_" + name

    @overload
    def __get__(self, term: None, owner: type) -> Self: ...
    @overload
    def __get__(self, term: Term, owner: type) -> Value: ...
    def __get__(self, term: Term | None, owner: type) -> Any:
        return self if term is None else term.tell(getattr(term, self._slot))

    def __set__(self, term: Term, value: Value) -> None:
        setattr(term, self._slot, value)


class Term:
    """A term, such as the tag ``Python``, and its pages."""

    __slots__ = (
        "_children",
        "_full_name",
        "_name",
        "_observed",
        "_page",
        "_pages",
        "_parent",
        "_slug",
        "_taxonomy",
        "_title",
    )

    name = _Told[str]()
    """The term as pages write it, all levels of it: ``lang/python``."""
    title = _Told[str]()
    """Its last level: ``python``."""
    slug = _Told[str]()
    """What it is called in URLs: ``lang/python``. No other term of the taxonomy has the same."""
    taxonomy = _Told["Taxonomy"]()
    """The taxonomy that it belongs to."""
    parent = _Told["Term | None"]()
    """The term above it, in a hierarchical taxonomy."""
    page = _Told[Page | None]()
    """The page that lists its pages; None until it is made, at the end of ``processors_init``."""

    def __init__(self, taxonomy: Taxonomy, name: str, title: str, slug: str, parent: Term | None) -> None:
        self._observed = taxonomy.observed
        self._full_name = f"{taxonomy.key}: {name}"
        self._taxonomy, self._parent = taxonomy, parent
        self._name, self._title, self._slug = name, title, slug
        self._page: Page | None = None
        self._children: list[Term] = []
        self._pages: dict[str, Page] = {}
        if parent is not None:
            parent.adopt(self)

    def __repr__(self) -> str:
        """Stay short: Sphinx formats the arguments of each event it emits."""
        return f"<Term {self.full_name}>"

    @property
    def docname(self) -> str:
        """The docname of its page: ``tags/python``, unless the site has that page under another name."""
        page = self.page
        return page.docname if page is not None else f"{self._taxonomy.key}/{self._slug}"

    @property
    def url(self) -> str:
        """The URL of its page, relative to the site's root; the docname until the page is made."""
        page = self.page
        return page.url if page is not None else self.docname

    @property
    def children(self) -> tuple[Term, ...]:
        """The terms right below it."""
        self._observed.hear(TERMS, self._taxonomy.key)
        return tuple(self._children)

    @property
    def count(self) -> int:
        """How many pages it has."""
        return len(self._tagged())

    @property
    def pages(self) -> list[Page]:
        """Its pages and those of the terms below it, in the order of the taxonomy.

        Sorted when asked for: titles are known once pages are read.
        """
        return sorted(self._tagged(), key=ORDERS[self._taxonomy.order])

    @property
    def first_date(self) -> dt.datetime | None:
        """The earliest ``date`` of its pages; None if none has a date."""
        return min(self._dates(), default=None)

    @property
    def last_date(self) -> dt.datetime | None:
        """The latest ``date`` of its pages."""
        return max(self._dates(), default=None)

    @property
    def full_name(self) -> str:
        """What the role ``taxonomy`` links to it by: ``tags: Python``."""
        return self.tell(self._full_name)

    def tell(self, value: Value) -> Value:
        """Tell that an attribute of the term is read, and return it."""
        self._observed.hear(TERM, self._full_name)
        return value

    def _tagged(self) -> Collection[Page]:
        self._observed.hear(TAGGED, self._full_name)
        return self._pages.values()

    def _dates(self) -> Iterator[dt.datetime]:
        return (page.date for page in self._tagged() if page.date is not None)

    def adopt(self, child: Term) -> None:
        """Take a term as one of those right below it. For the engine."""
        self._children.append(child)

    def add(self, page: Page) -> None:
        """Add a page, to the terms above as well. For the engine: pages have terms by their metadata."""
        self._pages[page.docname] = page
        if self._parent is not None:
            self._parent.add(page)

    def leave_out(self, docname: str) -> None:
        """Forget a page that came to nothing. For the engine."""
        self._pages.pop(docname, None)


class Taxonomy:
    """A taxonomy, such as tags: its terms, in their order. Iterating gives the terms, ``taxonomy[name]`` one.

    In a hierarchical taxonomy, terms follow the one above them.
    """

    __slots__ = ("_declaration", "_of_pages", "_page", "_terms", "observed")

    def __init__(self, declaration: Declaration, observed: Observed) -> None:
        self._declaration = declaration
        self.observed = observed
        self._terms: dict[str, Term] = {}
        self._of_pages: dict[str, tuple[Term, ...]] = {}
        self._page: Page | None = None

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
            near = self.nearest(name)
            raise KeyError(
                f"no page has the term '{name}' of '{self.key}'" + (f"; did you mean '{near}'?" if near else "")
            )
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
        self.observed.hear(TAXONOMY, self.key)
        return self._page

    @page.setter
    def page(self, page: Page | None) -> None:
        self._page = page

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
        return tuple(self._told_terms().values())

    @property
    def roots(self) -> tuple[Term, ...]:
        """The terms that have none above them."""
        return tuple(term for term in self._told_terms().values() if term.parent is None)

    def _told_terms(self) -> dict[str, Term]:
        self.observed.hear(TERMS, self.key)
        return self._terms

    def find(self, name: str) -> Term | None:
        """Find a term by its name; None if no page has it."""
        self.observed.hear(TERM, f"{self.key}: {name}")
        return self._terms.get(self._declaration.name_of(self._declaration.path_of(name)))

    def nearest(self, name: str) -> str | None:
        """Return the name that is most like *name* among the terms; None if none is like it."""
        near = difflib.get_close_matches(name, self._told_terms(), n=1)
        return near[0] if near else None

    def terms_of(self, page: Page) -> tuple[Term, ...]:
        """Return the terms that a page has, in its own order."""
        self.observed.hear(TERMS_OF, f"{self.key}: {page.docname}")
        return self.terms_of_docname(page.docname)

    def terms_of_docname(self, docname: str) -> tuple[Term, ...]:
        """Return the terms that the page of this docname has. For the engine."""
        return self._of_pages.get(docname, ())

    def take(self, terms: Iterable[Term], of_pages: Mapping[str, tuple[Term, ...]]) -> None:
        """Take up what was collected from the pages. For the engine."""
        self._terms = {term.name: term for term in terms}
        self._of_pages = dict(of_pages)
        self.page = None

    def retain(self, pages: Container[str]) -> None:
        """Forget pages that came to nothing. For the engine."""
        for docname in [docname for docname in self._of_pages if docname not in pages]:
            for term in self._of_pages.pop(docname):
                above: Term | None = term
                while above is not None:
                    above.leave_out(docname)
                    above = above.parent


class Taxonomies(Mapping[str, Taxonomy]):
    """``site.taxonomies``: the taxonomies by key, in the order of the configuration. Keys are attributes, too."""

    def __init__(self, declared: Iterable[Declaration] = (), observed: Observed | None = None) -> None:
        self.declared = tuple(declared)
        """What the configuration says."""
        self._observed = observed or Observed()
        self._taxonomies = {declaration.key: Taxonomy(declaration, self._observed) for declaration in self.declared}

    def __getitem__(self, key: str) -> Taxonomy:
        self._observed.hear(TAXONOMIES, "")
        return self._taxonomies[key]

    def __iter__(self) -> Iterator[str]:
        self._observed.hear(TAXONOMIES, "")
        return iter(self._taxonomies)

    def __len__(self) -> int:
        return len(self._taxonomies)

    def retain(self, pages: Container[str]) -> None:
        """Forget pages that came to nothing. For the engine."""
        for taxonomy in self._taxonomies.values():
            taxonomy.retain(pages)

    def find(self, key: str) -> Taxonomy | None:
        """Find a taxonomy, without telling that somebody looks; None if there is none. For the engine."""
        return self._taxonomies.get(key)

    def nearest(self, key: str) -> str | None:
        """Return the key that is most like *key*; None if none is like it."""
        near = difflib.get_close_matches(key, self._taxonomies, n=1)
        return near[0] if near else None

    def __getattr__(self, name: str) -> Taxonomy:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            near = self.nearest(name)
            hint = f"; did you mean '{near}'?" if near else ""
            raise AttributeError(f"there is no taxonomy '{name}'{hint}") from None

    def __repr__(self) -> str:
        """Stay short: Sphinx formats the arguments of each event it emits."""
        return f"<Taxonomies: {', '.join(self._taxonomies)}>"
