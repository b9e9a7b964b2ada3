"""What pages depend on because foreign code may remember it from a page that was read before."""

from __future__ import annotations

from collections.abc import Iterable

from pronghorn.cache.tracking.file_watch import Seen
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.observing.memory import Learning, Memory
from pronghorn.observing.recorder import Recorder

_OF_PAGES = frozenset({"document", "document-of", "glob", "module", "env"})
"""Kinds of what Sphinx itself asks for on behalf of single pages, for each of their links and imports; and what an
extension keeps on the environment, which it need not remember a second time."""


class Remembered(Learning):
    """What was asked for in turns in which foreign code has learnt something.

    :ivar seen: what foreign code has looked at in such turns.
    :ivar asked: what else was asked for in them.
    """

    def __init__(self, memory: Memory, recorder: Recorder) -> None:
        super().__init__(memory, recorder)
        self.seen = Seen()
        self.asked: dict[Dependency, None] = {}

    def end_turn(self, seen: Seen, asked: Iterable[Dependency]) -> None:
        """Keep what a page has asked for if foreign code may remember it."""
        if self.has_learnt():
            self.seen.add_looks(seen.looks_at(seen.marked))
            self.asked.update((one, None) for one in asked if one.kind not in _OF_PAGES)
