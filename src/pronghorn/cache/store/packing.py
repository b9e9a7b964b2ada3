"""Packing: the form in which the store keeps an entry's bytes."""

from __future__ import annotations

import zlib

from pronghorn.cache.tracking.digests import digest_of

MAX_ENTRY_BYTES = 64 * 2**20
"""Larger entries are not kept, and not unpacked either: a few damaged bytes can claim any size."""

_PLAIN, _DEFLATED = b"\0", b"\1"
_LEVEL = 1
_WORTHWHILE = 0.9
"""Compression pays if less than this share is left."""


def pack(data: bytes) -> bytes:
    """Compress *data* if that pays; the first byte says whether it did."""
    deflated = zlib.compress(data, _LEVEL)
    return _DEFLATED + deflated if len(deflated) < _WORTHWHILE * len(data) else _PLAIN + data


def unpack(packed: object, digest: object) -> bytes | None:
    """Undo :func:`pack`.

    A damaged database may give values of any type for both.

    :return: the data, or None if it is not what *digest* names.
    """
    if not isinstance(packed, bytes):
        return None
    data = packed[1:] if packed[:1] == _PLAIN else _inflate(packed[1:])
    return data if digest_of(data) == digest else None


def _inflate(deflated: bytes) -> bytes:
    """Decompress as far as the limit, or to the first fault: the digest tells whether that is all."""
    try:
        return zlib.decompressobj().decompress(deflated, MAX_ENTRY_BYTES)
    except zlib.error:
        return b""
