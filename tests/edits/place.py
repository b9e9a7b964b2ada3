"""A source folder that follows what its site becomes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.edits.build import Build, Stamps
from tests.edits.site import Link, Site

_LONG_AGO_NS = 1_000_000_000_000_000_000
_AHEAD_NS = 3_600_000_000_000


class Place:
    """A folder with a source and all that builds make of it: ``source``, ``out``, ``doctrees``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = folder / "source"
        self.outputs = folder / "out"
        self.doctrees = folder / "doctrees"
        self._tree: dict[str, bytes | Link] = {}

    def output_of(self, build: Build) -> Path:
        """Return the output directory of a build."""
        return self.outputs / build.builder

    def doctrees_of(self, build: Build) -> Path:
        """Return the folder with the doctrees of a build."""
        return self.doctrees / (build.builder if build.own_doctrees else "all")

    def begin(self, site: Site) -> None:
        """Take up a folder in which somebody has put the source of *site*."""
        self._tree = site.tree()

    def clear(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._tree = {}

    def follow(self, site: Site, stamps: Stamps) -> None:
        """Write the files that changed, and remove those that are gone, as an author does it: one by one."""
        tree = site.tree()
        self.source.mkdir(parents=True, exist_ok=True)
        for path in self._tree.keys() - tree.keys():
            self._remove(path)
        changed = [path for path, content in tree.items() if self._tree.get(path) != content]
        for path in changed:
            self._write(path, tree[path], stamps)
            if path.endswith(".po"):
                (self.source / path).with_suffix(".mo").unlink(missing_ok=True)
        if stamps is Stamps.TOUCHED:
            for path in tree:
                os.utime(self.source / path, follow_symlinks=False)
        self._tree = tree

    def stamps_of_source(self) -> dict[str, tuple[int, int]]:
        """Return size and time stamp of each file below the source folder: what a build must leave alone.

        Sphinx itself compiles translations there.
        """
        stats = ((name, os.lstat(name)) for name in self.names() if not name.endswith(".mo"))
        return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in stats}

    def names(self) -> list[str]:
        """Return all files below the source folder in the order of the file system: Sphinx names some of them so."""
        return [os.path.join(folder, name) for folder, _, names in os.walk(self.source) for name in names]  # noqa: PTH118

    def _remove(self, path: str) -> None:
        file = self.source / path
        file.unlink()
        file.with_suffix(".mo").unlink(missing_ok=True)
        for folder in file.parents:
            if folder == self.source or any(folder.iterdir()):
                break
            folder.rmdir()

    def _write(self, path: str, content: bytes | Link, stamps: Stamps) -> None:
        file = self.source / path
        before = file.lstat().st_mtime_ns if path in self._tree else None
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Link) or file.is_symlink():
            file.unlink(missing_ok=True)
        if isinstance(content, Link):
            file.symlink_to(content.target)
        else:
            file.write_bytes(content)
        stamp = _stamp(stamps, before, file.lstat().st_mtime_ns)
        os.utime(file, ns=(stamp, stamp), follow_symlinks=False)


def _stamp(stamps: Stamps, before: int | None, now: int) -> int:
    if stamps is Stamps.KEPT and before is not None:
        return before
    return {Stamps.BACK: _LONG_AGO_NS, Stamps.AHEAD: now + _AHEAD_NS}.get(stamps, now)
