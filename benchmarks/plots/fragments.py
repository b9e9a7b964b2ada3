"""The parts of the manual's page that come from results: one file for each benchmark, which the page includes."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measure import named
from benchmarks.plots.figures import Drawn
from benchmarks.plots.stored import BENCHMARKS, Stored

NO_RESULTS = "There are no results yet.\n"
MODES = ("light", "dark")


def fragments(stored: Sequence[Stored], images: str) -> dict[str, str]:
    """Return the text of each file, by its name.

    :param images: the folder of the pictures as the manual's pages name it, such as ``/_static/performance``.
    """
    found = {f"{benchmark}.inc": _fragment(stored, benchmark, images) for benchmark in BENCHMARKS}
    return {**found, "slower.inc": _slower(stored)}


def picture_name(found: Stored, figure: Drawn, mode: str) -> str:
    """Return the name of a picture's file."""
    return f"{found.name}-{figure.name}-{mode}.svg"


def source_folder(folder: Path) -> Path:
    """Return the folder with the ``conf.py`` of the manual that *folder* is part of.

    :raises FileNotFoundError: it is part of none.
    """
    for parent in folder.resolve().parents:
        if (parent / "conf.py").exists():
            return parent
    raise FileNotFoundError(f"no folder above {folder} has a conf.py")


def _fragment(stored: Sequence[Stored], benchmark: str, images: str) -> str:
    mine = [found for found in stored if found.benchmark == benchmark]
    return "".join(f"{line}\n" for found in mine for line in _lines(found, images)) or NO_RESULTS


def _slower(stored: Sequence[Stored]) -> str:
    lines = [f"- {line}\n" for found in stored for line in found.slower]
    return "".join(lines) or ("In none of these measurements.\n" if stored else NO_RESULTS)


def _lines(found: Stored, images: str) -> Iterator[str]:
    yield f"Measured on {found.machine}; {named(found.versions)}."
    yield ""
    for figure in found.figures:
        for mode in MODES:
            yield f"```{{image}} {images}/{picture_name(found, figure, mode)}"
            yield f":alt: {figure.title}"
            yield f":class: only-{mode}"
            yield "```"
            yield ""
    yield from found.tables
    yield ""
