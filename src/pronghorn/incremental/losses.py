"""Losses: what was made of pages, and is not in the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pronghorn.cache.plan.keeping import Keeping, Phase
from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.store.store import Store


def note_losses(
    keeping: Keeping,
    phase: Phase,
    store: Store,
    reasons: Mapping[str, Reason | None],
    needed: Mapping[str, Collection[bytes]],
) -> None:
    """Note which pages a later build cannot take from the store. The store gives the reason if no other is known.

    :param reasons: why a page cannot, if that is known, for each page that was made.
    :param needed: digests of what must be there of a page.
    """
    hoped = {docname: needed[docname] for docname, reason in reasons.items() if reason is None}
    there = store.known_among(digest for digests in hoped.values() for digest in digests)
    broken = Reason("store", store.problem) if store.problem is not None else None
    for docname, reason in reasons.items():
        is_there = reason is None and there.issuperset(needed[docname])
        lost = broken or (None if is_there else reason or Reason("untaken"))
        if lost is not None:
            keeping.lost(phase, docname, lost)
