"""The reading phase of a build: what the cache holds is restored, the rest is read, all is merged in sorted order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment

from pronghorn.cache.plan.reasons import Reason
from pronghorn.documents.memory import memory_of
from pronghorn.documents.messages import MessageRecorder, give
from pronghorn.incremental.artifact_records import ARTIFACT, ArtifactRecord, artifact_records_among
from pronghorn.incremental.extension_files import LoadedFiles
from pronghorn.incremental.observing.config import end_startup
from pronghorn.incremental.observing.recorder import Recorder
from pronghorn.incremental.observing.written_files import OUTPUT, LeftFile, ReadingOutputs, left_among
from pronghorn.incremental.read import environment
from pronghorn.incremental.read.checking import ReadingCheck
from pronghorn.incremental.read.decisions import Decider, Decisions
from pronghorn.incremental.read.doctree_files import DoctreeFiles
from pronghorn.incremental.read.doctrees import DoctreeKeeper
from pronghorn.incremental.read.inputs import Inputs
from pronghorn.incremental.read.isolation import Isolation
from pronghorn.incremental.read.keeping import ReadingKeeper
from pronghorn.incremental.read.listening import Listener
from pronghorn.incremental.read.losses import ReadingLosses
from pronghorn.incremental.read.merging import Merger
from pronghorn.incremental.read.pages import PageReader
from pronghorn.incremental.read.records import PageRecord, Records
from pronghorn.incremental.read.silent import Met, SilentExtensions
from pronghorn.incremental.read.snapshots import PageReading, Snapshots
from pronghorn.incremental.read.state import ReadingState
from pronghorn.incremental.session import Session
from pronghorn.incremental.shared_inputs import SharedInputs
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
        self._check_of = ReadingCheck(session, self._snapshots, site.supervisor.reporter, checked_share)
        self.losses = ReadingLosses(session)
        self._inputs = Inputs(app, site, session, loaded, self.losses)
        self._doctrees = DoctreeFiles(app, session, self.records, self._snapshots, self._read_page_again)
        self._decisions = Decisions()
        self._restored: dict[str, PageReading] = {}
        self._removed: set[str] = set()
        self._is_foreign = False
        """Whether another build than ours was the last one to read pages into the environment."""
        self._glob_toctrees: set[str] = set()
        self.read_again: frozenset[str] | None = frozenset()
        """The pages that were read or restored; None once the environment is made again from all pages."""
        self._outputs = ReadingOutputs(app, session.files, lambda: session.store, self._left)
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
    ) -> None:
        """Find out which pages are to be read or restored, and tell Sphinx by its *sets*: added, changed, removed.

        They get the pages that are to be read, and no others: whatever else is on the list when Sphinx reads, an
        extension has asked for.
        """
        added, changed, removed = sets
        obstacle = self.obstacle()
        startup = {} if obstacle is not None else self._isolation.startup_state()
        shared = self._inputs.of_all(plugins, end_startup(self._app.config))
        self.state = ReadingState(self._app, self._site, self._session, startup, self._outputs)
        inputs = {docname: self._inputs.of_page(docname) for docname in env.found_docs}
        known = self.records.known_in(env)
        self._is_foreign = not known == env.all_docs.keys() == self.records.pages.keys()
        decider = Decider(self._session, self.records, shared, self.state.current, self._doctrees.is_there)
        unsafe = self._silent.unsafe
        self._decisions = decider.decide(inputs, known, obstacle or unsafe or must_read)
        self.met = Met("", unsafe) if unsafe is not None else decider.met_before(inputs)
        self.shared = self.records.shared = shared
        self._load_restorable()
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

    def _load_restorable(self) -> None:
        """Load what is to be restored; read the pages whose snapshot or doctree is gone."""
        decisions = self._decisions
        self._restored = self._snapshots.load_whole({d: manifest.result for d, manifest in decisions.restore.items()})
        for docname in decisions.restore.keys() - self._restored.keys():
            del decisions.restore[docname]
            decisions.read[docname] = Reason("damaged")

    # Reading

    def _read(self, docnames: list[str], nproc: int) -> None:
        """Do what ``Builder._read_serial`` does; afterwards *docnames* has the restored pages as well."""
        env, pages = self._app.env, self.records.pages
        GLOB_TOCTREES.set(env, self._glob_toctrees)
        self._decisions.follow(docnames)
        self._restored = {d: reading for d, reading in self._restored.items() if d in self._decisions.restore}
        before = dict(pages)
        for docname in pages.keys() - env.found_docs:
            del pages[docname]
            self._session.plan.removed(docname)
        self._check()
        changed = self._take_restored() | self._read_fresh(sorted(self._decisions.read), nproc)
        if self.met is not None or changed or self._removed or self._is_foreign:
            self._merge(env, before, changed)
            self.records.note_dependencies(changed)
        self._outputs.put_back(self._left())
        for docname in sorted(pages):
            give(pages[docname].messages, str(self._app.srcdir))
            if docname not in changed:
                self._session.plan.reused(docname, pages[docname].seconds)
            pages[docname].read_at = env.all_docs.get(docname, 0)
        docnames[:] = sorted({*changed, *self._decisions.read})

    def _check(self) -> None:
        """Read some of the pages that need not be read; those that differ are read after all."""
        decisions, unread = self._decisions, self.records.pages.keys() | self._restored.keys()
        kept = {docname: record.snapshot for docname, record in self.records.pages.items()}
        chosen = self._check_of.choose(unread - decisions.read.keys())
        for docname in self._check_of.differing(chosen, kept, self._restored, self._page_reader.read_page):
            self._restored.pop(docname, None)
            decisions.restore.pop(docname, None)
            decisions.read[docname] = Reason("check")

    def _take_restored(self) -> dict[str, PageReading]:
        for docname, reading in self._restored.items():
            self._doctrees.remove(docname)
            self._isolation.learn(reading.contribution.attributes)
            self._keeper.remember(reading, self._decisions.restore[docname].encode())
            self._session.plan.restored(docname, reading.seconds)
        return dict(self._restored)

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
            Listener(self._recorder, self._session.watch, self._session.paths, self._outputs),
            MessageRecorder(str(self._app.srcdir)),
            file_of=self._inputs.project.file_to_read,
            keeper=DoctreeKeeper(self._app.builder, self._session.places, self._session.pack),
            silent=self._silent,
        )

    # Merging

    def _merge(self, env: BuildEnvironment, before: dict[str, PageRecord], changed: dict[str, PageReading]) -> None:
        """Bring the environment to what it would be had all pages been read in sorted order."""
        merger = Merger(self._app, self._isolation, self._page_reader, self._snapshots)
        can_be_replaced = self.met is None and not self._removed and not self._is_foreign
        if can_be_replaced and merger.replace(env, before, changed):
            self.read_again = frozenset(changed)
            return
        self.read_again = None
        unchanged = self._load_unchanged(changed)
        merger.forget_all(env, env.all_docs.copy())
        met, readings = self.met, unchanged | changed
        contributions = {
            d: reading.contribution for d, reading in readings.items() if met is None or not met.reaches(d)
        }
        live = merger.merge_all(env, contributions, met)
        self._keeper.note_merged(live, unchanged, met)

    def _load_unchanged(self, changed: dict[str, PageReading]) -> dict[str, PageReading]:
        """Load what the pages contribute that are neither restored nor read; *changed* gets those that must be read."""
        kept = {d: record.snapshot for d, record in self.records.pages.items() if d not in changed}
        if self.met is not None:
            kept = {docname: digest for docname, digest in kept.items() if not self.met.reaches(docname)}
        unchanged = self._snapshots.load_all(kept)
        gone = sorted(kept.keys() - unchanged.keys())
        for docname in gone:
            self._decisions.read[docname] = Reason("damaged")
        changed |= self._read_fresh(gone, 1)
        return unchanged
