"""Names of files that mean the same in every clone."""

from __future__ import annotations

import os
from pathlib import Path

_MAX_UP = 3
"""A file this many folders above the source directory is still taken for one of the same repository."""


class PortablePaths:
    """Names files relative to the source directory, where that makes sense, and finds them again."""

    def __init__(self, srcdir: Path) -> None:
        self._srcdir = os.path.abspath(srcdir)  # noqa: PTH100 - symbolic links are left as they are

    def name_of(self, path: str) -> str:
        """Give the name of an absolute path; absolute, too, if it lies elsewhere."""
        parts = Path(os.path.relpath(path, self._srcdir)).parts
        n_up = sum(part == os.pardir for part in parts)
        is_near = n_up <= _MAX_UP and n_up < self._srcdir.count(os.sep)
        return "/".join(parts) if is_near else path

    def path_of(self, name: str) -> str:
        """Give the absolute path of what :meth:`name_of` has named."""
        return os.path.normpath(os.path.join(self._srcdir, name))  # noqa: PTH118 - of strings, many times
