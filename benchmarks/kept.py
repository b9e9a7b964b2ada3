"""Places where a site is built, and clean builds with stock Sphinx that are kept to compare others with them."""

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import made_pages
from benchmarks.made_pages import edited_page
from benchmarks.measure import Machine, Usage, build

STOCK = ("myst_parser",)
PRONGHORN = (*STOCK, "pronghorn")


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with a site, and with what its builds made."""

    folder: Path

    @property
    def source(self) -> Path:
        """The site."""
        return self.folder / "source"

    @property
    def output(self) -> Path:
        """What :func:`build` is given: HTML, doctrees, the page cache."""
        return self.folder / "output"

    @property
    def html(self) -> Path:
        """The pages as they were built."""
        return self.output / "html"

    @property
    def cache(self) -> Path:
        """The page cache of these builds."""
        return self.output / "cache"

    def edit(self, change: Callable[[str], str]) -> None:
        """Change one page of the site. A file that stays the same keeps its time stamp."""
        file = edited_page(self.source)
        text = file.read_text(encoding="utf-8")
        if (changed := change(text)) != text:
            file.write_text(changed, encoding="utf-8")

    def build(self, builder: str = "html", jobs: int = 1) -> Usage:
        """Build the site, and show the warnings."""
        usage = build(self.source, self.output, builder=builder, jobs=jobs)
        sys.stderr.write((self.output / "build.log").read_text(encoding="utf-8"))
        return usage


@dataclass(frozen=True, slots=True)
class KeptBuild:
    """What a clean build with stock Sphinx made and took. A later run takes it over if its *key* is the same."""

    html: Path
    """A copy of the pages, which no later build touches."""
    note: Path
    """The file with what the build took."""
    key: str
    """Digest of all that the build depends on; see :func:`key_of`."""

    def keep(self, html: Path, usage: Usage, date: str) -> None:
        """Copy the pages of a build, and note what it took."""
        shutil.rmtree(self.html, ignore_errors=True)
        shutil.copytree(html, self.html)
        self.note.parent.mkdir(parents=True, exist_ok=True)
        note = {"key": self.key, "date": date, "usage": asdict(usage)}
        self.note.write_text(json.dumps(note), encoding="utf-8")

    def find(self) -> tuple[Usage, str] | None:
        """Return what the build took, and its date; None if there is none with this key."""
        note = json.loads(self.note.read_text(encoding="utf-8")) if self.note.exists() else {}
        return (Usage(**note["usage"]), note["date"]) if note.get("key") == self.key else None


def kept_build_of_made_pages(folder: Path, edit: str, machine: Machine, versions: Mapping[str, str]) -> KeptBuild:
    """Return the place for a clean build of generated pages.

    :param folder: that of the site, whose name says what it is.
    :param edit: what was done to the site, and how it is built if not with one job.
    """
    key = key_of(machine, versions, Path(made_pages.__file__).read_bytes())
    return KeptBuild(folder / "reference" / edit, folder / "stock" / edit / "usage.json", key)


def key_of(machine: Machine, versions: Mapping[str, str], source: bytes) -> str:
    """Return a digest of what a run of stock Sphinx depends on, besides what the folder's name says."""
    found = {name: number for name, number in versions.items() if name != "pronghorn"}
    on = (machine.processor, machine.cores, found)
    return hashlib.sha256(source + json.dumps(on).encode()).hexdigest()
