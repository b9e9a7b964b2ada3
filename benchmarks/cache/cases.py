"""What is measured: the cases, and what each is to reach."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from benchmarks.measure import Usage


class Figure(Enum):
    """How the runs of stock Sphinx and of Pronghorn become one number."""

    FASTER = "times as fast"
    """Elapsed time of stock Sphinx, as a multiple of Pronghorn's."""
    CPU = "of the processor time"
    """Processor time of Pronghorn, as a multiple of stock Sphinx's."""
    MEMORY = "of the memory"
    """Peak memory of Pronghorn, as a multiple of stock Sphinx's."""

    def of(self, stock: Sequence[Usage], pronghorn: Sequence[Usage]) -> float:
        """Return the ratio of the medians."""
        if self is Figure.FASTER:
            return self.median(stock) / self.median(pronghorn)
        return self.median(pronghorn) / self.median(stock)

    def median(self, usages: Sequence[Usage]) -> float:
        """Return the median of what this figure compares: seconds, or bytes."""
        return statistics.median(self._amount(usage) for usage in usages)

    def reached(self, figure: float, target: float) -> bool:
        """Check whether *figure* is as good as *target*, or better."""
        return figure >= target if self is Figure.FASTER else figure <= target

    def _amount(self, usage: Usage) -> float:
        match self:
            case Figure.FASTER:
                return usage.wall_s
            case Figure.CPU:
                return usage.cpu_s
            case Figure.MEMORY:
                return usage.peak_bytes


@dataclass(frozen=True, slots=True)
class Case:
    """One build that is done with stock Sphinx and with Pronghorn."""

    name: str
    title: str
    figure: Figure
    targets: Mapping[str, float]
    """What the figure is to reach with a theme, at 1,000 pages."""


BODY = Case(
    "body",
    "fresh clone, warm cache, one body edit; stock: clean build",
    Figure.FASTER,
    {"alabaster": 12, "furo": 60},
)
TITLE = Case(
    "title",
    "fresh clone, warm cache, one title edit; stock: clean build",
    Figure.FASTER,
    {"alabaster": 8, "furo": 12},
)
IN_PLACE = Case(
    "in place",
    "one body edit in place; stock: incremental build",
    Figure.FASTER,
    {"alabaster": 1.2, "furo": 1.5},
)
NOTHING = Case("nothing", "nothing changed; stock: the same", Figure.FASTER, {"alabaster": 1, "furo": 1})
COLD = Case("cold", "clean build, empty cache", Figure.CPU, {"alabaster": 1.12, "furo": 1.05})
CASES = (BODY, TITLE, IN_PLACE, NOTHING, COLD)
MEMORY_TARGET = 1.1
