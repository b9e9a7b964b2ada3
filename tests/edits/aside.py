"""Taking away for a while what earlier builds left."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def set_aside(folders: Sequence[Path]) -> Iterator[None]:
    """Rename *folders*, so that a clean build has the same paths as theirs; bring them back at the end.

    What lies in their place then is removed.
    """
    there = [folder for folder in folders if folder.exists()]
    for folder in there:
        folder.rename(_aside(folder))
    try:
        yield
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        for folder in there:
            _aside(folder).rename(folder)


def _aside(folder: Path) -> Path:
    return folder.with_name(folder.name + ".aside")
