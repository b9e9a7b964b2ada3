"""The output directory: which of its files belong to a page, and writing them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from sphinx.builders.html import StandaloneHTMLBuilder

from pronghorn.cache.tracking.digests import digest_of
from pronghorn.cache.tracking.file_digests import FileDigests
from pronghorn.cache.tracking.file_watch import Seen


class Output:
    """The output directory of one build.

    :param others: folders in it that are none of its files, such as that of the doctrees.
    :param pages: the files of pages, by path relative to it.
    """

    def __init__(
        self, builder: StandaloneHTMLBuilder, files: FileDigests, others: Iterable[Path], pages: Iterable[str] = ()
    ) -> None:
        self._root = os.path.join(os.path.abspath(builder.outdir), "")  # noqa: PTH100, PTH118 - of strings, many times
        self._real_root = Path(builder.outdir).resolve()
        self._images = builder.imagedir
        self._static = os.path.join(self._root, "_static", "")  # noqa: PTH118
        self._pages = {os.path.join(self._root, name) for name in pages}  # noqa: PTH118
        self._others = tuple(os.path.join(os.path.abspath(other), "") for other in others)  # noqa: PTH100, PTH118
        self._files = files
        self._fresh: dict[str, bytes] = {}

    def holds(self, path: str) -> bool:
        """Check whether an absolute path lies in it."""
        return path.startswith(self._root) and not path.startswith(self._others)

    @contextmanager
    def with_image_folder(self) -> Iterator[None]:
        """Keep the folder of images there until the block ends; it stays if there is something in it.

        The page that makes it would be taken to have made all that others put there meanwhile.
        """
        folder = self._real_root / self._images
        folder.mkdir(parents=True, exist_ok=True)
        try:
            yield
        finally:
            with suppress(OSError):  # there are images in it
                folder.rmdir()

    def is_around(self, path: str) -> bool:
        """Check whether an absolute path is that of the directory, or lies in it, in the other folders as well."""
        return path.startswith(self._root) or path + os.sep == self._root

    def files_of_page(self, seen: Seen) -> dict[str, bytes]:
        """Read the files that belong to a page, by path relative to the directory.

        Those it has written; and those it has looked at, but for static files and other pages: they may be there
        already, as this page or another one has written them, and programs write where nobody sees it.
        """
        looked_at = {path for path in seen.read | seen.probed | seen.inside if self.may_be_of_page(path)}
        found = {}
        for path in sorted(looked_at | {path for path in seen.written if self.holds(path)}):
            try:
                content = Path(path).read_bytes()
            except OSError:  # a folder, or it is gone again
                continue
            found[path.removeprefix(self._root).replace(os.sep, "/")] = content
            self._fresh[path] = digest_of(content)
        return found

    def may_be_of_page(self, path: str) -> bool:
        """Check whether a file, by its absolute path, may be one that a page consists of."""
        return self.holds(path) and not path.startswith(self._static) and path not in self._pages

    def learn(self, files: Mapping[str, bytes]) -> None:
        """Learn what another process of this build found when it read the files of a page.

        :param files: digests by path relative to the directory.
        """
        self._fresh.update((os.path.normpath(self._root + name), digest) for name, digest in files.items())

    def path_of(self, name: str) -> str | None:
        """Return the absolute path of a file, by its path relative to the directory; None if it leads elsewhere."""
        path = os.path.normpath(self._root + name)
        return path if self.holds(path) else None

    def has(self, name: str, digest: bytes) -> bool:
        """Check whether a file is there and has this content."""
        return self.digest(name) == digest

    def digest(self, name: str) -> bytes | None:
        """Digest a file; None if it lies elsewhere."""
        path = self.path_of(name)
        return None if path is None else self._fresh.get(path) or self._files.digest(path)

    def missing(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return those of *files*, with their digests, that are not there, or have other content."""
        return {name: digest for name, digest in files.items() if not self.has(name, digest)}

    def restore(self, files: Mapping[str, bytes], contents: Mapping[bytes, bytes]) -> bool:
        """Write *files*, unless some of their contents are lacking.

        :return: whether they are there now.
        """
        if not contents.keys() >= set(files.values()):
            return False
        for name, digest in files.items():
            self._write(name, contents[digest])
        return True

    def _write(self, name: str, content: bytes) -> None:
        """Write a file. A link that leads out of the directory is not a place to write to."""
        file = self.place_of(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        self._fresh[str(file)] = digest_of(content)

    def place_of(self, name: str) -> Path:
        """Return the file to write to, by its path relative to the directory.

        :raises OSError: it does not lie there, once links are followed.
        """
        path = self.path_of(name)
        if path is None or not Path(path).resolve().is_relative_to(self._real_root):
            raise OSError(f"{name} does not lie in the output directory")
        return Path(path)

    def name_of(self, path: Path) -> str:
        """Return the path of a file relative to the directory; the whole path if it lies elsewhere."""
        return os.path.abspath(path).removeprefix(self._root)  # noqa: PTH100

    def touched(self, seen: Seen) -> Iterator[str]:
        """Return the files that were written, or found to be as they should, by path relative to the directory."""
        for path in sorted(seen.read | seen.written | seen.probed):
            if self.holds(path) and Path(path).is_file():
                yield path.removeprefix(self._root).replace(os.sep, "/")
