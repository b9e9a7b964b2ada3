"""What was measured, what it was to be, and how it is kept as JSON."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from benchmarks.measure import Machine, Usage

BENCHMARK = "others"
"""The name by which the JSON is recognised."""
TARGET_PAGES = 1000
"""The size that the targets are for."""


class Case(StrEnum):
    """What is measured."""

    COLD = "cold"
    """A build from nothing."""
    NOTHING = "nothing"
    """The same build once more."""
    EDIT = "edit"
    """A build after a new paragraph on one page."""
    CLONE = "clone"
    """A build of the site, with that paragraph, in another folder; what a cache held after the first build is there."""
    PREVIEW = "preview"
    """From saving a page until the server shows it."""


@dataclass(slots=True)
class Runs:
    """The runs of one generator on one site."""

    usages: dict[Case, list[Usage]] = field(default_factory=dict)
    """One a round, for each case that the generator has."""
    preview_s: list[float] = field(default_factory=list)
    failure: str = ""
    """Why there are no more runs, if something did not work."""

    def seconds(self, case: Case) -> list[float]:
        """Return the elapsed times of a case; none if it was not measured."""
        return self.preview_s if case is Case.PREVIEW else [usage.wall_s for usage in self.usages.get(case, [])]

    def median_s(self, case: Case) -> float | None:
        """Return their median; None if the case was not measured."""
        return statistics.median(found) if (found := self.seconds(case)) else None


@dataclass(slots=True)
class Site:
    """The runs of all generators on one site."""

    kind: str
    n_pages: int
    runs: dict[str, Runs] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """A time of Pronghorn that is to be no longer than a time of another generator."""

    text: str
    mine: Case
    other: str
    theirs: Case

    def times(self, site: Site) -> tuple[float, float] | None:
        """Return the two medians; None if they were not both measured."""
        mine, theirs = (site.runs.get(name, Runs()) for name in ("Pronghorn", self.other))
        a, b = mine.median_s(self.mine), theirs.median_s(self.theirs)
        return None if a is None or b is None else (a, b)


TARGETS = (
    Target("a build from nothing is no slower than MkDocs-material's", Case.COLD, "MkDocs-material", Case.COLD),
    Target("a build from nothing is no slower than Zensical's", Case.COLD, "Zensical", Case.COLD),
    Target("a fresh clone with a warm cache is faster than Hugo's build", Case.CLONE, "Hugo", Case.COLD),
)


@dataclass(frozen=True, slots=True)
class Results:
    """All of one run."""

    machine: Machine
    versions: dict[str, str]
    about: dict[str, str]
    """What each generator's pages have."""
    missing: dict[str, str]
    """Why a generator was not measured at all."""
    theme: str
    jobs: int
    sites: Sequence[Site]

    def targets(self) -> Iterator[tuple[Site, Target, tuple[float, float]]]:
        """Yield the targets that these results tell something about, with the two times."""
        for site in self.sites:
            for target in TARGETS:
                if site.n_pages == TARGET_PAGES and (times := target.times(site)):
                    yield site, target, times

    def as_json(self) -> dict[str, Any]:
        """Return all numbers: each run in seconds and bytes."""
        return {"benchmark": BENCHMARK, **asdict(self)}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Results":
        """Return what :meth:`as_json` gave."""
        fields = {name: value for name, value in content.items() if name != "benchmark"}
        sites = [
            Site(site["kind"], site["n_pages"], {name: _runs(runs) for name, runs in site["runs"].items()})
            for site in content["sites"]
        ]
        return cls(**{**fields, "machine": Machine(**content["machine"]), "sites": sites})


def _runs(content: Mapping[str, Any]) -> Runs:
    usages = {Case(case): [Usage(**usage) for usage in found] for case, found in content["usages"].items()}
    return Runs(usages, content["preview_s"], content["failure"])
