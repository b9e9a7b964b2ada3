"""What a generator is here: where its files are, and the commands that build and serve a site."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from benchmarks.environments import downloads_folder, environment_with, version_in
from benchmarks.others.content import IMAGES, Page
from benchmarks.others.markdown import Markdown

IMAGE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="160" height="90">
<rect width="160" height="90" fill="#446688"/>
</svg>
"""
TITLE = "Made pages"


class Generator(ABC):
    """A generator of sites, installed.

    A site has a folder, which holds its sources, its settings and all that is made from them.

    :param jobs: how many processes to build with, where one can say so.
    :param theme: that of Sphinx.
    :raises InstallError: it could not be installed.
    """

    name: ClassVar[str]
    distribution: ClassVar[str]
    """What pip installs, and what has the version."""
    extras: ClassVar[str] = ""
    """What is installed besides, as pip writes it."""
    about: ClassVar[str]
    """What its pages have besides the text, in a few words."""
    markdown: ClassVar[Markdown] = Markdown()
    pages_folder: ClassVar[str]
    """Where the sources of pages are."""
    images_folder: ClassVar[str]
    """Where the images of pages are, with ``images/`` in it."""
    output_folder: ClassVar[str]
    carried: ClassVar[tuple[str, ...]] = ()
    """Folders that a later build in a fresh clone can make use of; none: it has nothing of the kind."""

    def __init__(self, jobs: int, theme: str) -> None:
        self.jobs = jobs
        self.theme = theme
        self.python = self.install()
        self.version = version_in(self.python, self.distribution)

    def install(self) -> Path:
        """Return the Python of an environment of its own, below the folder of downloads."""
        folder = downloads_folder() / "others" / self.name.lower().replace(" ", "-")
        return environment_with(folder, f"{self.distribution}{self.extras}")

    @abstractmethod
    def settings(self) -> Mapping[str, str]:
        """Return the files of the settings and templates: paths in the site's folder, and texts."""

    @abstractmethod
    def build(self, folder: Path) -> Sequence[str | Path]:
        """Return the command that builds the site."""

    @abstractmethod
    def serve(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Return the command that builds and serves the site on this machine, and builds again when a file changes."""

    def env(self, _folder: Path) -> Mapping[str, str]:
        """Return environment variables for these commands."""
        return {}

    def source_name(self, page: Page) -> str:
        """Return the file of a page, relative to the folder of pages."""
        return f"{page.name}.md"

    def html_name(self, page: Page) -> str:
        """Return the file that is made of a page, relative to the output."""
        return f"{page.name}.html" if page.name.endswith("index") else f"{page.name}/index.html"

    def source(self, folder: Path, page: Page) -> Path:
        """Return the file of a page."""
        return folder / self.pages_folder / self.source_name(page)

    def html(self, folder: Path, page: Page) -> Path:
        """Return the file that is made of a page."""
        return folder / self.output_folder / self.html_name(page)

    def write(self, folder: Path, pages: Sequence[Page]) -> None:
        """Write the sources, the settings and images."""
        titles = {page.name: page.title for page in pages}
        for page in pages:
            _write(self.source(folder, page), self.markdown.page(page, titles))
        for image in IMAGES:
            _write(folder / self.images_folder / image, IMAGE)
        for name, text in self.settings().items():
            _write(folder / name, text)

    def program(self, name: str) -> Path:
        """Return a program of the environment."""
        return self.python.parent / name


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
