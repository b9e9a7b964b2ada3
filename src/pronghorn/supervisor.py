"""Runs the code of plugins, and notes the owner, the time and the registrations of each call, and its failure."""

from __future__ import annotations

import inspect
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pronghorn.errors import Place, describe_exception, place_of_exception
from pronghorn.warnings import Reporter, WarningKind

Result = TypeVar("Result")

SITE = "conf.py"
"""The owner of everything that no plugin registered."""


class Supervisor:
    """Calls plugins' functions on behalf of the site.

    :param reporter: where faults are reported.
    :param root: paths in messages are given relative to this folder.
    :param stop: exceptions by which a plugin ends the whole build on purpose; they pass through.
    """

    def __init__(self, reporter: Reporter, root: Path, stop: tuple[type[BaseException], ...] = ()) -> None:
        self.reporter = reporter
        self.root = root
        self.seconds: dict[str, float] = defaultdict(float)
        self._stop = stop
        self._owners: list[str] = []
        self._marked_s = 0.0
        self._undo: dict[str, list[Callable[[], object]]] = defaultdict(list)
        self._files: dict[str, tuple[Path, ...]] = {}
        self.held: list[Callable[[], object]] = []
        """Give the functions and objects that plugins have handed over; None for those that are gone."""

    @property
    def owner(self) -> str:
        """The plugin whose code runs now; :data:`SITE` if none does."""
        return self._owners[-1] if self._owners else SITE

    def owner_of_caller(self) -> str:
        """Find the plugin that calls: the current one or else, as in a filter, the one whose file is on the stack."""
        if self._owners:
            return self._owners[-1]
        frame = inspect.currentframe()
        while frame is not None:
            file = Path(frame.f_code.co_filename)
            for owner, roots in self._files.items():
                if any(file == root or root in file.parents for root in roots):
                    return owner
            frame = frame.f_back
        return SITE

    def owns(self, owner: str, *files: Path) -> None:
        """Declare which files and folders hold *owner*'s code."""
        self._files[owner] = files

    def hold(self, reference: Callable[[], object]) -> None:
        """Note what a plugin has handed over, until the plugin is taken back."""
        self.held.append(reference)
        self.on_unload(lambda: self.held.remove(reference))

    @contextmanager
    def working(self, owner: str) -> Iterator[None]:
        """Count the time inside for *owner*, without the time of other plugins that it calls."""
        self._settle()
        self._owners.append(owner)
        try:
            yield
        finally:
            self._settle()
            self._owners.pop()

    def _settle(self) -> None:
        now = time.perf_counter()
        if self._owners:
            self.seconds[self._owners[-1]] += now - self._marked_s
        self._marked_s = now

    def attempt(
        self,
        owner: str,
        function: Callable[..., Result],
        *args: Any,
        what: str,
        location: str | Place | None = None,
    ) -> tuple[Result] | None:
        """Call *function* for *owner*. An exception is reported, and does not affect other plugins.

        :param what: what the function is to the site, for the report: ``"handler of page_added"``.
        :param location: the docname of the page, or the place of the file, that is being worked on.
        :return: what the function returned, in a tuple; None if it failed.
        """
        with self.working(owner):
            try:
                return (function(*args),)
            except self._stop:
                raise
            except (Exception, SystemExit) as error:  # noqa: BLE001 - foreign code may raise anything
                self.report(owner, error, function, what=what, location=location)
                return None

    def report(
        self,
        owner: str,
        error: BaseException,
        function: Callable[..., object],
        *,
        what: str,
        location: str | Place | None = None,
    ) -> None:
        """Say that *function* of *owner* failed with *error*: plugin, function, file, line and the page."""
        at = self.place_of(owner, error)
        if at is None and owner not in self._files:  # Pronghorn called it for a plugin: a wrapper of hooks, for example
            owner, at = self.owner_of(error) or (owner, None)
        at = at or place_of_function(function)
        where = f" ({at.below(self.root)})" if at else ""
        who = "conf.py" if owner == SITE else f"plugin '{owner}'"
        subject = f" on '{location}'" if isinstance(location, str) else ""
        message = f"{who}: {what} `{name_of_function(function)}`{where} failed{subject}: {describe_exception(error)}"
        self.reporter.warning(WarningKind.HANDLER, message, location=location)
        self.reporter.debug("".join(traceback.format_exception(error)))

    def place_of(self, owner: str, error: BaseException) -> Place | None:
        """Find the line of *owner*'s code at which *error* arose; None if it is not in its files."""
        return place_of_exception(error, self._files.get(owner, ()))

    def owner_of(self, error: BaseException) -> tuple[str, Place] | None:
        """Find the plugin in whose code *error* arose, and the line; None if it arose in no plugin."""
        for owner in self._files:
            if place := self.place_of(owner, error):
                return owner, place
        return None

    def on_unload(self, undo: Callable[[], object]) -> None:
        """Remember how to undo what the current plugin has just registered."""
        self._undo[self.owner].append(undo)

    def unload(self, owner: str) -> None:
        """Undo all registrations of *owner*, the last one first."""
        undone = self._undo.pop(owner, [])
        while undone:
            undone.pop()()


def name_of_function(function: Callable[..., object]) -> str:
    """Return the name a function has in its module: ``Gallery.read``, or its repr if it has none."""
    function = getattr(function, "func", function)
    return str(getattr(function, "__qualname__", None) or repr(function))


def place_of_function(function: Callable[..., object]) -> Place | None:
    """Find file and line at which *function* is defined; None for what has no Python code."""
    function = getattr(function, "func", function)
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    if code is None:
        code = getattr(vars(type(function)).get("__call__"), "__code__", None)
    return Place(Path(code.co_filename), code.co_firstlineno) if code else None
