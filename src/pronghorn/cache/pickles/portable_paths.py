"""Names of files that mean the same in every clone."""

from __future__ import annotations

import os
import sysconfig
from inspect import unwrap
from pathlib import Path

from pronghorn.seam.rows.reading import RELATIVE_PATH

FROM_HERE = "."
"""Stands before what :func:`split_off` has given, if docutils has named the file from the folder in which the build was
started, as it names those that pages include."""

_MAX_UP = 3
"""A file this many folders above the source directory is still taken for one of the same repository."""

_INSTALLED = tuple(f"{sysconfig.get_path(name)}/" for name in ("stdlib", "platstdlib", "purelib", "platlib"))
"""Folders of modules that clones may share."""


def split_off(srcdir: str, text: str) -> str | None:
    """Return what stands behind the source directory in a text that begins with the path of a file of the repository.

    For each folder that the file lies above the source directory, the answer begins with ``/..``.

    :param text: a path, perhaps with more behind it, such as ``:docstring of name``.
    :return: None if it begins with another path.
    """
    if text == srcdir:
        return ""
    for n_up, folder in enumerate(folders_around(srcdir)):
        if text.startswith(folder + "/") and not (n_up and text.startswith(_INSTALLED)):
            return "/.." * n_up + text[len(folder) :]
    return None


def folders_around(srcdir: str) -> list[str]:
    """Return the folders whose paths are split off: *srcdir* and those around it."""
    n_near = max(1, min(1 + _MAX_UP, srcdir.count("/")))
    return [srcdir.rsplit("/", n_up)[0] for n_up in range(n_near)]


def outermost(srcdir: str) -> str:
    """Return what all texts have in them from which :func:`split_off` takes something."""
    last = folders_around(srcdir)[-1]
    return last if last == srcdir else last + "/"


def put_on(srcdir: str, rest: str) -> str:
    """Undo :func:`split_off` for another source directory, and perhaps for a build that was started elsewhere."""
    if rest.startswith(FROM_HERE):
        return name_from_here(put_on(srcdir, rest.removeprefix(FROM_HERE)))
    while rest.startswith("/../"):
        srcdir, rest = srcdir.rpartition("/")[0], rest.removeprefix("/..")
    return srcdir + rest


def name_from_here(path: str) -> str:
    """Return how docutils names a file: from the folder in which the build was started.

    That is an absolute path if the two have nothing in common.
    """
    name: str = unwrap(RELATIVE_PATH.of())(None, path)
    return name


class PortablePaths:
    """Names files relative to the source directory, where that makes sense, and finds them again."""

    def __init__(self, srcdir: Path) -> None:
        self._srcdir = os.path.abspath(srcdir)  # noqa: PTH100 - symbolic links are left as they are
        self._names: dict[str, str] = {}

    def name_of(self, path: str) -> str:
        """Return the name of an absolute path; absolute, too, if it lies elsewhere."""
        name = self._names.get(path)
        if name is None:
            name = self._names[path] = self._make_name(path)
        return name

    def _make_name(self, path: str) -> str:
        parts = Path(os.path.relpath(path, self._srcdir)).parts
        n_up = sum(part == os.pardir for part in parts)
        is_near = n_up <= _MAX_UP and n_up < self._srcdir.count(os.sep)
        return "/".join(parts) if is_near else path

    def path_of(self, name: str) -> str:
        """Return the absolute path of what :meth:`name_of` has named."""
        return os.path.normpath(os.path.join(self._srcdir, name))  # noqa: PTH118 - of strings, many times
