"""Sphinx extensions and the page cache: what is reused, what is read each time, and that the output is Sphinx's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.edits.builder import BuildServer
from tests.extension_sites import others, own
from tests.extension_sites.builds import Built, Place
from tests.extension_sites.case import REMARK, Case
from tests.support.trees import differences

CASES = (*own.CASES, *others.CASES)

IN_EVERY_RUN = frozenset(
    {
        "myst_parser",
        "sphinx.ext.autodoc",
        "sphinx.ext.autosummary",
        "sphinx.ext.doctest",
        "sphinx.ext.extlinks",
        "sphinx.ext.githubpages",
        "sphinx.ext.graphviz",
        "sphinx.ext.ifconfig",
        "sphinx.ext.intersphinx",
        "sphinx.ext.mathjax",
        "sphinx.ext.napoleon",
        "sphinx.ext.todo",
        "sphinx.ext.viewcode",
        "sphinx_copybutton",
        "sphinx_design",
        "sphinx_sitemap",
        "sphinx_tabs.tabs",
        "sphinxcontrib.bibtex",
        "sphinxcontrib.httpdomain",
    }
)
"""What most sites use. With the others, the tests take a minute more."""


def _params() -> Iterator[Any]:
    for case in CASES:
        yield pytest.param(case, id=str(case), marks=[] if case.name in IN_EVERY_RUN else [pytest.mark.thorough])


@pytest.fixture(scope="module")
def server() -> Iterator[BuildServer]:
    with BuildServer() as server:
        yield server


def assert_same(case: Case, built: Built, stock: Built) -> None:
    found = differences(built.outdir, stock.outdir)
    wrong = [str(each) for each in found if not any(fnmatch(each.path, pattern) for pattern in case.varying)]
    assert wrong == []
    assert _without_times(built.warnings) == _without_times(stock.warnings)


def _without_times(warnings: list[str]) -> list[str]:
    """Leave out when something was logged: a kernel says so when it runs a notebook."""
    return [re.sub(r"^# [-\d]+ [:\d]+,\d+ ", "", line) for line in warnings]


@pytest.mark.parametrize("case", [*_params()])
def test_pages_are_reused_until_what_they_are_made_from_changes(
    case: Case, server: BuildServer, tmp_path: Path
) -> None:
    if find_spec(case.name) is None:  # not by importing it: the site may have what it needs
        pytest.skip(f"{case.name} is not installed")
    cache = tmp_path / "cache"
    here, there = Place(tmp_path / "here", case, server), Place(tmp_path / "over" / "there", case, server)
    jobs = (
        2 if case.always or case.is_silent else 1
    )  # if there are several, Sphinx warns of extensions that do not say if they are safe
    stock = here.build_stock("stock", jobs=jobs)
    assert_same(case, here.build(cache, jobs=2), stock)

    there.edit(REMARK)
    clone = there.build(cache, jobs=jobs)
    assert clone.pages("read") == case.always | case.read_elsewhere | {"other"}
    assert clone.pages("written") == case.bound
    assert_same(case, clone, there.build_stock("clone") if case.bound else stock)

    there.edit(case.edit)
    edited = there.build(cache, jobs=2)
    assert edited.pages("read") == case.always | case.read
    assert_same(case, edited, there.build_stock("edited", jobs=jobs))


def test_manual_has_what_is_tried() -> None:
    table = import_module("docs.plugins.reference.extensions").EXTENSIONS
    said = {(row.name, row.use): row.is_reused for row in table}
    assert said == {(case.name, case.use): not case.always for case in CASES}
