"""Running Sphinx for the command line."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import sphinx
from sphinx.application import Sphinx
from sphinx.cmd.build import get_parser, main
from sphinx.util.docutils import docutils_namespace, patch_docutils

from pronghorn.cache.plan.last_build import LastBuild
from pronghorn.cache.plan.record import PLAN_VARIABLE, load_seconds
from pronghorn.errors import Place, PluginError, PronghornError, describe_exception
from pronghorn.extension.extension import site_of
from pronghorn.extension.loading import cache_dir, read_settings

SPHINX_VERSION: str = sphinx.__display_version__


def run_build(arguments: Sequence[str]) -> int:
    """Run ``sphinx-build`` with *arguments*; source and output have defaults.

    :return: its exit code.
    """
    given = list(arguments)
    if given[:1] == ["-M"]:  # sphinx-build's make mode has arguments of its own
        return main(given)
    parser = get_parser()
    parser.prog = "pronghorn build"
    parser.usage = "pronghorn build [OPTIONS] [SOURCE [OUTPUT [FILES ...]]]"
    known = parser.parse_intermixed_args([".", ".", *given])  # so that all that were given are in filenames
    source, *others = known.filenames or ["."]
    if not known.filenames:
        given += [source]
    if not others:
        given += [str(Path(source, "_build", known.builder))]
    program, sys.argv[0] = sys.argv[0], "pronghorn build"  # the name that usage errors give
    try:
        return main(given)
    finally:
        sys.argv[0] = program


def run_planned_build(arguments: Sequence[str]) -> tuple[int, LastBuild | None]:
    """Run ``sphinx-build`` as :func:`run_build` does, with its progress on the standard error.

    :return: its exit code, and what it did; None if it did not get as far as that, or Pronghorn took no part in it.
    """
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(sys.stderr):
        file = Path(folder, "plan.json")
        with _variable(PLAN_VARIABLE, str(file)):
            exit_code = run_build(arguments)
        return exit_code, read_plan(file)


def read_plan(file: Path) -> LastBuild | None:
    """Read the plan that a build wrote to *file*; None if it wrote none."""
    return LastBuild.from_json(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None


@contextmanager
def _variable(name: str, value: str) -> Iterator[None]:
    """Set an environment variable for a while."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


@contextmanager
def loaded(source: Path) -> Iterator[Sphinx]:
    """Load the site in *source*; nothing is built, nothing is written.

    Meanwhile, everything that is printed goes to the standard error.

    :raises PronghornError: if there is no site, or its configuration cannot be used.
    """
    if not (source / "conf.py").is_file():
        raise PronghornError("there is no conf.py here; name the folder that has it", place=Place(source))
    with (
        tempfile.TemporaryDirectory() as scratch,
        patch_docutils(source),
        docutils_namespace(),
        redirect_stdout(sys.stderr),
    ):
        try:
            app = Sphinx(source, source, scratch, scratch, "dummy", status=None, warning=sys.stderr)
        except Exception as error:  # conf.py and its extensions may raise anything
            raise PronghornError(describe_exception(error), place=Place(source / "conf.py")) from error
        if "pronghorn" not in app.extensions:
            raise PluginError("'pronghorn' is not in the extensions", place=Place(source / "conf.py"))
        yield app


def list_plugins(source: Path) -> list[dict[str, Any]]:
    """Load the site in *source* and describe its plugins.

    :raises PronghornError: if there is no site, or its configuration cannot be used.
    """
    with loaded(source) as app:
        return _rows(app, source)


def _rows(app: Sphinx, source: Path) -> list[dict[str, Any]]:
    site = site_of(app)
    seconds = load_seconds(cache_dir(read_settings(app)), Path(app.confdir))
    return [
        {
            "name": info.name,
            "version": info.version,
            "status": str(info.status),
            "origin": str(info.origin),
            "source": _relative(info.file, source.resolve()) if info.file else str(info.origin),
            "overrides": info.overrides,
            "hooks": sorted({*info.hooks, *site.signal_table.heard_by(info.name)}),
            "error": info.error,
            "seconds": seconds.get(info.name),
        }
        for info in sorted(site.plugins.values(), key=lambda info: info.name)
    ]


def _relative(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)
