"""What one build finds out about the pages of a site."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Any, Protocol

from pronghorn.errors import Place, UrlError
from pronghorn.model.dates import Clock
from pronghorn.model.observer import Observed
from pronghorn.model.page import Page, PageState
from pronghorn.model.pages import PageSet
from pronghorn.model.source import Source
from pronghorn.model.url import Url, parse_url
from pronghorn.model.work import Recorded
from pronghorn.queries.desk import QueryDesk
from pronghorn.readers.readers import ReaderList
from pronghorn.signal_table import SignalTable
from pronghorn.supervisor import Supervisor
from pronghorn.warnings import WarningKind


class SitePhase(IntEnum):
    """How far the build is."""

    LOADING = 0
    """Plugins register; there are no pages yet."""
    READING = 1
    """Files become pages, and get metadata and input."""
    PROCESSING = 2
    """Pages get their output."""
    RENDERING = 3
    """Sphinx reads and writes; no page can be added any more."""


class PageHost(Protocol):
    """What pages are made with: the site."""

    signal_table: SignalTable
    reader_list: ReaderList
    supervisor: Supervisor
    observed: Observed
    clock: Clock
    html_suffix: str
    default_url: Callable[[str], str]


class SiteState:
    """What there is of a site in one build; for the engine. Each visit begins with a fresh one.

    :param recorded: what plugins have told before.
    :param fields: metadata that are known although no page may have them.
    """

    def __init__(self, host: PageHost, recorded: Recorded, fields: Iterable[str] = ()) -> None:
        self._host = host
        self.recorded = recorded
        self.phase = SitePhase.LOADING
        self.is_visited = False
        """Whether all files have their metadata, so that queries have an answer."""
        self.pages = PageSet()
        self.queries = QueryDesk(self.pages.listed, fields)
        """Answers queries."""
        self.urls: dict[str, Url] = {}
        """The URLs that plugins gave, by docname; pages that are not in it have the builder's own."""
        self.url_givers: dict[str, str] = {}
        """Plugin, function and line that gave a page its URL, by docname."""
        self.hidden: dict[str, str] = {}
        """Why pages are not published, by docname: they are no documents."""
        self.hidden_files: set[str] = set()
        """Sources of hidden pages, relative to the source directory."""

    def add_page(self, docname: str, source: Source) -> PageState:
        """Store the page of a source file and emit ``page_added``."""
        return self.store(docname, self._deduced_url(docname, source), {"source": source})

    def add_generated_page(self, docname: str, **components: Any) -> Page:
        """Store a page without a file, at the URL that the builder gives it, and emit ``page_added``."""
        return self.store(docname, None, components).page

    def store(self, docname: str, url: Url | None, components: dict[str, Any]) -> PageState:
        """Store a page and emit ``page_added``."""
        host = self._host
        if url is not None:
            self.urls[docname] = url
        link = url.link if url else host.default_url(docname)
        state = PageState(host.signal_table, docname, link, host.clock.zone, host.observed)
        self.pages.add(state)
        state.page.update(components)
        host.signal_table.emit("page_added", state.page)
        return state

    def hide(self, page: Page, reason: str) -> None:
        """Take out a page that is not published.

        :param reason: why, in words that fit after its name.
        """
        self.pages.remove(page.docname)
        self.urls.pop(page.docname, None)
        self.url_givers.pop(page.docname, None)
        self.hidden[page.docname] = reason
        self.queries.fields.update(page.metadata or ())
        if page.source is not None:
            self.hidden_files.add(page.source.relpath)

    def _deduced_url(self, docname: str, source: Source) -> Url | None:
        supervisor = self._host.supervisor
        deduced = self._host.reader_list.deduce(source)
        if deduced is None:
            return None
        giver = self.url_givers[docname] = deduced.giver(supervisor.root)
        try:
            return parse_url(deduced.given, self._host.html_suffix)
        except UrlError as error:
            supervisor.reporter.error(
                WarningKind.URL,
                f"{giver} returned a URL that cannot be used: {error.message}. The page keeps its default URL",
                location=Place(source.path),
            )
            return None
