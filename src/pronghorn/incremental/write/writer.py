"""Taking over Sphinx's writing of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.html import StandaloneHTMLBuilder

from pronghorn.cache.plan.keeping import Phase
from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.tracking.file_watch import Seen, Watch
from pronghorn.incremental.artifact_records import artifact_records_among
from pronghorn.incremental.write.additional_pages import AdditionalPages
from pronghorn.incremental.write.build import Build
from pronghorn.incremental.write.freshness import OutputFreshness
from pronghorn.incremental.write.keys import STATIC, Keys
from pronghorn.incremental.write.ledger import Ledger
from pronghorn.incremental.write.modules import known_modules
from pronghorn.incremental.write.observation import observed
from pronghorn.incremental.write.run import Run
from pronghorn.incremental.write.shape import unsupported
from pronghorn.output.builders import files_of_page
from pronghorn.output.directory import Output
from pronghorn.output.search_entries import is_known, make_blank
from pronghorn.seam.rows.search import LOAD
from pronghorn.seam.rows.writing import CHECKSUMS, FINISH, LOAD_INDEXER, WRITE_DOCUMENTS

MADE_BY_PAGES = "made"
"""The list of files that pages consist of besides artifacts and their own, which Sphinx names after them."""
REWRITTEN = "rewritten"
"""The list of files of pages that listeners have changed when all else was done. They are put back before the next
build ends, so the listeners must find these pages among those that Sphinx read: some keep to that list."""


class CachedWriter:
    """Writes the pages of one build, in place of Sphinx."""

    def __init__(self, build: Build) -> None:
        self._build = build

    def attach(self, builder: Builder) -> bool:
        """Make *builder*, which is about to write, write with the cache.

        :return: whether it does. A builder that is not understood writes as ever.
        """
        reason = unsupported(self._build.app, builder)
        if reason is not None:
            self._say(reason)
            return False
        assert isinstance(builder, StandaloneHTMLBuilder)  # noqa: S101 - others are not supported
        _Takeover(builder, self._build, self._say).begin()
        return True

    def _say(self, reason: str) -> None:
        unwritten, build = Reason("unwritten", reason), self._build
        build.site.supervisor.reporter.info(f"[pronghorn] {unwritten}")
        for docname in build.app.env.found_docs:
            build.plan.keeping.lost(Phase.WRITING, docname, unwritten)


class _Takeover:
    """A builder whose methods for writing pages are replaced, until the build ends.

    ``Builder.build`` calls ``load_indexer``, ``write_documents`` and ``finish`` in this order.
    """

    def __init__(self, builder: StandaloneHTMLBuilder, build: Build, say: Callable[[str], None]) -> None:
        folders = [Path(builder.srcdir), Path(builder.confdir), Path(builder.outdir)]
        doctrees = Path(builder.doctreedir)
        self._builder: Any = builder
        self._build = build
        self._say = say
        self._watch = Watch(ignored=[doctrees], kept=folders)
        pages = (file for docname in builder.env.found_docs for file in files_of_page(builder, docname)[:1])
        self._output = Output(builder, build.files, [doctrees], pages)
        self._stack = ExitStack()
        self._observing = ExitStack()
        self._seen = Seen()
        self._others: AdditionalPages | None = None
        self._run: Run | None = None
        self._freshness: OutputFreshness | None = None
        self._stock_load_indexer, self._stock_finish = LOAD_INDEXER.of(builder), FINISH.of(builder)
        self._written = build.file_lists("written")
        self._former = self._written.read()
        self._copied = set(build.read_outputs)
        """What was there, or was copied, when the first page was written."""
        self._files: set[str] | None = None
        """All that pages consist of, once they are written."""

    def begin(self) -> None:
        """Replace the methods."""
        CHECKSUMS.of().cache_clear()  # Sphinx never forgets one: a second build in this process would write the first's
        for internal, method in (
            (LOAD_INDEXER, self._load_indexer),
            (WRITE_DOCUMENTS, self._write_documents),
            (FINISH, self._finish),
        ):
            self._stack.enter_context(internal.replaced(method, self._builder))
        self._stack.enter_context(self._output.with_image_folder())
        self._seen = self._stack.enter_context(self._watch.recording())
        listener = self._build.app.connect("build-finished", self._end, 0)
        self._stack.callback(self._build.app.disconnect, listener)
        self._stack.enter_context(self._observing)  # ends first

    def _end(self, _app: Sphinx, exception: Exception | None) -> None:
        if exception is not None:  # what pages have made besides their own files is on no list yet
            self._written.write(self._written.read().union(self._output.touched(Seen(written=self._seen.written))))
        self._stack.close()

    def _load_indexer(self, docnames: AbstractSet[str]) -> None:
        """Begin with an empty search index: each page's part is added, whoever made it."""
        indexer, load_indexer = self._builder.indexer, self._stock_load_indexer
        if not is_known(indexer):
            self._say("the search index is of another kind")
            self._stack.close()
            load_indexer(docnames)
            return
        with LOAD.replaced(lambda _stream, _format: None, indexer):
            load_indexer({*docnames, *self._builder.env.all_docs})
        make_blank(indexer)

    def _write_documents(self, docnames: AbstractSet[str]) -> None:
        """Write all pages: time stamps do not tell which are up to date."""
        del docnames
        builder, build, ledger = self._builder, self._build, Ledger(self._builder, self._build.store)
        self._copied.update(*map(self._output.touched, (*build.listeners.before, self._seen)))
        self._remove_static_files()
        with self._watch.paused():
            registry = build.app.registry
            keys = Keys(
                builder,
                build.files,
                build.values,
                build.code,
                self._copied,
                registry=registry,
                held=build.site.supervisor.held,
            )
            self._freshness = OutputFreshness(builder, build, self._output, keys, self._copied, ledger=ledger)
            self._files = self._freshness.files_in_place()
        if self._files is not None:
            return
        former_environment = build.former_environment
        cells = former_environment.changed_cells(builder.env) if former_environment is not None else None
        watched = self._observing.enter_context(observed(builder, build, keys, self._watch, self._output))
        written = ledger.load_written_from()
        self._announce_files()
        run = Run(builder, build, watched, keys, written)
        run.take_over(self._freshness.last_results(cells, watched.state))
        try:
            run.find()
            run.restore()
            self._remove_files_of_pages(run.files_kept())
            run.check()
            run.render()
            run.keep()
        finally:
            run.give_messages()
        run.unite()
        ledger.save_written_from(written)
        self._files = {name for page in run.pages.values() for name in page.files()}
        self._others = watched.renderer.others = run.other_pages()
        self._run = run

    def _remove_static_files(self) -> None:
        """Remove static files that only an earlier build has copied: pages show whether there are such files."""
        self._written.remove({name for name in self._former - self._copied if name.startswith(STATIC)})

    def _remove_files_of_pages(self, kept: AbstractSet[str]) -> None:
        """Remove what pages have made besides their own files, unless it is of pages that are kept.

        A page that is rendered again would find it there, and might not make what it makes in a clean build.
        """
        made = self._build.file_lists(MADE_BY_PAGES)
        made.remove(made.read() - kept - self._copied)

    def _note_made(self, files: AbstractSet[str]) -> None:
        builder = self._builder
        own = {name for docname in builder.env.found_docs for name in files_of_page(builder, docname)}
        artifacts = {record.path for record in self._build.work.artifact_records}
        self._build.file_lists(MADE_BY_PAGES).write(files - own - artifacts)

    def _announce_files(self) -> None:
        """Note the files of all pages as written: should this build be stopped, a later one can still remove them."""
        builder = self._builder
        pages = (files_of_page(builder, docname) for docname in builder.env.found_docs)
        self._written.write(self._former.union(self._copied, *pages))

    def _finish(self) -> None:
        """Let Sphinx write the rest, and remove what only an earlier build has made."""
        if self._files is None:  # Sphinx has found nothing to write
            self._write_documents(set())
        files = self._files or set()
        if self._others is not None and self._run is not None and self._freshness is not None:
            with known_modules(self._builder, self._others):
                self._stock_finish()
                self._builder.finish_tasks.join()
            self._others.keep()
            self._build.work.artifact_records = set(artifact_records_among(self._run.outside))
            self._note_made(files)
            self._stack.close()
            files = files | self._others.files | self._copied | set(self._touched_since())
            self._freshness.note(files, self._run, self._others)
        self._stack.close()
        self._written.remove(self._written.read() - files)
        self._written.write(files)
        self._build.listeners.finished = lambda late: self._note_late(files, late)

    def _note_late(self, files: AbstractSet[str], late: AbstractSet[str]) -> None:
        self._written.write(files | late)
        self._build.file_lists(REWRITTEN).write(late & files)

    def _touched_since(self) -> Iterator[str]:
        """Return the files that were touched after the first page was; static files are only looked at by then."""
        for name in self._output.touched(self._seen):
            if not name.startswith(STATIC) or self._output.path_of(name) in self._seen.written:
                yield name
