"""One stage of writing one page, observed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from pronghorn.cache.tracking.file_watch import Seen, Watch
from pronghorn.documents.messages import Message, MessageRecorder
from pronghorn.incremental.observing.attributes import Attributes, Changes
from pronghorn.incremental.observing.recorder import Reads, Recorder


@dataclass(frozen=True, slots=True)
class Observers:
    """All that looks on while a page is written."""

    recorder: Recorder
    messages: MessageRecorder
    watch: Watch
    """Of the source and the output directories at least."""
    attributes: Attributes


class Stage:
    """What happens from its making until :meth:`end`; what was observed is complete then."""

    def __init__(self, observers: Observers) -> None:
        self._stack, self._attributes = ExitStack(), observers.attributes
        self._before = observers.attributes.look()
        self.changes = Changes()
        self._start_s = time.perf_counter()
        self.messages: Sequence[Message] = self._stack.enter_context(observers.messages.hold())
        self.seen: Seen = self._stack.enter_context(observers.watch.recording())
        self.reads: Reads = self._stack.enter_context(observers.recorder.recording())
        self.seconds = 0.0

    def end(self) -> None:
        """Stop observing; nothing happens if that is done already."""
        if not self.seconds:
            self._stack.close()
            self.changes = self._attributes.changes_since(self._before)
            if self.changes.unkept and self.reads.spoilt is None:
                self.reads.spoilt = f"it changes 'env.{self.changes.unkept[0]}'"
            self.seconds = time.perf_counter() - self._start_s
