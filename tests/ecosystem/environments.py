"""The environments that the extensions are installed into: as few as can be."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.environments import ROOT, InstallError, downloads_folder, environment_with, run_quietly
from tests.ecosystem.subject import Subject

_VERSIONS = """\
import json, sys
from importlib.metadata import PackageNotFoundError, version

def of(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return ""

print(json.dumps({name: of(name) for name in sys.argv[1:]}))
"""


class Environments:
    """A Python for each subject.

    All that do not ask for an environment of their own get one together. If pip cannot install them together, each
    half of them gets one, and so on.
    """

    def __init__(self, subjects: Sequence[Subject], sphinx: str, base: str, tell: Callable[[str], None]) -> None:
        """Make what is not there yet.

        :param sphinx: the requirement.
        :param base: the Python to make environments with.
        :param tell: gets a line before something is installed.
        :raises InstallError: that Python cannot be run.
        """
        run_quietly([base, "--version"])
        self.pythons: dict[str, Path] = {}
        """By the subject's name."""
        self.errors: dict[str, str] = {}
        """Why a subject could not be installed."""
        self._sphinx = sphinx
        self._base = base
        self._tell = tell
        tag = "".join(letter if letter.isalnum() else "-" for letter in f"{Path(base).name}-{sphinx}")
        self._folder = downloads_folder() / "ecosystem" / tag
        self._install([one for one in subjects if not one.alone], "shared")
        for one in subjects:
            if one.alone:
                self._install([one], one.name)

    def _install(self, subjects: Sequence[Subject], name: str) -> None:
        if not subjects:
            return
        self._tell(f"environment {name}: {len(subjects)} sites")
        wanted = sorted({requirement for one in subjects for requirement in one.requirements})
        try:
            python = environment_with(self._folder / name, str(ROOT), self._sphinx, *wanted, base=self._base)
        except InstallError as error:
            self._divide(subjects, name, str(error))
        else:
            self.pythons |= dict.fromkeys((one.name for one in subjects), python)

    def _divide(self, subjects: Sequence[Subject], name: str, error: str) -> None:
        if len(subjects) == 1:
            lines = error.strip().splitlines()
            self.errors[subjects[0].name] = next((line for line in lines if line.startswith("ERROR:")), lines[-1])
            return
        half = len(subjects) // 2
        self._install(subjects[:half], f"{name}-1")
        self._install(subjects[half:], f"{name}-2")


def versions_in(python: Path, names: Sequence[str]) -> dict[str, str]:
    """Return the versions of distributions in an environment; empty for those that are not there."""
    found: dict[str, str] = json.loads(run_quietly([str(python), "-c", _VERSIONS, *names]))
    return found
