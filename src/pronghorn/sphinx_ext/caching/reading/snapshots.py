"""Snapshots: what reading one page gave, in the store."""

from __future__ import annotations

from dataclasses import dataclass

from docutils import nodes

from pronghorn.cache.manifest import Dependency, Manifest
from pronghorn.sphinx_ext.caching.messages import Message
from pronghorn.sphinx_ext.caching.pickles import PickleRefused
from pronghorn.sphinx_ext.caching.reading.contribution import Contribution
from pronghorn.sphinx_ext.caching.reading.doctrees import KeptDoctree
from pronghorn.sphinx_ext.caching.session import Session
from pronghorn.sphinx_ext.caching.tokens import never


@dataclass(slots=True)
class PageReading:
    """What reading one page gave."""

    docname: str
    contribution: Contribution
    doctree: bytes
    """Digest of its doctree in the store."""
    messages: list[Message]
    seconds: float


class Snapshots:
    """Keeps what reading gave, and gives it back in any clone."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep_doctree(self, doctree: KeptDoctree) -> bytes:
        """Keep a doctree; give its digest, of one that cannot be kept one that nothing has."""
        return never() if doctree.refusal else self._session.store.put(doctree.packed)

    def keep(self, reading: PageReading) -> tuple[bytes, bool]:
        """Keep all of a reading but its doctree; give its digest, and whether it can only be used in this folder.

        :raises PickleRefused: an extension has put something into it that cannot be kept.
        """
        portable = self._session.pack(reading.contribution.parts())
        messages = [message.to_tuple() for message in reading.messages]
        whole = self._session.pack((portable.encode(), reading.doctree, messages, reading.seconds))
        return self._session.store.put(whole.encode()), portable.is_bound or whole.is_bound

    def keep_manifest(self, key: bytes, dependencies: dict[Dependency, bytes], snapshot: bytes) -> bytes:
        """Have a snapshot found under *key*, as long as its dependencies are as they are; give the manifest."""
        encoded = Manifest(dependencies, snapshot).encode()
        self._session.store.add_manifest(key, encoded)
        return encoded

    def load_all(self, wanted: dict[str, bytes]) -> dict[str, PageReading]:
        """Load snapshots by docname and digest; those that are damaged or gone are left out."""
        found = self._session.store.get_many(wanted.values())
        loaded = {docname: self._load(docname, found[digest]) for docname, digest in wanted.items() if digest in found}
        return {docname: reading for docname, reading in loaded.items() if reading is not None}

    def _load(self, docname: str, data: bytes) -> PageReading | None:
        try:
            portable, doctree, messages, seconds = self._session.unpack(data)
            contribution = Contribution.of(self._session.unpack(portable))
            if list(contribution.tables.get("all_docs", ())) != [docname]:
                raise ValueError("it is that of another page")
            return PageReading(docname, contribution, doctree, [Message.from_tuple(m) for m in messages], seconds)
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
