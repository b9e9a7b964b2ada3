"""Scopes: what a new artifact belongs to: a page that is read, a page that is written, or no page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sphinx.application import Sphinx

from pronghorn.cache.tracking.digests import digest_of
from pronghorn.cache.tracking.file_watch import Seen, Watch
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.incremental.artifact_records import ArtifactRecord
from pronghorn.incremental.session import Session
from pronghorn.model.observer import METADATA
from pronghorn.observing.looks import looks_of
from pronghorn.observing.recorder import Reads, Recorder

_WRITTEN = "written"
"""The kind of dependency of a site's artifact on a file of the output, by path relative to it."""


@dataclass(slots=True)
class Heard:
    """What was heard while an artifact was made; complete when the block has ended."""

    content: bytes = b""
    """To be set inside."""
    dependencies: dict[Dependency, bytes] = field(default_factory=dict)


class Scope(Protocol):
    """Listens for a page."""

    @property
    def name(self) -> str:
        """What it is called: the same dependencies mean the same in scopes of one name."""

    @property
    def docname(self) -> str:
        """The page at work; empty if there is none."""

    @property
    def is_listening(self) -> bool:
        """Whether a page is at work."""

    @property
    def can_keep(self) -> bool:
        """Whether everything that an artifact is made from is noted, so that it can be used in another build."""

    def depend(self, dependency: Dependency) -> None:
        """Make the page depend on something."""

    def is_unchanged(self, dependency: Dependency, digest: bytes) -> bool:
        """Check whether a dependency still has this digest."""

    def hear(self) -> AbstractContextManager[Heard]:
        """Hear what is asked inside; the page depends on it as well."""

    def deliver(self, record: ArtifactRecord, content: bytes) -> None:
        """Make a file go with the page."""


class ReadingScope:
    """Listens for a page that is read.

    :param current: gives the digest that a dependency has now.
    """

    name = "reading"
    can_keep = True

    def __init__(
        self, app: Sphinx, session: Session, recorder: Recorder, current: Callable[[Dependency], bytes]
    ) -> None:
        self._app = app
        self._session = session
        self._recorder = recorder
        self._current = current

    @property
    def docname(self) -> str:
        """The page at work; empty if there is none."""
        return self._app.env.current_document.docname

    @property
    def is_listening(self) -> bool:
        """Whether a page is read, with everything noted."""
        return self._recorder.is_reading

    def depend(self, dependency: Dependency) -> None:
        """Make the page depend on something."""
        self._recorder.note(*dependency)

    def current(self, dependency: Dependency) -> bytes:
        """Return the digest that something has now."""
        return self._current(dependency)

    def is_unchanged(self, dependency: Dependency, digest: bytes) -> bool:
        """Check whether a dependency still has this digest."""
        return self.current(dependency) == digest

    @contextmanager
    def hear(self) -> Iterator[Heard]:
        """Hear what is asked inside; the page depends on it as well."""
        heard, reads, seen = Heard(), Reads(), Seen()
        try:
            with self._recorder.recording_source() as reads, self._session.watch.recording() as seen:
                yield heard
        finally:
            found = self._told(heard, reads.dependencies(), seen)
            for dependency in found:
                self._recorder.note(*dependency)
        heard.dependencies = {dependency: self.current(dependency) for dependency in found}

    def _told(self, heard: Heard, asked: dict[Dependency, None], seen: Seen) -> dict[Dependency, None]:
        found = dict.fromkeys(looks_of(seen, self._session.paths.name_of))
        shown = (Dependency("srcdir", place) for place in self._session.places.shown_in(heard.content))
        return {**found, **dict.fromkeys(shown), **asked}

    def deliver(self, record: ArtifactRecord, content: bytes) -> None:
        """Keep the content until the build ends: which builder it is does not matter for what is read."""
        with self._session.watch.paused():
            self._session.artifact_contents.put(content)
        self._recorder.note(*record.dependency)


class SiteScope(ReadingScope):
    """Listens for an artifact of the site, when all pages are written.

    :param contents: digests all pages: what asks for one of them may ask for all that is in it.
    """

    name = "site"

    def __init__(
        self,
        app: Sphinx,
        session: Session,
        recorder: Recorder,
        current: Callable[[Dependency], bytes],
        contents: Callable[[], bytes],
    ) -> None:
        super().__init__(app, session, recorder, current)
        self._contents = contents
        self._outdir = Path(app.outdir)
        self._output = Watch(ignored=[Path(app.doctreedir)], kept=[self._outdir])

    def current(self, dependency: Dependency) -> bytes:
        """Return the digest that something has now."""
        if dependency.kind == _WRITTEN:
            return _digest_now(self._outdir / dependency.name)
        return self._contents() if dependency.kind in {"site", "url", METADATA} else super().current(dependency)

    @contextmanager
    def hear(self) -> Iterator[Heard]:
        """Note what is asked inside, and which files of the output are read: pages that are already written."""
        with self._output.recording() as seen, super().hear() as heard:
            yield heard
        for path in map(Path, sorted(seen.read | seen.probed)):
            if path.is_relative_to(self._outdir):
                written = Dependency(_WRITTEN, path.relative_to(self._outdir).as_posix())
                heard.dependencies[written] = self.current(written)

    def deliver(self, record: ArtifactRecord, content: bytes) -> None:
        """Keep the content until it is written, a moment later: it goes with no page."""
        del record
        with self._session.watch.paused():
            self._session.artifact_contents.put(content)


class UnheardScope:
    """Stands for a page that is read or written without the cache: nothing is heard, and it is made in each build."""

    name = "unheard"
    can_keep = False

    def __init__(self, session: Session, docname: str) -> None:
        self._session = session
        self.docname = docname

    is_listening = True

    def depend(self, dependency: Dependency) -> None:
        """Note that there is something to be noted."""
        del dependency
        self._session.artifact_contents.note(None)

    def is_unchanged(self, dependency: Dependency, digest: bytes) -> bool:
        """Never take anything for unchanged."""
        del dependency, digest
        return False

    @contextmanager
    def hear(self) -> Iterator[Heard]:
        """Hear nothing."""
        yield Heard()

    def deliver(self, record: ArtifactRecord, content: bytes) -> None:
        """Keep the content until the build ends."""
        self._session.artifact_contents.put(content)
        self._session.artifact_contents.note(record)


def _digest_now(file: Path) -> bytes:
    """Digest a file as it is now, even if it was different when the build began; empty if there is none."""
    try:
        return digest_of(file.read_bytes())
    except OSError:  # a folder is none either
        return b""
