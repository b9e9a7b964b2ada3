"""The bundled plugin ``related``: pages that share terms with a page."""

import re

import pytest

from tests.conftest import MakeSite
from tests.support.cached import CachedSite
from tests.support.quick import build, build_cleanly
from tests.support.site import Result

CONF = (
    "templates_path = ['_templates']\npronghorn_plugins_enabled = ['related']\n"
    "pronghorn_taxonomies = [{'key': 'tags'}, {'key': 'topics', 'hierarchical': True}]\n"
    "pronghorn_plugins = {'related': {%s}}\n"
)
TEMPLATE = (
    '{% extends "!layout.html" %}{% block footer %}[{% for other in related(page) %}{{ other.title }} {% endfor %}]'
    "[{{ related(page, limit=1) | length }}{{ related(page, -1) | length }}]{% endblock %}"
)


def _page(title: str, said: str) -> str:
    return f"---\norphan: true\n{said}\n---\n# {title}\n"


FILES: dict[str, str | bytes] = {
    "index.md": "# Home\n",
    "_templates/layout.html": TEMPLATE,
    "a.md": _page("A", "tags: [common, rare, odd]"),
    "b.md": _page("B", "tags: [common]\ndate: 2026-05-01"),
    "c.md": _page("C", "tags: [common]\ndate: 2026-05-02"),
    "d.md": _page("D", "tags: [common, rare]"),
    "e.md": _page("E", "tags: [common]"),
    "f.md": _page("F", "tags: [alone]"),
}


def _related(result: Result, name: str) -> str:
    found = re.search(r"\[([A-Z ]*)\]", result.read(f"{name}.html"))
    assert found, name
    return found[1].replace(" ", "")


def test_a15_pages_that_share_rare_terms_come_first(make_site: MakeSite) -> None:
    built = build_cleanly(make_site(FILES, CONF % ""))
    assert _related(built, "a") == "DCBE"
    assert _related(built, "d") == "ACBE"
    assert _related(built, "f") == ""
    assert _related(built, "index") == ""
    assert "[10]" in built.read("a.html")
    assert _related(built, "search") == ""


def test_a15_related_pages_by_several_taxonomies(make_site: MakeSite) -> None:
    files = {
        **FILES,
        "e.md": _page("E", "tags: [common]\ntopics: lang/python"),
        "f.md": _page("F", "topics: lang/rust"),
        "g.md": _page("G", "topics: lang/python"),
    }
    built = build_cleanly(make_site(files, CONF % ""))
    assert _related(built, "g") == "EF"
    assert _related(built, "f") == "EG"
    weighted = build_cleanly(make_site(files, CONF % "'weights': {'topics': 0, 'tags': 2.5}"))
    assert _related(weighted, "g") == ""
    assert _related(weighted, "e") == "CBAD"


def test_a15_terms_of_too_many_pages_are_left_out(make_site: MakeSite) -> None:
    assert _related(build_cleanly(make_site(FILES, CONF % "'most': 4")), "a") == "D"
    assert _related(build_cleanly(make_site(FILES, CONF % "'most': 0")), "a") == "DCBE"


def test_a15_site_without_terms_has_no_related_pages(make_site: MakeSite) -> None:
    conf = "templates_path = ['_templates']\npronghorn_plugins_enabled = ['related']\n"
    assert _related(build_cleanly(make_site(FILES, conf)), "a") == ""


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("'most': -1", "'most' is 0 or more"),
        ("'weights': {'tags': -1}", "the weight of 'tags' is 0 or more, not -1"),
        ("'weights': {'tgas': 1}", "'weights' names 'tgas', and there is no such taxonomy; did you mean 'tags'?"),
    ],
)
def test_a15_options_of_related_that_cannot_be_used(make_site: MakeSite, options: str, problem: str) -> None:
    assert problem in build(make_site({"index.md": "# Home\n"}, CONF % options)).warnings


def test_a15_related_pages_follow_edits(make_site: MakeSite) -> None:
    site = CachedSite(make_site(FILES, CONF % ""))
    site.build_as_clean()
    assert not site.build_as_clean().written
    site.site.write("f.md", _page("F", "tags: [odd]"))
    built = site.build_as_clean(jobs=2)
    assert _related(built, "a") == "DFCBE"
    assert "d" not in built.written
    assert "index" not in built.written
    site.site.write("b.md", _page("B", "tags: [common]\ndate: 2026-05-03"))
    assert _related(site.build_as_clean(), "d") == "ABCE"
    site.site.write("d.md", _page("New", "tags: [rare]"))
    assert "[New F" in site.build_as_clean().read("a.html")
    site.site.write("d.md", _page("New", "tags: [rare]") + "\nText.\n")
    assert site.build_as_clean().written == {"d"}
    site.site.remove("d.md")
    assert _related(site.build_as_clean(jobs=2), "a") == "FBCE"
