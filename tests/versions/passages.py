"""What other files say about versions, as the table has it."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.versions.table import ROOT, versions

COMMAND = "python -m tests.versions write"


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a file that is made from the table."""

    file: str
    pattern: str
    """Matches it, with what stands around it in groups 1 and 2."""
    text: str

    def written(self) -> str:
        """Return what the file is to hold.

        :raises ValueError: the passage is not there, or more than once.
        """
        old = self.path.read_text(encoding="utf-8")
        new, n = re.subn(self.pattern, lambda found: f"{found[1]}{self.text}{found[2]}", old, flags=re.DOTALL)
        if n != 1:
            raise ValueError(f"{self.file} has {n} passages like {self.pattern!r}, not one")
        return new

    @property
    def is_current(self) -> bool:
        """Whether the file says what the table does."""
        return self.written() == self.path.read_text(encoding="utf-8")

    @property
    def path(self) -> Path:
        """The file."""
        return ROOT / self.file


def passages() -> Iterator[Passage]:
    """Return all passages that are made from the table."""
    supported = versions.supported()
    lowest = supported["Python"][0]
    classifiers = "".join(f'  "Programming Language :: Python :: {python}",\n' for python in supported["Python"])
    project = "pyproject.toml"
    yield Passage(project, r'(\nrequires-python = ")[^"]*(")', f">={lowest}")
    yield Passage(project, r'(Python :: 3",\n)(?:  "Programming Language :: Python :: 3\.\d+",\n)+()', classifiers)
    for name in ("sphinx", "docutils"):
        program = {"sphinx": "Sphinx"}.get(name, name)
        yield Passage(project, rf'(\n  "{name})[<>=][^"]*(",\n)', versions.bounds(supported[program]))
    yield Passage(project, r'(\npython_version = ")[^"]*(")', lowest)
    yield Passage(project, r'(\ntarget-version = ")[^"]*(")', f"py{lowest.replace('.', '')}")
    yield Passage("README.md", r"(\nPronghorn works with )Python [^\n]*?(\.\s)", _sentence())
    yield Passage("docs/howto/add-to-sphinx.md", r"(\nPronghorn works with )Python [^\n]*?(\.\s)", _sentence())
    yield Passage("docs/howto/add-to-sphinx.md", r"(\n\n)\| Sphinx \|.*?\n(\n)", _table())


def _sentence() -> str:
    supported = versions.supported()
    return " and ".join(f"{program} {versions.span(supported[program])}" for program in ("Python", "Sphinx"))


def _table() -> str:
    """Return the combinations as a table of Markdown: a row for each Sphinx."""
    head = "| Sphinx | Python | docutils |\n|---|---|---|\n"
    groups = itertools.groupby(sorted(versions.combinations(), key=_by_sphinx), key=lambda each: each.sphinx)
    rows = []
    for sphinx, group in groups:
        tried = list(group)
        pythons, docutils = ([getattr(each, name) for each in tried] for name in ("python", "docutils"))
        rows.append(f"| {sphinx} | {', '.join(pythons)} | {', '.join(dict.fromkeys(docutils))} |\n")
    return head + "".join(rows)


def _by_sphinx(combination: versions.Combination) -> tuple[int, int]:
    return versions.numbers(combination.sphinx)


def write() -> list[str]:
    """Write all passages, and return the files that changed."""
    changed = []
    for passage in passages():
        if not passage.is_current:
            passage.path.write_text(passage.written(), encoding="utf-8")
            changed.append(passage.file)
    return list(dict.fromkeys(changed))
