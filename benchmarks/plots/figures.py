"""What the pictures show, without how they are drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.cache.bench import Measured as CacheSite
from benchmarks.cache.cases import CASES, Figure
from benchmarks.cache.report import measured
from benchmarks.cold.results import Results as ColdResults
from benchmarks.others.report import HEADINGS
from benchmarks.others.results import Case, Results, Site


@dataclass(frozen=True, slots=True)
class Pair:
    """A row: stock Sphinx and Pronghorn."""

    label: str
    stock: float
    mine: float
    remark: str
    """How one is to the other."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows of two amounts each."""

    name: str
    """Part of the file's name."""
    title: str
    unit: str
    rows: tuple[Pair, ...]
    is_logarithmic: bool = True


@dataclass(frozen=True, slots=True)
class Panels:
    """One amount for each name in each panel; None if there is none."""

    name: str
    title: str
    unit: str
    labels: tuple[str, ...]
    panels: tuple[tuple[str, tuple[float | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Amounts that grow with the number of pages."""

    name: str
    title: str
    unit: str
    lines: tuple[tuple[str, tuple[tuple[int, float], ...]], ...]
    """Names, and points: pages and amounts."""
    is_logarithmic: bool = True


Drawn = Pairs | Panels | Lines


def cold_figures(results: ColdResults) -> Iterator[Drawn]:
    """Yield the pictures of clean builds."""
    if results.sites:
        times, memory = [], []
        for site in results.sites:
            kind = "documentation" if site.is_real else f"{site.n_pages:,} pages"
            label = f"{site.name}, {kind}, -j {site.jobs}"
            both = (site.stock, site.pronghorn)
            stock_s, mine_s = (median(usage.wall_s for usage in usages) for usages in both)
            stock_mb, mine_mb = (median(usage.peak_bytes for usage in usages) / 1e6 for usages in both)
            times.append(Pair(label, stock_s, mine_s, f"{site.times_as_fast():.1f} times as fast"))
            memory.append(Pair(label, stock_mb, mine_mb, f"{site.memory():.2f} of the memory"))
        yield Pairs("times", "Build from nothing", "seconds", tuple(times))
        yield Pairs("memory", "Peak memory of a build from nothing", "megabytes", tuple(memory), is_logarithmic=False)
    if (growth := results.growth) and len(growth.pronghorn) > 1:
        points = tuple((size, growth.page_s(size) * 1000) for size in sorted(growth.pronghorn))
        title = f"Time a page of a build from nothing, {growth.theme}, one job"
        yield Lines("growth", title, "milliseconds", (("Pronghorn", points),), is_logarithmic=False)


def cache_figures(sites: Sequence[CacheSite]) -> Iterator[Drawn]:
    """Yield the picture of builds with the page cache."""
    rows = []
    sizes = {site.n_pages for site in sites}
    for site in sites:
        name = site.theme if len(sizes) == 1 else f"{site.theme}, {site.n_pages:,} pages"
        for case in CASES:
            if not measured(site, case):
                continue
            stock, mine = (Figure.FASTER.median(runs[case.name]) for runs in (site.stock, site.pronghorn))
            label = case.title.partition(";")[0]
            rows.append(Pair(f"{name}: {label}", stock, mine, f"{stock / mine:.1f} times as fast"))
    if rows:
        title = "Build with the page cache" + (f", {sizes.pop():,} pages" if len(sizes) == 1 else "")
        yield Pairs("times", title, "seconds", tuple(rows))


def others_figures(results: Results) -> Iterator[Drawn]:
    """Yield the pictures of several generators: one for each site, and one of the growth for each kind."""
    for site in results.sites:
        names = [name for name, runs in site.runs.items() if any(runs.seconds(case) for case in Case)]
        if names:
            title = f"{site.n_pages:,} pages, {site.kind}"
            panels = tuple((HEADINGS[case], _medians(site, names, case)) for case in Case)
            yield Panels(f"{site.kind}-{site.n_pages}", title, "seconds", tuple(names), panels)
    for kind in dict.fromkeys(site.kind for site in results.sites):
        sites = sorted((site for site in results.sites if site.kind == kind), key=lambda site: site.n_pages)
        if len(sites) > 1:
            lines = ((name, _cold_points(sites, name)) for name in sites[0].runs)
            title = f"Build from nothing, {kind} pages"
            yield Lines(f"{kind}-growth", title, "seconds", tuple((name, points) for name, points in lines if points))


def _medians(site: Site, names: Sequence[str], case: Case) -> tuple[float | None, ...]:
    return tuple(site.runs[name].median_s(case) for name in names)


def _cold_points(sites: Sequence[Site], name: str) -> tuple[tuple[int, float], ...]:
    found = ((site.n_pages, site.runs[name].median_s(Case.COLD)) for site in sites if name in site.runs)
    return tuple((n_pages, seconds) for n_pages, seconds in found if seconds is not None)
