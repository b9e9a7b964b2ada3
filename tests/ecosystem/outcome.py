"""What came of one extension."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What the builds of one extension showed; of several, the one that is listed first counts."""

    CRASHED = "crashed"
    """A build with Pronghorn failed where stock Sphinx does not."""
    WRONG = "wrong"
    """Files or warnings were not those of a clean build by stock Sphinx."""
    UNUSABLE = "unusable"
    """It cannot be installed, or stock Sphinx fails with it."""
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Fault:
    """A build that was not as it should be."""

    verdict: Verdict
    step: str
    what: str
    """The first difference, or the last line of the error."""

    def __str__(self) -> str:
        return f"{self.step}: {self.what}"


@dataclass(frozen=True, slots=True)
class Clone:
    """What a build did with the pages of a clone in another folder, with the cache of the first build."""

    counts: Mapping[str, int]
    """How many pages, by what was done."""
    reasons: Mapping[str, int]
    """For how many pages each reason was given for not restoring them."""

    @classmethod
    def of(cls, pages: Sequence[Mapping[str, Any]]) -> Clone:
        """Count what the plan of a build says."""
        made = [page for page in pages if page["action"] in {"read", "written"}]
        reasons = Counter(reason["text"] for page in made for reason in _reasons(page)[:1])
        return cls(dict(Counter(page["action"] for page in pages)), dict(reasons))

    def __str__(self) -> str:
        return f"{self.counts.get('restored', 0)} of {sum(self.counts.values())}"

    @property
    def reason(self) -> str:
        """Why pages were not restored, the most frequent reason first; empty if all were."""
        return "; ".join(sorted(self.reasons, key=self.reasons.__getitem__, reverse=True))


def _reasons(page: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """Return why a page was made again; why it cannot be kept, if that is known, comes first."""
    return [*page["unkept"].values(), *filter(None, [page["reason"]])]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one extension."""

    name: str
    version: str = ""
    faults: tuple[Fault, ...] = ()
    varying: tuple[str, ...] = ()
    """Files and warnings in which two builds by stock Sphinx differ: they are not compared."""
    clone: Clone | None = None
    """None if it was not built."""
    seconds: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """The gravest of its faults; that all is the same, if it has none."""
        verdicts = {fault.verdict for fault in self.faults}
        return next((verdict for verdict in Verdict if verdict in verdicts), Verdict.SAME)

    @property
    def is_bad(self) -> bool:
        """Whether Pronghorn is at fault."""
        return self.verdict in {Verdict.CRASHED, Verdict.WRONG}

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {**asdict(self), "verdict": self.verdict}
