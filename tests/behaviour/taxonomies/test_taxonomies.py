"""Taxonomies in a site: their pages are documents, and what is wrong names page, line and the way out."""

import json
import re
import zlib
from html import unescape
from io import BytesIO
from textwrap import dedent

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from sphinx.errors import ConfigError

from pronghorn import Metadata
from tests.behaviour.output.test_urls import _path_of
from tests.conftest import MakeSite
from tests.support import Result
from tests.support.quick import Built, build, build_cleanly, dead_links, links_of, plugin, resolve

TAXONOMIES = """
pronghorn_taxonomies = [
    {"key": "tags", "singular": "Schlagwort", "plural": "Schlagwörter"},
    {"key": "lang", "hierarchical": True, "order": "date"},
]
"""
FILES: dict[str, str | bytes] = {
    "index.md": (
        "# Home\n\n```{toctree}\n:glob:\nposts/*\ntags/index\ntags/*\n```\n\n"
        "{doc}`tags/python` {ref}`tags/c-plus-plus`\n"
    ),
    "posts/a.md": "---\ntags: [Python, C++]\nlang: en/uk\ndate: 2024-01-01\n---\n# Zebra\n",
    "posts/b.md": "---\ntags: Python\nlang: en\ndate: 2025-01-01\n---\n# Apple\n",
    "posts/c.rst": ":tags: C++, C\n\nMiddle\n======\n",
}


def shown(result: Result, file: str) -> list[tuple[str, str | None]]:
    """Return text and target of the links in the lists that taxonomies add to a page."""
    lists = re.search(r'<ul class="taxonomy-.*(?=</section>)', result.read(file), re.DOTALL)
    links = re.findall(r'href="([^"]*)"><span class="doc">(.*?)</span>', lists[0] if lists else "", re.DOTALL)
    return [(unescape(text), resolve(file, href)) for href, text in links]


@pytest.mark.parametrize(("builder", "suffix"), [("html", ".html"), ("dirhtml", "/index.html")])
def test_a10_terms_and_taxonomies_have_pages(make_site: MakeSite, builder: str, suffix: str) -> None:
    result = build_cleanly(make_site(FILES, TAXONOMIES), builder)
    assert "<h1>Schlagwörter<" in result.read("tags/index.html")
    assert "<h1>Python<" in result.read(f"tags/python{suffix}")
    assert shown(result, f"tags/python{suffix}") == [
        ("Apple", f"posts/b{suffix}"),
        ("Zebra", f"posts/a{suffix}"),
    ]
    assert shown(result, "tags/index.html") == [
        ("C", f"tags/c{suffix}"),
        ("C++", f"tags/c-plus-plus{suffix}"),
        ("Python", f"tags/python{suffix}"),
    ]
    assert re.sub(r"<[^>]*>", "", result.read("tags/index.html")).count("(2)") == 2
    assert dead_links(result) == []


@pytest.mark.parametrize(("builder", "end"), [("html", ".html"), ("dirhtml", "/index.html")])
def test_a10_doc_ref_and_a_toctree_that_globs_reach_terms(make_site: MakeSite, builder: str, end: str) -> None:
    result = build_cleanly(make_site(FILES, TAXONOMIES), builder)
    links = [(link.text, link.target) for link in links_of(result, "index.html")]
    # In the toctree, and by the role `doc` or `ref`; C stands in the toctree alone.
    assert links.count(("Python", f"tags/python{end}")) == 2
    assert links.count(("C++", f"tags/c-plus-plus{end}")) == 2
    assert ("C", f"tags/c{end}") in links


def test_a10_hierarchical_terms_list_those_below_and_their_pages(make_site: MakeSite) -> None:
    result = build_cleanly(make_site(FILES, TAXONOMIES))
    assert [text for text, _ in shown(result, "lang/en.html")] == ["uk", "Apple", "Zebra"]
    assert [text for text, _ in shown(result, "lang/en/uk.html")] == ["Zebra"]
    assert [text for text, _ in shown(result, "lang/index.html")] == ["en", "uk"]


def test_a10_a_change_of_title_changes_the_order(make_site: MakeSite) -> None:
    site = make_site(FILES, TAXONOMIES)
    build_cleanly(site)
    site.write("posts/a.md", "---\ntags: [Python, C++]\n---\n# Aardvark\n")
    result = build_cleanly(site)
    assert [text for text, _ in shown(result, "tags/python.html")] == ["Aardvark", "Apple"]


@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_a10_one_kind_of_markup_is_enough(make_site: MakeSite, suffix: str) -> None:
    markup = {"rst": ":tags: one\n:orphan:\n\nHome\n====\n", "md": "---\ntags: one\n---\n# Home\n"}
    conf = """
        project = "Test"
        extensions = ["pronghorn"{more}]
        html_theme = "basic"
        pronghorn_taxonomies = [{{"key": "tags"}}]
        {sources}
    """
    more, sources = (', "myst_parser"', 'source_suffix = {".md": "markdown"}') if suffix == "md" else ("", "")
    site = make_site({f"index.{suffix}": markup[suffix], "conf.py": dedent(conf.format(more=more, sources=sources))})
    assert shown(build_cleanly(site), "tags/one.html") == [("Home", "index.html")]


@pytest.mark.parametrize("builder", ["text", "epub", "latex", "singlehtml"])
def test_a10_builders_without_urls_of_their_own_show_terms(make_site: MakeSite, builder: str) -> None:
    site = make_site(FILES, TAXONOMIES + 'copyright = "Ann"\nversion = "1"\n')
    result = build_cleanly(site, builder)
    files = {"text": "tags/python.txt", "epub": "tags/python.xhtml", "latex": "test.tex", "singlehtml": "index.html"}
    text = re.sub(r"<[^>]*>|\\sphinx\w+", "", result.read(files[builder]))
    assert re.search(r"Python.*Apple.*Zebra", text, re.DOTALL)


def test_a10_pages_of_terms_are_in_search_and_inventory(make_site: MakeSite) -> None:
    result = build_cleanly(make_site(FILES, TAXONOMIES))
    index = result.read("searchindex.js")
    names = json.loads(index[index.index("{") : index.rindex("}") + 1])["docnames"]
    assert {"tags/index", "tags/python", "lang/en/uk"} <= {*names}
    inventory = zlib.decompress((result.outdir / "objects.inv").read_bytes().split(b"\n", 4)[4]).decode()
    assert "tags/c-plus-plus std:doc -1 tags/c-plus-plus.html C++" in inventory
    assert "tags/c-plus-plus std:label -1 tags/c-plus-plus.html#c C++" in inventory
    assert "tags/index std:label -1 tags/index.html#schlagworter Schlagwörter" in inventory


def test_a10_another_project_links_to_terms(make_site: MakeSite) -> None:
    first = build_cleanly(make_site(FILES, TAXONOMIES))
    text = "Home\n====\n\n:external+first:doc:`tags/python` :external+first:ref:`lang/en/uk`\n"
    conf = f"""
        extensions.append("sphinx.ext.intersphinx")
        intersphinx_mapping = {{"first": ({first.outdir.as_uri()!r}, {str(first.outdir / "objects.inv")!r})}}
        nitpicky = True
    """
    second = build_cleanly(make_site({"index.rst": text}, conf))
    links = [link for link in links_of(second, "index.html") if link.href.startswith("file:")]
    assert [link.text for link in links] == ["Python", "uk"]
    assert all(_path_of(link.href.partition("#")[0]).is_file() for link in links)


# Pages that the site has by itself


def test_a10_a_file_at_the_place_of_a_term_keeps_its_body_and_metadata(make_site: MakeSite) -> None:
    own = "---\ncolour: blue\n---\n# The snake\n\nOwn words.\n\n## More\n\nAt the end.\n"
    result = build_cleanly(
        make_site({**FILES, "tags/python.md": own, "tags/index.rst": "Topics\n======\n"}, TAXONOMIES)
    )
    text = result.read("tags/python.html")
    assert "<h1>The snake<" in text
    assert re.search(r"Own words.*taxonomy-pages.*Apple.*Zebra.*<h2>More.*At the end", text, re.DOTALL)
    page = result.site.pages["tags/python"]
    assert page.metadata == Metadata(colour="blue")
    assert page.term is result.site.taxonomies.tags["Python"]
    assert [text for text, _ in shown(result, "tags/index.html")] == ["C", "C++", "The snake"]
    assert "<h1>Topics<" in result.read("tags/index.html")


def test_a10_a_file_without_a_title_gets_that_of_the_term(make_site: MakeSite) -> None:
    files = {"tags/python.md": "Own words.\n", "tags/c.md": "---\ntitle: The first\n---\nOwn words.\n"}
    result = build_cleanly(make_site({**FILES, **files}, TAXONOMIES))
    assert "<h1>Python<" in result.read("tags/python.html")
    assert "<h1>The first<" in result.read("tags/c.html")


def test_a10_a_file_that_becomes_the_page_of_a_term_and_is_none_any_more(make_site: MakeSite) -> None:
    own = "---\norphan: true\n---\n# About go\n"
    site = make_site({**FILES, "tags/go.md": own}, TAXONOMIES)
    assert "taxonomy-pages" not in build_cleanly(site).read("tags/go.html")
    site.write("posts/b.md", "---\ntags: go\n---\n# Apple\n")
    assert shown(build_cleanly(site), "tags/go.html")[0] == ("Apple", "posts/b.html")
    site.write("posts/b.md", "# Apple\n")
    assert "taxonomy-pages" not in build_cleanly(site).read("tags/go.html")


def test_a10_pages_that_plugins_make_have_terms_and_are_terms(make_site: MakeSite) -> None:
    code = """
        def make(site):
            site.make_page("made", metadata=Metadata(title="Made", tags=["Python"]), output=Content("html", "<p>x"))
            site.get_or_make_page(site.default_url("tags/python"), output=Content("html", "<h1>By hand</h1>"))
            site.pages["made"].metadata |= {"orphan": True}
    """
    made = plugin(code, "site.signals.processors_init.connect(make)")
    result = build_cleanly(make_site({**FILES, "plugins/make.py": made}, TAXONOMIES))
    assert "<h1>By hand<" in result.read("tags/python.html")
    assert [text for text, _ in shown(result, "tags/python.html")] == ["Apple", "Made", "Zebra"]


def test_a10_a_page_that_nothing_came_of_is_not_listed(make_site: MakeSite) -> None:
    code = """
        def read(page):
            return Metadata(tags=["Python"]), Content("x", "nobody makes anything of it")
    """
    reader = plugin(code, "site.readers.register_reader(condition=lambda path: path.ext == 'x', read=read)")
    result = build(make_site({**FILES, "plugins/x.py": reader, "thing.x": ""}, TAXONOMIES))
    assert "nothing made an output" in result.warnings
    assert result.warnings.count("WARNING") == 1
    assert [text for text, _ in shown(result, "tags/python.html")] == ["Apple", "Zebra"]


# Templates, signals


def test_a10_taxonomies_and_terms_have_templates_of_their_own(make_site: MakeSite) -> None:
    templates = {
        "taxonomy.html": "{{ page.taxonomy.plural }} of {{ page.taxonomy.singular }}:"
        "{% for term in page.taxonomy %} {{ term.name }}={{ term.count }}@{{ pathto(term.docname) }}{% endfor %}",
        "term.html": "{{ page.term.taxonomy.key }}/{{ page.term.name }}:"
        "{% for other in page.term.pages %} {{ other.title }}@{{ pathto(other.docname) }}{% endfor %}",
        "own.html": "own {{ page.term.name }}",
        "lang.html": "lang {{ page.term.last_date.year }} {{ page.term.url }}",
    }
    files = {
        **FILES,
        **{f"_templates/{name}": text for name, text in templates.items()},
        "tags/c.md": "---\ntemplate: own\n---\n# C\n",
    }
    conf = TAXONOMIES.replace('"date"}', '"date", "term_template": "lang.html"}') + 'templates_path = ["_templates"]\n'
    result = build_cleanly(make_site(files, conf))
    assert (
        result.read("tags/index.html")
        == "Schlagwörter of Schlagwort: C=1@c.html C++=2@c-plus-plus.html Python=2@python.html"
    )
    assert result.read("tags/python.html") == "tags/Python: Apple@../posts/b.html Zebra@../posts/a.html"
    assert result.read("tags/c.html") == "own C"
    assert result.read("lang/en/uk.html") == "lang 2024 lang/en/uk.html"


def test_a10_a_template_that_is_not_there_is_told(make_site: MakeSite) -> None:
    site = make_site(
        {"index.md": "---\ntags: a\n---\n# Home\n"}, 'pronghorn_taxonomies = [{"key": "tags", "template": "no.html"}]'
    )
    result = build(site)
    assert "the taxonomy 'tags' asks for the template 'no.html'" in result.warnings
    assert "[pronghorn.template]" in result.warnings
    assert [text for text, _ in shown(result, "tags/index.html")] == ["a"]


def test_a10_pages_of_terms_are_told_by_signals(make_site: MakeSite) -> None:
    code = """
        seen = []
        def look(page):
            seen.append(f"added {page.docname}")
    """
    register = (
        "site.signals.page_added.connect(look)",
        "site.signals.taxonomy_created.connect(lambda page, taxonomy: seen.append(f'{page.docname} = {taxonomy.key}'))",
        "site.signals.term_created.connect(lambda page, term: seen.append(f'{page.docname} = {term.full_name}'))",
        "site.signals.processors_init.connect(lambda: seen.append('processors_init'))",
        "site.signals.processors_finished.connect(lambda: seen.append('processors_finished'))",
        "site.seen = seen",
    )
    files = {
        "index.md": "---\ntags: [a, b]\n---\n# Home\n",
        "tags/b.md": "# B\n",
        "plugins/look.py": plugin(code, *register),
    }
    built = build_cleanly(make_site(files, TAXONOMIES))
    assert built.site.seen == [  # type: ignore[attr-defined]
        "added index",
        "added tags/b",
        "processors_init",
        "tags/index = tags",
        "added tags/index",
        "tags/a = tags: a",
        "added tags/a",
        "tags/b = tags: b",
        "lang/index = lang",
        "added lang/index",
        "processors_finished",
    ]


# The role


@pytest.mark.parametrize("file", ["links.md", "links.rst"])
def test_a10_the_role_links_to_terms_and_taxonomies(make_site: MakeSite, file: str) -> None:
    roles = ["tags: C++", "a snake <tags: Python>", "tags", "lang: en/uk", "all of them <tags>"]
    is_md = file.endswith("md")
    links = " ".join(f"{{taxonomy}}`{role}`" if is_md else f":taxonomy:`{role}`" for role in roles)
    text = f"---\norphan: true\n---\n# Links\n\n{links}\n" if is_md else f":orphan:\n\nLinks\n=====\n\n{links}\n"
    result = build_cleanly(make_site({**FILES, file: text}, TAXONOMIES))
    found = [(link.text, link.target) for link in links_of(result, "links.html")]
    for link in [
        ("C++", "tags/c-plus-plus.html"),
        ("a snake", "tags/python.html"),
        ("Schlagwörter", "tags/index.html"),
        ("en/uk", "lang/en/uk.html"),
        ("all of them", "tags/index.html"),
    ]:
        assert link in found


def test_a10_a_link_to_no_term_names_page_line_and_the_nearest(make_site: MakeSite) -> None:
    text = "# Links\n\nText.\n\n{taxonomy}`tags: Pyton`\n\n{taxonomy}`tgs: Python`\n\n{taxonomy}`zzz`\n"
    site = make_site({**FILES, "posts/links.md": text}, TAXONOMIES)
    result = build(site)
    lines = [line.partition("posts/")[2] for line in result.warnings.splitlines()]
    start = "WARNING: the role 'taxonomy' leads nowhere:"
    assert lines == [
        f"links.md:5: {start} no page has the term 'Pyton' of 'tags'; did you mean 'Python'? [pronghorn.taxonomy]",
        f"links.md:7: {start} there is no taxonomy 'tgs'; did you mean 'tags'? [pronghorn.taxonomy]",
        f"links.md:9: {start} there is no taxonomy 'zzz' [pronghorn.taxonomy]",
    ]
    assert "tags: Pyton" in result.read("posts/links.html")
    assert build(site).warnings == result.warnings


def test_a10_a_link_follows_its_term(make_site: MakeSite) -> None:
    site = make_site({**FILES, "posts/links.md": "# Links\n\n{taxonomy}`tags: go`\n"}, TAXONOMIES)
    assert "no page has the term 'go'" in build(site).warnings
    site.write("posts/b.md", "---\ntags: [go, Python]\n---\n# Apple\n")
    built = build_cleanly(site)
    assert ("go", "tags/go.html") in [(link.text, link.target) for link in links_of(built, "posts/links.html")]
    site.write("posts/b.md", "# Apple\n")
    assert "no page has the term 'go'" in build(site).warnings


def test_a10_without_taxonomies_the_role_is_not_taken(make_site: MakeSite) -> None:
    conf = """
        from docutils.nodes import strong
        def setup(app):
            app.add_role("taxonomy", lambda *args, **options: ([strong("", "MINE")], []))
    """
    result = build_cleanly(make_site({"index.md": "---\ntags: a\n---\n# Home\n\n{taxonomy}`x`\n"}, conf))
    assert "<strong>MINE</strong>" in result.read("index.html")
    assert not result.exists("tags/index.html")


# Bad input


def lines_of(built: Built) -> list[str]:
    """Return the warnings without the folder of the site."""
    return [line.replace(f"{built.site.srcdir}/", "") for line in built.warnings.splitlines()]


def test_a10_what_can_be_no_term_names_page_and_line(make_site: MakeSite) -> None:
    files = {
        "index.md": "---\ntitle: x\ntags:\n  a: 1\n---\n# Home\n",
        "list.md": "---\norphan: true\ntags: [[a], b]\n---\n# List\n",
    }
    built = build(make_site(files, TAXONOMIES))
    wanted = "which is not a term; write a text, a number, a date, or a list of these [pronghorn.taxonomy]"
    assert lines_of(built) == [
        f"index.md:3: WARNING: 'tags' holds a dict, {wanted}",
        f"list.md:3: WARNING: 'tags' holds a list, {wanted}",
    ]
    assert [term.name for term in built.site.taxonomies.tags] == ["b"]


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("index.md", "---\ntitle: x\ntags: [rust, pyhton]\n---\n# Home\n", 3),
        ("index.md", "---\ntags:\n  - python\n  - pyhton\n---\n# pyhton\n", 4),
        ("index.rst", ":orphan:\n:tags: python,\n   pyhton\n\nHome\n====\n", 3),
    ],
    ids=range(3),
)
def test_a10_impossible_terms_name_page_line_and_the_nearest(
    make_site: MakeSite, file: str, text: str, line: int
) -> None:
    conf = 'pronghorn_taxonomies = [{"key": "tags", "possible_terms": ["python", "rust"]}]'
    built = build(make_site({file: text}, conf))
    (told,) = lines_of(built)
    assert told.startswith(f"{file}:{line}: ERROR: 'pyhton' is not among the possible terms of 'tags'; did you mean ")
    assert told.endswith("did you mean 'python'? The page is not listed there [pronghorn.taxonomy]")
    assert built.exit_code == 1
    assert not built.exists("tags/pyhton.html")


def test_a10_odd_terms_each_have_a_page(make_site: MakeSite) -> None:
    terms = [
        "C",
        "C++",
        "C#",
        "c",
        5,
        True,
        "😀",
        "🎉",
        "../x",
        "x",
        "x" * 300,
        "x" * 299,
        "index",
        "",
        None,
        "a: b `c`",
    ]
    odd = (
        "".join(f"  - {json.dumps(term, ensure_ascii=False)}\n" for term in [*terms, "<b>&amp;"])
        + "  - 2026-05-01\n  - 1.50\n"
    )
    result = build_cleanly(make_site({"index.md": f"---\ntags:\n{odd}---\n# Home\n"}, TAXONOMIES))
    taxonomy = result.site.taxonomies.tags
    assert len(taxonomy) == 17
    assert len({term.docname.casefold() for term in taxonomy}) == 17
    for term in taxonomy:
        assert shown(result, f"{term.docname}.html") == [("Home", "index.html")]
    assert len({path.name.casefold() for path in (result.outdir / "tags").iterdir()}) == 18
    assert [text for text, _ in shown(result, "tags/index.html")] == [term.name for term in taxonomy]
    assert dead_links(result) == []


def test_a10_two_taxonomies_with_one_key_end_the_build(make_site: MakeSite) -> None:
    site = make_site(
        {"index.md": "# Home\n", "pronghorn.toml": '[[taxonomies]]\nkey = "tags"\n[[taxonomies]]\nkey = "tags"\n'}
    )
    with pytest.raises(ConfigError, match=r"pronghorn.toml: 'taxonomies\[0\]' and 'taxonomies\[1\]' are both"):
        build(site)


def test_a10_options_are_checked_where_they_are_set(make_site: MakeSite) -> None:
    site = make_site({"index.md": "# Home\n", "pronghorn.toml": '[[taxonomies]]\nkey = "tags"\nplurl = "Tags"\n'})
    (told,) = lines_of(build(site))
    assert told.startswith("pronghorn.toml:1: WARNING: ")
    assert told.endswith("taxonomies[0]: a taxonomy has no option 'plurl'; did you mean 'plural'? [pronghorn.config]")
    site = make_site({"index.md": "# Home\n"}, 'pronghorn_taxonomies = [{"key": "tags", "order": 5}]')
    with pytest.raises(ConfigError, match=r"conf.py: 'pronghorn_taxonomies\[0\].order' should be Literal"):
        build(site)


def test_a10_dates_with_and_without_a_time_zone_are_sorted_together(make_site: MakeSite) -> None:
    dates = {"a": "2026-05-01", "b": "2026-05-01 10:00:00+05:00", "c": "2026-05-01 09:00:00", "d": ""}
    files = {
        f"{name}.md": f"---\norphan: true\nlang: en\ndate: {date}\n---\n# {name}\n" for name, date in dates.items()
    }
    result = build_cleanly(make_site({"index.md": "# Home\n", **files}, TAXONOMIES))
    assert [text for text, _ in shown(result, "lang/en.html")] == ["c", "b", "a", "d"]


def test_a10_titles_are_translated_by_catalogs(make_site: MakeSite) -> None:
    files: dict[str, str | bytes] = {
        "index.md": "# Home\n\n{taxonomy}`tags: salt`\n",
        "page.md": "---\norphan: true\ntags: [salt]\n---\n# Page\n",
        "locale/de/LC_MESSAGES/tags/index.mo": _translations({"All tags": "Alle Marken"}),
        "locale/de/LC_MESSAGES/tags/salt.mo": _translations({"salt": "Salz"}),
    }
    conf = 'language = "de"\nlocale_dirs = ["locale"]\ngettext_compact = False\ngettext_auto_build = False\n'
    conf += 'pronghorn_taxonomies = [{"key": "tags", "plural": "All tags"}]\n'
    built = build_cleanly(make_site(files, conf))
    assert "<h1>Alle Marken" in built.read("tags/index.html")
    assert "Salz" in built.read("tags/index.html")
    assert "<h1>Salz" in built.read("tags/salt.html")


def _translations(messages: dict[str, str]) -> bytes:
    """Return a compiled catalog."""
    catalog = Catalog(locale="de")
    for message, translation in messages.items():
        catalog.add(message, translation)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    return compiled.getvalue()
