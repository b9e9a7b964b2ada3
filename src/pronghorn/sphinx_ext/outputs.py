"""Files that a build wrote: listed, so that a later build removes what nobody makes any more."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from sphinx.application import Sphinx


def _name_of(app: Sphinx, kind: str, outdir: Path) -> str:
    place = hashlib.sha256(str(outdir).encode()).hexdigest()[:16]
    return f"{kind}-{app.builder.name}-{place}.json"


def _beside_doctrees(app: Sphinx) -> Path:
    return Path(app.doctreedir, "pronghorn")


class OutputState:
    """What a builder has last written an output directory from, as a digest."""

    def __init__(self, app: Sphinx) -> None:
        self._file = _beside_doctrees(app) / _name_of(app, "state", Path(app.outdir).resolve())

    def read(self) -> str:
        """Give the digest; empty if there is none."""
        try:
            return self._file.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return ""

    def forget(self) -> None:
        """Say that the output is not what the digest stands for, while it is being written."""
        self._file.unlink(missing_ok=True)

    def write(self, digest: str) -> None:
        """Remember what was written."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(digest, encoding="utf-8")


class OutputList:
    """A list of files below the output directory. Foreign files are in no list, and stay.

    It is kept in the cache folder, where builds with other doctrees find it, and beside the doctrees, should the cache
    be removed.

    :param cache: the cache folder.
    :param kind: what the files are, such as ``pages``; each kind has a list for each builder and output directory.
    """

    def __init__(self, app: Sphinx, cache: Path, kind: str) -> None:
        self._outdir = Path(app.outdir).resolve()
        name = _name_of(app, kind, self._outdir)
        self._files = [cache / "outputs" / name, _beside_doctrees(app) / name]

    def read(self) -> set[str]:
        """Give the files that an earlier build wrote. A list that is broken is none."""
        return next((names for names in map(_load, self._files) if names is not None), set())

    def _is_inside(self, name: str) -> bool:
        """Tell whether a name leads into the output directory: a list may be wrong, and links lead anywhere."""
        return (self._outdir / name).resolve().is_relative_to(self._outdir)

    def write(self, files: Collection[str]) -> None:
        """Remember what this build wrote."""
        if not files and not any(file.is_file() for file in self._files):
            return
        for file in self._files:
            with suppress(OSError):  # the cache folder may be for reading only
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(json.dumps(sorted(files)), encoding="utf-8")

    def remove(self, files: Collection[str]) -> None:
        """Remove files that are in the output directory, and folders that are empty then."""
        for name in filter(self._is_inside, files):
            file = self._outdir / name
            with suppress(OSError):  # it is gone already, or a folder lies there
                file.unlink()
            for folder in [file.parent, *file.parent.parents]:
                if folder == self._outdir or not folder.is_relative_to(self._outdir):
                    break
                with suppress(OSError):  # there is something else in it
                    folder.rmdir()


def _load(file: Path) -> set[str] | None:
    try:
        names = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return {name for name in names if isinstance(name, str)} if isinstance(names, list) else None


ListMaker = Callable[[str], OutputList]
"""Gives the list of a kind."""
