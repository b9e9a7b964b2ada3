"""The state of the site: the digests that what a page has asked for has now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from functools import partial
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import _
from sphinx.util.i18n import format_date
from sphinx.util.matching import patfilter

from pronghorn.cache.pickles.portable_paths import name_from_here
from pronghorn.cache.tracking.digests import ABSENT, digest_of
from pronghorn.documents.listings import LISTING
from pronghorn.documents.project import project_of
from pronghorn.documents.term_role import find_target
from pronghorn.incremental.artifact_records import ARTIFACT, ArtifactRecord
from pronghorn.incremental.session import Session
from pronghorn.model.observer import METADATA, TERM, TERMS, URL
from pronghorn.observing.config import add_config
from pronghorn.observing.looks import VARIABLE, digest_of_variable
from pronghorn.observing.site_answers import ANSWERS, digest_all_metadata, digest_metadata
from pronghorn.observing.site_observers import SITE
from pronghorn.observing.state import Answer, State
from pronghorn.observing.written_files import OUTPUT, ReadingOutputs
from pronghorn.site.site import Site
from pronghorn.taxonomies.listing import listing_of

_THERE = b"there"


class ReadingState(State):
    """Answers what digest a dependency of reading has now.

    :param startup: what extensions had put on the environment before the first page was read, by attribute.
    """

    def __init__(
        self, app: Sphinx, site: Site, session: Session, startup: Mapping[str, Any], outputs: ReadingOutputs
    ) -> None:
        super().__init__()
        self._app = app
        self._site = site
        self._digest = session.values.digest
        self._paths = paths = session.paths
        self._startup = startup
        self._portable = session.places.portable
        files, contents = session.files, session.artifact_contents
        answers: dict[str, Answer] = {
            "file": lambda name: files.digest(paths.path_of(name)),
            "folder": lambda name: files.listing(paths.path_of(name)),
            "exists": lambda name: files.kind(paths.path_of(name)),
            "document": self._document,
            "documents": self._documents,
            "glob": self._glob,
            "document-of": self._document_of,
            "env": self._env,
            "date": lambda _name: _shown_date(app.config),
            "cwd": self._named_from_here,
            "srcdir": session.places.digest,
            VARIABLE: digest_of_variable,
            OUTPUT: outputs.digest,
            ARTIFACT: lambda name: _THERE if contents.has(ArtifactRecord.named(name).digest) else ABSENT,
            "module": lambda name: session.modules.digest(name) or ABSENT,
            URL: self._url,
            LISTING: self._listing,
            TERM: self._term,
            TERMS: self._terms,
            SITE: lambda _name: digest_all_metadata(site, self._digest),
            METADATA: lambda name: digest_metadata(site, name, self._digest),
            **{kind: partial(self._answer, kind) for kind in ANSWERS},
        }
        for kind, answer in answers.items():
            self.add(kind, answer)
        add_config(self, app.config, session.values, session.places.portable)

    def current(self, dependency: tuple[str, str]) -> bytes:
        """Return the digest that *dependency* has now. A page that is at work reads nothing by that."""
        known = self.known.get(dependency)
        if known is not None:
            return known
        with self._site.observed.aside():
            return super().current(dependency)

    def _document(self, docname: str) -> bytes:
        project = project_of(self._app)
        if docname not in project.docnames:
            return self._site.state.hidden.get(docname, "").encode()
        return digest_of(project.file_of(docname).encode() if project.has_file(docname) else b"generated")

    def _answer(self, kind: str, name: str) -> bytes:
        return digest_of(ANSWERS[kind](self._site, name).encode(errors="surrogatepass"))

    def _url(self, docname: str) -> bytes:
        page = self._site.pages.find(docname)
        return ABSENT if page is None else digest_of(page.url.encode(errors="surrogatepass"))

    def _listing(self, docname: str) -> bytes:
        page = self._site.pages.find(docname)
        listing = listing_of(page) if page is not None else None
        return ABSENT if listing is None else self._digest(astuple(listing))

    def _term(self, target: str) -> bytes:
        found = find_target(self._site.collected, target)
        return ABSENT if found is None else digest_of(found.docname.encode(errors="surrogatepass"))

    def _terms(self, key: str) -> bytes:
        state = self._site.collected.get(key)
        return ABSENT if state is None else self._digest(list(state.terms))

    def _documents(self, _name: str) -> bytes:
        return digest_of("\0".join(sorted(project_of(self._app).docnames)).encode())

    def _glob(self, pattern: str) -> bytes:
        return digest_of("\0".join(sorted(patfilter(project_of(self._app).docnames, pattern))).encode())

    def _document_of(self, name: str) -> bytes:
        """Return the name of a file's page. Outside of the source directory, Sphinx makes one of the absolute path."""
        paths = self._paths
        docname = project_of(self._app).path2doc(paths.path_of(name)) or ""
        return (paths.name_of(docname) if docname.startswith("/") else docname).encode()

    def _named_from_here(self, name: str) -> bytes:
        """Digest how docutils names a file. If that is by an absolute path, it is another matter where it leads."""
        found = name_from_here(self._paths.path_of(name))
        return digest_of(b"" if found.startswith("/") else found.encode(errors="surrogateescape"))

    def _env(self, name: str) -> bytes:
        if name not in self._startup:
            return ABSENT
        return self._digest(self._startup[name], f"env.{name}", self._portable)


def _shown_date(config: Config) -> bytes:
    """Digest the date as ``|today|`` shows it."""
    return digest_of(format_date(config.today_fmt or _("%b %d, %Y"), language=config.language).encode())
