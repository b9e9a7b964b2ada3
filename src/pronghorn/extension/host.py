"""Sphinx as the host of plugins: its events and its log behind Pronghorn's own interfaces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

from pronghorn.errors import Place
from pronghorn.seam.rows.events import LISTENERS
from pronghorn.supervisor import Supervisor
from pronghorn.warnings import WarningKind

_TYPE = "pronghorn"


class SphinxDispatcher:
    """Signals as events of Sphinx's ``EventManager``."""

    def __init__(self, app: Sphinx) -> None:
        self._events = app.events
        self._added: set[str] = set()
        self.listeners: set[int] = set()
        """Numbers of all listeners that were connected here."""

    def add(self, event: str) -> None:
        """Make an event known; doing so twice changes nothing."""
        if event not in self._added:
            self._added.add(event)
            self._events.add(event)

    def connect(self, event: str, callback: Callable[..., object], priority: int) -> int:
        """Call ``callback(app, *args)`` on each emit; returns the number by which to disconnect."""
        listener = self._events.connect(event, callback, priority)
        self.listeners.add(listener)
        return listener

    def disconnect(self, listener: int) -> None:
        """Stop calling a listener."""
        self._events.disconnect(listener)
        self.listeners.discard(listener)

    def emit(self, event: str, *args: object) -> None:
        """Call all listeners of *event* by ascending priority. Most signals have no listeners."""
        if self.hears(event):
            self._events.emit(event, *args)

    def hears(self, event: str) -> bool:
        """Check whether *event* may have a listener."""
        return LISTENERS.has_changed or bool(LISTENERS.of(self._events).get(event))


class SphinxReporter:
    """Sphinx's logger, with types and subtypes so that ``suppress_warnings`` and ``-W`` work."""

    def __init__(self, app: Sphinx) -> None:
        self._app = app
        self._logger = logging.getLogger("pronghorn")
        self._line_is_open = False

    @contextmanager
    def within_line(self) -> Iterator[None]:
        """Make the first message inside begin a line of its own: Sphinx has printed half a line, and goes on after."""
        self._line_is_open = True
        try:
            yield
        finally:
            self._line_is_open = False

    def debug(self, message: str) -> None:
        """Say something that only ``-vv`` shows."""
        self._logger.debug("%s", message)

    def info(self, message: str) -> None:
        """Say something about the progress of the build."""
        if self._line_is_open:
            self._line_is_open = False
            self._logger.info("")
        self._logger.info("%s", message)

    def warning(self, kind: WarningKind, message: str, *, location: str | Place | None = None) -> None:
        """Warn; *location* is a docname or a place in a file."""
        self._logger.warning("%s", message, type=_TYPE, subtype=kind.subtype, location=self._located(location))

    def error(self, kind: WarningKind, message: str, *, location: str | Place | None = None) -> None:
        """Report an error: the build goes on, and its exit code is 1."""
        self._logger.error("%s", message, type=_TYPE, subtype=kind.subtype, location=self._located(location))
        self._app.statuscode = 1

    def _located(self, location: str | Place | None) -> Any:
        # Sphinx turns a docname into a path by the environment, which does not exist while plugins are loaded.
        if isinstance(location, str):
            if not hasattr(self._app, "env"):
                return None
            # Sphinx looks up docnames when it prints, and by then a page that came to nothing is gone.
            file = Path(self._app.project.doc2path(location, absolute=True))
            is_document = any(file.name.endswith(suffix) for suffix in self._app.config.source_suffix)
            return location if is_document else f"{file}:1"
        # Sphinx takes what has no colon for a docname; so what concerns a whole file is on its first line.
        return f"{location.file}:{location.line or 1}" if isinstance(location, Place) else location


class DirectListeners:
    """Listeners that plugins connect by ``app.connect``: disconnected when the plugins fail or are unloaded."""

    def __init__(self, app: Sphinx, dispatcher: SphinxDispatcher, supervisor: Supervisor) -> None:
        self._events = app.events
        self._dispatcher = dispatcher
        self._supervisor = supervisor
        self._owned: set[int] = set()

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note the owner of the listeners that are connected inside; an exception disconnects them."""
        before = self._all()
        try:
            yield
        except BaseException:
            self._disconnect(self._all() - before - self._owned)
            raise
        mine = self._all() - before - self._owned
        self._owned |= mine
        self._supervisor.on_unload(lambda: self._disconnect(mine))

    def _all(self) -> set[int]:
        """Return the numbers of all listeners except those of signals, which keep their own."""
        if LISTENERS.has_changed:
            return set()
        all_ = {listener.id for listeners in LISTENERS.of(self._events).values() for listener in listeners}
        return all_ - self._dispatcher.listeners

    def _disconnect(self, listeners: set[int]) -> None:
        for listener in listeners:
            self._events.disconnect(listener)
        self._owned -= listeners
