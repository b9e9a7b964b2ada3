"""Keeping: which of the pages that a build has made the cache could not keep, and why."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from pronghorn.cache.plan.reasons import Reason

TOLD = frozenset({"internal", "silent", "unsafe", "unwritten", "store"})
"""Kinds of reasons that a build tells in lines of their own."""

_MOST_NAMED = 3


class Phase(StrEnum):
    """What is kept of a page: the result of either phase of a build."""

    READING = "reading"
    WRITING = "writing"

    @property
    def done(self) -> str:
        """The participle: ``read``, ``written``."""
        return {Phase.READING: "read", Phase.WRITING: "written"}[self]


@dataclass(frozen=True, slots=True)
class Loss:
    """Pages that a phase has made and the cache could not keep, all for one reason."""

    phase: Phase
    reason: Reason
    docnames: tuple[str, ...]
    n_made: int
    """How many pages the phase has made in all."""

    def __str__(self) -> str:
        """Say it in one line, with a few of the pages."""
        names = ", ".join(self.docnames[:_MOST_NAMED])
        n_more = len(self.docnames) - _MOST_NAMED
        more = f" and {n_more} more" if n_more > 0 else ""
        return f"{_share(len(self.docnames), self.n_made, self.phase)} ({names}{more}): {in_one_line(self.reason)}"


class Keeping:
    """The reasons why pages are not kept: noted by :meth:`lost`, and read by everything that reports them."""

    def __init__(self) -> None:
        self._made: dict[Phase, set[str]] = {phase: set() for phase in Phase}
        self._lost: dict[Phase, dict[str, Reason]] = {phase: {} for phase in Phase}

    def made(self, phase: Phase, docname: str) -> None:
        """Note that a phase makes a page."""
        self._made[phase].add(docname)

    def lost(self, phase: Phase, docname: str, reason: Reason) -> None:
        """Note that the result of a phase for a page is not kept. The first reason counts."""
        self.made(phase, docname)
        self._lost[phase].setdefault(docname, reason)

    def merge(self, later: Keeping) -> None:
        """Add what was noted elsewhere."""
        for phase in Phase:
            self._made[phase] |= later.made_in(phase)
            self._lost[phase] = {**later._lost[phase], **self._lost[phase]}

    def made_in(self, phase: Phase) -> AbstractSet[str]:
        """Return the docnames of the pages that a phase has made."""
        return self._made[phase]

    def phases_of(self, docname: str) -> list[Phase]:
        """Return the phases that have made a page."""
        return [phase for phase in Phase if docname in self._made[phase]]

    def reasons_of(self, docname: str) -> dict[Phase, Reason]:
        """Return why a page is not kept, for each phase of which that is so."""
        return {phase: lost[docname] for phase, lost in self._lost.items() if docname in lost}

    def losses(self) -> list[Loss]:
        """Return what is not kept, by phase, the most frequent reason first.

        What could not be kept when it was written because it could not be when it was read is given once.
        """
        found: dict[tuple[Phase, Reason], list[str]] = {}
        for phase, lost in self._lost.items():
            for docname, reason in sorted(lost.items()):
                if phase is Phase.READING or self._lost[Phase.READING].get(docname) != reason:
                    found.setdefault((phase, reason), []).append(docname)
        losses = [Loss(*key, tuple(names), len(self._made[key[0]])) for key, names in found.items()]
        return sorted(losses, key=lambda loss: (tuple(Phase).index(loss.phase), -len(loss.docnames)))

    def is_dead(self, n_pages: int) -> bool:
        """Check whether nothing at all could be kept of a site with so many pages."""
        working = [self._lost[phase] for phase in Phase if self._made[phase]]
        return bool(working) and all(len(lost) >= n_pages for lost in working)

    def notice(self, n_pages: int) -> str | None:
        """Say in one line that the cache has not even half of the site's pages, and why; None if it has.

        Pages that were not made in this build are there from an earlier one. Reasons that are told in lines of their
        own do not count.
        """
        losses = [loss for loss in self.losses() if loss.reason.kind not in TOLD]
        parts = []
        for phase in Phase:
            of_phase = [loss for loss in losses if loss.phase is phase]
            n_lost = sum(len(loss.docnames) for loss in of_phase)
            if 2 * n_lost > n_pages:
                most = of_phase[0]
                share = _share(n_lost, most.n_made, phase)
                parts.append(f"{share}: {most.docnames[0]}: {in_one_line(most.reason)}")
        return f'{"; ".join(parts)} (see "pronghorn doctor")' if parts else None


def in_one_line(reason: Reason) -> str:
    """Say a reason without line breaks: it may quote what an extension has raised."""
    return " ".join(str(reason).split())


def _share(n_lost: int, n_made: int, phase: Phase) -> str:
    pages = "page that was" if n_made == 1 else "pages that were"
    return f"{n_lost} of {n_made} {pages} {phase.done} could not be kept in the page cache"
