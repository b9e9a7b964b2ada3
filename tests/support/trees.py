"""Compares output folders byte by byte."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

# Sphinx's own bookkeeping: digests of the configuration, which name every extension.
BOOKKEEPING = frozenset({".buildinfo", ".buildinfo.bak"})
SHOWN_CHARS = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One file that is not the same in two folders."""

    path: str
    """The file, relative to both folders, with forward slashes."""
    what: str
    """Where it differs, in words: the side that lacks it, or the first line that differs."""

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def files_of(folder: Path) -> dict[str, Path]:
    """Return all files below *folder* by relative path, sorted, without Sphinx's bookkeeping."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name not in BOOKKEEPING)
    return {path.relative_to(folder).as_posix(): path for path in sorted(found)}


def digests_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file below *folder*, by relative path, without Sphinx's bookkeeping."""
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files_of(folder).items()}


def differences(left: Path, right: Path) -> Iterator[Difference]:
    """Yield every file that is not the same below *left* and *right*, sorted by path.

    :raises FileNotFoundError: one of the folders has no file at all, so that nothing was compared.
    """
    lefts, rights = files_of(left), files_of(right)
    for folder, files in ((left, lefts), (right, rights)):
        if not files:
            raise FileNotFoundError(f"{folder} has no files to compare")
    for name in sorted(lefts.keys() | rights.keys()):
        if name not in rights:
            yield Difference(name, f"only in {left}")
        elif name not in lefts:
            yield Difference(name, f"only in {right}")
        elif (a := lefts[name].read_bytes()) != (b := rights[name].read_bytes()):
            yield Difference(name, _first_line_that_differs(a, b))


def assert_same_files(left: Path, right: Path) -> None:
    """Check that two folders hold the same files with the same bytes, Sphinx's bookkeeping aside.

    :raises AssertionError: they do not; the message names the first file and line.
    """
    found = list(differences(left, right))
    if found:
        raise AssertionError(f"{len(found)} files differ between {left} and {right}; the first is {found[0]}")


def _first_line_that_differs(left: bytes, right: bytes) -> str:
    """Return the number and both versions of the first line that differs."""
    lines = zip_longest(left.split(b"\n"), right.split(b"\n"))
    number, (a, b) = next((n, pair) for n, pair in enumerate(lines, start=1) if pair[0] != pair[1])
    return f"line {number}:\n  - {_shown(a, b)}\n  + {_shown(b, a)}"


def _shown(line: bytes | None, other: bytes | None) -> str:
    """Return the part of a line that differs from *other*, short enough for a terminal."""
    if line is None:
        return "(the file ends)"
    same = next((n for n, (a, b) in enumerate(zip(line, other or b"", strict=False)) if a != b), 0)
    start = max(0, same - SHOWN_CHARS // 4)
    return line[start : start + SHOWN_CHARS].decode(errors="backslashreplace")
