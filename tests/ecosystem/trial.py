"""The builds that one extension goes through, each compared with a clean one by stock Sphinx."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from tests.ecosystem.outcome import Clone, Fault, Outcome, Verdict
from tests.ecosystem.place import Built, Place
from tests.ecosystem.subject import Subject
from tests.ecosystem.varying import Varying

Tell = Callable[[str], None]

_STAMP_S = 2.0
"""How far apart the time stamps of two archives are at least: what holds one differs in two builds."""


class Trial:
    """The builds of one site."""

    def __init__(self, subject: Subject, python: Path, folder: Path, tell: Tell) -> None:
        """Prepare them.

        :param python: of an environment with what the site needs.
        :param folder: is emptied.
        :param tell: gets the name of each step as it begins.
        """
        self._subject = subject
        self._python = python
        self._folder = folder
        self._tell = tell
        self._here = self._place("here", "cache")
        self._varying = Varying()
        self._faults: list[Fault] = []

    def run(self) -> Outcome:
        """Run all builds, and return what they showed."""
        shutil.rmtree(self._folder, ignore_errors=True)
        for name, script in self._subject.programs.items():
            program = self._folder / "bin" / name
            program.parent.mkdir(parents=True, exist_ok=True)
            program.write_text(script, encoding="utf-8")
            program.chmod(0o755)
        self._tell("stock")
        self._here.lay_down()
        first = self._here.build_stock()
        if first.status:
            return Outcome(self._subject.name, faults=(Fault(Verdict.UNUSABLE, "stock", first.error),))
        time.sleep(_STAMP_S)
        self._varying = Varying.between(first, self._here.build_stock(again=True))
        clone = self._build_all()
        return Outcome(self._subject.name, faults=tuple(self._faults), varying=self._varying.names(), clone=clone)

    def _build_all(self) -> Clone | None:
        self._in_place("from nothing")
        self._in_place("nothing changed")
        clone = self._in_a_clone()
        edit = self._subject.edit()
        self._in_place("edit", lambda: self._here.edit(edit))
        self._in_place("configuration", self._configure)
        self._in_place("deletion", lambda: self._here.remove(self._subject.deleted))
        self._in_processes()
        return clone

    def _in_place(self, step: str, change: Callable[[], None] = lambda: None) -> None:
        """Change something, build into what is there, and compare."""
        self._tell(step)
        change()
        stock = self._here.build_stock()
        self._compare(step, self._here.build(), stock)

    def _configure(self) -> None:
        config = self._subject.config
        if isinstance(config, str):
            self._here.arguments = ["-D", config]
        else:
            self._here.edit(config)

    def _in_a_clone(self) -> Clone | None:
        """Build the first sources in another folder, with the cache that is there."""
        self._tell("clone")
        place = self._place("another-longer-folder-name/clone", "cache")
        place.lay_down()
        stock, ours = place.build_stock(), place.build()
        self._compare("clone", ours, stock)
        return Clone.of(ours.pages) if ours.pages else None

    def _in_processes(self) -> None:
        """Build from nothing in two processes. Stock Sphinx may write something else then than in one."""
        self._tell("-j 2")
        place = self._place("processes", "cache-of-processes")
        place.lay_down()
        stock, ours = place.build_stock(jobs=2), place.build(jobs=2)
        if stock.status and not ours.status:  # what only several processes make Sphinx fail at
            stock = place.build_stock()
        is_same = not (stock.status or ours.status or self._varying.first_file(ours, stock))
        self._compare("-j 2", ours, stock, *(() if is_same else (place.build_stock(),)))

    def _compare(self, step: str, ours: Built, stock: Built, *others: Built) -> None:
        """Note in what a build is not as that by stock Sphinx.

        :param others: by stock Sphinx, whose files are as right.
        """
        if stock.status:
            verdict = Verdict.UNUSABLE if ours.status else Verdict.WRONG
            self._faults.append(Fault(verdict, step, f"stock Sphinx fails: {stock.error}"))
        elif ours.status:
            self._faults.append(Fault(Verdict.CRASHED, step, ours.error))
        else:
            found = (self._varying.first_file(ours, stock, *others), self._varying.lines_between(ours, stock))
            self._faults += [
                Fault(Verdict.WRONG, step, what)
                for what in (found[0], found[1] and f"warnings, stock (-) and ours (+):\n{found[1]}")
                if what
            ]

    def _place(self, name: str, cache: str) -> Place:
        return Place(self._folder / name, self._subject, self._python, self._folder / cache, self._folder / "bin")
