"""The recorder: where everything that a page may read of others, while it is read or written, notes that it was."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from pronghorn.cache.tracking.foreign import is_foreign
from pronghorn.cache.tracking.manifest import Dependency

Read = tuple[str, Hashable]
"""A table, or another kind of thing that can be read, and the key in it."""

NAMES, ALL, IS_THERE, COLUMN = "#", "*", "?", "|"
"""Behind a table's name: its keys in their order; everything in it; whether it has the key; the entries with the key
in all tables that are in it. For the first two, the key names one of those tables; it is empty for the table itself."""

EXTENTS = NAMES + ALL + IS_THERE + COLUMN


@dataclass(slots=True)
class Reads:
    """What was read, in the order in which it was first read."""

    noted: dict[Read, None] = field(default_factory=dict)
    spoilt: str | None = None
    """Why the result cannot be used another time: the code that made it changed something; None if it can."""

    def dependencies(self) -> dict[Dependency, None]:
        """Return what was read under names of its own, as it is while a source is read."""
        return {Dependency(kind, str(name)): None for kind, name in self.noted}


class Recorder:
    """Notes what is read, for one page at a time. Nothing is noted unless somebody records.

    One for both phases of a build. What only one of them can answer asks first which it is.

    :ivar noted: where reads are noted; None if they are not. Tables look at it on each access.
    :ivar docname: the page at work.
    :ivar foreign_asks: called when foreign code asks for something that it may remember; None if nobody wants to know.
    """

    def __init__(self) -> None:
        self.docname = ""
        self.noted: dict[Read, None] | None = None
        self.foreign_asks: Callable[[], None] | None = None
        self._reads: Reads | None = None
        self.is_suspended = False
        """Whether somebody records, and what is read now is known already."""
        self._is_source_read = False

    @property
    def is_reading(self) -> bool:
        """Whether it is noted what a page reads of others while its source is read."""
        return self._is_source_read and self.noted is not None

    @contextmanager
    def recording(self) -> Iterator[Reads]:
        """Record what is read inside."""
        with self._switched(Reads()) as reads:
            assert reads is not None  # noqa: S101 - tells the type checker what the line above did
            yield reads

    @contextmanager
    def recording_source(self) -> Iterator[Reads]:
        """Record what is read inside, where the source of a page is read."""
        before, self._is_source_read = self._is_source_read, True
        try:
            with self.recording() as reads:
                yield reads
        finally:
            self._is_source_read = before

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Note nothing of what is read inside."""
        before, self.is_suspended = self.is_suspended, True
        try:
            with self._switched(None):
                yield
        finally:
            self.is_suspended = before

    @contextmanager
    def _switched(self, reads: Reads | None) -> Iterator[Reads | None]:
        before = self._reads
        self._switch(reads)
        try:
            yield reads
        finally:
            self._switch(before)

    def _switch(self, reads: Reads | None) -> None:
        self._reads = reads
        self.noted = None if reads is None else reads.noted

    def note(self, table: str, key: Hashable = "") -> None:
        """Note that something is read."""
        if self.noted is not None:
            self.noted[table, key] = None

    def asked_by(self, frame: FrameType) -> None:
        """Hear in which frame something is asked for that foreign code may remember."""
        if self.foreign_asks is not None and is_foreign(frame.f_globals.get("__name__")):
            self.foreign_asks()

    def spoil(self, reason: str) -> None:
        """Note that the code which is at work changes something that others see."""
        if self._reads is not None and self._reads.spoilt is None:
            self._reads.spoilt = reason
