"""Files that pages leave while they are read: where a page is not read, they are put there again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self

from sphinx.application import Sphinx

from pronghorn.cache.store.store import Store
from pronghorn.cache.tracking.digests import ABSENT, digest_of_parts
from pronghorn.cache.tracking.file_digests import FileDigests
from pronghorn.cache.tracking.file_watch import Watch
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.output.build_folders import BuildFolders

OUTPUT = "output"
"""The kind of dependency on such a file, by its record."""

_THERE = b"there"


class LeftFile(NamedTuple):
    """The record of a file that a page has left."""

    folder: str
    """The name of the folder around it, as :class:`BuildFolders` has it."""
    path: str
    """Relative to the folder."""
    digest: str
    """Of its content, in hexadecimal."""
    here: str
    """A digest of the way to the folder from the source directory, and of where the build was if the content tells."""
    was_there: bool
    """Whether another page had left the file, and this one only looked for it."""

    @classmethod
    def named(cls, name: str) -> Self:
        """Return the record that a name stands for.

        :raises TypeError, ValueError: it stands for none.
        """
        left = cls(*json.loads(name))
        if [*map(type, left)] != [str, str, str, str, bool]:
            raise TypeError("this is no record of a file")
        return left

    @property
    def dependency(self) -> Dependency:
        """What the page has that it goes with."""
        return Dependency(OUTPUT, json.dumps(list(self)))


def left_among(dependencies: Iterable[Dependency]) -> Iterator[LeftFile]:
    """Return the records that are among some dependencies."""
    for dependency in dependencies:
        if dependency.kind == OUTPUT:
            with suppress(TypeError, ValueError):  # the names come from a file that may be damaged
                yield LeftFile.named(dependency.name)


class ReadingOutputs:
    """The folders in which pages leave files while they are read.

    :param store: gives where their contents are kept.
    :param before: gives the files that pages have left in earlier builds.
    """

    def __init__(
        self, app: Sphinx, files: FileDigests, store: Callable[[], Store], before: Callable[[], Iterable[LeftFile]]
    ) -> None:
        self._files = files
        self._store = store
        self._folders = folders = BuildFolders(app, lambda: {(one.folder, one.path) for one in before()})
        self._watch = Watch(ignored=[Path(app.outdir.anchor), folders.closed], kept=folders.by_name.values())
        self._places = [os.fsencode(place) for place in (app.srcdir, app.confdir, *folders.by_name.values())]
        self._srcdir = app.srcdir
        self._written: set[str] = set()

    def digest(self, name: str) -> bytes:
        """Return the digest of what a record tells: whether the file is there, or can be put there."""
        left = LeftFile.named(name)
        if not self._is_of_here(left):
            return ABSENT
        if self._is_there(left):
            return _THERE
        can_be_put = self._folders.place_of(left.folder, left.path) is not None
        return _THERE if can_be_put and self._store().get(bytes.fromhex(left.digest)) is not None else ABSENT

    @contextmanager
    def noted(self) -> Iterator[dict[Dependency, bytes]]:
        """Note the files that are left inside; complete when the block has ended.

        A file that is there already, as another page has left it, need not be written: it belongs to both.
        """
        noted: dict[Dependency, bytes] = {}
        with self._watch.recording() as seen:
            yield noted
        with self._watch.paused():
            met = {path for path in seen.probed if path in self._written or self._folders.is_left(path)} - seen.written
            self._written |= seen.written
            for path in sorted(seen.written | met):
                with suppress(OSError):  # it is gone again, or a folder
                    noted.update((left.dependency, _THERE) for left in self._look_at(path, was_there=path in met))

    def _look_at(self, path: str, *, was_there: bool) -> Iterator[LeftFile]:
        named = self._folders.name_of(path)
        if named is not None:
            content, digest = self._files.read(path)  # as it is now: it may have been asked for before
            self._store().put(content)
            tells_place = any(place in content for place in self._places)
            yield LeftFile(*named, digest.hex(), self._here(named[0], tells_place=tells_place), was_there)

    def _here(self, folder: str, *, tells_place: bool) -> str:
        way = os.path.relpath(self._folders.by_name[folder], self._srcdir)
        return digest_of_parts(os.fsencode(way), *(self._places if tells_place else ())).hex()

    def paths_of(self, noted: Mapping[Dependency, bytes]) -> set[str]:
        """Return the absolute paths of files that were noted, and of the folders that they lie in."""
        return {place for left in left_among(noted) for place in self._folders.places_around(left.folder, left.path)}

    def learn(self, noted: Mapping[Dependency, bytes]) -> None:
        """Look again at files that were noted, perhaps in another process."""
        for left in left_among(noted):
            with suppress(OSError):
                self._files.read(self._folders.path_of(left.folder, left.path))

    def put_back(self, wanted: Iterable[LeftFile]) -> None:
        """Make files what they are once all pages have been read.

        :param wanted: in the order in which pages are read: of those that write one file, the last counts.
        """
        by_writing = sorted(filter(self._is_of_here, wanted), key=lambda left: not left.was_there)  # keeps the order
        for left in {(left.folder, left.path): left for left in by_writing}.values():
            if not self._is_there(left) and not (left.was_there and self._exists(left)):
                self._put(left)

    def _put(self, left: LeftFile) -> None:
        place = self._folders.place_of(left.folder, left.path)
        content = self._store().get(bytes.fromhex(left.digest))
        if place is not None and content is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            self._files.read(place)

    def _exists(self, left: LeftFile) -> bool:
        return self._folders.path_of(left.folder, left.path).exists()

    def _is_of_here(self, left: LeftFile) -> bool:
        here = (self._here(left.folder, tells_place=tells) for tells in (False, True))
        return left.folder in self._folders.by_name and left.here in here

    def _is_there(self, left: LeftFile) -> bool:
        path = self._folders.path_of(left.folder, left.path)
        return self._files.digest(path).hex() == left.digest
