"""One stage of writing one page, observed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from pronghorn.cache.tracking.file_watch import Seen, Watch
from pronghorn.documents.messages import Message, MessageRecorder
from pronghorn.observing.attributes import ATTRIBUTE, Attributes, Changes
from pronghorn.observing.memory import Learning, Memory
from pronghorn.observing.recorder import ALL, NAMES, Read, Reads, Recorder


@dataclass(frozen=True, slots=True)
class Observers:
    """All that looks on while a page is written."""

    recorder: Recorder
    messages: MessageRecorder
    watch: Watch
    """Of the source and the output directories at least."""
    attributes: Attributes
    remembered: RememberedReads


class RememberedReads(Learning):
    """What was read in stages in which foreign code has learnt something, as far as it is not about single pages.

    :param may_be_of_page: tells whether a file may be one that a page consists of.
    """

    def __init__(self, memory: Memory, recorder: Recorder, may_be_of_page: Callable[[str], bool]) -> None:
        super().__init__(memory, recorder)
        self._may_be_of_page = may_be_of_page
        self._reads: dict[Read, None] = {}
        self._seen = Seen()

    def end(self, reads: Reads, seen: Seen) -> None:
        """Have a stage depend on what may be remembered; keep what was read in it if foreign code may remember that."""
        own = [read for read in reads.noted if _is_of_site(read[0])]
        looks = seen.looks_at({name for name in seen.marked if not self._may_be_of_page(name)})
        reads.noted.update(self._reads)
        seen.add_looks(self._seen)
        if self.has_learnt():
            self._reads.update((read, None) for read in own)
            self._seen.add_looks(looks)


def _is_of_site(table: str) -> bool:
    """Check whether a read is of a whole table, or of what an extension keeps, and not about one page."""
    return table == ATTRIBUTE or table.endswith((NAMES, ALL))


class Stage:
    """What happens from its making until :meth:`end`; what was observed is complete then."""

    def __init__(self, observers: Observers) -> None:
        self._stack, self._attributes = ExitStack(), observers.attributes
        self._before = observers.attributes.look()
        self.changes = Changes()
        self._start_s = time.perf_counter()
        self.messages: Sequence[Message] = self._stack.enter_context(observers.messages.hold())
        self.seen: Seen = self._stack.enter_context(observers.watch.recording(marks=observers.remembered.marks))
        self.reads: Reads = self._stack.enter_context(observers.recorder.recording())
        self._remembered = observers.remembered
        self.seconds = 0.0

    def end(self) -> None:
        """Stop observing; nothing happens if that is done already."""
        if not self.seconds:
            self._stack.close()
            self._remembered.end(self.reads, self.seen)
            self.changes = self._attributes.changes_since(self._before)
            if self.changes.unkept and self.reads.spoilt is None:
                self.reads.spoilt = f"it changes 'env.{self.changes.unkept[0]}'"
            self.seconds = time.perf_counter() - self._start_s
