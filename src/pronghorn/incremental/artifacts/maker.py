"""Artifacts are made, once, or taken from the store."""

from __future__ import annotations

import functools
import inspect
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pronghorn.cache.tracking.digests import digest_of_parts, name_from
from pronghorn.cache.tracking.file_digests import is_younger
from pronghorn.cache.tracking.manifest import Dependency, Manifest
from pronghorn.documents.messages import MessageRecorder, give
from pronghorn.errors import PluginError
from pronghorn.incremental.artifact_records import ArtifactRecord
from pronghorn.incremental.artifacts.recipe import digest_of_function
from pronghorn.incremental.artifacts.scopes import Heard, Scope
from pronghorn.incremental.session import Session
from pronghorn.model.artifact import Artifact
from pronghorn.site.site import Site
from pronghorn.supervisor import name_of_function, place_of_function


class ArtifactMaker:
    """Makes artifacts.

    :param code: gives a digest of all code and configuration that takes part.
    :param may_take: tells whether what earlier builds have made may be used.
    """

    def __init__(
        self, site: Site, session: Session, code: Callable[[], bytes], may_take: Callable[[], bool], locks: Path
    ) -> None:
        self._site = site
        self._session = session
        self._code = code
        self._may_take = may_take
        self._locks = locks
        self._made: dict[bytes, tuple[bytes, dict[Dependency, bytes]]] = {}
        self._at_work = ""

    def make(self, artifact: Artifact, scope: Scope) -> ArtifactRecord | None:
        """Make an artifact, or take it from where it is kept, and deliver it.

        :return: None if its function failed, which is reported.
        :raises PluginError: the function of an artifact asks for another one.
        """
        if self._at_work:
            raise PluginError(
                f"sub_artifact({artifact.path!r}) is asked for while '{self._at_work}' is made; declare it before"
            )
        for file in artifact.sources:
            scope.depend(self._session.dependency_on(file))
        key = self._key(artifact, scope)
        content = self._found(key, scope)
        if content is None:
            with self._alone(artifact.path):
                content = self._found(key, scope)
                content = self._fresh(artifact, key, scope) if content is None else content
        if content is None:
            return None
        record = ArtifactRecord.of(artifact, content, self._site.supervisor.root)
        scope.deliver(record, content)
        return record

    def _key(self, artifact: Artifact, scope: Scope) -> bytes | None:
        """Return what the content is kept under; None if it cannot be used another time."""
        recipe = digest_of_function(artifact.make, self._session.values) if scope.can_keep else None
        if recipe is None:
            return None
        with self._session.watch.paused():
            sources = [self._session.files.digest(file) for file in artifact.sources]
        places = [self._session.paths.name_of(str(file)).encode() for file in artifact.sources]
        return digest_of_parts(
            scope.name.encode(), self._code(), artifact.path.encode(), recipe, *places, b"", *sources
        )

    def _found(self, key: bytes | None, scope: Scope) -> bytes | None:
        if key is None:
            return None
        if key not in self._made and self._may_take():
            self._take_stored(key, scope)
        if key not in self._made:
            return None
        content, dependencies = self._made[key]
        for dependency in dependencies:
            scope.depend(dependency)
        return content

    def _take_stored(self, key: bytes, scope: Scope) -> None:
        with self._session.watch.paused():
            store = self._session.store
            for data in store.manifests(key):
                manifest = Manifest.decode(data)
                if manifest is None:
                    continue
                content = store.get(manifest.result)
                if content is not None and all(scope.is_unchanged(*one) for one in manifest.dependencies.items()):
                    self._made[key] = content, manifest.dependencies
                    return

    def _fresh(self, artifact: Artifact, key: bytes | None, scope: Scope) -> bytes | None:
        """Call the function. What it gives is kept if it said nothing, so that nothing has to be said again."""
        srcdir, started_ns = str(self._site.srcdir), time.time_ns()
        self._at_work = artifact.path
        try:
            with MessageRecorder(srcdir).hold() as messages, scope.hear() as heard:
                made = self._attempt(artifact, scope)
                heard.content = made if made is not None else b""
        finally:
            self._at_work = ""
        give(messages, srcdir)
        if made is not None and key is not None and not messages:
            self._keep(key, made, heard, started_ns)
        return made

    def _keep(self, key: bytes, content: bytes, heard: Heard, started_ns: int) -> None:
        """Keep what was made, unless a file that it was made from has changed meanwhile."""
        path_of = self._session.paths.path_of
        files = [path_of(one.name) for one in heard.dependencies if one.kind == "file"]
        with self._session.watch.paused():
            if self._session.files.recheck(files) or any(is_younger(Path(file), started_ns) for file in files):
                return
            self._made[key] = content, heard.dependencies
            store = self._session.store
            store.add_manifest(key, Manifest(heard.dependencies, store.put(content)).encode())

    def _attempt(self, artifact: Artifact, scope: Scope) -> bytes | None:
        site = self._site

        @functools.wraps(artifact.make)
        def run() -> bytes:
            return self._call(artifact)

        what = f"sub_artifact '{artifact.path}'"
        answer = site.supervisor.attempt(artifact.owner, run, what=what, location=scope.docname or None)
        return None if answer is None else answer[0]

    def _call(self, artifact: Artifact) -> bytes:
        """Call the function, in one of the ways in which it can be written."""
        if not inspect.signature(artifact.make).parameters:
            return _bytes_of(artifact, artifact.make())
        with self._folder() as folder:
            file = folder / Path(artifact.path).name
            given = artifact.make(file)
            if given is not None:
                return _bytes_of(artifact, given)
            if not file.is_file():
                raise _fault(artifact, "has neither written the file that it is given, nor returned anything")
            with self._session.watch.paused():
                return file.read_bytes()

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        """Return a folder for one file, which does not become a dependency of the function."""
        with self._session.watch.paused():
            self._locks.mkdir(parents=True, exist_ok=True)
            made = tempfile.TemporaryDirectory(dir=self._locks)
        try:
            yield Path(made.name)
        finally:
            with self._session.watch.paused():
                made.cleanup()

    @contextmanager
    def _alone(self, path: str) -> Iterator[None]:
        """Keep other processes of this build from making the same file meanwhile."""
        from filelock import FileLock  # noqa: PLC0415 - slow, rarely needed

        with self._session.watch.paused():
            self._locks.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._locks / f"{name_from(path)}.lock")
            lock.acquire()
        try:
            yield
        finally:
            with self._session.watch.paused():
                lock.release()


def _bytes_of(artifact: Artifact, given: Any) -> bytes:
    """Return what a function has returned or yielded as bytes; text in UTF-8."""
    if isinstance(given, str | bytes):
        parts: Iterable[Any] = (given,)
    elif isinstance(given, Iterable):
        parts = given
    else:
        raise _fault(artifact, f"returned {given!r}; it should return or yield text or bytes")
    return b"".join(_encoded(artifact, part) for part in parts)


def _encoded(artifact: Artifact, part: Any) -> bytes:
    if isinstance(part, str):
        return part.encode()
    if not isinstance(part, bytes):
        raise _fault(artifact, f"yielded {part!r}; it should be text or bytes")
    return part


def _fault(artifact: Artifact, problem: str) -> PluginError:
    place = place_of_function(artifact.make)
    return PluginError(f"`{name_of_function(artifact.make)}` {problem}", place=place)
