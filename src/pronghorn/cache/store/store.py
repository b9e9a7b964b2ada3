"""The store: bytes under their digests, and manifests under keys, shared by all builds of a user."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from pronghorn.cache.store import statements as tables
from pronghorn.cache.store.archive import ArchiveError, Record, read_archive, write_archive
from pronghorn.cache.store.database import Database
from pronghorn.cache.store.packing import MAX_ENTRY_BYTES, pack, unpack
from pronghorn.cache.tracking.digests import digest_of

DEFAULT_MAX_BYTES = 2 * 2**30

_BATCH = 500
_FLUSH_AFTER_S = 5.0
_SPARE = 0.1
"""The share of ``max_bytes`` that pruning frees beyond what it must, so that not every build prunes."""


@dataclass(frozen=True, slots=True)
class StoreStats:
    """What a store holds."""

    file: Path
    n_entries: int
    """Manifests count too: each is an entry under a key."""
    n_manifests: int
    used_bytes: int
    """Of the file, without the space that waits for new entries."""
    max_bytes: int


class Store:
    """Entries and manifests in a database below *folder*, for one thread at a time.

    Several processes may use one folder. A forked child may use its parent's store; what it reads counts as used
    after its :meth:`flush`. Whatever goes wrong with the folder or the database, only :meth:`export_to` and
    :meth:`import_from` raise: elsewhere an entry is then not found, or not kept.

    :param max_bytes: when the store is closed, it forgets what was not used for longest, down to this size.
    :param now: gives the time in seconds. It tells which builds are alive, and nothing else.
    """

    def __init__(
        self, folder: Path, max_bytes: int = DEFAULT_MAX_BYTES, *, now: Callable[[], float] = time.time
    ) -> None:
        self.max_bytes = max_bytes
        self._database = Database(folder)
        self._now = now
        self._process = os.getpid()
        self._build = 0
        self._touched: set[bytes] = set()
        self._flushed_at = now()
        self.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def problem(self) -> str | None:
        """Why the store keeps nothing, and perhaps finds nothing; None while all is well."""
        return self._database.problem

    def get(self, digest: bytes) -> bytes | None:
        """Return the bytes that *digest* names, or None."""
        return self.get_many([digest]).get(digest)

    def get_many(self, digests: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return the bytes of those *digests* that exist, verified. Damaged entries are removed."""
        wanted = list(dict.fromkeys(digests))
        found, wrong = {}, []
        for digest, packed in self._database.read(partial(tables.packed_of, digests=wanted)) or ():
            data = unpack(packed, digest)
            if data is None:
                wrong.append(digest)
            else:
                found[digest] = data
        if wrong:
            self._database.write(partial(tables.remove, digests=wrong))
        self._touched.update(found)
        if len(self._touched) >= _BATCH or abs(self._now() - self._flushed_at) > _FLUSH_AFTER_S:
            self.flush()
        return found

    def known_among(self, digests: Iterable[bytes]) -> set[bytes]:
        """Return those of *digests* whose entries exist; these count as used."""
        wanted = set(digests)
        known = self._database.write(lambda db: tables.touch(db, self._stamp(db), wanted)) if wanted else None
        return known or set()

    def put(self, data: bytes) -> bytes:
        """Keep *data*, and give its digest."""
        return self.put_many([data])[0]

    def put_many(self, items: Iterable[bytes]) -> list[bytes]:
        """Keep *items*, and return the digest of each, also of those that are too large or cannot be kept."""
        named = [(digest_of(data), data) for data in items]
        fresh = dict(named)
        known = self._database.write(lambda db: tables.touch(db, self._stamp(db), fresh))
        if known is not None:
            sound = self.get_many(known)  # what is damaged is removed, and can be put again
            new = {digest: data for digest, data in fresh.items() if digest not in sound}
            packed = {digest: pack(data) for digest, data in new.items() if len(data) <= MAX_ENTRY_BYTES}
            self._database.write(lambda db: tables.insert(db, self._stamp(db), packed))
        return [digest for digest, _ in named]

    def manifests(self, key: bytes) -> list[bytes]:
        """Return the manifests under *key*, newest first: at most :data:`statements.MANIFESTS_PER_KEY`."""
        return self.manifests_many([key])[key]

    def manifests_many(self, keys: Iterable[bytes]) -> dict[bytes, list[bytes]]:
        """Return the manifests under each of *keys*, newest first; an empty list where there are none."""
        wanted = list(dict.fromkeys(keys))
        digests = self._database.read(partial(tables.manifests_of_many, keys=wanted)) or {}
        found = self.get_many(digest for key in wanted for digest in digests.get(key, ()))
        return {key: [found[digest] for digest in digests.get(key, ()) if digest in found] for key in wanted}

    def add_manifest(self, key: bytes, data: bytes) -> None:
        """Keep *data* as the newest manifest under *key*, a digest. The oldest may have to go."""
        self.add_manifests([(key, data)])

    def add_manifests(self, manifests: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep several manifests, each with its key, in this order."""
        given = list(manifests)
        digests = self.put_many(data for _, data in given)
        pairs = [(key, digest) for (key, _), digest in zip(given, digests, strict=True)]
        self._database.write(partial(tables.add_manifests, pairs=pairs))

    def flush(self) -> None:
        """Note that this build is running, and what it has used, so that other builds keep these entries."""
        self._database.write(self._stamp)

    def close(self) -> None:
        """End the build, and remove what is above the limit. A forked child ends only its own use of the store."""
        self.flush()
        if os.getpid() == self._process:
            self._database.write(partial(tables.end_build, build=self._build))
            self._shrink()
        self._database.close()

    def stats(self) -> StoreStats:
        """Count what is there; nothing, if the store cannot be read."""
        n_entries, n_manifests = self._database.read(tables.counts) or (0, 0)
        used_bytes = self._database.read(tables.used_bytes) or 0
        return StoreStats(self._database.file, n_entries, n_manifests, used_bytes, self.max_bytes)

    def prune(self) -> int:
        """Forget what was not used for longest, down to ``max_bytes``, and give the space back to the system.

        What running builds have used stays, even if that is more.

        :return: the number of entries forgotten.
        """
        self.flush()
        n_removed = self._shrink()
        self._give_space_back()
        return n_removed

    def clear(self) -> None:
        """Forget everything, also what running builds use, and give the space back to the system."""
        self._database.write(tables.clear)
        self._give_space_back()

    def check(self) -> list[str]:
        """Verify everything, and remove what is damaged.

        :return: what was removed, a sentence each.
        """
        file = self._database.file
        wrong = self._database.read(tables.damaged_entries) or set()
        if self._database.file != file:
            return [f"{file} was damaged; an empty one has taken its place"]
        if wrong:
            self._database.write(partial(tables.remove, digests=wrong))
        n_manifests = self._database.write(tables.remove_damaged_manifests) or 0
        removed = ((len(wrong), "entries"), (n_manifests, "manifests"))
        return [f"{number} damaged {what} removed" for number, what in removed if number]

    def export_to(self, file: Path) -> int:
        """Write everything that is sound to *file*.

        :return: the number of entries and manifests.
        :raises ArchiveError: the store cannot be read, or the file cannot be written.
        """
        return self._required(self._database.read(lambda db: write_archive(file, tables.records(db))))

    def import_from(self, file: Path) -> int:
        """Add what :meth:`export_to` wrote, after all of it was verified.

        Pages that are restored from the file look as its author wants.

        :return: the number of entries and manifests.
        :raises ArchiveError: the file is not a sound archive, and nothing was added; or the store takes nothing more.
        """
        for _ in read_archive(file):  # to the end, where the last fault may be
            pass
        number = 0
        verified = read_archive(file)
        while batch := list(islice(verified, _BATCH)):
            number += self._required(self._database.write(partial(self._add, records=batch)))
        return number

    def _required(self, number: int | None) -> int:
        if number is None:
            raise ArchiveError(self.problem or "the page cache is closed")
        return number

    def _stamp(self, db: sqlite3.Connection) -> int:
        """Note what was used since the last time, and give the number of this build."""
        self._build = tables.beat(db, self._build, self._now())
        tables.touch(db, self._build, self._touched)
        self._touched.clear()
        self._flushed_at = self._now()
        return self._build

    def _add(self, db: sqlite3.Connection, records: list[Record]) -> int:
        return tables.add_records(db, self._stamp(db), records)

    def _shrink(self) -> int:
        """Remove what was not used for longest, until the rest fits or is in use."""
        n_removed = 0
        while (used_bytes := self._database.read(tables.used_bytes) or 0) > self.max_bytes:
            share = 1 - (1 - _SPARE) * self.max_bytes / used_bytes
            victims = self._database.read(partial(tables.least_recently_used, now_s=self._now(), share=share)) or []
            n_now = sum(self._remove_unused(victims[at : at + _BATCH]) for at in range(0, len(victims), _BATCH))
            if not n_now:
                break
            n_removed += n_now
        if n_removed:
            self._database.write(tables.remove_lost_manifests)
        return n_removed

    def _give_space_back(self) -> None:
        """Shorten the file in steps, so that others need not wait long for their turn to write."""
        n_free = 2**32
        while n_free > (left := self._database.write(partial(tables.give_space_back, n_pages=_BATCH)) or 0) > 0:
            n_free = left

    def _remove_unused(self, digests: list[object]) -> int:
        """Remove entries, except those that a running build uses, even one that has just begun."""
        return self._database.write(partial(tables.remove_unused, digests=digests, now_s=self._now())) or 0
