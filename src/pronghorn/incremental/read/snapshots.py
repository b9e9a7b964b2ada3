"""Snapshots: what reading one page gave, in the store."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from docutils import nodes

from pronghorn.cache.pickles.pickles import PickleRefused, Portable
from pronghorn.documents.doctrees import KeptDoctree
from pronghorn.documents.messages import Message
from pronghorn.documents.names_from_here import NamesFromHere
from pronghorn.incremental.read.contribution import Contribution
from pronghorn.incremental.session import Session
from pronghorn.observing.never import never


@dataclass(slots=True)
class PageReading:
    """What reading one page gave."""

    docname: str
    contribution: Contribution
    doctree: bytes
    """Digest of its doctree in the store."""
    messages: list[Message]
    seconds: float
    names_from_here: frozenset[str] = frozenset()
    """How it names files from the folder in which a build is started."""


@dataclass(slots=True)
class KeptReading:
    """A reading in the store."""

    reading: PageReading
    snapshot: bytes = b""
    """Digest."""
    shown: frozenset[str] = frozenset()
    """Names of the folders of the build of which it tells where they are."""
    named_elsewhere: AbstractSet[str] = frozenset()
    """Absolute paths of files that it may name from the folder of the build's start, in places where nobody can tell.
    """
    refusal: str = ""
    """Why it cannot be kept: an extension has put something into it; empty if it can."""


class Snapshots:
    """Keeps what reading gave, and gives it back in any clone."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep_doctrees(self, doctrees: Iterable[KeptDoctree]) -> list[bytes]:
        """Keep doctrees; give the digest of each, of one that cannot be kept one that nothing has."""
        given = list(doctrees)
        digests = iter(self._session.store.put_many(doctree.packed for doctree in given if not doctree.refusal))
        return [never() if doctree.refusal else next(digests) for doctree in given]

    def keep(self, readings: Iterable[tuple[PageReading, NamesFromHere]]) -> list[KeptReading]:
        """Keep all of each reading but its doctree."""
        packed = [self._packed(*reading) for reading in readings]
        digests = iter(
            self._session.store.put_many(portable.encode() for _, portable in packed if portable is not None)
        )
        for kept, portable in packed:
            if portable is not None:
                kept.snapshot = next(digests)
        return [kept for kept, _ in packed]

    def _packed(self, reading: PageReading, names: NamesFromHere) -> tuple[KeptReading, Portable | None]:
        try:
            known = names.portable()
            portable = self._session.pack(reading.contribution.parts(), names=known)
            messages = [message.to_tuple() for message in reading.messages]
            reading.names_from_here = reading.names_from_here.union(portable.names_from_here)
            named = sorted(reading.names_from_here)
            whole = self._session.pack((portable.encode(), reading.doctree, messages, reading.seconds, named))
            kept = KeptReading(reading)
            if names or any(self._session.places.shown_in(whole.body)):
                texts = self._session.pack(reading.contribution.texts, names=known).body
                kept.shown = frozenset(self._session.places.shown_in(texts, self._session.pack(messages).body))
                kept.named_elsewhere = names.among(texts) | names.among_messages(reading.messages)
        except PickleRefused as error:
            return KeptReading(reading, refusal=str(error)), None
        return kept, whole

    def keep_manifests(self, manifests: Iterable[tuple[bytes, bytes]]) -> None:
        """Find snapshots by their keys, as long as the dependencies in the manifests are as they are."""
        self._session.store.add_manifests(manifests)

    def load_all(self, wanted: dict[str, bytes]) -> dict[str, PageReading]:
        """Load snapshots by docname and digest; those that are damaged or gone are left out."""
        found = self._session.store.get_many(wanted.values())
        loaded = {docname: self._load(docname, found[digest]) for docname, digest in wanted.items() if digest in found}
        return {docname: reading for docname, reading in loaded.items() if reading is not None}

    def load_whole(self, wanted: dict[str, bytes]) -> dict[str, PageReading]:
        """Load snapshots whose doctrees are there as well."""
        loaded = self.load_all(wanted)
        known = self._session.store.known_among(reading.doctree for reading in loaded.values())
        return {docname: reading for docname, reading in loaded.items() if reading.doctree in known}

    def _load(self, docname: str, data: bytes) -> PageReading | None:
        try:
            portable, doctree, packed_messages, seconds, named = self._session.unpack(data)
            contribution = Contribution.of(self._session.unpack(portable))
            if list(contribution.tables.get("all_docs", ())) != [docname]:
                raise ValueError("it is that of another page")
            messages = [*map(Message.from_tuple, packed_messages)]
            return PageReading(docname, contribution, doctree, messages, seconds, frozenset(named))
        except (PickleRefused, ValueError, TypeError) as error:
            self._session.report(f"the snapshot of '{docname}' in the page cache cannot be used: {error}")
            return None

    def load_doctree(self, digest: bytes) -> nodes.document | None:
        """Load a doctree; None if it is damaged or gone."""
        data = self._session.store.get(digest)
        if data is None:
            return None
        try:
            doctree = self._session.unpack(data)
        except PickleRefused as error:
            self._session.report(f"a doctree in the page cache cannot be used: {error}")
            return None
        return doctree if isinstance(doctree, nodes.document) else None
