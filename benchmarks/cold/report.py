"""Shows results as Markdown."""

import statistics
from collections.abc import Iterator, Sequence

from benchmarks.cold.results import GROWTH_TARGET, MEMORY_TARGET, Growth, Measured, Results
from benchmarks.measure import Usage

NO_BREAK = "\N{NO-BREAK SPACE}"
MEMORY_NOTE = (
    "Peak memory: with one job, that of the process; with more, that of all processes together, looked at ten times a"
    " second. What they share is counted once."
)


def markdown(results: Results) -> Iterator[str]:
    """Yield the lines of the tables."""
    if results.sites:
        yield "| site | jobs | stock | Pronghorn | times as fast | target | reached | output |"
        yield "| --- | ---: | ---: | ---: | ---: | ---: | --- | --- |"
        yield from map(_time_row, results.sites)
        yield ""
        n_rounds = max(len(site.pronghorn) for site in results.sites)
        yield f"Elapsed time, and processor time in brackets. Medians of paired runs; rounds: {n_rounds}."
        yield from _notes(results.sites)
        yield ""
        yield "| site | jobs | stock | Pronghorn | of the memory | target | reached |"
        yield "| --- | ---: | ---: | ---: | ---: | ---: | --- |"
        yield from map(_memory_row, results.sites)
        yield ""
        yield MEMORY_NOTE
    if results.growth:
        yield ""
        yield from _growth_table(results.growth)


def verdict(*, reached: bool) -> str:
    """Return how a table says whether a target was reached."""
    return "yes" if reached else "**no**"


def seconds(values: Sequence[float]) -> str:
    """Return the median of elapsed or processor times, with two or three digits that count."""
    median = statistics.median(values)
    shown = f"{median:,.0f}" if median >= 100 else f"{median:.1f}" if median >= 10 else f"{median:.2f}"  # noqa: PLR2004
    return f"{shown}{NO_BREAK}s"


def megabytes(usages: Sequence[Usage]) -> str:
    """Return the median of peak memory."""
    return f"{statistics.median(usage.peak_bytes for usage in usages) / 1e6:.0f}{NO_BREAK}MB"


def label(site: Measured) -> str:
    """Return what was built, in words."""
    return f"{site.name}, {site.n_pages:,} {'pages of documentation' if site.is_real else 'generated pages'}"


def _time_row(site: Measured) -> str:
    target = site.target()
    columns = (
        label(site),
        str(site.jobs),
        _times(site.stock),
        _times(site.pronghorn),
        f"{site.times_as_fast():.2f} (CPU {site.times_the_cpu():.2f})",
        "" if target is None else f"at least {target:g}",
        "" if target is None else verdict(reached=site.times_as_fast() >= target),
        f"identical: no, `{site.difference.partition(':')[0]}`" if site.difference else "identical: yes",
    )
    return f"| {' | '.join(columns)} |"


def _memory_row(site: Measured) -> str:
    has_target = site.jobs == 1
    columns = (
        label(site),
        str(site.jobs),
        megabytes(site.stock),
        megabytes(site.pronghorn),
        f"{site.memory():.2f}",
        f"at most {MEMORY_TARGET:g}" if has_target else "",
        verdict(reached=site.memory() <= MEMORY_TARGET) if has_target else "",
    )
    return f"| {' | '.join(columns)} |"


def _notes(sites: Sequence[Measured]) -> Iterator[str]:
    for site in sites:
        if site.stock_difference:
            file = site.stock_difference.partition(":")[0]
            yield f"With {site.jobs} jobs, stock Sphinx makes another `{file}` of {site.name} than with one."
            yield "The output of Pronghorn is identical to that with one job."
    if any(len(site.stock) < len(site.pronghorn) for site in sites):
        yield "Stock Sphinx was measured once, and that is paired with all rounds."
    kept = [f"{site.name} with {site.jobs} on {site.kept_from}" for site in sites if site.kept_from]
    if kept:
        yield f"Stock Sphinx was measured in former runs on the same machine: {', '.join(kept)}."


def _growth_table(growth: Growth) -> Iterator[str]:
    yield "| theme | pages | Pronghorn, one job | a page |"
    yield "| --- | ---: | ---: | ---: |"
    for size, usages in growth.pronghorn.items():
        yield f"| {growth.theme} | {size:,} | {_times(usages)} | {growth.page_s(size) * 1000:.1f} ms |"
    yield ""
    value = growth.figure()
    yield (
        f"Time a page at {max(growth.pronghorn):,} pages is {value:.2f} times that at {min(growth.pronghorn):,};"
        f" target: at most {GROWTH_TARGET:g}; reached: {verdict(reached=value <= GROWTH_TARGET)}."
    )


def _times(usages: Sequence[Usage]) -> str:
    return f"{seconds([usage.wall_s for usage in usages])} ({seconds([usage.cpu_s for usage in usages])})"
