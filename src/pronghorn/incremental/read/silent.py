"""Extensions that do not say whether pages may be read in any process: their code is met when it begins to run.

What such code remembers, or hears of other pages, nobody can know. But a page is read as if the extension were not
there as long as none of its code runs. Where some is about to, reading stops before it has done anything: that page and
those after it are read as Sphinx reads them, in order, each time.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from sphinx.application import Sphinx

from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.tracking.foreign import function_of, home_of, package_of
from pronghorn.plugins.importing import PARENT
from pronghorn.seam.rows.events import LISTENERS

_monitoring: Any = getattr(sys, "monitoring", None)
"""What tells when code begins to run; since Python 3.12."""
_TOOL = "pronghorn"
_FREE_IDS = (3, 4)
"""Identifiers of tools that Python has reserved for none."""
_GENERATED = "namedtuple_"
"""How the names begin that Python gives modules of code which it has generated."""


class CodeMetError(BaseException):
    """Code of a silent extension was about to run. No ``Exception``, which others would catch."""


@dataclass(frozen=True, slots=True)
class Met:
    """From where on pages are read as Sphinx reads them, because of an extension."""

    docname: str
    """The first such page; empty if all are."""
    reason: Reason

    def reaches(self, docname: str) -> bool:
        """Check whether a page is read as Sphinx reads it."""
        return docname >= self.docname


class SilentExtensions:
    """The code of the extensions that do not say whether they are safe for parallel reading; there may be none."""

    def __init__(self, app: Sphinx) -> None:
        extensions = app.extensions.items()
        self.names = [name for name, extension in extensions if extension.parallel_read_safe is None]
        self._app = app
        self._conf = str(Path(app.confdir, "conf.py"))
        """It belongs to no module, and to no extension."""
        self._packages = frozenset(map(package_of, self.names))
        self._loaded: frozenset[str] = frozenset()
        """The modules that were there before the first page was read."""
        self._codes: dict[str, bool] = {}
        self._thread = threading.get_ident()
        self._met = ""
        self._is_stopped = False

    @functools.cached_property
    def unsafe(self) -> Reason | None:
        """Why no page can be read by itself, as some extension says or does not say; None if pages can be."""
        unsafe = [name for name, extension in self._app.extensions.items() if extension.parallel_read_safe is False]
        if not self.is_watchable:
            unsafe += self.names
        return Reason("unsafe", unsafe[0]) if unsafe else None

    @functools.cached_property
    def is_watchable(self) -> bool:
        """Whether it can be known when their code runs, and whether it need not run to merge pages of others."""
        if not self.names:
            return True
        if _monitoring is None or self._tool is None or not all(map(_is_seen, self._listeners())):
            return False
        self._loaded = frozenset(sys.modules)
        domains = map(type, self._app.env.domains.values())
        return self._are_python() and not any(self.is_theirs(domain.__module__) for domain in domains)

    @functools.cached_property
    def _tool(self) -> int | None:
        free = next((number for number in _FREE_IDS if _monitoring.get_tool(number) in {None, _TOOL}), None)
        if free is not None and _monitoring.get_tool(free) is None:
            _monitoring.use_tool_id(free, _TOOL)
        return free

    @functools.cached_property
    def _safe(self) -> set[str]:
        """The packages of Python, of plugins, and of extensions that say what they are."""
        extensions = self._app.extensions.items()
        said = (package_of(name) for name, extension in extensions if extension.parallel_read_safe is not None)
        return {*said, *sys.stdlib_module_names, PARENT}

    @functools.cached_property
    def _required(self) -> set[str]:
        """The packages that Sphinx and Pronghorn need. Asked last: to find them takes a tenth of a second."""
        return _required_by("Sphinx", "pronghorn")

    def _listeners(self) -> Iterator[Any]:
        return (listener.handler for all_ in LISTENERS.of(self._app.events).values() for listener in all_)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look at what begins to run inside. To do so once for many pages is cheaper: code of others is met once."""
        if not self.names:
            yield
            return
        self._loaded = frozenset(sys.modules)
        self._codes.clear()
        _monitoring.restart_events()  # what was others' in an earlier build of this process may be theirs
        starts, resumes = _monitoring.events.PY_START, _monitoring.events.PY_RESUME
        for event in (starts, resumes):
            _monitoring.register_callback(self._tool, event, self._begins)
        _monitoring.set_events(self._tool, starts | resumes)
        try:
            yield
        finally:
            _monitoring.set_events(self._tool, 0)

    @contextmanager
    def kept_from_running(self) -> Iterator[None]:
        """Stop whoever would run their code inside, while it is watched.

        :raises CodeMetError: in the place of that code, and at the end if somebody has caught it.
        """
        self._met, self._is_stopped = "", True
        try:
            yield
        finally:
            self._is_stopped = False
        if self._met:
            raise CodeMetError(self._met)

    def _begins(self, code: CodeType, _offset: int) -> Any:
        if code.co_filename == self._conf or not self._is_theirs(code, _module_of(sys._getframe(1))):  # noqa: SLF001
            return _monitoring.DISABLE
        if not self._is_stopped or threading.get_ident() != self._thread:
            return None  # it would run now in any case
        self._met = f"{code.co_qualname} ({Path(code.co_filename).name}:{code.co_firstlineno})"
        if code.co_name != "__del__":  # there, an exception stops nothing
            raise CodeMetError(self._met)
        return None

    def _is_theirs(self, code: CodeType, module: object) -> bool:
        """Check whether code is theirs, by the module in which it was made."""
        if not isinstance(module, str):
            return True
        if module not in self._codes:
            self._codes[module] = not _is_known(module) or self.is_theirs(module)
        return self._codes[module] and not code.co_filename.startswith("<frozen ")

    @contextmanager
    def not_heard(self, event: str) -> Iterator[None]:
        """Keep their listeners of an event from being called inside: it is none that Sphinx would have emitted."""
        if not self.names:
            yield
            return
        listeners = LISTENERS.of(self._app.events)
        before = listeners.get(event, [])
        listeners[event] = [one for one in before if not self.is_theirs(home_of(one.handler))]
        try:
            yield
        finally:
            listeners[event] = before

    def is_theirs(self, module: object) -> bool:
        """Check whether the code of a module may be theirs, by its name.

        It is if it lies in their packages, or if nobody knows on whose behalf it was loaded before the first page.
        """
        if not isinstance(module, str) or package_of(module) in self._packages:
            return True
        return module in self._loaded and not self._is_safe(module)

    def _is_safe(self, module: str) -> bool:
        names = {module.partition(".")[0], package_of(module)}
        return not self._safe.isdisjoint(names) or not self._required.isdisjoint(names)

    def _are_python(self) -> bool:
        """Check whether all of their code is written in Python: else nobody sees it run."""
        own = [module for name, module in [*sys.modules.items()] if package_of(name) in self._packages]
        return all(map(_is_python, filter(None, own)))


def _module_of(frame: FrameType | None) -> object:
    """Return the name of the module in which code was made; of what is evaluated, of whoever has it evaluated."""
    while frame is not None:
        name = frame.f_globals.get("__name__")
        if _is_known(name) or frame.f_code.co_name != "<module>":
            return name
        frame = frame.f_back
    return None


def _is_known(module: object) -> bool:
    return isinstance(module, str) and (module in sys.modules or module.startswith(_GENERATED))


def _is_seen(handler: Any) -> bool:
    """Check whether it is seen when a listener is called: whether it is written in Python, and not Python's own."""
    function = function_of(handler)
    home = (getattr(function, "__module__", None) or "").partition(".")[0]  # conf.py is not a module
    return isinstance(function, FunctionType) and home not in sys.stdlib_module_names


def _is_python(module: ModuleType) -> bool:
    spec = getattr(module, "__spec__", None)
    if spec is None or not spec.has_location:
        return spec is not None and spec.submodule_search_locations is not None  # a namespace
    return str(spec.origin).endswith(".py")


def _required_by(*distributions: str) -> set[str]:
    """Return the names of the packages that some distributions need, as they are imported."""
    found: set[str] = set()
    to_do = [*distributions]
    while to_do:
        name = canonicalize_name(to_do.pop())
        if name not in found:
            found.add(name)
            to_do += _requirements_of(name)
    providers = packages_distributions()
    return {package for package, names in providers.items() if found.issuperset(map(canonicalize_name, names))}


def _requirements_of(distribution: str) -> Iterable[str]:
    try:
        lines = requires(distribution) or ()
    except PackageNotFoundError:  # it is needed elsewhere, or by something that is optional
        return ()
    wanted = map(Requirement, lines)
    return [one.name for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]
