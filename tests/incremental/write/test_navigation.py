"""A page depends on what its navigation shows, not on the tables that the tree is made from."""

from collections.abc import Mapping

import pytest

from tests.conftest import MakeSite
from tests.support.cached import CachedSite

EDITED = "two/second"
PAGE = "# Second\n\n## A section\n\nText.\n\n### An inner one\n\nText.\n"
PARTS = ("one", "two", "three")
NAMES = ("first", "second", "third")
FILES: Mapping[str, str | bytes] = {
    "index.md": "# Home\n\n```{toctree}\n:maxdepth: 2\n\none/index\ntwo/index\n```\n\n"
    "```{toctree}\n:hidden:\n\nthree/index\n```\n",
    "lone.md": "---\norphan: true\n---\n\n# Lone\n",
    **{
        f"{part}/index.md": f"# Part {part}\n\n```{{toctree}}\n:maxdepth: 1\n\nfirst\nsecond\nthird\n```\n"
        for part in PARTS
    },
    **{f"{part}/{name}.md": f"# {part} {name}\n\n## A section\n\nText.\n" for part in PARTS for name in NAMES},
    f"{EDITED}.md": PAGE,
}
ALL = {name.removesuffix(".md") for name in FILES}
OTHERS = ALL - {EDITED}
MORE = {
    "heading": PAGE + "\n## Another section\n\nText.\n",
    "no heading": PAGE.partition("##")[0],
}
THEMES: Mapping[str, str] = {
    "furo": 'html_theme = "furo"',
    "alabaster": 'html_theme = "alabaster"',
    "unfolded alabaster": 'html_theme = "alabaster"\nhtml_theme_options = {"sidebar_collapse": True}',
    "pydata": 'html_theme = "pydata_sphinx_theme"\ntemplates_path = []',
    "book": 'html_theme = "sphinx_book_theme"\ntemplates_path = []',
    "rtd": 'html_theme = "sphinx_rtd_theme"',
    "rtd, titles": 'html_theme = "sphinx_rtd_theme"\n'
    'html_theme_options = {"collapse_navigation": False, "titles_only": True}',
    "basic": 'html_theme = "basic"',
}
ARGUMENTS = (
    "titles_only=True, collapse=False",
    "titles_only=True, collapse=False, includehidden=True",
    "titles_only=True, collapse=True, maxdepth=2",
    "maxdepth=1, collapse=False",
    "maxdepth=2, collapse=False, includehidden=True",
    "collapse=True",
)


def conf_of(conf: str, *, is_fast: bool) -> str:
    return f"{conf}\npronghorn_fast = {is_fast}\n"


def with_sidebar(arguments: str) -> tuple[dict[str, str | bytes], str]:
    """Return the files and the configuration of a site with a sidebar of its own."""
    files = {**FILES, "_templates/tree.html": f"<nav>{{{{ toctree({arguments}) }}}}</nav>\n"}
    return files, 'html_theme = "basic"\ntemplates_path = ["_templates"]\nhtml_sidebars = {"**": ["tree.html"]}'


@pytest.mark.parametrize("is_fast", [True, False])
@pytest.mark.parametrize("theme", THEMES)
def test_a_heading_that_no_sidebar_shows_is_no_matter_of_others(make_site: MakeSite, theme: str, is_fast: bool) -> None:
    if "sphinx_rtd_theme" in THEMES[theme]:
        pytest.importorskip("sphinx_rtd_theme", reason="it is not to be had for this docutils")
    cached = CachedSite(make_site(FILES, conf_of(THEMES[theme], is_fast=is_fast)))
    cached.build()
    for text in MORE.values():
        cached.site.write(f"{EDITED}.md", text)
        built = cached.build_as_clean()
        assert built.written == {EDITED}, built.reasons()


@pytest.mark.parametrize("is_fast", [True, False])
@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_a_heading_that_no_tree_shows_is_no_matter_of_others(
    make_site: MakeSite, arguments: str, is_fast: bool
) -> None:
    files, conf = with_sidebar(arguments)
    cached = CachedSite(make_site(files, conf_of(conf, is_fast=is_fast)))
    cached.build()
    cached.site.write(f"{EDITED}.md", MORE["heading"])
    built = cached.build_as_clean()
    assert built.written == {EDITED}, built.reasons()


@pytest.mark.parametrize("is_fast", [True, False])
@pytest.mark.parametrize("arguments", ["collapse=False, maxdepth=-1", "collapse=False, maxdepth=3"])
def test_a_heading_that_the_tree_shows_is_a_matter_of_all(make_site: MakeSite, arguments: str, is_fast: bool) -> None:
    files, conf = with_sidebar(arguments)
    cached = CachedSite(make_site(files, conf_of(conf, is_fast=is_fast)))
    cached.build()
    cached.site.write(f"{EDITED}.md", MORE["heading"])
    built = cached.build_as_clean()
    assert built.written == ALL
    assert {built.reason(docname)[0] for docname in OTHERS} == {"navigation"}


@pytest.mark.parametrize("is_fast", [True, False])
@pytest.mark.parametrize(("theme", "others"), [("furo", OTHERS), ("alabaster", {f"two/{name}" for name in NAMES})])
def test_a_title_is_a_matter_of_those_who_show_it(
    make_site: MakeSite, theme: str, others: set[str], is_fast: bool
) -> None:
    cached = CachedSite(make_site(FILES, conf_of(THEMES[theme], is_fast=is_fast)))
    cached.build()
    cached.site.write(f"{EDITED}.md", PAGE.replace("# Second", "# Renamed", 1))
    built = cached.build_as_clean()
    assert built.written == {EDITED, "index", "two/index", *others}, built.reasons()


@pytest.mark.parametrize("is_fast", [True, False])
@pytest.mark.parametrize("theme", ["furo", "alabaster", "pydata"])
def test_a_heading_in_a_clone_with_several_processes(make_site: MakeSite, theme: str, is_fast: bool) -> None:
    cached = CachedSite(make_site(FILES, conf_of(THEMES[theme], is_fast=is_fast)))
    cached.build(jobs=2)
    clone = cached.clone("elsewhere")
    clone.site.write(f"{EDITED}.md", MORE["heading"])
    built = clone.build_as_clean(jobs=2)
    assert built.written == {EDITED}, built.reasons()


def test_a_tree_that_has_come_to_be_left_to_sphinx(make_site: MakeSite) -> None:
    """What cannot be asked for quickly may have changed."""
    cached = CachedSite(make_site(FILES, THEMES["furo"]))
    cached.build()
    cached.site.write(f"{EDITED}.md", PAGE + "\n## With {math}`x`\n")
    assert cached.build_as_clean().written == ALL


@pytest.mark.parametrize("depth", [":maxdepth: 1", ":titlesonly:"])
def test_a_toctree_that_does_not_show_a_heading(make_site: MakeSite, depth: str) -> None:
    files = {**FILES, "two/index.md": f"# Part two\n\n```{{toctree}}\n{depth}\n\nfirst\nsecond\nthird\n```\n"}
    cached = CachedSite(make_site(files, THEMES["basic"]))
    cached.build()
    cached.site.write(f"{EDITED}.md", MORE["heading"])
    assert cached.build_as_clean().written == {EDITED}


def test_a_toctree_that_shows_a_heading(make_site: MakeSite) -> None:
    files = {**FILES, "two/index.md": "# Part two\n\n```{toctree}\n:maxdepth: 2\n\nfirst\nsecond\nthird\n```\n"}
    cached = CachedSite(make_site(files, THEMES["basic"]))
    cached.build()
    cached.site.write(f"{EDITED}.md", MORE["heading"])
    built = cached.build_as_clean()
    assert built.written == {EDITED, "two/index"}
    assert built.reason("two/index") == ("toc", "")


def test_what_is_excluded_is_told_of_toctrees_that_name_it(make_site: MakeSite) -> None:
    """The warning depends on the configuration, which Sphinx asks while it resolves the toctree."""
    files = {**FILES, "two/index.md": "# Part two\n\n```{toctree}\n\nfirst\nsecond\nthird\nnowhere\n```\n"}
    cached = CachedSite(make_site(files, THEMES["basic"]))
    assert "two/nowhere" in cached.build().warnings
    cached.build_as_clean()


@pytest.mark.parametrize(
    ("theme", "others"),
    [
        ("basic", {"two/third", "three/index"}),
        ("alabaster", {"two/first", "two/second", "two/third", "three/index"}),
        ("pydata", {"two/first", "two/second", "two/third", "three/index"}),
    ],
)
def test_a_new_page_is_a_matter_of_its_neighbours(make_site: MakeSite, theme: str, others: set[str]) -> None:
    """Pages below a neighbour only show that they are below it."""
    cached = CachedSite(make_site(FILES, THEMES[theme]))
    cached.build()
    cached.site.write("two/fourth.md", "# Fourth\n")
    cached.site.write("two/index.md", str(FILES["two/index.md"]).replace("third\n", "third\nfourth\n"))
    built = cached.build_as_clean()
    assert built.written == {"index", "two/index", "two/fourth", *others}, built.reasons()
