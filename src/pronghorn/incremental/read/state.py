"""The state of the site: the digests that what a page has asked for has now."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Container, Mapping
from dataclasses import astuple
from functools import partial
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import _
from sphinx.util.i18n import format_date
from sphinx.util.matching import patfilter

from pronghorn.cache.tracking.digests import ABSENT, digest_of
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.documents.listings import LISTING
from pronghorn.documents.project import PronghornProject
from pronghorn.documents.term_role import TERM, TERMS, find_target
from pronghorn.incremental.artifact_records import ARTIFACT, ArtifactRecord
from pronghorn.incremental.observing.asking_page import URL
from pronghorn.incremental.observing.never import never
from pronghorn.incremental.observing.site_answers import ANSWERS
from pronghorn.incremental.observing.site_observer import METADATA, digest_metadata
from pronghorn.incremental.observing.written_files import OUTPUT, ReadingOutputs
from pronghorn.incremental.session import Session
from pronghorn.site.site import Site
from pronghorn.taxonomies.listing import listing_of


class State:
    """Answers what digest a dependency of reading has now; each is found out once in a build.

    :param startup: what extensions had put on the environment before the first page was read, by attribute.
    """

    def __init__(
        self, app: Sphinx, site: Site, session: Session, startup: Mapping[str, Any], outputs: ReadingOutputs
    ) -> None:
        self._app = app
        self._site = site
        self._session = session
        self._startup = startup
        files, paths = session.files, session.paths
        self._known: dict[Dependency, bytes] = {}
        self._undigested: dict[Dependency, str] = {}
        self._answers: dict[str, Callable[[str], bytes]] = {
            "file": lambda name: files.digest(paths.path_of(name)),
            "folder": lambda name: files.listing(paths.path_of(name)),
            "exists": lambda name: files.kind(paths.path_of(name)),
            "document": self._document,
            "documents": self._documents,
            "glob": self._glob,
            "document-of": self._document_of,
            "config": self._config,
            "env": self._env,
            "date": lambda _name: _shown_date(app.config),
            "cwd": lambda _name: digest_of(os.path.relpath(app.srcdir).encode(errors="surrogateescape")),
            "srcdir": lambda _name: digest_of(str(app.srcdir).encode(errors="surrogateescape")),
            OUTPUT: outputs.digest,
            ARTIFACT: lambda name: (
                b"there" if session.artifact_contents.has(ArtifactRecord.named(name).digest) else ABSENT
            ),
            "module": lambda name: session.modules.digest(name) or ABSENT,
            URL: self._url,
            LISTING: self._listing,
            TERM: self._term,
            TERMS: self._terms,
            "site": lambda _name: digest_components(self._site, self._session.digest_value),
            METADATA: lambda name: digest_metadata(self._site, name, self._session.digest_value),
            **{kind: partial(self._answer, kind) for kind in ANSWERS},
        }

    def current(self, dependency: Dependency) -> bytes:
        """Return the digest that *dependency* has now."""
        known = self._known.get(dependency)
        return known if known is not None else self._find_out(dependency)

    def _find_out(self, dependency: Dependency) -> bytes:
        found, undigested = self._session.digested(lambda: self._asked(dependency))
        self._known[dependency] = found
        if undigested:
            self._undigested[dependency] = undigested
        return found

    def undigested_among(self, dependencies: Container[Dependency]) -> str:
        """Say which of the *dependencies* has another digest in each build; empty if none has."""
        return next((told for dependency, told in self._undigested.items() if dependency in dependencies), "")

    def _asked(self, dependency: Dependency) -> bytes:
        answer = self._answers.get(dependency.kind)
        return answer(dependency.name) if answer is not None else never()

    @property
    def _project(self) -> PronghornProject:
        project = self._app.project
        assert isinstance(project, PronghornProject)  # noqa: S101 - adopted at builder-inited
        return project

    def _document(self, docname: str) -> bytes:
        project = self._project
        if docname not in project.docnames:
            return self._site.hidden.get(docname, "").encode()
        return digest_of(project.file_of(docname).encode() if project.has_file(docname) else b"generated")

    def _answer(self, kind: str, name: str) -> bytes:
        return digest_of(ANSWERS[kind](self._site, name).encode(errors="surrogatepass"))

    def _url(self, docname: str) -> bytes:
        page = self._site.pages.find(docname)
        return ABSENT if page is None else digest_of(page.url.encode(errors="surrogatepass"))

    def _listing(self, docname: str) -> bytes:
        page = self._site.pages.find(docname)
        listing = listing_of(page) if page is not None else None
        return ABSENT if listing is None else self._session.digest_value(astuple(listing))

    def _term(self, target: str) -> bytes:
        found = find_target(self._site.taxonomies, target)
        return ABSENT if found is None else digest_of(found.docname.encode(errors="surrogatepass"))

    def _terms(self, key: str) -> bytes:
        taxonomy = self._site.taxonomies.find(key)
        return ABSENT if taxonomy is None else self._session.digest_value([term.name for term in taxonomy.terms])

    def _documents(self, _name: str) -> bytes:
        return digest_of("\0".join(sorted(self._project.docnames)).encode())

    def _glob(self, pattern: str) -> bytes:
        return digest_of("\0".join(sorted(patfilter(self._project.docnames, pattern))).encode())

    def _document_of(self, name: str) -> bytes:
        """Return the name of a file's page. Outside of the source directory, Sphinx makes one of the absolute path."""
        paths = self._session.paths
        docname = self._project.path2doc(paths.path_of(name)) or ""
        return (paths.name_of(docname) if docname.startswith("/") else docname).encode()

    def _config(self, name: str) -> bytes:
        if name not in self._app.config.values:
            return ABSENT
        return self._session.digest_value(self._app.config[name], name)

    def _env(self, name: str) -> bytes:
        if name not in self._startup:
            return ABSENT
        return self._session.digest_value(self._startup[name], f"env.{name}", self._session.paths.name_of)


def _shown_date(config: Config) -> bytes:
    """Digest the date as ``|today|`` shows it."""
    return digest_of(format_date(config.today_fmt or _("%b %d, %Y"), language=config.language).encode())


def digest_components(site: Site, digest_value: Callable[[object], bytes]) -> bytes:
    """Digest what a page can learn of others before all are read: URLs, titles, dates and metadata."""
    digest = hashlib.sha256()
    for page in site.pages:
        metadata = digest_value(dict(page.metadata or {}))
        shown = f"{page.docname}\0{page.url}\0{page.title}\0{page.date}\0"
        digest.update(shown.encode(errors="surrogatepass") + metadata)
    return digest.digest()
