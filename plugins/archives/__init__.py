"""Archives: a page for each year and each month that has pages, and one that lists the years.

Load it, and say which pages are in it; if nothing is said, all that have a ``date``::

    # conf.py
    pronghorn_plugins_enabled = ["archives"]
    pronghorn_plugins = {"archives": {"path": ["posts/**"]}}

Its pages are the documents ``archive``, ``archive/2026`` and ``archive/2026/05``. There is none for a time without
pages, and none at all if no page has a date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sphinx.util.i18n import format_date

from pronghorn import Content, Metadata, PageError, PageGroup, Site

__version__ = "1.0"

PRIORITY = 700
"""After the pages of taxonomies are made, and before plugins that look at all pages."""


@dataclass
class ArchiveOptions:
    """The plugin's table."""

    path: list[str] = field(default_factory=list)
    """Patterns of the pages that are in the archive, as in queries; none: all pages that have a date."""
    exclude: list[str] = field(default_factory=list)
    """Patterns of pages that are not."""
    where: str = ""
    """Values of fields that pages must have, as in queries: ``author = Ann; tags = salt``."""
    docname: str = "archive"
    """The docname of the page that lists the years, and the folder of the others."""
    title: str = "Archive"
    """The title of the page that lists the years."""
    month_title: str = "%B %Y"
    """The title of a month's page, in the site's language; as in ``html_last_updated_fmt``."""
    months: bool = True
    """Whether months have pages of their own."""
    template: str = ""
    """A template for the lists of pages, in reStructuredText, as of the directive ``page-list``."""


class Archives:
    """Makes the pages."""

    def __init__(self, options: ArchiveOptions) -> None:
        self._options = options

    def make_all(self, site: Site) -> None:
        """Make all pages that there are pages for."""
        options, folder = self._options, self._options.docname
        found = site.query_groups(
            options.path or None,
            exclude=options.exclude or None,
            where=options.where or None,
            by="month",
            sort="date",
            reverse=True,
        )
        years: dict[str, list[PageGroup]] = {}
        for month in found:
            years.setdefault(month.key.partition("-")[0], []).append(month)
        lines = [_link(f"{folder}/{year}", sum(len(month.pages) for month in years[year])) for year in years]
        if years:
            _make(site, folder, options.title, lines)
        for year, months in years.items():
            self._make_year(site, f"{folder}/{year}", year, months)

    def _make_year(self, site: Site, docname: str, year: str, months: list[PageGroup]) -> None:
        if not self._options.months:
            _make(site, docname, year, self._list(f"year = {year}"))
            return
        lines: list[str] = []
        for month in months:
            number = month.key.partition("-")[2]
            name, pages = f"{docname}/{number}", [*self._list(f"month = {month.key}")]
            lines += [_link(name, len(month.pages)), "", *(f"  {line}" for line in pages), ""]
            first = datetime(int(year), int(number), 1, tzinfo=UTC)
            title = format_date(self._options.month_title, date=first, language=site.config.language)
            _make(site, name, title, pages)
        _make(site, docname, year, lines)

    def _list(self, time: str) -> Iterator[str]:
        """Return the directive that lists the pages of a time: it is made again when they change."""
        options = self._options
        given = {
            "path": " ".join(options.path),
            "exclude": " ".join(options.exclude),
            "where": "; ".join(filter(None, [options.where.replace("\n", ";"), time])),
            "template": options.template,
        }
        yield ".. page-list::"
        yield from (f"   :{name}: {value}" for name, value in given.items() if value)
        yield "   :sort: date"
        yield "   :reverse:"


def _link(docname: str, count: int) -> str:
    return f"* :doc:`/{docname}` ({count})"


def _make(site: Site, docname: str, title: str, lines: Iterator[str] | list[str]) -> None:
    markup = "\n".join([":orphan:", "", *lines, ""])
    try:
        site.make_page(site.default_url(docname), metadata=Metadata(title=title), output=Content("rst", markup))
    except PageError as error:
        site.log.error("a page of the archive is left out: %s", error.message)  # noqa: TRY400 - no fault of code


def register_plugin(site: Site) -> None:
    """Declare the table, and make the pages when all others are known."""
    options = site.config.update_plugin_table("archives", ArchiveOptions())
    options.docname = options.docname.strip("/")
    if not options.docname:
        raise ValueError("archives: 'docname' is the docname of a page, such as 'archive'")
    site.signals.processors_finished.connect(Archives(options).make_all, priority=PRIORITY)
