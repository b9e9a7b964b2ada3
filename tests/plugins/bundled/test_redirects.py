"""The bundled plugin ``redirects``: old addresses lead to where pages are now."""

import pytest

from tests.conftest import MakeSite
from tests.support.cached import CachedSite
from tests.support.quick import Built, build, build_cleanly, dead_links, links_of

ENABLED = "pronghorn_plugins_enabled = ['redirects']\nhtml_baseurl = 'https://example.org/docs/'\n"
TABLE = ENABLED + "pronghorn_plugins = {'redirects': {'urls': %r}}\n"
FILES: dict[str, str | bytes] = {
    "index.md": "# Home\n\n```{toctree}\nguide/install\nguide/use\n```\n",
    "guide/install.md": "---\naliases: [install.html, /old/setup]\n---\n# Install <now>\n",
    "guide/use.rst": ":aliases: use.html, old/use/\n\nUse\n===\n",
}


def _build(make_site: MakeSite, urls: dict[str, object]) -> Built:
    return build(make_site(FILES, TABLE % urls))


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_d2_redirects_lead_to_pages(make_site: MakeSite, builder: str) -> None:
    site = make_site(FILES, TABLE % {"faq.html": "guide/use#use", "shop/": "https://example.org/?a&b"})
    built = build_cleanly(site, builder)
    url, file = ("guide/install.html",) * 2 if builder == "html" else ("guide/install/", "guide/install/index.html")
    assert not dead_links(built)
    assert [links_of(built, name)[0].target for name in ("install.html", "old/setup/index.html")] == [file] * 2
    page = built.read("old/setup/index.html")
    assert f'<link rel="canonical" href="https://example.org/docs/{url}">' in page
    assert f'<meta http-equiv="refresh" content="0; url=../../{url}">' in page
    assert f'location.replace("../../{url}" + location.search + location.hash)' in page
    assert "<title>Install &lt;now&gt;</title>" in page
    assert '#use"' in built.read("faq.html")
    assert 'url=https://example.org/?a&amp;b"' in built.read("shop/index.html")
    assert built.exists("use.html")
    assert built.exists("old/use/index.html")


@pytest.mark.parametrize(
    ("urls", "problem"),
    [
        (
            {"a.html": "guide/instal"},
            "it leads to 'guide/instal', and there is no such page; did you mean 'guide/install'?",
        ),
        ({"a.html": "b.html", "b.html": "a.html"}, "it leads in a circle: 'a.html' -> 'b.html' -> 'a.html'"),
        ({"a.html": "a.html"}, "it leads in a circle: 'a.html' -> 'a.html'"),
        ({"a.html": "b.html", "b.html": "nowhere"}, "it leads to 'nowhere'"),
        ({"guide/use.html": "index"}, "that is the address of the page 'guide/use'; it stays"),
        ({"install.html": "index"}, "it leads to 'guide/install' already (guide/install.md:2)"),
        ({"../a.html": "index"}, "it is not a path of a page of this site"),
        ({"a.html?b": "index"}, "it is not a path of a page of this site"),
        ({"a.html": ""}, "it leads to '', which is not a docname"),
        ({"a.html": "javascript:alert(1)"}, "it leads to 'javascript:alert(1)', which is not a web address"),
        ({"a.html": "//example.org"}, "which is not a web address"),
    ],
)
def test_d2_redirect_that_cannot_be(make_site: MakeSite, urls: dict[str, object], problem: str) -> None:
    built = _build(make_site, urls)
    assert built.exit_code == 1
    assert problem in built.warnings
    assert "source/conf.py:6: ERROR: [redirects] the redirect from" in built.warnings
    assert not built.exists("a.html")
    assert "<h1>Use" in built.read("guide/use.html")


def test_d2_fault_in_a_file_of_options_names_its_line(make_site: MakeSite) -> None:
    files = {**FILES, "configs/redirects.toml": '[urls]\n"b.html" = "index"\n"a.html" = "nowhere"\n'}
    assert "configs/redirects.toml:3: ERROR" in build(make_site(files, ENABLED)).warnings


@pytest.mark.parametrize("aliases", ["{a: b}", "3", "[1]"])
def test_d2_aliases_that_are_none(make_site: MakeSite, aliases: str) -> None:
    page = f"---\ntitle: A\naliases: {aliases}\n---\n# A\n"
    warnings = build(make_site({**FILES, "guide/install.md": page}, ENABLED)).warnings
    assert "guide/install.md:3: ERROR: [redirects] 'aliases' is a list of addresses" in warnings


def test_d2_alias_of_a_page_that_covers_another(make_site: MakeSite) -> None:
    page = "---\naliases:\n- fine.html\n- guide/use.html\n---\n# A\n"
    built = build(make_site({**FILES, "guide/install.md": page}, ENABLED))
    assert "guide/install.md:4: ERROR" in built.warnings
    assert "the address of the page 'guide/use'" in built.warnings
    assert built.exists("fine.html")


def test_d2_redirect_never_covers_another_file(make_site: MakeSite) -> None:
    files = {**FILES, "extra/faq.html": "<p>Extra</p>"}
    built = build(make_site(files, (TABLE % {"faq.html": "index"}) + "html_extra_path = ['extra']\n"))
    assert "makes 'faq.html', where another file that the build puts there" in built.warnings
    assert "Extra" in built.read("faq.html")


def test_d2_redirects_follow_edits(make_site: MakeSite) -> None:
    site = CachedSite(make_site(FILES, TABLE % {"a.html": "b.html", "b.html": "guide/install"}))
    first = site.build_as_clean()
    assert "url=guide/install.html" in first.read("a.html")
    assert not site.build_as_clean().written
    site.site.write("guide/install.md", "---\naliases: [new.html]\n---\n# Setup\n")
    second = site.build_as_clean(jobs=2)
    assert not second.exists("install.html")
    assert not (second.outdir / "old" / "setup").exists()
    assert "<title>Setup</title>" in second.read("new.html")
    assert "<title>Setup</title>" in second.read("a.html")


def test_d2_other_builders_write_no_redirects(make_site: MakeSite) -> None:
    built = build_cleanly(make_site(FILES, ENABLED), "text")
    assert not list(built.outdir.rglob("*.html"))
