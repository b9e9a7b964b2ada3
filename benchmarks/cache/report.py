"""Shows what was measured, as Markdown and as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.cache.bench import Measured
from benchmarks.cache.cases import BODY, CASES, COLD, MEMORY_TARGET, Case, Figure
from benchmarks.measure import Machine, Usage, named

BENCHMARK = "cache"
"""The name by which the JSON is recognised."""


def markdown(machine: Machine, versions: dict[str, str], sites: Sequence[Measured], growth: Sequence[Measured]) -> str:
    """Return the tables: one for each site, and one of the growth when it was measured."""
    return "\n".join([str(machine), named(versions), "", *tables(sites, growth)])


def tables(sites: Sequence[Measured], growth: Sequence[Measured]) -> Iterator[str]:
    """Yield the lines of the tables."""
    yield "One job; medians: elapsed time (processor time)."
    for site in sites:
        yield ""
        yield from _site_table(site)
    if growth:
        yield ""
        yield from _growth_table(growth)


def as_json(machine: Machine, versions: dict[str, str], sites: Sequence[Measured], growth: Sequence[Measured]) -> str:
    """Return all numbers: each run in seconds and bytes, and each figure."""

    def numbers(site: Measured) -> dict[str, object]:
        figures = {case.name: figure(site, case) for case in CASES if measured(site, case)}
        return {**asdict(site), "figures": figures}

    content = {
        "benchmark": BENCHMARK,
        "machine": asdict(machine),
        "versions": versions,
        "sites": [numbers(site) for site in sites],
        "growth": [numbers(site) for site in growth],
    }
    return json.dumps(content, indent=2) + "\n"


def sites_from_json(content: Sequence[Mapping[str, Any]]) -> list[Measured]:
    """Return the sites that are in what :func:`as_json` gave."""

    def usages(found: Mapping[str, Any]) -> dict[str, list[Usage]]:
        return {case: [Usage(**usage) for usage in runs] for case, runs in found.items()}

    return [
        Measured(
            **{name: value for name, value in site.items() if name not in {"stock", "pronghorn", "figures"}},
            stock=usages(site["stock"]),
            pronghorn=usages(site["pronghorn"]),
        )
        for site in content
    ]


def measured(site: Measured, case: Case) -> bool:
    """Check whether a case was run with both."""
    return bool(site.stock[case.name] and site.pronghorn[case.name])


def figure(site: Measured, case: Case) -> float:
    """Return the figure of a case that was run with both."""
    return case.figure.of(site.stock[case.name], site.pronghorn[case.name])


def _site_table(site: Measured) -> Iterator[str]:
    yield f"{site.theme}, {site.n_pages:,} pages"
    yield ""
    yield "| case | stock | Pronghorn | figure | target | reached | output |"
    yield "| --- | ---: | ---: | ---: | ---: | --- | --- |"
    for number, case in enumerate(CASES, start=1):
        stock, mine = site.stock[case.name], site.pronghorn[case.name]
        columns = _against_target(case.figure, stock, mine, case.targets.get(site.theme))
        yield f"| {number}. {case.title} | {_times(stock)} | {_times(mine)} | {columns} | {_output(site, case)} |"
    stock, mine = site.stock[COLD.name], site.pronghorn[COLD.name]
    columns = _against_target(Figure.MEMORY, stock, mine, MEMORY_TARGET)
    yield f"| 6. peak memory of 5 | {_megabytes(stock)} | {_megabytes(mine)} | {columns} | |"
    if site.kept_from:
        kept = ", ".join(f"{name} on {date}" for name, date in site.kept_from.items())
        yield f"\nClean builds with stock Sphinx come from former runs: {kept}."
    if site.cache_bytes:
        yield f"\nThe cache holds {_bytes_a_page(site, site.cache_bytes)} a page."


def _growth_table(growth: Sequence[Measured]) -> Iterator[str]:
    yield f"Growth: case 1; the memory is to be at most {MEMORY_TARGET} of stock Sphinx's"
    yield ""
    yield (
        "| theme | pages | stock | Pronghorn | a page | times as fast | cache a page | by reading"
        " | memory: stock | clean | clone | output |"
    )
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
    for site in growth:
        stock, mine, clean = site.stock[BODY.name], site.pronghorn[BODY.name], site.pronghorn[COLD.name]
        a_page = Figure.FASTER.median(mine) / site.n_pages * 1000
        memory = (f"{_megabytes(usages)} ({Figure.MEMORY.of(stock, usages):.2f})" for usages in (clean, mine))
        columns = (
            site.theme,
            f"{site.n_pages:,}",
            _times(stock),
            _times(mine),
            f"{a_page:.2f} ms",
            f"{figure(site, BODY):.1f}",
            _bytes_a_page(site, site.cache_bytes),
            _bytes_a_page(site, site.read_bytes),
            _megabytes(stock),
            *memory,
            _output(site, BODY),
        )
        yield f"| {' | '.join(columns)} |"


def _against_target(kind: Figure, stock: Sequence[Usage], mine: Sequence[Usage], target: float | None) -> str:
    """Return three columns: the figure, its target, and whether that was reached.

    Beside a figure of elapsed time stands the same one of processor time, which other work on the machine hardly moves.
    """
    value = kind.of(stock, mine)
    shown = f"{value:.2f} {kind.value}"
    if kind is Figure.FASTER:
        shown += f" (CPU {1 / Figure.CPU.of(stock, mine):.2f})"
    if target is None:
        return f"{shown} | | "
    limit = "at least" if kind is Figure.FASTER else "at most"
    return f"{shown} | {limit} {target:g} | {'yes' if kind.reached(value, target) else 'no'}"


def _output(site: Measured, case: Case) -> str:
    found = site.different.get(case.name)
    if found is None:
        return "identical: yes"
    return f"identical: no, `{found.partition(':')[0]}`"


def _times(usages: Sequence[Usage]) -> str:
    return f"{Figure.FASTER.median(usages):.2f} s ({Figure.CPU.median(usages):.2f} s)"


def _megabytes(usages: Sequence[Usage]) -> str:
    return f"{Figure.MEMORY.median(usages) / 1e6:.0f} MB"


def _bytes_a_page(site: Measured, n_bytes: int | None) -> str:
    return "" if n_bytes is None else f"{n_bytes / site.n_pages / 1000:.1f} kB"
