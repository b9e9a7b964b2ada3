"""The page cache in one build: when it is read, and when it is written."""

from __future__ import annotations

import os
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from pronghorn.cache.plan.plan import Action, Plan
from pronghorn.cache.plan.reasons import Reason
from pronghorn.configuration.settings import Settings
from pronghorn.incremental.artifacts.build import BuildArtifacts
from pronghorn.incremental.extension_files import LoadedFiles
from pronghorn.incremental.notice import give_notice
from pronghorn.incremental.read.page_environment import FoundDocuments
from pronghorn.incremental.read.reader import CachedReader
from pronghorn.incremental.session import Session, make_watch
from pronghorn.incremental.shared_inputs import digest_shared_inputs
from pronghorn.incremental.write.build import Build
from pronghorn.incremental.write.former_environment import FormerEnvironment, digest_of_environment
from pronghorn.incremental.write.listeners import ListenersFiles
from pronghorn.incremental.write.shape import unsupported
from pronghorn.incremental.write.writer import REWRITTEN, CachedWriter
from pronghorn.observing.config import adopt as adopt_config
from pronghorn.observing.memory import Memory
from pronghorn.observing.recorder import Recorder
from pronghorn.observing.site_observers import ReadingObserver
from pronghorn.observing.written_files import OUTPUT, left_among
from pronghorn.output.builders import files_of_page
from pronghorn.output.file_lists import OF_LISTENERS, FileLists
from pronghorn.seam.rows.configuration import INIT_ENV
from pronghorn.seam.rows.reading import BUILD_ALL
from pronghorn.site.site import Site
from pronghorn.speed.garbage import collector_at_rest
from pronghorn.speed.navigation.fast import Navigation
from pronghorn.warnings import WarningKind

NO_CACHE_VARIABLE = "PRONGHORN_NO_CACHE"
"""The environment variable that switches the cache off."""

_logger = logging.getLogger(__name__)


_REMEDY = "; if it is, its setup() has to return {'parallel_read_safe': True}"
_UNSAFE = f"pages are read in each clone: the extension '%(what)s' is not safe for parallel reading{_REMEDY}"
_MET = (
    "pages from '%(from)s' on are read in each clone: %(what)s, of an extension that does not say whether it is safe"
    f" for parallel reading, runs for it{_REMEDY}"
)


class CachedBuild:
    """Made when the extension is set up: what extensions read of the configuration after that is noted.

    :param folder: the folder for what is kept between builds.
    :param in_the_way: tells which page, or file of Sphinx's, lies where a plugin's file would have to be.
    """

    def __init__(
        self,
        app: Sphinx,
        site: Site,
        settings: Settings,
        folder: Path,
        file_lists: FileLists,
        *,
        in_the_way: Callable[[str], str | None],
    ) -> None:
        self._app = app
        self._site = site
        self._settings = settings
        self._folder = folder
        self._file_lists = file_lists
        self._in_the_way = in_the_way
        self._recorder = Recorder()
        self._watch = make_watch(app, folder)
        self._memory = Memory(app)
        self._loaded = LoadedFiles(app, self._watch, self._memory)
        self._listeners = ListenersFiles(app, self._loaded.noted_listeners, file_lists)
        self._is_fresh = self._is_all = False
        self.former_environment: FormerEnvironment | None = None
        """What the environment held when it was loaded; None if it is new."""
        self.session: Session | None = None
        self._reader: CachedReader | None = None
        self._artifacts: BuildArtifacts | None = None
        of_listeners = file_lists(OF_LISTENERS)
        of_listeners.remove(of_listeners.read())
        adopt_config(app.config, self._recorder)
        self._note_fresh_environment()
        site.observed.tell(ReadingObserver(self._recorder, lambda: app.env.current_document.docname))

    def _note_fresh_environment(self) -> None:
        """Find out whether the user wants all pages read, with ``-E``."""
        if INIT_ENV.has_changed:
            return
        init_env: Callable[[bool], BuildEnvironment] = INIT_ENV.of(self._app)

        def note(freshenv: bool) -> BuildEnvironment:
            self._is_fresh = bool(freshenv)
            INIT_ENV.take_back(self._app)
            doctreedir = Path(self._app.doctreedir)
            before = digest_of_environment(doctreedir)
            with collector_at_rest():
                env = init_env(freshenv)
                if before and env.all_docs:
                    self.former_environment = FormerEnvironment.of(env, doctreedir, before)
            return env

        INIT_ENV.put(self._app, note)

    def asked(self, kind: str, name: str) -> None:
        """Hear what a document asks the project for."""
        if self._recorder.is_reading:
            is_path = kind == "document-of"
            self._recorder.note(kind, self._session.paths.name_of(name) if is_path else name)

    def shown_docnames(self, docnames: set[str]) -> AbstractSet[str]:
        """Return all docnames as the document at work is to see them."""
        return FoundDocuments(docnames, self._recorder) if self._recorder.is_reading else docnames

    @property
    def is_on(self) -> bool:
        """Whether pages may be taken from the cache."""
        return bool(self._settings["cache"]) and os.environ.get(NO_CACHE_VARIABLE, "0") in {"", "0"}

    @property
    def plan(self) -> Plan | None:
        """What the build does with its pages; None before it begins."""
        return self.session.plan if self.session is not None else None

    def was_kept(self, docname: str) -> bool:
        """Check whether a page was not read in this build, once all are that had to be."""
        done = self._session.plan.find(docname)
        return done is None or done.action is not Action.READ

    def begin(self) -> None:
        """Open the cache, and take over reading: the builder and the environment exist now."""
        app = self._app
        self._loaded.end()
        self.session = Session(
            app,
            self._folder,
            self._watch,
            self._memory,
            self._site.supervisor.held,
            max_bytes=self._settings["cache_size"],
        )
        self._reader = CachedReader(
            app,
            self._site,
            self.session,
            self._recorder,
            self._loaded,
            checked_share=self._settings["cache_check"],
        )
        self._reader.adopt(app.builder, app.env)
        self._artifacts = BuildArtifacts(
            app,
            self._site,
            self.session,
            self._reader,
            recorder=self._recorder,
            file_lists=self._file_lists,
            in_the_way=self._in_the_way,
        )
        self._artifacts.begin(code=lambda: self.common_digest, may_take=lambda: self._why_not() is None)
        self._note_build_of_all()

    def _note_build_of_all(self) -> None:
        """Find out whether the user wants all pages written, with ``-a``."""
        if BUILD_ALL.has_changed:
            return
        build_all: Callable[[], None] = BUILD_ALL.of(self._app.builder)

        def note() -> None:
            self._is_all = True
            build_all()

        BUILD_ALL.put(self._app.builder, note)

    def decide(self, env: BuildEnvironment, sets: tuple[set[str], set[str], set[str]], plugins: dict[str, Any]) -> None:
        """Decide what to read and what to restore, see :meth:`CachedReader.decide`."""
        rewritten, builder = self._file_lists(REWRITTEN).read(), self._app.builder
        again = {docname for docname in env.found_docs if rewritten and rewritten & {*files_of_page(builder, docname)}}
        self._required_reader.decide(env, sets, plugins, self._why_not(), again)
        self.artifacts.begin_reading()

    def _why_not(self) -> Reason | None:
        """Return why no page may be taken from the cache."""
        return Reason("fresh") if self._is_fresh else None if self.is_on else Reason("cache-off")

    def can_write(self, builder: Builder) -> bool:
        """Check whether pages are written with the cache, which knows by itself what to write."""
        return unsupported(self._app, builder) is None

    def attach_writer(self, builder: Builder, navigation: Callable[[], Navigation | None]) -> bool:
        """Make *builder*, which is about to write, take pages from the cache.

        :return: whether it does; then it removes what no page makes any more, too.
        """
        session, records = self._session, self._required_reader.records
        build = Build(
            app=self._app,
            site=self._site,
            store=session.store,
            files=session.files,
            values=session.values,
            paths=session.paths,
            memory=session.memory,
            places=session.places,
            plan=session.plan,
            file_lists=self._file_lists,
            listeners=self._listeners,
            read_outputs={one.path for one in left_among(records.dependencies_of_kind(OUTPUT)) if one.folder == OUTPUT},
            names_from_here=records.names_from_here(str(self._app.srcdir)),
            doctree_digest=self.doctree_digest,
            code=self.common_digest,
            navigation=navigation,
            pack=lambda value: session.pack(value).encode(),
            unpack=session.unpack,
            recorder=self._recorder,
            work=self.artifacts.work,
            recorded=self.artifacts.recorded,
            in_the_way=self._in_the_way,
            why_lost=self._required_reader.losses.of_document,
            has_changes=self.has_changes,
            former_environment=self.former_environment,
            read_again=self._required_reader.read_again,
            must_write=self._why_not() or (Reason("all") if self._is_all else None),
            check=self._settings["cache_check"],
        )
        is_cached = CachedWriter(build).attach(builder)
        if not is_cached:
            self.artifacts.work.begin_unheard_writing()
        return is_cached

    def doctree_digest(self, docname: str) -> bytes:
        """Return the digest of a page's doctree, once all are read."""
        return self._required_reader.doctree_digest(docname)

    @property
    def common_digest(self) -> bytes:
        """The digest of what all pages depend on, once it is decided what to read."""
        return digest_shared_inputs(self._required_reader.shared)

    @property
    def has_changes(self) -> bool:
        """Whether any page was read, restored or removed."""
        return self._required_reader.has_changes

    @property
    def _required_reader(self) -> CachedReader:
        assert self._reader is not None  # noqa: S101 - begin() comes first
        return self._reader

    @property
    def artifacts(self) -> BuildArtifacts:
        """The files of the output that plugins make."""
        assert self._artifacts is not None  # noqa: S101 - begin() comes first
        return self._artifacts

    @property
    def _session(self) -> Session:
        assert self.session is not None  # noqa: S101 - begin() comes first
        return self.session

    def end(self, exception: Exception | None) -> None:
        """Print what was done, and close the cache."""
        session = self._session
        if exception is None:
            _logger.info("%s", session.plan.summary())
            self._tell_losses(session.plan)
        met = self._required_reader.met
        if met is not None and exception is None:
            _logger.info(
                _UNSAFE if met.reason.kind == "unsafe" else _MET, {"from": met.docname, "what": met.reason.name}
            )
        session.close()
        self._memory.forget()
        if session.problem:
            _logger.info("%s", session.problem)

    def _tell_losses(self, plan: Plan) -> None:
        """Say if most pages cannot be kept; not if they are not to be taken from the cache anyway."""
        notice = plan.notice() if self.is_on else None
        if notice is not None:
            give_notice(self._app, WarningKind.UNKEPT, f"[pronghorn] {notice}")
