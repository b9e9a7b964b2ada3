"""What listeners of extensions do to the output, before pages are written and after that."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.events import EventManager

from pronghorn.cache.tracking.file_watch import Seen, Watch
from pronghorn.incremental.artifacts.delivery import LIST as ARTIFACTS
from pronghorn.output.file_lists import OF_LISTENERS, FileLists
from pronghorn.seam.rows.events import EMIT

_STARTING = frozenset({"config-inited", "builder-inited"})
_BEFORE = _STARTING | {"env-before-read-docs", "env-updated", "env-get-updated", "env-check-consistency"}
_AFTER = "build-finished"


class ListenersFiles:
    """Watches the output directory while events are emitted.

    :param starting: what is to be entered while listeners hear that the build starts.
    :param file_lists: where it is noted what listeners have made.
    """

    def __init__(
        self, app: Sphinx, starting: Callable[[], AbstractContextManager[None]], file_lists: FileLists
    ) -> None:
        self._outdir = Path(app.outdir)
        self._watch = Watch(ignored=[Path(self._outdir.anchor), Path(app.doctreedir)], kept=[self._outdir])
        self._starting = starting
        self._file_lists = file_lists
        self._emit: Callable[..., list[Any]] = vars(app.events).get(EMIT.name) or partial(_emit, app.events)
        self.before: list[Seen] = []
        """What was done before pages are written."""
        self.finished: Callable[[set[str]], None] | None = None
        """Told which files were written after everything else, by path relative to the directory."""
        if not EMIT.has_changed:
            EMIT.put(app.events, self._emitted)

    def _emitted(self, name: str, *args: Any, **named: Any) -> list[Any]:
        if name != _AFTER and name not in _BEFORE:
            return self._emit(name, *args, **named)
        there = set(self._there()) if name == _AFTER else set()
        starting = self._starting() if name in _STARTING else nullcontext()
        with starting, self._watch.recording() as seen:
            results = self._emit(name, *args, **named)
        if name == _AFTER:
            self._note(self._written(seen), there)
        else:
            self.before.append(seen)
        return results

    def _note(self, late: set[str], there: set[str]) -> None:
        made = self._written(*self.before) | (late - there)
        self._file_lists(OF_LISTENERS).write(made)
        if self.finished is not None:
            self.finished(late)

    def _there(self) -> Iterator[str]:
        """Return all files that are there. Of a large site they are thousands, so no paths are made of them."""
        for folder, _, names in os.walk(self._outdir):
            inside = os.path.relpath(folder, self._outdir).replace(os.sep, "/") + "/"
            yield from ((inside + name).removeprefix("./") for name in names)

    def _written(self, *seen: Seen) -> set[str]:
        """Return the files that were written."""
        paths = (Path(path) for path in {path for each in seen for path in each.written})
        return {path.relative_to(self._outdir).as_posix() for path in paths if self._is_file_there(path)} - self._listed

    def _is_file_there(self, path: Path) -> bool:
        return path.is_relative_to(self._outdir) and path.is_file()

    @property
    def _listed(self) -> set[str]:
        """Copies and artifacts, which are listed elsewhere."""
        return self._file_lists("copied").read() | self._file_lists(ARTIFACTS).read()


def _emit(events: EventManager, name: str, *args: Any, **named: Any) -> list[Any]:
    """Emit an event in the way of the class, where a shortcut is put in later than the watch."""
    return type(events).emit(events, name, *args, **named)
