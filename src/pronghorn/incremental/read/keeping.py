"""Keeping what was read: in the store for later builds, and in the records for this one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.tracking.file_digests import is_younger
from pronghorn.cache.tracking.manifest import Dependency, Manifest
from pronghorn.incremental.observing.written_files import ReadingOutputs
from pronghorn.incremental.read.decisions import Decisions
from pronghorn.incremental.read.doctree_files import DoctreeFiles
from pronghorn.incremental.read.inputs import Inputs
from pronghorn.incremental.read.isolation import Isolation
from pronghorn.incremental.read.losses import ReadingLosses
from pronghorn.incremental.read.merging import LiveReading
from pronghorn.incremental.read.pages import FreshPage
from pronghorn.incremental.read.records import PageRecord, Records
from pronghorn.incremental.read.silent import Met
from pronghorn.incremental.read.snapshots import KeptReading, PageReading, Snapshots
from pronghorn.incremental.read.state import ReadingState
from pronghorn.incremental.session import Session
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
            self._outputs.learn(page.outputs)
            isolation.learn(page.contribution.attributes)
            always = self._why_always(page) if not kept.refusal else ("unsuitable", kept.refusal)
            dependencies = self._dependencies_of(page, kept)
            manifest = Manifest(dependencies, kept.snapshot).encode()
            self._losses.note_read(page, kept, always, self._state.undigested_among(dependencies))
            if always is None:
                manifests.append((self._decisions.keys[docname], manifest))
            self.remember(kept.reading, manifest, always)
            self._doctrees.note_written(docname, page.doctree)
            yield docname, kept.reading
        self._losses.tell()
        self._snapshots.keep_manifests(manifests)

    def remember(self, reading: PageReading, manifest: bytes, always: tuple[str, str] | None = None) -> None:
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

    def note_merged(
        self, live: Mapping[str, LiveReading], unchanged: Mapping[str, PageReading], met: Met | None
    ) -> None:
        """Note that all pages were merged again.

        :param live: those that had to be read in the environment of the site.
        :param unchanged: those that were neither restored nor read.
        :param met: where code of a silent extension is met.
        """
        pages = self._records.pages
        for docname in live.keys() - pages.keys():
            pages[docname] = PageRecord(b"", self._decisions.inputs[docname].source, b"", b"", [], 0)
        for docname, page in pages.items():
            collided = bool(page.collision)
            page.collision = live[docname].reason.name if docname in live else ""
            if docname in live:
                self._note_live(docname, live[docname], is_reached=met is not None and met.reaches(docname))
            elif collided and docname in unchanged:
                self._note_alone_again(unchanged[docname])

    def _note_live(self, docname: str, live: LiveReading, *, is_reached: bool) -> None:
        page = self._records.pages[docname]
        (page.doctree,) = self._snapshots.keep_doctrees([live.page.doctree])
        page.messages = live.page.messages
        if is_reached:
            page.key, page.always, page.seconds = b"", (live.reason.kind, live.reason.name), live.page.seconds
            page.source = self._decisions.inputs[docname].source
            made = {record: self._state.current(record) for record in live.page.artifact_records}
            page.manifest = Manifest(made | live.page.outputs, b"").encode()
        self._doctrees.note_written(docname, live.page.doctree)
        self._losses.note_live(docname, live)
        self._decisions.read[docname] = live.reason
        self._session.plan.read(docname, live.reason)

    def _note_alone_again(self, reading: PageReading) -> None:
        """Go back to a page's own reading: it does not share a name with another page any more."""
        page = self._records.pages[reading.docname]
        self._doctrees.remove(reading.docname)
        page.doctree, page.file, page.messages = reading.doctree, b"", reading.messages
        self._decisions.read[reading.docname] = Reason("collision")

    def _dependencies_of(self, page: FreshPage, kept: KeptReading) -> dict[Dependency, bytes]:
        recorded = self._site.state.recorded.of_pages.get(page.docname, ())
        asked = [*page.dependencies, *map(self._session.dependency_on, sorted(recorded))]
        asked += [Dependency("srcdir", place) for place in sorted(kept.shown | page.doctree.shown)]
        named = sorted(kept.named_elsewhere | page.doctree.named_elsewhere)
        asked += [Dependency("cwd", self._session.paths.name_of(file)) for file in named]
        return {dependency: self._state.current(dependency) for dependency in asked} | page.outputs

    def _why_always(self, page: FreshPage) -> tuple[str, str] | None:
        """Return why a page must be read again in the next build, whatever the digests say."""
        if page.docname in page.contribution.tables.get("reread_always", ()):
            return "always", ""
        if page.programs:
            return "program", page.programs[0]
        if page.doctree.refusal:
            return "unsuitable", page.doctree.refusal
        own = self._inputs.project.file_to_read(page.docname)
        changed = self._session.files.recheck([own, *page.files])
        young = [file for file in map(Path, page.files) if is_younger(file, page.started_ns)]
        if changed or young:
            return "file", self._session.paths.name_of(str(min([*changed, *young])))
        return None
