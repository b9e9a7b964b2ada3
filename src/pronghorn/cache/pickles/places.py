"""Where a build is: folders whose paths may stand in whatever pages and the configuration hold."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.builders import Builder

from pronghorn.cache.pickles.portable_paths import PortablePaths, folders_around
from pronghorn.cache.tracking.digests import ABSENT, digest_of


class Places:
    """The folders of a build.

    :ivar by_name: their paths, those of folders around the source directory, and the ways from there to the others, by
        names that mean the same in every clone.
    """

    def __init__(self, build: Sphinx | Builder) -> None:
        folders = (build.srcdir, build.confdir, build.outdir, build.doctreedir)
        own = dict(zip(("source", "configuration", "output", "doctrees"), map(os.fspath, folders), strict=True))
        source, output, doctrees = own["source"], own["output"], own["doctrees"]
        around = {f"source{'/..' * n_up}": path for n_up, path in enumerate(folders_around(source))}
        others = {"to output": output, "to output/..": os.path.dirname(output), "to doctrees": doctrees}  # noqa: PTH120
        ways = {name: os.path.relpath(folder, source) for name, folder in others.items()}
        self.by_name = {**around, **own, **{name: way for name, way in ways.items() if way.strip("./")}}
        self._name_of = PortablePaths(Path(source)).name_of
        self._own = sorted(own.items(), key=lambda one: -len(one[1]))

    def shown_in(self, *data: bytes) -> Iterator[str]:
        """Return the names of the folders whose paths stand in some data, alone or before that of a file in them."""
        for name, path in self.by_name.items():
            pattern = re.escape(os.fsencode(path)) + rb"(?!\w|[.-]\w)"
            if any(os.fsencode(path) in part and re.search(pattern, part) for part in data):
                yield name

    def digest(self, name: str) -> bytes:
        """Return the digest of what has a name."""
        path = self.by_name.get(name)
        return ABSENT if path is None else digest_of(os.fsencode(path))

    def portable(self, text: str) -> str:
        """Return a text in which the folders of this build go by their names, for comparison with other builds."""
        for name, path in self._own:
            if path in text:
                text = text.replace(path, f"\0{name}")
        return self._name_of(text) if text.startswith("/") else text
