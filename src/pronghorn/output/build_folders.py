"""The folders that belong to a build, and where in them files may be put."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

from sphinx.application import ENV_PICKLE_FILENAME, Sphinx

_DOCTREE = ".doctree"


class BuildFolders:
    """The output folder, that of the doctrees, and the one around both if it is a build's alone.

    :ivar by_name: the folders, by names that mean the same in every clone.
    :ivar closed: the folder in them in which nothing may be put.
    :param left: gives what pages have left in earlier builds: the name of a folder, and the path in it.
    """

    def __init__(self, app: Sphinx, left: Callable[[], set[tuple[str, str]]]) -> None:
        self.by_name = {"output": _absolute(app.outdir), "doctrees": _absolute(app.doctreedir)}
        around = _folder_around(app)
        if around is not None:
            self.by_name["build"] = around
        self.closed = self.by_name["doctrees"] / "pronghorn"
        self._sources = [_absolute(folder) for folder in (app.srcdir, app.confdir)]
        self._left = left
        self._former = {one.name for one in around.iterdir()} if around is not None and around.is_dir() else set()

    def path_of(self, folder: str, path: str) -> Path:
        """Return the absolute path of a file, wherever it leads.

        :raises KeyError: there is no such folder.
        """
        return Path(os.path.normpath(self.by_name[folder] / path))

    def name_of(self, path: str) -> tuple[str, str] | None:
        """Return the folder that an absolute path lies in, and the path in it; None if it is no file of a page."""
        file = Path(path)
        around = [(name, folder) for name, folder in self.by_name.items() if file.is_relative_to(folder)]
        if not around:
            return None
        name, folder = max(around, key=lambda one: len(one[1].parts))
        return None if self._is_closed(file, folder) else (name, file.relative_to(folder).as_posix())

    def places_around(self, folder: str, path: str) -> Iterator[str]:
        """Return the absolute path of a file, and those of the folders that it lies in, up to the build's."""
        file = self.path_of(folder, path)
        yield str(file)
        yield from map(str, (one for one in file.parents if one.is_relative_to(self.by_name[folder])))

    def is_left(self, path: str) -> bool:
        """Check whether a page has left a file in an earlier build, by its absolute path."""
        return path in self._paths_left

    @cached_property
    def _paths_left(self) -> set[str]:
        return {str(self.path_of(*one)) for one in self._all_left if one[0] in self.by_name}

    @cached_property
    def _all_left(self) -> set[tuple[str, str]]:
        return self._left()

    def place_of(self, folder: str, path: str) -> Path | None:
        """Return where to put a file; None if it may not be put there, whoever asks for it.

        It may not lead out of the folder, by links either, and not to what builds load. Around the output, only
        folders are open that were not there when the build began, or in which pages have left files before.
        """
        root = self.by_name.get(folder)
        if root is None or "\0" in path:
            return None
        file = self.path_of(folder, path)
        real, real_root = file.resolve(), root.resolve()
        is_inside = root in file.parents and real_root in real.parents and not file.is_symlink()
        is_closed = self._is_closed(file, root) or self._is_closed(real, real_root)
        if not is_inside or is_closed or not self._is_open(folder, file):
            return None
        standing = next(one for one in file.parents if one.exists())
        return file if standing.is_dir() and not file.is_dir() else None

    def _is_open(self, folder: str, file: Path) -> bool:
        if folder != "build":
            return True
        first, *rest = file.relative_to(self.by_name[folder]).parts
        left = {path.partition("/")[0] for name, path in self._all_left if name == folder}
        return bool(rest) and (first not in self._former or first in left)

    def _is_closed(self, file: Path, root: Path) -> bool:
        """Check whether a build loads a file, or it is a source inside the folder *root*."""
        if file.name == ENV_PICKLE_FILENAME or file.suffix == _DOCTREE:
            return True
        closed = [self.closed, *(one for one in self._sources if one.resolve().is_relative_to(root.resolve()))]
        return any(file.is_relative_to(one) or file.is_relative_to(one.resolve()) for one in closed)


def _absolute(folder: str | os.PathLike[str]) -> Path:
    return Path(os.path.abspath(folder))  # noqa: PTH100 - links are left as they are


def _folder_around(app: Sphinx) -> Path | None:
    """Return the folder around the output if it is a build's alone.

    It lies in the source directory, or has the doctrees as well, and has none of what people keep.
    """
    outdir, doctreedir, srcdir = map(_absolute, (app.outdir, app.doctreedir, app.srcdir))
    around = outdir.parent
    is_build = srcdir in around.parents or (around in doctreedir.parents and outdir not in doctreedir.parents)
    kept = (srcdir, _absolute(app.confdir), Path.cwd(), Path(os.path.expanduser("~")))  # noqa: PTH111 - it may be unknown
    return around if is_build and not any(one.resolve().is_relative_to(around.resolve()) for one in kept) else None
