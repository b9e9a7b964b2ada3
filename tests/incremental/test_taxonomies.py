"""Taxonomies from build to build: what changes is built again, nothing else is, and all is as in a clean build."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pronghorn.cache.plan.plan import Action
from tests.conftest import MakeSite
from tests.support.cached import CachedSite, Planned, assert_same_build
from tests.support.quick import plugin
from tests.support.site import Site

pytestmark = pytest.mark.one_version

TAXONOMIES = """
pronghorn_taxonomies = [
    {"key": "tags", "plural": "Tags"},
    {"key": "series", "order": "date", "hierarchical": True},
]
templates_path = ["_templates"]
"""
INDEX = "# Home\n\n```{toctree}\n:glob:\np*\n```\n\n{taxonomy}`tags: one`\n"
OWN_TERMS = """{% extends "!page.html" %}
{% block body %}{{ super() }}{% for t in site.taxonomies.tags.terms_of(page) %}
<i>{{ pathto(t.docname) }} {{ t.name }}</i>
{% endfor %}{% endblock %}
"""
COUNTS = """{% extends "!page.html" %}
{% block body %}{{ super() }}{% if pagename == "p5" %}{% for t in site.taxonomies.tags %}
<i>{{ t.name }} {{ t.count }}</i>
{% endfor %}{% endif %}{% if pagename == "p6" %}{% for p in site.taxonomies.tags["two"].pages %}{{ p.title }}
{% endfor %}{% endif %}{% endblock %}
"""


def post(title: str, *tags: str, more: str = "") -> str:
    """Return the text of a page."""
    listed = f"tags: [{', '.join(tags)}]\n" if tags else ""
    return f"---\n{listed}{more}---\n# {title}\n" if listed or more else f"# {title}\n"


def files(**more: str) -> dict[str, str | bytes]:
    """Return the files of a site with eight pages, of which the first six are tagged."""
    tags = [("one",), ("one", "two"), ("two",), ("one", "three"), ("three",), ("four", "one"), (), ()]
    posts = {f"p{number}.md": post(f"Page {number}", *given) for number, given in enumerate(tags)}
    return {"index.md": INDEX, **posts, **more}


@pytest.fixture
def site(make_site: MakeSite) -> CachedSite:
    """Return such a site, which was built."""
    made = CachedSite(make_site(files(), TAXONOMIES))
    made.build()
    return made


def changed(built: Planned) -> set[str]:
    """Return the pages with which anything was done."""
    return built.with_action(Action.READ, Action.WRITTEN, Action.RESTORED, Action.REMOVED)


def test_a10_a_new_tag_rewrites_the_page_the_two_terms_and_the_list(site: CachedSite) -> None:
    site.site.write("p4.md", post("Page 4", "two"))
    built = site.build_as_clean()
    # 'three' has a page less, 'two' one more, and the list shows how many there are.
    assert changed(built) == {"p4", "tags/three", "tags/two", "tags/index"}
    assert built.reason("tags/two") == ("listing", "tags/two")
    assert built.reason("p4") == ("source", "")


def test_a10_a_build_without_a_change_does_nothing(site: CachedSite) -> None:
    assert changed(site.build_as_clean()) == set()


def test_a10_what_the_cache_holds_of_terms_is_what_reading_gives(site: CachedSite) -> None:
    assert site.build(pronghorn_cache_check="1").warnings == ""


def test_a10_a_new_title_rewrites_the_terms_of_the_page(site: CachedSite) -> None:
    site.site.write("p1.md", post("A new title", "one", "two"))
    built = site.build_as_clean()
    assert {page for page in changed(built) if page.startswith("tags/")} == {"tags/one", "tags/two"}
    assert built.with_action(Action.READ) == {"p1"}


def test_a10_a_term_comes_with_its_first_page_and_goes_with_the_last(site: CachedSite) -> None:
    site.site.write("p7.md", post("Page 7", "new"))
    built = site.build_as_clean()
    assert changed(built) == {"p7", "tags/new", "tags/index"}
    assert built.exists("tags/new.html")
    site.site.write("p7.md", post("Page 7"))
    built = site.build_as_clean()
    assert built.with_action(Action.REMOVED) == {"tags/new"}
    assert changed(built) == {"p7", "tags/new", "tags/index"}
    assert not built.exists("tags/new.html")
    assert not built.exists("_sources/tags/new.md.txt")


def test_a10_a_page_that_is_removed_leaves_its_terms(site: CachedSite) -> None:
    site.site.remove("p5.md")
    built = site.build_as_clean()
    assert {"p5", "tags/four"} == built.with_action(Action.REMOVED)
    assert not built.exists("tags/four.html")


def test_a10_a_role_is_read_anew_when_its_term_comes_and_goes(site: CachedSite) -> None:
    site.site.write("p7.md", "# Page 7\n\n{taxonomy}`tags: ten` {taxonomy}`tags: two`\n")
    assert "no page has the term 'ten'" in site.build_as_clean().warnings
    site.site.write("p6.md", post("Page 6", "ten"))
    built = site.build_as_clean()
    assert changed(built) == {"p6", "p7", "tags/index", "tags/ten"}
    assert built.reason("p7") == ("term", "tags: ten")
    site.site.write("p6.md", post("Page 6", "tenth"))
    assert "did you mean 'tenth'" in site.build_as_clean().warnings
    site.site.write("p6.md", post("Page 6", "tens"))
    built = site.build_as_clean()
    assert "did you mean 'tens'" in built.warnings
    assert built.reason("p7") == ("terms", "tags")
    site.site.write("p5.md", post("Page 5", "one", "two"))
    site.build_as_clean()


def test_a10_a_template_depends_on_the_terms_that_it_shows(make_site: MakeSite) -> None:
    site = CachedSite(make_site(files(**{"_templates/page.html": OWN_TERMS}), TAXONOMIES))
    site.build()
    site.site.write("p4.md", post("Page 4", "two"))
    built = site.build_as_clean()
    # Posts show their own terms, and not how many pages these have.
    assert changed(built) == {"p4", "tags/three", "tags/two", "tags/index"}
    site.site.write("p7.md", post("Page 7", "Two"))  # the slug of 'two' stays
    assert changed(site.build_as_clean()) == {"p7", "tags/index", built_term(site, "Two")}


def built_term(site: CachedSite, name: str) -> str:
    """Return the docname of the page of a tag."""
    with site.site.app(into="look") as app:
        app.build()
        return str(app.pronghorn_site.taxonomies.tags[name].docname)  # type: ignore[attr-defined]


def test_a10_a_template_that_counts_depends_on_all_that_it_counts(make_site: MakeSite) -> None:
    site = CachedSite(make_site(files(**{"_templates/page.html": COUNTS}), TAXONOMIES))
    site.build()
    site.site.write("p4.md", post("Page 4", "two"))
    built = site.build_as_clean()
    assert changed(built) == {"p4", "p5", "p6", "tags/three", "tags/two", "tags/index"}
    assert built.reason("p5")[0] == "tagged"
    assert built.reason("p6") == ("tagged", "tags: two")
    site.site.write("p4.md", post("New title", "two"))
    built = site.build_as_clean()
    assert "p6" in changed(built)
    assert "p5" not in changed(built) - navigation_of(built)
    site.site.write("p7.md", post("Page 7", "new"))
    built = site.build_as_clean()
    assert built.reason("p5") == ("terms", "tags")
    assert "p6" not in changed(built)


def test_a10_a_template_that_shows_the_terms_of_others_depends_on_these(make_site: MakeSite) -> None:
    template = """{% if pagename == "p6" %}{% for other in site.pages %}
    {{ other.docname }}: {% for term in site.taxonomies.tags.terms_of(other) %}{{ term.name }} {% endfor %}
    {% endfor %}{% endif %}"""
    site = CachedSite(make_site(files(**{"_templates/page.html": template}), TAXONOMIES))
    site.build()
    site.site.write("p4.md", post("Page 4", "two"))
    built = site.build_as_clean()
    assert built.reason("p6") == ("terms-of", "tags: p4")
    assert changed(built) == {"p4", "p6", "tags/three", "tags/two", "tags/index"}


def navigation_of(built: Planned) -> set[str]:
    """Return the pages that were written again for their navigation: the title before and after them."""
    navigation = {"relation", "title", "navigation", "toc"}
    return {page.docname for page in built.pages if page.reason is not None and page.reason.kind in navigation}


def test_a10_a_plugin_that_looks_at_terms_while_pages_are_read(make_site: MakeSite) -> None:
    code = """
        from docutils import nodes

        def show(page, doctree):
            if page.docname == "p6":
                doctree += nodes.paragraph("", f"COUNT {SITE[0].taxonomies.tags['two'].count}")
            if page.docname == "tags/two":
                doctree += nodes.paragraph("", f"TERM {len(page.term.taxonomy)}")
        SITE = []
    """
    show = plugin(code, "SITE.append(site)", "site.signals.page_read.connect(show)")
    site = CachedSite(make_site(files(**{"plugins/show.py": show}), TAXONOMIES))
    assert "COUNT 2" in site.build().read("p6.html")
    site.site.write("p4.md", post("Page 4", "two"))
    built = site.build_as_clean()
    assert "COUNT 3" in built.read("p6.html")
    site.site.write("p7.md", post("Page 7", "new"))
    assert "TERM 5" in site.build_as_clean().read("tags/two.html")


CONFS: dict[str, Callable[[str], str]] = {
    "plural": lambda conf: conf.replace('"Tags"', '"Labels"'),
    "order": lambda conf: conf.replace('"plural"', '"order": "date", "plural"'),
    "hierarchical": lambda conf: conf.replace('"hierarchical": True', '"hierarchical": False'),
    "another key": lambda conf: conf.replace('"tags"', '"labels"'),
    "none": lambda conf: conf.replace("pronghorn_taxonomies", "taxonomies"),
    "template": lambda conf: conf.replace('"plural"', '"term_template": "t.html", "plural"'),
}


@pytest.mark.parametrize("name", CONFS)
def test_a10_a_change_of_the_configuration_is_seen(make_site: MakeSite, name: str) -> None:
    more = {"_templates/t.html": "{{ page.term.name }}", "p7.md": post("Page 7", "x", more="series: a/b\nlabels: c\n")}
    site = CachedSite(make_site({**files(**more), "index.md": "# Home\n\n```{toctree}\n:glob:\np*\n```\n"}, TAXONOMIES))
    site.build()
    before = site.site.source.joinpath("conf.py").read_text()
    site.site.write("conf.py", CONFS[name](before))
    site.build_as_clean()
    site.site.write("conf.py", before)
    site.build_as_clean()


def test_a10_a_change_in_the_configuration_file_is_seen(make_site: MakeSite) -> None:
    toml = '[[taxonomies]]\nkey = "tags"\nplural = "Tags"\n'
    site = CachedSite(make_site({**files(), "pronghorn.toml": toml, "tags/one.md": "---\norphan: 1\n---\n# One\n"}))
    site.build()
    site.site.write("pronghorn.toml", toml.replace('"Tags"', '"Labels"'))
    assert "Labels" in site.build_as_clean().read("tags/index.html")
    site.site.write("index.md", "# Home\n")
    site.site.write("pronghorn.toml", "")
    assert "taxonomy-pages" not in site.build_as_clean().read("tags/one.html")
    site.site.write("pronghorn.toml", toml)
    assert "taxonomy-pages" in site.build_as_clean().read("tags/one.html")


def test_a10_another_builder_and_another_clone_have_the_same(site: CachedSite) -> None:
    site.build_as_clean("dirhtml")
    site.site.write("p4.md", post("Page 4", "two", "e f"))
    site.build_as_clean("dirhtml")
    site.build_as_clean("text")
    site.build_as_clean("html")
    clone = site.clone("clone")
    built = clone.build_as_clean()
    assert changed(built) == built.with_action(Action.RESTORED)


EDITS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(["remove", "tags", "title", "own", "template"]),
        st.lists(st.sampled_from(["one", "One", "C", "C++", "a/b", "index", "😀"]), max_size=3, unique=True),
    ),
    min_size=1,
    max_size=4,
)


def edit(site: Site, number: int, kind: str, tags: list[str], chance: random.Random) -> None:
    """Change one file of the site."""
    series = chance.choice(["", "series: [a/b, a]\n", "series: a\n"])
    date = f"date: 20{chance.randint(10, 25)}-01-01\n"
    file, own = f"p{number}.md", "tags/one.md"
    if kind == "remove":
        (site.source / file).unlink(missing_ok=True)
    elif kind == "own" and (site.source / own).exists():
        site.remove(own)
    elif kind == "own":
        site.write(own, "---\norphan: true\n---\n# My own\n\n{taxonomy}`series: a/b`\n")
    elif kind == "template":
        site.write(
            "_templates/page.html", chance.choice([OWN_TERMS, COUNTS.replace('["two"]', '["one"]'), "{{ body }}"])
        )
    else:
        title = f"Title {chance.randint(0, 9)}" if kind == "title" else f"Page {number}"
        listed = [f"'{tag}'" for tag in tags]
        site.write(file, post(title, *listed, more=series + date) + "\n{taxonomy}`tags: one`\n")


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS, st.randoms(use_true_random=False))
def test_a10_any_edits_give_what_a_clean_build_gives(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, str, list[str]]], chance: random.Random
) -> None:
    root: Path = tmp_path_factory.mktemp("edits") / "site"
    start = {f"p{number}.md": post(f"Page {number}", "one") for number in range(3)}
    conf = 'project = "T"\nextensions = ["myst_parser", "pronghorn"]\nhtml_theme = "basic"\n' + TAXONOMIES
    site = CachedSite(Site(root, {"conf.py": conf, "index.md": INDEX, "_templates/page.html": OWN_TERMS, **start}))
    site.build()
    for number, kind, tags in edits:
        edit(site.site, number, kind, tags, chance)
        clean = site.build_cleanly()
        site.build_as_clean(clean=clean)
    assert_same_build(site.build(into="parallel", store="other", jobs=2), clean)
