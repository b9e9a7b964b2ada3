"""Digests of files and folders, without reading again what has not changed since the last build."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from pronghorn.cache.tracking.digests import digest_of, digest_of_file
from pronghorn.cache.tracking.sealed_file import SealedFile

RACY_NS = 2 * 10**9
"""A file may change once more without a new time stamp. Clocks of file systems tick every two seconds at worst."""

NO_FILE = digest_of(b"pronghorn: a folder, or nothing that can be read")
"""The digest of what is there and has no content: a folder, a device, a file that may not be read."""
NO_FOLDER = digest_of(b"pronghorn: no folder, or none that can be listed")
"""The digest of the listing of what is there and cannot be listed."""

_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})
# Python makes it where it imports from; a clean clone has none.
_NOT_LISTED = frozenset({"__pycache__"})

StrPath = str | os.PathLike[str]


class _Stamp(NamedTuple):
    """What the system says of a file without reading it."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> _Stamp:
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)

    def is_older_than(self, moment_ns: int) -> bool:
        """Check whether the file was left alone since well before *moment_ns*, if the clock can be believed."""
        return max(self.mtime_ns, self.ctime_ns) < moment_ns - RACY_NS


class _Known(NamedTuple):
    """A file's content, as it was in this build.

    :ivar stamp: None if the file is not there, or may have changed after it was read without a new stamp.
    """

    digest: bytes
    stamp: _Stamp | None


class FileDigests:
    """What files and folders hold, as one build sees it: asked again, the same answer is given.

    A file whose size, times and inode are those of the last build is not read again, unless it was changed so shortly
    before it was read that it may have changed again since.

    :param cache_file: where this is kept from build to build; None to keep nothing.
    :param now_ns: gives the time of the clock that stamps files.
    """

    def __init__(self, cache_file: Path | None, *, now_ns: Callable[[], int] = time.time_ns) -> None:
        self._file = SealedFile(cache_file) if cache_file else None
        self._now_ns = now_ns
        self._before = _load(self._file, now_ns()) if self._file else {}
        self._known: dict[str, _Known] = {}
        self._listings: dict[str, bytes] = {}
        self._kinds: dict[str, bytes] = {}
        self._differed: set[str] = set()

    def digest(self, path: StrPath) -> bytes:
        """Return the digest of a file's content: empty if it is absent, :data:`NO_FILE` if it has none to read."""
        name = _name_of(path)
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._look(name, self._before.get(name))
        return known.digest

    def read(self, path: StrPath) -> tuple[bytes, bytes]:
        """Read a file, and give its content with the digest of just that.

        If that is not the digest which was given before, :meth:`recheck` will name the file.

        :raises OSError: it is absent or cannot be read.
        """
        name = _name_of(path)
        moment_ns = self._now_ns()
        with Path(name).open("rb") as stream:
            stamp = _Stamp.of(os.fstat(stream.fileno()))
            content = stream.read()
        digest = digest_of(content)
        known = self._known.setdefault(name, _Known(digest, stamp if stamp.is_older_than(moment_ns) else None))
        if known.digest != digest:
            self._differed.add(name)
        return content, digest

    def recheck(self, paths: Iterable[StrPath]) -> set[Path]:
        """Return those of *paths* that do not hold any more what was digested or read in this build.

        Paths that nobody asked about are left out.
        """
        return {Path(path) for path in paths if self._has_changed(_name_of(path))}

    def listing(self, folder: StrPath) -> bytes:
        """Return a digest of the names in *folder* and their kinds.

        :return: empty if the folder is absent, :data:`NO_FOLDER` if it cannot be listed.
        """
        name = _name_of(folder)
        if name not in self._listings:
            self._listings[name] = _listing_of(name)
        return self._listings[name]

    def kind(self, path: StrPath) -> bytes:
        """Return what is there: ``b"file"``, ``b"folder"``, ``b"other"``, or empty; of a link, also where it leads."""
        name = _name_of(path)
        if name not in self._kinds:
            self._kinds[name] = _kind_of(name)
        return self._kinds[name]

    def save(self) -> None:
        """Keep what was asked in this build for the next one, if the file can be written."""
        found = {
            name: known
            for name, known in self._known.items()
            if known.stamp is not None and known.digest not in (b"", NO_FILE)
        }
        if self._file is None or found == self._before:
            return
        kept = {name: [*(known.stamp or ()), known.digest.hex()] for name, known in found.items()}
        self._file.save([self._now_ns(), kept])

    def _look(self, name: str, before: _Known | None) -> _Known:
        """Digest a file, by its stamp if *before* is still true."""
        moment_ns = self._now_ns()
        try:
            status = os.stat(name)  # noqa: PTH116
            if not stat.S_ISREG(status.st_mode):
                return _Known(NO_FILE, None)
            stamp = _Stamp.of(status)
            if before is not None and before.stamp == stamp:
                return before
            digest = digest_of_file(Path(name))
        except (OSError, ValueError) as error:
            return _Known(b"" if _is_absence(error) else NO_FILE, None)
        return _Known(digest, stamp if stamp.is_older_than(moment_ns) else None)

    def _has_changed(self, name: str) -> bool:
        known = self._known.get(name)
        return known is not None and (name in self._differed or self._look(name, known).digest != known.digest)


def _name_of(path: StrPath) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - Path.absolute() leaves `..` in


def _is_absence(error: OSError | ValueError) -> bool:
    """Tell absent files from unreadable ones. ValueError: no file can have that name."""
    return isinstance(error, ValueError) or error.errno in _ABSENT


def _kind_of(name: str) -> bytes:
    try:
        mode = os.lstat(name).st_mode
        if stat.S_ISLNK(mode):
            return b"link to " + os.fsencode(os.readlink(name)) + b", " + _kind_behind(name)  # noqa: PTH115
    except (OSError, ValueError) as error:
        return b"" if _is_absence(error) else b"other"
    return _kind_of_mode(mode)


def _kind_behind(link: str) -> bytes:
    try:
        return _kind_of_mode(os.stat(link).st_mode)  # noqa: PTH116
    except OSError:
        return b""


def _kind_of_mode(mode: int) -> bytes:
    return b"file" if stat.S_ISREG(mode) else b"folder" if stat.S_ISDIR(mode) else b"other"


def _listing_of(name: str) -> bytes:
    try:
        with os.scandir(name) as entries:
            found = sorted((entry.name, _kind_of_entry(entry)) for entry in entries if entry.name not in _NOT_LISTED)
    except (OSError, ValueError):
        return NO_FOLDER if os.path.exists(name) else b""  # noqa: PTH110
    return digest_of(repr(found).encode("utf-8", "surrogatepass"))


def _kind_of_entry(entry: os.DirEntry[str]) -> str:
    try:
        return "folder" if entry.is_dir() else "file" if entry.is_file() else "other"
    except OSError:  # a link that cannot be followed
        return "other"


def _load(file: SealedFile, now_ns: int) -> dict[str, _Known]:
    """Read what :meth:`FileDigests.save` wrote; nothing, if the clock was set back since."""
    try:
        saved_ns, kept = file.load() or (now_ns, {})
        if saved_ns > now_ns:
            return {}
        return {name: _Known(bytes.fromhex(digest), _Stamp(*stamp)) for name, (*stamp, digest) in kept.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def is_younger(file: Path, moment_ns: int) -> bool:
    """Check whether a file was changed after *moment_ns*: what was read of it may be older than its digest."""
    try:
        status = file.stat()
    except OSError:
        return False
    return max(status.st_mtime_ns, status.st_ctime_ns) >= moment_ns
