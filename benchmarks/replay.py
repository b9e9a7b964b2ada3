"""Replays edits of real documentation, and compares each build with a clean one, byte by byte.

Run it from the root of the repository::

    python -m benchmarks.replay                                    # twenty edits of each project
    python -m benchmarks.replay --projects flask --edits 5 --seed 7

An edit is followed by a build in place; every fifth one also by a build of a fresh clone in another folder, with the
cache that is there. The clean build has the same files at the same place, and a cache of its own. Output, warnings and
exit status are compared. The exit code is 1 when something differs.

Source archives and environments are those of ``benchmarks.identity``.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from benchmarks.environments import InstallError
from benchmarks.projects import PROJECTS, Project, add_to_conf, fixed
from tests.edits.aside import set_aside
from tests.edits.documents import EDITS, Documents
from tests.support.trees import differences

CLONE_EVERY = 5
"""After so many edits a fresh clone is built, too."""

_CHANCE = re.compile(r"0x[0-9a-f]{6,}|sphinx-err-\w+\.log")


@dataclass(frozen=True, slots=True)
class Built:
    """What one build left behind."""

    status: int
    warnings: str
    output: Path
    seconds: float


@dataclass(frozen=True, slots=True)
class Row:
    """One edit, and what the builds after it showed."""

    edit: str
    what: str
    """``in place`` or ``clone``."""
    seconds: tuple[float, float]
    """How long the build took, and the clean one."""
    difference: str
    """The first thing that differs; empty if nothing does."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a project's sources, and the builds of it."""

    root: Path
    """The sources are in ``source``; builds put what they make beside it."""
    docs: str
    """The folder of conf.py, relative to the sources."""
    python: Path
    cache: Path
    """The folder of the page cache, which all copies share."""
    engine: str
    """Extensions to add."""

    @property
    def folder(self) -> Path:
        """The folder of conf.py."""
        return self.root / "source" / self.docs

    def clone_to(self, root: Path) -> "Copy":
        """Copy the sources, as a clone does: time stamps are those of the moment."""
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.root / "source", root / "source", symlinks=True, copy_function=shutil.copyfile)
        return replace(self, root=root)

    def build(self) -> Built:
        """Build into what is there."""
        environment = {**os.environ, **fixed(self.engine)}
        environment |= {"PRONGHORN_CACHE_DIR": str(self.cache), "PYTHONDONTWRITEBYTECODE": "1"}
        output = self.root / "html"
        command = [str(self.python), "-m", "sphinx", "-q", "--no-color", "-b", "html", "-j", "1"]
        start = time.monotonic()
        process = subprocess.run(
            [*command, "-d", str(self.root / "doctrees"), str(self.folder), str(output)],
            cwd=self.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        return Built(process.returncode, _CHANCE.sub("...", process.stderr), output, time.monotonic() - start)

    def compare(self) -> tuple[tuple[float, float], str]:
        """Build, build cleanly, and give how long both took, and the first thing that differs."""
        found = self.build()
        clean_output = self.root / "clean"
        shutil.rmtree(clean_output, ignore_errors=True)
        with set_aside([found.output, self.root / "doctrees", self.cache]):
            clean = self.build()
            if clean.output.exists():
                clean.output.rename(clean_output)
        return (found.seconds, clean.seconds), _difference(found, clean, clean_output)


def _difference(found: Built, clean: Built, clean_output: Path) -> str:
    if found.status != clean.status:
        return f"exit status {found.status}, but {clean.status} of a clean build: {found.warnings}{clean.warnings}"
    for number, pair in enumerate(zip_longest(found.warnings.splitlines(), clean.warnings.splitlines()), start=1):
        if pair[0] != pair[1]:
            return f"warnings, line {number}:\n  - {pair[0]}\n  + {pair[1]}"
    if clean.status:
        return ""
    difference = next(differences(found.output, clean_output), None)
    return "" if difference is None else str(difference)


def replay_edits(project: Project, n_edits: int, seed: int, engine: str, tell: Callable[[Row], None]) -> bool:
    """Replay edits of one project.

    :param tell: gets each row as soon as it is known.
    :return: whether all builds were as clean ones are.
    :raises InstallError: something could not be downloaded or installed.
    """
    root = project.folder / "replay"
    shutil.rmtree(root, ignore_errors=True)
    python = project.environment()
    unpacked = project.unpack(root / "unpacked")
    (root / "here").mkdir()
    unpacked.rename(root / "here" / "source")
    copy = Copy(root / "here", project.docs, python, root / "cache", engine)
    add_to_conf(copy.folder)
    documents, chance = Documents(copy.folder), random.Random(seed)  # noqa: S311 - the edits are to be the same each time
    first = copy.build()
    tell(Row("(the first build)", "in place", (first.seconds, first.seconds), ""))
    is_same = True
    for number in range(1, n_edits + 1):
        edit = _edit(documents, chance)
        rows = [Row(edit, "in place", *copy.compare())]
        if number % CLONE_EVERY == 0:
            rows.append(Row(edit, "clone", *copy.clone_to(root / "another-longer-folder-name" / "clone").compare()))
        for row in rows:
            tell(row)
            is_same = is_same and not row.difference
    return is_same


def _edit(documents: Documents, chance: random.Random) -> str:
    """Make one edit, of a kind that is possible, and describe it."""
    while True:
        name = chance.choice(list(EDITS))
        told = EDITS[name](documents, chance)
        if told is not None:
            return f"{name}: {told}"


def _print_row(row: Row) -> None:
    verdict = "identical" if not row.difference else f"DIFFERS\n{row.difference}"
    print(f"{row.edit[:90]:<90} {row.what:<9} {row.seconds[0]:6.1f} s {row.seconds[1]:6.1f} s  {verdict}", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Replay edits of the projects that the command line names; 1 when a build was not as a clean one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replay", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--projects", nargs="+", choices=list(PROJECTS), default=list(PROJECTS))
    parser.add_argument("--edits", type=int, default=20, metavar="N", help="how many edits of each project")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--engine", default="pronghorn", help="extensions to add; empty for Sphinx alone")
    args = parser.parse_args(argv)
    is_same = True
    try:
        for name in args.projects:
            print(f"\n{PROJECTS[name].requirement}, seed {args.seed}: the build, and a clean one")
            is_same = replay_edits(PROJECTS[name], args.edits, args.seed, args.engine, _print_row) and is_same
    except InstallError as error:
        print(error, file=sys.stderr)
        return 2
    return int(not is_same)


if __name__ == "__main__":
    sys.exit(main())
