"""Measures what taxonomies cost, and what a build does when a page gets another term.

Run it from the root of the repository::

    python -m benchmarks.taxonomies --pages 2000 --terms 500 --rounds 3

The same pages are built with taxonomies and without, in turn, each time from nothing. Then one page gets another tag,
and the plan of the next build is printed.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.made_pages import WORDS
from benchmarks.measure import BuildError, Machine, Usage, build, versions

LIMIT = 1.15
"""At most so much processor time a page, against the same site without taxonomies."""
TAGS_A_PAGE = 4
PARAGRAPHS = 8
CONF = """\
project = "Made posts"
extensions = ["myst_parser", "pronghorn"]
pronghorn_taxonomies = {taxonomies}
pronghorn_drafts = True
"""


def write_site(folder: Path, n_pages: int, n_terms: int, *, with_taxonomies: bool) -> None:
    """Write posts with tags, the same ones each time."""
    rng = random.Random(1)  # noqa: S311 - the pages are to be the same each time
    folder.mkdir(parents=True)
    taxonomies = [{"key": "tags"}] if with_taxonomies else []
    (folder / "conf.py").write_text(CONF.format(taxonomies=taxonomies), encoding="utf-8")
    names = [f"post{number:05}" for number in range(n_pages)]
    toctree = "\n".join(names)
    (folder / "index.md").write_text(f"# Home\n\n```{{toctree}}\n:maxdepth: 1\n\n{toctree}\n```\n", encoding="utf-8")
    for number, name in enumerate(names):
        tags = [number % n_terms, *(rng.randrange(n_terms) for _ in range(TAGS_A_PAGE - 1))]
        (folder / f"{name}.md").write_text(_post(rng, number, tags), encoding="utf-8")


def _post(rng: random.Random, number: int, tags: Sequence[int]) -> str:
    head = f"---\ntags: [{', '.join(f'term {tag}' for tag in tags)}]\ndate: 2020-01-{1 + number % 28:02}\n---\n"
    paragraphs = "\n\n".join(" ".join(rng.choices(WORDS, k=60)) for _ in range(PARAGRAPHS))
    return f"{head}# Post {number}\n\n{paragraphs}\n"


class Bench:
    """The two sites, below *work*."""

    def __init__(self, work: Path, n_pages: int, n_terms: int) -> None:
        self._work = work
        self._n_pages = n_pages
        self.n_terms = n_terms
        for with_taxonomies in (False, True):
            write_site(self._source(with_taxonomies), n_pages, n_terms, with_taxonomies=with_taxonomies)
        self._number = 0

    def _source(self, with_taxonomies: bool) -> Path:
        return self._work / ("with" if with_taxonomies else "without")

    def build(self, *, with_taxonomies: bool) -> tuple[Usage, int]:
        """Build from nothing; also give the number of pages."""
        self._number += 1
        output = self._work / f"output{self._number}"
        usage = build(self._source(with_taxonomies), output)
        n_terms = len(list((output / "html" / "tags").glob("*.html"))) if with_taxonomies else 0
        return usage, self._n_pages + 1 + n_terms

    def change_one_tag(self) -> dict[str, str]:
        """Return a page another tag and build again; give what was done with each page that was not left alone."""
        source, output = self._source(with_taxonomies=True), self._work / f"output{self._number}"
        page, plan = source / "post00007.md", self._work / "plan.json"
        page.write_text(page.read_text(encoding="utf-8").replace("term 7,", "term 8,", 1), encoding="utf-8")
        build(source, output, env={"PRONGHORN_PLAN_FILE": str(plan)})
        told = json.loads(plan.read_text(encoding="utf-8"))
        pages = told["plan"]["pages"] if "plan" in told else told["pages"]
        return {page["docname"]: page["action"] for page in pages if page["action"] != "reused"}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure as the command line says; 1 when taxonomies cost more than they may, 2 when a build failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.taxonomies", description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--terms", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory(prefix="taxonomies-") as folder:
            return _measure(Bench(Path(folder), args.pages, args.terms), args.rounds)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 2


def _measure(bench: Bench, rounds: int) -> int:
    print(Machine(), versions(), sep="\n")
    ratios = []
    for number in range(1, rounds + 1):
        (without, n_without), (with_, n_with) = (bench.build(with_taxonomies=one) for one in (False, True))
        ratios.append((with_.cpu_s / n_with) / (without.cpu_s / n_without))
        print(
            f"round {number}: without taxonomies {without.cpu_s:.2f} s for {n_without} pages,"
            f" with them {with_.cpu_s:.2f} s for {n_with} pages: {ratios[-1]:.3f} of the processor time a page"
        )
    ratio = statistics.median(ratios)
    print(f"median: {ratio:.3f} (at most {LIMIT})")
    print("after one page got another tag:")
    for docname, action in sorted(bench.change_one_tag().items()):
        print(f"  {action:<9} {docname}")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
