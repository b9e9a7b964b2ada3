"""The current page, and the scope to which dependencies go that plugins record for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sphinx.application import Sphinx

from pronghorn.incremental.artifact_records import ArtifactRecord
from pronghorn.incremental.artifacts.maker import ArtifactMaker
from pronghorn.incremental.artifacts.scopes import Scope, UnheardScope
from pronghorn.incremental.session import Session
from pronghorn.model.artifact import Artifact
from pronghorn.seam.rows.writing import CURRENT_DOCNAME


class PageWork:
    """Made when a build begins.

    :param reading: listens for pages that are read.
    """

    def __init__(self, app: Sphinx, session: Session, maker: ArtifactMaker, reading: Scope) -> None:
        self._app = app
        self._session = session
        self._maker = maker
        self._reading = reading
        self._writing: Scope | None = None
        self._is_suspended: Callable[[], bool] = lambda: False
        self._is_written_unheard = False
        self.artifact_records: set[ArtifactRecord] = set()
        """The artifacts of pages that were written with the cache, or are as they were."""

    @contextmanager
    def written_with(self, scope: Scope, is_suspended: Callable[[], bool]) -> Iterator[None]:
        """Make *scope* listen for pages that are written.

        :param is_suspended: tells whether a page is written once more, and everything about it is known already.
        """
        self._writing, self._is_suspended = scope, is_suspended
        try:
            yield
        finally:
            self._writing = None

    def begin_unheard_writing(self) -> None:
        """Expect pages to be written by Sphinx alone."""
        self._is_written_unheard = True

    def end(self) -> None:
        """Expect no pages any more."""
        self._is_written_unheard = False

    def depend(self, path: Path) -> bool:
        """Make the page at work depend on a file or folder; False if no page is read or written now."""
        scope = self._scope()
        if scope is not None:
            scope.depend(self._session.dependency_on(path))
        return scope is not None or self._is_written_again

    def take(self, artifact: Artifact) -> bool:
        """Make an artifact go with the page at work; False if no page is read or written now."""
        scope = self._scope()
        if scope is not None:
            self._maker.make(artifact, scope)
        return scope is not None or self._is_written_again

    @property
    def _is_written_again(self) -> bool:
        return self._writing is not None and self._is_suspended()

    def _scope(self) -> Scope | None:
        for scope in (self._reading, self._writing):
            if scope is not None and scope.is_listening:
                return scope
        if self._reading.docname:  # it is read without the cache, or once more
            return UnheardScope(self._session, self._reading.docname)
        if self._is_written_unheard:
            docname = "" if CURRENT_DOCNAME.has_changed else CURRENT_DOCNAME.find(self._app.builder, "")
            return UnheardScope(self._session, docname)
        return None
