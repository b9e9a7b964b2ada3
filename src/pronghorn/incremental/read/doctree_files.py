"""Doctrees of pages: in the files that Sphinx has written, or in the store."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from pronghorn.cache.tracking.digests import digest_of
from pronghorn.documents.doctrees import KeptDoctree
from pronghorn.incremental.read.records import PageRecord, Records
from pronghorn.incremental.read.snapshots import Snapshots
from pronghorn.incremental.session import Session
from pronghorn.seam.rows.reading import DOCTREE_CACHE


class DoctreeFiles:
    """The doctrees of one build.

    :param read_again: reads a page whose doctree is gone.
    """

    def __init__(
        self,
        app: Sphinx,
        session: Session,
        records: Records,
        snapshots: Snapshots,
        read_again: Callable[[str], object],
    ) -> None:
        self._app = app
        self._doctreedir = Path(app.doctreedir)
        self._session = session
        self._records = records
        self._snapshots = snapshots
        self._read_again = read_again
        self._written: set[str] = set()
        """Pages whose doctree Sphinx has written to a file in this build."""

    def digest(self, docname: str) -> bytes:
        """Return the digest of a page's doctree."""
        record = self._records.pages.get(docname)
        return record.doctree if record is not None else self._session.files.digest(self._file(docname))

    def is_there(self, docname: str, record: PageRecord) -> bool:
        """Check whether the doctree of a page that stays as it is can be had."""
        return self._has_file(docname, record) or record.doctree in self._in_store

    @cached_property
    def _in_store(self) -> set[bytes]:
        """The digests of all doctrees of the site that are in the store."""
        return self._session.store.known_among(record.doctree for record in self._records.pages.values())

    def _has_file(self, docname: str, record: PageRecord) -> bool:
        """Check whether the file with the doctree of a page is the one that belongs to its record.

        A build that was killed may have written another one, or half of it, and left the environment as it was.
        """
        if docname in self._written:
            return True
        return record.file != b"" and self._session.files.digest(self._file(docname)) == record.file

    def note_written(self, docname: str, doctree: KeptDoctree) -> None:
        """Note that Sphinx has just written the doctree of a page to its file."""
        self._written.add(docname)
        self._records.pages[docname].file = doctree.file or digest_of(self._file(docname).read_bytes())

    def remove(self, docname: str) -> None:
        """Remove the file of a page whose doctree is the one in the store from now on."""
        self._written.discard(docname)
        DOCTREE_CACHE.of(self._app.env).pop(docname, None)
        self._file(docname).unlink(missing_ok=True)

    def load(self, docname: str) -> nodes.document | None:
        """Return the doctree of a page that Sphinx has not written; None if it has."""
        record = self._records.pages.get(docname)
        if record is None or self._has_file(docname, record):
            return None
        doctree = self._snapshots.load_doctree(record.doctree)
        if doctree is None:  # gone since it was decided to restore the page
            self._read_again(docname)
        return doctree

    def _file(self, docname: str) -> Path:
        return self._doctreedir / f"{docname}.doctree"
