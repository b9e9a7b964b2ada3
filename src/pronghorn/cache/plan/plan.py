"""The plan of a build: what it did with each page, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self

from pronghorn.cache.plan.keeping import Keeping, Phase
from pronghorn.cache.plan.reasons import Reason


class Action(StrEnum):
    """What was done with a page. If two things were done, the one that is listed first counts."""

    REMOVED = "removed"
    """The page is no longer there."""
    READ = "read"
    """Its source was read, and the page written."""
    WRITTEN = "written"
    """Its source was not read again, but its output was made again."""
    RESTORED = "restored"
    """It came from the cache."""
    REUSED = "reused"
    """It was left as it is."""


_RANK = tuple(Action)
_TOLD = (Action.READ, Action.RESTORED, Action.WRITTEN, Action.REUSED, Action.REMOVED)
"""The order of the summary."""


@dataclass(frozen=True, slots=True)
class PagePlan:
    """What was done with one page."""

    docname: str
    action: Action
    reason: Reason | None
    """The first thing that had changed; None for pages that were restored, reused or removed."""
    saved_s: float
    """How long the saved work took when it was done last, in seconds."""

    def and_then(self, later: PagePlan) -> PagePlan:
        """Combine this with what was done with the same page after that."""
        stronger = min(self, later, key=lambda page: _RANK.index(page.action))
        return replace(stronger, saved_s=self.saved_s + later.saved_s)


class Plan:
    """What a build does with its pages, noted as it goes: by the reading phase, then by the writing phase.

    Each page ends with one action: removed beats read, which beats written, restored and reused in this order.
    """

    def __init__(self) -> None:
        self._pages: dict[str, PagePlan] = {}
        self.keeping = Keeping()
        """Which of the pages that are made again the cache cannot keep."""

    def read(self, docname: str, reason: Reason) -> None:
        """Note that the source of a page is read."""
        self.keeping.made(Phase.READING, docname)
        self._note(PagePlan(docname, Action.READ, reason, 0.0))

    def written(self, docname: str, reason: Reason) -> None:
        """Note that the output of a page is made again."""
        self.keeping.made(Phase.WRITING, docname)
        self._note(PagePlan(docname, Action.WRITTEN, reason, 0.0))

    def restored(self, docname: str, saved_s: float) -> None:
        """Note that a page comes from the cache, which saves so many seconds."""
        self._note(PagePlan(docname, Action.RESTORED, None, saved_s))

    def reused(self, docname: str, saved_s: float) -> None:
        """Note that a page is left as it is, which saves so many seconds."""
        self._note(PagePlan(docname, Action.REUSED, None, saved_s))

    def removed(self, docname: str) -> None:
        """Note that a page is no longer there."""
        self._note(PagePlan(docname, Action.REMOVED, None, 0.0))

    def merge(self, later: Plan) -> None:
        """Add what was noted elsewhere, such as in another process."""
        for page in later.pages():
            self._note(page)
        self.keeping.merge(later.keeping)

    def _note(self, page: PagePlan) -> None:
        known = self._pages.get(page.docname)
        self._pages[page.docname] = known.and_then(page) if known is not None else page

    def find(self, docname: str) -> PagePlan | None:
        """Return what was done with a page; None if the build does not know it."""
        return self._pages.get(docname)

    def pages(self) -> list[PagePlan]:
        """Return all pages, ordered by docname."""
        return [page for _, page in sorted(self._pages.items())]

    def counts(self) -> Counter[Action]:
        """Count the pages by what was done with them."""
        return Counter(page.action for page in self._pages.values())

    @property
    def saved_s(self) -> float:
        """How many seconds of work were saved; with several processes, this may be more than the elapsed time."""
        return sum(page.saved_s for page in self._pages.values())

    def summary(self) -> str:
        """Say it in one line: ``pages: 1 read, 998 restored; about 43 s saved``."""
        counts = self.counts()
        parts = [f"{counts[action]} {action}" for action in _TOLD if counts[action]]
        pages = f"{'page' if counts.total() == 1 else 'pages'}: {', '.join(parts) or 'none'}"
        saved = _duration(self.saved_s)
        return f"{pages}; about {saved} saved" if saved else pages

    def notice(self) -> str | None:
        """Say in one line that most pages cannot be kept, and why; None if they can."""
        return self.keeping.notice(self._n_pages)

    @property
    def is_cache_dead(self) -> bool:
        """Whether the cache could keep nothing at all."""
        return self.keeping.is_dead(self._n_pages)

    @property
    def _n_pages(self) -> int:
        """The number of pages that the site has now."""
        counts = self.counts()
        return counts.total() - counts[Action.REMOVED]

    def to_json(self) -> dict[str, Any]:
        """Return plain data, of which :meth:`from_json` makes an equal plan; times are rounded to milliseconds."""
        counts = self.counts()
        return {
            "summary": self.summary(),
            "counts": {str(action): counts[action] for action in _TOLD},
            "saved_s": round(self.saved_s, 3),
            "pages": [{**_page_to_json(page), **self._keeping_to_json(page.docname)} for page in self.pages()],
        }

    def _keeping_to_json(self, docname: str) -> dict[str, Any]:
        reasons = self.keeping.reasons_of(docname)
        return {
            "made": [str(phase) for phase in self.keeping.phases_of(docname)],
            "unkept": {str(phase): _reason_to_json(reason) for phase, reason in reasons.items()},
        }

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Make a plan of what :meth:`to_json` gave.

        :raises ValueError: if it is something else.
        """
        plan = cls()
        try:
            for item in _mapping(data)["pages"]:
                plan._note(_page_from_json(_mapping(item)))
                plan._note_keeping(_mapping(item))
        except (KeyError, TypeError) as error:
            raise ValueError(f"this is not a plan of a build: {error!r}") from error
        return plan

    def _note_keeping(self, item: Mapping[str, Any]) -> None:
        for phase in item.get("made", ()):
            self.keeping.made(Phase(phase), str(item["docname"]))
        for phase, reason in _mapping(item.get("unkept", {})).items():
            self.keeping.lost(Phase(phase), str(item["docname"]), _reason_from_json(reason))


def _duration(seconds: float) -> str:
    """Round a time for display; an empty text if it is too short to show."""
    if seconds < 0.5:  # noqa: PLR2004 - what rounds to no second
        return ""
    minutes = seconds / 60
    if minutes < 2:  # noqa: PLR2004 - what is told in seconds
        return f"{seconds:.0f} s"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.0f} h"  # noqa: PLR2004 - two hours


def _page_to_json(page: PagePlan) -> dict[str, Any]:
    return {
        "docname": page.docname,
        "action": str(page.action),
        "reason": None if page.reason is None else _reason_to_json(page.reason),
        "saved_s": round(page.saved_s, 3),
    }


def _reason_to_json(reason: Reason) -> dict[str, str]:
    return {"kind": reason.kind, "name": reason.name, "text": str(reason)}


def _reason_from_json(data: object) -> Reason:
    given = _mapping(data)
    return Reason(str(given["kind"]), str(given["name"]))


def _page_from_json(item: Mapping[str, Any]) -> PagePlan:
    reason = None if item["reason"] is None else _reason_from_json(item["reason"])
    return PagePlan(str(item["docname"]), Action(item["action"]), reason, float(item["saved_s"]))


def _mapping(data: object) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise TypeError(f"{type(data).__name__} instead of a mapping")
    return data
