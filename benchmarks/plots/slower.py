"""Finds what takes Pronghorn longer than another, so that the manual does not leave it out."""

from collections.abc import Iterator, Sequence

from benchmarks.cache.bench import Measured as CacheSite
from benchmarks.cache.cases import CASES, Figure
from benchmarks.cache.report import measured
from benchmarks.cold.report import label
from benchmarks.cold.results import Results as ColdResults
from benchmarks.others.report import HEADINGS
from benchmarks.others.results import Case, Results, Runs, Site


def slower_than_stock(results: ColdResults) -> Iterator[str]:
    """Yield the clean builds that take longer than with stock Sphinx."""
    for site in results.sites:
        if (factor := site.times_as_fast()) < 1:
            yield f"{label(site)}, `-j {site.jobs}`, from nothing: {1 / factor:.2f} times as long as stock Sphinx."


def slower_with_cache(sites: Sequence[CacheSite]) -> Iterator[str]:
    """Yield the builds with the page cache that take longer than stock Sphinx's."""
    for site in sites:
        for case in CASES:
            if not measured(site, case):
                continue
            factor = Figure.FASTER.of(site.stock[case.name], site.pronghorn[case.name])
            if factor < 1:
                yield f"{site.theme}, {site.n_pages:,} pages, {case.title}: {1 / factor:.2f} times as long."


def slower_than_others(results: Results) -> Iterator[str]:
    """Yield, for each site and case, the generators that are faster."""
    for site in results.sites:
        for case, heading in HEADINGS.items():
            mine = site.runs.get("Pronghorn", Runs()).median_s(case)
            faster = [] if mine is None else list(_faster(site, case, mine))
            if faster:
                who = ", ".join(f"{name} in {part:.2f} of the time" for name, part in faster)
                yield f"{site.n_pages:,} pages, {site.kind}, {heading}: {who}."


def _faster(site: Site, case: Case, mine: float) -> Iterator[tuple[str, float]]:
    for name, runs in site.runs.items():
        if (theirs := runs.median_s(case)) is not None and theirs < mine:
            yield name, theirs / mine
