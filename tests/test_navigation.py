"""The fast navigation gives what Sphinx gives, byte for byte."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.docutils import docutils_namespace, patch_docutils

from pronghorn.sphinx_ext.navigation import fast
from pronghorn.sphinx_ext.navigation.tree import UnsupportedTreeError
from tests.conftest import MakeSite

ARGUMENTS = [
    {"maxdepth": maxdepth, "titles_only": titles_only, "includehidden": includehidden}
    for maxdepth, titles_only, includehidden in itertools.product((-1, 0, 1, 2, 3), (True, False), (True, False))
]
NAMES = ("index", "a", "b", "c", "d", "part/index", "part/e", "part/f", "part/deep/g", "späte/h i")
TITLES = ("Plain", "With *emphasis*", "With ``code``", "A & B <c>", "Ümläut", 'Quote "q"', "H\\ :sub:`2`\\ O")
SPECIAL = ("self", "genindex", "search", "https://example.org/x?a=1&b=2", "A site <https://example.org/>")


@st.composite
def toctrees(draw: st.DrawFn, names: tuple[str, ...]) -> str:
    options = draw(
        st.lists(
            st.sampled_from(
                (
                    ":hidden:",
                    ":maxdepth: 1",
                    ":maxdepth: 2",
                    ":titlesonly:",
                    ":numbered:",
                    ":includehidden:",
                    ":reversed:",
                )
            ),
            unique_by=lambda option: option.split()[0],
            max_size=3,
        )
    )
    if draw(st.booleans()):
        options.append(f":caption: {draw(st.sampled_from(('Part', 'Ümläut & more')))}")
    entries = draw(st.lists(st.sampled_from((*names, *SPECIAL)), max_size=4, unique=True))
    lines = [
        f"/{entry}"
        if entry in names and not draw(st.booleans())
        else f"Other title </{entry}>"
        if entry in names
        else entry
        for entry in entries
    ]
    if draw(st.integers(0, 20)) == 7:
        options.append(":glob:")
        lines.append("/part/*")
    return "\n".join(
        [".. toctree::", *(f"   {option}" for option in options), "", *(f"   {line}" for line in lines), ""]
    )


@st.composite
def sites(draw: st.DrawFn) -> dict[str, str]:
    """Draw a site whose pages mostly list later pages: a forest, with a few knots in it."""
    files = {}
    for number, name in enumerate(NAMES):
        has_knots = draw(st.integers(0, 60)) == 41  # not 0, which is drawn more often
        later = NAMES if has_knots else NAMES[number + 1 :]
        parts = [":tocdepth: 2\n"] if draw(st.integers(0, 7)) == 0 else []
        title = draw(st.sampled_from(TITLES))
        parts.append(f"{title}\n{'=' * (len(title) + 4)}\n")
        for section in range(draw(st.integers(0, 2))):
            if draw(st.booleans()) and later:
                parts.append(draw(toctrees(later)))
            parts.append(f"Section {section}\n{'-' * 20}\n\nText.\n\nInner {section}\n{'~' * 20}\n\nText.\n")
        if draw(st.integers(0, 3)) and later:
            parts.append(draw(toctrees(later)))
        if draw(st.integers(0, 80)) == 41:
            parts.append(".. only:: html\n\n   Only\n   ----\n\n   Text.\n")
        files[f"{name}.rst"] = "\n".join(parts)
    return files


def written(root: Path, files: dict[str, str]) -> Path:
    root.mkdir(parents=True)
    (root / "conf.py").write_text("extensions = ['pronghorn']\nhtml_theme = 'basic'\n")
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def comparisons(app: Sphinx) -> Iterator[tuple[str, str, dict[str, Any], str, str]]:
    """Give page, kind, arguments, and both navigations, the fast one without its own comparison."""
    builder: Any = app.builder
    navigation = vars(builder)["pronghorn_navigation"]
    for arguments, collapse in itertools.product(ARGUMENTS, (True, False)):
        kind = fast._Kind(fast._options_of(arguments), collapse=collapse)  # type: ignore[arg-type]
        try:
            template = navigation._template_for(kind)
        except UnsupportedTreeError:
            return
        for page in (*sorted(app.env.found_docs), "genindex", "search"):
            stock = StandaloneHTMLBuilder._get_local_toctree(builder, page, collapse=collapse, **arguments)
            yield page, f"collapse={collapse}", arguments, navigation._write(template, kind, page), stock


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_navigation_of_random_sites(builder: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    compared = 0

    @given(files=sites())
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    def check(files: dict[str, str]) -> None:
        nonlocal compared
        root = tmp_path_factory.mktemp("navigation")
        source = written(root / "source", files)
        with patch_docutils(source), docutils_namespace():
            app = Sphinx(source, source, root / "out", root / "doctrees", builder, status=None, warning=None)
            app.builder.read()
            app.emit("write-started", app.builder)
            for page, kind, arguments, mine, stock in comparisons(app):
                compared += 1
                assert mine == stock, (page, kind, arguments)
            app.emit("build-finished", None)  # or Pronghorn would go on watching this process

    check()
    assert compared > 1000, f"compared only {compared}"


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
