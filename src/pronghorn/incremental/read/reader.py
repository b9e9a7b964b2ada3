"""The reading phase of a build: what the cache holds is restored, the rest is read, all is merged in sorted order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment

from pronghorn.cache.plan.reasons import Reason
from pronghorn.documents.doctrees import DoctreeKeeper
from pronghorn.documents.memory import memory_of
from pronghorn.documents.messages import MessageRecorder, give
from pronghorn.incremental.artifact_records import ARTIFACT, ArtifactRecord, artifact_records_among
from pronghorn.incremental.extension_files import LoadedFiles
from pronghorn.incremental.read import environment
from pronghorn.incremental.read.beside import BesideReader
from pronghorn.incremental.read.checking import ReadingCheck
from pronghorn.incremental.read.continuing import Continuation, continuation
from pronghorn.incremental.read.decisions import Decider, Decisions
from pronghorn.incremental.read.doctree_files import DoctreeFiles
from pronghorn.incremental.read.inputs import Inputs
from pronghorn.incremental.read.isolation import Isolation
from pronghorn.incremental.read.keeping import ReadingKeeper
from pronghorn.incremental.read.listening import Listener
from pronghorn.incremental.read.losses import ReadingLosses
from pronghorn.incremental.read.merging import Merger
from pronghorn.incremental.read.pages import PageReader
from pronghorn.incremental.read.records import PageRecord, Records
from pronghorn.incremental.read.remembered import Remembered
from pronghorn.incremental.read.silent import Met, SilentExtensions
from pronghorn.incremental.read.snapshots import PageReading, Snapshots
from pronghorn.incremental.read.state import ReadingState
from pronghorn.incremental.session import Session
from pronghorn.incremental.shared_inputs import SharedInputs
from pronghorn.observing.config import end_startup
from pronghorn.observing.recorder import Recorder
from pronghorn.observing.written_files import OUTPUT, LeftFile, ReadingOutputs, left_among
from pronghorn.seam.capability import Capability
from pronghorn.seam.register import changed_among
from pronghorn.seam.rows.reading import GLOB_TOCTREES, READ_PARALLEL, READ_SERIAL
from pronghorn.site.site import Site


class CachedReader:
    """Reads the pages of one build.

    :param recorder: where the configuration, the project and the site note what pages ask for.
    :param loaded: what extensions have looked at while they were loaded.
    :param checked_share: the share of the pages taken from the cache that are read all the same, and compared.
    """

    def __init__(
        self,
        app: Sphinx,
        site: Site,
        session: Session,
        recorder: Recorder,
        loaded: LoadedFiles,
        *,
        checked_share: float,
    ) -> None:
        self._app = app
        self._session = session
        self._recorder = recorder
        self._site = site
        self.records = memory_of(app.env, Records, "records")
        self._snapshots = Snapshots(session)
        self._check = ReadingCheck(session, self._snapshots, site.supervisor.reporter, checked_share)
        self.losses = ReadingLosses(session)
        self._inputs = Inputs(app, site, session, loaded, self.losses)
        self._doctrees = DoctreeFiles(app, session, self.records, self._snapshots, self._read_page_again)
        self._decisions = Decisions()
        self._restored: dict[str, PageReading] = {}
        self._rewritten: AbstractSet[str] = frozenset()
        self._removed: set[str] = set()
        self._is_foreign = False
        """Whether another build than ours was the last one to read pages into the environment."""
        self._glob_toctrees: set[str] = set()
        self.read_again: frozenset[str] | None = frozenset()
        """The pages that were read or restored; None once the environment is made again from all pages."""
        self._outputs = ReadingOutputs(app, session.files, lambda: session.store, self._left)
        self._continued: Continuation | None = None
        self.met: Met | None = None
        """From where on pages are read in the environment of the site, because of an extension."""
        self.shared: SharedInputs = {}
        self.state: ReadingState
        """From when it is decided what to read."""

    def adopt(self, builder: Builder, env: BuildEnvironment) -> None:
        """Take over reading, in place, unless something keeps pages from being taken from the cache."""
        environment.adopt(env, self._doctrees.load)
        if self.obstacle() is None:
            READ_SERIAL.put(builder, lambda docnames: self._read(docnames, 1))
            READ_PARALLEL.put(builder, self._read)

    def obstacle(self) -> Reason | None:
        """Return why all pages are read in each build; None if they need not be."""
        changed = changed_among(Capability.READING)
        return Reason("internal", str(changed)) if changed is not None else None

    @property
    def has_changes(self) -> bool:
        """Whether any page was read, restored or removed."""
        return bool(self._decisions.read or self._decisions.restore or self._removed or self._is_foreign)

    def doctree_digest(self, docname: str) -> bytes:
        """Return the digest of a page's doctree."""
        return self._doctrees.digest(docname)

    @property
    def artifact_records(self) -> Iterator[ArtifactRecord]:
        """The artifacts that pages have asked for while they were read."""
        return artifact_records_among(self.records.dependencies_of_kind(ARTIFACT))

    def decide(
        self,
        env: BuildEnvironment,
        sets: tuple[set[str], set[str], set[str]],
        plugins: Mapping[str, Any],
        must_read: Reason | None,
        rewritten: AbstractSet[str],
    ) -> None:
        """Find out which pages are to be read or restored, and tell Sphinx by its *sets*: added, changed, removed.

        They get the pages that are to be read, and no others: whatever else is on the list when Sphinx reads, an
        extension has asked for.

        :param rewritten: pages that are on the list when all is read, whether or not they are.
        """
        (added, changed, removed), self._rewritten = sets, rewritten
        obstacle = self.obstacle()
        startup = {} if obstacle is not None else self._isolation.startup_state()
        shared = self._inputs.of_all(plugins, end_startup(self._app.config))
        self.state = ReadingState(self._app, self._site, self._session, startup, self._outputs)
        inputs = {docname: self._inputs.of_page(docname) for docname in env.found_docs}
        known = self.records.known_in(env)
        self._is_foreign = not known == env.all_docs.keys() == self.records.pages.keys()
        unsafe = self._silent.unsafe
        if not (obstacle or must_read or self._is_foreign) and self.records.shared == shared:
            self._continued = continuation(env, self.records, self._session.paths, unsafe)
        decider = Decider(
            self._session,
            self.records,
            shared,
            self.state.current,
            self._doctrees.is_there,
            unsafe=unsafe,
            continued=self._continued,
        )
        self._decisions = decider.decide(inputs, known, obstacle or must_read)
        self.met = decider.met_before(inputs)
        self.shared = self.records.shared = shared
        self._restored = self._keeper.load_restorable()
        self._removed = set(removed)
        for docname in self._decisions.read:
            (changed if docname in env.all_docs else added).add(docname)
        if obstacle is None:
            self._set_globs_aside(env)
        else:
            self._leave_to_sphinx()

    def _set_globs_aside(self, env: BuildEnvironment) -> None:
        """Keep Sphinx from asking for each page with patterns in a toctree when any page comes or goes.

        Such a page depends on what its patterns match, as on everything else.
        """
        self._glob_toctrees = GLOB_TOCTREES.of(env)
        GLOB_TOCTREES.set(env, set())

    def _leave_to_sphinx(self) -> None:
        """Let Sphinx read all pages, and note nothing of what they depend on."""
        for docname, reason in self._decisions.read.items():
            self._session.plan.read(docname, reason)
        self.losses.note_left(self._decisions.read)
        self.records.pages.clear()
        self.records.depended_on = None
        self.read_again = None

    def _read(self, docnames: list[str], nproc: int) -> None:
        """Do what ``Builder._read_serial`` does; *docnames* gets all pages whose output listeners are to work on."""
        env, pages = self._app.env, self.records.pages
        GLOB_TOCTREES.set(env, self._glob_toctrees)
        self._decisions.follow(docnames)
        self._restored = {d: reading for d, reading in self._restored.items() if d in self._decisions.restore}
        before = dict(pages)
        for docname in pages.keys() - env.found_docs:
            del pages[docname]
            self._session.plan.removed(docname)
        self._check.check(self._decisions, pages, self._restored, self._page_reader.read_page)
        self._keeper.note_restored(self._restored.values(), self._isolation)
        beside = BesideReader(self._session, self._decisions, self._isolation, self._page_reader, self._keeper)
        merger = Merger(self._app, self._isolation, self._page_reader, self._snapshots, beside)
        with self._page_reader.noticed(len(self._decisions.read)):
            changed = self._restored | self._read_fresh(sorted(self._decisions.read), nproc)
            if self._continued is not None:
                self._go_on(merger, before, changed, self.met or self._continued.met)
            elif self.met is not None or changed or self._removed or self._is_foreign:
                self._merge(merger, before, changed)
        self._outputs.put_back(self._left())
        for docname in sorted(pages):
            give(pages[docname].messages, str(self._app.srcdir))
            if docname not in changed:
                self._session.plan.reused(docname, pages[docname].seconds)
            pages[docname].read_at = env.all_docs.get(docname, 0)
        docnames[:] = sorted({*changed, *self._decisions.read, *self._rewritten})

    def _read_fresh(self, docnames: list[str], jobs: int) -> dict[str, PageReading]:
        for docname in docnames:
            self._session.plan.read(docname, self._decisions.read[docname])
        docnames = [docname for docname in docnames if self.met is None or not self.met.reaches(docname)]
        if not docnames:
            return {}
        found: dict[str, PageReading] = {}
        for pages in self._page_reader.read(docnames, jobs, self._keeper.put):
            found.update(self._keeper.note(pages, self._isolation))
        self.met = self._page_reader.met or self.met
        return found

    def _left(self) -> Iterator[LeftFile]:
        return left_among(self.records.dependencies_of_kind(OUTPUT))

    def _read_page_again(self, docname: str) -> None:
        self._page_reader.read_page(docname)

    @cached_property
    def _silent(self) -> SilentExtensions:
        return SilentExtensions(self._app)

    @cached_property
    def _isolation(self) -> Isolation:
        with self._session.watch.paused():
            return Isolation(self._app, self._recorder, self.records)

    @cached_property
    def _keeper(self) -> ReadingKeeper:
        return ReadingKeeper(
            self._site,
            self._session,
            self.records,
            decisions=self._decisions,
            inputs=self._inputs,
            state=self.state,
            snapshots=self._snapshots,
            doctrees=self._doctrees,
            losses=self.losses,
            outputs=self._outputs,
        )

    @cached_property
    def _page_reader(self) -> PageReader:
        return PageReader(
            self._app,
            self._isolation,
            Listener(self._session, self._recorder, self._outputs, Remembered(self._session.memory, self._recorder)),
            MessageRecorder(str(self._app.srcdir)),
            file_of=self._inputs.project.file_to_read,
            keeper=DoctreeKeeper(self._app.builder, self._session.places, self._session.pack),
            silent=self._silent,
        )

    def _go_on(self, merger: Merger, before: dict[str, PageRecord], changed: dict[str, PageReading], met: Met) -> None:
        """Bring what has changed into the environment of the last build, which keeps everything else."""
        own = {docname: reading for docname, reading in changed.items() if not met.reaches(docname)}
        others = {*changed, *self._decisions.read} - own.keys()
        live = merger.go_on(self._app.env, before, own, others, met)
        self._keeper.note_live(live, met)
        self.records.note_dependencies(own.keys() | live.keys())
        if own or live:  # what pages share may be the same objects as before, and hold something else
            self.read_again, self.records.is_continued = None, True

    def _merge(self, merger: Merger, before: dict[str, PageRecord], changed: dict[str, PageReading]) -> None:
        """Bring the environment to what it would be had all pages been read in sorted order."""
        env = self._app.env
        can_be_replaced = self.met is None and not (self._removed or self._is_foreign or self.records.is_continued)
        if can_be_replaced and merger.replace(env, before, changed):
            self.read_again = frozenset(changed)
            self.records.note_dependencies(changed)
            return
        unchanged = self._load_unchanged(changed)
        merger.forget_all(env, env.all_docs.copy())
        live = merger.merge_all(env, unchanged | changed, self.met)
        self._keeper.note_merged(live, merger.beside, unchanged, self.met)
        self.records.note_dependencies(changed.keys() | live.keys() | merger.beside)
        self.read_again, self.records.is_continued = None, False

    def _load_unchanged(self, changed: dict[str, PageReading]) -> dict[str, PageReading]:
        """Load what the pages contribute that are neither restored nor read; *changed* gets those that must be read."""
        met, pages = self.met, self.records.pages.items()
        kept = {d: one.snapshot for d, one in pages if d not in changed and (met is None or not met.reaches(d))}
        unchanged = self._snapshots.load_all(kept)
        gone = sorted(kept.keys() - unchanged.keys())
        for docname in gone:
            self._decisions.read[docname] = Reason("damaged")
        changed |= self._read_fresh(gone, 1)
        return unchanged
