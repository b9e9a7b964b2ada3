"""Builds one site with one generator in all ways that are measured."""

import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.measure import BuildError, Usage, run
from benchmarks.others.content import Page, edited_page
from benchmarks.others.generators import Generator
from benchmarks.others.preview import free_port, seconds_to_show, serving
from benchmarks.others.results import Case, Runs


class Bench:
    """One site below *work*, built by one generator.

    :param runs: gets what is measured.
    :param preview_timeout_s: so long a server may take for its first build, and for a change.
    """

    def __init__(
        self, work: Path, generator: Generator, pages: Sequence[Page], runs: Runs, *, preview_timeout_s: float
    ) -> None:
        self._generator = generator
        self._pages = pages
        self._edited = edited_page(pages)
        self._site = work / "site"
        self._clone = work / "another-folder" / "clone"
        self._warm = work / "warm"
        self._log = work / "log.txt"
        self._runs = runs
        self._preview_timeout_s = preview_timeout_s
        work.mkdir(parents=True, exist_ok=True)

    def run_all(self) -> None:
        """Measure each case once, and remove the site. What does not work ends the runs of this generator.

        After each build all pages must be there, and the edited one must have the new paragraph.
        """
        if self._runs.failure:
            return
        try:
            self._run_all()
        except BuildError as error:
            self._runs.failure = str(error)
            print(f"{self._generator.name}: {error}", file=sys.stderr)
        # With the whole navigation on each page, ten times as many pages need a hundred times the space.
        for folder in (self._site, self._clone, self._warm):
            shutil.rmtree(folder, ignore_errors=True)

    def _run_all(self) -> None:
        shutil.rmtree(self._site, ignore_errors=True)
        self._generator.write(self._site, self._pages)
        self._build(Case.COLD, self._site)
        self._keep_cache()
        self._build(Case.NOTHING, self._site)
        text = self._edit(self._site, 1)
        self._build(Case.EDIT, self._site, text)
        if self._generator.carried:
            self._build_clone()
        self._preview()

    def _build(self, case: Case, folder: Path, text: str = "") -> None:
        """Build, and note what it took."""
        command, env = self._generator.build(folder), self._generator.env(folder)
        usage = run(command, self._log, cwd=folder, env=env, whole_tree=True)
        self._check(folder, text)
        self._runs.usages.setdefault(case, []).append(usage)
        self._print(case, usage)

    def _build_clone(self) -> None:
        shutil.rmtree(self._clone, ignore_errors=True)
        self._generator.write(self._clone, self._pages)
        text = self._edit(self._clone, 1)
        for name in self._generator.carried:
            if (self._warm / name).exists():
                shutil.copytree(self._warm / name, self._clone / name)
        self._build(Case.CLONE, self._clone, text)

    def _keep_cache(self) -> None:
        """Copy what a later build in a fresh clone gets. Time stamps are kept, as archives keep them."""
        shutil.rmtree(self._warm, ignore_errors=True)
        for name in self._generator.carried:
            if (self._site / name).exists():
                shutil.copytree(self._site / name, self._warm / name)

    def _preview(self) -> None:
        """Start the server where the builds were, and change the page once more."""
        port = free_port()
        url = f"http://127.0.0.1:{port}/{self._generator.html_name(self._edited).removesuffix('index.html')}"
        command, env = self._generator.serve(self._site, port), self._generator.env(self._site)
        with serving(command, self._log, env, self._site):
            save: Callable[[], object] = lambda: self._edit(self._site, 2)  # noqa: E731 - it is handed on
            seconds = seconds_to_show(url, _new_text(2), save, self._preview_timeout_s, self._log)
        self._runs.preview_s.append(seconds)
        print(f"{self._generator.name}: {Case.PREVIEW}: {seconds:.2f} s", file=sys.stderr)

    def _edit(self, folder: Path, number: int) -> str:
        """Add a paragraph before the first section of a page, and return its text."""
        file = self._generator.source(folder, self._edited)
        new = _new_text(number)
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("\n## ", f"\n{new}.\n\n## ", 1), encoding="utf-8")
        return new

    def _check(self, folder: Path, text: str) -> None:
        """Check that all pages are there.

        :raises BuildError: one is not, or the edited one lacks *text*.
        """
        for page in self._pages:
            if not self._generator.html(folder, page).exists():
                raise BuildError(f"{self._generator.name} made no {self._generator.html(folder, page)}")
        edited = self._generator.html(folder, self._edited)
        if text not in edited.read_text(encoding="utf-8"):
            raise BuildError(f"{self._generator.name} is stale: {edited} has no {text!r}")

    def _print(self, case: Case, usage: Usage) -> None:
        figures = f"{usage.wall_s:.2f} s, CPU {usage.cpu_s:.2f} s, {usage.peak_bytes / 1e6:.0f} MB"
        print(f"{self._generator.name}: {case}: {figures}", file=sys.stderr)


def _new_text(number: int) -> str:
    return f"New paragraph number {number}, about a harbour in winter"
