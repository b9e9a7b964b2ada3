"""The bundled plugin ``feeds``: Atom, RSS and JSON Feed."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser  # type: ignore[import-untyped]  # it says nothing of types
import pytest

from tests.conftest import MakeSite
from tests.support.cached import CachedSite
from tests.support.quick import build, build_cleanly
from tests.support.site import Result

BASE = "https://example.org/docs/"
CONF = (
    f"html_baseurl = {BASE!r}\npronghorn_plugins_enabled = ['feeds']\npronghorn_taxonomies = [{{'key': 'tags'}}]\n"
    "pronghorn_plugins = {'feeds': {'formats': ['atom', 'rss', 'json'], 'taxonomies': ['tags'], %s}}\n"
)
FILES: dict[str, str | bytes] = {
    "index.md": "# Home\n\n```{toctree}\nposts/salt\nposts/pepper\nposts/bread\nabout\ntags/index\n```\n",
    "about.md": "# About\n\nNo date.\n",
    "posts/salt.md": "---\ndate: 2026-05-01 18:30:15 +02:00\ntags: [spices, C++]\nauthor: Ann\n---\n"
    "# Salt & <pepper> *now* 🧂\n\nSee {doc}`pepper`: it is **hot** & \\<good>.\n\nMore.\n",
    "posts/pepper.md": "---\ndate: 2026-05-20\ntags: spices\ndescription: All about\n  pepper.\n---\n"
    "# Pepper\n\nText.\n",
    "posts/bread.rst": ":date: 2025-12-01\n:author: Bob, Cid\n:feed_id: tag:example.org,2025:bread\n\nBread\n=====\n\n"
    ".. note:: Not this.\n\nBut this.\n",
    "posts/secret.md": "---\norphan: true\ndate: 2026-05-21\ndraft: true\ntags: spices\n---\n# Secret\n",
}
XML = ("atom.xml", "rss.xml")
ATOM = "{http://www.w3.org/2005/Atom}"


def _parsed(result: Result, file: str) -> Any:
    parsed = feedparser.parse((result.outdir / file).read_bytes())
    assert not parsed.bozo, parsed.bozo_exception
    return parsed


def _json(result: Result, file: str = "feed.json") -> dict[str, Any]:
    """Read a JSON Feed, and check what its specification asks for."""
    feed: dict[str, Any] = json.loads(result.read(file))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    for item in feed["items"]:
        assert item["id"]
        assert ("content_html" in item) != ("content_text" in item)
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    return feed


def _check_atom(file: Path) -> None:
    """Check what RFC 4287 asks for."""
    root = ET.parse(file).getroot()
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            found = element.findall(ATOM + name)
            assert len(found) == 1
            assert found[0].text
        assert element.findall(f"{ATOM}link[@rel='alternate']")
    assert root.findall(f"{ATOM}author/{ATOM}name")
    assert root.findall(f"{ATOM}link[@rel='self']")


def _check_rss(file: Path) -> None:
    """Check what RSS 2.0 asks for."""
    channel = ET.parse(file).getroot().find("channel")
    assert channel is not None
    for name in ("title", "link", "description"):
        assert channel.findtext(name)
    for item in channel.findall("item"):
        assert item.findtext("title")
        assert item.findtext("guid")


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
@pytest.mark.parametrize("file", XML)
def test_a15_feed_has_pages_with_dates_the_latest_first(make_site: MakeSite, builder: str, file: str) -> None:
    built = build_cleanly(make_site(FILES, CONF % "'description': 'A & B'"), builder)
    parsed = _parsed(built, file)
    suffix = ".html" if builder == "html" else "/"
    assert parsed.feed.subtitle == "A & B"
    assert parsed.feed.link == BASE
    assert [entry.link for entry in parsed.entries] == [
        f"{BASE}posts/{name}{suffix}" for name in ("pepper", "salt", "bread")
    ]
    pepper, salt, bread = parsed.entries
    assert salt.title in {"Salt & <pepper> now 🧂", "Salt &amp; &lt;pepper&gt; now 🧂"}
    assert [tag.term for tag in salt.tags] == ["spices", "C++"]
    assert salt.published_parsed[:6] == (2026, 5, 1, 16, 30, 15)
    assert [entry.summary for entry in parsed.entries][::2] == ["All about pepper.", "But this."]
    assert "See Pepper: it is hot &" in salt.summary
    assert pepper.id == f"{BASE}posts/pepper{suffix}"
    assert bread.id == "tag:example.org,2025:bread"
    assert "Ann" in salt.author


def test_a15_json_feed_says_the_same(make_site: MakeSite) -> None:
    feed = _json(build_cleanly(make_site(FILES, CONF % "")))
    assert feed["home_page_url"] == BASE
    assert feed["feed_url"] == BASE + "feed.json"
    pepper, salt, bread = feed["items"]
    assert salt["title"] == "Salt & <pepper> now 🧂"
    assert salt["date_published"] == "2026-05-01T18:30:15+02:00"
    assert salt["content_text"] == "See Pepper: it is hot & <good>."
    assert salt["tags"] == ["spices", "C++"]
    assert pepper["date_published"] == "2026-05-20T00:00:00Z"
    assert "authors" not in pepper
    assert [author["name"] for author in bread["authors"]] == ["Bob", "Cid"]


@pytest.mark.parametrize("content", ["summary", "full"])
def test_a15_feeds_have_all_that_their_formats_ask_for(make_site: MakeSite, content: str) -> None:
    built = build_cleanly(make_site(FILES, CONF % f"'content': {content!r}"))
    folders = ("", "tags/", "tags/spices/", "tags/c-plus-plus/")
    for folder in folders:
        _check_atom(built.outdir / folder / "atom.xml")
        _check_rss(built.outdir / folder / "rss.xml")
        _json(built, f"{folder}feed.json")
        for name in XML:
            _parsed(built, folder + name)
    assert len([*built.outdir.rglob("atom.xml")]) == len(folders)


def test_a15_full_text_is_that_of_the_page_with_whole_addresses(make_site: MakeSite) -> None:
    page = (
        "---\ndate: 2026-05-02\ntags: spices\n---\n# Bay\n\nSee {doc}`salt`, [all](#more) & ![an image](a.png)\n\n"
        "## More\n\n```python\na < b\n```\n"
    )
    files = {**FILES, "posts/pepper.md": page, "posts/a.png": b"\x89PNG\r\n\x1a\n"}
    built = build(make_site(files, CONF % "'content': 'full'"))
    content = _json(built)["items"][0]["content_html"]
    assert f'href="{BASE}posts/salt.html"' in content
    assert f'href="{BASE}posts/pepper.html#more"' in content
    assert f'src="{BASE}_images/a.png"' in content
    assert "&lt;" in content
    assert "<h1" not in content
    assert "headerlink" not in content
    assert content.count("<section") == content.count("</section>")
    assert _parsed(built, "atom.xml").entries[0].content[0].type == "text/html"
    assert 'src="https://example.org/docs/_images/a.png"' in _parsed(built, "rss.xml").entries[0].content[0].value


def test_a15_html_in_a_page_is_put_right(make_site: MakeSite) -> None:
    page = (
        "---\ndate: 2026-05-02\n---\n# Bay\n\n<aside><p>No.</p></aside>\n<script>no()</script>\n"
        '<ul><li>No<p>No.</ul>\n<p><img src="a.png" srcset="b.png 2x" alt=\'"\'><br/>Yes &lt;b&gt; &amp; so <a href="http://[">on'
        "</b></a></p><form><input><p>No</form>\n<p>End\n"
    )
    feed = _json(build_cleanly(make_site({**FILES, "posts/pepper.md": page}, CONF % "'content': 'full'")))
    item = feed["items"][0]
    assert item["summary"] == "Yes <b> & so on"
    assert (
        f'<p><img src="{BASE}posts/a.png" alt="&quot;"><br>Yes &lt;b&gt; &amp; so <a href="http://[">on</a></p>'
        in item["content_html"]
    )
    assert "no()" not in item["content_html"]
    assert "input" not in item["content_html"]


def test_a15_taxonomy_and_term_have_feeds(make_site: MakeSite) -> None:
    built = build_cleanly(make_site(FILES, CONF % "'title': 'News'"))
    assert [item["title"] for item in _json(built, "tags/feed.json")["items"]] == ["Pepper", "Salt & <pepper> now 🧂"]
    plus = _json(built, "tags/c-plus-plus/feed.json")
    assert plus["title"] == "News: C++"
    assert plus["home_page_url"] == BASE + "tags/c-plus-plus.html"
    assert len(plus["items"]) == 1


@pytest.mark.parametrize("theme", ["alabaster", "furo", "basic"])
def test_a15_pages_lead_to_feeds(make_site: MakeSite, theme: str) -> None:
    built = build_cleanly(make_site(FILES, CONF % "'title': 'A \"&\" B'"), html_theme=theme)
    link = '<link rel="alternate" type="application/atom+xml" title="A &quot;&amp;&quot; B{}" href="{}"'
    for name, url in (("index.html", "atom.xml"), ("posts/salt.html", "../atom.xml"), ("about.html", "atom.xml")):
        head = built.read(name).partition("</head>")[0]
        assert link.format("", url) in head
        assert head.count('rel="alternate"') == 3
    term = built.read("tags/c-plus-plus.html")
    assert link.format(": C++", "c-plus-plus/atom.xml") in term
    assert link.format("", "../atom.xml") in term
    assert link.format(": tags", "atom.xml").lower() in built.read("tags/index.html").lower()


def test_a15_options_choose_pages(make_site: MakeSite) -> None:
    def titles(options: str) -> list[str]:
        return [item["title"][:4] for item in _json(build_cleanly(make_site(FILES, CONF % options)))["items"]]

    assert titles("'limit': 1") == ["Pepp"]
    assert titles("'limit': 0") == ["Pepp", "Salt", "Brea"]
    assert titles("'path': ['posts/*.md'], 'exclude': ['**/pepper']") == ["Salt"]
    assert titles("'where': 'author = Bob'") == ["Brea"]


def test_a15_drafts_are_in_no_feed(make_site: MakeSite) -> None:
    built = build_cleanly(make_site(FILES, CONF % "'content': 'full'"), pronghorn_drafts=True)
    assert built.exists("posts/secret.html")
    for file in built.outdir.rglob("*"):
        if file.name in {"atom.xml", "rss.xml", "feed.json"}:
            assert "Secret" not in file.read_text()


def test_a15_feed_without_pages(make_site: MakeSite) -> None:
    built = build_cleanly(make_site({"index.md": "# Home\n"}, CONF % ""))
    _check_atom(built.outdir / "atom.xml")
    _check_rss(built.outdir / "rss.xml")
    assert _json(built)["items"] == []
    assert _parsed(built, "atom.xml").feed.updated == "1970-01-01T00:00:00Z"
    assert not _parsed(built, "rss.xml").entries


@pytest.mark.parametrize("url", ["", "/docs/", "example.org"])
def test_a15_feeds_need_the_address_of_the_site(make_site: MakeSite, url: str) -> None:
    built = build(make_site(FILES, CONF % ""), html_baseurl=url)
    assert built.warnings.count("[feeds]") == 1
    assert "Set html_baseurl in conf.py" in built.warnings
    assert not built.exists("atom.xml")
    assert "feed" not in built.read("posts/salt.html")


def test_a15_no_feeds_if_links_have_another_suffix(make_site: MakeSite) -> None:
    built = build(make_site(FILES, CONF % ""), html_link_suffix="")
    assert built.warnings.count("[feeds] there are no feeds: html_link_suffix") == 1
    assert "feed" not in built.read("posts/salt.html")


def test_a15_other_builders_have_no_feeds(make_site: MakeSite) -> None:
    built = build_cleanly(make_site(FILES, CONF % ""), "text", html_baseurl="")
    assert not [*built.outdir.rglob("*.xml")]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("'formats': ['rdf']", "'formats' knows no 'rdf'; there are: atom, rss, json"),
        ("'content': 'most'", "'content' knows no 'most'; there are: summary, full"),
        ("'limit': -1", "'limit' is 0 or more"),
        ("'where': 'autor = Ann'", "no page has a field 'autor'; did you mean 'author'?"),
        ("'taxonomies': ['tgas']", "the option 'taxonomies' names 'tgas', and there is none; did you mean 'tags'?"),
    ],
)
def test_a15_options_that_cannot_be_used(make_site: MakeSite, options: str, problem: str) -> None:
    warnings = build(make_site(FILES, CONF % options)).warnings
    assert warnings.count(problem) == 1


def test_a15_characters_that_feeds_cannot_have(make_site: MakeSite) -> None:
    page = '---\ndate: 1800-01-01 12:00\ntitle: "A\\x01\\uFFFFB ]]>"\nauthor: {name: Ann}\n---\n# A\n'
    built = build_cleanly(make_site({**FILES, "about.md": page}, CONF % ""), pronghorn_time_zone="Europe/Berlin")
    for file in XML:
        assert _parsed(built, file).entries[-1].title in {"AB ]]>", "AB ]]&gt;"}
    assert _json(built)["items"][-1]["date_published"] == "1800-01-01T12:00:00+00:53"


@pytest.mark.parametrize("content", ["summary", "full"])
def test_a15_feeds_follow_edits(make_site: MakeSite, content: str) -> None:
    site = CachedSite(make_site(FILES, CONF % f"'content': {content!r}"))
    site.build_as_clean()
    assert not site.build_as_clean().written
    pepper = str(FILES["posts/pepper.md"])
    edits: list[tuple[str, str | None, str]] = [
        ("posts/salt.md", str(FILES["posts/salt.md"]).replace("**hot**", "**mild**"), "mild"),
        ("posts/pepper.md", pepper.replace("# Pepper", "# Chilli"), "See Chilli"),
        ("posts/pepper.md", pepper.replace("tags: spices", "tags: hot"), '"hot"'),
        ("posts/new.md", "---\norphan: true\ndate: 2026-06-01\n---\n# New\n", "2026-06-01"),
        ("posts/new.md", "---\norphan: true\ndate: 2026-06-01\ndraft: true\n---\n# New\n", "2026-05-20"),
        ("posts/new.md", None, "2026-05-20"),
    ]
    for number, (file, text, expected) in enumerate(edits):
        if text is None:
            site.site.remove(file)
        else:
            site.site.write(file, text)
        built = site.build_as_clean(jobs=1 + number % 2)
        assert expected in built.read("feed.json")
    assert built.exists("tags/hot/atom.xml")
    site.site.write("posts/pepper.md", pepper)
    assert not (site.build_as_clean().outdir / "tags" / "hot").exists()


@pytest.mark.parametrize("content", ["summary", "full"])
def test_a15_feeds_of_a_parallel_build_and_of_one_without_the_cache(make_site: MakeSite, content: str) -> None:
    site = CachedSite(make_site(FILES, CONF % f"'content': {content!r}"))
    clean = site.build_cleanly()
    site.build_as_clean(jobs=2, clean=clean)
    site.build_as_clean(into="uncached", clean=clean, pronghorn_cache=False)
    site.build_as_clean(into="uncached", jobs=2, clean=clean, pronghorn_cache=False)


def test_a15_feeds_of_another_configuration(make_site: MakeSite) -> None:
    site = CachedSite(make_site(FILES, CONF % ""))
    site.build_as_clean()
    assert "posts/pepper/" in site.build_as_clean("dirhtml", into="dirhtml").read("atom.xml")
    conf = site.site.source / "conf.py"
    conf.write_text(conf.read_text().replace(BASE, "https://example.com/") + "language = 'de'\nproject = 'Neu'\n")
    again = site.build_as_clean()
    assert "https://example.com/posts/pepper.html" in again.read("atom.xml")
    assert 'xml:lang="de"' in again.read("atom.xml")
    conf.write_text(conf.read_text().replace("'atom', 'rss', ", ""))
    again = site.build_as_clean()
    assert not again.exists("atom.xml")
    assert again.exists("tags/feed.json")


def test_a15_feeds_are_taken_from_the_cache_in_a_clone(make_site: MakeSite) -> None:
    site = CachedSite(make_site(FILES, CONF % "'content': 'full'"))
    first = site.build()
    clone = site.clone("clone").build_as_clean()
    assert not clone.written
    assert clone.read("tags/spices/atom.xml") == first.read("tags/spices/atom.xml")
