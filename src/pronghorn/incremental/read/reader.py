"""The reading phase of a build: what the cache holds is restored, the rest is read, all is merged in sorted order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment

from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.tracking.digests import digest_of
from pronghorn.cache.tracking.file_digests import is_younger
from pronghorn.cache.tracking.manifest import Dependency, Manifest
from pronghorn.documents.memory import memory_of
from pronghorn.documents.messages import MessageRecorder, give
from pronghorn.documents.project import PronghornProject
from pronghorn.incremental.artifact_records import ARTIFACT, ArtifactRecord, artifact_records_among
from pronghorn.incremental.extension_files import LoadedFiles
from pronghorn.incremental.observing import startup_config as noted_config
from pronghorn.incremental.observing.questions import Questions
from pronghorn.incremental.observing.written_files import OUTPUT, ReadingOutputs
from pronghorn.incremental.read import environment
from pronghorn.incremental.read.checking import ReadingCheck
from pronghorn.incremental.read.decisions import Decider, Decisions, PageInput
from pronghorn.incremental.read.doctrees import DoctreeKeeper, KeptDoctree
from pronghorn.incremental.read.initial_attributes import InitialAttributes
from pronghorn.incremental.read.isolation import Isolation
from pronghorn.incremental.read.listening import Listener
from pronghorn.incremental.read.losses import ReadingLosses
from pronghorn.incremental.read.merging import LiveReading, Merger
from pronghorn.incremental.read.pages import FreshPage, PageReader
from pronghorn.incremental.read.records import PageRecord, Records
from pronghorn.incremental.read.silent import Met, SilentExtensions
from pronghorn.incremental.read.snapshots import KeptReading, PageReading, Snapshots
from pronghorn.incremental.read.state import State
from pronghorn.incremental.read.tables import extension_attributes
from pronghorn.incremental.session import Session
from pronghorn.incremental.shared_inputs import SharedInputs, find_shared_inputs
from pronghorn.seam.capability import Capability
from pronghorn.seam.register import changed_among
from pronghorn.seam.rows.reading import GLOB_TOCTREES, READ_PARALLEL, READ_SERIAL
from pronghorn.site.site import Site


class CachedReader:
    """Reads the pages of one build.

    :param questions: where the configuration, the project and the site note what pages ask for.
    :param loaded: what extensions have looked at while they were loaded.
    :param checked_share: the share of the pages taken from the cache that are read all the same, and compared.
    """

    def __init__(
        self,
        app: Sphinx,
        site: Site,
        session: Session,
        questions: Questions,
        loaded: LoadedFiles,
        *,
        checked_share: float,
    ) -> None:
        self._app = app
        self._site = site
        self._session = session
        self._questions = questions
        self._loaded = loaded
        self._snapshots = Snapshots(session)
        self._check_of = ReadingCheck(session, self._snapshots, site.supervisor.reporter, checked_share)
        self._records = Records()
        self.losses = ReadingLosses(session)
        self._decisions = Decisions()
        self._inputs: dict[str, PageInput] = {}
        self._restored: dict[str, PageReading] = {}
        self._removed: set[str] = set()
        self._is_foreign = False
        """Whether another build than ours was the last one to read pages into the environment."""
        self._glob_toctrees: set[str] = set()
        self._written: set[str] = set()
        """Pages whose doctree Sphinx has written to a file in this build."""
        self.read_again: frozenset[str] | None = frozenset()
        """The pages that were read or restored; None once the environment is made again from all pages."""
        self._outputs = ReadingOutputs(app, session.files)
        self.met: Met | None = None
        """From where on pages are read in the environment of the site, because of an extension."""
        self.shared: SharedInputs = {}
        self.state: State
        """From when it is decided what to read."""

    def adopt(self, builder: Builder, env: BuildEnvironment) -> None:
        """Take over reading, in place, unless something keeps pages from being taken from the cache."""
        self._records = memory_of(env, Records, "records")
        environment.adopt(env, self._load_doctree)
        if self.obstacle() is None:
            READ_SERIAL.put(builder, lambda docnames: self._read(docnames, 1))
            READ_PARALLEL.put(builder, self._read)

    def obstacle(self) -> Reason | None:
        """Return why all pages are read in each build; None if they need not be."""
        changed = changed_among(Capability.READING)
        if changed is not None:
            return Reason("internal", str(changed))
        return None

    @cached_property
    def unsafe(self) -> Reason | None:
        """Why no page can be read by itself; None if pages can be."""
        extensions = self._app.extensions.items()
        unsafe = [name for name, extension in extensions if extension.parallel_read_safe is False]
        if not self._silent.is_watchable:
            unsafe += self._silent.names
        return Reason("unsafe", unsafe[0]) if unsafe else None

    @property
    def has_changes(self) -> bool:
        """Whether any page was read, restored or removed."""
        return bool(self._decisions.read or self._decisions.restore or self._removed or self._is_foreign)

    def doctree_digest(self, docname: str) -> bytes:
        """Return the digest of a page's doctree."""
        record = self._records.pages.get(docname)
        if record is not None:
            return record.doctree
        return self._session.files.digest(self._doctree_file(docname))

    @property
    def outputs(self) -> Iterator[str]:
        """The files that pages have left in the output directory while they were read, by path relative to it."""
        for record in self._records.pages.values():
            may_have_some = OUTPUT.encode() in record.manifest  # to decode all of them would take long
            manifest = Manifest.decode(record.manifest) if may_have_some else None
            for dependency in manifest.dependencies if manifest is not None else ():
                if dependency.kind == OUTPUT:
                    yield dependency.name

    @property
    def artifact_records(self) -> Iterator[ArtifactRecord]:
        """The artifacts that pages have asked for while they were read."""
        for record in self._records.pages.values():
            may_have_some = f'"{ARTIFACT}"'.encode() in record.manifest  # as for the outputs
            manifest = Manifest.decode(record.manifest) if may_have_some else None
            yield from artifact_records_among(manifest.dependencies if manifest is not None else ())

    # Deciding

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
        startup = self._find_startup_state(env)
        startup_values = noted_config.end_startup(self._app.config)
        shared, undigested = self._session.digested(lambda: self._find_shared(plugins, startup_values))
        self.losses.note_common(undigested)
        self.state = State(self._app, self._site, self._session, startup, self._outputs)
        self._inputs = {docname: self._input_of(docname) for docname in env.found_docs}
        obstacle = self.obstacle()
        known = self._known(env)
        self._is_foreign = not known == env.all_docs.keys() == self._records.pages.keys()
        decider = Decider(self._session, self._records, shared, self.state.current, self._is_there)
        self._decisions = decider.decide(self._inputs, known, obstacle or self.unsafe or must_read)
        self.met = Met("", self.unsafe) if self.unsafe is not None else self._met_before(shared)
        self.shared = self._records.shared = shared
        self._load_restorable()
        self._removed = set(removed)
        for docname in self._decisions.read:
            (changed if docname in env.all_docs else added).add(docname)
        if obstacle is None:
            self._set_globs_aside(env)
        else:
            self._leave_to_sphinx()

    def _met_before(self, shared: SharedInputs) -> Met | None:
        """Return where code of a silent extension is met again, as nothing has changed there: it need not be tried."""
        pages = self._records.pages
        first = min((docname for docname, page in pages.items() if page.always[0] == "silent"), default="")
        is_same = first in self._inputs and pages[first].source == self._inputs[first].source
        return Met(first, Reason(*pages[first].always)) if is_same and self._records.shared == shared else None

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
        self._records.pages.clear()
        self._records.depended_on = None
        self.read_again = None

    def _find_shared(self, plugins: Mapping[str, Any], startup_values: Collection[str]) -> SharedInputs:
        shared = find_shared_inputs(self._app, self._session, plugins, startup_values, self._loaded)
        if self._site.collected:
            declared = [asdict(state.declaration) for state in self._site.collected.values()]
            shared["config", "taxonomies"] = self._session.digest_value(declared, "taxonomies")
        return shared | self._recorded_for_all()

    def _recorded_for_all(self) -> SharedInputs:
        """Return the files on which plugins have said that all pages depend."""
        found: SharedInputs = {}
        for file in self._site.state.recorded.of_all:
            dependency = self._session.dependency_on(file)
            found[dependency.kind, dependency.name] = (
                self._session.files.listing(file) if dependency.kind == "folder" else self._session.files.digest(file)
            )
        return found

    def _known(self, env: BuildEnvironment) -> set[str]:
        """Return the pages whose records tell what the environment holds of them.

        A build without Pronghorn in between changes the environment, and leaves the records as they are.
        """
        pages = self._records.pages
        return {
            docname for docname, time in env.all_docs.items() if docname in pages and pages[docname].read_at == time
        }

    def _find_startup_state(self, env: BuildEnvironment) -> dict[str, Any]:
        """Return what extensions have put on the environment, or into domains' data, that is not data of pages."""
        if changed_among(Capability.READING) is not None:
            return {}
        return self._find_startup_attributes(env) | {
            f"{domain}:{name}": value
            for domain, data in self._isolation.startup_data.items()
            for name, value in data.items()
        }

    def _find_startup_attributes(self, env: BuildEnvironment) -> dict[str, Any]:
        """Return what extensions have put on the environment that is not data of pages."""
        attributes, of_pages = extension_attributes(env), self._records.page_attributes
        if not env.all_docs:
            of_pages |= {name for name, value in attributes.items() if _is_empty_container(value)}
        found = {name: value for name, value in attributes.items() if name not in of_pages}
        return found | self._initial.kept()

    @cached_property
    def _initial(self) -> InitialAttributes:
        return InitialAttributes(self._app.env, self._records.initial_attributes)

    def _input_of(self, docname: str) -> PageInput:
        page = self._site.pages.find(docname)
        file = self._project.file_to_read(docname)
        metadata = dict(page.metadata or {}) if page is not None else None
        about, undigested = self._session.digested(
            lambda: self._session.digest_value((file.suffix, metadata), "its metadata")
        )
        self.losses.note_input(docname, undigested)
        return PageInput(self._session.files.digest(file), about, self._project.is_generated(docname))

    @property
    def _project(self) -> PronghornProject:
        project = self._app.project
        assert isinstance(project, PronghornProject)  # noqa: S101 - adopted at builder-inited
        return project

    def _load_restorable(self) -> None:
        """Load what is to be restored; read the pages whose snapshot or doctree is gone."""
        decisions = self._decisions
        wanted = {docname: manifest.result for docname, manifest in decisions.restore.items()}
        loaded = self._snapshots.load_all(wanted)
        known = self._session.store.known_among(reading.doctree for reading in loaded.values())
        self._restored = {docname: reading for docname, reading in loaded.items() if reading.doctree in known}
        for docname in wanted.keys() - self._restored.keys():
            del decisions.restore[docname]
            decisions.read[docname] = Reason("damaged")

    def _is_there(self, docname: str, record: PageRecord) -> bool:
        return self._has_file(docname, record) or record.doctree in self._doctrees_in_store

    @cached_property
    def _doctrees_in_store(self) -> set[bytes]:
        """The digests of all doctrees of the site that are in the store."""
        return self._session.store.known_among(record.doctree for record in self._records.pages.values())

    def _has_file(self, docname: str, record: PageRecord) -> bool:
        """Check whether the file with the doctree of a page is the one that belongs to its record.

        A build that was killed may have written another one, or half of it, and left the environment as it was.
        """
        if docname in self._written:
            return True
        return record.file != b"" and self._session.files.digest(self._doctree_file(docname)) == record.file

    def _note_file(self, docname: str, doctree: KeptDoctree) -> None:
        """Note that Sphinx has just written the doctree of a page to its file."""
        self._written.add(docname)
        digest = doctree.file or digest_of(self._doctree_file(docname).read_bytes())
        self._records.pages[docname].file = digest

    def _doctree_file(self, docname: str) -> Path:
        return Path(self._app.doctreedir, f"{docname}.doctree")

    def _load_doctree(self, docname: str) -> nodes.document | None:
        """Return the doctree of a page that Sphinx has not written; None if it has."""
        record = self._records.pages.get(docname)
        if record is None or self._has_file(docname, record):
            return None
        doctree = self._snapshots.load_doctree(record.doctree)
        if doctree is None:  # gone since it was decided to restore the page
            self._page_reader.read_page(docname)
        return doctree

    # Reading

    def _read(self, docnames: list[str], nproc: int) -> None:
        """Do what ``Builder._read_serial`` does; afterwards *docnames* has the restored pages as well."""
        env, pages = self._app.env, self._records.pages
        GLOB_TOCTREES.set(env, self._glob_toctrees)
        self._honour(docnames)
        before = dict(pages)
        for docname in pages.keys() - env.found_docs:
            del pages[docname]
            self._session.plan.removed(docname)
        self._check(pages)
        changed = self._take_restored() | self._read_fresh(sorted(self._decisions.read), nproc)
        if self.met is not None or changed or self._removed or self._is_foreign:
            self._merge(env, before, changed)
            self._records.note_dependencies(changed)
        for docname in sorted(pages):
            give(pages[docname].messages, str(self._app.srcdir))
            if docname not in changed:
                self._session.plan.reused(docname, pages[docname].seconds)
            pages[docname].read_at = env.all_docs.get(docname, 0)
        docnames[:] = sorted({*changed, *self._decisions.read})

    def _honour(self, docnames: Iterable[str]) -> None:
        """Read also what others have added to the list of pages to read, and not what they have taken out."""
        listed, decisions = set(docnames), self._decisions
        for docname in (listed - decisions.read.keys()) & self._inputs.keys():
            decisions.restore.pop(docname, None)
            self._restored.pop(docname, None)
            decisions.read[docname] = Reason("asked")
        for docname in decisions.read.keys() - listed:
            del decisions.read[docname]

    def _check(self, pages: Mapping[str, PageRecord]) -> None:
        """Read some of the pages that need not be read; those that differ are read after all."""
        decisions, check = self._decisions, self._check_of
        chosen = check.choose((pages.keys() | self._restored.keys()) - decisions.read.keys())
        kept = {docname: _snapshot_of(pages[docname]) for docname in chosen if docname not in self._restored}
        readings = self._snapshots.load_all(kept) | self._restored
        for docname in chosen:
            reading = readings.get(docname)
            if reading is not None and not check.is_same(reading, self._page_reader.read_page(docname)):
                self._restored.pop(docname, None)
                decisions.restore.pop(docname, None)
                decisions.read[docname] = Reason("check")

    def _take_restored(self) -> dict[str, PageReading]:
        for docname, reading in self._restored.items():
            self._doctree_file(docname).unlink(missing_ok=True)
            self._isolation.learn(reading.contribution.attributes)
            manifest = self._decisions.restore[docname]
            self._remember(reading, self._decisions.keys[docname], manifest.encode())
            self._session.plan.restored(docname, reading.seconds)
        return dict(self._restored)

    def _read_fresh(self, docnames: list[str], jobs: int) -> dict[str, PageReading]:
        for docname in docnames:
            self._session.plan.read(docname, self._decisions.read[docname])
        docnames = [docname for docname in docnames if self.met is None or not self.met.reaches(docname)]
        if not docnames:
            return {}
        found: dict[str, PageReading] = {}
        for pages in self._page_reader.read(docnames, jobs, self._put):
            found.update(self._note(pages))
        self.met = self._page_reader.met or self.met
        return found

    @cached_property
    def _silent(self) -> SilentExtensions:
        return SilentExtensions(self._app)

    @cached_property
    def _isolation(self) -> Isolation:
        with self._session.watch.paused():
            return Isolation(self._app, self._questions, self._records, self._initial)

    @cached_property
    def _listener(self) -> Listener:
        return Listener(self._questions, self._session.watch, self._session.paths, self._outputs)

    @cached_property
    def _page_reader(self) -> PageReader:
        return PageReader(
            self._app,
            self._isolation,
            self._listener,
            MessageRecorder(str(self._app.srcdir)),
            file_of=self._project.file_to_read,
            keeper=DoctreeKeeper(self._app.builder, str(self._app.srcdir), self._session.pack),
            silent=self._silent,
        )

    def _put(self, pages: Sequence[FreshPage]) -> list[tuple[FreshPage, KeptReading]]:
        """Put what reading some pages gave into the store, in the process that has read them."""
        doctrees = self._snapshots.keep_doctrees(page.doctree for page in pages)
        readings = [
            PageReading(page.docname, page.contribution, doctree, page.messages, page.seconds)
            for page, doctree in zip(pages, doctrees, strict=True)
        ]
        for page in pages:
            page.doctree.packed = b""  # another process may have read it: it need not be sent
        return [*zip(pages, self._snapshots.keep(readings), strict=True)]

    def _note(self, pages: Sequence[tuple[FreshPage, KeptReading]]) -> Iterator[tuple[str, PageReading]]:
        """Note what pages depend on that were read and put into the store, in the store and in the records."""
        manifests: list[tuple[bytes, bytes]] = []
        for page, kept in pages:
            docname, reading = page.docname, kept.reading
            self._isolation.learn(page.contribution.attributes)
            always = self._why_always(page) if not kept.refusal else ("unsuitable", kept.refusal)
            dependencies = self._dependencies_of(page, kept)
            manifest = Manifest(dependencies, kept.snapshot).encode()
            self.losses.note_read(page, kept, always, self.state.undigested_among(dependencies))
            if always is None:
                key = self._decisions.keys[docname]
                manifests.append((key, manifest))
                self._remember(reading, key, manifest)
            else:
                self._remember(reading, b"", manifest, always)
            self._note_file(docname, page.doctree)
            yield docname, reading
        self.losses.tell()
        self._snapshots.keep_manifests(manifests)

    def _dependencies_of(self, page: FreshPage, kept: KeptReading) -> dict[Dependency, bytes]:
        recorded = self._site.state.recorded.of_pages.get(page.docname, ())
        asked = [*page.dependencies, *map(self._session.dependency_on, sorted(recorded))]
        if kept.is_bound or page.doctree.is_bound:
            asked.append(Dependency("srcdir", "*"))
        if page.doctree.names_from_here:
            asked.append(Dependency("cwd", "*"))
        return {dependency: self.state.current(dependency) for dependency in asked} | page.outputs

    def _remember(self, reading: PageReading, key: bytes, manifest: bytes, always: tuple[str, str] = ("", "")) -> None:
        docname = reading.docname
        source = self._inputs[docname].source
        self._records.pages[docname] = PageRecord(
            key, source, manifest, reading.doctree, reading.messages, reading.seconds, always=always
        )

    def _why_always(self, page: FreshPage) -> tuple[str, str] | None:
        """Return why a page must be read again in the next build, whatever the digests say."""
        if page.docname in page.contribution.tables.get("reread_always", ()):
            return "always", ""
        if page.programs:
            return "program", page.programs[0]
        if page.doctree.refusal:
            return "unsuitable", page.doctree.refusal
        own = self._project.file_to_read(page.docname)
        changed = self._session.files.recheck([own, *page.files])
        young = [file for file in map(Path, page.files) if is_younger(file, page.started_ns)]
        if changed or young:
            return "file", self._session.paths.name_of(str(min([*changed, *young])))
        return None

    # Merging

    def _merge(self, env: BuildEnvironment, before: dict[str, PageRecord], changed: dict[str, PageReading]) -> None:
        """Bring the environment to what it would be had all pages been read in sorted order."""
        merger = Merger(self._app, self._isolation, self._page_reader)
        if self._replace(merger, env, before, changed):
            self.read_again = frozenset(changed)
            return
        self.read_again = None
        pages = self._records.pages
        unchanged = self._load_unchanged(changed)
        merger.forget_all(env, env.all_docs.copy())
        met, readings = self.met, unchanged | changed
        contributions = {
            d: reading.contribution for d, reading in readings.items() if met is None or not met.reaches(d)
        }
        live = merger.merge_all(env, contributions, met)
        for docname in live.keys() - pages.keys():
            pages[docname] = PageRecord(b"", self._inputs[docname].source, b"", b"", [], 0)
        for docname, page in pages.items():
            collided = bool(page.collision)
            page.collision = live[docname].reason.name if docname in live else ""
            if docname in live:
                self._note_live(docname, page, live[docname])
            elif collided and docname in unchanged:
                self._note_alone_again(page, unchanged[docname])

    def _load_unchanged(self, changed: dict[str, PageReading]) -> dict[str, PageReading]:
        """Load what the pages contribute that are neither restored nor read; *changed* gets those that must be read."""
        kept = {d: _snapshot_of(record) for d, record in self._records.pages.items() if d not in changed}
        if self.met is not None:
            kept = {docname: digest for docname, digest in kept.items() if not self.met.reaches(docname)}
        unchanged = self._snapshots.load_all(kept)
        gone = sorted(kept.keys() - unchanged.keys())
        for docname in gone:
            self._decisions.read[docname] = Reason("damaged")
        changed |= self._read_fresh(gone, 1)
        return unchanged

    def _note_live(self, docname: str, page: PageRecord, live: LiveReading) -> None:
        (page.doctree,) = self._snapshots.keep_doctrees([live.page.doctree])
        page.messages = live.page.messages
        if self.met is not None and self.met.reaches(docname):
            page.key, page.always, page.seconds = b"", (live.reason.kind, live.reason.name), live.page.seconds
            page.source = self._inputs[docname].source
            artifact_records = {
                artifact_record: self.state.current(artifact_record) for artifact_record in live.page.artifact_records
            }
            page.manifest = Manifest(artifact_records | live.page.outputs, b"").encode()
        self._note_file(docname, live.page.doctree)
        self.losses.note_live(docname, live)
        self._decisions.read[docname] = live.reason
        self._session.plan.read(docname, self._decisions.read[docname])

    def _note_alone_again(self, page: PageRecord, reading: PageReading) -> None:
        """Go back to a page's own reading: it does not share a name with another page any more."""
        self._doctree_file(reading.docname).unlink(missing_ok=True)
        page.doctree, page.file, page.messages = reading.doctree, b"", reading.messages
        self._decisions.read[reading.docname] = Reason("collision")

    def _replace(
        self, merger: Merger, env: BuildEnvironment, before: dict[str, PageRecord], changed: dict[str, PageReading]
    ) -> bool:
        """Put what changed in the places of what was there; False if that cannot be done."""
        is_known = all(docname in before and docname in env.all_docs for docname in changed)
        is_alone = self.met is None and not any(record.collision for record in before.values())
        if self._removed or self._is_foreign or not is_known or not is_alone:
            return False
        old = self._snapshots.load_all({docname: _snapshot_of(before[docname]) for docname in changed})
        if old.keys() != changed.keys():
            return False
        return merger.replace(env, {d: (old[d].contribution, changed[d].contribution) for d in changed})


def _is_empty_container(value: object) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str | bytes | tuple) and not value


def _snapshot_of(record: PageRecord) -> bytes:
    manifest = Manifest.decode(record.manifest)
    return manifest.result if manifest is not None else b""
