"""Runs thousands of sequences of edits with given seeds, and reports.

Run it from the root of the repository::

    python -m tests.edits --sequences 2000 --processes 2 --seed 1
    python -m tests.edits --sequences 200 --clean            # is the comparison itself sound?
    python -m tests.edits --sequences 200 --engine "" --without hooks extensions

The exit code is 1 when a build was not what a clean build is. Each failure comes with the steps that lead to it,
made as few as possible, to be pasted into a test.
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

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.edits.build import BUILDS, PLAIN, SERIAL
from tests.edits.builder import BuildServer
from tests.edits.families import FAMILIES
from tests.edits.machine import machine_of
from tests.edits.replay import SequenceError, reduced
from tests.edits.starts import STARTS
from tests.edits.workspace import Judge, Workspace
from tests.support.nightly import reports_of, tell, tell_counts, tell_failure, tell_seeds

CHUNK_SEQUENCES = 50
STEPS = 8
_BUILDS = {"all": PLAIN | BUILDS, "serial": PLAIN | SERIAL, "plain": PLAIN}


@dataclass(frozen=True, slots=True)
class Task:
    """Some sequences of one seed, for one process."""

    seed: int
    n_sequences: int
    n_steps: int
    judge: Judge
    families: tuple[str, ...]
    starts: tuple[str, ...]
    builds: str
    folder: str | None
    n_attempts: int


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a task."""

    seed: int
    """The first one; each sequence has the next."""
    n_sequences: int
    seconds: float
    statistics: Counter[str] = field(default_factory=Counter)
    builds: Counter[str] = field(default_factory=Counter)
    failures: tuple[str, ...] = ()
    """Each failure, as short as it could be made."""


def run(task: Task) -> Report:
    """Run the sequences of a task."""
    start = time.monotonic()
    statistics: Counter[str] = Counter()
    failures: list[SequenceError] = []
    with tempfile.TemporaryDirectory(dir=task.folder) as folder, BuildServer() as server:
        workspace = Workspace(Path(folder, "w"), server, task.judge)
        machine = machine_of(
            workspace,
            statistics=statistics,
            failures=failures,
            starts=task.starts,
            families=task.families,
            builds=_BUILDS[task.builds],
        )
        for number in range(task.n_sequences):
            run_state_machine_as_test(seed(task.seed + number)(machine), settings=settings_for(task.n_steps))
        texts = [f"{reduced(workspace, error, attempts=task.n_attempts)}" for error in failures]
    return Report(task.seed, task.n_sequences, time.monotonic() - start, statistics, workspace.builds, tuple(texts))


def settings_for(n_steps: int) -> settings:
    """Return settings for one sequence: Hypothesis begins with the simplest one, which changes nothing.

    With more in one run, it would repeat parts of earlier ones.
    """
    return settings(
        max_examples=2,
        stateful_step_count=n_steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def _tasks(args: argparse.Namespace) -> Iterator[Task]:
    families = tuple(name for name in args.only or FAMILIES if name not in args.without)
    judge = Judge(warnings=not args.no_warnings, engine=args.engine, is_clean=args.clean)
    left, number = args.sequences, args.seed * 1_000_000
    while left > 0:
        size = min(left, CHUNK_SEQUENCES, -(-args.sequences // args.processes))
        yield Task(
            number, size, args.steps, judge, families, tuple(args.starts), args.builds, args.folder, args.attempts
        )
        left, number = left - size, number + size


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.edits", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sequences", type=int, default=2000, metavar="N")
    parser.add_argument("--steps", type=int, default=STEPS, metavar="N", help="edits in a sequence, at most")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), metavar="N")
    parser.add_argument("--minutes", type=float, default=1e6, metavar="N", help="begin nothing new after this time")
    parser.add_argument("--only", nargs="+", choices=list(FAMILIES), default=[], metavar="KIND", help="kinds of edits")
    parser.add_argument("--without", nargs="+", choices=list(FAMILIES), default=[], metavar="KIND")
    parser.add_argument("--starts", nargs="+", choices=list(STARTS), default=list(STARTS), metavar="SITE")
    parser.add_argument("--builds", choices=list(_BUILDS), default="all", help="kinds of builds")
    parser.add_argument("--engine", default="pronghorn", help="extensions to test; empty for Sphinx alone")
    parser.add_argument("--clean", action="store_true", help="compare two clean builds")
    parser.add_argument("--no-warnings", action="store_true", help="compare the output and the exit status only")
    parser.add_argument("--attempts", type=int, default=60, metavar="N", help="how hard to shorten a failure")
    parser.add_argument("--folder", help="where to work; the folder for temporary files by default")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; 1 when there was a failure."""
    args = _parser().parse_args(argv)
    start = time.monotonic()
    reports: list[Report] = []
    for report in reports_of(run, _tasks(args), args.processes, max_s=args.minutes * 60):
        reports.append(report)
        n_builds = report.builds.total()
        tell(f"seed {report.seed}: {report.n_sequences} sequences, {n_builds} builds, {report.seconds:.0f} s")
        for text in report.failures:
            tell_failure(report.seed, text)
    _tell_total(reports, time.monotonic() - start)
    return int(any(report.failures for report in reports))


def _tell_total(reports: Sequence[Report], seconds: float) -> None:
    statistics = sum((report.statistics for report in reports), Counter[str]())
    builds = sum((report.builds for report in reports), Counter[str]())
    n_sequences = sum(report.n_sequences for report in reports)
    tell("\nEdits that changed a site, by kind:")
    tell_counts(statistics)
    tell(f"{n_sequences} sequences, {statistics.total()} edits, {builds.total()} builds in {seconds / 60:.1f} minutes")
    tell_seeds([report.seed for report in reports], sum(len(report.failures) for report in reports))
