"""The builds of a site with an extension, each compared with what stock Sphinx makes."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.edits.builder import BuildServer
from tests.extension_sites.case import Case, Edit

_KERNEL = "[IPKernelApp]"
"""In what the kernels of notebooks say for themselves: not all builds start one."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build left behind."""

    outdir: Path
    warnings: list[str]
    """Sorted; the folder of the site is left out."""
    plan: dict[str, str]
    """What was done with each page; empty without Pronghorn."""

    def pages(self, action: str) -> set[str]:
        """Return the docnames of the pages with which this was done."""
        return {docname for docname, done in self.plan.items() if done == action}


class Place:
    """A folder with a site, and the outputs of its builds."""

    def __init__(self, folder: Path, case: Case, server: BuildServer) -> None:
        self.source = folder / "source"
        self._folder = folder
        self._case = case
        self._server = server
        for path, content in case.site_files().items():
            file = self.source / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        for name, script in case.programs.items():
            program = folder / "bin" / name
            program.parent.mkdir(exist_ok=True)
            program.write_text(script, encoding="utf-8")
            program.chmod(0o755)

    def edit(self, edit: Edit) -> None:
        """Change a file."""
        file = self.source / edit.path
        old, new = (part.encode() if isinstance(part, str) else part for part in (edit.old, edit.new))
        content = file.read_bytes()
        assert old in content, f"{edit.path} has no {edit.old!r}"
        file.write_bytes(content.replace(old, new))

    def build(self, cache: Path, into: str = "build", *, jobs: int = 1) -> Built:
        """Build with Pronghorn; into the same folder again, what is there is built upon."""
        return self._build("pronghorn", into, cache, jobs)

    def build_stock(self, into: str, *, jobs: int = 1) -> Built:
        """Build with Sphinx alone, from nothing; what extensions have made in the source folder is put aside."""
        shutil.rmtree(self._folder / into, ignore_errors=True)
        aside = self.source.with_name("aside")
        self.source.rename(aside)
        for path in self._case.site_files():
            file = self.source / path
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(aside / path, file)
        try:
            return self._build("", into, self._folder / "unused", jobs)
        finally:
            shutil.rmtree(self.source)
            aside.rename(self.source)

    def _build(self, extensions: str, into: str, cache: Path, jobs: int) -> Built:
        outdir, log, plan = (self._folder / into / name for name in ("out", "log", "plan.json"))
        folders = ["-d", str(log.with_name("doctrees")), str(self.source), str(outdir)]
        log.parent.mkdir(exist_ok=True)
        plan.unlink(missing_ok=True)
        environment = {
            "PRONGHORN_CACHE_DIR": str(cache),
            "PRONGHORN_PLAN_FILE": str(plan),
            "PATH": os.pathsep.join([str(self._folder / "bin"), os.environ["PATH"]]),
        }
        status = self._server.build(
            ["-q", "--no-color", "-b", self._case.builder, "-j", str(jobs), *folders],
            folder=self._folder,
            log=log,
            environment=environment,
            extensions=extensions,
        )
        said = log.read_text(encoding="utf-8")
        assert status == 0, said
        lines = (line for line in said.replace(str(self.source), "").splitlines() if _KERNEL not in line)
        return Built(outdir, sorted(lines), _plan(plan) if extensions else {})


def _plan(file: Path) -> dict[str, str]:
    return {page["docname"]: page["action"] for page in json.loads(file.read_text(encoding="utf-8"))["pages"]}
