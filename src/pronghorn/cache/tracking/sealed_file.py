"""Plain data that one build keeps for the next: whole, or as if it had never been there."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from pronghorn.cache.tracking.digests import digest_of


class SealedFile:
    """A file of plain data, with a checksum.

    :param version: changes when data of an earlier Pronghorn mean something else.
    """

    def __init__(self, path: Path, version: int = 1) -> None:
        self.path = path
        self._version = version

    def load(self) -> Any:
        """Return what :meth:`save` was given; None if there is nothing, or it is damaged, or of another version."""
        try:
            seal, content = self.path.read_bytes().split(b"\n", 1)
            if seal != digest_of(content).hex().encode():
                return None
            version, data = json.loads(content)
        except (OSError, TypeError, ValueError, RecursionError):
            return None
        return data if version == self._version else None

    def save(self, data: Any) -> bool:
        """Keep plain data; False if the file cannot be written. Without them, the next build does more."""
        content = json.dumps([self._version, data], separators=(",", ":")).encode()
        try:
            write_whole(self.path, b"%b\n%b" % (digest_of(content).hex().encode(), content))
        except OSError:
            return False
        return True


def write_whole(file: Path, content: bytes) -> None:
    """Write a file, all or nothing, and the folders that it lies in."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as folder:
        new = Path(folder, file.name)
        new.write_bytes(content)
        new.replace(file)
