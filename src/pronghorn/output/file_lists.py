"""Files that a build wrote: listed, so that a later build removes what nobody makes any more."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from sphinx.application import Sphinx

from pronghorn.cache.tracking.digests import name_from
from pronghorn.cache.tracking.file_digests import write_whole


def _files_of(app: Sphinx, cache: Path, kind: str) -> list[Path]:
    """Return the two places for what is kept of an output directory, in the cache folder and beside the doctrees.

    Builds with other doctrees find the first; the second is for when the cache is removed.
    """
    name = f"{kind}-{app.builder.name}-{name_from(str(Path(app.outdir).resolve()))}.json"
    return [cache / "outputs" / name, Path(app.doctreedir, "pronghorn", name)]


def _write(files: Collection[Path], text: str) -> None:
    for file in files:
        with suppress(OSError):  # the cache folder may be for reading only
            write_whole(file, text.encode())


class OutputState:
    """What a builder has last written an output directory from, as a digest."""

    def __init__(self, app: Sphinx, cache: Path) -> None:
        self._files = _files_of(app, cache, "state")

    def read(self) -> str:
        """Return the digest; empty if there is none, or if another build has written since."""
        try:
            first, second = (file.read_text(encoding="utf-8") for file in self._files)
        except (OSError, ValueError):
            return ""
        return first if first == second else ""

    def forget(self) -> None:
        """Say that the output is not what the digest stands for, while it is being written."""
        for file in self._files:
            with suppress(OSError):  # one of the two is enough
                file.unlink(missing_ok=True)

    def write(self, digest: str) -> None:
        """Remember what was written."""
        _write(self._files, digest)


class OutputList:
    """A list of files below the output directory. Foreign files are in no list, and stay.

    :param cache: the cache folder.
    :param kind: what the files are, such as ``pages``; each kind has a list for each builder and output directory.
    """

    def __init__(self, app: Sphinx, cache: Path, kind: str) -> None:
        self._outdir = Path(app.outdir).resolve()
        self._files = _files_of(app, cache, kind)
        self._known: set[str] | None = None
        """What is in both places: then it need not be written again."""

    def read(self) -> set[str]:
        """Return the files that an earlier build wrote. A list that is broken is none."""
        first, second = map(_load, self._files)
        self._known = first if first == second else None
        return (second if first is None else first) or set()

    def _is_inside(self, name: str) -> bool:
        """Check whether a name leads into the output directory: a list may be wrong, and links lead anywhere."""
        return (self._outdir / name).resolve().is_relative_to(self._outdir)

    def write(self, files: Collection[str]) -> None:
        """Remember what this build wrote."""
        names = set(files)
        if names != self._known and (names or any(file.is_file() for file in self._files)):
            _write(self._files, json.dumps(sorted(names)))
            self._known = names

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
    except (OSError, ValueError, RecursionError):
        return None
    return {name for name in names if isinstance(name, str)} if isinstance(names, list) else None


FileLists = Callable[[str], OutputList]
"""Gives the list of a kind."""
