"""What a build of one output directory leaves for the next: what pages were made from, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from sphinx.builders import Builder

from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.store.store import Store
from pronghorn.cache.tracking.digests import digest_of_parts, name_from
from pronghorn.cache.tracking.manifest import Dependency, Manifest
from pronghorn.cache.tracking.sealed_file import SealedFile
from pronghorn.incremental.write.reasons import kind_of_part, reason_of_part

Digests = dict[Dependency, bytes]

_PART, _DOCTREE = "part", "doctree"
"""Kinds of what pages are written from."""


def digests_to_json(digests: Digests) -> list[Any]:
    """Return plain data, of which :func:`digests_from_json` makes the same."""
    return [(kind, name, digest.hex()) for (kind, name), digest in digests.items()]


def digests_from_json(data: Any) -> Digests:
    """Make digests of dependencies of what :func:`digests_to_json` gave."""
    return {Dependency(kind, name): bytes.fromhex(digest) for kind, name, digest in data}


@dataclass(frozen=True, slots=True)
class CompleteOutput:
    """The output as a build has left it that kept all pages: while nothing has changed, there is nothing to write."""

    state: bytes
    """Digest of what everything was made from, but *outside*."""
    outside: Digests
    """What pages depend on besides: files, folders and places."""
    copied: frozenset[str]
    """The files that were there, or were copied, before the first page was written."""
    files: Mapping[str, bytes]
    """Digests of all files in the output, by path."""
    seconds: Mapping[str, float]
    """How long each page has taken, by docname."""

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Make it of what :meth:`to_json` gave."""
        state, outside, copied, files, seconds = data
        digests = {name: bytes.fromhex(digest) for name, digest in files.items()}
        return cls(bytes.fromhex(state), digests_from_json(outside), frozenset(copied), digests, seconds)

    def to_json(self) -> list[Any]:
        """Return plain data."""
        files = {name: digest.hex() for name, digest in self.files.items()}
        return [self.state.hex(), digests_to_json(self.outside), sorted(self.copied), files, self.seconds]


@dataclass(slots=True)
class WrittenFrom:
    """What the pages were written from that the output has: to say why one has to be written again."""

    parts: dict[str, str] = field(default_factory=dict)
    """Digests of the parts of the keys, by name."""
    doctrees: dict[str, str] = field(default_factory=dict)
    """Digests by docname."""

    def reason(self, docname: str, parts: Mapping[str, bytes], doctree: bytes) -> Reason:
        """Say why the store has nothing for a page's key."""
        if not self.parts:
            return Reason("builder")
        if docname not in self.doctrees:
            return Reason("new")
        if self.doctrees[docname] != doctree.hex():
            return Reason("doctree")
        kinds = {kind_of_part(name) for name in parts}
        names = [*parts, *(name for name in self.parts if name not in parts and kind_of_part(name) in kinds)]
        now = {name: digest.hex() for name, digest in parts.items()}
        changed = next((name for name in names if self.parts.get(name) != now.get(name)), None)
        return Reason("damaged") if changed is None else reason_of_part(changed)


class Ledger:
    """The files beside the doctrees that one builder keeps for an output directory.

    They are apart because most builds need the smallest alone.

    :param store: has what pages were written from for clones, too, which can say then why they write pages again.
    """

    def __init__(self, builder: Builder, store: Store) -> None:
        place = name_from(str(Path(builder.outdir).resolve()))
        folder = Path(builder.doctreedir, "pronghorn")
        self._store = store
        self._key = digest_of_parts(b"written-from", builder.name.encode(), builder.config.project.encode())
        self._written_from, self._complete, self.results = (
            SealedFile(folder / f"{name}-{builder.name}-{place}.json", 2)
            for name in ("written-from", "complete", "results")
        )

    def load_written_from(self) -> WrittenFrom:
        """Return what pages were written from, here or last in another clone; nothing if that is not known."""
        data = self._written_from.load()
        if data is not None:
            return WrittenFrom(*data)
        manifest = next(filter(None, map(Manifest.decode, self._store.manifests(self._key))), Manifest({}, b""))
        parts, doctrees = (
            {name: digest.hex() for (kind, name), digest in manifest.dependencies.items() if kind == wanted}
            for wanted in (_PART, _DOCTREE)
        )
        return WrittenFrom(parts, doctrees)

    def save_written_from(self, written: WrittenFrom) -> None:
        """Keep what pages were written from."""
        data = [written.parts, written.doctrees]
        if data == self._written_from.load():
            return
        self._written_from.save(data)
        kinds = ((_PART, written.parts), (_DOCTREE, written.doctrees))
        digests = {Dependency(kind, name): bytes.fromhex(one) for kind, all_ in kinds for name, one in all_.items()}
        self._store.add_manifest(self._key, Manifest(digests, b"").encode())

    def load_complete(self) -> CompleteOutput | None:
        """Return what the last build left if it was complete; None if that is not known."""
        data = self._complete.load()
        return CompleteOutput.from_json(data) if data is not None else None

    def save_complete(self, complete: CompleteOutput) -> None:
        """Keep what a complete build has left."""
        self._complete.save(complete.to_json())
