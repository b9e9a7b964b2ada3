"""Lists of the files that a build wrote, so that a later build can remove those that are no longer made."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from pronghorn.cache.tracking.digests import name_from
from pronghorn.cache.tracking.sealed_file import SealedFile

OF_LISTENERS = "listeners"
"""The list of files that listeners have written before any page was, or when all else was done. The next build removes
them before it begins, when its builder is not made yet: in a clean build, they are not there when somebody looks for
them or digests them."""


def _files_of(app: Sphinx, cache: Path, kind: str) -> list[SealedFile]:
    """Return the two places for what is kept of an output directory, in the cache folder and beside the doctrees.

    Builds with other doctrees find the first; the second is for when the cache is removed.
    """
    whose = kind if kind == OF_LISTENERS else f"{kind}-{app.builder.name}"
    name = f"{whose}-{name_from(str(Path(app.outdir).resolve()))}.json"
    return [SealedFile(cache / "outputs" / name), SealedFile(Path(app.doctreedir, "pronghorn", name))]


def _save(files: Iterable[SealedFile], data: Any) -> None:
    for file in files:  # the cache folder may be for reading only
        file.save(data)


class OutputState:
    """Digests of what a builder last wrote an output directory from."""

    def __init__(self, app: Sphinx, cache: Path) -> None:
        self._files = _files_of(app, cache, "state")

    def read(self) -> list[str]:
        """Return the digests; none if they are not known, or if another build has written since."""
        first, second = (file.load() for file in self._files)
        return first if isinstance(first, list) and first == second else []

    def forget(self) -> None:
        """Say that the output is not what the digests stand for, while it is being written."""
        for file in self._files:
            with suppress(OSError):  # one of the two is enough
                file.path.unlink(missing_ok=True)

    def write(self, digests: list[str]) -> None:
        """Remember what was written."""
        _save(self._files, digests)


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
        """Return the files that an earlier build wrote; none if the list is broken."""
        first, second = map(_load, self._files)
        self._known = first if first == second else None
        return (second if first is None else first) or set()

    def _is_inside(self, name: str) -> bool:
        """Check whether a name leads into the output directory: a list may be wrong, and links lead anywhere."""
        return (self._outdir / name).resolve().is_relative_to(self._outdir)

    def write(self, files: Collection[str]) -> None:
        """Remember what this build wrote."""
        names = set(files)
        if names != self._known and (names or any(file.path.is_file() for file in self._files)):
            _save(self._files, sorted(names))
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


def _load(file: SealedFile) -> set[str] | None:
    names = file.load()
    return {name for name in names if isinstance(name, str)} if isinstance(names, list) else None


FileLists = Callable[[str], OutputList]
"""Gives the list of a kind."""
