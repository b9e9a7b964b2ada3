"""Pages that are no documents: the index, the search page, modules' sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pronghorn.cache.tracking.digests import UndigestableError, digest_of_parts
from pronghorn.documents.messages import give
from pronghorn.incremental.write.gathering import Gather
from pronghorn.incremental.write.results import Traces, decode_page, encode_page
from pronghorn.incremental.write.stage_recorder import StageRecorder
from pronghorn.incremental.write.stored_results import Entry, StoredResults
from pronghorn.observing.state_digests import digest_of_state
from pronghorn.speed.garbage import collect


class AdditionalPages:
    """Writes pages that are no documents, or takes them from the cache: they are the second stage, without the first.

    :param key: the digest of what all pages depend on.
    :param put: puts there what pages have left on the environment.
    :param gather: called for each page.
    :param may_read: whether the cache is asked.
    """

    def __init__(
        self,
        stages: StageRecorder,
        stored: StoredResults,
        key: bytes,
        srcdir: str,
        *,
        put: Callable[[dict[str, bytes]], bool],
        gather: Gather,
        may_read: bool,
    ) -> None:
        self._put = put
        self._stages = stages
        self._output = stages.output
        self._stored = stored
        self._key = key
        self._srcdir = srcdir
        self._gather = gather
        self._may_read = may_read
        self._fresh: list[Entry] = []
        self._missed: dict[str, bytes] = {}
        """Keys of the pages that :meth:`take` did not find, by name."""
        self._n_unknown = 0
        """How many pages will have to be written in each build."""
        self.files: set[str] = set()
        """Paths of all files that these pages consist of, relative to the output directory."""

    def handle(self, write: Callable[[], None], place: tuple[str, str, Any], context: dict[str, Any]) -> None:
        """Write one page, if it is not as it should be.

        :param write: has Sphinx write it.
        :param place: its name, that of its template, and its file if it has one of its own.
        """
        name = place[0]
        made_from = self._missed.pop(name, None)
        self._gather(*place[:2])
        try:
            parts = (part.encode() for part in self._portable(place))
            key = made_from or digest_of_parts(self._key, *parts, digest_of_state(context, has_objects=False))
        except UndigestableError:
            self._n_unknown += 1
            write()
            return
        traces = self._restored(name, key) if made_from is None else None
        self._note(self._written(write, name, key) if traces is None else traces)
        collect()

    def take(self, name: str, made_from: bytes) -> bool:
        """Take one page from the cache, before somebody makes it; tell whether it was there.

        :param made_from: a digest of all that the context for its template will be made from.
        """
        key = digest_of_parts(self._key, name.encode(), made_from)
        traces = self._restored(name, key)
        if traces is None:
            self._missed[name] = key
            return False
        self._gather(name, "page.html")
        self._note(traces)
        return True

    def _note(self, traces: Traces) -> None:
        self.files.update(traces.files)
        give(traces.messages, self._srcdir)

    def _portable(self, place: tuple[str, str, Any]) -> tuple[str, str, str]:
        name, template, file = place
        return name, template, "" if file is None else self._output.name_of(Path(file))

    def _restored(self, name: str, key: bytes) -> Traces | None:
        if not self._may_read:
            return None
        found = self._stored.find({name: key})[name]
        traces = decode_page(found.result) if found.result is not None else None
        if traces is None:
            return None
        missing = self._output.missing(traces.files)
        contents = self._stored.contents(missing.values())
        values = {name: packed for name, (_, packed) in traces.left.items()}
        return traces if self._output.restore(missing, contents) and self._put(values) else None

    def _written(self, write: Callable[[], None], name: str, key: bytes) -> Traces:
        stages = self._stages
        stages.observers.recorder.docname = name
        stage = stages.begin()
        try:
            write()
        finally:
            stage.end()
        traces, contents = stages.traces_of(stage)
        if stage.reads.spoilt is None:
            self._stored.keep_contents(contents)
            dependencies = stages.depends(stage, stages.covered_pages, *contents.values())
            self._fresh.append(Entry(key, dependencies, encode_page(traces)))
        else:
            self._n_unknown += 1
        return traces

    def keep(self) -> None:
        """Keep what was written."""
        self._stored.keep(self._fresh)

    def are_kept(self) -> bool:
        """Check whether the cache has all pages now."""
        return not self._n_unknown and all(entry.key in self._stored.used for entry in self._fresh)
