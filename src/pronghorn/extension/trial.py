"""Trial builds, each in a process and folders of its own, to be compared with each other."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pronghorn.cache.plan.last_build import LastBuild
from pronghorn.cache.plan.record import PLAN_VARIABLE
from pronghorn.errors import PronghornError
from pronghorn.extension.run import read_plan
from pronghorn.incremental.cached_build import NO_CACHE_VARIABLE

_STOPPED = 2
"""The exit code of sphinx-build when an exception ended the build."""
_SHOWN_LINES = 20


class TrialError(PronghornError):
    """A build was stopped, so that there is nothing to compare."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a build left behind."""

    outdir: Path
    doctreedir: Path
    exit_code: int
    warnings: list[str]
    """The lines of all warnings, sorted, without the folders in which only this build took place."""
    plan: LastBuild | None
    """None if Pronghorn took no part in the build."""


@dataclass(frozen=True, slots=True)
class Trials:
    """Builds of one site, all with the same options.

    :ivar scratch: an empty folder.
    """

    source: Path
    builder: str
    options: Sequence[str]
    scratch: Path

    def incremental(self, outdir: Path | None, doctreedir: Path | None) -> Trial:
        """Build with the results of earlier builds, in their folders if *outdir* is given.

        :raises TrialError: the build was stopped.
        """
        here = self.scratch / "incremental"
        return self._build("incremental", outdir or here / "out", doctreedir or (outdir or here) / ".doctrees", {})

    def clean(self, name: str) -> Trial:
        """Build from nothing, in folders that are called *name* and a cache that is empty and not used.

        :raises TrialError: the build was stopped.
        """
        here = self.scratch / name
        variables = {NO_CACHE_VARIABLE: "1", "PRONGHORN_CACHE_DIR": str(here / "cache")}
        return self._build(name, here / "out", here / ".doctrees", variables)

    def _build(self, name: str, outdir: Path, doctreedir: Path, variables: Mapping[str, str]) -> Trial:
        outdir, doctreedir = outdir.resolve(), doctreedir.resolve()
        logs = self.scratch / f"{name}.logs"
        logs.mkdir()
        warnings = logs / "warnings.txt"
        command = [sys.executable, "-m", "sphinx", "--no-color", "-b", self.builder, *self.options, "-w", str(warnings)]
        done = subprocess.run(  # noqa: S603 - the command is sphinx-build, and the options are the user's own
            [*command, "-d", str(doctreedir), str(self.source), str(outdir)],
            env={**os.environ, **variables, PLAN_VARIABLE: str(logs / "plan.json")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode >= _STOPPED or done.returncode < 0:
            said = "\n".join(done.stdout.rstrip().splitlines()[-_SHOWN_LINES:])
            raise TrialError(f"the {name} build was stopped (exit code {done.returncode}); it said at last:\n{said}")
        lines = _lines_without(warnings, {doctreedir: "DOCTREES", outdir: "OUTPUT"})
        return Trial(outdir, doctreedir, done.returncode, lines, read_plan(logs / "plan.json"))


def _lines_without(file: Path, folders: Mapping[Path, str]) -> list[str]:
    """Read lines, and replace folders that differ between builds by words."""
    text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    for folder, word in folders.items():
        text = text.replace(str(folder), word)
    return sorted(text.splitlines())
