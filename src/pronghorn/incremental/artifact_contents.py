"""Contents of artifacts that were asked for while pages were read: beside the doctrees, as well as in the store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from pathlib import Path

from pronghorn.cache.store.store import Store
from pronghorn.cache.tracking.digests import digest_of
from pronghorn.cache.tracking.sealed_file import write_whole
from pronghorn.incremental.artifact_records import ArtifactRecord


class ArtifactContents:
    """A folder of contents by digest, and of the records on them that no page's record has.

    Processes that read and write pages share it; and it is there if the store cannot be used.

    :param builds: the folder for the records of builds by this builder into this output directory.
    """

    def __init__(self, folder: Path, builds: str, store: Callable[[], Store]) -> None:
        self._folder = folder
        self._records = folder / builds
        self._store = store

    def put(self, content: bytes) -> None:
        """Keep a content."""
        file = self._folder / digest_of(content).hex()
        if not file.is_file():
            write_whole(file, content)
        self._store().put(content)

    def has(self, digest: str) -> bool:
        """Check whether a content can be had, by its digest in hexadecimal."""
        return (self._folder / digest).is_file() or bool(self._store().known_among([bytes.fromhex(digest)]))

    def get(self, digest: str) -> bytes | None:
        """Return a content; None if it is nowhere any more."""
        with suppress(OSError):
            content = (self._folder / digest).read_bytes()
            if digest_of(content).hex() == digest:
                return content
        return self._store().get(bytes.fromhex(digest))

    def forget_others(self, digests: Collection[str]) -> None:
        """Remove the contents that no page asks for any more."""
        for file in self._folder.glob("?" * 64):
            if file.name not in digests:
                file.unlink(missing_ok=True)

    # Claims of pages that are read or written without the cache

    def note(self, record: ArtifactRecord | None) -> None:
        """Note a record of such a page; None if one only depends on a file."""
        name = "" if record is None else record.name
        write_whole(self._records / hashlib.sha256(name.encode()).hexdigest(), name.encode())

    @property
    def has_notes(self) -> bool:
        """Whether something was noted in the last build."""
        return self._records.is_dir() and any(self._records.iterdir())

    def noted(self) -> Iterator[ArtifactRecord]:
        """Return the records that were noted."""
        for file in sorted(self._records.iterdir()) if self._records.is_dir() else ():
            with suppress(ValueError):  # it is empty, or damaged
                yield ArtifactRecord.named(file.read_text(encoding="utf-8"))

    def forget_notes(self) -> None:
        """Begin again."""
        for file in self._records.iterdir() if self._records.is_dir() else ():
            file.unlink(missing_ok=True)
