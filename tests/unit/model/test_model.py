"""The site, its pages and what they are made of."""

import copy
import datetime as dt
import pickle
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import pronghorn
from pronghorn import Content, Metadata, Page, PageError, Source, SourceError, UrlError
from pronghorn.model.url import parse_url
from tests.conftest import MakeSite
from tests.support.quick import build, build_cleanly, dead_links, plugin, small_site

PARTS = st.sampled_from(["", ".", "..", "...", "a", "é b", "v1.2", "index.html", "x.htm", "%2e%2e", " ", "~", "c:"])
URLS = st.one_of(st.text(), st.lists(PARTS, max_size=5).flatmap(lambda p: st.sampled_from(["/".join(p), "\\".join(p)])))
SUFFIXES = st.sampled_from([".html", ".xhtml", ".htm"])
TREE = {
    "index.md": "# Home\n\n```{toctree}\n:glob:\nposts/*\nposts/deep/*\n```\n",
    "posts/index.md": "# Posts\n",
    "posts/one.md": "# One\n",
    "posts/deep/index.md": "# Deep\n",
    "posts/deep/two.rst": "Two\n===\n",
}


def test_a2_site_is_what_every_plugin_gets(make_site: MakeSite) -> None:
    code = "seen = []"
    register = ("seen.append(site)", "site.signals.site_finished.connect(seen.append)", "site.seen_here = seen")
    site = make_site({"index.md": "# Home\n", "plugins/look.py": plugin(code, *register)}, 'language = "de"')
    built = build_cleanly(site, html_baseurl="https://docs.example/")
    assert built.site.seen_here == [built.site, built.site]  # type: ignore[attr-defined]
    assert isinstance(built.site, pronghorn.Site)
    assert isinstance(built.site.pages, pronghorn.Pages)
    assert isinstance(built.site.signals, pronghorn.Signals)
    assert isinstance(built.site.readers, pronghorn.Readers)
    assert isinstance(built.site.config, pronghorn.SiteConfig)
    assert isinstance(built.site.plugins, pronghorn.PluginRegistry)
    assert built.site.app.outdir == built.outdir


def test_a2_site_config_tells_title_url_and_language(make_site: MakeSite) -> None:
    site = make_site({"index.md": "# Home\n"}, 'html_title = "The Site"\nlanguage = "de"')
    config = build_cleanly(site, html_baseurl="https://docs.example/").site.config
    assert (config.title, config.url, config.language) == ("The Site", "https://docs.example/", "de")


def test_a2_pages_are_ordered_and_found_by_docname_and_path(make_site: MakeSite) -> None:
    site = make_site(TREE)
    pages = build_cleanly(site).site.pages
    assert [page.docname for page in pages] == [
        "index",
        "posts/deep/index",
        "posts/deep/two",
        "posts/index",
        "posts/one",
    ]
    assert len(pages) == 5
    one = pages["posts/one"]
    assert one in pages
    assert "posts/one" in pages
    assert "posts/none" not in pages
    for name in ("posts/one", "posts/one.md", "posts\\one.md", Path("posts/one.md"), site.source / "posts/one.md"):
        assert pages.find(name) is one
    assert pages.find("posts/none") is None
    with pytest.raises(KeyError):
        pages["posts/none"]


def test_a2_subpages_are_those_of_the_folder(make_site: MakeSite) -> None:
    site = build_cleanly(make_site(TREE)).site

    def below(name: str, *, recursive: bool = False) -> list[str]:
        return [page.docname for page in site.subpages_of(site.pages[name], recursive=recursive)]

    assert below("posts/index") == ["posts/deep/index", "posts/one"]
    assert below("posts/index", recursive=True) == ["posts/deep/index", "posts/deep/two", "posts/one"]
    assert below("posts/deep/index") == ["posts/deep/two"]
    assert below("posts/one") == []
    assert below("index") == ["posts/index"]
    assert len(below("index", recursive=True)) == 4


def test_a2_page_has_its_components(make_site: MakeSite) -> None:
    site = make_site({"index.md": "---\ncolour: red\n---\n# Home\n\n## Below\n"})
    page = build_cleanly(site).site.pages["index"]
    assert (page.docname, page.url, page.title, page.cached) == ("index", "index.html", "Home", False)
    assert page.source is not None
    assert page.source.relpath == "index.md"
    assert page.metadata == Metadata(colour="red")
    assert page.input is not None
    assert (page.input.type, page.input.content) == ("md", "---\ncolour: red\n---\n# Home\n\n## Below\n")
    assert page.toc is not None
    assert [(entry.title, entry.anchor) for entry in page.toc.walk()] == [("Home", ""), ("Below", "#below")]
    assert (page.output, page.taxonomy, page.term) == (None, None, None)


def test_a2_title_in_the_metadata_wins(make_site: MakeSite) -> None:
    site = make_site({"index.md": "---\ntitle: Given\n---\n# Written\n", "a.rst": ":orphan:\n:title: Given\n\nText.\n"})
    pages = build(site).site.pages
    assert (pages["index"].title, pages["a"].title) == ("Given", "Given")


def test_a2_make_page_makes_a_document(make_site: MakeSite) -> None:
    code = """
    def make(site):
        page = site.make_page("tags/salt/", metadata=Metadata(title="Salt"), output=Content("md", "Saltwords here."))
        assert site.get_or_make_page("/tags/salt") is page
        assert site.get_or_make_page("tags/new", metadata=Metadata(title="New")).docname == "tags/new"
    """
    files = {
        "index.md": "# Home\n\n```{toctree}\ntags/salt\ntags/new\n```\n\n{doc}`tags/salt`\n",
        "plugins/tags.py": plugin(code, "site.signals.processors_init.connect(make)"),
    }
    built = build_cleanly(make_site(files))
    assert "Saltwords" in built.read("tags/salt/index.html")
    assert built.urls == {"index": "index.html", "tags/new": "tags/new/", "tags/salt": "tags/salt/"}
    assert built.read("index.html").count('href="tags/salt/"') >= 2
    assert "saltword" in built.read("searchindex.js")
    assert not dead_links(built)


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("plugins_loaded", "pages can be made from readers_init to processors_finished"),
        ("rendering_init", "pages can be made from readers_init to processors_finished"),
        ("processors_init", "there is a page 'index' already, from index.md; see get_or_make_page"),
    ],
)
def test_a2_page_that_cannot_be_made_names_plugin_and_line(make_site: MakeSite, when: str, why: str) -> None:
    code = "def make(site):\n    site.make_page('')\n"
    built = build(make_site(small_site(code, f"site.signals.{when}.connect(make)")))
    assert f"plugin 'p': handler of {when} `make` (plugins/p.py:4) failed: make_page(''): " in built.warnings
    assert why in built.warnings
    assert "Home" in built.read("index.html")


@pytest.mark.parametrize("url", ["../x", "a?b", "http://x", 7])
def test_a2_page_cannot_be_made_at_an_impossible_url(make_site: MakeSite, url: object) -> None:
    code = f"def make(site):\n    site.make_page({url!r})\n"
    built = build(
        make_site({"index.md": "# Home\n", "plugins/p.py": plugin(code, "site.signals.processors_init.connect(make)")})
    )
    assert f"plugin 'p': handler of processors_init `make` (plugins/p.py:4) failed: {url!r}" in built.warnings.replace(
        "a URL is a string, not 7", "7"
    )
    assert len(built.urls) == 1


def test_a2_components_tell_when_they_come_and_go(make_site: MakeSite) -> None:
    code = """
    told = []

    def added(page):
        for name in ("metadata", "input", "output", "taxonomy", "term", "source", "toc"):
            for change in ("created", "removed"):
                signal = getattr(page, f"{name}_{change}")
                signal.connect(lambda page, value, note=f"{name}_{change}": told.append((page.docname, note, value)))

    def play(site):
        page = site.pages["index"]
        del told[:]
        for name in ("metadata", "input", "output", "taxonomy", "term"):
            value = {"metadata": Metadata(a=1), "taxonomy": "t", "term": "u"}.get(name, Content("md", "# Other"))
            setattr(page, name, value)
            setattr(page, name, None)
            setattr(page, name, None)
        site.told = list(told)
    """
    register = ("site.signals.page_added.connect(added)", "site.signals.readers_finished.connect(play)")
    told = build_cleanly(make_site({"index.md": "# Home\n", "plugins/p.py": plugin(code, *register)})).site.told  # type: ignore[attr-defined]
    names = [note for _, note, _ in told]
    assert names == [
        f"{n}_{c}" for n in ("metadata", "input", "output", "taxonomy", "term") for c in ("created", "removed")
    ]
    assert {docname for docname, _, _ in told} == {"index"}
    assert told[0][2] == told[1][2] == {"a": 1}


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("page.metadata = {'title': 'x'}", "page.metadata must be Metadata or None, not {'title': 'x'}"),
        ("page.output = '<p>'", "page.output must be Content or None, not '<p>'"),
        ("page.input = b'x'", "page.input must be Content or None"),
        ("page.source = 'x.md'", "page.source must be Source or None"),
        ("page.colour = 'red'", "colour"),
        ("page.update({'colour': 1})", "a page has no component 'colour'"),
        ("page.inptu_created.connect(print)", "a page has no attribute 'inptu_created'"),
    ],
)
def test_a2_wrong_component_names_plugin_file_line_and_page(make_site: MakeSite, statement: str, problem: str) -> None:
    code = f"def added(page):\n    {statement}\n"
    built = build(
        make_site({"index.md": "# Home\n", "plugins/p.py": plugin(code, "site.signals.page_added.connect(added)")})
    )
    assert "plugin 'p': handler of page_added `added` (plugins/p.py:4) failed on 'index'" in built.warnings
    assert problem in built.warnings
    assert "index.md: WARNING" in built.warnings
    assert "Home" in built.read("index.html")


def test_a2_site_pages_and_components_are_shown_shortly(make_site: MakeSite) -> None:
    site = build_cleanly(make_site({"index.md": "---\nbig: " + "x" * 500 + "\n---\n# Home\n"})).site
    page = site.pages["index"]
    for shown in (site, site.pages, page, page.metadata, page.input, page.toc, site.signals.page_added):
        assert len(repr(shown)) < 100


def test_a2_source_names_the_parts_of_its_path() -> None:
    source = Source(Path("root"), "posts/2026/v1.2.md")
    assert (source.reldirname, source.basename, source.filebase, source.ext) == ("posts/2026", "v1.2.md", "v1.2", "md")
    assert source.path == Path("root/posts/2026/v1.2.md")
    plain, hidden = Source(Path("root"), "LICENSE"), Source(Path("root"), ".env")
    assert (plain.reldirname, plain.filebase, plain.ext) == ("", "LICENSE", "")
    assert (hidden.filebase, hidden.ext) == (".env", "")


def test_a2_source_is_read_as_text_and_as_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\xc3\xa9")
    (tmp_path / "b.txt").write_bytes(b"fine\nca\xe9")
    assert Source(tmp_path, "a.txt").read_text() == "one\ntwo\nthreeé"
    assert Source(tmp_path, "b.txt").read_text("latin-1") == "fine\ncaé"
    assert Source(tmp_path, "b.txt").read_bytes() == b"fine\nca\xe9"
    with pytest.raises(SourceError, match=r"b\.txt:2: not utf-8: byte 0xe9 at offset 7.*latin-1"):
        Source(tmp_path, "b.txt").read_text()


def test_a2_metadata_is_an_immutable_mapping() -> None:
    metadata = Metadata({"title": "Salt"}, date="2026")
    assert (metadata.title, metadata["date"], len(metadata), list(metadata)) == ("Salt", "2026", 2, ["title", "date"])
    assert metadata | {"title": "Iron"} == {"title": "Iron", "date": "2026"}
    assert {"title": "Iron", "x": 1} | metadata == {"title": "Salt", "date": "2026", "x": 1}
    assert isinstance({"x": 1} | metadata, Metadata)
    assert metadata == {"title": "Salt", "date": "2026"}
    with pytest.raises(AttributeError, match="cannot be changed"):
        metadata.title = "Iron"
    with pytest.raises(AttributeError, match="no key 'titel'; did you mean 'title'"):
        _ = metadata.titel
    assert pickle.loads(pickle.dumps(metadata)) == copy.deepcopy(metadata) == metadata


def test_broken_metadata_keys_never_shadow_methods() -> None:
    metadata = Metadata({"get": 1, "items": 2, "keys": 3, "values": 4, "data": 5, "_values": 6, "__len__": 7})
    assert metadata["items"] == 2
    assert dict(metadata.items())["get"] == 1
    assert metadata.get("data") == metadata.data == 5
    assert sorted(metadata.values()) == [1, 2, 3, 4, 5, 6, 7]
    assert pickle.loads(pickle.dumps(metadata)) == metadata


def test_broken_front_matter_keys_get_items_data(make_site: MakeSite) -> None:
    code = """
    def look(site):
        for page in site.pages:
            for key, value in page.metadata.items():
                assert page.metadata.get(key) == page.metadata[key] == value
            site.seen = page.metadata
    """
    files = {
        "index.md": "---\nget: a\nitems: [+++b]\nkeys: c\nvalues: d\ndata: e\npop: f\n---\n# Home\n",
        "_templates/page.html": '{{ page.metadata["items"][0] }}{{ page.metadata.data }}',
        "plugins/p.py": plugin(code, "site.signals.readers_finished.connect(look)"),
    }
    built = build_cleanly(make_site(files, 'templates_path = ["_templates"]'))
    assert dict(built.site.seen) == {  # type: ignore[attr-defined]
        "get": "a", "items": ["+++b"], "keys": "c", "values": "d", "data": "e", "pop": "f",
    }  # fmt: skip
    assert "+++be" in built.read("index.html")


def test_broken_datetimes_keep_their_time(make_site: MakeSite) -> None:
    header = "---\nday: 2026-05-01\nnaive: 2026-05-01 10:30:00\naware: 2026-05-01T10:30:00+02:00\n---\n"
    metadata = build_cleanly(make_site({"index.md": header + "# Home\n"})).site.pages["index"].metadata
    assert metadata is not None
    aware = metadata.aware
    assert metadata.day == dt.date(2026, 5, 1)
    assert type(metadata.day) is dt.date
    assert metadata.naive == dt.datetime(2026, 5, 1, 10, 30)  # noqa: DTZ001 - as the page gives it
    assert aware.utcoffset() == dt.timedelta(hours=2)
    assert (aware.hour, aware.minute) == (10, 30)


def test_broken_v1_2_md_is_no_file_without_extension(make_site: MakeSite) -> None:
    deduce = "site.readers.register_reader(deduce_url=lambda path: path.reldirname + '/' + path.filebase)"
    files = {"index.md": "# Home\n\n{doc}`v1.2` {doc}`notes/2.0`\n", "v1.2.md": "---\norphan: 1\n---\n# New in 1.2\n"}
    files |= {"notes/2.0.md": "---\norphan: 1\n---\n# Two\n", "plugins/pretty.py": plugin("", deduce)}
    site = make_site(files)
    for builder in ("html", "dirhtml"):
        built = build_cleanly(site, builder, into=builder)
        assert "New in 1.2" in built.read("v1.2/index.html")
        assert "Two" in built.read("notes/2.0/index.html")
        assert not dead_links(built)


@given(URLS, SUFFIXES)
@example("/" * 3, ".html")
@example("a/..", ".html")
@example("\u3000a", ".html")
@example("a\u2028b", ".html")
@example("C:/Windows", ".html")
@example("x" * 300, ".html")
@example("é" * 200, ".html")
@example("a" + chr(0xDCFF), ".html")
def test_a6_parsed_url_never_leaves_the_root(given_url: str, suffix: str) -> None:
    try:
        url = parse_url(given_url, suffix)
    except UrlError:
        return
    file = Path(url.file)
    assert not file.is_absolute()
    assert not {"..", ".", ""} & set(url.file.split("/"))
    assert "\\" not in url.file
    assert not url.link.startswith("/")
    assert url.file.endswith((".html", ".htm", suffix))
    assert url.file == url.link or url.file == url.link + "index" + suffix
    assert Path("/out", url.file).resolve().is_relative_to("/out")
    assert all(len(part.encode()) <= 255 for part in file.parts)


@given(URLS, SUFFIXES)
def test_a6_parsing_a_url_again_changes_nothing(given_url: str, suffix: str) -> None:
    try:
        url = parse_url(given_url, suffix)
    except UrlError:
        assume(False)
    assert parse_url(url.link, suffix) == url
    assert parse_url("/" + url.link, suffix) == url
    assert parse_url(url.file, suffix).file == url.file


@pytest.mark.parametrize(
    ("given_url", "link", "file"),
    [
        ("", "", "index.html"),
        ("/", "", "index.html"),
        ("posts/first", "posts/first/", "posts/first/index.html"),
        ("/posts/first/", "posts/first/", "posts/first/index.html"),
        ("posts\\first", "posts/first/", "posts/first/index.html"),
        ("about.html", "about.html", "about.html"),
        ("about.HTM", "about.HTM", "about.HTM"),
        ("about.html/", "about.html/", "about.html/index.html"),
        ("posts/index.html", "posts/", "posts/index.html"),
        ("index.html", "", "index.html"),
        ("v1.2", "v1.2/", "v1.2/index.html"),
        ("grün/日本", "grün/日本/", "grün/日本/index.html"),
        ("50%", "50%/", "50%/index.html"),
        ("a b", "a b/", "a b/index.html"),
    ],
)
def test_a6_url_without_a_file_part_is_pretty(given_url: str, link: str, file: str) -> None:
    url = parse_url(given_url)
    assert (url.link, url.file) == (link, file)


@pytest.mark.parametrize(
    "given_url",
    [
        "..",
        "a/../b",
        "/..",
        "//host/x",
        "http://x/",
        "mailto:x",
        "a//b",
        "a/./b",
        "a?b",
        "a#b",
        "a\0b",
        "a\nb",
        "a:b",
        "a /b",
    ],
)
def test_a6_impossible_url_is_refused_with_its_value(given_url: str) -> None:
    with pytest.raises(UrlError) as caught:
        parse_url(given_url)
    assert repr(given_url) in str(caught.value)


def test_a2_public_classes_are_importable_by_their_names() -> None:
    assert {Content, Metadata, Page, Source} <= {getattr(pronghorn, name) for name in pronghorn.__all__}
    assert issubclass(PageError, pronghorn.PronghornError)
