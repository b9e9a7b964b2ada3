"""Files that pages leave in the output directory while they are read: each is read again when they are not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sphinx.application import Sphinx

from pronghorn.cache.tracking.file_digests import FileDigests
from pronghorn.cache.tracking.file_watch import Watch
from pronghorn.cache.tracking.manifest import Dependency

OUTPUT = "output"
"""The kind of dependency on such a file, by its path relative to the output directory."""


class ReadingOutputs:
    """The output directory while pages are read."""

    def __init__(self, app: Sphinx, files: FileDigests) -> None:
        self._outdir = Path(app.outdir)
        self._files = files
        self._watch = Watch(ignored=[Path(self._outdir.anchor), Path(app.doctreedir)], kept=[self._outdir])

    def digest(self, name: str) -> bytes:
        """Return the digest that a file has now."""
        return self._files.digest(self._outdir / name)

    @contextmanager
    def noted(self) -> Iterator[dict[Dependency, bytes]]:
        """Note the files that are written inside; complete when the block has ended."""
        noted: dict[Dependency, bytes] = {}
        with self._watch.recording() as seen:
            yield noted
        for path in sorted(seen.written):
            with suppress(OSError):  # it is gone again, or a folder
                _content, digest = self._files.read(path)  # as it is now: it may have been asked for before
                noted[Dependency(OUTPUT, os.path.relpath(path, self._outdir))] = digest
