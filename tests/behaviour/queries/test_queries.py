"""Queries: in plugins, in templates and as the directive page-list, and when their pages are made again."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pronghorn import PageGroup, QueryError, Site
from pronghorn.queries.fields import sortable
from pronghorn.queries.globs import compile_glob
from pronghorn.queries.query import Query
from tests.conftest import MakeSite
from tests.support import Site as SiteFolder
from tests.support.quick import build, build_cleanly, links_of, plugin

CONF = 'pronghorn_now = "2026-06-15"\ntemplates_path = ["_templates"]\nhtml_theme = "basic"\n'
POSTS: dict[str, str | bytes] = {
    "index.md": "# Home\n\n```{toctree}\n:glob:\nposts/*\nposts/deep/*\nlist\n```\n",
    "list.md": "# All posts\n\n```{page-list}\n:path: posts/**\n:where: tags = salt\n:sort: date\n:reverse:\n```\n",
    "posts/a.md": "---\ndate: 2026-05-01\ntags: [salt, bread]\nauthor: Ann\nweight: 10\n---\n# Zebra\n",
    "posts/b.rst": "Apple\n=====\n\n:date: 2026-05-20 18:30\n:tags: salt, oil\n:author: Bob\n:weight: 9\n",
    "posts/c.md": "---\ndate: 2025-12-31 23:00:00 +00:00\ntags: oil\nauthor: [Ann, Bob]\n---\n# melon\n",
    "posts/deep/d.md": "---\ntags: [salt]\ntitle: Deep down\n---\n# D\n",
    "posts/later.md": "---\ndate: 2027-01-01\nseries: secret\ntags: [salt]\n---\n# Later\n",
}


@pytest.fixture(scope="module")
def queried(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return the site above, built once for all tests that only ask."""
    return build_cleanly(SiteFolder(tmp_path_factory.mktemp("queried"), POSTS, CONF)).site


def ask(site: Site, *args: Any, **arguments: Any) -> list[Any]:
    """Return docnames below ``posts/``, or keys of groups with docnames."""
    by = arguments.pop("group", None)
    ask_for: Callable[..., list[Any]] = site.query if by is None else partial(site.query_groups, by=by)
    found = ask_for(*args, **arguments)
    named = [
        (item.key, [page.docname.removeprefix("posts/") for page in item.pages])
        if isinstance(item, PageGroup)
        else item.docname.removeprefix("posts/")
        for item in found
    ]
    assert all(isinstance(item, PageGroup) == (by is not None) for item in found)
    return named


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({}, ["index", "list", "a", "b", "c", "deep/d"]),
        ({"path": "posts/*"}, ["a", "b", "c"]),
        ({"path": "posts/**"}, ["a", "b", "c", "deep/d"]),
        ({"path": ["**/*.rst", "list"]}, ["list", "b"]),
        ({"path": "/posts/[!ab]"}, ["c"]),
        ({"path": "posts/**", "exclude": "posts/deep/*"}, ["a", "b", "c"]),
        ({"where": {"author": "Ann"}}, ["a", "c"]),
        ({"where": {"tags": "salt"}}, ["a", "b", "deep/d"]),
        ({"where": {"tags": ["bread", "oil"]}}, ["a", "b", "c"]),
        ({"where": {"tags": "salt", "author": "Bob"}}, ["b"]),
        ({"where": "tags = salt; author = Bob"}, ["b"]),
        ({"where": {"weight": 9}}, ["b"]),
        ({"where": {"title": "Zebra"}}, ["a"]),
        ({"where": {"year": 2026}}, ["a", "b"]),
        ({"where": {"month": "2026-05"}}, ["a", "b"]),
        ({"where": {"author": "ann"}}, []),
        ({"since": "2026-01-01"}, ["a", "b"]),
        ({"since": dt.date(2026, 5, 1)}, ["a", "b"]),
        ({"until": "2026-05-20"}, ["a", "b", "c"]),
        ({"until": "2026-05-20 18:00"}, ["a", "c"]),
        ({"since": "2025-12-31", "until": dt.datetime(2026, 5, 1, tzinfo=dt.UTC)}, ["a", "c"]),
        ({"draft": True}, []),
        ({"draft": False, "limit": 1}, ["index"]),
        ({"path": "posts/**", "sort": "date"}, ["c", "a", "b", "deep/d"]),
        ({"path": "posts/**", "sort": "date", "reverse": True}, ["b", "a", "c", "deep/d"]),
        ({"path": "posts/**", "sort": "title"}, ["b", "deep/d", "c", "a"]),
        ({"path": "posts/**", "sort": "weight"}, ["b", "a", "c", "deep/d"]),
        ({"path": "posts/**", "sort": "weight", "reverse": True}, ["a", "b", "c", "deep/d"]),
        ({"path": "posts/**", "limit": 2}, ["a", "b"]),
        ({"path": "posts/**", "offset": 1, "limit": 2}, ["b", "c"]),
        ({"path": "posts/**", "limit": 0}, []),
        ({"path": "posts/**", "offset": 99}, []),
        ({"group": "year"}, [(2025, ["c"]), (2026, ["a", "b"])]),
        ({"group": "year", "sort": "date", "reverse": True}, [(2026, ["b", "a"]), (2025, ["c"])]),
        ({"group": "month"}, [("2025-12", ["c"]), ("2026-05", ["a", "b"])]),
        ({"group": "author"}, [("Ann", ["a", "c"]), ("Bob", ["b", "c"])]),
    ],
    ids=str,
)
def test_a15_queries_find_pages(queried: Site, arguments: dict[str, Any], found: list[Any]) -> None:
    assert ask(queried, **arguments) == found


def test_a_condition_may_be_any_function(queried: Site) -> None:
    assert ask(queried, "posts/*", condition=lambda page: "z" in page.title.lower()) == ["a"]


def test_the_path_may_be_given_by_position(queried: Site) -> None:
    assert ask(queried, "posts/*") == ["a", "b", "c"]


def test_results_are_the_asker_s_own(queried: Site) -> None:
    queried.query("posts/*").clear()
    assert ask(queried, "posts/*") == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"srot": "date"}, "there is no argument 'srot'; did you mean 'sort'?"),
        ({"where": {"autor": "Ann"}}, "no page has a field 'autor'; did you mean 'author'?"),
        ({"sort": "wieght"}, "no page has a field 'wieght'; did you mean 'weight'?"),
        ({"by": "taags"}, "no page has a field 'taags'; did you mean 'tags'?"),
        ({"by": ["tags"]}, "'by': it is the name of a field"),
        ({"soort_of": 1}, "there is no argument 'soort_of'; did you mean 'sort'?"),
        ({"zzz": 1}, "there is no argument 'zzz'; there are: draft, exclude, limit"),
        ({"limit": -1}, "'limit': it is a number from 0 on, not -1"),
        ({"limit": True}, "'limit': it is a number from 0 on, not True"),
        ({"limit": "many"}, "'limit': invalid literal"),
        ({"since": "soon"}, "'since': 'soon' is not a date"),
        ({"draft": "perhaps"}, "'draft': 'perhaps' is neither true nor false"),
        ({"where": "tags"}, "'where': 'tags' should be `field = value`"),
        ({"where": 3}, "'where': it is a mapping"),
        ({"path": "posts/[z-a]"}, r"'path': 'posts/\[z-a\]' is not a pattern"),
        ({"sort": ["date"]}, "'sort': it is the name of a field"),
    ],
    ids=str,
)
def test_what_is_wrong_in_a_query_is_told_with_the_way_out(
    queried: Site, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(QueryError, match=message.replace("?", r"\?")):
        _ = queried.query_groups(**arguments) if "by" in arguments else queried.query(**arguments)


def test_a_field_that_is_unlike_all_others_may_not_be_used_yet(queried: Site) -> None:
    assert ask(queried, where={"mood": "good"}) == []
    assert ask(queried, group="mood") == []
    assert ask(queried, "posts/*", sort="mood") == ["a", "b", "c"]


def test_fields_of_hidden_pages_are_known(queried: Site) -> None:
    assert ask(queried, where={"series": "secret"}) == []


def test_a_plugin_asks_when_pages_are_known(make_site: MakeSite) -> None:
    code = """
    seen = []

    def early(page):
        seen.append(page.docname)

    def ask_early(site):
        site.query()

    def late(site):
        site.config_found = [page.docname for page in site.query("posts/*", sort="title")]
    """
    register = (
        "site.signals.readers_init.connect(ask_early)",
        "site.signals.readers_finished.connect(late)",
    )
    built = build(make_site({**POSTS, "plugins/p.py": plugin(code, *register)}, CONF))
    assert built.site.config_found == ["posts/b", "posts/c", "posts/a"]  # type: ignore[attr-defined]
    assert "handler of readers_init `ask_early` (plugins/p.py:9) failed" in built.warnings
    assert "query(): there are no pages yet; ask from readers_finished on" in built.warnings


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "path": st.lists(st.sampled_from(["a", "posts/*", "**", "x y"])),
            "where": st.dictionaries(
                st.text(), st.one_of(st.text(), st.integers(), st.booleans(), st.lists(st.text()))
            ),
            "since": st.one_of(st.dates(), st.datetimes(), st.just("2026-05-01")),
            "draft": st.booleans(),
            "sort": st.text(),
            "limit": st.integers(0, 99),
        },
    ),
    st.none() | st.text(),
)
@example({"where": {"\1": "\ud800"}}, None)
def test_a_query_is_made_again_from_its_name(arguments: dict[str, Any], by: str | None) -> None:
    query = Query.make(arguments, by)
    assert Query.of_name(query.name) == query
    assert Query.of_name(query.name).name == query.name


@pytest.mark.parametrize("name", ["", "[]", "3", "null", '{"x": 1}', '{"where": 3}', "{", '{"path": 3}'])
def test_other_names_are_no_queries(name: str) -> None:
    with pytest.raises(QueryError):
        Query.of_name(name)


@given(st.lists(st.one_of(st.text(), st.integers(), st.floats(allow_nan=False), st.dates(), st.booleans()), max_size=9))
@example([10**400, -(10**400), "1" * 400, 1e300])
def test_any_values_can_be_sorted(values: list[Any]) -> None:
    assert len(sorted(values, key=sortable)) == len(values)


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("a*", ["a", "abc"], ["a/b", "ba"]),
        ("**", ["a", "a/b/c"], []),
        ("**/x", ["x", "a/x", "a/b/x"], ["ax"]),
        ("a/**", ["a/b", "a/b/c"], ["a"]),
        ("a?", ["ab"], ["a", "a/", "abc"]),
        ("[ab]c", ["ac", "bc"], ["cc"]),
        ("[!ab]c", ["cc"], ["ac", "/c"]),
        ("a.b+(c)", ["a.b+(c)"], ["aXb+(c)"]),
        ("[", ["["], ["a"]),
    ],
)
def test_patterns(pattern: str, matching: list[str], other: list[str]) -> None:
    matches: Callable[[str], object] = compile_glob(pattern).fullmatch
    assert [name for name in matching if not matches(name)] == []
    assert [name for name in other if matches(name)] == []


# --- the directive ---

LISTS = {
    "md": "# All posts\n\n```{page-list}\n%s\n```\n",
    "rst": "All posts\n=========\n\n.. page-list::\n%s\n",
}


def list_page(markup: str, *options: str) -> str:
    """Return a page with a list."""
    indent = "   " if markup == "rst" else ""
    return LISTS[markup] % "\n".join(f"{indent}:{option}" for option in options)


def site_files(markup: str, *options: str, **more: str) -> dict[str, str | bytes]:
    posts = {name: text for name, text in POSTS.items() if name != "list.md"}
    return {**posts, f"list.{markup}": list_page(markup, *options), **more}


@pytest.mark.parametrize("markup", ["md", "rst"])
def test_a_page_list_is_a_list_of_links_with_titles(make_site: MakeSite, markup: str) -> None:
    built = build_cleanly(make_site(site_files(markup, "path: posts/**", "sort: date", "reverse:"), CONF))
    links = [(link.text, link.target) for link in links_of(built, "list.html")]
    first = links.index(("Apple", "posts/b.html"))
    assert links[first : first + 4] == [
        ("Apple", "posts/b.html"),
        ("Zebra", "posts/a.html"),
        ("melon", "posts/c.html"),
        ("D", "posts/deep/d.html"),
    ]


@pytest.mark.parametrize("builder", ["text", "latex", "epub", "dirhtml", "pseudoxml"])
def test_a_page_list_is_there_with_every_builder(make_site: MakeSite, builder: str) -> None:
    site = make_site(site_files("md", "where: tags = salt", "sort: title"), CONF)
    built = build(site, builder)
    assert "page-list" not in built.warnings
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in built.outdir.rglob("*") if file.is_file()]
    assert any("Zebra" in text and "Apple" in text and "All posts" in text for text in texts)


def test_a_page_list_can_be_grouped(make_site: MakeSite) -> None:
    text = build_cleanly(make_site(site_files("rst", "group: year", "reverse:"), CONF), "text").read("list.txt")
    assert [line.strip() for line in text.splitlines() if line.strip()][2:] == [
        "* **2026**",
        "* Apple",
        "* Zebra",
        "* **2025**",
        "* melon",
    ]


def test_a_page_list_that_finds_nothing_shows_nothing(make_site: MakeSite) -> None:
    built = build_cleanly(make_site(site_files("md", "path: nowhere/*"), CONF), "text")
    assert built.read("list.txt").split() == ["All", "posts", "*********"]


@pytest.mark.parametrize(
    ("markup", "line", "template"),
    [
        ("md", 3, "{% for post in pages %}\n- {doc}`/{{ post.docname }}` of *{{ post.date.date() }}*\n{% endfor %}"),
        ("rst", 4, "{% for post in pages %}\n- :doc:`/{{ post.docname }}` of *{{ post.date.date() }}*\n{% endfor %}"),
    ],
)
def test_a_page_list_has_a_template_of_its_own(make_site: MakeSite, markup: str, line: int, template: str) -> None:
    files = site_files(markup, "path: posts/*", "sort: date", "template: posts.txt")
    site = make_site({**files, "_templates/posts.txt": template}, CONF)
    built = build_cleanly(site, "text")
    assert "* melon of *2025-12-31*" in built.read("list.txt")
    assert "* Apple of *2026-05-20*" in built.read("list.txt")
    site.write("_templates/posts.txt", "{{ pages|length }} posts, {{ nothing }}")
    broken = build(site, "text")
    assert f"list.{markup}:{line}: WARNING: page-list: template 'posts.txt': 'nothing' is undefined" in broken.warnings
    site.write("_templates/posts.txt", "one\n{% if %}")
    assert "template 'posts.txt': line 2: " in build(site, "text").warnings
    site.remove("_templates/posts.txt")
    gone = build(site, "text")
    assert "template 'posts.txt': there is no 'posts.txt' in the folders of templates_path" in gone.warnings
    site.write("_templates/posts.txt", "{{ pages|length }} posts")
    assert "3 posts" in build_cleanly(site, "text").read("list.txt")


def test_a_template_gets_groups(make_site: MakeSite) -> None:
    template = "{% for year in groups %}\n- {{ year.key }}: {{ year.pages|length }}\n{% endfor %}"
    files = site_files("md", "group: year", "template: years.md")
    built = build_cleanly(make_site({**files, "_templates/years.md": template}, CONF), "text")
    assert "* 2025: 1" in built.read("list.txt")


@pytest.mark.parametrize(("markup", "line"), [("md", 3), ("rst", 4)])
@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("srot: date", "there is no option 'srot'; did you mean 'sort'?"),
        ("sort: daet", "no page has a field 'daet'; did you mean 'date'?"),
        ("where: tagz = salt", "no page has a field 'tagz'; did you mean 'tags'?"),
        ("limit: few", "'limit': invalid literal for int() with base 10: 'few'"),
    ],
)
def test_what_is_wrong_in_a_page_list_is_told_with_file_and_line(
    make_site: MakeSite, markup: str, line: int, option: str, message: str
) -> None:
    built = build(make_site(site_files(markup, option), CONF))
    assert f"list.{markup}:{line}: WARNING: page-list: {message} [pronghorn.query]" in built.warnings
    assert built.exists("list.html")


def test_another_extension_s_page_list_stays(make_site: MakeSite) -> None:
    code = """
    from docutils import nodes
    from sphinx.util.docutils import SphinxDirective

    class Other(SphinxDirective):
        def run(self):
            return [nodes.paragraph("", "of another")]

    def setup(app):
        app.add_directive("page-list", Other)
    """
    conf = 'extensions = ["myst_parser", "pronghorn"]\nhtml_theme = "basic"\n'
    site = make_site({"index.md": "# Home\n\n```{page-list}\n```\n", "conf.py": conf + dedent(code)})
    assert "of another" in build_cleanly(site).read("index.html")
