"""Digests: the names of what the store holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from pronghorn.errors import PronghornError

DIGEST_BYTES = 32

ABSENT = b""
"""Stands for the digest of what is not there."""

NameOf = Callable[[str], str]
"""Names an absolute path, or paths in a text, so that it means the same in every clone."""


class UndigestableError(PronghornError):
    """A value holds something that has no digest which is the same in every process.

    :ivar path: where it is: ``html_context['x'][3]``.
    :ivar kind: its type.
    """

    def __init__(self, path: str, kind: type, reason: object) -> None:
        super().__init__(f"{path} ({kind.__module__}.{kind.__qualname__}) cannot be digested: {reason}")
        self.path = path
        self.kind = kind


def digest_of(data: bytes) -> bytes:
    """Return the SHA-256 digest of *data*, :data:`DIGEST_BYTES` long."""
    return hashlib.sha256(data).digest()


def digest_of_file(path: Path) -> bytes:
    """Return the digest of what a file holds.

    :raises OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def name_from(text: str) -> str:
    """Return the name of a file that belongs to *text*, such as the path of another one."""
    return digest_of(text.encode(errors="surrogateescape")).hex()[:16]


def digest_of_parts(*parts: bytes) -> bytes:
    """Return a digest of *parts* that depends on where one ends and the next begins."""
    return digest_of(b"".join(digest_of(part) for part in parts))


def portable_path(value: object, name_of: NameOf) -> str | None:
    """Return the name of a text with a path in it; None if *value* is something else."""
    if type(value) is not str or "/" not in value:
        return None
    name = name_of(value)
    return name if name != value or value.startswith("/") else None
