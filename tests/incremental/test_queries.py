"""A page that shows the result of a query is made again when, and only when, the result has changed."""

import itertools
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pronghorn.cli.main import main
from tests.conftest import MakeSite
from tests.support import Site, assert_same_output
from tests.support.cached import CachedSite, Planned

pytestmark = pytest.mark.one_version

CONF = 'pronghorn_now = "2026-06-15"\ntemplates_path = ["_templates"]\nhtml_sidebars = {"**": []}\n'
PLAIN = '{% extends "!page.html" %}{% block relbar1 %}{% endblock %}{% block relbar2 %}{% endblock %}'
QUERYING = (
    '{% extends "!page.html" %}{% block relbar1 %}{% endblock %}{% block relbar2 %}{% endblock %}'
    '{% block body %}{{ super() }}{% for post in site.query("posts/*", where={"tags": "salt"}, sort="date") %}'
    "<b>{{ post.title }} {{ post.date }}</b>{% endfor %}{% endblock %}"
)
BY_TEMPLATE = "{% for post in pages %}\n- {doc}`/{{ post.docname }}` by {{ post.metadata.author }}\n{% endfor %}"
FILES: dict[str, str | bytes] = {
    "_templates/page.html": PLAIN,
    "_templates/listing.html": QUERYING,
    "_templates/authors.md": BY_TEMPLATE,
    "index.md": "# Home\n",
    "in_md.md": "---\norphan: true\n---\n# By MyST\n\n```{page-list}\n:where: tags = salt\n:sort: date\n```\n",
    "in_rst.rst": ":orphan:\n\nBy rst\n======\n\n.. page-list::\n   :where: tags = salt\n   :sort: title\n"
    "   :reverse:\n",
    "templated.md": "---\norphan: true\n---\n# By a template\n\n```{page-list}\n:where: tags = salt\n"
    ":template: authors.md\n```\n",
    "written.md": "---\norphan: true\ntemplate: listing\n---\n# In HTML\n",
    "plain.md": "---\norphan: true\n---\n# Plain\n",
    "posts/a.md": "---\norphan: true\ndate: 2026-05-01\ntags: [salt]\nauthor: Ann\n---\n# Alpha\n",
    "posts/b.md": "---\norphan: true\ndate: 2026-05-02\ntags: [oil]\nauthor: Bob\n---\n# Beta\n",
}
LISTS = {"in_md", "in_rst", "templated", "written"}


@pytest.fixture
def cached(make_site: MakeSite) -> CachedSite:
    """Return that site, built."""
    cached = CachedSite(make_site(FILES, CONF))
    cached.build()
    return cached


_NUMBERS = itertools.count()


def rebuilt(cached: CachedSite, *, jobs: int = 1) -> Planned:
    """Build, and check that the result is that of a clean build."""
    built = cached.build(jobs=jobs)
    number = next(_NUMBERS)
    clean = cached.build(into=f"clean{number}", store=f"none{number}")
    assert_same_output(built, clean)
    assert built.warnings == clean.warnings == ""
    return built


def post(title: str, *fields: str) -> str:
    lines = "".join(f"{field}\n" for field in fields)
    return f"---\norphan: true\nauthor: Ann\n{lines}---\n# {title}\n"


def test_a15_nothing_is_done_when_nothing_changed(cached: CachedSite) -> None:
    assert rebuilt(cached).written == set()


def test_a15_a_post_that_does_not_match_leaves_all_lists_alone(cached: CachedSite) -> None:
    cached.site.write("posts/c.md", post("Gamma", "tags: [oil]", "date: 2026-05-03"))
    assert rebuilt(cached).written == {"posts/c"}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a15_a_post_that_matches_has_lists_made_anew_and_nothing_else(cached: CachedSite, jobs: int) -> None:
    cached.site.write("posts/c.md", post("Gamma", "tags: [salt]", "date: 2026-05-03"))
    built = rebuilt(cached, jobs=jobs)
    assert built.written == {"posts/c", *LISTS}
    assert {built.reason(docname)[0] for docname in LISTS} == {"query"}
    assert json.loads(built.reason("in_md")[1]) == {
        "exclude": ["in_md"],
        "sort": "date",
        "where": [["tags", ["salt"]]],
    }


def test_a15_a_post_that_goes_has_lists_made_anew(cached: CachedSite) -> None:
    cached.site.remove("posts/a.md")
    assert rebuilt(cached).written == LISTS


def test_a15_metadata_that_no_list_shows_leave_them_alone(cached: CachedSite) -> None:
    cached.site.write("posts/b.md", post("Beta", "tags: [oil, bread]", "date: 2026-05-02", "colour: red"))
    assert rebuilt(cached).written == {"posts/b"}


def test_a15_metadata_of_a_listed_page_concern_those_that_look_at_them(cached: CachedSite) -> None:
    cached.site.write("posts/a.md", post("Alpha", "tags: [salt]", "date: 2026-05-01", "colour: red"))
    built = rebuilt(cached)
    assert built.written == {"posts/a", "templated", "written"}
    assert built.reason("templated") == ("metadata", "posts/a")


def test_a15_a_title_concerns_lists_that_show_it(cached: CachedSite) -> None:
    cached.site.write("posts/a.md", post("Alpha II", "tags: [salt]", "date: 2026-05-01"))
    built = rebuilt(cached)
    assert built.written == {"posts/a", *LISTS}
    assert built.reason("in_md") == ("title", "posts/a")


def test_a15_an_edit_of_the_body_concerns_nobody_else(cached: CachedSite) -> None:
    cached.site.write("posts/a.md", str(FILES["posts/a.md"]) + "\nMore.\n")
    assert rebuilt(cached).written == {"posts/a"}


def test_a15_a_post_whose_time_has_come_is_listed(cached: CachedSite) -> None:
    cached.site.write("posts/c.md", post("Gamma", "tags: [salt]", "date: 2026-07-01"))
    assert rebuilt(cached).written == set()
    after = cached.build(pronghorn_now="2026-07-01")
    assert after.written == {"posts/c", *LISTS}
    assert_same_output(after, cached.build(into="clean", store="none", pronghorn_now="2026-07-01"))


def test_a15_another_time_zone_concerns_pages_that_have_or_show_dates(cached: CachedSite) -> None:
    after = cached.build(pronghorn_time_zone="Pacific/Auckland")
    assert {"templated", "written"} <= after.written <= {"templated", "written", "posts/a", "posts/b"}
    assert_same_output(after, cached.build(into="clean", store="none", pronghorn_time_zone="Pacific/Auckland"))


def test_a15_the_template_of_a_list_is_a_dependency(cached: CachedSite) -> None:
    cached.site.write("_templates/authors.md", BY_TEMPLATE + "\nEnd.\n")
    built = rebuilt(cached)
    assert "templated" in built.written
    assert built.reason("templated") == ("file", "_templates/authors.md")


def test_a15_pages_that_are_no_documents_show_queries_too(make_site: MakeSite) -> None:
    layout = '{% extends "!layout.html" %}{% block footer %}{{ site.query("posts/*", limit=1)[0].title }}{% endblock %}'
    cached = CachedSite(make_site({**FILES, "_templates/layout.html": layout}, CONF))
    assert "Alpha" in cached.build().read("genindex.html")
    assert cached.build().written == set()
    cached.site.write("posts/0.md", post("Zero"))
    built = rebuilt(cached)
    assert "Zero" in built.read("genindex.html")
    assert {built.reason(docname)[0] for docname in ("index", "plain")} == {"query"}
    cached.site.write("posts/b.md", post("Better"))
    assert rebuilt(cached).written == {"posts/b"}


def test_a15_a_wrong_query_is_mended_by_a_page_elsewhere(make_site: MakeSite) -> None:
    page = "---\norphan: true\nclour: blue\n---\n# List\n\n```{page-list}\n:where: colour = red\n```\n"
    cached = CachedSite(make_site({**FILES, "list.md": page}, CONF))
    first = cached.build()
    assert "page-list: no page has a field 'colour'" in first.warnings
    assert cached.build().warnings == first.warnings
    cached.site.write("posts/c.md", post("Gamma", "colour: red"))
    mended = rebuilt(cached)
    assert "Gamma" in mended.read("list.html")
    assert mended.reason("list")[0] == "query"


def test_a15_a_query_with_a_condition_counts_for_all_pages(make_site: MakeSite) -> None:
    code = """
    from docutils import nodes

    def list_posts(page, doctree):
        if page.docname == "plain":
            for post in SITE.query(condition=lambda page: "salt" in (page.metadata.get("tags") or [])):
                doctree += nodes.paragraph("", post.docname)

    def register_plugin(site):
        global SITE
        SITE = site
        site.signals.page_read.connect(list_posts)
    """
    cached = CachedSite(make_site({**FILES, "plugins/p.py": code}, CONF))
    assert "posts/a" in cached.build().read("plain.html")
    cached.site.write("posts/b.md", post("Beta", "tags: [salt]"))
    built = rebuilt(cached)
    assert built.reason("plain") == ("site", "")
    assert "posts/b" in built.read("plain.html")


def test_a15_a_plugin_that_asks_while_a_page_is_read_depends_on_the_result_alone(make_site: MakeSite) -> None:
    code = """
    from docutils import nodes

    def list_posts(page, doctree):
        if page.docname == "plain":
            for post in SITE.query("posts/*", where={"tags": "salt"}):
                doctree += nodes.paragraph("", f"{post.url} {post.title} {post.date}")

    def register_plugin(site):
        global SITE
        SITE = site
        site.signals.page_read.connect(list_posts)
    """
    cached = CachedSite(make_site({**FILES, "plugins/p.py": code}, CONF))
    assert "posts/a.html Alpha 2026-05-01 00:00:00+00:00" in cached.build().read("plain.html")
    cached.site.write("posts/b.md", post("Other", "tags: [oil]"))
    assert "plain" not in rebuilt(cached).written
    cached.site.write("posts/b.md", post("Other", "tags: [salt]"))
    built = rebuilt(cached)
    assert built.reason("plain")[0] == "query"
    cached.site.write("posts/b.md", post("Another", "tags: [salt]"))
    built = rebuilt(cached)
    assert built.reason("plain") == ("metadata", "posts/b")
    assert "Another" in built.read("plain.html")


def test_why_says_that_the_result_of_a_query_has_changed(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRONGHORN_CACHE_DIR", str(tmp_path / "cache"))
    site = make_site(FILES, CONF + 'exclude_patterns = ["_build"]\n')
    out = str(tmp_path / "out")
    assert main(["build", "-q", str(site.source), out]) == 0
    site.write("posts/c.md", post("Gamma", "tags: [salt]", "date: 2026-05-03"))
    assert main(["build", "-q", str(site.source), out]) == 0
    monkeypatch.chdir(site.source)
    capsys.readouterr()
    assert main(["why", "in_md"]) == 0
    assert "in_md was read and written: the result of a query has changed: {" in capsys.readouterr().out
    assert main(["why", "written"]) == 0
    assert "written was written again, but not read again: the result of a query has changed" in capsys.readouterr().out
    assert main(["why", "plain"]) == 0
    assert "plain was left as it was" in capsys.readouterr().out


# --- any order of edits ---

PHASES = (Phase.explicit, Phase.generate)  # to shrink what was found takes minutes
NAMES = ("a", "b", "c")
FIELDS = st.fixed_dictionaries(
    {"title": st.sampled_from(["Alpha", "beta", "Gamma"]), "author": st.sampled_from(["Ann", "Bob"])},
    optional={
        "tags": st.sampled_from(["salt", "oil", "[salt, oil]", "Salt"]),
        "date": st.sampled_from(
            ["2026-05-01", "2026-05-01 08:00", "2026-06-14 23:30:00 +00:00", "2026-07-01", "never"]
        ),
        "draft": st.sampled_from(["true", "false"]),
        "expires": st.sampled_from(["2026-06-01", "2027-01-01"]),
    },
)
EDIT = st.tuples(st.sampled_from(NAMES), st.none() | FIELDS)
STATE = st.tuples(st.lists(EDIT, min_size=1, max_size=3), st.sampled_from(["2026-06-15", "2026-07-02"]), st.booleans())


def apply(site: Site, name: str, fields: dict[str, str] | None) -> None:
    """Write a post, or remove it."""
    path = f"posts/{name}.md"
    if fields is None:
        (site.source / path).unlink(missing_ok=True)
    else:
        lines = "".join(f"{key}: {value}\n" for key, value in fields.items() if key != "title")
        site.write(path, f"---\norphan: true\n{lines}---\n# {fields['title']}\n")


@pytest.mark.parametrize("jobs", [1, 2])
@settings(max_examples=4, deadline=None, database=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(states=st.lists(STATE, min_size=2, max_size=3))
def test_a15_any_order_of_edits_gives_what_a_clean_build_gives(
    jobs: int, states: list[tuple[list[tuple[str, dict[str, str] | None]], str, bool]]
) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        cached = CachedSite(Site(folder / "site", FILES, CONF))
        cached.build(jobs=jobs)
        for number, (edits, now, drafts) in enumerate(states):
            for name, fields in edits:
                apply(cached.site, name, fields)
            config: dict[str, Any] = {"pronghorn_now": now, "pronghorn_drafts": "1" if drafts else "0"}
            built = cached.build(jobs=jobs, **config)
            clean = cached.build(into=f"clean{number}", store=f"none{number}", **config)
            assert_same_output(built, clean)
            assert built.warnings == clean.warnings
    finally:
        shutil.rmtree(folder)
