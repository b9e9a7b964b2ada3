"""The environment of a combination: made when it is needed, and again when what it is made from has changed."""

import hashlib
import json
import re
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.versions.interpreters import this_interpreter
from tests.versions.table import ROOT, versions

PROJECT_FILE = ROOT / "pyproject.toml"
_FOLDER = ROOT / ".venvs"
_STAMP = ".made.json"
_PIP_FOLDER = _FOLDER / "pip"
_PIP = _PIP_FOLDER / "bin" / "python-with-pip"
"""Is there when the newer pip is."""
_LIMITED = re.compile(r"docutils-(\d+\.\d+)")
"""The groups of packages that forbid a newer docutils."""
_GROUPS: dict[versions.Role, tuple[str, ...]] = {
    versions.Role.FULL: ("test", "lint", "bench"),
    versions.Role.OLDEST: ("test",),
    versions.Role.NEWEST: ("test",),
    versions.Role.CANARY: ("canary",),
}


@dataclass(frozen=True)
class Environment:
    """The environment of a combination."""

    combination: versions.Combination
    interpreter: Path

    @property
    def folder(self) -> Path:
        """Where it is."""
        is_full = self.combination.role is versions.Role.FULL
        return ROOT / ".venv" if is_full else _FOLDER / self.combination.name

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def left_out(self) -> list[str]:
        """The packages that tests would use, but which forbid this docutils."""
        limited = _limited_groups() if "test" in _GROUPS[self.combination.role] else {}
        groups = _read_project()["dependency-groups"]
        return [package for group in limited if not self._takes(limited[group]) for package in groups[group]]

    def make(self, *, only_project: bool = False) -> None:
        """Make it, or what it lacks; :func:`make_pip` comes first.

        :param only_project: install what Pronghorn needs, and nothing for tests.
        :raises CalledProcessError: something could not be installed; what was said is in it.
        """
        groups = [] if only_project else self._groups
        made = self._made()
        if made is not None and set(groups) <= made:
            return
        if made is None:
            shutil.rmtree(self.folder, ignore_errors=True)
            _run(self.interpreter, "-m", "venv", "--without-pip", self.folder)
        wanted = [argument for group in groups for argument in ("--group", group)]
        packages: tuple[str | Path, ...] = ("--editable", ROOT, *self.combination.requirements, *wanted)
        _run(_PIP, "-m", "pip", "--python", self.python, "install", "--quiet", *packages)
        stamp = {"digest": self._digest, "groups": sorted({*groups, *(made or ())})}
        (self.folder / _STAMP).write_text(json.dumps(stamp), encoding="utf-8")

    @property
    def _groups(self) -> list[str]:
        groups = _GROUPS[self.combination.role]
        limited = _limited_groups() if "test" in groups else {}
        return [*groups, *(group for group, newest in limited.items() if self._takes(newest))]

    def _takes(self, newest_docutils: str) -> bool:
        return versions.numbers(self.combination.docutils) <= versions.numbers(newest_docutils)

    def _made(self) -> set[str] | None:
        """Return the groups that were installed; None if it was not made from what there is now."""
        stamp = self.folder / _STAMP
        if not self.python.exists() or not stamp.exists():  # the interpreter that it links to may be gone
            return None
        made = json.loads(stamp.read_text(encoding="utf-8"))
        return set(made["groups"]) if made["digest"] == self._digest else None

    @cached_property
    def _digest(self) -> str:
        project = _read_project()
        parts = [project[name] for name in ("build-system", "project", "dependency-groups")]
        made_from = [parts, project["tool"]["hatch"], self.combination.requirements, str(self.interpreter)]
        return hashlib.sha256(json.dumps(made_from).encode()).hexdigest()


def _read_project() -> dict[str, Any]:
    return tomllib.loads(PROJECT_FILE.read_text(encoding="utf-8"))


def _limited_groups() -> dict[str, str]:
    """Return the groups whose packages forbid a newer docutils, and the newest that they take."""
    found = map(_LIMITED.fullmatch, _read_project()["dependency-groups"])
    return {group[0]: group[1] for group in found if group}


def make_pip() -> None:
    """Make an environment with a pip that knows groups: most interpreters bring an older one.

    :raises CalledProcessError: it could not be installed.
    """
    if not _PIP.exists():
        shutil.rmtree(_PIP_FOLDER, ignore_errors=True)
        _run(this_interpreter(), "-m", "venv", _PIP_FOLDER)
        _run(_PIP_FOLDER / "bin" / "python", "-m", "pip", "install", "--quiet", "--upgrade", "pip>=25.1")
        _PIP.symlink_to("python")


def _run(*command: str | Path) -> None:
    subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
