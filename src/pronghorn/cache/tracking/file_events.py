"""What is done to files, as Python tells it: by audit events, and by calls of functions that have none."""

from __future__ import annotations

import functools
import importlib.metadata
import os
import sys
import sysconfig
from collections.abc import Callable, Iterator
from importlib.util import source_from_cache
from pathlib import Path
from types import BuiltinFunctionType, FrameType, ModuleType
from typing import Any

from pronghorn.resources import PACKAGE

_IMPORTERS = ("<frozen importlib._bootstrap_external>", str(Path(importlib.metadata.__file__).parent))
_BACKPORT = f"{os.sep}importlib_metadata{os.sep}"  # once imported, it looks for packages in place of Python's own
_HERE = -1  # instead of the descriptor of a folder that a path is relative to
STATUS = ("stat", "lstat")
_LIBRARY = (sysconfig.get_path("stdlib") + os.sep, "<frozen ", str(PACKAGE) + os.sep)
_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")

Action = tuple[str, Any]


def _opened(args: tuple[Any, ...]) -> list[Action]:
    path, _, flags = args
    if isinstance(path, str) and (source := source_of(path)) is not None:
        return [("read", source)]
    if not flags & (os.O_WRONLY | os.O_RDWR):
        return [("read", path)]
    # Whoever writes into what is there, or behind it, depends on it.
    overwritten = flags & (os.O_TRUNC | os.O_EXCL)
    return [("written", path)] if overwritten else [("read", path), ("written", path)]


def _listed(args: tuple[Any, ...]) -> list[Action]:
    hook = sys._getframe().f_back  # noqa: SLF001
    caller = hook and hook.f_back
    # Where Python looks for modules and packages is no matter of the code that asks for one.
    file = "" if caller is None else caller.f_code.co_filename
    is_import = file.startswith(_IMPORTERS) or _BACKPORT in file
    return [] if is_import else [("listed", "." if args[0] is None else args[0])]


def _removed(args: tuple[Any, ...]) -> list[Action]:
    path, folder = args
    return [("written", path)] if folder == _HERE else []


def _moved(args: tuple[Any, ...]) -> list[Action]:
    old, new, old_folder, new_folder = args
    return [("written", path) for path, folder in ((old, old_folder), (new, new_folder)) if folder == _HERE]


def _linked(args: tuple[Any, ...]) -> list[Action]:
    old, new, old_folder, new_folder = args
    return [("read", old), ("written", new)] if old_folder == new_folder == _HERE else []


def _pointed(args: tuple[Any, ...]) -> list[Action]:
    _, new, folder = args
    return [("written", new)] if folder == _HERE else []


def _made(args: tuple[Any, ...]) -> list[Action]:
    path, _, folder = args
    return [("made", path)] if folder == _HERE else []


def _truncated(args: tuple[Any, ...]) -> list[Action]:
    return [("read", args[0]), ("written", args[0])]


def _stamped(args: tuple[Any, ...]) -> list[Action]:
    path, *_times, folder = args
    return [("read", path), ("written", path)] if folder == _HERE else []  # its content stays


def _connected(args: tuple[Any, ...]) -> list[Action]:
    return [] if args[0] == ":memory:" else [("read", args[0])]


def _started(args: tuple[Any, ...]) -> list[Action]:
    return [("started", args[0])]


EVENTS: dict[str, Callable[[tuple[Any, ...]], list[Action]]] = {
    "open": _opened,
    "os.listdir": _listed,
    "os.scandir": _listed,
    "os.remove": _removed,
    "os.rename": _moved,
    "os.link": _linked,
    "os.symlink": _pointed,
    "os.mkdir": _made,
    "os.truncate": _truncated,
    "os.utime": _stamped,
    "sqlite3.connect": _connected,
    "subprocess.Popen": _started,
    "os.system": _started,
    "os.posix_spawn": _started,
}


def source_of(path: str) -> str | None:
    """Return the source of the byte code *path*, also while that is being written; None if it is something else."""
    stem, dot, number = path.rpartition(".pyc")
    if not dot or number.lstrip(".").strip("0123456789"):
        return None
    try:
        return source_from_cache(stem + dot)
    except ValueError:  # byte code without a source is itself one
        return None


def unaudited() -> Iterator[tuple[ModuleType, str, str]]:
    """Return the functions that look at files without an audit event, and what they do."""
    yield from ((os, name, "probed") for name in ("stat", "lstat", "access", "readlink"))
    # Where these are written in Python, they call the above.
    for name in ("exists", "isfile", "isdir", "islink", "isjunction", "lexists"):
        if isinstance(getattr(os.path, name, None), BuiltinFunctionType):
            yield os.path, name, "probed"
    yield os.path, "getsize", "read"  # what it answers depends on the content


def is_told_status(frame: FrameType | None) -> bool:
    """Check whether the status of a file, with its size, gets to code that may use it.

    Python's own functions ask for it to tell whether a file exists and of which kind it is.
    """
    while frame is not None and frame.f_code.co_name in STATUS and _is_library(frame.f_code.co_filename):
        frame = frame.f_back  # Path.stat
    return frame is not None and not _is_library(frame.f_code.co_filename)


@functools.cache
def _is_library(file: str) -> bool:
    return file.startswith(_LIBRARY) and not any(part in file for part in _INSTALLED)
