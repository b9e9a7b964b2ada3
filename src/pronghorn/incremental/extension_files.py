"""What extensions look at while they are loaded, besides their own code: all pages depend on it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from pronghorn.cache.pickles.portable_paths import PortablePaths
from pronghorn.cache.tracking.file_digests import FileDigests
from pronghorn.cache.tracking.file_watch import Seen, Watch
from pronghorn.incremental.observing.looks import VARIABLE, digest_of_variable
from pronghorn.seam.capability import Capability
from pronghorn.seam.register import changed_among
from pronghorn.seam.rows.configuration import LOAD_EXTENSION, SETUP

CONF = ""
"""In place of the name of an extension: ``setup`` in ``conf.py``."""

_Look = tuple[str, str]
"""``read``, ``listed`` or ``probed``, and an absolute path; or ``variable``, and its name."""


class LoadedFiles:
    """Notes the files that extensions look at from now on, until :meth:`end`.

    Those of the site itself count with all files, installed ones with files of the site only: what they find elsewhere
    differs by machine. What was loaded before Pronghorn is not seen.
    """

    def __init__(self, app: Sphinx, watch: Watch) -> None:
        self._registry = app.registry
        self._watch = watch
        self._of_site = (f"{app.srcdir}/", f"{app.confdir}/")
        self._looks: dict[str, set[_Look]] = {}
        if changed_among(Capability.READING) is not None:
            return
        LOAD_EXTENSION.put(app.registry, self._noting(LOAD_EXTENSION.of(app.registry)))
        setup = SETUP.of(app.config)
        if callable(setup):
            SETUP.put(app.config, self._noting_setup(app.config, setup))

    def _noting(self, load: Callable[[Sphinx, str], None]) -> Callable[[Sphinx, str], None]:
        @functools.wraps(load)
        def noting(app: Sphinx, name: str) -> None:
            with self._watch.recording() as seen:
                load(app, name)
            self._note(name, seen)

        return noting

    def _noting_setup(self, config: Config, setup: Callable[[Sphinx], Any]) -> Callable[[Sphinx], Any]:
        @functools.wraps(setup)
        def noting(app: Sphinx) -> Any:
            SETUP.put(config, setup)
            with self._watch.recording() as seen:
                result = setup(app)
            self._note(CONF, seen)
            return result

        return noting

    def _note(self, name: str, seen: Seen) -> None:
        looks = self._looks.setdefault(name, set())
        for kind, paths in (("read", seen.read), ("listed", seen.listed), ("probed", seen.probed)):
            looks.update((kind, path) for path in paths)
        looks.update((VARIABLE, name) for name in seen.variables)

    def end(self) -> None:
        """Note nothing more; leave out code, whose digests tell also what it imports."""
        LOAD_EXTENSION.take_back(self._registry)
        code = {getattr(module, "__file__", None) for module in [*sys.modules.values()]}
        for name, looks in self._looks.items():
            has_all = name == CONF or self._watch.locate(getattr(sys.modules.get(name), "__file__", None)) is not None
            self._looks[name] = {
                look
                for look in looks
                if look[0] == VARIABLE or (look[1] not in code and (has_all or look[1].startswith(self._of_site)))
            }

    def digests(self, name: str, files: FileDigests, paths: PortablePaths) -> Iterable[bytes]:
        """Return what an extension has looked at, with digests.

        :param name: that of the extension, or :data:`CONF`.
        """
        digest_of = {"read": files.digest, "listed": files.listing, "probed": files.kind}
        for kind, looked_at in sorted(self._looks.get(name, ())):
            is_variable = kind == VARIABLE
            yield f"{kind} {looked_at if is_variable else paths.name_of(looked_at)}".encode(errors="surrogateescape")
            yield digest_of_variable(looked_at) if is_variable else digest_of[kind](Path(looked_at))
