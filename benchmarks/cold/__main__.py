"""Compares clean builds by Pronghorn with clean builds by stock Sphinx.

Run it from the root of the repository::

    python -m benchmarks.cold --themes furo alabaster --pages 1000 --jobs 1 2 --rounds 3 --json cold.json
    python -m benchmarks.cold --projects sphinx pytest flask --pages 0
    python -m benchmarks.cold --pages 0 --growth 500 5000

The output folder, the doctrees and the page cache are empty before each build. Each build is a process of its own, one
at a time: stock Sphinx, Pronghorn, stock Sphinx, ... Each output of Pronghorn is compared byte by byte with that of
stock Sphinx with as many jobs, or with one, if stock Sphinx itself makes something else with several. The exit code is
1 when one differs, whatever the times are. The tables go to standard output, and progress to standard error.

With ``--stock-once`` stock Sphinx is measured in the first round only; with ``--work`` as well a later run takes its
builds from there. What ``benchmarks.cache`` has kept there is taken, too, and the other way round.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.cold.bench import Bench, measure_growth
from benchmarks.cold.report import markdown
from benchmarks.cold.results import Results
from benchmarks.cold.subjects import Documentation, MadeSite, Subject
from benchmarks.environments import InstallError
from benchmarks.measure import BuildError, Machine, named, versions
from benchmarks.projects import PROJECTS


def measure(args: argparse.Namespace, work: Path) -> Iterator[Results]:
    """Measure what the command line asks for, and yield all results after each round, and at the end.

    Rounds go through the subjects in turn.

    :raises BuildError: a build failed.
    :raises InstallError: a project could not be downloaded or installed.
    """
    machine = Machine()
    subjects: list[Subject] = [MadeSite(theme, args.pages) for theme in args.themes if args.pages]
    subjects += [Documentation(PROJECTS[name]) for name in args.projects]
    options = {"stock_once": args.stock_once}
    benches = [Bench(work, machine, subject, jobs, **options) for subject in subjects for jobs in args.jobs]
    found = {**versions(*args.themes, args.growth_theme), **{n: PROJECTS[n].version for n in args.projects}}
    sites = [bench.measured for bench in benches]
    for _ in range(args.rounds if benches else 0):
        for bench in benches:
            bench.run()
        yield Results(machine, found, sites)
    if args.growth:
        yield Results(machine, found, sites, measure_growth(work, args.growth_theme, args.growth, args.rounds))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure as the command line says; 1 when an output differs from stock Sphinx's, 2 when a build failed."""
    args = _arguments(argv)
    try:
        with tempfile.TemporaryDirectory(prefix="cold-") as temporary:
            for results in measure(args, args.work.resolve() if args.work else Path(temporary)):
                if args.json:
                    args.json.write_text(json.dumps(results.as_json(), indent=2) + "\n", encoding="utf-8")
    except (BuildError, InstallError) as error:
        print(error, file=sys.stderr)
        return 2
    print(results.machine, named(results.versions), "", sep="\n")
    print("\n".join(markdown(results)))
    found = [f"{site.name}: {site.difference}" for site in results.sites if site.difference]
    if found:
        print(f"\nFirst difference: {found[0]}")
    return int(bool(found))


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cold", description=__doc__.partition("\n")[0])
    parser.add_argument("--themes", nargs="+", default=["furo", "alabaster", "sphinx_rtd_theme"], metavar="THEME")
    parser.add_argument("--pages", type=int, default=1000, help="of the generated sites; 0: none of them")
    parser.add_argument("--projects", nargs="+", choices=list(PROJECTS), default=[], help="real documentation, too")
    parser.add_argument("--jobs", nargs="+", type=int, default=[1, 2], metavar="N")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--growth", nargs="+", type=int, default=[], metavar="PAGES", help="sizes to compare")
    parser.add_argument("--growth-theme", default="alabaster", metavar="THEME")
    parser.add_argument("--stock-once", action="store_true", help="measure stock Sphinx once")
    parser.add_argument("--work", type=Path, metavar="FOLDER", help="keep all builds in FOLDER; may need gigabytes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers to FILE")
    args = parser.parse_args(argv)
    if args.rounds < 1 or not (args.growth or args.projects or args.pages):
        parser.error("nothing to measure")
    return args


if __name__ == "__main__":
    sys.exit(main())
