"""Reading pages, each in an environment of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import __
from sphinx.util.display import status_iterator

from pronghorn.cache.plan.reasons import Reason
from pronghorn.documents.doctrees import DoctreeKeeper, KeptDoctree
from pronghorn.documents.messages import Message, MessageRecorder
from pronghorn.documents.names_from_here import NamesFromHere
from pronghorn.incremental.read.contribution import Contribution, take_out
from pronghorn.incremental.read.isolation import Isolation
from pronghorn.incremental.read.listening import Heard, Listener
from pronghorn.incremental.read.silent import CodeMetError, Met, SilentExtensions
from pronghorn.seam.rows.configuration import PUBLISHERS
from pronghorn.seam.rows.reading import CLEAR_DOC, DOCTREE_CACHE
from pronghorn.speed.garbage import collected_by_page
from pronghorn.speed.workers import in_workers

Item = TypeVar("Item")

_LIVE_BYTES = 8 * 2**20
"""Doctrees stay in memory until they are written, up to so many bytes of pickles, which take five times as much there;
others are loaded then. Sphinx keeps all: of 300 pages, they are a third of its memory, and to load them all takes a
thirtieth of the time."""

_MOST_LIVE_BYTES = 64 * 2**20
"""Up to so many bytes, those of half of the pages stay: that is less memory than Sphinx takes for all."""

_BATCH = 16
"""So many pages are put into the store at once. Each time takes two or three transactions, whatever is put there."""


@dataclass(slots=True)
class FreshPage:
    """What was found while reading one page."""

    docname: str
    contribution: Contribution
    doctree: KeptDoctree
    heard: Heard
    messages: list[Message]
    started_ns: int
    """When reading began, by the clock that stamps files."""
    seconds: float
    names: NamesFromHere


@dataclass(slots=True)
class LivePage:
    """What was found while reading one page in the environment of the site."""

    docname: str
    doctree: KeptDoctree
    heard: Heard
    messages: list[Message]
    started_ns: int
    """When reading began, by the clock that stamps files."""
    seconds: float


@dataclass(slots=True)
class LiveReading:
    """A page that was read in the environment of the site, because of what it shares with others."""

    reason: Reason
    """It names what both define, the attribute of the environment that an extension does not merge, or code that
    is not to run in an environment of its own."""
    page: LivePage


class PageReader:
    """Has Sphinx read pages, one by one.

    :param file_of: gives the file that Sphinx reads for a page.
    :param keeper: packs doctrees for the store.
    :param silent: extensions whose code is not to run.
    """

    def __init__(
        self,
        app: Sphinx,
        isolation: Isolation,
        listener: Listener,
        recorder: MessageRecorder,
        *,
        file_of: Callable[[str], Path],
        keeper: DoctreeKeeper,
        silent: SilentExtensions,
    ) -> None:
        self._app = app
        self._main = app.env
        self._isolation = isolation
        self._listener = listener
        self._recorder = recorder
        self._file_of = file_of
        self._keeper = keeper
        self.silent = silent
        self._live_bytes = 0
        self._n_live = self._n_most_live = 0
        self._is_worker = False
        self.met: Met | None = None
        """Where code of a silent extension was about to run: no page after that has been read."""

    def noticed(self, n_pages: int) -> AbstractContextManager[None]:
        """Notice what foreign code asks for inside, where so many pages are read."""
        return self._listener.remembered.noticed(n_pages)

    def read(
        self, docnames: Sequence[str], jobs: int, keep: Callable[[Sequence[FreshPage]], list[Item]]
    ) -> Iterator[list[Item]]:
        """Read pages, in any order if there are several jobs, and give what *keep* has made of them.

        :param keep: is given some pages at a time, in the process that has read them.
        """
        if jobs > 1 and len(docnames) > 1:
            yield from self._read_parallel(docnames, jobs, keep)
        else:
            self._n_most_live += len(docnames) // 2
            yield from self._read_and_keep(collected_by_page(self.progress(docnames), then_all=True), keep)

    def _read_and_keep(
        self, docnames: Iterable[str], keep: Callable[[Sequence[FreshPage]], list[Item]]
    ) -> Iterator[list[Item]]:
        with self.silent.watched(), self._isolation.emptied():
            yield from self._read_in_turn(docnames, keep)

    def _read_in_turn(
        self, docnames: Iterable[str], keep: Callable[[Sequence[FreshPage]], list[Item]]
    ) -> Iterator[list[Item]]:
        pages: list[FreshPage] = []
        try:
            for docname in docnames:
                try:
                    with self.silent.kept_from_running():
                        pages.append(self.read_page(docname))
                except CodeMetError as met:
                    self.met = Met(docname, Reason("silent", str(met)))
                    break
                if len(pages) == _BATCH:
                    done, pages = pages, []
                    yield keep(done)
        except (Exception, KeyboardInterrupt):
            yield keep(pages)
            raise
        yield keep(pages)

    def progress(self, items: Sequence[Item]) -> Iterator[Item]:
        """Show how far reading is, and give the items."""
        # Of app.verbosity: Sphinx 8 has none in the configuration.
        return status_iterator(items, __("reading sources... "), "purple", len(items), self._app.verbosity)

    def read_page(self, docname: str) -> FreshPage:
        """Read one page in an environment of its own."""
        app, builder = self._app, self._app.builder
        started_ns, start = time.time_ns(), time.perf_counter()
        hold, names = self._recorder.hold, NamesFromHere(str(app.srcdir))
        with self._isolation.entered() as env, hold(but_after=CodeMetError) as messages, self._keeper.writing(names):
            own = [str(self._file_of(docname))]
            with self._listener.listening(env, docname, own) as heard, names.told():
                app.events.emit("env-purge-doc", env, docname)
                CLEAR_DOC.of(env)(docname)
                builder.read_doc(docname)
        seconds = time.perf_counter() - start
        doctree = DOCTREE_CACHE.of(env).pop(docname)
        kept = self._keeper.take(doctree)
        self._isolation.separate()
        contribution = take_out(env, self._isolation.blank, self._isolation.startup_data)
        # What holds nodes would change when the page is written, which changes its document.
        if not contribution.may_hold_nodes:
            self._leave_for_writing(docname, doctree, len(kept.packed))
        told = [*map(names.portable_message, messages)]
        return FreshPage(docname, contribution, kept, heard, told, started_ns, seconds, names)

    def _leave_for_writing(self, docname: str, doctree: nodes.document, n_bytes: int) -> None:
        """Leave a doctree in memory, if it is this process that writes and there are not too many yet."""
        most_bytes = _MOST_LIVE_BYTES if self._n_live < self._n_most_live else _LIVE_BYTES
        if not self._is_worker and self._live_bytes < most_bytes:
            DOCTREE_CACHE.of(self._main)[docname] = doctree  # where Sphinx would leave it
            self._live_bytes += n_bytes
            self._n_live += 1

    def read_live(self, docname: str) -> LivePage:
        """Read one page in the environment of the site, as Sphinx does."""
        app, builder = self._app, self._app.builder
        started_ns, start = time.time_ns(), time.perf_counter()
        own = [str(self._file_of(docname))]
        publishers = PUBLISHERS.find(app.registry, {})  # of Sphinx 8: they keep the environment they were made with
        publishers.clear()
        listening = self._listener.listening(app.env, docname, own)
        hold, names = self._recorder.hold, NamesFromHere(str(app.srcdir))
        with hold() as messages, self._keeper.writing(names), listening as heard, names.told():
            app.events.emit("env-purge-doc", app.env, docname)
            app.env.clear_doc(docname)
            builder.read_doc(docname)
        publishers.clear()
        doctree = self._keeper.take(DOCTREE_CACHE.of(app.env).pop(docname))
        told = [*map(names.portable_message, messages)]
        return LivePage(docname, doctree, heard, told, started_ns, time.perf_counter() - start)

    def _read_parallel(
        self, docnames: Sequence[str], jobs: int, keep: Callable[[Sequence[FreshPage]], list[Item]]
    ) -> Iterator[list[Item]]:
        """Read pages in forked processes, which hand back what each page gave."""

        def read(some: Sequence[str]) -> list[list[Item]]:
            self._is_worker = True
            return list(self._read_and_keep(collected_by_page(some), keep))

        for batches in in_workers(docnames, jobs, read, self.progress):
            yield from batches
