"""One extension, a site that uses it, and an edit of something that its pages are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.edits.site import EXTENSIONS_VARIABLE

_CONF = f"""\
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
project = "Test"
html_theme = "basic"
html_copy_source = False
extensions = [{{extensions}}, *os.environ[{EXTENSIONS_VARIABLE!r}].split()]
{{more}}
"""

PLAIN: Mapping[str, str] = {
    "index.rst": "Home\n====\n\n.. toctree::\n   :glob:\n\n   *\n",
    "other.rst": "Other\n=====\n\nNothing special.\n\n.. first remark\n",
    **{f"plain{number}.rst": f"Plain {number}\n=======\n\nText {number}.\n" for number in range(3)},
}
"""Pages that no extension has a part in: Sphinx reads in several processes only if there are six."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one file of a site."""

    path: str
    old: str | bytes
    """What stands in the file."""
    new: str | bytes
    """What takes its place, wherever it stands."""


REMARK = Edit("other.rst", ".. first remark", ".. second remark")
"""Changes a source, but not a byte of the output."""


@dataclass(frozen=True, slots=True)
class Case:
    """One extension and its site."""

    name: str
    """What stands in ``extensions``."""
    files: Mapping[str, str | bytes]
    """What the site has beside the plain pages, by path."""
    edit: Edit
    """Changes something that pages with the extension are made from."""
    read: frozenset[str] = frozenset()
    """The pages that have to be read after the edit; others may have to be written."""
    use: str = ""
    """The use that is made of the extension, if others are treated in another way."""
    conf: str = ""
    """Lines of conf.py."""
    also: tuple[str, ...] = ()
    """Other extensions of the site."""
    builder: str = "html"
    always: frozenset[str] = frozenset()
    """The pages that are read in each build."""
    read_elsewhere: frozenset[str] = frozenset()
    """The pages that are read in another clone, too."""
    is_silent: bool = False
    """Whether it does not say whether it is safe for parallel reading."""
    bound: frozenset[str] = frozenset()
    """The pages that name the folder of the site: written again in another one."""
    varying: frozenset[str] = frozenset()
    """Patterns for files of the output that differ in any two builds."""
    programs: Mapping[str, str] = field(default_factory=dict)
    """Shell scripts that stand in for programs that the extension runs, by name."""

    def __str__(self) -> str:
        return f"{self.name}-{self.use}" if self.use else self.name

    def site_files(self) -> dict[str, str | bytes]:
        """Return all files of the site, by path."""
        names = ", ".join(map(repr, (*self.also, self.name)))
        return {**PLAIN, "conf.py": _CONF.format(extensions=names, more=self.conf), **self.files}


def rst(title: str, *lines: str) -> str:
    """Return a page in reStructuredText."""
    return "\n".join([title, "=" * len(title), "", *lines, ""])
