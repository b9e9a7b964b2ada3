"""Pages come from the cache only if a clean build would write the same: each edit, in place and in another clone."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from pronghorn.cache.plan.plan import Action
from tests.conftest import MakeSite
from tests.support import Site
from tests.support.cached import CachedSite

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")
OTHER_PNG = PNG + b"\n"
CONF = """
    project = "Rich"
    html_theme = "alabaster"
    templates_path = ["_templates"]
    html_static_path = ["_static"]
    html_css_files = ["own.css"]
    extensions += ["sphinx.ext.todo", "sphinx.ext.mathjax"]
    todo_include_todos = True
    todo_link_only = True
    numfig = True
    nitpicky = True
"""
FILES: Mapping[str, str | bytes] = {
    "index.rst": """
        Home
        ====

        .. toctree::
           :numbered:

           alpha
           beta
           api
           guide/index

        .. toctree::
           :caption: More
           :hidden:

           terms
        """,
    "alpha.rst": """
        Alpha
        =====

        .. _alpha-label:

        First section
        -------------

        See :ref:`beta-label`, :doc:`beta`, :numref:`figure-in-beta`, :py:func:`pack.one` and :term:`quark`.

        .. index:: single: alpha entry

        .. image:: pic.png

        .. todo:: Write more of alpha.
        """,
    "beta.rst": """
        Beta
        ====

        .. _beta-label:

        Labelled
        --------

        Text of beta. See :ref:`alpha-label`, :eq:`euler` and :py:meth:`.Two.method`.

        .. _figure-in-beta:

        .. figure:: sub/pic.png

           A caption

        .. math:: e^{i\\pi} = -1
           :label: euler

        :download:`data.txt`
        """,
    "api.rst": """
        API
        ===

        .. py:module:: pack

        .. py:function:: one(x)

           Returns :py:class:`Two`.

        .. py:class:: Two

           .. py:method:: method()
        """,
    "guide/index.rst": """
        Guide
        =====

        .. toctree::

           first
           second

        .. todolist::
        """,
    "guide/first.md": "# First\n\n[to second](second.md) and [to a heading](../beta.rst)\n\n## Part\n\nText.\n",
    "guide/second.rst": """
        Second
        ======

        Unresolved: :ref:`nowhere` and :py:func:`pack.missing`.

        .. code-block:: python

           def f(): return "x"
        """,
    "terms.rst": """
        Terms
        =====

        .. glossary::

           quark
              A thing.
        """,
    "orphan.rst": ":orphan:\n\nOrphan\n======\n\nNobody leads here.\n",
    "pic.png": PNG,
    "sub/pic.png": PNG,
    "data.txt": "some data\n",
    "_static/own.css": "p { color: red }\n",
    "_templates/page.html": '{% extends "!page.html" %}{% block footer %}{{ super() }}<i>one</i>{% endblock %}',
}
ALL = {"index", "alpha", "beta", "api", "guide/index", "guide/first", "guide/second", "terms", "orphan"}


@pytest.fixture
def rich(make_site: MakeSite) -> CachedSite:
    """A site with all that pages can read of each other."""
    return CachedSite(make_site(FILES, CONF))


def replace(site: Site, path: str, old: str, new: str) -> None:
    """Edit a source file."""
    text = (site.source / path).read_text(encoding="utf-8")
    assert old in text
    site.write(path, text.replace(old, new))


def text_of(site: Site, path: str) -> str:
    """Return the text of a source file."""
    return (site.source / path).read_text(encoding="utf-8")


def add(site: Site, path: str, text: str) -> None:
    """Add to the end of a source file."""
    site.write(path, f"{text_of(site, path)}\n{text}\n")


NOWHERE = ".. _nowhere:\n\nSomewhere\n---------\n\nText.\n"
PY_MISSING = ".. py:function:: pack.missing()\n"
OTHER_METHOD = ".. py:class:: other.Two\n\n   .. py:method:: method()\n"
FIGURE = ".. figure:: pic.png\n\n   Another\n"


def move_term(site: Site) -> None:
    """Let another page define the term."""
    replace(site, "terms.rst", "quark", "gluon")
    add(site, "orphan.rst", ".. glossary::\n\n   quark\n      Something.\n")


def add_page(site: Site) -> None:
    """Add a page behind the last one of the guide."""
    replace(site, "guide/index.rst", "   second\n", "   second\n   third\n")
    site.write("guide/third.rst", "Third\n=====\n\nSee :doc:`second`.\n")


def remove_page(site: Site) -> None:
    """Remove the last page of the guide, to which another one links."""
    replace(site, "guide/index.rst", "   second\n", "")
    site.remove("guide/second.rst")


def rename_page(site: Site) -> None:
    """Rename a page to which others link."""
    replace(site, "index.rst", "   beta\n", "   gamma\n")
    site.write("gamma.rst", text_of(site, "beta.rst"))
    site.remove("beta.rst")


def turn_toctree(site: Site) -> None:
    """Exchange two pages."""
    replace(site, "index.rst", "   alpha\n   beta\n", "   beta\n   alpha\n")


def rename_image(site: Site) -> None:
    """Rename an image that one page shows. The other image of that name keeps the one that it has in the output."""
    replace(site, "alpha.rst", "pic.png", "new.png")
    site.write("new.png", PNG)
    site.remove("pic.png")


def drop_image(site: Site) -> None:
    """Remove an image: the other one of its name may have its name in the output now."""
    replace(site, "alpha.rst", ".. image:: pic.png", "")
    site.remove("pic.png")


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit, and the pages that must be rendered after it."""

    name: str
    change: Callable[[Site], object]
    written: set[str]


EDITS = (
    Edit("nothing", lambda _site: None, set()),
    Edit("body", lambda site: replace(site, "beta.rst", "Text of beta", "Other text"), {"beta"}),
    Edit(
        "title",
        lambda site: replace(site, "guide/first.md", "# First", "# Fore"),
        # The navigation of pages elsewhere does not open that branch.
        {"guide/first", "guide/index", "guide/second", "index"},
    ),
    Edit("label renamed", lambda site: replace(site, "beta.rst", "_beta-label", "_gamma-label"), {"alpha", "beta"}),
    Edit(
        "section renamed",
        lambda site: replace(site, "beta.rst", "Labelled\n--------", "Branded\n-------"),
        {"alpha", "beta", "index"},
    ),
    Edit("nothing that shows", lambda site: replace(site, "beta.rst", "Text of beta", "Text of  beta"), {"beta"}),
    Edit("reference becomes resolvable", lambda site: add(site, "orphan.rst", NOWHERE), {"orphan", "guide/second"}),
    Edit("object comes", lambda site: add(site, "orphan.rst", PY_MISSING), {"orphan", "guide/second"}),
    Edit(
        "object goes",
        lambda site: replace(site, "api.rst", "function:: one(x)", "function:: uno(x)"),
        {"api", "alpha", "index"},
    ),
    Edit(
        "fuzzy target changes",
        lambda site: replace(site, "api.rst", "py:method:: m", "py:attribute:: m"),
        {"api", "beta", "index"},
    ),
    Edit("second fuzzy target", lambda site: add(site, "orphan.rst", OTHER_METHOD), {"orphan", "beta"}),
    Edit("term moves", move_term, {"terms", "orphan", "alpha"}),
    Edit(
        "figure renumbered",
        lambda site: replace(site, "beta.rst", "Text of beta", FIGURE + "\nText"),
        {"alpha", "beta"},
    ),
    Edit("caption", lambda site: replace(site, "beta.rst", "A caption", "Other caption"), {"alpha", "beta"}),
    Edit("page added", add_page, {"guide/index", "guide/first", "guide/second", "guide/third", "index", "terms"}),
    Edit("page removed", remove_page, {"guide/index", "guide/first", "index", "terms"}),
    Edit("page renamed", rename_page, ALL - {"beta"} | {"gamma"}),
    Edit("toctree order", turn_toctree, ALL),
    Edit(
        "toctree hidden",
        lambda site: replace(site, "guide/index.rst", "toctree::\n", "toctree::\n   :hidden:\n"),
        {"guide/index", "index"},
    ),
    Edit("section numbers", lambda site: replace(site, "index.rst", ":numbered:", ":maxdepth: 3"), ALL),
    Edit(
        "local toc depth",
        lambda site: site.write("alpha.rst", ":tocdepth: 1\n" + text_of(site, "alpha.rst")),
        {"alpha", "guide/index", "index"},
    ),
    Edit("template", lambda site: replace(site, "_templates/page.html", "one", "two"), ALL),
    Edit("new template", lambda site: site.write("_templates/about.html", "About."), ALL),
    Edit("theme option", lambda site: add(site, "conf.py", 'html_theme_options = {"description": "New"}'), ALL),
    Edit("site title", lambda site: add(site, "conf.py", 'html_title = "New"'), ALL),
    Edit("theme", lambda site: add(site, "conf.py", 'html_theme = "basic"'), ALL),
    Edit("permalinks", lambda site: add(site, "conf.py", "html_permalinks = False"), ALL),
    Edit("config of another builder", lambda site: add(site, "conf.py", 'latex_engine = "lualatex"'), set()),
    Edit("numfig format", lambda site: add(site, "conf.py", 'numfig_format = {"figure": "Pic %s"}'), ALL),
    Edit("image", lambda site: site.write("pic.png", OTHER_PNG), set()),
    Edit("image renamed", rename_image, {"alpha", "beta"}),
    Edit("image gone", drop_image, {"alpha", "beta", "guide/index"}),
    Edit("download", lambda site: site.write("data.txt", "other data\n"), set()),
    Edit("static file", lambda site: site.write("_static/own.css", "p { color: blue }\n"), ALL),
    Edit("to-do entry", lambda site: replace(site, "alpha.rst", "Write more", "Write less"), {"alpha", "guide/index"}),
    Edit("first formula", lambda site: add(site, "orphan.rst", ".. math:: a = b\n"), {"orphan"}),
    Edit("line moved", lambda site: replace(site, "guide/second.rst", "Unresolved", "\nUnresolved"), {"guide/second"}),
)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_an_edit_gives_what_a_clean_build_gives(rich: CachedSite, edit: Edit) -> None:
    rich.build()
    edit.change(rich.site)
    clean = rich.build_cleanly()
    built = rich.build_as_clean(clean=clean)
    assert built.written == edit.written, built.reasons()
    clone = rich.clone("elsewhere")
    assert clone.build_as_clean(clean=clean).written == set()


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_an_edit_in_another_clone(rich: CachedSite, edit: Edit) -> None:
    rich.build()
    clone = rich.clone("elsewhere")
    edit.change(clone.site)
    built = clone.build_as_clean()
    assert built.written == edit.written, built.reasons()
    assert built.with_action(Action.RESTORED) == {page.docname for page in built.pages} - edit.written


URLS = {
    "plugins/urls.py": """
        def register_plugin(site):
            def is_moved(path):
                return path.filebase in ("beta", "second")

            site.readers.register_reader(deduce_url=lambda path: "/moved/" + path.filebase, condition=is_moved)
        """
}
VARIANTS: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "dirhtml": ("dirhtml", "", {}),
    "furo": ("html", 'html_theme = "furo"', {}),
    "pydata": ("html", 'html_theme = "pydata_sphinx_theme"\n    templates_path = []', {}),
    "book": ("dirhtml", 'html_theme = "sphinx_book_theme"\n    templates_path = []', {}),
    "plain navigation": ("html", "pronghorn_fast = False", {}),
    "given URLs": ("html", "", URLS),
    "given URLs of folders": ("dirhtml", "", URLS),
    "other theme": ("html", 'html_theme = "classic"', {}),
}
SOME = ("nothing", "body", "title", "page added", "page removed", "toctree order", "template")


@pytest.mark.parametrize("variant", VARIANTS)
def test_edits_with_other_builders_themes_and_urls(make_site: MakeSite, variant: str) -> None:
    """One edit after the other, in place; what each writes again is told by the tests above."""
    builder, conf, files = VARIANTS[variant]
    cached = CachedSite(make_site({**FILES, **files}, CONF + "    " + conf))
    cached.build(builder)
    assert cached.build_as_clean(builder).written == set()
    for edit in EDITS:
        if edit.name in SOME:
            edit.change(cached.site)
            cached.build_as_clean(builder)
    assert cached.clone("elsewhere").build_as_clean(builder).written == set()


def test_title_in_another_part_changes_no_sidebar_of_pydata(make_site: MakeSite) -> None:
    parts = {f"{part}/{name}.md": f"# {part} {name}\n" for part in ("one", "two") for name in ("a", "b", "c")}
    lists = {f"{part}/index.md": f"# {part}\n\n```{{toctree}}\na\nb\nc\n```\n" for part in ("one", "two")}
    root = {"index.md": "# Home\n\n```{toctree}\none/index\ntwo/index\n```\n"}
    conf = 'html_theme = "pydata_sphinx_theme"\ntemplates_path = []\n'
    cached = CachedSite(make_site({**root, **parts, **lists}, conf))
    cached.build()
    cached.site.write("two/b.md", "# Renamed\n")
    built = cached.build_as_clean()
    assert built.written == {"index", "two/index", "two/a", "two/b", "two/c"}, built.reasons()
