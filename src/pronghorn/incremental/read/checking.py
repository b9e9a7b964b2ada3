"""Checking what the cache gives: some pages are read all the same, and compared."""

from __future__ import annotations

import difflib
import random
from collections.abc import Callable, Mapping

from pronghorn.cache.pickles.pickles import PickleRefused, dump
from pronghorn.cache.plan.reasons import Reason
from pronghorn.errors import Place
from pronghorn.incremental.read.decisions import Decisions
from pronghorn.incremental.read.pages import FreshPage
from pronghorn.incremental.read.records import PageRecord
from pronghorn.incremental.read.snapshots import PageReading, Snapshots
from pronghorn.incremental.session import Session
from pronghorn.warnings import Reporter, WarningKind


class ReadingCheck:
    """Compares what the cache holds of a page with what reading it gives now.

    What is found is an effect that nothing has recorded: such as a handler that keeps what it learns of one page in
    a variable of its module, and uses it for another one.

    :param share: of the pages taken from the cache, from 0 to 1.
    """

    def __init__(self, session: Session, snapshots: Snapshots, reporter: Reporter, share: float) -> None:
        self._session = session
        self._snapshots = snapshots
        self._reporter = reporter
        self._share = share

    def check(
        self,
        decisions: Decisions,
        records: Mapping[str, PageRecord],
        restored: dict[str, PageReading],
        read: Callable[[str], FreshPage],
    ) -> None:
        """Read some of the pages that need not be read, chosen by chance; those that differ are read after all."""
        if self._share <= 0:
            return
        chance, unread = random.SystemRandom(), (records.keys() | restored.keys()) - decisions.read.keys()
        chosen = [docname for docname in sorted(unread) if chance.random() < self._share]
        unloaded = {docname: records[docname].snapshot for docname in chosen if docname not in restored}
        readings = {**self._snapshots.load_all(unloaded), **restored}
        for docname in chosen:
            if docname in readings and not self.is_same(readings[docname], read(docname)):
                restored.pop(docname, None)
                decisions.restore.pop(docname, None)
                decisions.read[docname] = Reason("check")

    def is_same(self, kept: PageReading, fresh: FreshPage) -> bool:
        """Compare; a difference is reported as an error."""
        difference = self._difference(kept, fresh)
        if difference is None:
            return True
        self._reporter.error(
            WarningKind.CACHE,
            f"the page cache holds something else of '{fresh.docname}' than reading it gives: {difference}. It depends"
            " on something that is not recorded; what was read now is used. Find out which extension or plugin keeps"
            " something between pages, or switch the cache off (pronghorn_cache = False)",
            location=Place(self._session.app.env.doc2path(fresh.docname)),
        )
        return False

    def _difference(self, kept: PageReading, fresh: FreshPage) -> str | None:
        if kept.messages != fresh.messages:
            return "other warnings"
        before, after = self._pformat(kept.doctree), self._pformat(self._snapshots.keep_doctrees([fresh.doctree])[0])
        if before != after:
            return _first_difference(before, after)
        if self._form(kept.contribution.parts()) != self._form(fresh.contribution.parts()):
            return "other titles, targets or data of extensions"
        return None

    def _pformat(self, digest: bytes) -> str:
        doctree = self._snapshots.load_doctree(digest)
        return doctree.pformat() if doctree is not None else ""

    def _form(self, parts: object) -> bytes:
        """Pickle what was loaded from a pickle: what is equal gives equal bytes then."""
        srcdir = str(self._session.app.srcdir)
        try:
            data = dump(parts, srcdir).localize(srcdir)
            return dump(self._session.pickles.load(data), srcdir).encode()
        except PickleRefused as error:
            return str(error).encode()


def _first_difference(before: str, after: str) -> str:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    changed = [line.strip() for line in lines if line.startswith(("- ", "+ "))]
    return "; ".join(changed[:2])
