"""Measures what Pronghorn costs on a project that does not use it.

Run it from the root of the repository::

    python -m benchmarks.overhead --pages 1000 --rounds 5

Each round builds the same pages cold, one process at a time: with stock Sphinx, with Pronghorn, and with Pronghorn
and ten plugins that listen to ``page_added``. The ratio is the median of the rounds' ratios of processor time,
children's included. The outputs are compared byte by byte; the exit code is 1 when they differ, whatever the times are.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

from benchmarks.made_pages import write_site
from benchmarks.measure import BuildError, build
from tests.support.trees import differences

N_PLUGINS = 10
PLUGIN = """\
def register_plugin(site):
    docnames = []
    site.signals.page_added.connect(lambda page: docnames.append(page.docname))
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One way to build the pages."""

    name: str
    extensions: tuple[str, ...]
    n_plugins: int = 0


STOCK = Case("stock", ("myst_parser",))
CASES = (
    STOCK,
    Case("pronghorn", ("myst_parser", "pronghorn")),
    Case("ten plugins", ("myst_parser", "pronghorn"), N_PLUGINS),
)


@dataclass(slots=True)
class Report:
    """All that was measured."""

    pages: int
    theme: str
    sphinx: str = field(default_factory=lambda: version("sphinx"))
    python: str = sys.version.partition(" ")[0]
    cpu_s: dict[str, list[float]] = field(default_factory=lambda: {case.name: [] for case in CASES})
    """Processor time of each case, in seconds, one number a round."""
    different: dict[str, str] = field(default_factory=dict)
    """The first difference from the stock output, for each case that has one."""

    def ratios(self) -> dict[str, float]:
        """Return the median ratio to stock of each other case; runs of one round are paired."""
        stock = self.cpu_s[STOCK.name]
        return {
            name: statistics.median(mine / base for mine, base in zip(times, stock, strict=True))
            for name, times in self.cpu_s.items()
            if name != STOCK.name
        }


def measure(work: Path, pages: int, rounds: int, theme: str) -> Report:
    """Build all cases *rounds* times below *work* and compare what they wrote.

    :raises BuildError: a build failed.
    """
    report = Report(pages, theme)
    for case in CASES:
        _make_site(work / case.name, case, pages, theme)
    for number in range(1, rounds + 1):
        for case in CASES:
            output = work / f"output {number}" / case.name
            report.cpu_s[case.name].append(_build(work / case.name, output))
            stock = output.parent / STOCK.name / "html"
            found = next(differences(stock, output / "html"), None)
            if found:
                report.different.setdefault(case.name, str(found))
        _print_round(report, number)
    return report


def _make_site(folder: Path, case: Case, pages: int, theme: str) -> None:
    """Lay down the sources of one case."""
    write_site(folder, pages, case.extensions, theme)
    if case.n_plugins:
        (folder / "plugins").mkdir()
    for number in range(case.n_plugins):
        (folder / "plugins" / f"listener{number}.py").write_text(PLUGIN, encoding="utf-8")


def _build(source: Path, output: Path) -> float:
    """Build cold, show the warnings, and return the processor time in seconds."""
    usage = build(source, output, env={"PYTHONHASHSEED": "0"})
    sys.stderr.write((output / "build.log").read_text(encoding="utf-8"))
    return usage.cpu_s


def _print_round(report: Report, number: int) -> None:
    times = "   ".join(f"{name} {values[-1]:.2f} s" for name, values in report.cpu_s.items())
    print(f"round {number}: {times}", flush=True)


def _print_summary(report: Report) -> None:
    print(f"\n{report.pages} pages, {report.theme}, Sphinx {report.sphinx}, Python {report.python}")
    for name, ratio in report.ratios().items():
        verdict = f"differs in {report.different[name]}" if name in report.different else "identical"
        print(f"{name:<12} {ratio:.3f} of stock Sphinx's processor time (median); output {verdict}")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure as the command line says; 1 when an output differs from stock Sphinx's."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overhead", description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--theme", default="alabaster")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers to FILE")
    args = parser.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory(prefix="overhead-") as work:
            report = measure(Path(work), args.pages, args.rounds, args.theme)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 2
    _print_summary(report)
    if args.json:
        args.json.write_text(json.dumps({**asdict(report), "ratios": report.ratios()}, indent=2) + "\n")
    return int(bool(report.different))


if __name__ == "__main__":
    sys.exit(main())
