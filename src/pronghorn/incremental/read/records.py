"""What a build remembers of the pages it has read, beside Sphinx's environment."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sphinx.environment import BuildEnvironment

from pronghorn.cache.pickles.portable_paths import put_on
from pronghorn.cache.tracking.manifest import Dependency, Manifest
from pronghorn.documents.messages import Message


@dataclass(slots=True)
class PageRecord:
    """One page, as it is in the environment."""

    key: bytes
    """Digest of its source and of what all pages depend on; empty if the page must be read in each build."""
    source: bytes
    """Digest of its source."""
    manifest: bytes
    """What else it depends on, encoded; the result is the digest of its snapshot."""
    doctree: bytes
    """Digest of its doctree in the store."""
    messages: list[Message]
    """The warnings given while it was read."""
    seconds: float
    """How long reading it took."""
    collision: str = ""
    """The name that another page has defined as well; empty if there is none."""
    read_at: int = 0
    """What Sphinx's environment gives as the time of reading: another one, and the page was read without us since."""
    always: tuple[str, str] = ("", "")
    """Why the page must be read in each build, if it must; with a key, only while the environment is made again."""
    names_from_here: frozenset[str] = frozenset()
    """How it names files from the folder in which a build is started."""
    file: bytes = b""
    """Digest of the file to which Sphinx wrote the doctree; empty if the store alone has it."""

    @property
    def is_live(self) -> bool:
        """Whether it was read in the environment of the site, and stays right as long as that stays."""
        return bool(self.key and self.always[0])

    @property
    def snapshot(self) -> bytes:
        """The digest of its snapshot in the store; empty if the manifest is damaged."""
        manifest = Manifest.decode(self.manifest)
        return manifest.result if manifest is not None else b""


@dataclass(slots=True)
class Records:
    """Pickled with the environment, so that the two always agree."""

    pages: dict[str, PageRecord] = field(default_factory=dict)
    shared: dict[tuple[str, str], bytes] = field(default_factory=dict)
    """What all pages depend on: digests by kind and name."""
    depended_on: dict[Dependency, bytes] | None = None
    """All that the manifests of pages list; there may be more. None if that is not known, or one thing had two digests:
    then each page is verified by itself."""
    page_attributes: set[str] = field(default_factory=set)
    """Attributes of the environment in which extensions keep what pages contribute."""
    made_by_pages: set[str] = field(default_factory=set)
    """Those of them that were not there before the first page was read."""
    initial_attributes: dict[str, bytes] = field(default_factory=dict)
    """What was in those of them that were not empty before the first page was read, pickled."""
    is_continued: bool = False
    """Whether the environment is not as if all pages had been read in it in sorted order."""
    startup_names: dict[str, set[str]] = field(default_factory=dict)
    """Names of the data of domains that is not a page's, by domain."""
    started_in: str = ""
    """How the source directory is named from the folder in which the build was started."""

    def known_in(self, env: BuildEnvironment) -> set[str]:
        """Return the pages whose records tell what the environment holds of them, and what it would hold.

        A build without Pronghorn in between changes the environment, and leaves the records as they are. A build that
        is started elsewhere names files in another way.
        """
        pages, started_before = self.pages, self.started_in
        self.started_in = os.path.relpath(env.srcdir)
        return {
            docname
            for docname, time in env.all_docs.items()
            if (record := pages.get(docname)) is not None
            and record.read_at == time
            and (self.started_in == started_before or not record.names_from_here)
        }

    def names_from_here(self, srcdir: str) -> dict[str, str]:
        """Return how pages name files from the folder in which the build was started, by what is kept of the names."""
        rests = {rest for record in self.pages.values() for rest in record.names_from_here}
        return {rest: put_on(srcdir, rest) for rest in rests}

    def dependencies_of_kind(self, kind: str) -> Iterator[Dependency]:
        """Return what pages depend on of one kind, in the order in which pages are read."""
        mark = f'"{kind}"'.encode()
        for _, record in sorted(self.pages.items()):
            manifest = Manifest.decode(record.manifest) if mark in record.manifest else None  # to decode all takes long
            yield from (one for one in (manifest.dependencies if manifest is not None else ()) if one.kind == kind)

    def note_dependencies(self, changed: Iterable[str]) -> None:
        """Bring :attr:`depended_on` up to date.

        :param changed: docnames of the pages whose manifests are new; all others are as they were.
        """
        found = self.depended_on
        names = self.pages if found is None else changed
        found = {} if found is None else found
        for name in names:
            manifest = Manifest.decode(self.pages[name].manifest)
            dependencies = manifest.dependencies if manifest is not None else {}
            if any(found.setdefault(one, digest) != digest for one, digest in dependencies.items()):
                self.depended_on = None
                return
        self.depended_on = found
