"""Compares builds with the page cache with those of stock Sphinx.

Run it from the root of the repository::

    python -m benchmarks.cache --themes alabaster furo --rounds 3 --json cache.json
    python -m benchmarks.cache --themes alabaster --growth 300 1000 3000
    python -m benchmarks.cache --stock-once --work ~/measured

Each build is a process of its own, one at a time: stock Sphinx, Pronghorn, stock Sphinx, ... Each output of Pronghorn
is compared byte by byte with a clean build of the same site by stock Sphinx; the exit code is 1 when one differs,
whatever the times are. The tables go to standard output, and progress to standard error.

Stock Sphinx needs ten minutes for 1,000 pages with furo, three times a round. With ``--stock-once`` its clean builds
are measured in the first round only, and with ``--work`` as well a later run takes them from there.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.cache.bench import Bench, Measured
from benchmarks.cache.report import as_json, markdown
from benchmarks.measure import BuildError, Machine, versions

MIN_PAGES = 4
"""The fewest that have a page with text among them."""


def measure_sites(args: argparse.Namespace, work: Path, machine: Machine) -> list[Measured]:
    """Measure all cases with each theme. Rounds go through the themes in turn."""
    benches = [Bench(work, machine, theme, args.pages, stock_once=args.stock_once) for theme in args.themes]
    for _ in range(args.rounds):
        for bench in benches:
            bench.run_all()
    return [bench.measured for bench in benches]


def measure_growth(args: argparse.Namespace, work: Path, machine: Machine) -> list[Measured]:
    """Measure the clone with a body edit at each size."""
    themes = args.growth_themes or args.themes[:1]
    sizes = [(theme, pages) for theme in themes for pages in args.growth]
    benches = [Bench(work, machine, theme, pages, stock_once=args.stock_once) for theme, pages in sizes]
    for bench in benches:
        for _ in range(args.rounds):
            bench.run_body()
        bench.measure_reading()
    return [bench.measured for bench in benches]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure as the command line says; 1 when an output differs from stock Sphinx's, 2 when a build failed."""
    args = _arguments(argv)
    machine = Machine()
    try:
        with tempfile.TemporaryDirectory(prefix="cache-") as temporary:
            work = args.work.resolve() if args.work else Path(temporary)
            sites = measure_sites(args, work, machine) if args.pages else []
            growth = measure_growth(args, work, machine)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 2
    found = versions(*args.themes)
    print(markdown(machine, found, sites, growth))
    if args.json:
        args.json.write_text(as_json(machine, found, sites, growth), encoding="utf-8")
    faults = [f"{site.theme}: {name}: {what}" for site in [*sites, *growth] for name, what in site.different.items()]
    if faults:
        print(f"\nFirst difference: {faults[0]}")
    return int(bool(faults))


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cache", description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=_n_pages, default=1000, help="of the sites; 0: measure the growth only")
    parser.add_argument("--themes", nargs="+", default=["alabaster", "furo"], metavar="THEME")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--growth", nargs="+", type=_n_pages, default=[], metavar="PAGES", help="sizes to compare")
    parser.add_argument(
        "--growth-themes", nargs="+", metavar="THEME", help="themes of the growth; the first one when none is named"
    )
    parser.add_argument("--stock-once", action="store_true", help="measure clean builds with stock Sphinx once")
    parser.add_argument("--work", type=Path, metavar="FOLDER", help="keep all builds in FOLDER; may need gigabytes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers to FILE")
    return parser.parse_args(argv)


def _n_pages(text: str) -> int:
    number = int(text)
    if 0 < number < MIN_PAGES:
        raise argparse.ArgumentTypeError(f"at least {MIN_PAGES} pages")
    return number


if __name__ == "__main__":
    sys.exit(main())
