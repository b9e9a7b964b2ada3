"""What is built: generated sites, and the documentation of known projects."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.environments import stamp_of
from benchmarks.kept import PRONGHORN, STOCK, KeptBuild, Place, kept_build_of_made_pages, key_of
from benchmarks.made_pages import write_site
from benchmarks.measure import Machine, versions
from benchmarks.projects import Project, fixed


@dataclass(frozen=True, slots=True)
class Source:
    """A folder that Sphinx can build, and how."""

    folder: Path
    python: str = sys.executable
    env: Mapping[str, str] = field(default_factory=dict)


class Subject(ABC):
    """Something that is built with stock Sphinx and with Pronghorn."""

    name: str
    """That of the theme or of the project."""
    is_real: bool
    """Whether people wrote it."""
    n_pages = 0
    """How many pages are generated; 0 if people wrote them."""

    @abstractmethod
    def lay_down(self, place: Place, *, with_pronghorn: bool) -> Source:
        """Lay the sources down, as they are in a fresh clone. The folder of *place* is empty."""

    @abstractmethod
    def folder(self, work: Path) -> Path:
        """Return the folder below *work* for its builds."""

    @abstractmethod
    def kept_build(self, work: Path, edit: str, machine: Machine) -> KeptBuild:
        """Return where a clean build with stock Sphinx is kept."""


class MadeSite(Subject):
    """Generated pages of rich MyST, with a theme. :mod:`benchmarks.cache` builds the same ones."""

    is_real = False

    def __init__(self, theme: str, n_pages: int) -> None:
        self.name = theme
        self.n_pages = n_pages

    def lay_down(self, place: Place, *, with_pronghorn: bool) -> Source:
        """Write the pages, which are always the same."""
        extensions: Sequence[str] = PRONGHORN if with_pronghorn else STOCK
        write_site(place.source, self.n_pages, extensions, self.name)
        return Source(place.source)

    def folder(self, work: Path) -> Path:
        """Return a folder named after the theme and the number of pages."""
        return work / f"{self.name}-{self.n_pages}"

    def kept_build(self, work: Path, edit: str, machine: Machine) -> KeptBuild:
        """Return the build that :mod:`benchmarks.cache` keeps, too."""
        return kept_build_of_made_pages(self.folder(work), edit, machine, versions(self.name))


class Documentation(Subject):
    """The documentation of a project, in an environment of its own."""

    is_real = True

    def __init__(self, project: Project) -> None:
        self.name = project.name
        self._project = project
        self._python = project.environment()

    def lay_down(self, place: Place, *, with_pronghorn: bool) -> Source:
        """Unpack the sources where all builds of them have them: pages may name the folder."""
        docs = self._project.lay_down(place.folder.parent / "sources")
        return Source(docs, str(self._python), fixed("pronghorn" if with_pronghorn else ""))

    def folder(self, work: Path) -> Path:
        """Return a folder named after the project."""
        return work / self._project.requirement.replace("==", "-")

    def kept_build(self, work: Path, edit: str, machine: Machine) -> KeptBuild:
        """Return a build with what is installed in the environment."""
        installed = stamp_of(self._project.folder / "venv").read_bytes()
        folder = self.folder(work)
        note = folder / "stock" / edit / "usage.json"
        return KeptBuild(folder / "reference" / edit, note, key_of(machine, versions(), installed))
