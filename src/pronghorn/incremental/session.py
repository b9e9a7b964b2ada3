"""What one build shares between reading and writing with the cache."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from sphinx.application import Sphinx
from sphinx.util import logging

from pronghorn.cache.pickles.pickles import Portable, SafePickles, dump
from pronghorn.cache.pickles.places import Places
from pronghorn.cache.pickles.portable_paths import PortablePaths
from pronghorn.cache.plan.plan import Plan
from pronghorn.cache.store.store import Store
from pronghorn.cache.tracking.digests import NameOf, UndigestableError, name_from
from pronghorn.cache.tracking.file_digests import FileDigests
from pronghorn.cache.tracking.file_watch import Watch
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.cache.tracking.module_digests import ModuleDigests
from pronghorn.cache.tracking.value_digests import ValueDigests
from pronghorn.incremental.artifact_contents import ArtifactContents
from pronghorn.observing.memory import Memory
from pronghorn.observing.never import never
from pronghorn.observing.plugin_state import ReadingState

Result = TypeVar("Result")

_logger = logging.getLogger(__name__)

STORE_FOLDER = "pages"
"""The folder of the store, in the cache folder."""


def make_watch(app: Sphinx, folder: Path) -> Watch:
    """Make a watch that notes what a build looks at, and not what it makes."""
    own = [Path(app.srcdir), Path(app.confdir)]
    return Watch(ignored=[Path(app.outdir), Path(app.doctreedir), folder], kept=own)


class Session:
    """The store and what goes with it, from the start of a build to its end.

    :param held: give functions and objects of plugins; None for those that are gone.
    """

    def __init__(
        self,
        app: Sphinx,
        folder: Path,
        watch: Watch,
        memory: Memory,
        held: Iterable[Callable[[], object]],
        *,
        max_bytes: int,
    ) -> None:
        self.app = app
        self.watch = watch
        self.memory = memory
        self._folder = folder
        self._max_bytes = max_bytes
        self.files = FileDigests(Path(app.doctreedir, "pronghorn", "files"))
        self.values = ValueDigests(self.files.digest)
        self.modules = ModuleDigests(self.files.digest)
        self.paths = PortablePaths(Path(app.srcdir))
        self.places = Places(app)
        self.plugins_in_reading = ReadingState(app, self.values, self.places.portable, held)
        self.pickles = SafePickles(app.extensions)
        self.plan = Plan()
        self._undigested: list[str] = []
        builds = f"{app.builder.name}-{name_from(str(Path(app.outdir).resolve()))}"
        self.artifact_contents = ArtifactContents(
            Path(app.doctreedir, "pronghorn", "artifacts"), builds, lambda: self.store
        )

    @cached_property
    def store(self) -> Store:
        """The store, opened when something is first asked of it: a site that is only loaded leaves no trace."""
        return Store(self._folder / STORE_FOLDER, self._max_bytes)

    def dependency_on(self, file: Path) -> Dependency:
        """Return the dependency on a file, or on the names in a folder, if it is one."""
        with self.watch.paused():
            return Dependency("folder" if file.is_dir() else "file", self.paths.name_of(os.path.abspath(file)))  # noqa: PTH100

    @property
    def problem(self) -> str | None:
        """Why the store keeps nothing, and perhaps finds nothing; None if all is well, or it was not used yet."""
        return self.store.problem if "store" in vars(self) else None

    def pack(self, value: object, parts: Sequence[object] = (), names: Mapping[int, str] | None = None) -> Portable:
        """Pickle a value in the form in which the store keeps it.

        :param parts: objects that are in it, as for :func:`dump`.
        :param names: what is known of single texts, as there.
        :raises PickleRefused: it could not be loaded again.
        """
        return dump(value, str(self.app.srcdir), parts, self.pickles.check, names or {})

    def unpack(self, data: bytes) -> Any:
        """Load what :meth:`pack` gave, encoded.

        :raises PickleRefused: it is damaged.
        """
        return self.pickles.load(Portable.decode(data).localize(str(self.app.srcdir)))

    def digest_value(self, value: Any, name: str = "value", name_of: NameOf | None = None) -> bytes:
        """Digest a value. If it cannot be digested, return a digest that no later build has.

        :param name: what it is called when it is told that it cannot be.
        :param name_of: names absolute paths in it; they stay as they are if it is not given.
        """
        try:
            return self.values.digest(value, name, name_of)
        except UndigestableError as error:
            self._undigested.append(error.message)
            return never()

    def digested(self, make: Callable[[], Result]) -> tuple[Result, str]:
        """Return what is made by digesting, and what of it could not be: then it has changed each time.

        :return: the second is a sentence, or empty.
        """
        n_before = len(self._undigested)
        made = make()
        return made, next(iter(self._undigested[n_before:]), "")

    def report(self, message: str) -> None:
        """Say what only ``-vv`` shows: what the cache cannot give is made again."""
        _logger.debug("[pronghorn] %s", message)

    def close(self) -> None:
        """Keep what the next build can use."""
        if "store" in vars(self):
            self.files.save()
            self.store.close()
