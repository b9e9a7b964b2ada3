"""Digests: the names of what the store holds."""

from __future__ import annotations

import hashlib

DIGEST_BYTES = 32

ABSENT = b""
"""Stands for the digest of what is not there."""


def digest_of(data: bytes) -> bytes:
    """Return the SHA-256 digest of *data*, :data:`DIGEST_BYTES` long."""
    return hashlib.sha256(data).digest()


def digest_of_parts(*parts: bytes) -> bytes:
    """Return a digest of *parts* that depends on where one ends and the next begins."""
    return digest_of(b"".join(digest_of(part) for part in parts))
