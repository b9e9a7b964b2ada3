"""Builds of an edited site, each against a clean build of the same files at the same place."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count, zip_longest
from pathlib import Path

from tests.edits.aside import set_aside
from tests.edits.build import Build, Stamps
from tests.edits.builder import BuildServer
from tests.edits.lists import Lists
from tests.edits.place import Place
from tests.edits.site import Site
from tests.support.trees import differences

_FIRST_DAY_S = 1_750_000_000
_DAY_S = 86_400
_KEPT_CLEAN_BUILDS = 150
_CHANCE = re.compile(r"0x[0-9a-f]{6,}|sphinx-err-\w+\.log")
"""Addresses and names of temporary files, which are others each time."""
_OF_OTHERS = re.compile(r"^# \d{4}-\d\d-\d\d [\d:,]+ [A-Z]+ .*\n\n?", re.MULTILINE)
"""What libraries log by themselves, with the time, once in a process: it does not go through Sphinx."""
_TRACEBACK = re.compile(r"^Traceback\n=+\n", re.MULTILINE)
_FRAMES = re.compile(r"^ +File .*\n.*\n", re.MULTILINE)
"""What a failed build says before its error: another build may have come to it in another way."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build left behind."""

    status: int
    """Its exit status: 0, 1 for warnings that count as errors, 2 for a build that failed; below zero, a signal."""
    warnings: str
    output: Path

    @property
    def is_complete(self) -> bool:
        """Whether the build came to its end."""
        return self.status in {0, 1}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is not as it is in a clean build."""

    kind: str
    """``status``, ``warnings``, ``output``, ``source``, or one of these with ``stock`` before it."""
    text: str
    """Where it differs first."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


@dataclass(frozen=True, slots=True)
class Judge:
    """What is compared, and with what."""

    warnings: bool = True
    """Whether warnings must be those of a clean build."""
    engine: str = "pronghorn"
    """The extensions of the builds that are looked at: ``pronghorn``, or none for Sphinx alone."""
    is_clean: bool = False
    """Whether these builds are clean ones as well: this shows whether the comparison itself is sound."""


class Workspace:
    """A folder in which sites are edited and built, one after another.

    :param root: an empty folder. Nobody else may use it.
    """

    def __init__(self, root: Path, server: BuildServer, judge: Judge | None = None) -> None:
        self.judge = Judge() if judge is None else judge
        self.builds: Counter[str] = Counter()
        self._root = root
        self._server = server
        self._cache = root / "cache"
        self._places = {"here": Place(root / "here"), "there": Place(root / "a-folder-with-a-longer-name" / "there")}
        self._lists = Lists()
        self._numbers = count()
        self._clean: OrderedDict[str, Outcome] = OrderedDict()
        (root / "temporary").mkdir(parents=True)

    def begin(self, name: str, site: Site) -> None:
        """Forget all, and begin with *site*, which is built once. *name* stands for it, so that it is built no more."""
        for place in self._places.values():
            place.clear()
        shutil.rmtree(self._cache, ignore_errors=True)
        self._lists = Lists()
        here, kept = self._places["here"], self._root / "starts" / name
        if not kept.exists():
            kept.mkdir(parents=True)
            here.follow(site, Stamps.NOW)
            self._build(here, site, Build(), self.judge.engine)
            here.folder.rename(kept / "here")
            if self._cache.exists():
                self._cache.rename(kept / "cache")
        for folder in kept.iterdir():
            shutil.copytree(folder, self._root / folder.name, symlinks=True)
        here.begin(site)
        self._lists.note(here.output_of(Build()), here.doctrees_of(Build()))

    def check(self, site: Site, build: Build) -> Fault | None:
        """Build *site* as *build* says, and compare."""
        place = self._prepare(site, build)
        before = place.stamps_of_source()
        if self.judge.is_clean:
            found = self._clean_build(place, site, build, self.judge.engine, jobs=build.jobs, use_kept=False)
        else:
            found = self._build(place, site, build, self.judge.engine)
        changed = place.stamps_of_source().items() ^ before.items()
        if changed:
            return Fault("source", f"the build changed {min(changed)[0]}")
        clean = self._clean_build(place, site, build, self.judge.engine)
        fault = self._compare(found, clean, is_serial=build.jobs == 1)
        if fault is None and build.with_stock and self.judge.engine and not site.differs_from_stock:
            stock = self._compare(clean, self._clean_build(place, site, build, ""), is_serial=True)
            fault = stock and Fault(f"stock {stock.kind}", stock.text)
        return fault

    def _prepare(self, site: Site, build: Build) -> Place:
        place = self._places[build.place]
        if build.is_clone:
            place.clear()
        place.follow(site, build.stamps)
        self._lose(place, build)
        self._lose_unlisted(place, build)
        if build.before and not self.judge.is_clean:
            self._build_before(place, site, build)
        return place

    def _lose(self, place: Place, build: Build) -> None:
        folders = {"output": place.outputs, "doctrees": place.doctrees, "cache": self._cache}
        for what in build.lost:
            if what in folders:
                shutil.rmtree(folders[what], ignore_errors=True)
            else:
                folder = folders["output" if what == "one output" else "doctrees"]
                for file in sorted(folder.rglob("*.html" if what == "one output" else "*.doctree"))[1::3]:
                    file.unlink()
        if "cache" in build.lost:
            self._lists.lose_cache()
        if "doctrees" in build.lost or build.is_clone:
            self._lists.lose_doctrees(place.doctrees)

    def _lose_unlisted(self, place: Place, build: Build) -> None:
        """Remove the output if no list of its files is left: what is old there would have to stay."""
        output, doctrees = place.output_of(build), place.doctrees_of(build)
        if not self._lists.has(output, doctrees):
            shutil.rmtree(output, ignore_errors=True)
        self._lists.note(output, doctrees)

    def _build_before(self, place: Place, site: Site, build: Build) -> None:
        kind, _, number = build.before.partition(" ")
        plain = replace(build, afresh=(), jobs=1)
        if kind == "killed":
            self._build(place, site, plain, self.judge.engine, killed_at=int(number))
        elif kind == "one":
            self._build(
                place,
                site,
                plain,
                self.judge.engine,
                files=[str(place.source / name) for name in ("index.rst", "c.rst")],
            )
        else:
            other = replace(plain, builder=kind)
            self._lose_unlisted(place, other)
            self._build(place, site, other, self.judge.engine)

    def _build(
        self,
        place: Place,
        site: Site,
        build: Build,
        engine: str,
        *,
        killed_at: int = 0,
        files: Sequence[str] = (),
    ) -> Outcome:
        output, doctrees = place.output_of(build), place.doctrees_of(build)
        arguments = [
            "-q",
            "-T",
            "--no-color",
            "-b",
            build.builder,
            "-j",
            str(build.jobs),
            *build.options,
            *build.afresh,
        ]
        log = self._root / "log"
        status = self._server.build(
            [*arguments, "-d", str(doctrees), str(place.source), str(output), *files],
            folder=place.folder,
            log=log,
            environment={
                "PRONGHORN_CACHE_DIR": str(self._cache),
                "SOURCE_DATE_EPOCH": str(_FIRST_DAY_S + site.day * _DAY_S),
                "TMPDIR": str(self._root / "temporary"),
            },
            extensions=engine,
            killed_at=killed_at,
        )
        self.builds[engine or "stock"] += 1
        return Outcome(status, log.read_text(encoding="utf-8", errors="backslashreplace"), output)

    def _clean_build(
        self, place: Place, site: Site, build: Build, engine: str, *, jobs: int = 1, use_kept: bool = True
    ) -> Outcome:
        """Return what a clean build leaves. Builds are kept for a while: edits are often taken back."""
        plain = Build(builder=build.builder, own_doctrees=build.own_doctrees, options=build.options, jobs=jobs)
        files = sorted(site.tree().items(), key=lambda item: item[0])
        key = hashlib.sha256(repr((files, place.names(), site.day, plain, engine)).encode()).hexdigest()
        outcome = self._clean.get(key) if use_kept else None
        if outcome is None:
            with set_aside([place.outputs, place.doctrees, self._cache]):
                built = self._build(place, site, plain, engine)
                output = self._root / "clean" / str(next(self._numbers))
                output.parent.mkdir(exist_ok=True)
                if built.output.exists():
                    built.output.rename(output)
            outcome = replace(built, output=output)
            self._keep(key if use_kept else f"{key} again", outcome)
        else:
            self._clean.move_to_end(key)
        return outcome

    def _keep(self, key: str, outcome: Outcome) -> None:
        former = self._clean.pop(key, None)
        if former is not None:
            shutil.rmtree(former.output, ignore_errors=True)
        self._clean[key] = outcome
        if len(self._clean) > _KEPT_CLEAN_BUILDS:
            shutil.rmtree(self._clean.popitem(last=False)[1].output, ignore_errors=True)

    def _compare(self, found: Outcome, clean: Outcome, *, is_serial: bool) -> Fault | None:
        if found.status != clean.status:
            text = f"{found.status}, but {clean.status} of a clean build"
            told = (_TRACEBACK.split(side.warnings)[-1].strip() for side in (found, clean))
            return Fault("status", "\n--- clean:\n".join([f"{text}\n{next(told)}", next(told)]))
        if not clean.is_complete:
            return self._compare_crashes(found, clean) if is_serial else None
        if self.judge.warnings:
            pair = [_lines(side.warnings) for side in (found, clean)]
            if not is_serial:  # workers tell what they find in an order of their own
                pair = [sorted(lines) for lines in pair]
            if pair[0] != pair[1]:
                return Fault("warnings", _first_difference(*pair))
        difference = next(differences(found.output, clean.output), None)
        return None if difference is None else Fault("output", str(difference))

    def _compare_crashes(self, found: Outcome, clean: Outcome) -> Fault | None:
        """Compare the error alone: which warnings came before it is not a promise."""
        pair = [_lines(_FRAMES.split(side.warnings)[-1]) for side in (found, clean)]
        return None if pair[0] == pair[1] else Fault("error", _first_difference(*pair))


def _lines(warnings: str) -> list[str]:
    return _CHANCE.sub("...", _OF_OTHERS.sub("", warnings)).splitlines()


def _first_difference(found: Sequence[str], clean: Sequence[str]) -> str:
    number, (one, other) = next(
        (n, pair) for n, pair in enumerate(zip_longest(found, clean), start=1) if pair[0] != pair[1]
    )
    return f"line {number}:\n  - {one}\n  + {other}"
