"""What pages depend on because foreign code may remember it from a page that was read before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

from sphinx.application import Sphinx

from pronghorn.cache.tracking.file_watch import Seen
from pronghorn.cache.tracking.foreign import is_on_behalf, known_packages
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.incremental.observing.memory import Memory
from pronghorn.incremental.observing.recorder import Recorder

_BEGINNER = "pronghorn.incremental.read.pages"
"""The module that has pages read."""

_OF_PAGES = frozenset({"document", "document-of", "glob", "module"})
"""Kinds of what Sphinx itself asks for on behalf of single pages, for each of their links and imports."""


class Remembered:
    """What was asked for in turns in which foreign code has asked, and its memory has changed.

    The memory is first looked at when foreign code is about to ask for something: before that, it knows nothing new.

    :ivar seen: what foreign code has looked at in such turns.
    :ivar asked: what else was asked for in them.
    """

    def __init__(self, app: Sphinx, recorder: Recorder) -> None:
        self.seen = Seen()
        self.asked: dict[Dependency, None] = {}
        self._memory = Memory(app)
        self._recorder = recorder
        self._is_asked = False

    @contextmanager
    def noticed(self) -> Iterator[None]:
        """Notice what foreign code asks for inside, where several pages are read."""
        known_packages()  # to find them looks at files, which is not to be taken for a page's doing
        self._recorder.foreign_asks = self._foreign_asks
        try:
            yield
        finally:
            self._recorder.foreign_asks = None

    def marks(self, frame: FrameType) -> bool:
        """Check whether foreign code is about to look at something."""
        if self._recorder.foreign_asks is None or not is_on_behalf(frame, _BEGINNER):
            return False
        self._foreign_asks()
        return True

    def _foreign_asks(self) -> None:
        if not self._memory.is_known:
            self._memory.look()
        self._is_asked = True

    def end_turn(self, seen: Seen, asked: Iterable[Dependency]) -> None:
        """Keep what a page has asked for if foreign code may remember it."""
        if self._is_asked and self._memory.has_changed():
            self.seen.read |= seen.read & seen.marked
            self.seen.listed |= seen.listed & seen.marked
            self.seen.probed |= seen.probed & seen.marked
            self.seen.variables |= seen.variables
            self.asked.update((one, None) for one in asked if one.kind not in _OF_PAGES)
        self._is_asked = False
