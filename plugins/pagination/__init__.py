"""Long lists of pages, split over several pages: ``blog``, ``blog/page/2``, ``blog/page/3``.

Each list has a table that says which pages are in it, as a query, and what its pages are called::

    # pronghorn.toml
    plugins_enabled = ["pagination"]

    [[plugins.pagination.lists]]
    docname = "blog"
    title = "Blog"
    path = ["posts/*"]
    per_page = 10

The pages are documents, with links to the one before and the one after. The latest pages are listed first. A list may
have ``path``, ``exclude``, ``where``, ``since``, ``until``, ``sort`` and ``reverse`` as queries have them, ``template``
and ``page_template``, and the texts of the links, ``previous`` and ``next``.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pronghorn import Content, Metadata, PageError, QueryError, Site

__version__ = "1.0"

PRIORITY = 750
"""After the pages of taxonomies and archives are made, and before plugins that look at all pages."""

_QUERY = ("path", "exclude", "where", "since", "until", "sort", "reverse")


@dataclass
class PaginationOptions:
    """The plugin's table."""

    lists: list[dict[str, Any]] = field(default_factory=list)
    """The lists, each a table."""


@dataclass
class PagedList:
    """One list."""

    docname: str
    """The docname of its first page."""
    title: str
    """The title; those of further pages have their number behind it."""
    path: list[str] = field(default_factory=list)
    """Patterns of the pages that are listed; none: all."""
    exclude: list[str] = field(default_factory=list)
    """Patterns of those that are not."""
    where: str = ""
    """Values of fields: ``author = Ann; tags = salt``."""
    since: str = ""
    """The first date."""
    until: str = ""
    """The last date."""
    sort: str = "date"
    """The field to sort by."""
    reverse: bool = True
    """Whether to sort backwards: the latest first."""
    per_page: int = 10
    """How many pages are listed on one."""
    template: str = ""
    """A template for the list, in reStructuredText, as of the directive ``page-list``."""
    page_template: str = ""
    """The HTML template of its pages."""
    previous: str = "Previous page"
    """The text of the link to the page before."""
    next: str = "Next page"
    """The text of the link to the page after."""

    @classmethod
    def of(cls, table: dict[str, Any]) -> PagedList:
        """Make it of a table.

        :raises ValueError: if a key or a value cannot be used.
        """
        types = {
            one.name: {"bool": bool, "int": int, "list[str]": list}.get(str(one.type), str)
            for one in dataclasses.fields(cls)
        }
        for key, value in table.items():
            if key not in types:
                near = difflib.get_close_matches(key, types, n=1)
                hint = f"; did you mean '{near[0]}'?" if near else f"; there are: {', '.join(types)}"
                raise ValueError(f"pagination: a list has no option '{key}'{hint}")
            if type(value) is not types[key]:
                raise ValueError(f"pagination: '{key}' of a list should be {types[key].__name__}, but is {value!r}")
        for key in ("docname", "title"):
            if not table.get(key, "").strip("/"):
                raise ValueError(f"pagination: a list needs a '{key}', and {table!r} has none")
        made = cls(**table)
        if made.per_page < 1:
            raise ValueError("pagination: 'per_page' of a list is at least 1")
        made.docname = made.docname.strip("/")
        made.exclude = [*made.exclude, made.docname, f"{made.docname}/page/*"]
        return made

    @property
    def query(self) -> dict[str, Any]:
        """The arguments of the query."""
        return {name: value for name in _QUERY if (value := getattr(self, name)) not in ("", [])}

    def docname_of(self, number: int) -> str:
        """Return the docname of a page, counted from 1."""
        return self.docname if number == 1 else f"{self.docname}/page/{number}"

    def title_of(self, number: int) -> str:
        """Return the title of a page."""
        return self.title if number == 1 else f"{self.title} ({number})"

    def markup_of(self, number: int, count: int) -> str:
        """Return what a page says, in reStructuredText."""
        return "\n".join([":orphan:", "", *self._directive(number), "", *self._links(number, count), ""])

    def _directive(self, number: int) -> Iterator[str]:
        """Return the directive that lists pages: it is made again when other pages come here."""
        yield ".. page-list::"
        for name, value in {**self.query, "template": self.template}.items():
            if isinstance(value, list):
                yield f"   :{name}: {' '.join(value)}"
            elif isinstance(value, str) and value:
                yield f"   :{name}: {value.replace(chr(10), ';')}"
        if self.reverse:
            yield "   :reverse:"
        yield f"   :offset: {(number - 1) * self.per_page}"
        yield f"   :limit: {self.per_page}"

    def _links(self, number: int, count: int) -> Iterator[str]:
        if count == 1:
            return
        yield from (".. container:: pagination", "")
        before = self._link(self.previous, number - 1) if number > 1 else ""
        after = self._link(self.next, number + 1) if number < count else ""
        yield "   " + " | ".join(filter(None, [before, f"{number}/{count}", after]))

    def _link(self, text: str, number: int) -> str:
        return f":doc:`{_escaped(text)} </{self.docname_of(number)}>`"

    def about(self, number: int, count: int) -> Metadata:
        """Return the metadata of a page, which tell templates where it stands."""
        place = {
            "number": number,
            "count": count,
            "previous": self.docname_of(number - 1) if number > 1 else "",
            "next": self.docname_of(number + 1) if number < count else "",
        }
        template = {"template": self.page_template} if self.page_template else {}
        return Metadata(title=self.title_of(number), pagination=place, **template)


def _escaped(text: str) -> str:
    """Escape a link's text: no character of it means anything."""
    return "".join(f"\\{character}" if character in "\\`<" else character for character in text)


def make_pages(site: Site, paged: PagedList) -> None:
    """Make the pages of a list: one at least."""
    n_listed = len(site.query(**paged.query))
    count = max(1, -(-n_listed // paged.per_page))
    for number in range(1, count + 1):
        site.make_page(
            site.default_url(paged.docname_of(number)),
            metadata=paged.about(number, count),
            output=Content("rst", paged.markup_of(number, count)),
        )


def register_plugin(site: Site) -> None:
    """Declare the table, and make the pages when all others are known."""
    table = site.config.update_plugin_table("pagination", PaginationOptions())
    lists = [PagedList.of(one) for one in table.lists]

    def make_all(site: Site) -> None:
        for paged in lists:
            try:
                make_pages(site, paged)
            except (PageError, QueryError) as error:
                problem = error.message
                site.log.error("the list '%s' is not complete: %s", paged.title, problem)  # noqa: TRY400 - no fault of code

    site.signals.processors_finished.connect(make_all, priority=PRIORITY)
