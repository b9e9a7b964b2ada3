"""What Pronghorn and Sphinx alone make of the navigation of one site."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.docutils import docutils_namespace, patch_docutils

from pronghorn.speed.navigation import fast
from tests.navigation.sites import RandomSite

_NO_DOCUMENTS = ("genindex", "search", "späte/made")
"""Pages that have no document; the last one is in a folder."""


class DifferenceError(AssertionError):
    """Pronghorn's navigation is not Sphinx's own."""


@dataclass(slots=True)
class _Opened:
    """A site that was read, and is about to be written."""

    app: Sphinx
    status: StringIO
    warnings: StringIO
    folder: Path

    def outcome(self, make: Callable[[], str]) -> tuple[str, str]:
        """Return what *make* returns or raises, and the warnings it gives."""
        start = self.warnings.tell()
        try:
            made = make()
        except Exception as error:  # noqa: BLE001 - what Sphinx raises is to be the same
            made = f"{type(error).__name__}: {error}"
        return made, self.warnings.getvalue()[start:]

    def page(self, name: str) -> str:
        """Return a whole page as the theme's templates write it, without its text."""
        builder: Any = self.app.builder
        is_document = name in self.app.env.found_docs
        context = builder.get_doc_context(name, "", "") if is_document else {"title": name, "body": ""}
        file = self.folder / "page.html"
        builder.handle_page(name, context, "search.html" if name == "search" else "page.html", outfilename=file)
        return file.read_text(encoding="utf-8")


def compare(site: RandomSite, folder: Path, arguments: Sequence[dict[str, Any]], tally: Counter[str]) -> None:
    """Compare the navigation of all pages of a site: ``toctree()`` with *arguments*, and what the theme makes.

    No page is compared by Pronghorn itself, so that each is made the fast way if it can be.

    :param folder: an empty one to work in. It is removed.
    :param tally: counts sites, comparisons, and those that Pronghorn left to Sphinx.
    :raises DifferenceError: something differs.
    """
    site.write(folder / "source")
    tally["sites"] += 1
    tally[f"sites, {site.theme}"] += 1
    try:
        with patch.object(fast, "CHECKED_PAGES", 0):
            pages = dict(_pages_with_pronghorn(site, folder, arguments, tally))
        with _opened(site, folder, "stock", extensions=[]) as stock:
            for name, mine in pages.items():
                expected = stock.outcome(partial(stock.page, name))
                _check(mine, expected, f"page '{name}'")
                tally["comparisons of pages"] += 1
                tally["pages that the theme cannot write"] += not expected[0].lstrip().startswith("<!")
    except RecursionError as error:  # when the root page is in a cycle
        if _is_readable(site, folder):
            raise DifferenceError("Pronghorn fails at a site that Sphinx can read") from error
        tally["sites that Sphinx cannot read"] += 1
    finally:
        shutil.rmtree(folder)


def _is_readable(site: RandomSite, folder: Path) -> bool:
    try:
        with _opened(site, folder, "stock", extensions=[]):
            return True
    except RecursionError:
        return False


def _pages_with_pronghorn(
    site: RandomSite, folder: Path, arguments: Sequence[dict[str, Any]], tally: Counter[str]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Compare ``toctree()``, then yield what the theme makes of each page."""
    with _opened(site, folder, "pronghorn") as opened:
        names = [*sorted(opened.app.env.found_docs), *_NO_DOCUMENTS]
        for given in arguments:
            for name in names:
                _compare_toctree(opened, name, given)
                tally["comparisons of toctree()"] += 1
        for name in names:
            if name != "genindex":  # whose template needs the index
                yield name, opened.outcome(partial(opened.page, name))
        if "left to Sphinx" in opened.status.getvalue():
            tally["sites left to Sphinx"] += 1


def _compare_toctree(opened: _Opened, name: str, given: dict[str, Any]) -> None:
    builder: Any = opened.app.builder
    mine = opened.outcome(partial(builder._get_local_toctree, name, **given))
    stock = opened.outcome(partial(StandaloneHTMLBuilder._get_local_toctree, builder, name, **given))
    _check(mine, stock, f"toctree() on page '{name}' with {given}")


def _check(mine: tuple[str, str], stock: tuple[str, str], what: str) -> None:
    for ours, expected, kind in zip(mine, stock, ("result", "warnings"), strict=True):
        if ours != expected:
            place = next((i for i, (a, b) in enumerate(zip(ours, expected, strict=False)) if a != b), -1)
            start = max(0, place - 200)
            message = f"{what}: the {kind} differs at {place}\nmine:  {ours[start : place + 200]!r}\nstock: "
            raise DifferenceError(message + f"{expected[start : place + 200]!r}")


@contextmanager
def _opened(site: RandomSite, folder: Path, name: str, **config: object) -> Iterator[_Opened]:
    source = folder / "source"
    status, warnings = StringIO(), StringIO()
    with patch_docutils(source), docutils_namespace():
        app = Sphinx(
            source,
            source,
            folder / name / "out",
            folder / name / "doctrees",
            site.builder,
            confoverrides=config,
            status=status,
            warning=warnings,
        )
        builder: Any = app.builder
        try:
            builder.read()
            app.emit("write-started", builder)
            builder.prepare_writing(set(app.env.found_docs))
            yield _Opened(app, status, warnings, folder)
        finally:  # or Pronghorn would go on watching this process
            app.emit("build-finished", RuntimeError("the pages are not written"))
