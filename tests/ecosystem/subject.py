"""One extension or theme, and a small site that uses what it offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import dedent

from tests.edits.site import EXTENSIONS_VARIABLE
from tests.extension_sites.case import Edit

BEFORE, AFTER = "apples", "cherries"
"""The word that the edit of a page replaces in the first file that has it, and what takes its place."""

_CONF = f"""\
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
project = "Orchard"
author = "Ann Author"
copyright = "2025, Ann Author"
extensions = {{extensions}} + os.environ[{EXTENSIONS_VARIABLE!r}].split()
"""

PLAIN: Mapping[str, str] = {
    "index.rst": """
        Home
        ====

        .. toctree::
           :glob:

           *
        """,
    "other.rst": """
        Other
        =====

        Words, a `link <https://docs.test.example/>`_ and a term.

        Section
        -------

        .. note:: A note.
        """,
    "plain0.rst": """
        Plain
        =====

        See :doc:`index`.
        """,
    "plain1.rst": """
        Code
        ====

        .. code-block:: python

           print("Hello")
        """,
    "plain2.rst": """
        Table
        =====

        == ==
        a  b
        == ==
        """,
}
"""Pages that every site has. With one more, Sphinx reads in several processes."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One extension or theme, and its site."""

    name: str
    """What is chosen on the command line, and shown: the distribution's name for most."""
    extensions: tuple[str, ...]
    files: Mapping[str, str | bytes]
    """What the site has beside the plain pages, by path; text may be indented."""
    conf: str = ""
    """Further lines of conf.py."""
    config: str | Edit = "project=Garden"
    """The configuration value that is changed with ``-D``, or the edit of conf.py."""
    deleted: str = "other.rst"
    """The source that is deleted."""
    requires: tuple[str, ...] | None = None
    """What pip installs; the first is the distribution whose version is shown. None: the one that is called *name*."""
    alone: bool = False
    """Whether it needs an environment of its own."""
    in_git: bool = False
    """Whether the sources are a git repository."""
    programs: Mapping[str, str] = field(default_factory=dict)
    """Shell scripts that stand in for programs that the extension runs, by name."""

    @property
    def requirements(self) -> tuple[str, ...]:
        """What pip installs beside Sphinx."""
        return (self.name,) if self.requires is None else self.requires

    @property
    def distribution(self) -> str:
        """The distribution whose version is shown; Sphinx, if nothing has to be installed."""
        return self.requirements[0].partition("[")[0] if self.requirements else "sphinx"

    def site_files(self) -> dict[str, bytes]:
        """Return all files of the site, by path. A source of its own takes the place of a plain one."""
        conf = _CONF.format(extensions=list(self.extensions)) + dedent(self.conf)
        files: dict[str, str | bytes] = {**PLAIN, "conf.py": conf, **self.files}
        return {path: _content(text) for path, text in files.items() if text}

    def edit(self) -> Edit:
        """Return the edit of a page, or of what is made from it.

        :raises ValueError: no file has the word that is to be replaced.
        """
        for path, content in self.files.items():
            if BEFORE.encode() in _content(content):
                return Edit(path, BEFORE, AFTER)
        raise ValueError(f"no file of {self.name} has the word {BEFORE!r}")


def _content(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else dedent(text).removeprefix("\n").encode()
