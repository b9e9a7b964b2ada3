"""``site.log``: the host's log, for plugins."""

from __future__ import annotations

from pronghorn.errors import Place
from pronghorn.supervisor import Supervisor
from pronghorn.warnings import WarningKind


class PluginLog:
    """Logs messages, each with the name of the plugin whose code logs it."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    def _named(self, message: str, args: tuple[object, ...]) -> str:
        return f"[{self._supervisor.owner_of_caller()}] {message % args if args else message}"

    def debug(self, message: str, *args: object) -> None:
        """Say something that only ``-vv`` shows; *args* are put into *message* by ``%``."""
        self._supervisor.reporter.debug(self._named(message, args))

    def info(self, message: str, *args: object) -> None:
        """Say something about the progress of the build."""
        self._supervisor.reporter.info(self._named(message, args))

    def warning(self, message: str, *args: object, location: str | Place | None = None) -> None:
        """Warn, with the type ``pronghorn.log``; ``-W`` counts it. *location* is a docname or a place in a file."""
        self._supervisor.reporter.warning(WarningKind.LOG, self._named(message, args), location=location)

    def error(self, message: str, *args: object, location: str | Place | None = None) -> None:
        """Report an error: the build goes on, and its exit code is not zero."""
        self._supervisor.reporter.error(WarningKind.LOG, self._named(message, args), location=location)
