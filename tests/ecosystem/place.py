"""A folder with a site, and its builds."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.projects import FIXED_ENVIRONMENT
from tests.ecosystem.subject import Subject
from tests.edits.aside import set_aside
from tests.edits.site import EXTENSIONS_VARIABLE
from tests.extension_sites.case import Edit
from tests.support.site import FOREIGN_VARIABLES
from tests.support.trees import digests_of

TIMEOUT_S = 300
"""A build that takes longer is taken for one that hangs."""

_CHANCE = re.compile(r"0x[0-9a-f]{6,}|sphinx-err-\w+\.log|/tmp/\w+")
_ADVICE = re.compile(r"full traceback|sphinx-err-\w+\.log|\breport\b|^$")
"""In what Sphinx says after an error."""
_PINNED = {
    "GIT_AUTHOR_DATE": "2025-01-02T03:04:05Z",
    "GIT_COMMITTER_DATE": "2025-01-02T03:04:05Z",
    "GIT_CONFIG_GLOBAL": os.devnull,
}
_GIT = ["git", "-c", "user.name=Ann", "-c", "user.email=ann@docs.test.example", "-c", "init.defaultBranch=main"]


@dataclass(frozen=True, slots=True)
class Built:
    """What one build left behind."""

    status: int
    """The exit status; below zero, the signal that ended it."""
    said: str
    """All that it printed on standard error."""
    warnings: frozenset[str]
    """The lines of the file that ``-w`` names: what Sphinx's logger got, and not what libraries print for themselves.

    The folder of the site is left out, and so is what differs by chance.
    """
    output: Path
    pages: Sequence[dict[str, Any]] = ()
    """Of the plan of the build; empty without Pronghorn."""

    @property
    def error(self) -> str:
        """The last line that it said, Sphinx's advice aside."""
        lines = (line.strip() for line in reversed(self.said.splitlines()))
        return next((line for line in lines if not _ADVICE.search(line)), "(nothing was said)")


@dataclass
class Place:
    """A folder with the sources of a site, and what builds made of them."""

    folder: Path
    subject: Subject
    python: Path
    cache: Path
    programs: Path
    """A folder with programs that come before those of the machine."""
    arguments: list[str] = field(default_factory=list)
    """More arguments of sphinx-build, such as ``-D``."""
    _stock: dict[str, Built] = field(default_factory=dict)

    @property
    def source(self) -> Path:
        """The folder of conf.py."""
        return self.folder / "source"

    def lay_down(self) -> None:
        """Write the files of the site into the folder, which is emptied."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for path, content in self.subject.site_files().items():
            file = self.source / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        self._commit("init", "--quiet")

    def edit(self, edit: Edit) -> None:
        """Change a file."""
        file = self.source / edit.path
        old, new = (part.encode() if isinstance(part, str) else part for part in (edit.old, edit.new))
        content = file.read_bytes()
        if old not in content:
            raise ValueError(f"{self.subject.name}: {edit.path} has no {edit.old!r}")
        file.write_bytes(content.replace(old, new))
        self._commit()

    def remove(self, path: str) -> None:
        """Remove a source."""
        (self.source / path).unlink()
        self._commit()

    def _commit(self, *first: str) -> None:
        """Commit what there is, if the sources are in git.

        :param first: a command of git that comes before.
        """
        if not self.subject.in_git:
            return
        for command in (first, ("add", "--all"), ("commit", "--quiet", "--message=Change")):
            if command:
                subprocess.run([*_GIT, *command], cwd=self.source, env={**os.environ, **_PINNED}, check=True)

    def build(self, *, jobs: int = 1) -> Built:
        """Build with Pronghorn, into what is there."""
        return self._run("pronghorn", jobs)

    def build_stock(self, *, jobs: int = 1, again: bool = False) -> Built:
        """Build with Sphinx alone, from nothing; what is there stays as it is.

        What extensions have made in the source folder before is among the sources.

        :param again: build even if the same was built before.
        """
        key = json.dumps([digests_of(self.source), self.arguments, jobs])
        if again or key not in self._stock:
            self._stock[key] = self._from_nothing(jobs, self.folder / f"stock-{len(self._stock)}{'-again' * again}")
        return self._stock[key]

    def _from_nothing(self, jobs: int, kept: Path) -> Built:
        copy = self.folder / "copy"
        shutil.copytree(self.source, copy, symlinks=True)
        with set_aside([self.source, self.folder / "html", self.folder / "doctrees"]):
            copy.rename(self.source)
            built = self._run("", jobs)
            if built.output.exists():
                built.output.rename(kept)
        return Built(built.status, built.said, built.warnings, kept)

    def _run(self, extensions: str, jobs: int) -> Built:
        output, plan, log = (self.folder / name for name in ("html", "plan.json", "warnings"))
        plan.unlink(missing_ok=True)
        log.unlink(missing_ok=True)
        command = [str(self.python), "-m", "sphinx", "-q", "--no-color", "-b", "html", "-j", str(jobs)]
        command += [*self.arguments, "-w", str(log), "-d", str(self.folder / "doctrees"), str(self.source), str(output)]
        status, said = _finished(command, self.folder, self._environment(extensions, plan))
        warnings = log.read_text(encoding="utf-8") if log.exists() else ""
        lines = _CHANCE.sub("...", warnings.replace(str(self.folder), "")).splitlines()
        pages = json.loads(plan.read_text(encoding="utf-8"))["pages"] if plan.exists() else ()
        return Built(status, said, frozenset(filter(None, map(str.strip, lines))), output, pages)

    def _environment(self, extensions: str, plan: Path) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN_VARIABLES}
        return {
            **inherited,
            **FIXED_ENVIRONMENT,
            EXTENSIONS_VARIABLE: extensions,
            "PATH": os.pathsep.join([str(self.programs), str(self.python.parent), os.environ["PATH"]]),
            "PRONGHORN_CACHE_DIR": str(self.cache),
            "PRONGHORN_PLAN_FILE": str(plan),
            "PYTHONDONTWRITEBYTECODE": "1",
        }


def _finished(command: Sequence[str], folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Run a build, and return its exit status and what it said."""
    try:
        process = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return TIMEOUT_S, f"the build did not end within {TIMEOUT_S} s"
    return process.returncode, process.stderr
