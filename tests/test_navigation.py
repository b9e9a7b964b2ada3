"""The fast navigation gives what Sphinx gives, byte for byte."""

from collections import Counter
from pathlib import Path
from unittest.mock import patch

import pytest

from pronghorn.sphinx_ext.navigation import template
from tests.conftest import MakeSite
from tests.navigation.nightly import Task, find_difference
from tests.navigation.sites import THEMES


def test_navigation_of_random_sites(tmp_path: Path) -> None:
    """A few of them: ``python -m tests.navigation`` tries thousands."""
    tally: Counter[str] = Counter()
    failure = find_difference(Task(11, 12, tuple(THEMES), is_shrunk=False), tmp_path / "site", tally)
    assert not failure
    assert tally["comparisons of toctree()"] > 500, tally
    assert tally["comparisons of pages"] > 100, tally
    assert tally["sites left to Sphinx"] < 6, tally


def test_difference_is_found(tmp_path: Path) -> None:
    with patch.dict(template._CURRENT, last=" currant"):
        failure = find_difference(Task(11, 20, ("basic",), is_shrunk=False), tmp_path / "site", Counter())
    assert "the result differs" in failure
    assert "currant" in failure
    assert "RandomSite(" in failure


FOREST = {
    "index.md": "# Home\n\n```{toctree}\n:caption: One\na\nb\n```\n\n```{toctree}\n:hidden:\nc\nhttps://example.org/\n```\n",
    "a.md": "# A\n\n## A1\n\n### A11\n\n```{toctree}\nd\n```\n",
    "b.md": "# B & b\n\n```{toctree}\n:titlesonly:\nself\ne\n```\n",
    "c.md": "# C\n",
    "d.md": "# D\n\n## D1\n",
    "e.md": "# E `code`\n",
}
ORPHAN = {"orphan.md": "---\norphan: true\n---\n# Orphan\n"}


@pytest.mark.parametrize("theme", ["alabaster", "furo", "basic"])
@pytest.mark.parametrize("builder", ["html", "dirhtml"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_pages_are_those_of_stock_sphinx(theme: str, builder: str, jobs: int, make_site: MakeSite) -> None:
    site = make_site({**FOREST, **ORPHAN}, conf=f"html_theme = {theme!r}\n")
    mine = site.build(builder, jobs=jobs, into="mine")
    stock = site.build(builder, "-D", "extensions=myst_parser", jobs=jobs, into="stock")
    assert mine.files() == stock.files()
    assert "left to Sphinx" not in mine.out


@pytest.mark.parametrize("theme", ["alabaster", "furo"])
def test_switched_off_sphinx_does_it(theme: str, make_site: MakeSite) -> None:
    """Shown by a plugin that takes away what the fast way needs, and Sphinx does not."""
    plugin = """
        from pronghorn.sphinx_ext.navigation import fast

        def register_plugin(site):
            fast.resolve_tree = None
    """
    site = make_site({**FOREST, "plugins/fake.py": plugin}, conf=f"html_theme = {theme!r}\n")
    assert site.build("html", "-D", "pronghorn_fast=0", into="off").exit_code == 0
    assert site.build("html", "-D", "pronghorn_cache=0", into="on").exit_code != 0


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"index.md": "# H\n\n```{toctree}\na\n```\n", "a.md": "no title\n"}, "has no title"),
        ({"index.md": "# H\n\n```{toctree}\na\n```\n", "a.md": "# {math}`y`\n"}, "more than text"),
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


def test_difference_leaves_the_navigation_to_sphinx(make_site: MakeSite) -> None:
    """As when a new Sphinx resolves toctrees otherwise: faked by a theme that changes what Sphinx gives."""
    plugin = """
        from sphinx.builders.html import StandaloneHTMLBuilder

        def register_plugin(site):
            stock = StandaloneHTMLBuilder._get_local_toctree
            StandaloneHTMLBuilder._get_local_toctree = lambda self, *a, **k: stock(self, *a, **k) + "<!-- new -->"
    """
    site = make_site({**FOREST, "plugins/fake.py": plugin}, conf="html_theme = 'alabaster'\n")
    built = site.build()
    assert "[pronghorn] the navigation is left to Sphinx: the result differs on page 'a'" in built.out
    assert all("<!-- new -->" in built.read(f"{name}.html") for name in ("a", "b", "c", "d", "e", "index"))
