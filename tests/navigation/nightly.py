"""Compares the navigation of thousands of random sites with Sphinx's own, and reports.

Run it from the root of the repository::

    python -m tests.navigation --sites 1000 --processes 2 --seed 1
    python -m tests.navigation --sites 100 --themes furo pydata_sphinx_theme

The exit code is 1 when there was a difference. Each comes with a site and arguments of ``toctree()``, made as small
as possible.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.navigation.comparing import DifferenceError, compare
from tests.navigation.sites import THEMES, RandomSite, arguments, sites
from tests.support.nightly import reports_of, tell, tell_counts, tell_failure, tell_seeds

CHUNK_SITES = 25
"""Sites of one seed. The search ends at its first difference, and the next seed goes on."""
_ARGUMENTS = 6
"""Sets of arguments tried on each site, at most."""


@dataclass(frozen=True, slots=True)
class Task:
    """Some sites of one seed, for one process."""

    seed: int
    n_sites: int
    themes: tuple[str, ...]
    folder: str | None = None
    is_shrunk: bool = True
    """Make a site with a difference as small as possible."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a task."""

    seed: int
    seconds: float
    tally: Counter[str] = field(default_factory=Counter)
    failure: str = ""
    """The first difference, as small as it could be made."""


def run(task: Task) -> Report:
    """Compare the sites of a task."""
    start = time.monotonic()
    tally: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(dir=task.folder) as name:
        os.environ["PRONGHORN_CACHE_DIR"] = str(Path(name, "cache"))
        failure = find_difference(task, Path(name, "site"), tally)
    return Report(task.seed, time.monotonic() - start, tally, failure)


def find_difference(task: Task, folder: Path, tally: Counter[str]) -> str:
    """Compare the sites of a task until there is a difference; tell it, and the smallest site that has one.

    :param folder: where to work; it must not exist.
    :param tally: counts what was compared.
    """
    smallest: list[Any] = []

    @seed(task.seed)
    @settings(
        max_examples=task.n_sites,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink] if task.is_shrunk else [Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(sites(task.themes), st.lists(arguments(), min_size=_ARGUMENTS, max_size=_ARGUMENTS))
    def check(site: RandomSite, given_arguments: list[dict[str, Any]]) -> None:
        smallest[:] = [site, given_arguments]
        compare(site, folder, given_arguments, tally)

    try:
        check()
    except DifferenceError as error:
        return "\n".join([str(error), *map(repr, smallest)])
    return ""


def _tasks(args: argparse.Namespace) -> Iterator[Task]:
    """Assign one theme to each task, so that one failure hides none of another theme."""
    left, number = args.sites, args.seed * 1_000_000
    while left > 0:
        theme = args.themes[number % len(args.themes)]
        yield Task(number, min(left, CHUNK_SITES), (theme,), args.folder)
        left, number = left - CHUNK_SITES, number + 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.navigation", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sites", type=int, default=1000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), metavar="N")
    parser.add_argument("--themes", nargs="+", choices=list(THEMES), default=list(THEMES), metavar="THEME")
    parser.add_argument("--folder", help="where to work; the folder for temporary files by default")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; 1 when there was a difference."""
    args = _parser().parse_args(argv)
    start = time.monotonic()
    reports: list[Report] = []
    for report in reports_of(run, _tasks(args), args.processes, fresh=True):
        reports.append(report)
        tell(f"seed {report.seed}: {report.tally['sites']} sites, {report.seconds:.0f} s")
        if report.failure:
            tell_failure(report.seed, report.failure)
    _tell_total(reports, time.monotonic() - start)
    return int(any(report.failure for report in reports))


def _tell_total(reports: Sequence[Report], seconds: float) -> None:
    tally = sum((report.tally for report in reports), Counter[str]())
    tell_counts(tally)
    comparisons = sum(number for name, number in tally.items() if name.startswith("comparisons"))
    tell(f"{tally['sites']} sites, {comparisons} comparisons in {seconds / 60:.1f} minutes")
    tell_seeds([report.seed for report in reports], sum(bool(report.failure) for report in reports))
