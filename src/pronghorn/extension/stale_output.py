"""Output that is stale, where a builder writes without the cache: Sphinx decides by time stamps, which do not tell."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from pronghorn.documents.memory import digest_site
from pronghorn.incremental.cached_build import CachedBuild
from pronghorn.incremental.write.former_environment import digest_of_environment
from pronghorn.incremental.write.shape import unsafe_extension, unsupported
from pronghorn.output import builders
from pronghorn.output.file_lists import OutputState
from pronghorn.site.site import Site


class StaleOutput:
    """The output of one build, as far as the cache does not write it.

    :param cache: the cache folder.
    """

    def __init__(self, app: Sphinx, site: Site, cached: CachedBuild, cache: Path) -> None:
        self._app = app
        self._site = site
        self._cached = cached
        self._cache = cache
        self._digests: list[str] = []

    @property
    def _state(self) -> OutputState:
        return OutputState(self._app, self._cache)

    def pages(self, env: BuildEnvironment) -> Iterable[str]:
        """Return the pages that must be written, besides those that were read."""
        around = self._digest_around()
        doctrees = (self._cached.doctree_digest(docname) for docname in sorted(env.found_docs))
        self._digests = [hashlib.sha256(around.encode() + b"".join(doctrees)).hexdigest(), around]
        is_all = builders.needs_all_pages(self._app.builder) or self._cached.artifacts.must_write_all
        return env.found_docs if is_all or self._are_stale() else ()

    def _are_stale(self) -> bool:
        """Check whether pages may be stale that were not read.

        Where an extension is not safe for parallel writing, what it keeps itself is left out: Sphinx does not ask.
        """
        digest, *before = self._state.read() or [""]
        if digest == self._digests[0]:
            return False
        app, former = self._app, self._cached.former_environment
        if former is None or unsupported(app, app.builder) != unsafe_extension(app):
            return True
        return before != [self._digests[1], former.file.hex()] or not former.shows_the_same(app.env)

    def _digest_around(self) -> str:
        """Digest what pages are made from beside doctrees, configuration and templates, which Sphinx checks."""
        digest = hashlib.sha256(self._cached.common_digest + digest_site(self._site).encode())
        digest.update(self._cached.artifacts.digest_recorded())
        digest.update(str(Path(self._app.outdir).stat().st_ino).encode())  # or another folder lies there now
        return digest.hexdigest()

    def begin(self) -> None:
        """Say that the output is being written."""
        self._state.forget()

    def end(self) -> None:
        """Remember what the output was written from, if the cache has not written it."""
        if self._digests:
            self._state.write([*self._digests, digest_of_environment(Path(self._app.doctreedir)).hex()])
