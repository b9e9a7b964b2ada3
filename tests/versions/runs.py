"""Test runs: which tests a combination gets, and what came of it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from tests.versions.environments import Environment, make_pip
from tests.versions.interpreters import find_interpreter, this_interpreter, variable
from tests.versions.table import ROOT, versions

CANARY = ("incremental/test_canary.py", "seam/test_rows.py")
"""Whether the cache is alive, and whether each internal is as expected."""
OF_SPHINX = (
    "seam",
    "incremental",
    "unit/cache/pickles",
    "unit/cache/store",
    "unit/speed",
    "behaviour/extensions",
    "behaviour/navigation",
    "behaviour/processes",
    "docs/test_examples.py",
    "proofs/test_edits.py",
    "proofs/test_identity.py",
    "proofs/test_versions.py",
)
"""What can go wrong with one version and not with another, below the folder of the tests: the seam, the cache, the
examples, and that output is the same."""

PATHS: dict[versions.Role, tuple[str, ...]] = {
    versions.Role.FULL: (".",),
    versions.Role.OLDEST: OF_SPHINX,
    versions.Role.NEWEST: OF_SPHINX,
    versions.Role.CANARY: CANARY,
}
_MARKS = {
    versions.Role.FULL: "not thorough",
    versions.Role.OLDEST: "not thorough and not browser and not one_version",
    versions.Role.NEWEST: "not thorough and not browser and not one_version",
}
_AT_ONCE = 2
"""How many canaries run beside each other. They are one process each; the other runs take all processors."""


class Verdict(StrEnum):
    """How a run ended."""

    PASSED = "passed"
    FAILED = "FAILED"
    NOT_TESTED = "NOT TESTED"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run, and how it ended."""

    combination: versions.Combination
    verdict: Verdict
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    """What was not tested, though the run may have passed."""

    @property
    def lines(self) -> list[str]:
        """What stands at the end of all runs."""
        row = f"{self.verdict:<10}  {self.combination.role:<6}  {self.combination}  {self.seconds:.0f} s"
        own = [] if self.verdict is Verdict.NOT_TESTED else [row]
        return [*own, *(loud(f"{Verdict.NOT_TESTED}: {note}") for note in self.notes)]


def loud(message: str) -> str:
    """Return a line that nobody overlooks."""
    return f"!!! {message} !!!"


def say(text: str) -> None:
    """Print a line at once: what processes print comes between."""
    print(text, flush=True)  # noqa: T201 - a command line


def files_of(role: versions.Role) -> list[str]:
    """Return the arguments by which pytest gets the tests of a role.

    :raises ValueError: a path is absent, so that tests would be left out unseen.
    """
    paths = [ROOT / "tests" / path for path in PATHS[role]]
    if absent := [path for path in paths if not path.exists()]:
        raise ValueError(f"{absent[0]} is absent; see {__name__}")
    return [path.relative_to(ROOT).as_posix() for path in paths]


def environment_of(combination: versions.Combination) -> Environment | None:
    """Return the environment of a combination; None if its interpreter is absent.

    All tests run with some interpreter, if need be with the one that runs this.
    """
    python = find_interpreter(combination.python)
    if python is None and combination.role is versions.Role.FULL:
        python = this_interpreter()
    return None if python is None else Environment(combination, python)


def run_all(combinations: Iterable[versions.Combination], arguments: Sequence[str]) -> list[Outcome]:
    """Run the tests of combinations, canaries beside each other, the others one after another.

    :param arguments: more ones for pytest.
    """
    runs = [(each, environment_of(each)) for each in combinations]
    if any(environment for _, environment in runs):
        make_pip()
    large = [run for run in runs if run[0].role is not versions.Role.CANARY]
    small = [run for run in runs if run[0].role is versions.Role.CANARY]
    outcomes = [_run(each, environment, arguments) for each, environment in large]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [*outcomes, *pool.map(lambda run: _run(run[0], run[1], arguments), small)]


def _run(combination: versions.Combination, environment: Environment | None, arguments: Sequence[str]) -> Outcome:
    """Make the environment and run the tests in it."""
    started_s = time.monotonic()
    if environment is None:
        note = f"{combination}: set {variable(combination.python)} to an interpreter"
        say(loud(f"{Verdict.NOT_TESTED}: {note}"))
        return Outcome(combination, Verdict.NOT_TESTED, notes=(note,))
    notes = _notes_of(environment)
    try:
        environment.make()
    except subprocess.CalledProcessError as error:
        say(f"{combination}: the environment could not be made\n{error.stdout}")
        return Outcome(combination, Verdict.FAILED, time.monotonic() - started_s, notes)
    title = f"\n== {combination.role}: {combination} (environment: {time.monotonic() - started_s:.0f} s) =="
    heading = "\n".join([title, *(loud(f"{Verdict.NOT_TESTED}: {note}") for note in notes)])
    verdict = Verdict.PASSED if _run_pytest(environment, arguments, heading) else Verdict.FAILED
    return Outcome(combination, verdict, time.monotonic() - started_s, notes)


def _notes_of(environment: Environment) -> tuple[str, ...]:
    """Say what a run leaves out: packages that forbid its docutils, and a Python that is absent."""
    combination = environment.combination
    left_out = [f"{package}, which forbids docutils {combination.docutils}" for package in environment.left_out]
    named = variable(combination.python)
    other = f"Python {combination.python}, in place of which {environment.interpreter} is used: set {named}"
    return (*([other] if find_interpreter(combination.python) is None else []), *left_out)


def _run_pytest(environment: Environment, arguments: Sequence[str], heading: str) -> bool:
    """Return whether the tests passed."""
    role = environment.combination.role
    is_canary = role is versions.Role.CANARY
    options = ["-q"] if is_canary else ["-n", "auto", "-m", _MARKS[role]]
    command = [str(environment.python), "-m", "pytest", *options, *files_of(role), *arguments]
    if not is_canary:
        say(heading)
        return subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    done = subprocess.run(  # several run beside each other: what each prints stays together
        command, cwd=ROOT, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    say(f"{heading}\n{done.stdout}")
    return done.returncode == 0


def conclude(outcomes: Sequence[Outcome]) -> int:
    """Print how all runs ended; 1 if one failed."""
    say("\n" + "\n".join(line for outcome in outcomes for line in outcome.lines))
    return int(any(outcome.verdict is Verdict.FAILED for outcome in outcomes))
