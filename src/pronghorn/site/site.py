"""The site: the central object that plugins get."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

from pronghorn.configuration.site_config import SiteConfig
from pronghorn.errors import PageError, Place, PluginError, QueryError, UrlError
from pronghorn.log import PluginLog
from pronghorn.model.artifact import Artifact, MakeFunction, check_path
from pronghorn.model.dates import Clock
from pronghorn.model.observer import Observed
from pronghorn.model.page import Page
from pronghorn.model.pages import Pages
from pronghorn.model.publication import Drafts
from pronghorn.model.source import Source
from pronghorn.model.url import Url, docname_of_url, parse_url
from pronghorn.model.work import NoWork, Recorded, Work
from pronghorn.plugins.registry import PluginRegistry
from pronghorn.queries.desk import QueryDesk
from pronghorn.queries.query import Query
from pronghorn.queries.results import Condition
from pronghorn.readers.readers import Readers
from pronghorn.signals import Signals
from pronghorn.supervisor import Supervisor
from pronghorn.taxonomies.model import Taxonomies
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


class Site:
    """What ``register_plugin`` gets.

    :ivar signals: every extension point.
    :ivar readers: the readers.
    :ivar pages: the pages, ordered by docname.
    :ivar taxonomies: the taxonomies by key, in the order of the configuration; their terms are known when
        ``processors_init`` is over.
    :ivar config: what plugins see of the configuration.
    :ivar plugins: the registry of plugins.
    :ivar log: the log; it names the plugin by itself.
    :ivar app: the Sphinx application, for what is missing here.
    :ivar srcdir: the source directory.
    :ivar default_url: gives the URL a page has when no deducer gives it one; set by the builder.
    :ivar html_suffix: the suffix of HTML files, with its dot; set by the builder.
    :ivar hidden: why pages are not published, by docname: they are no documents.
    """

    plugins: PluginRegistry

    def __init__(self, app: Any, srcdir: Path, signals: Signals, supervisor: Supervisor, config: SiteConfig) -> None:
        self.app = app
        self.srcdir = srcdir
        self.signals = signals
        self.supervisor = supervisor
        self.config = config
        self.observed = Observed()
        """Tells what is read of the site."""
        self.readers = Readers(supervisor)
        self.pages = Pages(self.observed)
        self.taxonomies = Taxonomies()
        self.log = PluginLog(supervisor)
        self.phase = SitePhase.LOADING
        self.html_suffix = ".html"
        self.default_url: Callable[[str], str] = lambda docname: docname + ".html"
        self.urls: dict[str, Url] = {}
        """The URLs that plugins gave, by docname; pages that are not in it have the builder's own."""
        self.url_givers: dict[str, str] = {}
        """Plugin, function and line that gave a page its URL, by docname."""
        self.clock = Clock(datetime.now(UTC), UTC)
        """The time of the build, and the site's time zone."""
        self.drafts = Drafts.IGNORE
        """What the build does with pages that are not published."""
        self.hidden: dict[str, str] = {}
        self.hidden_files: set[str] = set()
        """Sources of hidden pages, relative to the source directory."""
        self.root_docname = "index"
        """The site's first page, which is never hidden."""
        self.queries = QueryDesk(self.pages.listed)
        """Answers queries."""
        self.is_visited = False
        """Whether all files have their metadata, so that queries have an answer."""
        self.recorded = Recorded()
        self.work: Work = NoWork()

    def __repr__(self) -> str:
        """Stay short: Sphinx formats the arguments of each event it emits."""
        return f"<Site {self.config.title}>"

    @property
    def now(self) -> datetime:
        """The time of the build, the same for all of it, with the site's time zone.

        A page that asks for it is made again in each build, unless ``pronghorn_now`` or the environment variable
        ``SOURCE_DATE_EPOCH`` says which time it is.
        """
        self.observed.hear("now", "*")
        return self.clock.now

    def find(self, name: str | Path) -> Page | None:
        """Find a page by docname, or by the path of its source; None if there is none."""
        return self.pages.find(name)

    def subpages_of(self, page: Page, recursive: bool = False) -> list[Page]:
        """Return the pages in the folder of *page*; of a folder within, its index page unless *recursive*."""
        return self.pages.below(page, recursive=recursive)

    def query(
        self,
        path: str | Sequence[str] | None = None,
        *,
        exclude: str | Sequence[str] | None = None,
        where: Mapping[str, Any] | str | None = None,
        condition: Condition | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        draft: bool | None = None,
        sort: str | None = None,
        reverse: bool | None = None,
        offset: int | None = None,
        limit: int | None = None,
        group: str | None = None,
        **unknown: Any,
    ) -> list[Any]:
        """Find pages. A page that shows them is made again when the result has changed, and only then.

        :param path: patterns of docnames, or of paths of sources: ``posts/*``, ``**/*.md``.
        :param exclude: patterns of those that are not wanted.
        :param where: values of fields: ``{"author": "ann", "tags": ["salt", "pepper"]}``. A field that is a list has
            one of the values; of several values that are asked for, one suffices. Fields are metadata, ``docname``,
            ``title``, ``url``, ``draft``, ``year`` and ``month``.
        :param condition: a function that gets a page and says whether it is wanted. Whoever asks with one is made again
            when anything about any page changes.
        :param since: the earliest date.
        :param until: the latest date; a day counts until its end.
        :param draft: whether pages are drafts; None: whether or not.
        :param sort: the field to sort by; ``docname`` if none is given. Pages without it come last.
        :param reverse: whether to sort backwards, pages and groups.
        :param offset: how many pages to leave out at the beginning.
        :param limit: how many pages to give at most.
        :param group: the field to group by, such as ``year``. Pages without it are left out.
        :return: a list of pages, or of :class:`PageGroup` if they are grouped.
        :raises QueryError: if an argument is unknown, or a field that no page has is nearly one that some have; or if
            it is too early to ask.
        """
        if not self.is_visited:
            raise QueryError(
                "query(): there are no pages yet; ask from readers_finished on, such as in processors_init"
            )
        given: dict[str, Any] = {"path": path, "exclude": exclude, "where": where, "since": since, "until": until}
        given |= {"draft": draft, "sort": sort, "reverse": reverse, "offset": offset, "limit": limit, "group": group}
        return self.queries.ask(Query.make({**given, **unknown}), condition, self.clock.zone, self.observed)

    def add_page(self, docname: str, *, source: Source) -> Page:
        """Store the page of a source file and emit ``page_added``.

        For the engine: plugins make pages by :meth:`make_page`.
        """
        url = self._deduced_url(docname, source)
        return self._store(docname, url, {"source": source})

    def add_generated_page(self, docname: str, **components: Any) -> Page:
        """Store a page without a file, at the URL that the builder gives it, and emit ``page_added``.

        For the engine: plugins make pages by :meth:`make_page`.
        """
        return self._store(docname, None, components)

    def make_page(self, url: str, **components: Any) -> Page:
        """Make a page that has no source file: a real document, generated.

        :param url: its URL; the docname follows from it: ``tags/python`` for ``tags/python/``.
        :param components: such as ``metadata=Metadata(title="Python")`` and ``output=Content("md", text)``.
        :raises PageError: if there is a page of that docname, or it is too early or too late to make pages.
        :raises UrlError: if the URL cannot be used.
        """
        if self.phase not in {SitePhase.READING, SitePhase.PROCESSING}:
            raise PageError(
                f"make_page({url!r}): pages can be made from readers_init to processors_finished;"
                " connect a function to processors_init"
            )
        parsed = parse_url(url, self.html_suffix)
        docname = docname_of_url(parsed, self.html_suffix)
        if docname in self.pages:
            source = self.pages[docname].source
            raise PageError(
                f"make_page({url!r}): there is a page '{docname}' already,"
                f" {f'from {source.relpath}' if source else 'made by a plugin, too'}; see get_or_make_page"
            )
        return self._store(docname, parsed, components)

    def get_or_make_page(self, url: str, **components: Any) -> Page:
        """Return the page at *url*, and make it if there is none; components are only set on a new one."""
        parsed = parse_url(url, self.html_suffix)
        docname = docname_of_url(parsed, self.html_suffix)
        found = self.pages.find(docname) or next((p for p in self.pages if p.url == parsed.link), None)
        return found or self.make_page(url, **components)

    def hide(self, page: Page, reason: str) -> None:
        """Take out a page that is not published. For the engine.

        :param reason: why, in words that fit after its name.
        """
        self.pages.remove(page.docname)
        self.urls.pop(page.docname, None)
        self.url_givers.pop(page.docname, None)
        self.hidden[page.docname] = reason
        self.queries.fields.update(page.metadata or ())
        if page.source is not None:
            self.hidden_files.add(page.source.relpath)

    def record_dependency(self, path: str | Path) -> None:
        """Make the page that is being read or written depend on a file: if that changes, the page is made again.

        A file that is absent counts, too, until it appears. Of a folder, the names in it count. While no page is at
        work, as in ``register_plugin``, all pages depend on the file.

        :param path: absolute, or relative to the source directory.
        :raises PageError: no page is at work, and it is too late for all pages: Sphinx is reading or writing.
        """
        file = self.srcdir / path
        if self.work.depend(file):
            return
        if self.recorded.is_closed:
            raise PageError(
                f"record_dependency({str(path)!r}): no page is being read or written; call it while one is,"
                " or for all pages until processors_finished"
            )
        self.recorded.depend(file)

    def sub_artifact(
        self, path: str, sources: str | Path | Iterable[str | Path] = ()
    ) -> Callable[[MakeFunction], Artifact]:
        """Declare a file of the output that a function makes; for use as a decorator.

        The function returns or yields text or bytes, or takes the path of a file and writes that. It is called when
        the cache does not have the file, or when a source, its code, or a file that it reads or records has changed.
        While a page is read or written, the file goes with that page; else it is the site's.

        :param path: relative to the output directory: ``charts/sales.svg``.
        :param sources: files that it is made from, absolute or relative to the source directory.
        :return: what gives, in place of the function, the :class:`Artifact`, which has the URL.
        :raises PluginError: the path cannot be used, another function makes that file, or it is too late.
        """
        name = check_path(path)
        files = (sources,) if isinstance(sources, str | Path) else sources
        paths = tuple(self.srcdir / file for file in files)

        def declare(make: MakeFunction) -> Artifact:
            artifact = Artifact(name, paths, make, self.supervisor.owner_of_caller())
            if not self.work.take(artifact):
                self._declare(artifact)
            return artifact

        return declare

    def _declare(self, artifact: Artifact) -> None:
        """Make *artifact* one of the site's."""
        artifacts, name = self.recorded.artifacts, artifact.path
        if self.recorded.is_closed:
            raise PluginError(
                f"sub_artifact({name!r}): no page is being read or written; declare it while one is,"
                " or for the site until processors_finished"
            )
        other, root = artifacts.get(name), self.supervisor.root
        if other is not None and other.maker(root) != artifact.maker(root):
            raise PluginError(f"sub_artifact({name!r}): {other.maker(root)} makes this file, too")
        artifacts[name] = artifact
        if self.phase is not SitePhase.LOADING:
            self.recorded.made_in_visit.add(name)
        self.supervisor.on_unload(lambda: artifacts.pop(name, None))

    def _store(self, docname: str, url: Url | None, components: dict[str, Any]) -> Page:
        if url is not None:
            self.urls[docname] = url
        link = url.link if url else self.default_url(docname)
        page = Page(self.signals, docname, link, self.clock.zone, self.observed)
        self.pages.add(page)
        page.update(components)
        self.signals.page_added.emit(page)
        return page

    def _deduced_url(self, docname: str, source: Source) -> Url | None:
        deduced = self.readers.deduce(source)
        if deduced is None:
            return None
        self.url_givers[docname] = deduced.giver(self.supervisor.root)
        try:
            return parse_url(deduced.given, self.html_suffix)
        except UrlError as error:
            self.supervisor.reporter.error(
                WarningKind.URL,
                f"{self.url_givers[docname]} returned a URL that cannot be used: {error.message}."
                " The page keeps its default URL",
                location=Place(source.path),
            )
            return None
