"""Taxonomies and terms, as plugins and templates see them."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping

from pronghorn.errors import did_you_mean
from pronghorn.model.page import Page
from pronghorn.taxonomies.declaration import Declaration
from pronghorn.taxonomies.sorting import ORDERS


class Term:
    """A term, such as the tag ``Python``, and its pages."""

    __slots__ = ("_children", "_pages", "name", "page", "parent", "slug", "taxonomy", "title")

    name: str
    """The term as pages write it, all levels of it: ``lang/python``."""
    title: str
    """Its last level: ``python``."""
    slug: str
    """What it is called in URLs: ``lang/python``. No other term of the taxonomy has the same."""
    taxonomy: Taxonomy
    """The taxonomy that it belongs to."""
    parent: Term | None
    """The term above it, in a hierarchical taxonomy."""
    page: Page | None
    """The page that lists its pages; None until it is made, at the end of ``processors_init``."""

    def __init__(self, taxonomy: Taxonomy, name: str, title: str, slug: str, parent: Term | None) -> None:
        self.taxonomy = taxonomy
        self.name = name
        self.title = title
        self.slug = slug
        self.parent = parent
        self.page = None
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
        return self.page.docname if self.page is not None else f"{self.taxonomy.key}/{self.slug}"

    @property
    def url(self) -> str:
        """The URL of its page, relative to the site's root; the docname until the page is made."""
        return self.page.url if self.page is not None else self.docname

    @property
    def children(self) -> tuple[Term, ...]:
        """The terms right below it."""
        return tuple(self._children)

    @property
    def count(self) -> int:
        """How many pages it has."""
        return len(self._pages)

    @property
    def pages(self) -> list[Page]:
        """Its pages and those of the terms below it, in the order of the taxonomy.

        Sorted when asked for: titles are known once pages are read.
        """
        return sorted(self._pages.values(), key=ORDERS[self.taxonomy.order])

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
        return f"{self.taxonomy.key}: {self.name}"

    def _dates(self) -> Iterator[dt.datetime]:
        return (page.date for page in self._pages.values() if page.date is not None)

    def adopt(self, child: Term) -> None:
        """Take a term as one of those right below it. For the engine."""
        self._children.append(child)

    def add(self, page: Page) -> None:
        """Add a page, to the terms above as well. For the engine: pages have terms by their metadata."""
        self._pages[page.docname] = page
        if self.parent is not None:
            self.parent.add(page)

    def leave_out(self, docname: str) -> None:
        """Forget a page that came to nothing. For the engine."""
        self._pages.pop(docname, None)


class Taxonomy:
    """A taxonomy, such as tags: its terms, in their order. Iterating gives the terms, ``taxonomy[name]`` one.

    In a hierarchical taxonomy, terms follow the one above them.
    """

    __slots__ = ("_declaration", "_of_pages", "_terms", "page")

    page: Page | None
    """The page that lists the terms; None until it is made, at the end of ``processors_init``."""

    def __init__(self, declaration: Declaration) -> None:
        self._declaration = declaration
        self._terms: dict[str, Term] = {}
        self._of_pages: dict[str, tuple[Term, ...]] = {}
        self.page = None

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
            raise KeyError(f"no page has the term '{name}' of '{self.key}'{did_you_mean(name, self._terms)}")
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
    def docname(self) -> str:
        """The docname of the list page: ``tags/index``, unless the site has that page under another name."""
        return self.page.docname if self.page is not None else f"{self.key}/index"

    @property
    def url(self) -> str:
        """The URL of the list page, relative to the site's root; the docname until the page is made."""
        return self.page.url if self.page is not None else self.docname

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms that pages have."""
        return tuple(self._terms.values())

    @property
    def roots(self) -> tuple[Term, ...]:
        """The terms that have none above them."""
        return tuple(term for term in self._terms.values() if term.parent is None)

    def find(self, name: str) -> Term | None:
        """Find a term by its name; None if no page has it."""
        return self._terms.get(self._declaration.name_of(self._declaration.path_of(name)))

    def nearest(self, name: str) -> str | None:
        """Return the name that is most like *name* among the terms; None if none is like it."""
        near = difflib.get_close_matches(name, self._terms, n=1)
        return near[0] if near else None

    def terms_of(self, page: Page) -> tuple[Term, ...]:
        """Return the terms that a page has, in its own order."""
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

    def __init__(self, declared: Iterable[Declaration] = ()) -> None:
        self.declared = tuple(declared)
        """What the configuration says."""
        self._taxonomies = {declaration.key: Taxonomy(declaration) for declaration in self.declared}
        self.asked: Callable[[], None] = lambda: None
        """Told when somebody looks at them."""

    def __getitem__(self, key: str) -> Taxonomy:
        self.asked()
        return self._taxonomies[key]

    def __iter__(self) -> Iterator[str]:
        self.asked()
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
            raise AttributeError(f"there is no taxonomy '{name}'{did_you_mean(name, self._taxonomies)}") from None

    def __repr__(self) -> str:
        """Stay short: Sphinx formats the arguments of each event it emits."""
        return f"<Taxonomies: {', '.join(self._taxonomies)}>"
