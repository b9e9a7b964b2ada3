"""The site: the central object that plugins get."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Unpack

from pronghorn.configuration.site_config import SiteConfig
from pronghorn.errors import PageError, PluginError, QueryError
from pronghorn.log import PluginLog
from pronghorn.model.artifact import Artifact, MakeFunction, check_path, maker_of
from pronghorn.model.dates import Clock
from pronghorn.model.observer import Observed
from pronghorn.model.page import Page
from pronghorn.model.pages import Pages, subpages
from pronghorn.model.publication import Drafts
from pronghorn.model.url import docname_of_url, parse_url
from pronghorn.model.work import NoWork, Recorded, Work
from pronghorn.plugins.registry import PluginRegistry
from pronghorn.queries.desk import QueryDesk
from pronghorn.queries.query import Query, QueryArguments
from pronghorn.queries.results import Condition, PageGroup
from pronghorn.readers.readers import ReaderList, Readers
from pronghorn.signal_table import Signal, Signals, SignalTable
from pronghorn.site.state import SitePhase, SiteState
from pronghorn.supervisor import Supervisor
from pronghorn.taxonomies.declaration import Declaration
from pronghorn.taxonomies.model import TaxonomyState
from pronghorn.taxonomies.taxonomies import Taxonomies


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
    """

    plugins: PluginRegistry

    def __init__(
        self,
        app: Any,
        srcdir: Path,
        signal_table: SignalTable,
        supervisor: Supervisor,
        config: SiteConfig,
        *,
        taxonomies: Iterable[Declaration] = (),
    ) -> None:
        self.app = app
        self.srcdir = srcdir
        self.config = config
        self.signals = Signals(signal_table)
        self.log = PluginLog(supervisor)
        self.default_url: Callable[[str], str] = lambda docname: docname + ".html"
        # What the engine needs beside what plugins get:
        self.signal_table = signal_table
        self.supervisor = supervisor
        self.reader_list = ReaderList(supervisor)
        self.observed = Observed()
        self.collected = {one.key: TaxonomyState(one, self.observed) for one in taxonomies}
        self.clock = Clock(datetime.now(UTC), UTC)
        self.drafts = Drafts.IGNORE
        self.root_docname = "index"
        self.html_suffix = ".html"
        self.work: Work = NoWork()
        self.declared = Recorded()  # before the first visit
        self.state = SiteState(self, self.declared)
        # And what plugins get of that:
        self.readers = Readers(self.reader_list)
        self.pages = Pages(lambda: self.state.pages, self.observed)
        self.taxonomies = Taxonomies(self.collected, self.observed)

    def __repr__(self) -> str:
        """Stay short: Sphinx formats the arguments of each event it emits."""
        return f"<Site {self.config.title}>"

    @property
    def now(self) -> datetime:
        """The time of the build, the same for all of it, with the site's time zone.

        A page that asks for it is made again in each build, unless ``pronghorn_now`` or the environment variable
        ``SOURCE_DATE_EPOCH`` says which time it is.
        """
        self.observed.hear("now", "")
        return self.clock.now

    @property
    def hidden(self) -> Mapping[str, str]:
        """Why pages are not published, by docname: they are no documents."""
        return self.state.hidden

    @property
    def page_added(self) -> Signal:
        """The signal that the site has a new page, the same as ``site.signals.page_added``."""
        return self.signals.page_added

    def find(self, name: str | Path) -> Page | None:
        """Find a page by docname, or by the path of its source; None if there is none."""
        return self.pages.find(name)

    def subpages_of(self, page: Page, recursive: bool = False) -> list[Page]:
        """Return the pages in the folder of *page*; of a folder within, its index page unless *recursive*."""
        return subpages(self.pages, page, recursive=recursive)

    def query(
        self,
        path: str | Sequence[str] | None = None,
        *,
        condition: Condition | None = None,
        **arguments: Unpack[QueryArguments],
    ) -> list[Page]:
        """Find pages. A page that shows them is made again when the result has changed, and only then.

        :param path: patterns of docnames, or of paths of sources: ``posts/*``, ``**/*.md``.
        :param condition: a function that gets a page and says whether it is wanted. Whoever asks with one is made again
            when anything about any page changes.
        :param exclude: patterns of those that are not wanted.
        :param where: values of fields: ``{"author": "ann", "tags": ["salt", "pepper"]}``. A field that is a list has
            one of the values; of several values that are asked for, one suffices. Fields are metadata, ``docname``,
            ``title``, ``url``, ``draft``, ``year`` and ``month``.
        :param since: the earliest date.
        :param until: the latest date; a day counts until its end.
        :param draft: whether pages are drafts; None: whether or not.
        :param sort: the field to sort by; ``docname`` if none is given. Pages without it come last.
        :param reverse: whether to sort backwards.
        :param offset: how many pages to leave out at the beginning.
        :param limit: how many pages to give at most.
        :raises QueryError: if an argument is unknown, or a field that no page has is nearly one that some have; or if
            it is too early to ask.
        """
        query = Query.make({"path": path, **arguments})
        return self._queries("query").ask(query, condition, self.clock.zone, self.observed)

    def query_groups(
        self,
        path: str | Sequence[str] | None = None,
        *,
        by: str,
        condition: Condition | None = None,
        **arguments: Unpack[QueryArguments],
    ) -> list[PageGroup]:
        """Find pages as :meth:`query` does, in groups.

        :param by: the field to group by, such as ``year``. Pages without it are left out. Groups are in its order,
            backwards with ``reverse``.
        """
        query = Query.make({"path": path, **arguments}, by)
        return self._queries("query_groups").ask_groups(query, condition, self.clock.zone, self.observed)

    def _queries(self, name: str) -> QueryDesk:
        if not self.state.is_visited:
            raise QueryError(
                f"{name}(): there are no pages yet; ask from readers_finished on, such as in processors_init"
            )
        return self.state.queries

    def make_page(self, url: str, **components: Any) -> Page:
        """Make a page that has no source file: a real document, generated.

        :param url: its URL; the docname follows from it: ``tags/python`` for ``tags/python/``.
        :param components: such as ``metadata=Metadata(title="Python")`` and ``output=Content("md", text)``.
        :raises PageError: if there is a page of that docname, or it is too early or too late to make pages.
        :raises UrlError: if the URL cannot be used.
        """
        if self.state.phase not in {SitePhase.READING, SitePhase.PROCESSING}:
            raise PageError(
                f"make_page({url!r}): pages can be made from readers_init to processors_finished;"
                " connect a function to processors_init"
            )
        parsed = parse_url(url, self.html_suffix)
        docname = docname_of_url(parsed, self.html_suffix)
        if docname in self.state.pages:
            source = self.state.pages[docname].component("source")
            raise PageError(
                f"make_page({url!r}): there is a page '{docname}' already,"
                f" {f'from {source.relpath}' if source else 'made by a plugin, too'}; see get_or_make_page"
            )
        return self.state.store(docname, parsed, components).page

    def get_or_make_page(self, url: str, **components: Any) -> Page:
        """Return the page at *url*, and make it if there is none; components are only set on a new one."""
        parsed = parse_url(url, self.html_suffix)
        docname = docname_of_url(parsed, self.html_suffix)
        found = self.pages.find(docname) or next((p for p in self.pages if p.url == parsed.link), None)
        return found or self.make_page(url, **components)

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
        if self.state.recorded.is_closed:
            raise PageError(
                f"record_dependency({str(path)!r}): no page is being read or written; call it while one is,"
                " or for all pages until processors_finished"
            )
        self.state.recorded.depend(file)

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
        recorded, name, root = self.state.recorded, artifact.path, self.supervisor.root
        if recorded.is_closed:
            raise PluginError(
                f"sub_artifact({name!r}): no page is being read or written; declare it while one is,"
                " or for the site until processors_finished"
            )
        other = recorded.artifacts.get(name)
        if other is not None and maker_of(other, root) != maker_of(artifact, root):
            raise PluginError(f"sub_artifact({name!r}): {maker_of(other, root)} makes this file, too")
        recorded.artifacts[name] = artifact
        self.supervisor.on_unload(lambda: self._forget(name))

    def _forget(self, name: str) -> None:
        for recorded in (self.declared, self.state.recorded):
            recorded.artifacts.pop(name, None)
