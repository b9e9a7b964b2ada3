"""Artifacts of pages that are written: files of these pages, as those that the builder writes for them are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.cache.tracking.sealed_file import write_whole
from pronghorn.documents.messages import give
from pronghorn.incremental.artifact_records import ArtifactRecord
from pronghorn.incremental.artifacts.scopes import Heard
from pronghorn.incremental.write.dependencies import Covered
from pronghorn.incremental.write.stage_recorder import StageRecorder
from pronghorn.observing.keys import key_of
from pronghorn.observing.state import State
from pronghorn.observing.state_digests import short_digest

TAKEN = "taken"
"""The kind of dependency on what else lies where an artifact would have to be."""

_NOTHING = Covered(frozenset())


class WritingScope:
    """Listens for a page that is written.

    :param in_the_way: tells what else lies where a file would have to be; None if nothing does.
    """

    name = "writing"
    can_keep = True

    def __init__(
        self, stages: StageRecorder, state: State, srcdir: Path, in_the_way: Callable[[str], str | None]
    ) -> None:
        self._stages = stages
        self._recorder = stages.observers.recorder
        self._state = state
        self._srcdir = str(srcdir)
        self._in_the_way = in_the_way
        state.add(TAKEN, lambda path: short_digest((in_the_way(path) or "").encode()))

    @property
    def docname(self) -> str:
        """The page at work."""
        return self._recorder.docname

    @property
    def is_listening(self) -> bool:
        """Whether a page is at work, with everything noted."""
        return self._recorder.noted is not None

    def depend(self, dependency: Dependency) -> None:
        """Make the page depend on something."""
        self._recorder.note(dependency.kind, key_of(dependency.name))

    def is_unchanged(self, dependency: Dependency, digest: bytes) -> bool:
        """Check whether something has this digest still."""
        return self._state.is_unchanged(dependency, digest)

    @contextmanager
    def hear(self) -> Iterator[Heard]:
        """Hear what is asked inside; the page depends on it as well."""
        heard, stage = Heard(), self._stages.begin()
        try:
            yield heard
        finally:
            stage.end()
            for read in stage.reads.noted:
                self._recorder.note(*read)
            changed = "".join([f"it changes 'env.{name}'" for name in stage.changes.left][:1])
            if stage.reads.spoilt or changed:
                self._recorder.spoil(stage.reads.spoilt or changed)
            give(stage.messages, self._srcdir)
        heard.dependencies = self._stages.depends(stage, _NOTHING, heard.content)

    def deliver(self, record: ArtifactRecord, content: bytes) -> None:
        """Write the file, if it has changed by now, and nothing else lies there. Clashes are reported later."""
        self._recorder.note(TAKEN, record.path)
        self._recorder.note(*record.dependency)
        if self._in_the_way(record.path):
            return
        watch, file = self._stages.observers.watch, self._stages.output.place_of(record.path)
        with watch.paused():
            if not file.is_file() or file.read_bytes() != content:
                write_whole(file, content)
        watch.tell_written(file)
