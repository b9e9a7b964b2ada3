"""Pages that define a name which an earlier page has taken, read beside what that page has put there."""

from __future__ import annotations

from dataclasses import dataclass

from pronghorn.cache.pickles.pickles import PickleRefused
from pronghorn.cache.tracking.digests import UndigestableError, digest_of_parts
from pronghorn.incremental.read.collisions import Entries, name_of
from pronghorn.incremental.read.decisions import Decisions
from pronghorn.incremental.read.isolation import Isolation
from pronghorn.incremental.read.keeping import ReadingKeeper
from pronghorn.incremental.read.pages import PageReader
from pronghorn.incremental.read.snapshots import PageReading
from pronghorn.incremental.session import Session
from pronghorn.observing.state_digests import digest_of_state


@dataclass(frozen=True, slots=True)
class BesideReader:
    """Gives what such a page comes to, from the store or by reading it.

    It is read as all pages are, in an environment of its own, in which lie copies of the entries of others under its
    names. There is nothing else of other pages for it to see, so what comes of it depends on what its manifest lists,
    and on these entries alone: they are part of the key under which the manifest is kept.
    """

    session: Session
    decisions: Decisions
    isolation: Isolation
    reader: PageReader
    keeper: ReadingKeeper

    def read(self, docname: str, entries: Entries) -> PageReading | None:
        """Return what a page comes to; None if that depends on what cannot be digested or copied."""
        try:
            state = digest_of_state([*entries.items()], self.session.paths.name_of)
            copies: Entries = self.session.unpack(self.session.pack(entries).encode())
        except (PickleRefused, UndigestableError):
            return None
        key, name = digest_of_parts(self.decisions.keys[docname], b"beside", state), name_of(entries)
        manifest = self.decisions.find(key)
        restored = self.keeper.restore_beside(docname, manifest, name) if manifest is not None else None
        return restored or self._fresh(docname, key, name, copies)

    def _fresh(self, docname: str, key: bytes, name: str, copies: Entries) -> PageReading | None:
        self.keeper.expect_beside(docname, name)
        with self.isolation.beside(copies):
            for pages in self.reader.read([docname], 1, self.keeper.put):
                for page, kept in pages:
                    self.keeper.note_beside(page, kept, key, name, self.isolation)
                    return kept.reading
        return None
