"""Keeping what was read: in the store for later builds, and in the records for this one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.tracking.file_digests import is_younger
from pronghorn.cache.tracking.manifest import Dependency, Manifest
from pronghorn.incremental.read.decisions import Decisions
from pronghorn.incremental.read.doctree_files import DoctreeFiles
from pronghorn.incremental.read.inputs import Inputs
from pronghorn.incremental.read.isolation import Isolation
from pronghorn.incremental.read.losses import ReadingLosses
from pronghorn.incremental.read.pages import FreshPage, LivePage, LiveReading
from pronghorn.incremental.read.records import PageRecord, Records
from pronghorn.incremental.read.silent import Met
from pronghorn.incremental.read.snapshots import KeptReading, PageReading, Snapshots
from pronghorn.incremental.read.state import ReadingState
from pronghorn.incremental.session import Session
from pronghorn.observing.never import never
from pronghorn.observing.written_files import ReadingOutputs
from pronghorn.site.site import Site


class ReadingKeeper:
    """Keeps pages that were read or restored.

    :param decisions: what is done with each page of this build.
    """

    def __init__(
        self,
        site: Site,
        session: Session,
        records: Records,
        *,
        decisions: Decisions,
        inputs: Inputs,
        state: ReadingState,
        snapshots: Snapshots,
        doctrees: DoctreeFiles,
        losses: ReadingLosses,
        outputs: ReadingOutputs,
    ) -> None:
        self._site = site
        self._session = session
        self._records = records
        self._decisions = decisions
        self._inputs = inputs
        self._state = state
        self._snapshots = snapshots
        self._doctrees = doctrees
        self._losses = losses
        self._outputs = outputs

    def put(self, pages: Sequence[FreshPage]) -> list[tuple[FreshPage, KeptReading]]:
        """Put what reading some pages gave into the store, in the process that has read them."""
        doctrees = self._snapshots.keep_doctrees(page.doctree for page in pages)
        readings = [
            PageReading(
                page.docname,
                page.contribution,
                doctree,
                page.messages,
                page.seconds,
                page.doctree.names_from_here,
            )
            for page, doctree in zip(pages, doctrees, strict=True)
        ]
        for page in pages:
            page.doctree.packed = b""  # another process may have read it: it need not be sent
        kept = self._snapshots.keep(zip(readings, (page.names for page in pages), strict=True))
        return [*zip(pages, kept, strict=True)]

    def note(
        self, pages: Sequence[tuple[FreshPage, KeptReading]], isolation: Isolation
    ) -> Iterator[tuple[str, PageReading]]:
        """Note what pages depend on that were read and put into the store, in the store and in the records."""
        manifests: list[tuple[bytes, bytes]] = []
        for page, kept in pages:
            docname = page.docname
            self._outputs.learn(page.heard.outputs)
            manifest, always = self._noted(page, kept, isolation)
            if always is None:
                manifests.append((self._decisions.keys[docname], manifest.encode()))
            self._remember(kept.reading, manifest.encode(), always)
            self._doctrees.note_written(docname, page.doctree)
            yield docname, kept.reading
        self._losses.tell()
        self._snapshots.keep_manifests(manifests)

    def load_restorable(self) -> dict[str, PageReading]:
        """Load what is to be restored; decide to read the pages whose snapshot or doctree is gone."""
        decisions = self._decisions
        loaded = self._snapshots.load_whole({d: manifest.result for d, manifest in decisions.restore.items()})
        for docname in decisions.restore.keys() - loaded.keys():
            del decisions.restore[docname]
            decisions.read[docname] = Reason("damaged")
        return loaded

    def note_restored(self, readings: Iterable[PageReading], isolation: Isolation) -> None:
        """Note that pages come from the store."""
        for reading in readings:
            docname = reading.docname
            self._doctrees.remove(docname)
            isolation.learn(reading.contribution.attributes)
            self._remember(reading, self._decisions.restore[docname].encode())
            self._session.plan.restored(docname, reading.seconds)

    def _noted(
        self, page: FreshPage, kept: KeptReading, isolation: Isolation
    ) -> tuple[Manifest, tuple[str, str] | None]:
        isolation.learn(page.contribution.attributes)
        always = self._why_always(page) if not kept.refusal else ("unsuitable", kept.refusal)
        dependencies = self._dependencies_of(page, kept)
        self._losses.note_read(page, kept, always, self._state.undigested_among(dependencies))
        return Manifest(dependencies, kept.snapshot), always

    def _remember(self, reading: PageReading, manifest: bytes, always: tuple[str, str] | None = None) -> None:
        """Record what a page was made from, and what came of it.

        :param always: why it must be read in each build, if it must.
        """
        docname = reading.docname
        key = self._decisions.keys[docname] if always is None else b""
        source = self._decisions.inputs[docname].source
        self._records.pages[docname] = PageRecord(
            key, source, manifest, reading.doctree, reading.messages, reading.seconds, always=always or ("", "")
        )
        self._records.pages[docname].names_from_here = reading.names_from_here

    def expect_beside(self, docname: str, name: str) -> None:
        """Hear that a page is about to be read beside entries of others."""
        self._session.plan.read(docname, Reason("twice", name))
        self._doctrees.remove(docname)

    def note_beside(self, page: FreshPage, kept: KeptReading, key: bytes, name: str, isolation: Isolation) -> None:
        """Note a page that was read beside entries of others, under a key that has these in it."""
        manifest, always = self._noted(page, kept, isolation)
        self._losses.tell()
        self._take_beside(kept.reading, manifest, name)
        self._doctrees.note_written(page.docname, page.doctree)
        if always is None:
            self._snapshots.keep_manifests([(key, manifest.encode())])
        else:
            record = self._records.pages[page.docname]
            record.key, record.always = b"", always

    def restore_beside(self, docname: str, manifest: Manifest, name: str) -> PageReading | None:
        """Restore a page that was read beside entries of others; None if it is not there any more."""
        reading = self._snapshots.load_whole({docname: manifest.result}).get(docname)
        if reading is not None and self._take_beside(reading, manifest, name):
            self._doctrees.remove(docname)
        return reading

    def _take_beside(self, reading: PageReading, manifest: Manifest, name: str) -> bool:
        """Record what a page came to; what it contributes alone stays what is known of it.

        :return: whether its doctree is another one than before.
        """
        record = self._records.pages[reading.docname]
        own = Manifest.decode(record.manifest)
        if own is not None:
            record.manifest = Manifest(own.dependencies | manifest.dependencies, own.result).encode()
        record.messages, record.collision = reading.messages, name
        if record.doctree == reading.doctree:
            return False
        record.doctree, record.file = reading.doctree, b""
        self._decisions.read[reading.docname] = Reason("twice", name)
        return True

    def note_merged(
        self,
        live: Mapping[str, LiveReading],
        beside: Collection[str],
        unchanged: Mapping[str, PageReading],
        met: Met | None,
    ) -> None:
        """Note that all pages were merged again.

        :param live: those that had to be read in the environment of the site.
        :param beside: those that were taken up beside entries of others.
        :param unchanged: those that were neither restored nor read.
        :param met: where code of a silent extension is met.
        """
        for docname, page in self._records.pages.items():
            if page.collision and docname not in live and docname not in beside:
                page.collision = ""
                if docname in unchanged:
                    self._note_alone_again(unchanged[docname])
        self.note_live(live, met)

    def note_live(self, live: Mapping[str, LiveReading], met: Met | None) -> None:
        """Note which pages had to be read in the environment of the site."""
        for docname, one in live.items():
            if met is not None and met.reaches(docname):
                self._remember_live(one)
            else:
                self._records.pages[docname].collision = one.reason.name
            page = self._records.pages[docname]
            (page.doctree,) = self._snapshots.keep_doctrees([one.page.doctree])
            page.messages, page.names_from_here = one.page.messages, one.page.doctree.names_from_here
            self._doctrees.note_written(docname, one.page.doctree)
            self._losses.note_live(docname, one)
            self._decisions.read[docname] = one.reason
            self._session.plan.read(docname, one.reason)

    def _remember_live(self, live: LiveReading) -> None:
        """Record what a page was made from that has no reading of its own."""
        page = live.page
        self._records.pages[page.docname] = PageRecord(
            self._decisions.keys[page.docname],
            self._decisions.inputs[page.docname].source,
            Manifest(self._dependencies_of_live(page), b"").encode(),
            b"",
            [],
            page.seconds,
            always=(live.reason.kind, live.reason.name),
        )

    def _note_alone_again(self, reading: PageReading) -> None:
        """Go back to a page's own reading: it does not share a name with another page any more."""
        page = self._records.pages[reading.docname]
        self._doctrees.remove(reading.docname)
        page.doctree, page.file, page.messages = reading.doctree, b"", reading.messages
        self._decisions.read[reading.docname] = Reason("collision")

    def _dependencies_of(self, page: FreshPage, kept: KeptReading) -> dict[Dependency, bytes]:
        bound = [Dependency("srcdir", place) for place in sorted(kept.shown | page.doctree.shown)]
        named = sorted(kept.named_elsewhere | page.doctree.named_elsewhere)
        bound += [Dependency("cwd", self._session.paths.name_of(file)) for file in named]
        return self._current([*self._asked(page), *bound]) | page.heard.outputs

    def _dependencies_of_live(self, page: LivePage) -> dict[Dependency, bytes]:
        """Return what a page depends on as long as it is not moved.

        As Sphinx, do not ask what programs look at, nor for what cannot be compared with that of another build.
        """
        name_of, undigested = self._session.paths.name_of, self._state.undigested
        unsettled = {Dependency("file", name_of(str(file))): never() for file in self._unsettled(page)}
        found = self._current(self._asked(page)) | page.heard.outputs | unsettled
        return {dependency: digest for dependency, digest in found.items() if dependency not in undigested}

    def _asked(self, page: FreshPage | LivePage) -> list[Dependency]:
        recorded = self._site.state.recorded.of_pages.get(page.docname, ())
        return [*page.heard.dependencies, *map(self._session.dependency_on, sorted(recorded))]

    def _current(self, dependencies: Iterable[Dependency]) -> dict[Dependency, bytes]:
        return {dependency: self._state.current(dependency) for dependency in dependencies}

    def _why_always(self, page: FreshPage) -> tuple[str, str] | None:
        """Return why a page must be read again in the next build, whatever the digests say."""
        if page.docname in page.contribution.tables.get("reread_always", ()):
            return "always", ""
        if page.heard.changes:
            return "changes", page.heard.changes
        if page.heard.programs:
            return "program", page.heard.programs[0]
        if page.doctree.refusal:
            return "unsuitable", page.doctree.refusal
        unsettled = self._unsettled(page)
        return ("file", self._session.paths.name_of(str(min(unsettled)))) if unsettled else None

    def _unsettled(self, page: FreshPage | LivePage) -> set[Path]:
        """Return the files that a page was made from and that may have changed meanwhile."""
        own, files = self._inputs.project.file_to_read(page.docname), page.heard.files
        young = (file for file in map(Path, files) if is_younger(file, page.started_ns))
        return {*self._session.files.recheck([own, *files]), *young}
