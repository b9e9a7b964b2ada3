"""Results as they lie in the repository."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.cache import report as cache_report
from benchmarks.cold import report as cold_report
from benchmarks.cold import results as cold_results
from benchmarks.measure import Machine
from benchmarks.others import report as others_report
from benchmarks.others import results as others_results
from benchmarks.plots.figures import Drawn, cache_figures, cold_figures, others_figures
from benchmarks.plots.slower import slower_than_others, slower_than_stock, slower_with_cache

BENCHMARKS = (cold_results.BENCHMARK, cache_report.BENCHMARK, others_results.BENCHMARK)


class ResultsError(Exception):
    """A file holds no results that are known here."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What one file holds."""

    name: str
    """That of the file, without its suffix."""
    benchmark: str
    machine: Machine
    versions: Mapping[str, str]
    tables: Sequence[str]
    """Lines of Markdown."""
    figures: Sequence[Drawn]
    slower: Sequence[str]
    """What took Pronghorn longer than another, in words."""


def load(file: Path) -> Stored:
    """Read a file that a benchmark wrote with ``--json``.

    :raises ResultsError: it is not one.
    """
    try:
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        benchmark = content["benchmark"]
        told = _READERS[benchmark](content)
    except (KeyError, TypeError, ValueError) as error:
        raise ResultsError(f"{file} has no results of {', '.join(BENCHMARKS)}: {error!r}") from error
    return Stored(file.stem, benchmark, Machine(**content["machine"]), content["versions"], *told)


_Told = tuple[list[str], list[Drawn], list[str]]


def _cold(content: Mapping[str, Any]) -> _Told:
    results = cold_results.Results.from_json(content)
    return list(cold_report.markdown(results)), list(cold_figures(results)), list(slower_than_stock(results))


def _cache(content: Mapping[str, Any]) -> _Told:
    sites, growth = (cache_report.sites_from_json(content[key]) for key in ("sites", "growth"))
    return list(cache_report.tables(sites, growth)), list(cache_figures(sites)), list(slower_with_cache(sites))


def _others(content: Mapping[str, Any]) -> _Told:
    results = others_results.Results.from_json(content)
    return list(others_report.markdown(results)), list(others_figures(results)), list(slower_than_others(results))


_READERS = {
    cold_results.BENCHMARK: _cold,
    cache_report.BENCHMARK: _cache,
    others_results.BENCHMARK: _others,
}
