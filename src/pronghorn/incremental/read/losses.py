"""Why what was read of pages is of no use to later builds."""

from __future__ import annotations

from collections.abc import Mapping

from pronghorn.cache.plan.keeping import Phase
from pronghorn.cache.plan.reasons import Reason
from pronghorn.incremental.losses import note_losses
from pronghorn.incremental.read.pages import FreshPage, LiveReading
from pronghorn.incremental.read.snapshots import KeptReading
from pronghorn.incremental.session import Session

_WANTED = "always"
"""The kind of reason of pages that ask to be read in each build."""


class ReadingLosses:
    """Finds the pages that were read and cannot be kept, and tells the plan."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._keeping = session.plan.keeping
        self._of_all: Reason | None = None
        self._inputs: dict[str, Reason] = {}
        self._doctrees: dict[str, Reason] = {}
        self._reasons: dict[str, Reason | None] = {}
        """Of the pages that were read since :meth:`tell`."""
        self._needed: dict[str, tuple[bytes, ...]] = {}

    def note_common(self, undigested: str) -> None:
        """Note what all pages depend on, and cannot be digested; nothing if it is empty."""
        self._of_all = _incomparable(undigested)

    def note_input(self, docname: str, undigested: str) -> None:
        """Note what a page is made from, and cannot be digested; nothing if it is empty."""
        if undigested:
            self._inputs[docname] = Reason("incomparable", undigested)

    def note_left(self, reasons: Mapping[str, Reason]) -> None:
        """Note that pages are left to Sphinx, and why."""
        for docname, reason in reasons.items():
            self._keeping.lost(Phase.READING, docname, reason)

    def note_live(self, docname: str, live: LiveReading) -> None:
        """Note that a page has to be read once more, among the others."""
        self._note_doctree(docname, live.page.doctree.refusal)
        self._keeping.lost(Phase.READING, docname, live.reason)

    def note_read(self, page: FreshPage, kept: KeptReading, always: tuple[str, str] | None, undigested: str) -> None:
        """Note that a page was read, and given to the store.

        :param always: why the page will have to be read again, as far as it shows that itself.
        :param undigested: what it has asked for, and cannot be digested; empty if all can.
        """
        docname = page.docname
        self._note_doctree(docname, page.doctree.refusal)
        reason = _of_page(*always) if always is not None else _incomparable(undigested)
        self._reasons[docname] = reason or self._of_all or self._inputs.get(docname)
        self._needed[docname] = (kept.snapshot, kept.reading.doctree)
        if always is not None and always[0] == _WANTED:
            self._reasons[docname], self._needed[docname] = None, ()

    def tell(self) -> None:
        """Tell the plan of what was noted, and of what the store has not taken."""
        note_losses(self._keeping, Phase.READING, self._session.store, self._reasons, self._needed)
        self._reasons.clear()
        self._needed.clear()

    def of_document(self, docname: str) -> Reason | None:
        """Say why what is written of a page will be of no use, whatever that is; None if it may be."""
        return self._of_all or self._doctrees.get(docname)

    def _note_doctree(self, docname: str, refusal: str) -> None:
        self._doctrees.pop(docname, None)
        if refusal:
            self._doctrees[docname] = Reason("unsuitable", refusal)


def _incomparable(undigested: str) -> Reason | None:
    return Reason("incomparable", undigested) if undigested else None


def _of_page(kind: str, name: str) -> Reason:
    reason = Reason(kind, name)
    return Reason("unsettled", str(reason)) if kind == "file" else reason
