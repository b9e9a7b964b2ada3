"""Builds the documentation of known projects with and without Pronghorn and compares every byte.

Run it from the root of the repository::

    python -m benchmarks.identity               # all projects
    python -m benchmarks.identity flask sphinx  # some of them
    python -m benchmarks.identity --stock flask # stock Sphinx twice: is the comparison itself sound?

Source archives, unpacked sources and the projects' own virtual environments are kept in ``.downloads/``,
or in the folder that ``PRONGHORN_DOWNLOADS`` names. The exit code is 1 when an output differs.
"""

import argparse
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import BuildError, build
from tests.support.trees import Difference, differences, files_of

ROOT = Path(__file__).resolve().parent.parent
SPHINX = "sphinx==9.0.4"

# Appended to conf.py for both builds, so that they differ by an environment variable only.
# Inventories of other projects are switched off: they change, and they need the network.
CONF_ADDITION = """
import os as _os
extensions = [*extensions, *_os.environ["IDENTITY_EXTENSIONS"].split()]
intersphinx_mapping = {}
"""

# Both builds happen at one time, in one language, and sets of strings have one order.
FIXED_ENVIRONMENT = {
    "SOURCE_DATE_EPOCH": "1750000000",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
}


class IdentityError(Exception):
    """A project could not be downloaded or installed."""


class DownloadError(IdentityError):
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the comparison of one project showed."""

    project: Project
    n_files: int
    """How many files the stock build wrote."""
    seconds: tuple[float, float]
    """How long the two builds took."""
    differences: tuple[Difference, ...]


def downloads_folder() -> Path:
    """Return the folder that keeps what is downloaded."""
    return Path(os.environ.get("PRONGHORN_DOWNLOADS") or ROOT / ".downloads")


def compare(project: Project, extension: str = "pronghorn") -> Outcome:
    """Build a project's documentation without and with *extension* and compare the outputs.

    :param extension: its name; empty to build with stock Sphinx twice.
    :raises IdentityError: something could not be downloaded or installed.
    :raises BuildError: a build failed.
    """
    work = downloads_folder() / project.name
    python = _environment(project, work / "venv")
    archive = _archive(project, downloads_folder() / "archives")
    outputs, seconds = [], []
    for name, extensions in (("stock", ""), ("pronghorn", extension)):
        source = _unpack(archive, work / "source")
        output = work / "build" / name
        seconds.append(_build(python, source / project.docs, output, extensions))
        outputs.append(output / "html")
    found = tuple(differences(*outputs))
    return Outcome(project, len(files_of(outputs[0])), (seconds[0], seconds[1]), found)


def _run(command: Sequence[str]) -> None:
    """Run a command, quietly.

    :raises IdentityError: it failed; the message holds the end of its output.
    """
    process = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if process.returncode:
        raise IdentityError(f"{shlex.join(command)}\nended with {process.returncode}:\n{process.stdout[-4000:]}")


def _archive(project: Project, folder: Path) -> Path:
    """Return the project's source archive, downloaded when it is not there yet."""
    version = project.requirement.partition("==")[2]
    archive = folder / f"{project.name}-{version}.tar.gz"
    if not archive.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        try:
            _run([*pip, "--no-binary", project.name, "--dest", str(folder), project.requirement])
        except IdentityError as error:
            raise DownloadError(str(error)) from error
    if not archive.exists():
        raise DownloadError(f"{project.requirement} was not downloaded as {archive.name}")
    return archive


def _environment(project: Project, folder: Path) -> Path:
    """Return the Python of an environment with the project, its documentation's needs and this checkout."""
    python = folder / "bin" / "python"
    install = ("-e", str(ROOT), SPHINX, project.requirement, *project.requirements)
    pyproject = (ROOT / "pyproject.toml").read_bytes()
    wanted = hashlib.sha256(pyproject + "\n".join(install).encode() + sys.version.encode()).hexdigest()
    stamp = folder / "installed"
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.create(folder, clear=True, with_pip=True)
        _run([str(python), "-m", "pip", "install", "--quiet", *install])
        stamp.write_text(wanted)
    return python


def _unpack(archive: Path, folder: Path) -> Path:
    """Unpack an archive into an emptied *folder*, prepare its conf.py, and return its root folder."""
    shutil.rmtree(folder, ignore_errors=True)
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    (root,) = folder.iterdir()
    return root


def _build(python: Path, docs: Path, output: Path, extensions: str) -> float:
    """Build the HTML of *docs* from nothing, and return how long it took, in seconds."""
    shutil.rmtree(output, ignore_errors=True)
    conf = docs / "conf.py"
    conf.write_text(conf.read_text(encoding="utf-8") + CONF_ADDITION, encoding="utf-8")
    return build(docs, output, python=str(python), env={**FIXED_ENVIRONMENT, "IDENTITY_EXTENSIONS": extensions}).wall_s


def _print_table(outcomes: Sequence[Outcome]) -> None:
    """Print one row for each project, and the first difference of each that differs."""
    print(f"{'project':<16} {'files':>6} {'stock':>8} {'pronghorn':>10}  output")
    for outcome in outcomes:
        stock, with_pronghorn = (f"{seconds:.1f} s" for seconds in outcome.seconds)
        verdict = f"{len(outcome.differences)} files differ" if outcome.differences else "identical"
        requirement = outcome.project.requirement
        print(f"{requirement:<16} {outcome.n_files:>6} {stock:>8} {with_pronghorn:>10}  {verdict}")
    for outcome in outcomes:
        for difference in outcome.differences[:1]:
            print(f"\nFirst difference of {outcome.project.requirement}: {difference}")


def main(argv: Sequence[str] | None = None) -> int:
    """Compare the projects named on the command line, or all; 1 when an output differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.identity", description=__doc__.partition("\n")[0])
    parser.add_argument("name", nargs="*", choices=[[], *PROJECTS], help="projects; all when none is named")
    parser.add_argument("--stock", action="store_true", help="build with stock Sphinx both times")
    args = parser.parse_args(argv)
    names: list[str] = args.name or list(PROJECTS)
    try:
        outcomes = [compare(PROJECTS[name], "" if args.stock else "pronghorn") for name in names]
    except (IdentityError, BuildError) as error:
        print(error, file=sys.stderr)
        return 2
    _print_table(outcomes)
    return int(any(outcome.differences for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
