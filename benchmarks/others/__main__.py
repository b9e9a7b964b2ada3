"""Builds the same content with several generators, in turn.

Run it from the root of the repository::

    python -m benchmarks.others --kinds plain rich api --pages 100 1000 --rounds 3 --json others.json
    python -m benchmarks.others --generators Pronghorn Hugo Zensical --kinds rich --pages 10000 --rounds 1

Each generator but Sphinx is installed in an environment of its own below ``.downloads/`` when it is needed for the
first time. The content is written in the form of each. Each round goes through the generators, and measures with each
one: a build from nothing, one with nothing changed, one after an edit, one in a fresh clone with what the generator
keeps in a cache, and the time from saving a page until its server shows it. The tables go to standard output, and
progress to standard error. The exit code is 1 when a generator did not do what it should.

Stock Sphinx needs time with the square of the number of pages. It takes part in the first round only with
``--stock-once``, and not above ``--stock-limit`` pages.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.environments import InstallError
from benchmarks.measure import Machine, named, versions
from benchmarks.others.bench import Bench
from benchmarks.others.content import KINDS, make_pages
from benchmarks.others.generators import GENERATORS, Generator, StockSphinx
from benchmarks.others.report import markdown
from benchmarks.others.results import Results, Runs, Site

MIN_PAGES = 4
"""The fewest that have a page with text among them."""


def install(args: argparse.Namespace) -> tuple[list[Generator], dict[str, str]]:
    """Return the generators that the command line names, and why others of them cannot be installed."""
    generators, missing = [], {}
    for name in args.generators:
        try:
            generators.append(GENERATORS[name](args.jobs, args.theme))
        except InstallError as error:
            missing[name] = f"not installable: {str(error).splitlines()[-1]}"
            print(error, file=sys.stderr)
    return generators, missing


def measure(args: argparse.Namespace, work: Path) -> Iterator[Results]:
    """Measure what the command line asks for, and yield all results after each round."""
    machine = Machine()
    generators, missing = install(args)
    found = {generator.name: generator.version for generator in generators}
    about = {generator.name: generator.about for generator in generators}
    sites = [Site(kind, n, {name: Runs() for name in found}) for kind in args.kinds for n in args.pages]
    below = {name: number for name, number in versions(args.theme).items() if name.capitalize() not in found}
    results = Results(machine, {**below, **found}, about, missing, args.theme, args.jobs, sites)
    for number in range(args.rounds):
        for site in sites:
            pages = make_pages(site.kind, site.n_pages)
            for generator in generators:
                if takes_part(generator, args, site.n_pages, number):
                    folder = work / f"{site.kind}-{site.n_pages}" / generator.name
                    runs, timeout_s = site.runs[generator.name], args.preview_timeout
                    Bench(folder, generator, pages, runs, preview_timeout_s=timeout_s).run_all()
        yield results


def takes_part(generator: Generator, args: argparse.Namespace, n_pages: int, number: int) -> bool:
    """Check whether a generator is measured in a round."""
    if type(generator) is not StockSphinx:
        return True
    return n_pages <= args.stock_limit and not (args.stock_once and number)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure as the command line says; 1 when a generator failed."""
    args = _arguments(argv)
    with tempfile.TemporaryDirectory(prefix="others-") as temporary:
        for results in measure(args, args.work.resolve() if args.work else Path(temporary)):
            if args.json:
                args.json.write_text(json.dumps(results.as_json(), indent=2) + "\n", encoding="utf-8")
    print(results.machine, named(results.versions), "", sep="\n")
    print("\n".join(markdown(results)))
    failures = [f"{name}: {runs.failure}" for site in results.sites for name, runs in site.runs.items() if runs.failure]
    print("\n".join(failures))
    return int(bool(failures))


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.others", description=__doc__.partition("\n")[0])
    names = list(GENERATORS)
    parser.add_argument("--generators", nargs="+", choices=names, default=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--pages", nargs="+", type=_n_pages, default=[1000])
    parser.add_argument("--rounds", type=_positive, default=3)
    parser.add_argument("--jobs", type=_positive, default=2, help="of Sphinx")
    parser.add_argument("--theme", default="furo", help="of Sphinx")
    parser.add_argument("--stock-once", action="store_true", help="measure stock Sphinx in the first round only")
    parser.add_argument("--stock-limit", type=int, default=1000, metavar="PAGES", help="leave it out of larger sites")
    parser.add_argument(
        "--preview-timeout",
        type=_positive,
        default=1800,
        metavar="SECONDS",
        help="so long a server may take for its first build, and for a change",
    )
    parser.add_argument("--work", type=Path, metavar="FOLDER", help="build in FOLDER; may need gigabytes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers to FILE")
    return parser.parse_args(argv)


def _n_pages(text: str) -> int:
    if int(text) < MIN_PAGES:
        raise argparse.ArgumentTypeError(f"at least {MIN_PAGES} pages")
    return int(text)


def _positive(text: str) -> int:
    if int(text) < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
