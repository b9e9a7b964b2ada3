"""How a site is built: a value, as edits are."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import StrEnum

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.edits.edit import AnyEdit


class Stamps(StrEnum):
    """What becomes of the time stamps of the files that an edit writes."""

    NOW = "now"
    """They are those of the moment, as an editor leaves them."""
    KEPT = "kept"
    """Each file keeps the one it had, as tools that restore files do it."""
    BACK = "back"
    """They lie in the past, as after a backup was brought back."""
    AHEAD = "ahead"
    """They lie in the future, as when a clock is wrong."""
    TOUCHED = "touched"
    """All files get new ones, as after a checkout."""


@dataclass(frozen=True, slots=True, repr=False)
class Build:
    """One build, and what happens just before it."""

    place: str = "here"
    """The folder with the source: ``here``, or ``there``, whose path has another length."""
    is_clone: bool = False
    """Whether the source is a new copy, with no output and no doctrees."""
    stamps: Stamps = Stamps.NOW
    builder: str = "html"
    own_doctrees: bool = False
    """Whether the doctrees are this builder's own; builders share them otherwise."""
    jobs: int = 1
    options: tuple[str, ...] = ()
    """More arguments of sphinx-build, for the clean build as well."""
    afresh: tuple[str, ...] = ()
    """``-E`` and ``-a``, which are for this build alone."""
    lost: tuple[str, ...] = ()
    """What somebody removed: ``output``, ``doctrees``, ``cache``; or some files: ``one output``, ``one doctree``."""
    before: str = ""
    """A build that is not looked at, just before this one; see :data:`BEFORE`."""
    with_stock: bool = False
    """Whether the clean build is compared with one of Sphinx without Pronghorn, too."""

    def __repr__(self) -> str:
        """Return only what is not the default."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        shown = (
            f"{field.name}={_shown(values[field.name])}"
            for field in fields(self)
            if values[field.name] != field.default
        )
        return f"Build({', '.join(shown)})"


def _shown(value: object) -> str:
    return f"Stamps.{value.name}" if isinstance(value, Stamps) else repr(value)


@dataclass(frozen=True, slots=True)
class Step:
    """Some edits, and the build that follows them."""

    edits: tuple[AnyEdit, ...]
    build: Build


BEFORE = ("", "text", "dirhtml", "one file", "killed 1", "killed 10", "killed 40", "killed 100", "killed 300")
"""What comes before a build: one of another builder with the same doctrees, of one file, or killed at a write."""


def _rarely(*values: object) -> SearchStrategy[object]:
    """Return the first value nine times of ten."""
    return st.sampled_from([values[0]] * (9 * (len(values) - 1)) + list(values[1:]))


PLAIN = st.just(Build())
BUILDS: SearchStrategy[Build] = st.builds(
    Build,
    place=st.sampled_from(["here"] * 4 + ["there"]),
    is_clone=_rarely(False, True),
    stamps=st.sampled_from([Stamps.NOW] * 6 + list(Stamps)),
    builder=st.sampled_from(["html"] * 5 + ["dirhtml"]),
    own_doctrees=_rarely(False, True),
    jobs=_rarely(1, 2),
    options=_rarely((), ("-t", "draft"), ("-W",), ("-n",), ("-D", "release=2")),
    afresh=_rarely((), ("-E",), ("-a",)),
    lost=_rarely((), ("output",), ("doctrees",), ("cache",), ("output", "doctrees"), ("one output",), ("one doctree",)),
    before=_rarely(*BEFORE),
    with_stock=st.sampled_from([False] * 4 + [True]),
)
"""All kinds of builds, most of them plain ones."""

SERIAL: SearchStrategy[Build] = BUILDS.map(lambda build: replace(build, jobs=1))
