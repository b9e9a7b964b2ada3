"""Builds the documentation of known projects, and the examples, with and without Pronghorn, and compares every byte.

Run it from the root of the repository::

    python -m benchmarks.identity               # all projects
    python -m benchmarks.identity flask sphinx  # some of them
    python -m benchmarks.identity --stock flask # stock Sphinx twice: is the comparison itself sound?
    python -m benchmarks.identity flask examples --themes own furo alabaster --jobs 1 2 --sphinx 8.2.3 9.0.4

An example needs Pronghorn; it is built with the fast ways and the page cache switched off, and then as it is.

With several jobs, Sphinx itself may write something else than with one, depending on which process reads which page
(``sphinx.ext.viewcode`` does so). With Pronghorn, the output is that of one job. Where the outputs differ with several
jobs, one job without Pronghorn is built as well, and compared; the row tells in how many files Sphinx differs.

Source archives, unpacked sources and virtual environments are kept in ``.downloads/``, or in the folder that
``PRONGHORN_DOWNLOADS`` names. The exit code is 1 when an output differs.
"""

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from benchmarks.environments import ROOT, InstallError, downloads_folder, environment_with
from benchmarks.measure import BuildError, build
from benchmarks.projects import PROJECTS, SPHINX, THEMES, Project, fixed
from tests.support.trees import Difference, differences, files_of

EXAMPLES = "examples"
OWN = "own"
"""The theme that a site has."""

Way = tuple[Callable[[], Path], Mapping[str, str]]
"""What lays down the sources, and the environment variables to build them with."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How both builds of a comparison are made."""

    theme: str = ""
    """Of :data:`THEMES`; empty: the site's own."""
    jobs: int = 1
    sphinx: str = SPHINX
    """The requirement."""

    def __str__(self) -> str:
        return f"{self.theme or OWN}, -j {self.jobs}, {self.sphinx}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one comparison showed."""

    name: str
    setting: Setting
    n_files: int
    """How many files the build without Pronghorn wrote."""
    seconds: tuple[float, float]
    """How long the two builds took."""
    differences: tuple[Difference, ...]
    """With Sphinx as it builds with one job, if it builds something else with several."""
    n_by_jobs: int = 0
    """In how many files Sphinx with several jobs differs from Sphinx with one."""


def compare(project: Project, extension: str = "pronghorn", setting: Setting | None = None) -> Outcome:
    """Build a project's documentation without and with *extension* and compare the outputs.

    :param extension: its name; empty to build with stock Sphinx twice.
    :raises InstallError: something could not be downloaded or installed.
    :raises BuildError: a build failed.
    """
    setting = setting or Setting()
    python = project.environment(setting.sphinx, setting.theme)

    def lay_down() -> Path:
        return project.lay_down(project.folder / "source")

    ways: tuple[Way, Way] = (
        (lay_down, fixed("", setting.theme)),
        (lay_down, fixed(extension, setting.theme)),
    )
    return _compared(project.requirement, setting, python, project.folder / "build", ways)


def compare_example(name: str, setting: Setting) -> Outcome:
    """Build an example with what makes Pronghorn fast switched off, and as it is, and compare the outputs.

    :raises InstallError: something could not be installed.
    :raises BuildError: a build failed.
    """
    folder = downloads_folder() / EXAMPLES
    theme = setting.theme or "furo"  # some of the examples' own themes build on it
    python = environment_with(folder / f"venv-{setting.sphinx}-{theme}", str(ROOT), setting.sphinx, THEMES[theme])
    addition = (
        [f'html_theme = "{setting.theme}"', "html_theme_options, html_sidebars = {}, {}"] if setting.theme else []
    )

    def lay_down(*more: str) -> Path:
        source = folder / "source"
        shutil.rmtree(source, ignore_errors=True)
        shutil.copytree(ROOT / EXAMPLES / name, source, ignore=shutil.ignore_patterns("_build", "__pycache__"))
        with (source / "conf.py").open("a", encoding="utf-8") as conf:
            conf.write("\n".join(["", *addition, *more, ""]))
        return source

    ways: tuple[Way, Way] = (
        (lambda: lay_down("pronghorn_fast, pronghorn_cache = False, False"), fixed("")),
        (lay_down, fixed("")),
    )
    return _compared(f"{EXAMPLES}/{name}", setting, python, folder / "build", ways)


def _compared(name: str, setting: Setting, python: Path, folder: Path, ways: tuple[Way, Way]) -> Outcome:
    """Build in both ways, at one place."""

    def built(name: str, way: Way, jobs: int) -> tuple[Path, float]:
        lay_down, variables = way
        shutil.rmtree(folder / name, ignore_errors=True)
        usage = build(lay_down(), folder / name, python=str(python), jobs=jobs, env=variables)
        return folder / name / "html", usage.wall_s

    without, seconds = built("without", ways[0], setting.jobs)
    ours, our_seconds = built("with", ways[1], setting.jobs)
    found = tuple(differences(without, ours))
    n_by_jobs = 0
    if found and setting.jobs > 1:
        with_one_job, _ = built("without-jobs", ways[0], 1)
        n_by_jobs = len(tuple(differences(with_one_job, without)))
        found = tuple(differences(with_one_job, ours))
    return Outcome(name, setting, len(files_of(without)), (seconds, our_seconds), found, n_by_jobs)


def _print(outcome: Outcome) -> None:
    """Print a row, and the first difference if there is one."""
    without, with_pronghorn = (f"{seconds:.1f} s" for seconds in outcome.seconds)
    verdict = f"{len(outcome.differences)} files differ" if outcome.differences else "identical"
    if outcome.n_by_jobs:
        verdict += f" to -j 1, from which Sphinx's own differs in {outcome.n_by_jobs} files"
    setting = str(outcome.setting)
    print(
        f"{outcome.name:<30} {setting:<42} {outcome.n_files:>6} {without:>9} {with_pronghorn:>9}  {verdict}", flush=True
    )
    for difference in outcome.differences[:1]:
        print(f"  first difference: {difference}", flush=True)


def _comparisons(args: argparse.Namespace) -> Iterator[Outcome]:
    """Make all comparisons that the command line asks for, one by one."""
    examples = sorted(conf.parent.name for conf in (ROOT / EXAMPLES).glob("*/conf.py"))
    for theme, jobs, sphinx in product(args.themes, args.jobs, args.sphinx):
        setting = Setting("" if theme == OWN else theme, jobs, f"sphinx=={sphinx}")
        for name in args.name or PROJECTS:
            if name == EXAMPLES:
                yield from (compare_example(example, setting) for example in examples)
            else:
                project = PROJECTS[name]
                if name == "sphinx":  # its documentation can only be built with itself
                    project = replace(project, requirement=setting.sphinx)
                yield compare(project, "" if args.stock else "pronghorn", setting)


def main(argv: Sequence[str] | None = None) -> int:
    """Compare what the command line names; 1 when an output differs."""
    version = SPHINX.partition("==")[2]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.identity", description=__doc__.partition("\n")[0])
    names = [*PROJECTS, EXAMPLES]
    parser.add_argument(
        "name", nargs="*", choices=[[], *names], help="projects, or 'examples'; without any, all projects"
    )
    parser.add_argument("--stock", action="store_true", help="build projects with stock Sphinx both times")
    parser.add_argument("--themes", nargs="+", choices=[OWN, *THEMES], default=[OWN], help="in place of a site's own")
    parser.add_argument("--jobs", nargs="+", type=int, default=[1], metavar="N")
    parser.add_argument("--sphinx", nargs="+", default=[version], metavar="VERSION")
    args = parser.parse_args(argv)
    print(f"{'site':<30} {'theme, jobs, Sphinx':<42} {'files':>6} {'without':>9} {'with':>9}  output")
    n_compared, n_different = 0, 0
    try:
        for outcome in _comparisons(args):
            _print(outcome)
            n_compared += 1
            n_different += bool(outcome.differences)
    except (InstallError, BuildError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{n_compared} comparisons, {n_different} differ")
    return int(n_different > 0)


if __name__ == "__main__":
    sys.exit(main())
