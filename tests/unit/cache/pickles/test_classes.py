"""The cache keeps all that docutils, Sphinx and common extensions make of pages: no class among it is refused."""

import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MakeSite
from tests.docs.test_examples import NAMES, files_of_example
from tests.support import Site
from tests.unit.cache.pickles.test_pickles import EXTENSIONS, PAGES

MORE_EXTENSIONS = (
    "pronghorn",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.doctest",
    "sphinx.ext.extlinks",
    "sphinx.ext.intersphinx",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_tabs.tabs",
    "sphinxcontrib.bibtex",
    "sphinxcontrib.httpdomain",
    "sphinxcontrib.mermaid",
)
INVENTORY = b"""\
# Sphinx inventory version 2
# Project: other
# Version: 1
# The remainder is compressed using zlib.
"""
RICH: dict[str, str | bytes] = {
    **PAGES,
    "conf.py": f"""\
        import sys
        from pathlib import Path
        sys.path.insert(0, str(Path(__file__).parent))
        extensions = {[*EXTENSIONS, *MORE_EXTENSIONS]!r}
        myst_enable_extensions = ["dollarmath", "deflist"]
        bibtex_bibfiles = ["refs.bib"]
        extlinks = {{"issue": ("https://example.org/%s", "issue %s")}}
        intersphinx_mapping = {{"other": ("https://example.org/", "other.inv")}}
        html_theme = "basic"
        language = "de"
        numfig = True
        """,
    "more.rst": """\
        :orphan:

        More
        ====

        .. contents::
        .. meta::
           :keywords: a
        .. sectionauthor:: Somebody
        .. default-domain:: py
        .. highlight:: c
        .. role:: red
           :class: red

        :red:`x` :issue:`1` :pep:`8` :rfc:`1` :kbd:`a` :menuselection:`a --> b` :guilabel:`&c` :file:`a{b}`
        :numref:`tab` :eq:`sum` :py:func:`other.name` :external:py:func:`other.name` :ref:`genindex` :samp:`a{b}`
        [#auto]_ [*]_ |name| `one link`_ anonymous__ :cite:p:`key` :manpage:`ls(1)` :dfn:`d` :sup:`a` :program:`p`

        __ https://example.org
        .. _one link: https://example.org
        .. |name| image:: dot.svg
        .. [#auto] A footnote.
        .. [*] Another.

        .. toctree::
           :hidden:

           Elsewhere <https://example.org>

        .. hlist::

           * a
           * b
        .. centered:: In the middle
        .. topic:: Topic

           Text.
        .. sidebar:: Beside

           Text.
        .. parsed-literal:: *a* b
        .. rubric:: Rubric
        .. container:: box

           Text.
        .. epigraph:: Text.

           -- Somebody
        .. list-table:: Table
           :name: tab

           * - a
             - b
        .. tabularcolumns:: |l|
        .. math:: \\sum a
           :label: sum
        .. deprecated:: 1.0
        .. seealso:: :py:mod:`sample`
        .. raw:: html

           <b>raw</b>
        .. literalinclude:: sample.py
           :lines: 1-2
           :caption: Code
        .. acks::

           * Somebody
        .. program:: tool
        .. option:: -x
        .. js:class:: Js(a)
        .. c:macro:: MACRO(a)
        .. c:type:: unsigned long size
        .. c:alias:: MACRO
        .. cpp:var:: int v = f(1, {2}) + sizeof...(T)
        .. cpp:union:: U
        .. cpp:type:: template<template<typename> class T> A = B<T>

        .. testsetup::

           x = 1
        .. testcode::

           print(x)
        .. testoutput::

           1
        .. automodule:: sample
           :members:
           :special-members:
        .. autosummary::

           sample.Sample
        .. grid:: 2

           .. grid-item-card:: Card
              :link: https://example.org
        .. dropdown:: Dropdown

           :bdg-primary:`badge` :octicon:`alert`
        .. tabs::

           .. tab:: A

              a
           .. code-tab:: c

              int x;
        .. http:get:: /users/(int:id)

           :query q: what
           :statuscode 200: fine
        .. mermaid::

           graph TD; a-->b
        .. bibliography::
        """,
    "refs.bib": '@book{key, author = {A. Body}, title = "Title", year = 2024, publisher = {P}}\n',
    "other.inv": INVENTORY + zlib.compress(b"other.name py:function 1 o.html#$ -\n"),
    "sample.py": '''\
        """A module."""
        import enum
        from dataclasses import dataclass, field
        from typing import Generic, TypeVar

        T = TypeVar("T")
        CONSTANT: int = 1
        """A constant."""

        class Kind(enum.Enum):
            """A kind."""

            ONE = 1

        @dataclass
        class Sample(Generic[T]):
            """A class.

            Attributes:
                a: one.
            """

            a: "list[T]" = field(default_factory=list)

            @property
            def b(self) -> int:
                """Two."""

            def __len__(self) -> int:
                """Three."""

        def function(a, /, b: dict[str, int] | None = None, *, c=object(), **more: "Sample") -> None:
            """Do it.

            :param a: one.
            :raises ValueError: two.
            """
        ''',
}
"""All kinds of content; what extensions cannot do here, such as running dot, is a warning."""


def planned(site: Site, plan: Path, into: str) -> tuple[list[dict[str, Any]], str]:
    """Build a site; give what was done with each page, and what is told of the cache."""
    result = site.build("html", "-vv", into=into, env={"PRONGHORN_PLAN_FILE": str(plan)})
    assert result.exit_code == 0, result.warnings
    return json.loads(plan.read_text())["pages"], result.out + result.warnings


def refused(site: Site, plan: Path) -> set[str]:
    """Return what keeps pages of a site from being kept, and what keeps those that are from being taken."""
    first, _ = planned(site, plan, "build")
    assert {page["action"] for page in first} == {"read"}
    second, _ = planned(site, plan, "build")
    not_kept = {page["reason"]["text"] for page in second if page["reason"] and page["reason"]["kind"] == "unsuitable"}
    _, told = planned(site, plan, "elsewhere")
    return not_kept | set(re.findall(r".*(?:cannot be used: |which is not allowed).*", told))


@pytest.mark.parametrize("name", NAMES)
def test_no_class_is_refused_that_an_example_needs(name: str, tmp_path: Path) -> None:
    assert refused(Site(tmp_path / "example", files_of_example(name)), tmp_path / "plan.json") == set()


def test_no_class_is_refused_that_rich_content_needs(make_site: MakeSite, tmp_path: Path) -> None:
    site = make_site(RICH)
    assert refused(site, tmp_path / "plan.json") == set()
    again, _ = planned(site, tmp_path / "plan.json", "third")
    assert {page["docname"] for page in again} == {"domains", "index", "more", "page"}
    assert "read" not in {page["action"] for page in again}
