"""The tables of the store's database, and all queries on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping

from pronghorn.cache.store.archive import ENTRY, MANIFEST, Record
from pronghorn.cache.store.packing import unpack
from pronghorn.cache.tracking.digests import digest_of_parts

MANIFESTS_PER_KEY = 8
BUILD_LIVES_S = 3600.0
"""A build that wrote nothing for so long is considered dead."""

TABLES = (
    "CREATE TABLE IF NOT EXISTS blobs (digest BLOB PRIMARY KEY, packed BLOB)",
    # Apart from the bytes, so that noting a use does not rewrite them.
    "CREATE TABLE IF NOT EXISTS uses (digest BLOB PRIMARY KEY, build INTEGER, n_bytes INTEGER) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS manifests (number INTEGER PRIMARY KEY, key BLOB, digest BLOB, seal BLOB)",
    "CREATE UNIQUE INDEX IF NOT EXISTS manifest_of ON manifests (key, digest)",
    # A number is never given twice: they are the clock by which the least recently used is known.
    "CREATE TABLE IF NOT EXISTS builds (number INTEGER PRIMARY KEY AUTOINCREMENT, beat REAL)",
)


class DamageError(sqlite3.DatabaseError):
    """The file is not what SQLite takes it for."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


def beat(db: sqlite3.Connection, build: int, now_s: float) -> int:
    """Note that *build* is alive, and give its number: a new one, if the database does not know it."""
    if db.execute("UPDATE builds SET beat = ? WHERE number = ?", (now_s, build)).rowcount:
        return build
    db.execute("DELETE FROM builds WHERE abs(beat - ?) > ?", (now_s, BUILD_LIVES_S))
    return db.execute("INSERT INTO builds (beat) VALUES (?)", (now_s,)).lastrowid or 0


def end_build(db: sqlite3.Connection, build: int) -> None:
    """Forget that *build* is alive."""
    db.execute("DELETE FROM builds WHERE number = ?", (build,))


def _oldest_build(db: sqlite3.Connection, now_s: float) -> int:
    """Return the number of the oldest build that is alive; a number above all others, if none is.

    It holds as long as the transaction: another build may begin right after that.
    """
    select = "SELECT min(number) FROM builds WHERE abs(beat - ?) <= ?"
    (number,) = db.execute(select, (now_s, BUILD_LIVES_S)).fetchone()
    return 2**62 if number is None else int(number)


def packed_of(db: sqlite3.Connection, digests: Iterable[bytes]) -> list[tuple[bytes, object]]:
    """Return digest and packed bytes of the entries that exist, unverified."""
    select = "SELECT packed FROM blobs WHERE digest = ?"
    rows = ((digest, db.execute(select, (digest,)).fetchone()) for digest in digests)
    return [(digest, row[0]) for digest, row in rows if row is not None]


def touch(db: sqlite3.Connection, build: int, digests: Iterable[bytes]) -> set[bytes]:
    """Note that *build* uses these entries, and return those that exist."""
    update = (
        "UPDATE uses SET build = max(build, ?1)"
        " WHERE digest = ?2 AND EXISTS (SELECT 1 FROM blobs WHERE blobs.digest = ?2)"
    )
    return {digest for digest in digests if db.execute(update, (build, digest)).rowcount}


def insert(db: sqlite3.Connection, build: int, packed: Mapping[bytes, bytes]) -> None:
    """Add entries, used by *build*."""
    db.executemany("INSERT OR IGNORE INTO blobs VALUES (?, ?)", packed.items())
    db.executemany(
        "INSERT INTO uses VALUES (?, ?, ?) ON CONFLICT (digest) DO UPDATE SET build = excluded.build",
        ((digest, build, len(content)) for digest, content in packed.items()),
    )


def remove(db: sqlite3.Connection, digests: Collection[object]) -> None:
    """Remove entries."""
    for table in ("uses", "blobs"):
        db.executemany(f"DELETE FROM {table} WHERE digest = ?", ((digest,) for digest in digests))  # noqa: S608


def remove_unused(db: sqlite3.Connection, digests: Collection[object], now_s: float) -> int:
    """Remove entries, except those that a running build has used, and return their number."""
    uses = "DELETE FROM uses WHERE digest = ?1 AND build < ?2"
    before = _oldest_build(db, now_s)
    n_removed = db.executemany(uses, ((digest, before) for digest in digests)).rowcount
    blobs = "DELETE FROM blobs WHERE digest = ?1 AND NOT EXISTS (SELECT 1 FROM uses WHERE digest = ?1)"
    db.executemany(blobs, ((digest,) for digest in digests))
    return n_removed


def least_recently_used(db: sqlite3.Connection, now_s: float, share: float) -> list[object]:
    """Return entries that no build which is alive has used, so many that they make up that *share* of all bytes."""
    (n_bytes,) = db.execute("SELECT ? * total(n_bytes) FROM uses", (share,)).fetchone()
    select = "SELECT digest, CAST(ifnull(n_bytes, 0) AS INTEGER) FROM uses WHERE build < ? ORDER BY build"
    found = []
    for digest, size in db.execute(select, (_oldest_build(db, now_s),)):
        found.append(digest)
        n_bytes -= size
        if n_bytes <= 0:
            break
    return found


def manifests_of(db: sqlite3.Connection, key: bytes) -> list[bytes]:
    """Return the digests of the manifests under *key*, newest first, without those whose rows are damaged."""
    rows = db.execute("SELECT digest, seal FROM manifests WHERE key = ? ORDER BY number DESC", (key,))
    return [digest for digest, seal in rows if _is_sealed(key, digest, seal)]


def manifests_of_many(db: sqlite3.Connection, keys: Iterable[bytes]) -> dict[bytes, list[bytes]]:
    """Return the same for several keys."""
    return {key: manifests_of(db, key) for key in keys}


def add_manifests(db: sqlite3.Connection, pairs: Iterable[tuple[bytes, bytes]]) -> None:
    """Add several manifests: key and digest of each."""
    for key, digest in pairs:
        add_manifest(db, key, digest)


def add_manifest(db: sqlite3.Connection, key: bytes, digest: bytes) -> None:
    """Make the entry *digest* the newest manifest under *key*, and forget the oldest above the limit."""
    insertion = "INSERT OR REPLACE INTO manifests (key, digest, seal) VALUES (?, ?, ?)"
    db.execute(insertion, (key, digest, digest_of_parts(key, digest)))
    newest = "SELECT number FROM manifests WHERE key = ?1 ORDER BY number DESC LIMIT ?2"
    db.execute(f"DELETE FROM manifests WHERE key = ?1 AND number NOT IN ({newest})", (key, MANIFESTS_PER_KEY))  # noqa: S608


def remove_lost_manifests(db: sqlite3.Connection) -> None:
    """Remove manifests whose entry is gone."""
    db.execute("DELETE FROM manifests WHERE NOT EXISTS (SELECT 1 FROM uses WHERE uses.digest = manifests.digest)")


def damaged_entries(db: sqlite3.Connection) -> set[object]:
    """Return the digests of entries that are not what their digest names, or are missing from one of the tables.

    :raises DamageError: the tables themselves are not sound.
    """
    (verdict,) = db.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != b"ok":
        raise DamageError(verdict)
    blobs = db.execute("SELECT digest, packed FROM blobs")
    wrong = {digest for digest, packed in blobs if unpack(packed, digest) is None}
    for one, other in (("blobs", "uses"), ("uses", "blobs")):
        alone = f"SELECT digest FROM {one} EXCEPT SELECT digest FROM {other}"  # noqa: S608
        wrong.update(digest for (digest,) in db.execute(alone))
    return wrong


def remove_damaged_manifests(db: sqlite3.Connection) -> int:
    """Remove manifests that are not what was added, and give their number."""
    rows = db.execute("SELECT number, key, digest, seal FROM manifests")
    wrong = [(number,) for number, key, digest, seal in rows if not _is_sealed(key, digest, seal)]
    db.executemany("DELETE FROM manifests WHERE number = ?", wrong)
    return len(wrong)


def clear(db: sqlite3.Connection) -> None:
    """Remove all entries and manifests."""
    for table in ("manifests", "uses", "blobs"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608


def records(db: sqlite3.Connection) -> Iterator[Record]:
    """Return all sound entries, and then all sound manifests from old to new."""
    digests = set()
    for digest, packed in db.execute("SELECT digest, packed FROM blobs"):
        if unpack(packed, digest) is not None:
            digests.add(digest)
            yield Record(ENTRY, digest, packed)
    for key, digest, seal in db.execute("SELECT key, digest, seal FROM manifests ORDER BY number"):
        if digest in digests and _is_sealed(key, digest, seal):
            yield Record(MANIFEST, key, digest)


def add_records(db: sqlite3.Connection, build: int, added: Collection[Record]) -> int:
    """Add verified records, and give their number."""
    insert(db, build, {record.name: record.content for record in added if record.kind == ENTRY})
    for record in added:
        if record.kind == MANIFEST:
            add_manifest(db, record.name, record.content)
    return len(added)


def counts(db: sqlite3.Connection) -> tuple[int, int]:
    """Return the number of entries, manifests among them, and that of manifests."""
    rows = db.execute("SELECT (SELECT count(*) FROM uses), (SELECT count(*) FROM manifests)")
    n_entries, n_manifests = rows.fetchone()
    return n_entries, n_manifests


def used_bytes(db: sqlite3.Connection) -> int:
    """Return the size of the database without the pages that wait for new content."""
    n_pages, n_free, page_bytes = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((n_pages - n_free) * page_bytes)


def give_space_back(db: sqlite3.Connection, n_pages: int) -> int:
    """Shorten the file by at most *n_pages* that are free, and give the number of those that still are."""
    db.execute(f"PRAGMA incremental_vacuum({n_pages})").fetchall()
    return int(db.execute("PRAGMA freelist_count").fetchone()[0])


def _is_sealed(key: object, digest: object, seal: object) -> bool:
    """Check whether a row is as it was added: a damaged database may answer with another key's."""
    return isinstance(key, bytes) and isinstance(digest, bytes) and seal == digest_of_parts(key, digest)
