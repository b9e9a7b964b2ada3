"""The versions of Python, Sphinx and docutils that Pronghorn is tried with. What names them is made from this table.

A new version is one line here, and a run::

    python -m tests.versions write
    make test

This file imports the standard library alone: it is also read before there is an environment with anything else.
"""

from __future__ import annotations

import itertools
import platform
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class SphinxLine:
    """A minor version of Sphinx, and what its metadata ask for."""

    version: str
    python: str
    """The lowest Python that it installs with."""
    docutils: tuple[str, ...]
    """The minor versions of docutils that it installs with, of those that Pronghorn is tried with; oldest first."""


PYTHONS = ("3.11", "3.12", "3.13")
SPHINX = (
    SphinxLine("8.2", python="3.11", docutils=("0.21",)),
    SphinxLine("9.0", python="3.11", docutils=("0.21", "0.22")),
    SphinxLine("9.1", python="3.12", docutils=("0.21", "0.22")),
    SphinxLine("9.2", python="3.13", docutils=("0.21", "0.22", "0.23")),
)


class Role(StrEnum):
    """Which tests a combination is tested with."""

    FULL = "full"
    """All tests: the oldest Python, which most machines have, with the newest Sphinx for it."""
    OLDEST = "oldest"
    """What depends on Sphinx: the oldest of everything."""
    NEWEST = "newest"
    """The same, with the newest of everything: what a user gets today."""
    CANARY = "canary"
    """One test that a dead cache fails."""


@dataclass(frozen=True, slots=True)
class Combination:
    """Versions that are tested together."""

    python: str
    sphinx: str
    docutils: str
    role: Role

    @property
    def name(self) -> str:
        """Python and Sphinx, which no two combinations have in common."""
        return f"{self.python}-{self.sphinx}"

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirements that make pip install these versions."""
        return f"sphinx{bounds([self.sphinx])}", f"docutils{bounds([self.docutils])}"

    def __str__(self) -> str:
        return f"Python {self.python}, Sphinx {self.sphinx}, docutils {self.docutils}"


def numbers(version: str) -> tuple[int, int]:
    """Return the major and the minor number of a version, for comparisons.

    :raises ValueError: it does not begin with two numbers.
    """
    found = re.match(r"(\d+)\.(\d+)", version)
    if found is None:
        raise ValueError(f"{version!r} is not a version")
    return int(found[1]), int(found[2])


DOCUTILS = tuple(sorted({docutils for line in SPHINX for docutils in line.docutils}, key=numbers))


def _role(python: str, line: SphinxLine) -> Role:
    for_oldest_python = [each for each in SPHINX if numbers(each.python) <= numbers(PYTHONS[0])]
    roles = {
        (PYTHONS[0], for_oldest_python[-1].version): Role.FULL,
        (PYTHONS[0], SPHINX[0].version): Role.OLDEST,
        (PYTHONS[-1], SPHINX[-1].version): Role.NEWEST,
    }
    return roles.get((python, line.version), Role.CANARY)


def combinations() -> Iterator[Combination]:
    """Return each Python with each Sphinx that installs there, and the docutils that pip takes: the newest.

    The oldest one has the oldest docutils, too.
    """
    for python, line in itertools.product(PYTHONS, SPHINX):
        if numbers(line.python) <= numbers(python):
            role = _role(python, line)
            docutils = line.docutils[0 if role is Role.OLDEST else -1]
            yield Combination(python, line.version, docutils, role)


def bounds(versions: list[str]) -> str:
    """Return the bounds of minor versions, as requirements have them: ``>=8.2,<9.3`` for 8.2 to 9.2."""
    major, minor = numbers(versions[-1])
    return f">={versions[0]},<{major}.{minor + 1}"


def span(versions: list[str]) -> str:
    """Return minor versions in words: ``8.2 to 9.2``."""
    return f"{versions[0]} to {versions[-1]}"


def supported() -> dict[str, list[str]]:
    """Return the minor versions of each program that Pronghorn is tried with, oldest first."""
    return {"Python": [*PYTHONS], "Sphinx": [line.version for line in SPHINX], "docutils": [*DOCUTILS]}


def notes_on_newer(sphinx: str, docutils: str) -> Iterator[str]:
    """Say which programs are newer than any that Pronghorn was tried with, one line for each.

    :param sphinx: the version of Sphinx at work.
    :param docutils: the version of docutils.
    """
    at_work = {"Python": platform.python_version(), "Sphinx": sphinx, "docutils": docutils}
    for program, versions in supported().items():
        major, minor = numbers(at_work[program])
        if (major, minor) > numbers(versions[-1]):
            yield (
                f"{program} {major}.{minor} is newer than what this Pronghorn was tried with ({span(versions)}):"
                " what is not as expected is left to Sphinx"
            )
