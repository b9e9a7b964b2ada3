"""Builds one site in all ways that are measured."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.cache.cases import BODY, CASES, COLD, IN_PLACE, NOTHING, TITLE, Case
from benchmarks.kept import PRONGHORN, STOCK, KeptBuild, Place, kept_build_of_made_pages
from benchmarks.made_pages import with_edited_body, with_edited_title, write_site
from benchmarks.measure import Machine, Usage, versions
from pronghorn.cache.store.store import Store
from pronghorn.incremental.session import STORE_FOLDER
from tests.support.trees import differences

EDITS: dict[str, Callable[[str], str]] = {
    "unedited": lambda text: text,
    "body": with_edited_body,
    "title": with_edited_title,
}


@dataclass(slots=True)
class Measured:
    """All that was measured of one site."""

    theme: str
    n_pages: int
    stock: dict[str, list[Usage]] = field(default_factory=lambda: {case.name: [] for case in CASES})
    """Runs of each case."""
    pronghorn: dict[str, list[Usage]] = field(default_factory=lambda: {case.name: [] for case in CASES})
    kept_from: dict[str, str] = field(default_factory=dict)
    """The date of a former run that measured stock Sphinx, for each case where that was not done again."""
    different: dict[str, str] = field(default_factory=dict)
    """The first difference from a clean build by stock Sphinx, for each case that has one."""
    cache_bytes: int = 0
    """What the page cache holds after one clean build."""
    read_bytes: int | None = None
    """The part of it that reading alone leaves there; None when this was not measured."""


class Bench:
    """One site below *work*, built with stock Sphinx and with Pronghorn in turn.

    All methods raise :exc:`~benchmarks.measure.BuildError` when a build fails.

    :param stock_once: a clean build with stock Sphinx is measured once, and not again while its result lies in *work*.
    """

    def __init__(self, work: Path, machine: Machine, theme: str, n_pages: int, *, stock_once: bool) -> None:
        self.measured = Measured(theme, n_pages)
        self._machine = machine
        self._folder = work / f"{theme}-{n_pages}"
        self._stock_once = stock_once
        self._in_place = Place(self._folder / "pronghorn")
        self._clone = Place(self._folder / "clone")
        self._warm_cache = self._folder / "warm cache"

    def run_all(self) -> None:
        """Measure each case once."""
        self._stock_clean(COLD, "unedited")
        self._pronghorn_clean(COLD)
        self._stock_again(NOTHING, "unedited")
        self._pronghorn_again(NOTHING, "unedited")
        self._stock_clean(BODY, "body")
        self._pronghorn_clone(BODY, "body")
        self._stock_clean(TITLE, "title")
        self._pronghorn_clone(TITLE, "title")
        self._stock_again(IN_PLACE, "body")
        self._pronghorn_again(IN_PLACE, "body")

    def run_body(self) -> None:
        """Measure the clone with a body edit once. What warms its cache is not compared with stock Sphinx."""
        self._pronghorn_clean(COLD, compare=False)
        self._stock_clean(BODY, "body")
        self._pronghorn_clone(BODY, "body")

    def measure_reading(self) -> None:
        """Note what the page cache holds after a build that reads all pages and writes none."""
        place = self._fresh(self._folder / "reading", PRONGHORN)
        place.build("dummy")
        self.measured.read_bytes = _bytes_used(place.cache)

    def _stock_clean(self, case: Case, edit: str) -> None:
        """Build the site with one edit, and keep the result to compare others with it."""
        samples = self.measured.stock[case.name]
        if self._stock_once and (samples or self._take_kept(case, edit)):
            return
        place = self._fresh(self._stock_place(edit).folder, STOCK, EDITS[edit])
        usage = place.build()
        self._kept(edit).keep(place.html, usage, self._machine.date)
        samples.append(usage)
        self._print("stock", case, usage)

    def _stock_again(self, case: Case, edit: str) -> None:
        """Build once more in place, after the edit. Repeated edits pile up: this output is compared with nothing."""
        place = self._stock_place("unedited")
        place.edit(EDITS[edit])
        usage = place.build()
        self.measured.stock[case.name].append(usage)
        self._print("stock", case, usage)

    def _pronghorn_clean(self, case: Case, *, compare: bool = True) -> None:
        """Build the unedited site with an empty cache, and keep a copy of what is then in the cache."""
        self._fresh(self._in_place.folder, PRONGHORN)
        usage = self._in_place.build()
        shutil.rmtree(self._warm_cache, ignore_errors=True)
        self._in_place.cache.mkdir(exist_ok=True)
        shutil.copytree(self._in_place.cache, self._warm_cache)
        self.measured.cache_bytes = _bytes_used(self._in_place.cache)
        self._note(case, usage, self._in_place, "unedited" if compare else None)

    def _pronghorn_again(self, case: Case, edit: str) -> None:
        """Build once more where :meth:`_pronghorn_clean` built, after the edit."""
        self._in_place.edit(EDITS[edit])
        self._note(case, self._in_place.build(), self._in_place, edit)

    def _pronghorn_clone(self, case: Case, edit: str) -> None:
        """Build the site with one edit in a folder of its own, with the cache that another folder's build left."""
        self._fresh(self._clone.folder, PRONGHORN, EDITS[edit])
        shutil.copytree(self._warm_cache, self._clone.cache)
        self._note(case, self._clone.build(), self._clone, edit)

    def _fresh(
        self, folder: Path, extensions: tuple[str, ...], change: Callable[[str], str] = EDITS["unedited"]
    ) -> Place:
        """Write the site into an emptied *folder*."""
        shutil.rmtree(folder, ignore_errors=True)
        place = Place(folder)
        write_site(place.source, self.measured.n_pages, extensions, self.measured.theme)
        place.edit(change)
        return place

    def _note(self, case: Case, usage: Usage, place: Place, reference: str | None) -> None:
        """Note a run of Pronghorn, and compare it with what stock Sphinx made of the site with the edit *reference*."""
        self.measured.pronghorn[case.name].append(usage)
        self._print("Pronghorn", case, usage)
        found = next(differences(self._kept(reference).html, place.html), None) if reference else None
        if found:
            self.measured.different.setdefault(case.name, str(found))
            print(f"different: {found}", file=sys.stderr)

    def _print(self, who: str, case: Case, usage: Usage) -> None:
        site = f"{self.measured.theme}, {self.measured.n_pages} pages"
        figures = f"{usage.wall_s:.2f} s, CPU {usage.cpu_s:.2f} s, {usage.peak_bytes / 1e6:.0f} MB"
        print(f"{site}: {case.name}: {who}: {figures}", file=sys.stderr)

    def _stock_place(self, edit: str) -> Place:
        return Place(self._folder / "stock" / edit)

    def _kept(self, edit: str) -> KeptBuild:
        return kept_build_of_made_pages(self._folder, edit, self._machine, versions(self.measured.theme))

    def _take_kept(self, case: Case, edit: str) -> bool:
        """Take over what a former clean build took; False if there is none with this site, machine and versions."""
        found = self._kept(edit).find()
        if found is None:
            return False
        usage, date = found
        self.measured.stock[case.name].append(usage)
        self.measured.kept_from[case.name] = date
        self._print(f"stock on {date}", case, usage)
        return True


def _bytes_used(cache: Path) -> int:
    with Store(cache / STORE_FOLDER) as store:
        return store.stats().used_bytes if store.stats().n_entries else 0
