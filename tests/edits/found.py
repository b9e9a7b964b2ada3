"""Sequences after which a build was once not what a clean build is."""

from __future__ import annotations

from collections.abc import Mapping

from tests.edits.build import Build, Step
from tests.edits.configuration import HOOKS
from tests.edits.edit import (
    AddPage,
    Conf,
    Days,
    DeletePage,
    Hook,
    LinkPage,
    MovePart,
    Part,
    PutFile,
    RenamePage,
    Revert,
    Title,
)
from tests.edits.plugins import PLUGINS

FOUND: Mapping[str, tuple[str, tuple[Step, ...]]] = {
    "a link takes the place of a page": ("plain", (Step((LinkPage("a.rst", "c.rst"),), Build()),)),
    "a page loses its title": ("themed", (Step((Title("c.rst", ""),), Build()),)),
    "a duplicate label is mended": (
        "rich",
        (
            Step(
                (Part("b.md", "labels", ".. _beta:\n\nOne."), Part("sub/e.rst", "labels", ".. _beta:\n\nTwo.")), Build()
            ),
            Step((Part("b.md", "labels", None),), Build()),
        ),
    ),
    "a duplicate label with a caption is mended": (
        "rich",
        (
            Step(
                (
                    Part("b.md", "numbers", ".. list-table:: Listed\n   :name: beta\n\n   * - one\n     - two"),
                    Part("sub/index.rst", "sections", ".. _beta:\n\nDeep\n~~~~\n\nWords."),
                ),
                Build(),
            ),
            Step((MovePart("numbers", "a.rst", "b.md"),), Build()),
        ),
    ),
    "a module that cannot be imported": (
        "extended",
        (Step((Part("b.md", "autodoc", ".. automodule:: missing_module"),), Build(with_stock=True)),),
    ),
    "an equation whose label another page has": (
        "rich",
        (Step((LinkPage("sub/d.md", "b.md"), Part("b.md", "links", "$$y$$ (euler)")), Build(with_stock=True)),),
    ),
    "feeds of pages in another encoding": ("terms", (Step((Conf("html_output_encoding", "'latin-1'"),), Build()),)),
    "feeds of pages whose template shows no text": (
        "terms",
        (
            Step(
                (PutFile("_templates/page.html", '{% extends "layout.html" %}{% block body %}{% endblock %}'),),
                Build(),
            ),
        ),
    ),
    "a value that cannot be pickled": ("plain", (Step((Conf("html_context", "{'flag': len}"),), Build()),)),
    "an extension that wrote a file is taken out": (
        "plain",
        (
            Step((Conf("extensions", "['myst_parser', 'sphinx.ext.githubpages']"),), Build()),
            Step((), Build()),
            Step((Conf("extensions", "['myst_parser']"),), Build()),
        ),
    ),
    "a function is declared on an earlier page as well": (
        "rich",
        (Step((Part("index.rst", "clike", ".. c:function:: int cf(struct S *s)"),), Build()),),
    ),
    "a value changes that pages of modules' sources show": (
        "extended",
        (Step((), Build(options=("-D", "release=2"))),),
    ),
    "a function that wrote a file at the end is taken out": (
        "plain",
        (
            Step((Hook("finished", HOOKS["finished"][0]),), Build()),
            Step((), Build()),
            Step((Hook("finished", None),), Build()),
        ),
    ),
    "a page is renamed before a build with other doctrees": (
        "plain",
        (Step((RenamePage("sub/e.rst", "n.rst"),), Build(own_doctrees=True)),),
    ),
    "links get a suffix of their own": ("plugins", (Step((Conf("html_link_suffix", "'.other'"),), Build()),)),
    "another builder writes pages that say their URL": (
        "plain",
        (
            Step((PutFile("plugins/mark.py", PLUGINS["plugins/mark.py"][2]),), Build(builder="dirhtml")),
            Step((), Build()),
        ),
    ),
    "a page cannot be read any more": (
        "plain",
        (Step((LinkPage("sub/index.rst", "b.md"), DeletePage("b.md")), Build()),),
    ),
    "an extension has a navigation of its own": (
        "plain",
        (
            Step(
                (Conf("html_theme", "'furo'"), Conf("extensions", "['myst_parser', 'notfound.extension']")),
                Build(with_stock=True),
            ),
        ),
    ),
    "a page has a second file": ("plugins", (Step((AddPage("a.md", "Lake", "The reed is here."),), Build()),)),
    "a page goes that another builder has written": (
        "plain",
        (
            Step((), Build(builder="text")),
            Step((DeletePage("c.rst"),), Build(builder="text")),
        ),
    ),
    "other doctrees are written to the same output": (
        "plain",
        (
            Step((), Build(builder="text")),
            Step((Part("a.rst", "text", "The moss is here."),), Build(builder="text", own_doctrees=True)),
            Step((Revert(1),), Build(builder="text")),
        ),
    ),
    "an inventory cannot be read any more": ("extended", (Step((PutFile("inv/objects.inv", b"none"),), Build()),)),
    "there are no inventories any more": ("extended", (Step((Conf("intersphinx_mapping", None),), Build()),)),
    "a template's handler looks at the document of a page": (
        "themed",
        (
            Step((Conf("extensions", "['myst_parser', 'sphinx_design', 'sphinx_tabs.tabs']"),), Build()),
            Step((Days(1),), Build()),
        ),
    ),
    "a to-do item has a reference": (
        "themed",
        (
            Step((Part("a.rst", "todo", ".. todo:: Second :ref:`nothing` thing\n\n.. todolist::"),), Build()),
            Step((PutFile("_templates/own.html", "another template"),), Build()),
        ),
    ),
    "a page goes with the doctrees": ("plain", (Step((DeletePage("c.rst"),), Build(lost=("doctrees",))),)),
    "no list of what was written is left": (
        "themed",
        (
            Step((), Build(builder="dirhtml", own_doctrees=True)),
            Step((AddPage("a.md", "Lake", "The moss is here."),), Build(builder="dirhtml", lost=("cache",))),
        ),
    ),
    "the folder of static files is taken out": ("themed", (Step((Conf("html_static_path", None),), Build()),)),
}
"""Each with the site it begins with. What it is about is the key."""
