"""Files that a build wrote: listed beside the doctrees, so that a later build removes what nobody makes any more."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from sphinx.application import Sphinx


class OutputList:
    """A list of files below the output directory. Foreign files are in no list, and stay.

    :param kind: what the files are, such as ``pages``; each kind has a list for each builder and output directory.
    """

    def __init__(self, app: Sphinx, kind: str) -> None:
        self._outdir = Path(app.outdir).resolve()
        place = hashlib.sha256(str(self._outdir).encode()).hexdigest()[:8]
        self._file = Path(app.doctreedir, "pronghorn", f"{kind}-{app.builder.name}-{place}.json")

    def read(self) -> set[str]:
        """Give the files that an earlier build wrote. A list that is broken is none; it never leads elsewhere."""
        try:
            names = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return set()
        return {name for name in names if self._is_inside(name)} if isinstance(names, list) else set()

    def _is_inside(self, name: object) -> bool:
        return isinstance(name, str) and (self._outdir / name).resolve().is_relative_to(self._outdir)

    def write(self, files: Collection[str]) -> None:
        """Remember what this build wrote."""
        if files or self._file.is_file():
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps(sorted(files)), encoding="utf-8")

    def remove(self, files: Collection[str]) -> None:
        """Remove files, and folders that are empty then."""
        for name in files:
            file = self._outdir / name
            with suppress(OSError):  # it is gone already, or a folder lies there
                file.unlink()
            for folder in [file.parent, *file.parent.parents]:
                if folder == self._outdir or not folder.is_relative_to(self._outdir):
                    break
                with suppress(OSError):  # there is something else in it
                    folder.rmdir()
