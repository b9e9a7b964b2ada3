"""Records one stage of a page: what it makes, and what it depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from pronghorn.cache.tracking.digests import digest_of
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.incremental.write.dependencies import Covered, Dependencies
from pronghorn.incremental.write.results import Traces
from pronghorn.incremental.write.stage import Observers, Stage
from pronghorn.output.directory import Output

_ONCE = frozenset({"sphinx.sphinx.ext.graphviz", "sphinx.sphinx.ext.imgmath"})
"""Loggers of extensions that tell once in a build that a program cannot be run, whichever page needs it first."""


@dataclass(frozen=True, slots=True)
class StageRecorder:
    """What is needed to render one page and to see what it depends on."""

    observers: Observers
    dependencies: Dependencies
    output: Output
    covered_bodies: Covered
    """What the key of the first stage has digested already."""
    covered_pages: Covered
    """What that of the second stage has."""
    recorded: Callable[[str], Iterable[Dependency]]
    """What plugins have told, before pages were read, that a page depends on, by docname."""

    def begin(self) -> Stage:
        """Begin to observe."""
        stage, recorder = Stage(self.observers), self.observers.recorder
        for dependency in self.recorded(recorder.docname):
            recorder.note(*dependency)
        return stage

    def traces_of(self, stage: Stage) -> tuple[Traces, dict[bytes, bytes]]:
        """Return what a stage has left, and the contents of its files by digest."""
        files = self.output.files_of_page(stage.seen)
        digests = {name: digest_of(content) for name, content in files.items()}
        contents = {digests[name]: content for name, content in files.items()}
        messages = [
            replace(message, once=True) if message.logger in _ONCE and message.location is None else message
            for message in stage.messages
        ]
        changed = stage.changes.left.items()
        left = {name: (digest, digest_of(packed) if packed else b"") for name, (digest, packed) in changed}
        contents.update((digest_of(packed), packed) for _, (_, packed) in changed if packed)
        return Traces(digests, messages, stage.seconds, left), contents

    def depends(self, stage: Stage, covered: Covered, *shown: bytes) -> dict[Dependency, bytes]:
        """Return everything that a stage depends on.

        :param shown: all that it made.
        """
        return self.dependencies.of(stage, shown, covered)
