"""The archive: entries of a store in one file, to be carried to another machine."""

from __future__ import annotations

import hashlib
import struct
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pronghorn.cache.store.packing import MAX_ENTRY_BYTES, unpack
from pronghorn.cache.tracking.digests import DIGEST_BYTES
from pronghorn.errors import PronghornError

ENTRY, MANIFEST, _END = b"E", b"M", b"."

_MAGIC = b"pronghorn page cache 1\n"
_HEADER = struct.Struct(">cII")


class ArchiveError(PronghornError):
    """A file cannot be written, or is not a sound archive."""


class Record(NamedTuple):
    """An entry (its digest and its packed bytes), or a manifest (its key and the digest of its entry)."""

    kind: bytes
    name: bytes
    content: bytes


def write_archive(file: Path, records: Iterable[Record]) -> int:
    """Write *records* to *file*, all or nothing.

    :return: the number of records.
    :raises ArchiveError: the file cannot be written.
    """
    number = 0
    with _faults_named(file), tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as folder:
        new = Path(folder, file.name)
        with new.open("wb") as stream:
            seen = hashlib.sha256(_MAGIC)
            stream.write(_MAGIC)
            for record in records:
                number += 1
                header = _HEADER.pack(record.kind, len(record.name), len(record.content))
                seen.update(written := header + record.name + record.content)
                stream.write(written)
            stream.write(_HEADER.pack(_END, DIGEST_BYTES, 0) + seen.digest())
        new.replace(file)
    return number


def read_archive(file: Path) -> Iterator[Record]:
    """Read what :func:`write_archive` wrote, entries before the manifests that name them.

    Each record is verified before it is returned, and the whole file at the end.

    :raises ArchiveError: the file cannot be read, or anything in it is wrong.
    """
    digests = set()
    with _faults_named(file), file.open("rb") as stream:
        for record in _records(stream):
            if record.kind == ENTRY and unpack(record.content, record.name) is not None:
                digests.add(record.name)
            elif record.kind != MANIFEST or record.content not in digests:
                raise ArchiveError("the archive is damaged: it holds something else than its digests say")
            yield record


def _records(stream: BinaryIO) -> Iterator[Record]:
    if stream.read(len(_MAGIC)) != _MAGIC:
        raise ArchiveError("this is not an archive of the page cache, or one of another version")
    seen = hashlib.sha256(_MAGIC)
    while True:
        header = _exactly(stream, _HEADER.size)
        kind, name_bytes, content_bytes = _HEADER.unpack(header)
        if name_bytes != DIGEST_BYTES or content_bytes > MAX_ENTRY_BYTES + 1:
            raise ArchiveError("the archive is damaged: it claims impossible sizes")
        record = Record(kind, _exactly(stream, name_bytes), _exactly(stream, content_bytes))
        if kind == _END:
            break
        seen.update(header + record.name + record.content)
        yield record
    if record.name != seen.digest() or stream.read(1):
        raise ArchiveError("the archive is damaged: its end does not fit its content")


def _exactly(stream: BinaryIO, n_bytes: int) -> bytes:
    data = stream.read(n_bytes)
    if len(data) < n_bytes:
        raise ArchiveError("the archive is incomplete")
    return data


@contextmanager
def _faults_named(file: Path) -> Iterator[None]:
    """Add the name of the file to errors."""
    try:
        yield
    except ArchiveError as error:
        raise ArchiveError(f"{file}: {error.message}") from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the file's name
        raise ArchiveError(f"{file}: {error}") from error
