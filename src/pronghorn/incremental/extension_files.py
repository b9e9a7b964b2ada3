"""What extensions look at before the first page is read, besides their own code: all pages depend on it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from pronghorn.cache.pickles.portable_paths import PortablePaths
from pronghorn.cache.tracking.file_digests import FileDigests
from pronghorn.cache.tracking.file_watch import Seen, Watch
from pronghorn.cache.tracking.foreign import is_of_library
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.observing.looks import EXISTS, FILE, FOLDER, VARIABLE, digest_of_variable, looks_of
from pronghorn.observing.memory import Memory
from pronghorn.seam.capability import Capability
from pronghorn.seam.register import changed_among
from pronghorn.seam.rows.configuration import LOAD_EXTENSION, SETUP

CONF = ""
"""In place of the name of an extension: ``setup`` in ``conf.py``."""
_EVENTS = "sphinx.events"
"""The module that calls listeners."""
_TRACKING = "pronghorn.cache.tracking."
"""How the modules are called that look on."""


class LoadedFiles:
    """Notes the files that extensions look at from now on, until :meth:`end`.

    While an extension is loaded, those of the site itself count with all files, installed ones with files of the site
    only: what they find elsewhere differs by machine. What was loaded before Pronghorn is not seen. What listeners look
    at when the build starts counts if foreign code remembers something else afterwards.
    """

    def __init__(self, app: Sphinx, watch: Watch, memory: Memory) -> None:
        self._registry = app.registry
        self._watch = watch
        self._folders = (f"{app.srcdir}/", f"{app.confdir}/")
        self._looks: dict[str, Seen] = {}
        self._of_listeners = Seen()
        self._memory = memory
        if changed_among(Capability.READING) is not None:
            return
        LOAD_EXTENSION.put(app.registry, self._noting(LOAD_EXTENSION.of(app.registry)))
        setup = SETUP.of(app.config)
        if callable(setup):
            SETUP.put(app.config, self._noting_setup(app.config, setup))

    def _noting(self, load: Callable[[Sphinx, str], None]) -> Callable[[Sphinx, str], None]:
        @functools.wraps(load)
        def noting(app: Sphinx, name: str) -> None:
            with self._watch.recording(marks=self._is_by_site) as seen:
                load(app, name)
            self._add(name, seen)

        return noting

    def _noting_setup(self, config: Config, setup: Callable[[Sphinx], Any]) -> Callable[[Sphinx], Any]:
        @functools.wraps(setup)
        def noting(app: Sphinx) -> Any:
            SETUP.put(config, setup)
            with self._watch.recording(marks=self._is_by_site) as seen:
                result = setup(app)
            self._add(CONF, seen)
            return result

        return noting

    def _add(self, name: str, seen: Seen) -> None:
        seen.variables &= seen.marked
        self._looks.setdefault(name, Seen()).add_looks(seen)

    def _is_by_site(self, frame: FrameType | None) -> bool:
        """Check whether code of the site is at work, by the first frame that is not of Python's library."""
        while frame is not None and _is_passed(frame.f_globals.get("__name__")):
            frame = frame.f_back
        return frame is not None and self._is_of_site(frame)

    def _is_of_site(self, frame: FrameType) -> bool:
        file = frame.f_code.co_filename
        return not file.startswith("<") and self._watch.locate(file) is not None  # "<frozen os>" is no file

    @contextmanager
    def noted_listeners(self) -> Iterator[None]:
        """Note what listeners of extensions look at inside, if they may remember it."""
        watch = self._watch
        if self._memory.is_known:
            self._memory.look()  # what has come since the last event is not of the listeners
        with watch.recording(marks=self._is_of_listener) as seen, watch.recording(marks=self._is_by_site) as by_site:
            yield
        seen.variables &= by_site.marked
        if seen.marked and self._memory.has_changed():
            self._of_listeners.add_looks(seen.looks_at(seen.marked))

    def _is_of_listener(self, frame: FrameType | None) -> bool:
        """Check whether code of the site is about to look at something, and not on behalf of Pronghorn, as plugins do.

        Installed extensions, which make pages or tables of what they look at, would have all pages depend on it.
        """
        is_met = False
        while frame is not None:
            name = frame.f_globals.get("__name__")
            if name == _EVENTS:
                break
            if isinstance(name, str) and name.startswith("pronghorn.") and not name.startswith(_TRACKING):
                return False
            is_met = is_met or self._is_of_site(frame)
            frame = frame.f_back
        if is_met and not self._memory.is_known:
            self._memory.look()
        return is_met

    def end(self) -> None:
        """Note nothing more; leave out code, whose digests tell also what it imports."""
        LOAD_EXTENSION.take_back(self._registry)
        code = {getattr(module, "__file__", None) for module in [*sys.modules.values()]}
        for name, seen in self._looks.items():
            _leave_out(seen, code)
            has_all = name == CONF or self._watch.locate(getattr(sys.modules.get(name), "__file__", None)) is not None
            if not has_all:
                _leave_out(
                    seen, [path for path in seen.read | seen.listed | seen.probed if not path.startswith(self._folders)]
                )
        _leave_out(self._of_listeners, code)

    def digests(self, name: str, files: FileDigests, paths: PortablePaths) -> Iterator[bytes]:
        """Yield what an extension has looked at while it was loaded, with digests.

        :param name: that of the extension, or :data:`CONF`.
        """
        for look in looks_of(self._looks.get(name, Seen()), paths.name_of):
            yield " ".join(look).encode(errors="surrogateescape")
            yield _digest_of(look, files, paths)

    def of_listeners(self, files: FileDigests, paths: PortablePaths) -> dict[tuple[str, str], bytes]:
        """Return the digests of what listeners have looked at and may remember."""
        return {look: _digest_of(look, files, paths) for look in looks_of(self._of_listeners, paths.name_of)}


def _leave_out(seen: Seen, paths: Iterable[Any]) -> None:
    for looked_at in (seen.read, seen.listed, seen.probed):
        looked_at.difference_update(paths)


def _digest_of(look: Dependency, files: FileDigests, paths: PortablePaths) -> bytes:
    if look.kind == VARIABLE:
        return digest_of_variable(look.name)
    digest = {FILE: files.digest, FOLDER: files.listing, EXISTS: files.kind}[look.kind]
    return digest(paths.path_of(look.name))


def _is_passed(module: object) -> bool:
    """Check whether the code of a module only looks on, or works for whoever has called it."""
    return is_of_library(module) or (isinstance(module, str) and module.startswith(_TRACKING))
