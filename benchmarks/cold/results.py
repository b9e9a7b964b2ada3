"""What was measured, what it was to be, and how it is kept as JSON."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle
from typing import Any

from benchmarks.measure import Machine, Usage

BENCHMARK = "cold"
"""The name by which the JSON is recognised."""
TARGETS: Mapping[str, Mapping[int, float]] = {
    "furo": {1: 12, 2: 15},
    "alabaster": {1: 1.7, 2: 2.2},
    "sphinx_rtd_theme": {1: 1.7, 2: 2.2},
    "sphinx": {1: 1.2, 2: 1.5},
    "pytest": {1: 1.2, 2: 1.5},
}
"""At least so many times as fast as stock Sphinx with as many jobs; generated sites at 1,000 pages."""
MEMORY_TARGET = 1.2
"""At most so much of stock Sphinx's peak memory, with one job."""
GROWTH_TARGET = 1.3
"""At most so much of the smallest site's time a page, on the largest."""


@dataclass(slots=True)
class Measured:
    """The runs of one subject with one number of jobs."""

    name: str
    is_real: bool
    """Whether it is the documentation of a project, and not generated."""
    jobs: int
    n_pages: int = 0
    """Generated pages; of a real documentation, HTML files of the output."""
    stock: list[Usage] = field(default_factory=list)
    pronghorn: list[Usage] = field(default_factory=list)
    kept_from: str = ""
    """The date of the former run that measured stock Sphinx, if this was not done again."""
    difference: str = ""
    """The first difference from stock Sphinx's output, if there is one."""
    stock_difference: str = ""
    """The first difference of stock Sphinx's output from its own with one job, if Pronghorn's is as with one job."""

    def times_as_fast(self) -> float:
        """Return the median of the rounds' ratios of elapsed time, stock Sphinx's to Pronghorn's."""
        return self._median_ratio(lambda stock, mine: stock.wall_s / mine.wall_s)

    def times_the_cpu(self) -> float:
        """Return the same of processor time, which other work on the machine hardly moves."""
        return self._median_ratio(lambda stock, mine: stock.cpu_s / mine.cpu_s)

    def memory(self) -> float:
        """Return the median of the rounds' ratios of peak memory, Pronghorn's to stock Sphinx's."""
        return self._median_ratio(lambda stock, mine: mine.peak_bytes / stock.peak_bytes)

    def target(self) -> float | None:
        """Return how many times as fast it is to be; None if nothing was set."""
        return TARGETS.get(self.name, {}).get(self.jobs)

    def _median_ratio(self, ratio: Callable[[Usage, Usage], float]) -> float:
        """Pair the runs of each round; a stock build that was measured once is paired with all."""
        stock = self.stock if len(self.stock) == len(self.pronghorn) else cycle(self.stock[:1])
        return statistics.median(map(ratio, stock, self.pronghorn))


@dataclass(slots=True)
class Growth:
    """Runs of Pronghorn on sites of several sizes, with one job."""

    theme: str
    pronghorn: dict[int, list[Usage]]

    def page_s(self, size: int) -> float:
        """Return the median time a page, in seconds."""
        return statistics.median(usage.wall_s for usage in self.pronghorn[size]) / size

    def figure(self) -> float:
        """Return the median of the rounds' ratios of the time a page, the largest site's to the smallest's."""
        small, large = min(self.pronghorn), max(self.pronghorn)
        pairs = zip(self.pronghorn[small], self.pronghorn[large], strict=True)
        return statistics.median((b.wall_s / large) / (a.wall_s / small) for a, b in pairs)


@dataclass(frozen=True, slots=True)
class Results:
    """All of one run."""

    machine: Machine
    versions: dict[str, str]
    sites: Sequence[Measured]
    growth: Growth | None = None

    def as_json(self) -> dict[str, Any]:
        """Return all numbers: each run in seconds and bytes."""
        return {"benchmark": BENCHMARK, **asdict(self)}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Results":
        """Return what :meth:`as_json` gave."""
        sites = [
            Measured(**{**site, "stock": _usages(site["stock"]), "pronghorn": _usages(site["pronghorn"])})
            for site in content["sites"]
        ]
        found = content["growth"]
        growth = Growth(found["theme"], {int(n): _usages(u) for n, u in found["pronghorn"].items()}) if found else None
        return cls(Machine(**content["machine"]), content["versions"], sites, growth)


def _usages(found: Sequence[Mapping[str, Any]]) -> list[Usage]:
    return [Usage(**usage) for usage in found]
