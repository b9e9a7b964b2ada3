"""Readers: which files are pages, and what is read from them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from hypothesis import example, given
from hypothesis import strategies as st

from pronghorn.readers.field_list import read_field_list
from tests.conftest import MakeSite
from tests.support import assert_same_output
from tests.support.quick import build, build_cleanly, dead_links, plugin, small_site

ORPHAN = "---\norphan: true\n---\n"
HOME = "# Home\n\n```{toctree}\n:glob:\n**\n```\n"
MYFT_URL = """
import html
import os.path

def deduce_url(path):
    if path.filebase == "index":
        return path.reldirname
    return os.path.join(path.reldirname, path.filebase)
"""
# The example "Handling new file type" of the guide with its mistakes put right: the file object's name, `append`,
# `site.signals`, and a page that has its output already, which must not end the loop.
GUIDE = (
    MYFT_URL
    + """

def is_myft(page):
    return page.source and page.source.ext == "myft"

def is_parsed_myft(page):
    return page.input and page.input.type == "myft"

def read(page):
    if not is_myft(page):
        return
    if page.input:
        return
    parsed_content = []
    with open(page.source.path) as file_:
        for line in file_:
            parsed_content.append(line.strip())
    page.metadata = Metadata(title="mypage", date="2021-09-10")
    page.input = Content("myft", "\\n".join(parsed_content))

def convert(text):
    return "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines())

def generate(site):
    for page in site.pages:
        if not is_parsed_myft(page):
            continue
        if page.output:
            continue
        page.output = Content("html", convert(page.input.content))
"""
)
GUIDE_REGISTER = (
    "site.signals.page_added.connect(read)",
    "site.signals.processors_init.connect(generate)",
    'site.readers.register_reader(deduce_url, lambda p: p.ext == "myft")',
)


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a8_new_file_type_of_the_guide_works_end_to_end(make_site: MakeSite, builder: str) -> None:
    files = {
        "index.md": "# Home\n\n```{toctree}\nnotes/index\nnotes/salt\n```\n\n{doc}`notes/salt`\n",
        "notes/index.myft": "About notes\n",
        "notes/salt.myft": "Sodium & chloride\n  indented\n",
        "plugins/myft.py": plugin(GUIDE, *GUIDE_REGISTER),
    }
    built = build_cleanly(make_site(files), builder)
    assert built.urls["notes/index"] == "notes/"
    assert built.urls["notes/salt"] == "notes/salt/"
    text = built.read("notes/salt/index.html")
    assert "<p>Sodium &amp; chloride</p>" in text
    assert "<p>indented</p>" in text
    assert "<title>mypage" in text
    assert "About notes" in built.read("notes/index.html")
    assert built.site.pages["notes/salt"].metadata == built.site.pages["notes/index"].metadata
    assert "sodium" in built.read("searchindex.js")
    assert not dead_links(built)


def test_a8_any_file_may_be_a_page(make_site: MakeSite) -> None:
    code = """
    def wanted(path):
        return path.basename in {"CHANGES", "data.bin", "old.txt"} or path.reldirname.startswith("raw")

    def read(page):
        if page.source.ext == "bin":
            text = f"bytes: {sum(page.source.read_bytes())}"
        elif page.source.ext == "txt":
            text = page.source.read_text("latin-1")
        else:
            text = page.source.read_text()
        return Metadata(title=page.source.basename), Content("html", f"<p>{text}</p>")
    """
    files: dict[str, str | bytes] = {
        "index.md": HOME,
        "CHANGES": "first changes",
        "data.bin": bytes(range(256)),
        "old.txt": "größer".encode("latin-1"),
        "raw/a.md.in": "not markdown: [x]{y}",
        "raw/b": "no suffix",
        "raw/c.png": "no picture",
        "other.txt": "no page",
        "plugins/p.py": plugin(code, "site.readers.register_reader(condition=wanted, read=read)"),
    }
    built = build_cleanly(make_site(files))
    assert built.urls.keys() == {"index", "CHANGES", "data", "old", "raw/a.md", "raw/b", "raw/c"}
    for name, text in {
        "CHANGES": "first changes",
        "data": "bytes: 32640",
        "old": "größer",
        "raw/b": "no suffix",
    }.items():
        assert text in built.read(f"{name}.html")
    assert "not markdown: [x]{y}" in built.read("raw/a.md.html")
    assert "other" not in built.urls
    assert not dead_links(built)


@pytest.mark.parametrize(
    ("read", "title", "text"),
    [
        ("return Content('html', '<p>words</p>')", "a", "words"),
        ("return Metadata(title='T'), Content('html', '<p>words</p>')", "T", "words"),
        ("return Content('html', '<p>words</p>'), Metadata(title='T')", "T", "words"),
        ("page.metadata = Metadata(title='T'); page.input = Content('html', '<p>words</p>')", "T", "words"),
        ("page.input = Content('html', '<h1>H</h1><p>words</p>'); return Metadata(colour='red')", "H", "words"),
    ],
)
def test_a8_read_function_gives_content_and_metadata(make_site: MakeSite, read: str, title: str, text: str) -> None:
    site = make_site(
        small_site(
            f"def read(page):\n    {read}\n",
            "site.readers.register_reader(condition=lambda p: p.ext == 'x', read=read)",
        )
    )
    site.write("a.x", "")
    site.write("index.md", "# Home\n\n{doc}`words <a>`\n\n```{toctree}\nHere <a>\n```\n")
    built = build(site)
    assert text in built.read("a.html")
    assert built.site.pages["a"].title == title
    assert built.site.pages["a"].metadata is not None
    assert not dead_links(built)


def test_a8_reading_stops_at_the_first_reader_that_gives_an_input(make_site: MakeSite) -> None:
    code = """
    def reader(name, give):
        def read(page):
            names.append(name)
            return give
        return read

    names = []
    is_x = lambda path: path.ext == "x"
    """
    register = (
        "site.names = names",
        "register = site.readers.register_reader",
        "register(None, is_x, read=reader('third', Content('html', '<p>third</p>')), priority=800)",
        "register(None, is_x, read=reader('second', Content('html', '<p>second</p>')))",
        "register(None, lambda path: False, read=reader('never', Content('html', 'never')), priority=1)",
        "register(None, is_x, read=reader('first', Metadata(title='First')), priority=100)",
    )
    site = make_site(small_site(code, *register))
    site.write("a.x", "")
    site.write("index.md", HOME)
    built = build_cleanly(site)
    assert built.site.names == ["first", "second"]  # type: ignore[attr-defined]
    assert "<p>second</p>" in built.read("a.html")
    assert built.site.pages["a"].title == "First"


def test_a8_page_that_has_its_input_is_not_read_again(make_site: MakeSite) -> None:
    code = """
    def early(page):
        if page.source.ext == "x":
            page.input = Content("html", "<p>early</p>")

    def late(page):
        raise AssertionError("a page with an input was read")
    """
    register = (
        "site.signals.page_added.connect(early)",
        "site.readers.register_reader(condition=lambda p: p.ext == 'x', read=late)",
    )
    site = make_site({**small_site(code, *register), "a.x": "", "index.md": HOME})
    assert "<p>early</p>" in build(site).read("a.html")


@pytest.mark.parametrize("name", ["a.md", "a.rst"])
def test_a8_metadata_alone_leaves_the_body_to_sphinx(make_site: MakeSite, name: str) -> None:
    code = "def read(page):\n    return Metadata(colour='red')\n"
    register = "site.readers.register_reader(condition=lambda p: p.filebase == 'a', read=read)"
    site = make_site({**small_site(code, register), "index.md": HOME, name: "A\n=\n\nThe *body* of it.\n"})
    built = build_cleanly(site)
    page = built.site.pages["a"]
    assert dict(page.metadata or {}) == {"colour": "red"}
    assert "<em>body</em>" in built.read("a.html")
    assert page.output is None
    assert page.input is not None
    assert page.input.type == name[2:]


def test_a8_reader_takes_over_a_known_suffix(make_site: MakeSite) -> None:
    code = "def read(page):\n    return Content('html', '<h1>Taken</h1><pre>' + page.source.read_text() + '</pre>')\n"
    site = make_site(small_site(code, "site.readers.register_reader(condition=lambda p: p.ext == 'md', read=read)"))
    site.write("index.md", "*not parsed*")
    built = build_cleanly(site)
    assert "*not parsed*" in built.read("index.html")
    assert built.site.pages["index"].title == "Taken"


def test_broken_condition_left_out(make_site: MakeSite) -> None:
    files: dict[str, str | bytes] = {
        "index.md": HOME,
        "a.rst": "A\n=\n",
        "pic.png": b"\x89PNG",
        "data.txt": "x",
        "plugins/p.py": plugin("", "site.readers.register_reader(deduce_url=lambda path: 'all/' + path.filebase)"),
    }
    built = build_cleanly(make_site(files))
    assert built.urls == {"index": "all/index/", "a": "all/a/"}
    assert built.exists("all/a/index.html")


def test_broken_input_created_of_md_reaches_plugin_connecting_in_page_added(make_site: MakeSite) -> None:
    code = """
    heard = []

    def input_created(page, inp):
        assert page.input is inp
        heard.append((page.docname, page.url, inp.type, inp.content))

    def page_cb(page):
        page.input_created.connect(input_created)
    """
    register = (
        "site.heard = heard",
        "site.signals.page_added.connect(page_cb)",
        "site.signals.page_added.connect((lambda p: p.input_created.connect(input_created)), weak=False)",
    )
    site = make_site(small_site(code, *register))
    site.write("a.rst", ":orphan:\n\nA\n=\n")
    built = build_cleanly(site)
    assert sorted(built.site.heard) == [  # type: ignore[attr-defined]
        ("a", "a.html", "rst", ":orphan:\n\nA\n=\n"),
        ("index", "index.html", "md", "# Home\n"),
    ]


def test_a8_input_may_be_changed_when_it_is_created(make_site: MakeSite) -> None:
    code = """
    def shout(page, inp):
        if "quiet" in inp.content:
            page.input = Content(inp.type, inp.content.replace("quiet", "LOUD"))
    """
    site = make_site(small_site(code, "site.signals.input_created.connect(shout)"))
    site.write("index.md", "# Home\n\nA quiet place.\n")
    assert "A LOUD place." in build_cleanly(site).read("index.html")


def test_a8_serial_and_parallel_builds_are_the_same(make_site: MakeSite) -> None:
    files: dict[str, str | bytes] = {f"n{i:02}.myft": f"note {i}\nmore words{i}\n" for i in range(8)}
    files |= {f"m{i:02}.md": f"# Page {i}\n\n{{doc}}`n{i:02}`\n" for i in range(8)}
    files |= {"index.md": HOME, "plugins/myft.py": plugin(GUIDE, *GUIDE_REGISTER)}
    site = make_site(files)
    before = site.files()
    serial, parallel = site.build(into="serial"), site.build(into="parallel", jobs=2, warnings_are_errors=True)
    assert parallel.exit_code == 0, parallel.warnings
    assert serial.warnings == parallel.warnings == ""
    assert_same_output(serial, parallel)
    assert site.files() == before


def test_a8_files_of_plugins_are_never_pages(make_site: MakeSite) -> None:
    files: dict[str, str | bytes] = {
        **small_site(
            GUIDE,
            *GUIDE_REGISTER,
            "site.readers.register_reader(condition=lambda p: p.ext in {'py', 'toml'}, read=read)",
        ),
        "plugins/README.md": "# Read me\n",
        "plugins/deep/a.rst": "A\n=\n",
        "plugins/deep/b.myft": "B\n",
        "more/c.myft": "C\n",
        "more/extra.py": plugin(""),
        "configs/p.toml": "",
        "pronghorn.toml": "",
    }
    built = build(make_site(files, 'pronghorn_plugins_path = ["plugins", "more"]'))
    assert built.urls.keys() == {"index"}
    assert not built.warnings


def test_a8_excluded_and_hidden_files_are_no_pages(make_site: MakeSite) -> None:
    files: dict[str, str | bytes] = {
        **small_site(GUIDE, *GUIDE_REGISTER),
        "drafts/a.myft": "draft\n",
        "node_modules/b.myft": "module\n",
        ".venv/c.myft": "hidden\n",
        "kept.myft": "kept\n",
        "index.md": HOME,
    }
    built = build_cleanly(make_site(files, 'exclude_patterns = ["drafts/**", "node_modules"]'))
    assert built.urls.keys() == {"index", "kept"}


def test_a8_files_of_the_build_are_no_pages(make_site: MakeSite) -> None:
    files: dict[str, str | bytes] = {
        **small_site(
            "def read(page):\n    return Content('html', '<p>x</p>')\n",
            "kinds = {'html', 'css', 'py', 'txt', 'json'}",
            "site.readers.register_reader(condition=lambda p: p.ext in kinds, read=read)",
        ),
        "_templates/page.html": '{% extends "!page.html" %}',
        "_static/site.css": "",
        "_extra/robots.txt": "",
        "about.html": "",
        "index.md": HOME,
    }
    conf = 'templates_path = ["_templates"]\nhtml_static_path = ["_static"]\nhtml_extra_path = ["_extra"]\n'
    assert build(make_site(files, conf)).urls.keys() == {"index", "about"}


def test_a8_output_folder_below_the_source_holds_no_pages(make_site: MakeSite) -> None:
    code = "def read(page):\n    return Content('html', '<p>x</p>')\n"
    read = "site.readers.register_reader(condition=lambda p: p.ext in {'html', 'pronghorn-html', 'js'}, read=read)"
    site = make_site({**small_site(code, read), "about.html": "", "index.md": HOME})
    out, doctrees = site.source / "_build/html", site.source / "_build/doctrees"
    command = [sys.executable, "-m", "sphinx", "-d", str(doctrees), str(site.source), str(out)]
    for _ in range(2):
        process = subprocess.run(command, env=site.environment(), capture_output=True, encoding="utf-8", check=False)
        assert process.returncode == 0, process.stderr
    assert {file.name for file in out.glob("*.html")} == {"about.html", "genindex.html", "index.html", "search.html"}
    assert not (out / "_build").exists()


def test_a8_metadata_of_a_markdown_page_is_its_front_matter(make_site: MakeSite) -> None:
    header = "---\ntitle: Über\ntags: [a, 'b: c']\ncount: 3\nnested: {deep: {er: true}}\nnone:\n1: one\n---\n"
    files: dict[str, str | bytes] = {
        "index.md": header + HOME,
        "crlf.md": b"---\r\ntitle: Windows\r\n---\r\n# W\r\n",
        "bom.md": b"\xef\xbb\xbf---\ntitle: Bom\n---\n# B\n",
        "dots.md": "---\ntitle: Dots\n...\n# D\n",
        "empty.md": "---\n---\n# E\n",
        "rule.md": "# R\n\n---\n\nnot: metadata\n\n---\n",
    }
    pages = build(make_site(files)).site.pages
    expected = {
        "title": "Über",
        "tags": ["a", "b: c"],
        "count": 3,
        "nested": {"deep": {"er": True}},
        "none": None,
        "1": "one",
    }
    assert dict(pages["index"].metadata or {}) == expected
    assert [page.title for page in pages] == ["Bom", "Windows", "Dots", "E", "Über", "R"]
    assert dict(pages["rule"].metadata or {}) == dict(pages["empty"].metadata or {}) == {}


def test_a8_metadata_of_a_restructuredtext_page_is_its_field_list(make_site: MakeSite) -> None:
    files: dict[str, str | bytes] = {
        "index.md": HOME,
        "top.rst": ":orphan:\n:author: Ann O. Nym\n:tags: a, b\n   c\n\nTop\n===\n\n:not: metadata\n",
        "title.rst": "=====\nTitle\n=====\n\n:author: Ann\n\nText.\n",
        "comment.rst": ".. a comment\n   of two lines\n\n.. _label:\n\nTitle\n-----\n\n.. another\n\n:author: Bob\n",
        "none.rst": "None\n====\n\nText first.\n\n:author: Nobody\n",
    }
    pages = build(make_site(files)).site.pages
    assert dict(pages["top"].metadata or {}) == {"orphan": "", "author": "Ann O. Nym", "tags": "a, b c"}
    assert dict(pages["title"].metadata or {}) == {"author": "Ann"}
    assert dict(pages["comment"].metadata or {}) == {"author": "Bob"}
    assert dict(pages["none"].metadata or {}) == {}


def test_a8_metadata_of_a_notebook_is_its_own(make_site: MakeSite) -> None:
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# Notebook\n", "\n", "Cellwords.\n"]}
    notebook = {"cells": [cell], "metadata": {"title": "Given", "tags": ["x"]}, "nbformat": 4, "nbformat_minor": 5}
    conf = 'project = "T"\nextensions = ["myst_nb", "pronghorn"]\nhtml_theme = "basic"\nnb_execution_mode = "off"\n'
    files: dict[str, str | bytes] = {
        "conf.py": conf,
        "index.md": HOME,
        "n.ipynb": json.dumps(notebook, indent=1),
        "plugins/p.py": plugin(
            "",
            "is_notebook = lambda path: path.ext == 'ipynb'",
            "site.readers.register_reader(deduce_url=lambda path: 'books/' + path.filebase, condition=is_notebook)",
        ),
    }
    built = build(make_site(files))
    page = built.site.pages["n"]
    assert dict(page.metadata or {}) == {"title": "Given", "tags": ["x"]}
    assert page.input is not None
    assert json.loads(page.input.content)["nbformat"] == 4
    assert page.url == "books/n/"
    assert "Cellwords." in built.read("books/n/index.html")
    assert not built.warnings


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ("", "give a URL deducer, a condition or a read function"),
        ("priority=1", "give a URL deducer, a condition or a read function"),
        ("'posts/x'", "deduce_url must be a function, not 'posts/x'"),
        ("condition='md'", "condition must be a function, not 'md'"),
        ("read=7", "read must be a function, not 7"),
    ],
)
def test_a8_reader_that_is_none_names_plugin_and_line(make_site: MakeSite, arguments: str, problem: str) -> None:
    built = build(make_site(small_site("", f"site.readers.register_reader({arguments})")))
    assert "plugins/p.py:6" in built.warnings
    assert "'p'" in built.warnings
    assert problem in built.warnings
    assert built.exists("index.html")


def test_a8_failing_condition_names_plugin_line_and_file(make_site: MakeSite) -> None:
    code = "def mine(path):\n    return path.sufix == 'x'\n"
    site = make_site({**small_site(code, "site.readers.register_reader(condition=mine)"), "a.x": ""})
    warnings = build(site).warnings
    assert "plugin 'p': condition of a reader `mine` (plugins/p.py:4) failed: AttributeError" in warnings
    assert re.search(r"a\.x[:1]* WARNING", warnings)
    assert "[pronghorn.handler]" in warnings


# What may stand in a field without being markup of its own.
_WORD = st.from_regex(r"[A-Za-zé0-9][A-Za-zé0-9,;/()'.]{0,6}[A-Za-zé0-9]", fullmatch=True)
_TEXT = st.lists(_WORD, min_size=1, max_size=4).map(" ".join)
_NAME = st.lists(_WORD, min_size=1, max_size=3).flatmap(
    lambda words: st.sampled_from([" ".join(words), ":".join(words)])
)
_VALUE = st.lists(st.tuples(st.sampled_from(["  ", "    "]), _TEXT), max_size=3)
_FIELD = st.tuples(_NAME, _TEXT | st.just(""), _VALUE)
_INTRO = st.sampled_from(
    ["", ".. comment\n\n", "..\n   comment\n   more\n\n", ".. _label:\n\n", "\n\n", ".. a\n.. b\n\n"]
)
_TITLE = st.sampled_from(
    ["", "Title\n=====\n\n", "=====\nTitle\n=====\n\n", "-----\n Tit\n-----\n\n", "A title: here\n~~~~~~~~~~~~~\n\n"]
)


def _markup(intro: str, title: str, more: str, fields: list[tuple[str, str, list[tuple[str, str]]]], body: str) -> str:
    lines = []
    for name, first, rest in fields:
        lines.append(f":{name}: {first}".rstrip())
        indent = rest[0][0] if rest else ""
        lines += [indent + text for _, text in rest]
    return intro + title + more + "\n".join(lines) + body


def _fields_of_docutils(text: str) -> dict[str, str]:
    settings = {"docinfo_xform": False, "doctitle_xform": True, "report_level": 5, "_disable_config": True}
    document = publish_doctree(text, settings_overrides=settings)
    index = document.first_child_not_matching_class(nodes.PreBibliographic)  # type: ignore[arg-type]
    first = document.children[index] if index is not None else None
    if not isinstance(first, nodes.field_list):
        return {}
    pairs = [[part.astext() for part in field.children] for field in first.children]
    return {name: " ".join(value.split()) for name, value in pairs}


@given(
    _INTRO,
    _TITLE,
    _INTRO,
    st.lists(_FIELD, max_size=3),
    st.sampled_from(["", "\n", "\n\nText.\n", "\n\n:late: x\n", "\n\nSub\n^^^\n"]),
)
@example("", "", "", [("a", "1", []), ("a", "2", [])], "\n")
@example("", "", "", [], "Text\n\n:a: b\n")
def test_a8_field_list_is_read_as_docutils_reads_it(
    intro: str, title: str, more: str, fields: list[tuple[str, str, list[tuple[str, str]]]], body: str
) -> None:
    text = _markup(intro, title, more if title else "", fields, body)
    found = {name: re.sub(r"\s+", " ", value) for name, value in read_field_list(text).items()}
    assert found == _fields_of_docutils(text)


@given(st.text(st.sampled_from(":.\n =-ab\\*_`|")))
def test_a8_field_list_reader_survives_any_text(text: str) -> None:
    found = read_field_list(text)
    assert all("\n" not in value for value in found.values())


def test_a8_large_field_list_is_read_in_linear_time() -> None:
    text = ":" + "a:" * 20_000 + "a\n" + ".. x\n" * 20_000
    assert read_field_list(text) == {}


def test_a8_source_is_found_below_a_symlink(make_site: MakeSite, tmp_path: Path) -> None:
    site = make_site({**small_site(GUIDE, *GUIDE_REGISTER), "index.md": HOME})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/far.myft").write_text("far away\n", encoding="utf-8")
    (site.source / "linked").symlink_to(tmp_path / "elsewhere")
    built = build_cleanly(site)
    assert "far away" in built.read("linked/far/index.html")
