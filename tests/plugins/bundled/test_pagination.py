"""The bundled plugin ``pagination``: long lists of pages, split over several pages."""

import re

import pytest

from tests.conftest import MakeSite
from tests.support.cached import CachedSite
from tests.support.quick import build, build_cleanly, dead_links
from tests.support.site import Result

LIST = """plugins_enabled = ["pagination"]

[[plugins.pagination.lists]]
docname = "blog"
title = "Blog"
path = ["posts/*"]
per_page = 3
"""
INDEX = "# Home\n\n```{toctree}\n:glob:\nblog\nposts/*\n```\n"


def _files(n_posts: int, table: str = LIST) -> dict[str, str | bytes]:
    posts = {f"posts/p{n}.md": f"---\ndate: 2026-05-{n:02}\n---\n# Post {n}\n" for n in range(1, n_posts + 1)}
    return {"index.md": INDEX if n_posts else INDEX.replace("posts/*\n", ""), "pronghorn.toml": table, **posts}


def _text(result: Result, docname: str) -> str:
    return " ".join(result.read(f"{docname}.txt").split())


def _posts(result: Result, file: str) -> list[str]:
    body = result.read(file).partition('role="main"')[2].partition("</section>")[0]
    return re.findall(r"Post (\d+)", body)


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a15_list_is_split_over_pages(make_site: MakeSite, builder: str) -> None:
    built = build_cleanly(make_site(_files(7), ""), builder)
    names = ["blog", "blog/page/2", "blog/page/3"]
    files = [f"{name}.html" if builder == "html" else f"{name}/index.html" for name in names]
    assert [_posts(built, file) for file in files] == [["7", "6", "5"], ["4", "3", "2"], ["1"]]
    assert not dead_links(built)
    assert {docname for docname in built.urls if docname.startswith("blog")} == set(names)
    assert not built.exists("blog/page/4.html")
    assert "Blog (2)" in built.read("searchindex.js")


def test_a15_pages_of_a_list_lead_to_one_another(make_site: MakeSite) -> None:
    built = build_cleanly(make_site(_files(7)), "text")
    assert _text(built, "blog").endswith("1/3 | Next page")
    assert _text(built, "blog/page/2").endswith("Previous page | 2/3 | Next page")
    assert _text(built, "blog/page/3").endswith("Previous page | 3/3")
    html = build_cleanly(make_site(_files(7))).read("blog/page/2.html")
    assert re.search(r'href="\.\./\.\./blog\.html"><span class="doc">Previous page', html)
    assert re.search(r'href="3\.html"><span class="doc">Next page', html)


@pytest.mark.parametrize(("n_posts", "n_pages"), [(0, 1), (1, 1), (3, 1), (4, 2), (6, 2)])
def test_a15_no_page_is_empty_but_the_only_one(make_site: MakeSite, n_posts: int, n_pages: int) -> None:
    built = build_cleanly(make_site(_files(n_posts)), "text")
    assert sum(docname.startswith("blog") for docname in built.urls) == n_pages
    assert ("1/" in _text(built, "blog")) is (n_pages > 1)


def test_a15_options_of_lists(make_site: MakeSite) -> None:
    table = (
        LIST + 'sort = "title"\nreverse = false\nwhere = "month = 2026-05"\nexclude = ["**/p1"]\nsince = "2026-05-02"\n'
    )
    table += (
        'until = "2026-05-06"\nprevious = "<`Zurück`"\nnext = "Weiter"\ntemplate = "posts.rst"\npage_template="paged"\n'
    )
    table += '\n[[plugins.pagination.lists]]\ndocname = "all/news/"\ntitle = "News"\nper_page = 100\n'
    files = {
        **_files(7, table),
        "_templates/posts.rst": "{% for post in pages %}\n* <{{ post.title }}>\n{% endfor %}\n",
        "_templates/paged.html": '{% extends "!page.html" %}{% block body %}{{ super() }}[{{ page.metadata.pagination'
        '.previous }} {{ page.metadata.pagination["next"] }} {{ page.metadata.pagination.number }}]{% endblock %}',
    }
    site = make_site(files, "templates_path = ['_templates']\n")
    text = build_cleanly(site, "text")
    assert _text(text, "blog") == "Blog **** * <Post 2> * <Post 3> * <Post 4> 1/2 | Weiter"
    assert _text(text, "blog/page/2").endswith("<Post 6> <`Zurück` | 2/2")
    assert "Home" in _text(text, "all/news")
    assert "News" not in _text(text, "all/news").removeprefix("News")
    html = build_cleanly(site, into="html")
    assert "[ blog/page/2 1]" in html.read("blog.html")
    assert "[blog  2]" in html.read("blog/page/2.html")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('pre_page = 3\ntitle = "B"\ndocname = "b"', "a list has no option 'pre_page'; did you mean 'per_page'?"),
        ('per_page = "3"\ntitle = "B"\ndocname = "b"', "'per_page' of a list should be int, but is '3'"),
        ('per_page = 0\ntitle = "B"\ndocname = "b"', "'per_page' of a list is at least 1"),
        ('title = "B"', "a list needs a 'docname'"),
        ('docname = "b"', "a list needs a 'title'"),
        ('docname = "b"\ntitle = "B"\nsort = "daet"', "no page has a field 'daet'; did you mean 'date'?"),
        (
            'docname = "posts/p1"\ntitle = "B"',
            "the list 'B' is not complete: make_page('posts/p1.html'): there is a page",
        ),
    ],
)
def test_a15_lists_that_cannot_be(make_site: MakeSite, line: str, problem: str) -> None:
    table = f'plugins_enabled = ["pagination"]\n\n[[plugins.pagination.lists]]\n{line}\n'
    warnings = build(make_site(_files(1, table))).warnings
    assert problem in warnings


def test_a15_posts_that_come_and_go_move_others(make_site: MakeSite) -> None:
    site = CachedSite(make_site(_files(6)))
    site.build_as_clean()
    assert not site.build_as_clean().written
    site.site.write("posts/p9.md", "---\ndate: 2026-06-01\n---\n# Post 9\n")
    built = site.build_as_clean(jobs=2)
    assert [_posts(built, f"blog{rest}.html") for rest in ("", "/page/2", "/page/3")] == [
        ["9", "6", "5"],
        ["4", "3", "2"],
        ["1"],
    ]
    site.site.write("posts/p4.md", "---\ndate: 2026-05-04\n---\n# Post 44\n")
    assert _posts(site.build_as_clean(), "blog/page/2.html") == ["44", "3", "2"]
    site.site.write("posts/p4.md", "---\ndate: 2026-05-04\n---\n# Post 44\n\nText.\n")
    assert site.build_as_clean().written == {"posts/p4"}
    site.site.remove("posts/p9.md")
    assert not site.build_as_clean(jobs=2).exists("blog/page/3.html")
    site.site.write("posts/p1.md", "---\ndate: 2026-05-01\ndraft: true\n---\n# Post 1\n")
    assert _posts(site.build_as_clean(), "blog/page/2.html") == ["3", "2"]
