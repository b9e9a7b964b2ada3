"""What pages are made from, before one is read: their sources, and what all of them depend on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sphinx.application import Sphinx

from pronghorn.documents.project import PronghornProject, project_of
from pronghorn.incremental.extension_files import LoadedFiles
from pronghorn.incremental.read.losses import ReadingLosses
from pronghorn.incremental.session import Session
from pronghorn.incremental.shared_inputs import SharedInputs, find_shared_inputs
from pronghorn.site.site import Site


@dataclass(slots=True)
class PageInput:
    """What a page is made from, before it is known what else it asks for."""

    source: bytes
    """Digest of the file that Sphinx reads."""
    about: bytes
    """Digest of what readers found out about it."""
    is_generated: bool


class Inputs:
    """Digests what pages are made from.

    :param loaded: what extensions have looked at while they were loaded.
    :param losses: told what has no digest.
    """

    def __init__(self, app: Sphinx, site: Site, session: Session, loaded: LoadedFiles, losses: ReadingLosses) -> None:
        self._app = app
        self._site = site
        self._session = session
        self._loaded = loaded
        self._losses = losses

    @property
    def project(self) -> PronghornProject:
        """The documents of the site."""
        return project_of(self._app)

    def of_page(self, docname: str) -> PageInput:
        """Return what a page is made from."""
        page = self._site.pages.find(docname)
        file = self.project.file_to_read(docname)
        metadata = dict(page.metadata or {}) if page is not None else None
        about, undigested = self._session.digested(
            lambda: self._session.digest_value((file.suffix, metadata), "its metadata", self._session.places.portable)
        )
        self._losses.note_input(docname, undigested)
        return PageInput(self._session.files.digest(file), about, self.project.is_generated(docname))

    def of_all(self, plugins: Mapping[str, Any], startup_values: Collection[str]) -> SharedInputs:
        """Return what all pages depend on."""
        shared, undigested = self._session.digested(lambda: self._find_shared(plugins, startup_values))
        self._losses.note_common(undigested)
        return shared

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
