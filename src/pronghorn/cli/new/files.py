"""Writing several files, or none."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from pronghorn.errors import PronghornError


class RefusedError(PronghornError):
    """Nothing was written; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class LaidDown:
    """What was written, and what to tell about it."""

    headline: str
    files: list[Path]
    """In the order in which they were written; relative if the folder was given so."""
    next_steps: list[str]
    """What to type or do next, a line each."""
    notes: list[str]
    """What was done differently from what was asked for, or is missing."""


def refuse_clash(root: Path, names: Iterable[str]) -> None:
    """Make sure that each of *names* below *root* can be made without touching what is there.

    :raises RefusedError: if something is in the way; the message lists all of it.
    """
    if os.path.lexists(root) and not root.is_dir():
        raise RefusedError(f"{root} is not a folder; nothing was written")
    in_the_way = {path for name in names if (path := _obstacle(root / name))}
    if in_the_way:
        listed = "".join(f"\n  {path}" for path in sorted(in_the_way))
        raise RefusedError(f"nothing was written, these are in the way:{listed}\nMove them, or choose another name.")


def _obstacle(path: Path) -> Path | None:
    """Find what keeps *path* from being made: itself, or a file where a folder must be."""
    if os.path.lexists(path):
        return path
    nearest = next((parent for parent in path.parents if os.path.lexists(parent)), None)
    return nearest if nearest and not nearest.is_dir() else None


def lay_down_files(root: Path, files: Mapping[str, str]) -> list[Path]:
    """Write *files* below *root*, with the folders they need. If one cannot be written, none stays.

    :param files: names relative to *root*, with slashes, and their texts.
    :return: the paths, in the order of *files*.
    :raises RefusedError: if something is in the way or cannot be written.
    """
    refuse_clash(root, files)
    made: list[Path] = []
    path = root
    try:
        for name, text in files.items():
            path = root / name
            _write(path, text, made)
    except OSError as error:
        raise RefusedError(f"cannot write {path}: {error.strerror}; {_remove(made)}") from error
    except BaseException:
        _remove(made)
        raise
    return [root / name for name in files]


def _write(path: Path, text: str, made: list[Path]) -> None:
    missing = list(takewhile(lambda folder: not folder.exists(), path.parents))
    for folder in reversed(missing):
        folder.mkdir()
        made.append(folder)
    with path.open("x", encoding="utf-8", newline="\n") as stream:
        made.append(path)
        stream.write(text)


def _remove(made: list[Path]) -> str:
    """Remove what was made, last thing first, and say how that went."""
    left = []
    for path in reversed(made):
        try:
            path.rmdir() if path.is_dir() else path.unlink()
        except OSError:
            left.append(str(path))
    return f"could not remove again: {', '.join(left)}" if left else "nothing was left behind"
