"""Known projects whose documentation is built: their source archives, and an environment for each."""

import shutil
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environments import ROOT, InstallError, downloads_folder, environment_with, run_quietly

SPHINX = "sphinx==9.0.4"
THEMES = {
    "alabaster": "alabaster",
    "furo": "furo",
    "sphinx_rtd_theme": "sphinx-rtd-theme",
    "sphinx_book_theme": "sphinx-book-theme",
    "pydata_sphinx_theme": "pydata-sphinx-theme",
}
"""Themes in place of a project's own, and the distributions that hold them."""

# Appended to conf.py for all builds, so that they differ by environment variables only.
# Inventories of other projects are switched off: they change, and they need the network.
# What a project asks of its own theme, another theme has no use for.
CONF_ADDITION = """
import os as _os
extensions = [*extensions, *_os.environ["IDENTITY_EXTENSIONS"].split()]
intersphinx_mapping = {}
if _os.environ.get("IDENTITY_THEME"):
    html_theme = _os.environ["IDENTITY_THEME"]
    html_theme_options, html_sidebars, html_additional_pages = {}, {}, {}
    html_theme_path, templates_path, html_style = [], [], None
"""

# All builds happen at one time, in one language, and sets of strings have one order.
FIXED_ENVIRONMENT = {
    "SOURCE_DATE_EPOCH": "1750000000",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
}


class DownloadError(InstallError):
    """A source archive could not be downloaded."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project whose documentation is built."""

    requirement: str
    """Its source archive, with an exact version."""
    docs: str
    """The folder of its conf.py, relative to the archive's root."""
    requirements: tuple[str, ...]
    """What its documentation needs besides Sphinx and the project itself."""

    @property
    def name(self) -> str:
        """The distribution's name."""
        return self.requirement.partition("==")[0]

    @property
    def version(self) -> str:
        """The version."""
        return self.requirement.partition("==")[2]

    @property
    def folder(self) -> Path:
        """Where its environment and its builds are."""
        return downloads_folder() / self.name

    def environment(self, sphinx: str = SPHINX, theme: str = "") -> Path:
        """Return the Python of an environment with the project, its documentation's needs and this checkout.

        :param sphinx: the requirement.
        :param theme: one of :data:`THEMES`; empty: the project's own.
        :raises InstallError: something could not be installed.
        """
        folder = self.folder / "-".join(["venv", *([sphinx, theme] if theme or sphinx != SPHINX else [])])
        themes = [THEMES[theme]] if theme else []
        own = [] if self.name == "sphinx" else [self.requirement]
        return environment_with(folder, str(ROOT), sphinx, *own, *self.requirements, *themes)

    def unpack(self, folder: Path) -> Path:
        """Unpack the sources into an emptied *folder*, and return their root.

        :raises DownloadError: the archive could not be downloaded.
        """
        archive = _archive_of(self)
        shutil.rmtree(folder, ignore_errors=True)
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        (root,) = folder.iterdir()
        return root

    def lay_down(self, folder: Path) -> Path:
        """Unpack the sources into an emptied *folder*, and return that of conf.py, to be built with :func:`fixed`.

        :raises DownloadError: the archive could not be downloaded.
        """
        docs = self.unpack(folder) / self.docs
        add_to_conf(docs)
        return docs


def add_to_conf(docs: Path) -> None:
    """Make a ``conf.py`` take extensions from the environment, and no inventories from the network."""
    conf = docs / "conf.py"
    conf.write_text(conf.read_text(encoding="utf-8") + CONF_ADDITION, encoding="utf-8")


def fixed(extensions: str, theme: str = "") -> dict[str, str]:
    """Return the variables to build a project's documentation with: always the same, but for what is given."""
    return {**FIXED_ENVIRONMENT, "IDENTITY_EXTENSIONS": extensions, "IDENTITY_THEME": theme}


def _archive_of(project: Project) -> Path:
    """Return the project's source archive, downloaded when it is not there yet."""
    folder = downloads_folder() / "archives"
    archive = folder / f"{project.name}-{project.version}.tar.gz"
    if not archive.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        try:
            run_quietly([*pip, "--no-binary", project.name, "--dest", str(folder), project.requirement])
        except InstallError as error:
            raise DownloadError(str(error)) from error
    if not archive.exists():
        raise DownloadError(f"{project.requirement} was not downloaded as {archive.name}")
    return archive


PROJECTS = {
    project.name: project
    for project in (
        Project("flask==3.1.3", "docs", ("pallets-sphinx-themes", "sphinx-tabs", "sphinxcontrib-log-cabinet")),
        Project(
            "pytest==9.2.0",
            "doc/en",
            (
                "furo",
                "pygments-pytest",
                "sphinx-inline-tabs",
                "sphinx-issues",
                "sphinx-removed-in",
                "sphinxcontrib-svg2pdfconverter",
                "sphinxcontrib-towncrier",
                "sphinxcontrib-trio",
            ),
        ),
        Project(SPHINX, "doc", ("sphinxcontrib-websupport",)),
    )
}
