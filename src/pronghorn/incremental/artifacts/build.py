"""The artifacts of one build: when they are asked for, and when they are delivered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Protocol

from sphinx.application import Sphinx

from pronghorn.cache.tracking.digests import digest_of_parts
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.documents.memory import digest_site
from pronghorn.incremental.artifact_records import ArtifactRecord
from pronghorn.incremental.artifacts.delivery import Delivery
from pronghorn.incremental.artifacts.maker import ArtifactMaker
from pronghorn.incremental.artifacts.scopes import ReadingScope, SiteScope
from pronghorn.incremental.artifacts.work import PageWork
from pronghorn.incremental.session import Session
from pronghorn.observing.recorder import Recorder
from pronghorn.output.file_lists import FileLists
from pronghorn.site.site import Site


class Answers(Protocol):
    """The state of the dependencies of pages."""

    def current(self, dependency: Dependency) -> bytes:
        """Return the digest that a dependency has now."""


class PagesRead(Protocol):
    """The pages of a build as they were read."""

    @property
    def state(self) -> Answers:
        """What is known of the dependencies of pages, from when it is decided what to read."""

    @property
    def artifact_records(self) -> Iterator[ArtifactRecord]:
        """The artifacts that pages have asked for while they were read."""

    def doctree_digest(self, docname: str) -> bytes:
        """Return the digest of a page's doctree."""


class BuildArtifacts:
    """The artifacts of one build.

    :param in_the_way: tells which page, or file of Sphinx's, lies where a plugin's file would have to be.
    """

    work: PageWork
    _maker: ArtifactMaker

    def __init__(
        self,
        app: Sphinx,
        site: Site,
        session: Session,
        pages: PagesRead,
        *,
        recorder: Recorder,
        file_lists: FileLists,
        in_the_way: Callable[[str], str | None],
    ) -> None:
        self._app = app
        self._site = site
        self._session = session
        self._pages = pages
        self._recorder = recorder
        self._delivery = Delivery(app, site, file_lists, session.artifact_contents, in_the_way)
        self.must_write_all = False
        """Whether pages were written without the cache, so that their questions were not noted."""

    def begin(self, *, code: Callable[[], bytes], may_take: Callable[[], bool]) -> None:
        """Take up what plugins tell from now on: see :class:`ArtifactMaker`."""
        reading = ReadingScope(self._app, self._session, self._recorder, self._current)
        locks = Path(self._app.doctreedir, "pronghorn", "locks")
        self._maker = ArtifactMaker(self._site, self._session, code, may_take, locks)
        self.work = PageWork(self._app, self._session, self._maker, reading)
        self._site.work = self.work

    def begin_reading(self) -> None:
        """Accept no more dependencies of all pages, and no more artifacts of the site: what to read is decided now."""
        self._site.state.recorded.is_closed = True
        self.must_write_all = self._session.artifact_contents.has_notes
        self._session.artifact_contents.forget_notes()

    def recorded(self, docname: str) -> Iterable[Dependency]:
        """Return the dependencies of a page that plugins recorded before pages were read."""
        files = self._site.state.recorded.of_pages.get(docname, ())
        return [self._session.dependency_on(file) for file in sorted(files)]

    def digest_recorded(self) -> bytes:
        """Digest the files that plugins have told, before pages were read, that single pages depend on."""
        found = (one for docname in sorted(self._site.state.recorded.of_pages) for one in self.recorded(docname))
        return digest_of_parts(*(part for one in found for part in (one.name.encode(), self._current(one))))

    def remove_stale(self) -> None:
        """Remove what an earlier build has delivered and this one will not, before pages are written."""
        paths = (record.path for record in (*self._pages.artifact_records, *self._session.artifact_contents.noted()))
        self._delivery.remove_stale([*self._site.state.recorded.artifacts, *paths])

    def deliver(self) -> None:
        """Make the artifacts of the site, and write all that are no files of a page; all pages are written."""
        self.work.end()
        own = {*self._pages.artifact_records, *self._session.artifact_contents.noted()}
        if self._delivery.is_possible:
            own.update(self._made_for_site())
        self._delivery.deliver(own, self.work.artifact_records)
        self._session.artifact_contents.forget_others({record.digest for record in own})

    def _made_for_site(self) -> Iterator[ArtifactRecord]:
        scope = SiteScope(self._app, self._session, self._recorder, self._current, lambda: self._contents)
        for _path, artifact in sorted(self._site.state.recorded.artifacts.items()):
            record = self._maker.make(artifact, scope)
            if record is not None:
                yield record

    def _current(self, dependency: Dependency) -> bytes:
        return self._pages.state.current(dependency)

    @cached_property
    def _contents(self) -> bytes:
        """A digest of all that an artifact of the site may show of pages."""
        digest = hashlib.sha256(digest_site(self._site).encode())
        for page in self._site.pages:
            digest.update(page.url.encode() + b"\0")  # which the builder gives, unless a plugin does
            digest.update(self._pages.doctree_digest(page.docname))
            if page.source is not None:
                digest.update(self._session.files.digest(page.source.path))
        return digest.digest()
