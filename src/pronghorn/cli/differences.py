"""Where two folders differ, byte by byte."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

BOOKKEEPING = frozenset({".buildinfo", ".buildinfo.bak"})
"""Sphinx's notes to itself about the configuration."""

_CHUNK_BYTES = 2**20
_SHOWN_CHARS = 160


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not the same in two folders."""

    file: str
    """The path relative to both folders, with slashes."""
    line: int
    """The number of the first line that differs; 0 if one folder lacks the file."""
    left: str
    right: str
    """What each of the two has there, cut where it is too long to be read."""


def files_below(folder: Path, *, passed_over: Path | None = None) -> dict[str, Path]:
    """Return all files below *folder* by relative path, sorted, without Sphinx's bookkeeping.

    :param passed_over: a folder whose files do not count.
    """
    found = {
        file.relative_to(folder).as_posix(): file
        for file in folder.rglob("*")
        if file.name not in BOOKKEEPING and (passed_over is None or passed_over not in file.parents) and file.is_file()
    }
    return dict(sorted(found.items()))


def differences(left: dict[str, Path], right: dict[str, Path], besides: Container[str] = ()) -> Iterator[Difference]:
    """Yield the files that are not the same, sorted by path, but those in *besides*."""
    for name in sorted(left.keys() | right.keys()):
        if name in besides:
            continue
        if name not in left or name not in right:
            there, missing = "the file is there", "there is no such file"
            yield Difference(name, 0, *((there, missing) if name in left else (missing, there)))
        elif not _is_same(left[name], right[name]):
            yield _first_line(name, left[name].read_bytes(), right[name].read_bytes())


def _is_same(left: Path, right: Path) -> bool:
    if left.stat().st_size != right.stat().st_size:
        return False
    with left.open("rb") as one, right.open("rb") as other:
        while data := one.read(_CHUNK_BYTES):
            if data != other.read(_CHUNK_BYTES):
                return False
    return True


def _first_line(name: str, left: bytes, right: bytes) -> Difference:
    lines = zip_longest(left.split(b"\n"), right.split(b"\n"))
    number, (one, other) = next((n, pair) for n, pair in enumerate(lines, start=1) if pair[0] != pair[1])
    return Difference(name, number, _shown(one, other), _shown(other, one))


def _shown(line: bytes | None, other: bytes | None) -> str:
    """Cut out of a line what differs from *other*, with a little of what is before it."""
    if line is None:
        return "the file has ended"
    same = next((n for n, (a, b) in enumerate(zip(line, other or b"", strict=False)) if a != b), 0)
    start = max(0, same - _SHOWN_CHARS // 4)
    text = line[start : start + _SHOWN_CHARS].decode(errors="backslashreplace")
    return ("..." if start else "") + text + ("..." if start + _SHOWN_CHARS < len(line) else "")
