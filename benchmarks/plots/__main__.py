"""Makes the pictures and tables of the manual from results.

Run it from the root of the repository::

    python -m benchmarks.plots benchmarks/results/*.json --into docs/_static/performance

The files are those that ``benchmarks.cold``, ``benchmarks.cache`` and ``benchmarks.others`` write with ``--json``.
Pictures are SVG, for a light and for a dark background; with ``--png`` there are PNG files as well, to look at. The
tables go to the folder that ``--tables`` names. Pictures of former results are removed. matplotlib is needed, which the
dependency group ``bench`` brings.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.environments import ROOT
from benchmarks.measure import named
from benchmarks.plots.fragments import MODES, fragments, picture_name, source_folder
from benchmarks.plots.stored import ResultsError, Stored, load

PICTURES = ("*-light.svg", "*-dark.svg")


def main(argv: Sequence[str] | None = None) -> int:
    """Write what the command line asks for; 2 when a file has no results."""
    args = _arguments(argv)
    try:
        stored = [load(file) for file in sorted(args.results)]
    except ResultsError as error:
        print(error, file=sys.stderr)
        return 2
    write_pictures(stored, args.into, args.png)
    write_tables(stored, args.into, args.tables)
    return 0


def write_pictures(stored: Sequence[Stored], into: Path, png: Path | None) -> None:
    """Draw all figures, in both modes."""
    for folder in (into, png):
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    for pattern in PICTURES:
        for former in into.glob(pattern):
            former.unlink()
    for found in stored:
        # matplotlib is not there where only the tables are made.
        from benchmarks.plots.drawings import draw  # noqa: PLC0415

        small_print = f"{found.machine}. {named(found.versions)}"
        for figure in found.figures:
            for mode in MODES:
                file = into / picture_name(found, figure, mode)
                draw(figure, mode, small_print, [file, *([png / f"{file.stem}.png"] if png else [])])


def write_tables(stored: Sequence[Stored], into: Path, tables: Path) -> None:
    """Write the parts of the page."""
    images = "/" + into.resolve().relative_to(source_folder(into)).as_posix()
    tables.mkdir(parents=True, exist_ok=True)
    for name, text in fragments(stored, images).items():
        (tables / name).write_text(text, encoding="utf-8")


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plots", description=__doc__.partition("\n")[0])
    docs = ROOT / "docs"
    parser.add_argument("results", nargs="*", type=Path, metavar="RESULTS.json", help="none: a page without results")
    parser.add_argument("--into", type=Path, default=docs / "_static" / "performance", metavar="FOLDER")
    parser.add_argument("--tables", type=Path, default=docs / "reference" / "performance", metavar="FOLDER")
    parser.add_argument("--png", type=Path, metavar="FOLDER", help="PNG files, too")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
