"""The fast navigation gives what Sphinx gives, byte for byte."""

import warnings
from collections import Counter
from importlib.metadata import entry_points
from pathlib import Path
from unittest.mock import patch

import pytest

from pronghorn.speed.navigation import template
from tests.conftest import MakeSite
from tests.navigation.nightly import Task, find_difference
from tests.navigation.sites import THEMES

INSTALLED = frozenset({"basic", *(theme.name for theme in entry_points(group="sphinx.html_themes"))})
"""The themes that are there: one of those that are compared forbids the newest docutils."""


def installed_themes() -> tuple[str, ...]:
    """Return the themes that are there, and name the others."""
    for theme in THEMES.keys() - INSTALLED:
        warnings.warn(f"the navigation of {theme} is not compared: it is not installed", stacklevel=2)
    return tuple(theme for theme in THEMES if theme in INSTALLED)


def test_navigation_of_random_sites(tmp_path: Path) -> None:
    """A few of them: ``python -m tests.navigation`` tries thousands."""
    tally: Counter[str] = Counter()
    failure = find_difference(Task(11, 12, installed_themes(), is_shrunk=False), tmp_path / "site", tally)
    assert not failure
    assert tally["comparisons of toctree()"] > 500, tally
    assert tally["comparisons of pages"] > 100, tally
    assert tally["sites left to Sphinx"] < 6, tally
    assert tally["pages that the theme cannot write"] < 10, tally


def test_difference_is_found(tmp_path: Path) -> None:
    with patch.dict(template._CURRENT, last=" currant"):
        failure = find_difference(Task(11, 20, ("basic",), is_shrunk=False), tmp_path / "site", Counter())
    assert "the result differs" in failure
    assert "currant" in failure
    assert "RandomSite(" in failure


FOREST = {
    "index.md": "# Home\n\n```{toctree}\n:caption: One\na\nb\n```\n\n```{toctree}\n:hidden:\nc\nSite <https://example.org/>\n```\n",
    "a.md": "# A\n\n## A1\n\n### A11\n\n```{toctree}\nd\n```\n",
    "b.md": "# B & b\n\n```{toctree}\n:titlesonly:\nself\ne\n```\n",
    "c.md": "# C\n",
    "d.md": "# D\n\n## D1\n",
    "e.md": "# E `code`\n",
}
ORPHAN = {"orphan.md": "---\norphan: true\n---\n# Orphan\n"}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("builder", "jobs"), [("html", 1), ("dirhtml", 2)])
def test_pages_are_those_of_stock_sphinx(theme: str, builder: str, jobs: int, make_site: MakeSite) -> None:
    if theme not in INSTALLED:
        pytest.skip(f"{theme} is not installed")
    site = make_site({**FOREST, **ORPHAN}, conf=f"html_theme = {theme!r}\n")
    mine = site.build(builder, jobs=jobs, into="mine")
    stock = site.build(builder, "-D", "extensions=myst_parser", jobs=jobs, into="stock")
    assert (mine.exit_code, stock.exit_code) == (0, 0)
    assert mine.files() == stock.files()
    assert "left to Sphinx" not in mine.out


@pytest.mark.parametrize("theme", ["alabaster", "furo", "pydata_sphinx_theme", "sphinx_book_theme"])
def test_switched_off_sphinx_does_it(theme: str, make_site: MakeSite) -> None:
    """Shown by a plugin that takes away what the fast way needs, and Sphinx does not."""
    plugin = """
        from pronghorn.speed.navigation import fast

        def register_plugin(site):
            fast.resolve_tree = fast.Navigation.__init__ = None
    """
    site = make_site({**FOREST, "plugins/fake.py": plugin}, conf=f"html_theme = {theme!r}\n")
    assert site.build("html", "-D", "pronghorn_fast=0", into="off").exit_code == 0
    assert site.build("html", "-D", "pronghorn_cache=0", into="on").exit_code != 0


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"index.md": "# H\n\n```{toctree}\na\n```\n", "a.md": "no title\n"}, "has no title"),
        ({"index.md": "# H\n\n```{toctree}\na\n```\n", "a.md": "# {math}`y`\n"}, "more than text"),
        ({"index.md": "# H\n\n```{toctree}\na\n```\n", "a.md": "# \ue000L0\ue001\n"}, "the characters U+E000"),
        ({"index.md": "# H\n\n```{toctree}\n\ue000 <a>\n```\n", "a.md": "# A\n"}, "the characters U+E000"),
    ],
)
def test_what_sphinx_warns_of_is_left_to_sphinx(files: dict[str, str], reason: str, make_site: MakeSite) -> None:
    site = make_site(files, conf="html_theme = 'alabaster'\n")
    mine = site.build(into="mine")
    stock = site.build("html", "-D", "extensions=myst_parser", into="stock")
    assert mine.files() == stock.files()
    assert mine.warnings.count("WARNING") == stock.warnings.count("WARNING")
    assert mine.out.count("[pronghorn] the navigation is left to Sphinx") == 1
    assert reason in mine.out


def test_templates_can_look_into_the_sidebar_of_pydata(make_site: MakeSite) -> None:
    """It is a soup there, which is not parsed as long as it is only shown."""
    template = """
        {% set side = generate_toctree_html("sidebar", startdepth=0, collapse=False, maxdepth=2, titles_only=True) %}
        {% set raw = generate_toctree_html("raw", startdepth=0, collapse=False) %}
        {{ side }} {{ side | length }} {{ side.find("a")["href"] }} {{ side("li") | length }} {{ side.ul.name }}
        {% for part in side %}{{ part.name }}{% endfor %} {{ "yes" if side }} {{ raw.ul }}
        """
    files = {**FOREST, "_templates/aside.html": template}
    conf = """
        html_theme = "pydata_sphinx_theme"
        templates_path = ["_templates"]
        html_sidebars = {"**": ["aside.html"]}
        """
    site = make_site(files, conf)
    mine, stock = site.build(into="mine"), site.build("html", "-D", "extensions=myst_parser", into="stock")
    assert "left to Sphinx" not in mine.out
    assert mine.files() == stock.files()
    assert "nav bd-sidenav" in mine.read("a.html")


@pytest.mark.parametrize("theme", ["alabaster", "furo", "pydata_sphinx_theme"])
def test_a_page_whose_navigation_an_extension_makes_has_that(theme: str, make_site: MakeSite) -> None:
    conf = f"""
        html_theme = "{theme}"
        def change(app, pagename, templatename, context, doctree):
            if pagename == "search":  # others have been compared with Sphinx's before
                stock = context["toctree"]
                context["toctree"] = lambda **options: stock(**options).replace('href="', 'href="/away/')
        def setup(app):
            app.connect("html-page-context", change, priority=400)
        """
    template = ""
    if theme == "pydata_sphinx_theme":
        template = "{{ generate_toctree_html('sidebar', startdepth=0, collapse=False) }}"
        conf += """
        templates_path = ["_templates"]
        html_sidebars = {"**": ["aside.html"]}
        """
    site = make_site({**FOREST, "_templates/aside.html": template}, conf)
    mine, stock = site.build(into="mine"), site.build("html", "-D", "extensions=myst_parser", into="stock")
    assert 'href="/away/' in stock.read("search.html")
    assert mine.files() == stock.files()


TOCTREE_DIFFERS = """
    @functools.wraps(StandaloneHTMLBuilder._get_local_toctree)
    def changed(self, *args, **kwargs):
        return changed.__wrapped__(self, *args, **kwargs) + "<!-- new -->"
    StandaloneHTMLBuilder._get_local_toctree = changed
"""
TOCTREE_TAKES_MORE = """
    def changed(self, docname, collapse=False, *, fold=1, stock=StandaloneHTMLBuilder._get_local_toctree, **kwargs):
        return stock(self, docname, collapse, **kwargs)
    StandaloneHTMLBuilder._get_local_toctree = changed
"""
TOCTREE_IS_GONE = """
    StandaloneHTMLBuilder._toctree_of = StandaloneHTMLBuilder._get_local_toctree
    del StandaloneHTMLBuilder._get_local_toctree
    def page_context(app, pagename, templatename, context, doctree):
        context["toctree"] = lambda **kwargs: app.builder._toctree_of(pagename, **kwargs)
    app.connect("html-page-context", page_context, priority=1)
"""
PARTIAL_TAKES_MORE = """
    def changed(self, node, docname="", *, stock=StandaloneHTMLBuilder.render_partial):
        return stock(self, node)
    StandaloneHTMLBuilder.render_partial = changed
"""
PARTIAL_GIVES_OTHER_TEXT = """
    @functools.wraps(StandaloneHTMLBuilder.render_partial)
    def changed(self, node):
        parts = changed.__wrapped__(self, node)
        return {**parts, "fragment": "".join(c for c in parts["fragment"] if not 0xe000 <= ord(c) <= 0xf8ff)}
    StandaloneHTMLBuilder.render_partial = changed
"""
RESOLVE_IS_GONE = """
    del toctree.TocTree.resolve
"""
RESOLVE_TAKES_MORE = """
    def changed(self, docname, builder, toctree, *, tags, **kwargs):
        return None
    toctree.TocTree.resolve = changed
"""
RESOLVE_GIVES_NOTHING = """
    @functools.wraps(toctree.TocTree.resolve)
    def changed(*args, **kwargs):
        return None
    toctree.TocTree.resolve = changed
"""
RESOLVE_GIVES_OTHER_NODES = """
    @functools.wraps(toctree.TocTree.resolve)
    def changed(*args, **kwargs):
        resolved = changed.__wrapped__(*args, **kwargs)
        for item in resolved.findall(nodes.list_item):
            item[:] = [nodes.definition("", *item.children)]
        return resolved
    toctree.TocTree.resolve = changed
"""
ENTRIES_DIFFER = """
    stock = toctree._toctree_add_classes
    def changed(node, depth, docname):
        stock(node, depth, docname)
        if depth == 1 and docname == "a":
            next(node.findall(nodes.list_item))["classes"].append("special")
    toctree._toctree_add_classes = changed
"""
URL_RE_IS_GONE = """
    del sphinx.util.url_re
"""
VIRTUAL_NAMES_ARE_GONE = """
    names = StandardDomain._virtual_doc_names
    StandardDomain._virtual_doc_names = type("Names", (), {
        name: (lambda name: lambda self, *args: getattr(names, name)(*args))(name)
        for name in ("__contains__", "__getitem__", "__iter__")
    })()
"""
TABLE_IS_NO_MAPPING = """
    def fake(app, builder):
        parents = builder.env.toctree_includes
        vars(builder.env)["toctree_includes"] = type("Table", (), {"items": lambda self: parents.items(),
            "get": lambda self, *args: parents.get(*args), "__getitem__": lambda self, name: parents[name],
            "__contains__": lambda self, name: name in parents})()
    app.connect("write-started", fake, priority=1)
"""
OWN_TRANSLATOR = """
    from sphinx.writers.html5 import HTML5Translator
    class Translator(HTML5Translator):
        def visit_list_item(self, node):
            super().visit_list_item(node)
            self.body.append("<!-- " + str(self.builder.current_docname) + " -->")
    app.set_translator("html", Translator)
"""
OWN_METHOD = """
    class Builder(StandaloneHTMLBuilder):
        def _get_local_toctree(self, docname, collapse=True, **kwargs):
            return super()._get_local_toctree(docname, collapse, **kwargs) + docname
    app.add_builder(Builder, override=True)
"""
FURO_IS_GONE = """
    navigation = importlib.import_module("furo.navigation")
    del navigation.get_navigation_tree
"""
FURO_TAKES_MORE = """
    furo, navigation = importlib.import_module("furo"), importlib.import_module("furo.navigation")
    stock = navigation.get_navigation_tree
    navigation.get_navigation_tree = lambda html, context: stock(html)
    furo.get_navigation_tree = stock
"""
FURO_DIFFERS = """
    furo, navigation = importlib.import_module("furo"), importlib.import_module("furo.navigation")
    stock = navigation.get_navigation_tree
    def changed(html):
        return stock(html).replace("<input aria-label", "<input tabindex='1' aria-label")
    furo.get_navigation_tree = navigation.get_navigation_tree = changed
"""
FURO_ASKS_OTHERWISE = """
    furo = importlib.import_module("furo")
    furo._compute_navigation_tree = lambda context: furo.get_navigation_tree(
        context["toctree"](collapse=False, titles_only=True, maxdepth=-1, includehidden=False))
"""
FURO_CALLS_IT_OTHERWISE = """
    def rename(app, pagename, templatename, context, doctree):
        context["furo_tree"] = context.pop("furo_navigation_tree")
    def rename_back(app, pagename, templatename, context, doctree):
        context["furo_navigation_tree"] = context.pop("furo_tree")
    app.connect("html-page-context", rename_back, priority=502)
    app.connect("builder-inited", lambda app: app.connect("html-page-context", rename) and None)
"""
PYDATA_TAKES_MORE = """
    def wrap(app, pagename, templatename, context, doctree):
        stock = context["generate_toctree_html"]
        context["generate_toctree_html"] = lambda kind, depth=1, **kwargs: stock(kind, startdepth=depth, **kwargs)
    module = importlib.import_module("pydata_sphinx_theme.toctree")
    stock_listener = module.add_toctree_functions
    def add_toctree_functions(*args):
        stock_listener(*args)
        wrap(*args)
    add_toctree_functions.__module__ = module.__name__
    module.add_toctree_functions = add_toctree_functions
"""
PYDATA_DIFFERS = """
    module = importlib.import_module("pydata_sphinx_theme.toctree")
    stock = module.add_collapse_checkboxes
    def changed(soup):
        stock(soup)
        for item in soup.select("li.current"):
            item["title"] = "here"
    module.add_collapse_checkboxes = changed
"""
PYDATA_FOLDS_OTHERWISE = """
    module = importlib.import_module("pydata_sphinx_theme.toctree")
    def changed(soup):
        for element in soup("ul"):
            element.insert_before(soup.new_tag("details"))
    module.add_collapse_checkboxes = changed
"""
CHANGES = {
    "toctree differs": ("alabaster", TOCTREE_DIFFERS, "the result differs on page 'a'"),
    "toctree takes more": ("alabaster", TOCTREE_TAKES_MORE, "another 'StandaloneHTMLBuilder._get_local_toctree'"),
    "toctree is gone": ("alabaster", TOCTREE_IS_GONE, "another 'StandaloneHTMLBuilder._get_local_toctree'"),
    "toctree is gone, furo": ("furo", TOCTREE_IS_GONE, "another 'StandaloneHTMLBuilder._get_local_toctree'"),
    "partial takes more": ("alabaster", PARTIAL_TAKES_MORE, "another 'StandaloneHTMLBuilder.render_partial'"),
    "partial gives other text": ("alabaster", PARTIAL_GIVES_OTHER_TEXT, "StopIteration"),
    "resolve is gone": ("alabaster", RESOLVE_IS_GONE, "another 'TocTree.resolve'"),
    "resolve takes more": ("alabaster", RESOLVE_TAKES_MORE, "another 'TocTree.resolve'"),
    "resolve gives nothing": ("alabaster", RESOLVE_GIVES_NOTHING, "the result differs on page 'a'"),
    "resolve gives other nodes": ("alabaster", RESOLVE_GIVES_OTHER_NODES, "not an item with one link"),
    "entries differ": ("alabaster", ENTRIES_DIFFER, "the result differs on page 'a'"),
    "url_re is gone": ("alabaster", URL_RE_IS_GONE, "another 'sphinx.util.url_re'"),
    "virtual names": ("alabaster", VIRTUAL_NAMES_ARE_GONE, "another 'StandardDomain._virtual_doc_names'"),
    "table is not a mapping": ("alabaster", TABLE_IS_NO_MAPPING, "another 'BuildEnvironment.toctree_includes'"),
    "own translator": ("alabaster", OWN_TRANSLATOR, "an HTML translator of its own"),
    "own method": ("alabaster", OWN_METHOD, "the builder 'html' has its own '_get_local_toctree'"),
    "furo is gone": ("furo", FURO_IS_GONE, "furo has another 'furo.navigation.get_navigation_tree'"),
    "furo takes more": ("furo", FURO_TAKES_MORE, "furo makes its sidebar in another way"),
    "furo differs": ("furo", FURO_DIFFERS, "furo has another 'get_navigation_tree'"),
    "furo asks otherwise": ("furo", FURO_ASKS_OTHERWISE, "furo makes its sidebar in another way"),
    "furo calls it otherwise": ("furo", FURO_CALLS_IT_OTHERWISE, "furo makes its sidebar in another way"),
    "pydata takes more": ("pydata_sphinx_theme", PYDATA_TAKES_MORE, "another 'generate_toctree_html'"),
    "pydata differs": ("pydata_sphinx_theme", PYDATA_DIFFERS, "the result differs on page"),
    "pydata folds otherwise": ("pydata_sphinx_theme", PYDATA_FOLDS_OTHERWISE, "folds its sidebar in another way"),
}
"""Changes of Sphinx or of a theme, with the theme, and what is said of them."""


@pytest.mark.parametrize("change", CHANGES)
def test_what_sphinx_does_in_another_way_is_left_to_sphinx(change: str, make_site: MakeSite) -> None:
    """An extension in ``conf.py`` changes an internal, as a later version might; Sphinx alone goes on with it."""
    theme, code, reason = CHANGES[change]
    conf = f"""\
import functools, importlib, sys
import sphinx.environment, sphinx.util
from docutils import nodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.domains.std import StandardDomain
from sphinx.environment.adapters import toctree
extensions = ["myst_parser", "pronghorn"]
html_theme = {theme!r}
def setup(app):
    {code.strip()}
"""
    site = make_site({**FOREST, **ORPHAN, "conf.py": conf})
    mine = site.build(into="mine")
    assert mine.exit_code == 0, mine.warnings
    stock = site.build("html", "-D", "extensions=myst_parser", into="stock")
    assert stock.exit_code == 0, stock.warnings
    told = [line for line in mine.out.splitlines() if line.startswith("[pronghorn] the ") and " is left to " in line]
    assert len(told) == 1
    assert reason in told[0]
    assert mine.files() == stock.files()
