"""Sphinx, alone and with Pronghorn. Both are those of the environment that this program runs in."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.kept import PRONGHORN, STOCK
from benchmarks.measure import sphinx_build
from benchmarks.others.content import Page
from benchmarks.others.generators.base import TITLE, Generator
from benchmarks.others.markdown import Myst


class StockSphinx(Generator):
    """Sphinx with MyST."""

    name = "Sphinx"
    distribution = "sphinx"
    about = (
        "MyST; search; the theme's navigation; Python objects in the domain and the index; preview by sphinx-autobuild"
    )
    markdown = Myst()
    pages_folder = "source"
    images_folder = "source"
    output_folder = "output/html"
    extensions: Sequence[str] = STOCK

    def install(self) -> Path:
        """Return this program's own Python."""
        return Path(sys.executable)

    def settings(self) -> Mapping[str, str]:
        """Return a ``conf.py``."""
        lines = (f"project = {TITLE!r}", f"extensions = {list(self.extensions)}", f"html_theme = {self.theme!r}")
        return {"source/conf.py": "\n".join(lines) + "\n"}

    def html_name(self, page: Page) -> str:
        """Return a file that is named like the page."""
        return f"{page.name}.html"

    def build(self, folder: Path) -> Sequence[str | Path]:
        """Build into a folder beside the sources."""
        return sphinx_build(folder / "source", folder / "output", "html", self.jobs, str(self.python))

    def serve(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Serve with sphinx-autobuild, which starts the same build."""
        python, _, _, *options = self.build(folder)
        return [python, "-m", "sphinx_autobuild", "--host", "127.0.0.1", "--port", str(port), *options]


class Pronghorn(StockSphinx):
    """Sphinx with MyST and Pronghorn."""

    name = "Pronghorn"
    distribution = "pronghorn"
    about = "the pages of Sphinx, to the byte; preview by sphinx-autobuild"
    carried = ("output/cache",)
    extensions = PRONGHORN

    def env(self, folder: Path) -> Mapping[str, str]:
        """Keep the page cache in the site's folder."""
        return {"PRONGHORN_CACHE_DIR": str(folder / "output" / "cache")}
