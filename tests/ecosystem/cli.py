"""Builds small sites with extensions and themes of others, with stock Sphinx and with Pronghorn, and compares.

Run it from the root of the repository::

    python -m tests.ecosystem                            # all
    python -m tests.ecosystem sphinx-design furo         # some
    python -m tests.ecosystem --tenth 3 --json out.json  # the third, the thirteenth and so on
    python -m tests.ecosystem --list

Each site is built from nothing, again with nothing changed, in a clone in another folder with the cache that is there,
after an edit, with another configuration value, after a page was deleted, and from nothing with ``-j 2``. Output and
warnings are compared with those of a clean build of the same sources at the same place by stock Sphinx. What differs
between two such builds is left out, and named.

Environments are kept in ``.downloads/``, or in the folder that ``PRONGHORN_DOWNLOADS`` names. The exit code is 1 when
something differs, or when a build fails that stock Sphinx can do; 2 when there is no such Python.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.environments import InstallError, run_quietly
from benchmarks.projects import SPHINX
from tests.ecosystem.environments import Environments, versions_in
from tests.ecosystem.outcome import Fault, Outcome, Verdict
from tests.ecosystem.report import lines_of, summary_of, write_json
from tests.ecosystem.sets import SUBJECTS
from tests.ecosystem.subject import Subject
from tests.ecosystem.trial import Trial
from tests.support.nightly import tell


def chosen(names: Sequence[str], tenth: int | None) -> list[Subject]:
    """Return the subjects that the command line asks for.

    :param names: of subjects; without any, all.
    :param tenth: with which of them to begin, counted from 1, if only every tenth is to be tried.
    """
    found = [one for one in SUBJECTS if not names or one.name in names]
    return found if tenth is None else found[tenth - 1 :: 10]


def outcomes_of(subjects: Sequence[Subject], args: argparse.Namespace, folder: Path) -> Iterator[Outcome]:
    """Try one after the other."""
    pythons, errors = _environments(args)
    for number, subject in enumerate(subjects, start=1):
        if subject.name in errors:
            fault = Fault(Verdict.UNUSABLE, "installation", errors[subject.name])
            yield Outcome(subject.name, faults=(fault,))
            continue

        def progress(step: str, at: str = f"[{number}/{len(subjects)}] {subject.name}") -> None:
            _progress(f"{at}: {step}")

        start, python = time.monotonic(), pythons[subject.name]
        version = versions_in(python, [subject.distribution])[subject.distribution]
        outcome = Trial(subject, python, folder / subject.name, progress).run()
        yield replace(outcome, version=version, seconds=round(time.monotonic() - start, 1))


def _environments(args: argparse.Namespace) -> tuple[dict[str, Path], dict[str, str]]:
    """Return a Python for each subject, and why others cannot be installed."""
    if args.installed:
        return {one.name: Path(args.python) for one in SUBJECTS}, {}
    environments = Environments(SUBJECTS, f"sphinx=={args.sphinx}", args.python, _progress)
    return environments.pythons, environments.errors


def _versions(args: argparse.Namespace) -> dict[str, str]:
    """Return what the sites are built with."""
    python = run_quietly([args.python, "-c", "import platform; print(platform.python_version())"]).strip()
    sphinx = versions_in(Path(args.python), ["sphinx"])["sphinx"] if args.installed else args.sphinx
    return {"python": python, "sphinx": sphinx}


def _progress(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.ecosystem", description=(__doc__ or "").partition("\n")[0])
    names = [one.name for one in SUBJECTS]
    parser.add_argument("name", nargs="*", choices=[[], *names], metavar="NAME", help="without any, all are tried")
    parser.add_argument("--list", action="store_true", help="print the names only")
    parser.add_argument("--tenth", type=int, choices=range(1, 11), metavar="N", help="every tenth, beginning with N")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was found to a file")
    parser.add_argument("--python", default=sys.executable, metavar="FILE", help="makes the environments")
    parser.add_argument("--installed", action="store_true", help="use that Python as it is, and install nothing")
    parser.add_argument("--sphinx", default=SPHINX.partition("==")[2], metavar="VERSION")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep sites and outputs there")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Try what the command line names; 1 when Pronghorn is at fault somewhere."""
    args = _arguments(argv)
    subjects = chosen(args.name, args.tenth)
    if args.list:
        tell("\n".join(one.name for one in subjects))
        return 0
    try:
        outcomes = _tried(subjects, args)
    except InstallError as error:
        _progress(str(error))
        return 2
    tell(summary_of(outcomes))
    return int(any(outcome.is_bad for outcome in outcomes))


def _tried(subjects: Sequence[Subject], args: argparse.Namespace) -> list[Outcome]:
    """Try all, and tell what comes of each when it is known."""
    outcomes: list[Outcome] = []
    versions = _versions(args)
    with tempfile.TemporaryDirectory(prefix="ecosystem-") as name:
        for outcome in outcomes_of(subjects, args, (args.keep or Path(name)).resolve()):
            outcomes.append(outcome)
            tell("\n".join(lines_of(outcome)))
            if args.json:
                write_json(outcomes, args.json, versions)
    return outcomes
