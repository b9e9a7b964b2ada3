"""The watch: which files and folders code looks at while it runs."""

from __future__ import annotations

import os
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from pronghorn.cache.tracking.file_events import EVENTS, source_of
from pronghorn.cache.tracking.substitutes import Substitutes
from pronghorn.resources import PACKAGE

_NO_CONTENT = ("/dev", "/proc", "/sys")  # what is below answers differently each time
_BYTE_CODE_FOLDER = f"{os.sep}__pycache__"
_LSTAT = os.lstat  # as it is while nobody records


@dataclass(slots=True)
class Seen:
    """Absolute paths, normalised but not resolved, that were looked at or changed.

    What was written, or lies in a folder that was made, is no longer noted as looked at: nobody else decides on it.
    """

    read: set[str] = field(default_factory=set)
    """Opened for reading, or tried to; or asked for their size. For byte code, its source stands here."""
    written: set[str] = field(default_factory=set)
    """Opened for writing, moved, linked, touched or removed, or tried to."""
    listed: set[str] = field(default_factory=set)
    """Folders whose names were read, or tried to."""
    probed: set[str] = field(default_factory=set)
    """Asked for existence, kind or rights, and neither read nor listed."""
    made: set[str] = field(default_factory=set)
    """Folders that were not there before."""
    started: set[str] = field(default_factory=set)
    """Programs, as the caller named them. What they do to files is not seen."""
    variables: set[str] = field(default_factory=set)
    """Environment variables that foreign code has looked up, or tried to; :data:`ALL_VARIABLES` for their names."""
    inside: set[str] = field(default_factory=set)
    """What was looked at in folders that were made, complete at the end."""
    marked: set[str] = field(default_factory=set)
    """Those paths and variables that were looked at on behalf of code which the recording was to tell apart."""

    def looks_at(self, some: AbstractSet[str]) -> Seen:
        """Return what was looked at, as far as it is among *some* paths and variables."""
        return Seen(
            read=self.read & some,
            listed=self.listed & some,
            probed=self.probed & some,
            variables=self.variables & some,
        )

    def add_looks(self, other: Seen) -> None:
        """Add what was looked at in another recording."""
        self.read |= other.read
        self.listed |= other.listed
        self.probed |= other.probed - self.read
        self.variables |= other.variables


class Watch:
    """Records what this process does to files.

    Byte code that Python keeps is not noted, but opening it counts as reading its source. Nor is noted that these
    folders and those around them exist: whoever resolves a path asks for each of them, and they differ by machine.

    :param ignored: folders whose files are not noted, besides those of Python, of installed packages and of Pronghorn.
    :param kept: folders whose files are noted although they lie in an ignored one.
    """

    def __init__(self, ignored: Iterable[Path] = (), kept: Iterable[Path] = ()) -> None:
        ignored_folders = _both_spellings((*_python_folders(), *_NO_CONTENT, *ignored))
        known = {**dict.fromkeys(ignored_folders, False), **dict.fromkeys(_both_spellings(kept), True)}
        roots = {os.path.join(path, ""): is_kept for path, is_kept in known.items()}  # noqa: PTH118
        self._roots = sorted(roots.items(), key=lambda root: -len(root[0]))
        self._certain = frozenset(place for path in known for place in _around(path))
        self._located: dict[str, str | None] = {}

    @contextmanager
    def recording(
        self, *, all_threads: bool = False, marks: Callable[[FrameType], bool] | None = None
    ) -> Iterator[Seen]:
        """Note what is done until the block ends; what is noted is complete then.

        Recordings may be nested; the outer one notes what the inner one does. A forked child goes on by itself.

        :param all_threads: note also what other threads do.
        :param marks: tells whether what is looked at in a frame is to be marked, before it is looked at.
        """
        recording = _Recording(self, None if all_threads else threading.get_ident(), marks)
        _PROCESS.start(recording)
        try:
            yield recording.seen
        finally:
            _PROCESS.stop(recording)
            recording.finish()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Note nothing of what this thread does until the block ends, in no recording."""
        thread = threading.get_ident()
        _PROCESS.paused.append(thread)
        try:
            yield
        finally:
            _PROCESS.paused.remove(thread)

    def tell_written(self, path: Path) -> None:
        """Note that this thread has made *path* what it is, although it need not write it again."""
        _PROCESS.note("written", path)

    def locate(self, path: object) -> str | None:
        """Return *path* as it is noted; None if it is not, or is not a path."""
        try:
            raw = path if type(path) is str else os.fsdecode(path)  # type: ignore[arg-type]
            if raw in self._located:
                return self._located[raw]
            found = os.path.abspath(raw)  # noqa: PTH100
        except (TypeError, ValueError, OSError):  # a file descriptor; the current folder is gone
            return None
        noted = found if self._is_noted(found) else None
        if os.path.isabs(raw):  # noqa: PTH117
            self._located[raw] = noted
        return noted

    def _is_noted(self, path: str) -> bool:
        """Check whether the deepest of the folders around *path* is to be noted."""
        inside = path + os.sep
        is_kept = next((is_kept for root, is_kept in self._roots if inside.startswith(root)), True)
        return is_kept and source_of(path) is None and not path.endswith(_BYTE_CODE_FOLDER)

    def is_certain(self, path: str) -> bool:
        """Check whether the folder *path* exists as surely as the site and Python themselves."""
        return path in self._certain


class _Recording:
    """What one recording has noted so far."""

    def __init__(self, watch: Watch, thread: int | None, marks: Callable[[FrameType], bool] | None) -> None:
        self.seen = Seen()
        self.thread = thread
        self._marks = marks
        self._watch = watch
        self._looked_at = {"read": self.seen.read, "listed": self.seen.listed, "probed": self.seen.probed}

    def note(self, verb: str, path: object) -> None:
        """Note that *path* was looked at or changed."""
        if verb == "started":
            self.seen.started.add(_told(path))
            return
        if verb == "looked up":
            self.seen.variables.add(_told(path))
            self._mark(_told(path), sys._getframe(2))  # noqa: SLF001
            return
        place = self._watch.locate(path)
        if place is None:
            return
        if verb == "written":
            self.seen.written.add(place)
        elif verb == "made" and not _is_there(place):
            self.seen.made.add(place)
        elif place not in self.seen.written:
            # To try to make a folder is to ask whether it is there.
            self._looked_at.get(verb, self.seen.probed).add(place)
            self._mark(place, sys._getframe(2))  # noqa: SLF001

    def _mark(self, name: str, frame: FrameType) -> None:
        if self._marks is not None and name not in self.seen.marked and self._marks(frame):
            self.seen.marked.add(name)

    def finish(self) -> None:
        """Leave out what is implied by the rest."""
        seen = self.seen
        if seen.made:
            for noted in self._looked_at.values():
                own = [path for path in noted.copy() if not seen.made.isdisjoint(_around(path))]
                noted.difference_update(own)
                seen.inside.update(own)
        seen.probed -= seen.read | seen.listed
        seen.probed.difference_update([path for path in seen.probed.copy() if self._watch.is_certain(path)])


class _Process:
    """The recordings of this process, its audit hook, and what stands in for functions without an audit event."""

    def __init__(self) -> None:
        self.recordings: tuple[_Recording, ...] = ()
        self.paused: list[int] = []
        self._lock = threading.Lock()
        self._is_hooked = False
        self._substitutes = Substitutes(self.note)

    def start(self, recording: _Recording) -> None:
        """Begin to note."""
        with self._lock:
            if not self._is_hooked:
                self._is_hooked = True
                os.register_at_fork(after_in_child=self._after_fork)
                sys.addaudithook(self._hook())
            if not self.recordings:
                self._substitutes.put_in()
            self.recordings = (*self.recordings, recording)

    def stop(self, recording: _Recording) -> None:
        """Note nothing more."""
        with self._lock:
            self.recordings = tuple(one for one in self.recordings if one is not recording)
            if not self.recordings:
                self._substitutes.put_back()

    def note(self, verb: str, path: object) -> None:
        """Let the recordings of this thread note something."""
        thread = threading.get_ident()
        if thread in self.paused:
            return
        for recording in self.recordings:
            if recording.thread is None or recording.thread == thread:
                recording.note(verb, path)

    def _hook(self) -> Callable[[str, tuple[Any, ...]], None]:
        """Make the audit hook. It is called for each event as long as the process lives."""
        process = self

        def hook(event: str, args: tuple[Any, ...]) -> None:
            if process.recordings and event in EVENTS:
                for verb, path in EVENTS[event](args):
                    process.note(verb, path)

        return hook

    def _after_fork(self) -> None:
        """Go on in a child, in which the other threads are gone."""
        self._lock = threading.Lock()
        thread = threading.get_ident()
        self.recordings = tuple(one for one in self.recordings if one.thread in (None, thread))
        self.paused[:] = [one for one in self.paused if one == thread]
        if not self.recordings:
            self._substitutes.put_back()


_PROCESS = _Process()  # an audit hook is there for the whole process, and cannot be removed


def _is_there(path: str) -> bool:
    try:
        _LSTAT(path)
    except (OSError, ValueError):
        return False
    return True


def _python_folders() -> Iterator[str]:
    yield from (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, str(PACKAGE))
    yield from sysconfig.get_paths().values()
    if sys.pycache_prefix is not None:
        yield sys.pycache_prefix


def _both_spellings(folders: Iterable[str | Path]) -> set[str]:
    """Return absolute paths of *folders*, as they are called and as they are once links are followed."""
    return {place for path in folders for place in (os.path.abspath(path), os.path.realpath(path))}  # noqa: PTH100


def _around(path: str) -> Iterator[str]:
    """Return *path* and all folders around it."""
    yield path
    while (outer := os.path.dirname(path)) != path:  # noqa: PTH120
        path = outer
        yield path


def _told(name: object) -> str:
    """Return the name of a program or a variable, which may be given as bytes."""
    return os.fsdecode(name) if isinstance(name, bytes) else str(name)
