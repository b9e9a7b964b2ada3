"""What listeners of extensions do to the output, before pages are written and after that."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.events import EventManager

from pronghorn.cache.tracking.file_watch import Seen, Watch
from pronghorn.seam.rows.events import EMIT

_STARTING = frozenset({"config-inited", "builder-inited"})
_BEFORE = _STARTING | {"env-before-read-docs", "env-updated", "env-get-updated", "env-check-consistency"}
_AFTER = "build-finished"


class ListenersFiles:
    """Watches the output directory while events are emitted.

    :param starting: what is to be entered while listeners hear that the build starts.
    """

    def __init__(self, app: Sphinx, starting: Callable[[], AbstractContextManager[None]]) -> None:
        outdir = Path(app.outdir)
        self._watch = Watch(ignored=[Path(outdir.anchor), Path(app.doctreedir)], kept=[outdir])
        self._starting = starting
        self._emit: Callable[..., list[Any]] = vars(app.events).get(EMIT.name) or partial(_emit, app.events)
        self.before: list[Seen] = []
        """What was done before pages are written."""
        self.finished: Callable[[Seen], None] | None = None
        """Told what was done after everything is written."""
        if not EMIT.has_changed:
            EMIT.put(app.events, self._emitted)

    def _emitted(self, name: str, *args: Any, **named: Any) -> list[Any]:
        if name != _AFTER and name not in _BEFORE:
            return self._emit(name, *args, **named)
        starting = self._starting() if name in _STARTING else nullcontext()
        with starting, self._watch.recording() as seen:
            results = self._emit(name, *args, **named)
        if name != _AFTER:
            self.before.append(seen)
        elif self.finished is not None:
            self.finished(seen)
        return results


def _emit(events: EventManager, name: str, *args: Any, **named: Any) -> list[Any]:
    """Emit an event in the way of the class, where a shortcut is put in later than the watch."""
    return type(events).emit(events, name, *args, **named)
