"""Where a page comes from: its file."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path

from pronghorn.errors import Place, SourceError


@dataclass(frozen=True, slots=True)
class Source:
    """A file below the source directory. Only its path is known; its content is read when asked for.

    Conditions of readers and URL deducers get one as their argument.
    """

    root: Path
    """The source directory."""
    relpath: str
    """The path relative to it, with slashes: ``posts/2026/salt.md``."""

    @property
    def path(self) -> Path:
        """The absolute path."""
        return self.root / self.relpath

    @property
    def reldirname(self) -> str:
        """The folder, relative to the source directory: ``posts/2026``, or an empty string at the top."""
        return posixpath.dirname(self.relpath)

    @property
    def basename(self) -> str:
        """The name of the file: ``salt.md``."""
        return posixpath.basename(self.relpath)

    @property
    def filebase(self) -> str:
        """The name without its last suffix: ``salt``, ``v1.2`` for ``v1.2.md``."""
        return posixpath.splitext(self.basename)[0]

    @property
    def ext(self) -> str:
        """The last suffix without its dot: ``md``, or an empty string."""
        return posixpath.splitext(self.basename)[1][1:]

    def read_bytes(self) -> bytes:
        """Return the content of the file."""
        return self.path.read_bytes()

    def read_text(self, encoding: str = "utf-8") -> str:
        """Return the text of the file, line ends as newlines, without a byte order mark.

        :raises SourceError: if the file is not in *encoding*; the error names the line.
        """
        data = self.read_bytes()
        try:
            text = data.decode("utf-8-sig" if encoding.lower() in {"utf-8", "utf8"} else encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise SourceError(
                f"not {encoding}: byte 0x{data[error.start]:02x} at offset {error.start}."
                f" Save the file as {encoding}, or read it with its own encoding:"
                " page.source.read_text('latin-1')",
                place=Place(self.path, line),
            ) from error
        return text.replace("\r\n", "\n").replace("\r", "\n")
