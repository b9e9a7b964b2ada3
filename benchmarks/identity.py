"""Builds the documentation of known projects with and without Pronghorn and compares every byte.

Run it from the root of the repository::

    python -m benchmarks.identity               # all projects
    python -m benchmarks.identity flask sphinx  # some of them
    python -m benchmarks.identity --stock flask # stock Sphinx twice: is the comparison itself sound?

Source archives, unpacked sources and the projects' own virtual environments are kept in ``.downloads/``,
or in the folder that ``PRONGHORN_DOWNLOADS`` names. The exit code is 1 when an output differs.
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.environments import InstallError
from benchmarks.measure import BuildError, build
from benchmarks.projects import PROJECTS, Project, fixed
from tests.support.trees import Difference, differences, files_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the comparison of one project showed."""

    project: Project
    n_files: int
    """How many files the stock build wrote."""
    seconds: tuple[float, float]
    """How long the two builds took."""
    differences: tuple[Difference, ...]


def compare(project: Project, extension: str = "pronghorn") -> Outcome:
    """Build a project's documentation without and with *extension* and compare the outputs.

    :param extension: its name; empty to build with stock Sphinx twice.
    :raises InstallError: something could not be downloaded or installed.
    :raises BuildError: a build failed.
    """
    python = project.environment()
    outputs, seconds = [], []
    for name, extensions in (("stock", ""), ("pronghorn", extension)):
        output = project.folder / "build" / name
        shutil.rmtree(output, ignore_errors=True)
        docs = project.lay_down(project.folder / "source")
        seconds.append(build(docs, output, python=str(python), env=fixed(extensions)).wall_s)
        outputs.append(output / "html")
    found = tuple(differences(*outputs))
    return Outcome(project, len(files_of(outputs[0])), (seconds[0], seconds[1]), found)


def _print_table(outcomes: Sequence[Outcome]) -> None:
    """Print one row for each project, and the first difference of each that differs."""
    print(f"{'project':<16} {'files':>6} {'stock':>8} {'pronghorn':>10}  output")
    for outcome in outcomes:
        stock, with_pronghorn = (f"{seconds:.1f} s" for seconds in outcome.seconds)
        verdict = f"{len(outcome.differences)} files differ" if outcome.differences else "identical"
        requirement = outcome.project.requirement
        print(f"{requirement:<16} {outcome.n_files:>6} {stock:>8} {with_pronghorn:>10}  {verdict}")
    for outcome in outcomes:
        for difference in outcome.differences[:1]:
            print(f"\nFirst difference of {outcome.project.requirement}: {difference}")


def main(argv: Sequence[str] | None = None) -> int:
    """Compare the projects named on the command line, or all; 1 when an output differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.identity", description=__doc__.partition("\n")[0])
    parser.add_argument("name", nargs="*", choices=[[], *PROJECTS], help="projects; all when none is named")
    parser.add_argument("--stock", action="store_true", help="build with stock Sphinx both times")
    args = parser.parse_args(argv)
    names: list[str] = args.name or list(PROJECTS)
    try:
        outcomes = [compare(PROJECTS[name], "" if args.stock else "pronghorn") for name in names]
    except (InstallError, BuildError) as error:
        print(error, file=sys.stderr)
        return 2
    _print_table(outcomes)
    return int(any(outcome.differences for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
