"""Shortcuts, as they are while a build runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from pronghorn.seam.shortcuts import Shortcuts
from pronghorn.speed.shortcuts.all import ALL


@contextmanager
def shortcuts() -> Iterator[None]:
    """Put all shortcuts in place until the block ends; each must be as expected."""
    told: list[str] = []
    all_of_them = Shortcuts(ALL, told.append)
    all_of_them.start()
    try:
        assert not told
        yield
    finally:
        all_of_them.stop()
