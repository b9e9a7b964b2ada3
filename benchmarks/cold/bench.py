"""Builds a subject from nothing, with stock Sphinx and with Pronghorn in turn."""

import shutil
import sys
from pathlib import Path

from benchmarks.cold.results import Growth, Measured
from benchmarks.cold.subjects import MadeSite, Subject
from benchmarks.kept import KeptBuild, Place
from benchmarks.measure import Machine, Usage, build
from tests.support.trees import differences


class Bench:
    """One subject below *work*, built with a number of jobs.

    :param stock_once: stock Sphinx is measured once, and not at all while its result lies in *work*.
    """

    def __init__(self, work: Path, machine: Machine, subject: Subject, jobs: int, *, stock_once: bool) -> None:
        self.measured = Measured(subject.name, subject.is_real, jobs, subject.n_pages)
        self._subject = subject
        self._machine = machine
        self._stock_once = stock_once
        self._work = work
        self._folder = subject.folder(work)

    def run(self) -> None:
        """Build with both once, and compare what they made.

        :raises BuildError: a build failed.
        """
        self._run_stock()
        place = Place(self._folder / f"pronghorn -j {self.measured.jobs}")
        usage = self._build(place, self.measured.jobs, with_pronghorn=True)
        self.measured.pronghorn.append(usage)
        if self._subject.is_real:
            self.measured.n_pages = sum(1 for _ in place.html.rglob("*.html"))
        self._compare(place.html)

    def _compare(self, html: Path) -> None:
        """Compare pages with those of stock Sphinx.

        With several jobs, stock Sphinx itself may make other pages than with one, for instance with
        ``sphinx.ext.viewcode``. Then Pronghorn's are to be those that it makes with one.
        """
        found = next(differences(self._kept(self.measured.jobs).html, html), None)
        if found and self.measured.jobs > 1:
            serial = next(differences(self._serial_html(), html), None)
            self.measured.stock_difference = "" if serial else str(found)
            found = serial
        if found:
            self.measured.difference = self.measured.difference or str(found)
            print(f"different: {found}", file=sys.stderr)

    def _serial_html(self) -> Path:
        """Return what stock Sphinx makes with one job, which it does now if it has not yet."""
        if self._kept(1).find() is None:
            self._build_stock(1)
        return self._kept(1).html

    def _run_stock(self) -> None:
        if self._stock_once and (self.measured.stock or self._take_kept()):
            return
        self.measured.stock.append(self._build_stock(self.measured.jobs))

    def _build_stock(self, jobs: int) -> Usage:
        place = Place(self._folder / "stock" / _edit(jobs))
        usage = self._build(place, jobs, with_pronghorn=False)
        self._kept(jobs).keep(place.html, usage, self._machine.date)
        return usage

    def _kept(self, jobs: int) -> KeptBuild:
        return self._subject.kept_build(self._work, _edit(jobs), self._machine)

    def _take_kept(self) -> bool:
        """Take over what a former build took; False if there is none with this site, machine and versions."""
        found = self._kept(self.measured.jobs).find()
        if found is None:
            return False
        usage, self.measured.kept_from = found
        self.measured.stock.append(usage)
        return True

    def _build(self, place: Place, jobs: int, *, with_pronghorn: bool) -> Usage:
        shutil.rmtree(place.folder, ignore_errors=True)
        source = self._subject.lay_down(place, with_pronghorn=with_pronghorn)
        usage = build(source.folder, place.output, jobs=jobs, python=source.python, env=source.env)
        who = "Pronghorn" if with_pronghorn else "stock"
        print(f"{self._subject.name}, -j {jobs}: {who}: {usage}", file=sys.stderr)
        return usage


def _edit(jobs: int) -> str:
    """Return what a kept build is called. The name without a number is that of :mod:`benchmarks.cache`: one job."""
    return "unedited" if jobs == 1 else f"unedited -j {jobs}"


def measure_growth(work: Path, theme: str, sizes: list[int], rounds: int) -> Growth:
    """Build sites of several sizes with Pronghorn and one job, all of them in each round.

    :raises BuildError: a build failed.
    """
    growth = Growth(theme, {size: [] for size in sizes})
    for _ in range(rounds):
        for size in sizes:
            place = Place(work / f"{theme}-{size}" / "growth")
            shutil.rmtree(place.folder, ignore_errors=True)
            MadeSite(theme, size).lay_down(place, with_pronghorn=True)
            growth.pronghorn[size].append(place.build())
            print(f"{theme}, {size} pages: {growth.pronghorn[size][-1]}", file=sys.stderr)
            shutil.rmtree(place.folder)
    return growth
