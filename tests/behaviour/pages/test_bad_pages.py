"""Sources, readers and deducers that are wrong: each is told with its owner, and the rest of the site is built."""

import re
import time

import pytest

from tests.conftest import MakeSite
from tests.support.quick import Built, build, build_cleanly, dead_links, links_of, plugin, small_site

ORPHAN = "---\norphan: true\n---\n"
READ_X = "site.readers.register_reader(None, lambda path: path.ext == 'x', read=read)"


def _is_told(built: Built, *parts: str) -> bool:
    """Check whether one line of the warnings holds all *parts*."""
    return any(all(part in line for part in parts) for line in built.warnings.splitlines())


def _rest_is_built(built: Built) -> bool:
    return "Homewords" in built.read("index.html")


def _reading(returned: str) -> dict[str, str | bytes]:
    """Return a site with a page ``a.x`` whose reader has the body *returned*."""
    files = small_site(f"def read(page):\n    {returned}\n", READ_X)
    return {**files, "index.md": "# Home\n\nHomewords.\n", "a.x": "x\n"}


@pytest.mark.parametrize(
    ("returned", "problem"),
    [
        ("return None", "returned nothing and set neither page.input nor page.metadata; is a `return` missing?"),
        ("page.source.read_text()", "is a `return` missing?"),
        ("return '<p>x</p>'", "returned '<p>x</p>'; it should return Content, Metadata, or both"),
        ("return 7", "returned 7; it should return"),
        ("return {'title': 'x'}", "returned {'title': 'x'}; it should return"),
        ("return ()", "returned"),
        ("return (Metadata(), 'html')", "returned 'html'; it should return"),
        ("return [Metadata(), Content('html', 'x')]", "; it should return"),
        ("return Content('html')", "failed on 'a': TypeError"),
        ("return page.source.text", "failed on 'a': AttributeError: 'Source' object has no attribute 'text'"),
        ("raise SystemExit(3)", "failed on 'a': it called sys.exit(3)"),
    ],
)
def test_a8_reader_that_gives_no_content_is_told(make_site: MakeSite, returned: str, problem: str) -> None:
    built = build(make_site(_reading(returned)))
    assert _is_told(built, "a.x", "plugin 'p': reader `read` (plugins/p.py:", problem)
    assert _rest_is_built(built)
    assert "Traceback" not in built.warnings


def test_a8_kind_of_reader_fault_can_be_suppressed(make_site: MakeSite) -> None:
    files = _reading("return None")
    assert "[pronghorn.reader]" in build(make_site(files)).warnings
    assert build_cleanly(make_site(files, 'suppress_warnings = ["pronghorn.reader"]')).urls.keys() == {"index"}


def test_a8_reader_fault_fails_a_strict_build(make_site: MakeSite) -> None:
    site = make_site(_reading("return None"))
    assert site.build().exit_code == 0
    assert site.build(warnings_are_errors=True, into="strict").exit_code == 1


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("None", "None"),
        ("7", "a URL is a string, not 7"),
        ("b'x'", "a URL is a string, not b'x'"),
        ("path", "a URL is a string, not Source("),
        ("'../../etc'", "'../../etc' leaves the output directory"),
        ("'/a/../../etc'", "leaves the output directory"),
        ("'https://evil.example/'", "is not a URL within the site"),
        ("'what?'", "has characters that cannot stand in a page's URL"),
        ("'a//b'", "has an empty part"),
        ("'a' + chr(0)", "has characters that cannot stand in a page's URL"),
        ("'x' * 300", "'xxx"),
        ("'a' + chr(0xDCFF)", "'a\\udcff'"),
        ("path.filebas", "AttributeError: 'Source' object has no attribute 'filebas'"),
    ],
)
def test_a6_url_that_cannot_be_used_names_the_deducer(make_site: MakeSite, given: str, problem: str) -> None:
    code = f"def where(path):\n    return {given}\n"
    files: dict[str, str | bytes] = {
        **small_site(code, "site.readers.register_reader(where, lambda path: path.filebase == 'a')"),
        "index.md": "# Home\n\nHomewords.\n\n{doc}`a`\n",
        "a.md": ORPHAN + "# A\n",
    }
    built = build(make_site(files))
    assert _is_told(built, "a.md", "plugin 'p'", "`where`", "plugins/p.py:", problem)
    assert built.urls["a"] == "a.html"
    assert built.exists("a.html")
    assert _rest_is_built(built)
    assert not dead_links(built)
    assert not (built.outdir.parent / "etc").exists()


def test_a6_url_that_cannot_be_used_fails_the_build_and_says_what_is_kept(make_site: MakeSite) -> None:
    register = "site.readers.register_reader(lambda path: '../x', lambda path: True)"
    result = make_site(small_site("", register)).build()
    assert result.exit_code == 1
    assert re.search(r"ERROR: plugin 'p': `register_plugin.<locals>.<lambda>` \(.*plugins/p.py:6\)", result.warnings)
    assert "The page keeps its default URL [pronghorn.url]" in result.warnings
    assert result.exists("index.html")


@pytest.mark.parametrize(
    ("file", "data", "line"),
    [
        ("a.md", b"---\norphan: 1\n---\n# A\n\nca\xe9 and more\n", 6),
        ("a.rst", b":orphan:\n\nA\n=\n\nca\xe9 and more\n", 6),
    ],
)
def test_a8_bytes_that_are_no_utf8_are_told_with_their_line(
    make_site: MakeSite, file: str, data: bytes, line: int
) -> None:
    built = build(make_site({"index.md": "# Home\n\nHomewords.\n", file: data}))
    assert _is_told(
        built, f"{file}:{line}: WARNING: not utf-8: byte 0xe9 at offset {data.index(0xE9)}", "[pronghorn.encoding]"
    )
    assert "ca\N{REPLACEMENT CHARACTER} and more" in built.read("a.html")
    assert (built.outdir / f"_sources/{file}.txt").read_bytes() == data
    assert _rest_is_built(built)


def test_a8_encoding_fault_of_a_native_page_keeps_its_metadata(make_site: MakeSite) -> None:
    built = build(make_site({"index.md": b"---\ntitle: Given\n---\n# Home\n\nca\xe9\n"}))
    assert built.site.pages["index"].title == "Given"


def test_a8_undecodable_bytes_of_a_custom_file_name_the_way_out(make_site: MakeSite) -> None:
    files = _reading("return Content('html', page.source.read_text())") | {"a.x": b"one\ntwo \xff\n"}
    built = build(make_site(files))
    assert _is_told(
        built, "plugin 'p'", "plugins/p.py:4", "a.x:2", "not utf-8: byte 0xff at offset 8", "read_text('latin-1')"
    )
    assert _rest_is_built(built)


@pytest.mark.parametrize(
    ("header", "line", "problem"),
    [
        ("title: [a, b\nmore: 1\n", None, "broken front matter"),
        ("title: a\n  b: c\n", 3, "broken front matter: mapping values are not allowed"),
        ("ok: 1\nbad: *nowhere\n", 3, "broken front matter: found undefined alias"),
        ("ok: 1\nbad: !!python/object:os.system x\n", 3, "broken front matter"),
        ("- a\n- b\n", 2, "the front matter is a list; it should be `key: value` lines"),
        ("just words\n", 2, "the front matter is a str; it should be `key: value` lines"),
        ("ok: 1\ndate: 2026-02-31\n", None, "day"),
        ("ok: 1\n\tbad: tab\n", 3, "broken front matter: found"),
    ],
)
def test_a8_broken_front_matter_names_file_and_line(
    make_site: MakeSite, header: str, line: int | None, problem: str
) -> None:
    files: dict[str, str | bytes] = {
        "index.md": "# Home\n\nHomewords.\n",
        "sub/a.md": f"---\n{header}---\n# A\n\nBody.\n",
    }
    built = build(make_site(files))
    place = f"sub/a.md:{line}: WARNING" if line else "sub/a.md:"
    assert _is_told(built, place, problem, "[pronghorn.metadata]")
    assert _rest_is_built(built)
    assert "Body." in built.read("sub/a.html")
    assert built.site.pages["sub/a"].metadata is not None


def test_a8_impossible_date_names_the_line_it_is_on(make_site: MakeSite) -> None:
    built = build(make_site({"index.md": "---\ntitle: T\ntags: [a]\ndate: 2026-02-31\n---\n# Home\n"}))
    assert _is_told(built, "index.md:4: WARNING", "day is out of range", "[pronghorn.metadata]")


def test_a8_impossible_date_in_a_metadata_written_as_text_is_kept(make_site: MakeSite) -> None:
    site = make_site({"index.rst": ":date: 2026-02-31\n\nHome\n====\n"})
    assert dict(build_cleanly(site).site.pages["index"].metadata or {}) == {"date": "2026-02-31"}


def test_a8_broken_notebook_names_file_and_line(make_site: MakeSite) -> None:
    conf = 'project = "T"\nextensions = ["myst_nb", "pronghorn"]\nhtml_theme = "basic"\nnb_execution_mode = "off"\n'
    code = "def stay(page):\n    if page.source.ext == 'ipynb':\n        page.output = Content('html', '<p>x</p>')\n"
    files: dict[str, str | bytes] = {
        **small_site(code, "site.signals.page_added.connect(stay)"),
        "conf.py": conf,
        "index.md": "# Home\n\nHomewords.\n",
        "a.ipynb": '{\n "cells": [\n oops\n',
        "b.ipynb": "[]",
    }
    built = build(make_site(files))
    assert _is_told(built, "a.ipynb:3: WARNING: broken notebook")
    assert _is_told(built, "b.ipynb:1: WARNING: broken notebook: it has no metadata object")
    assert _rest_is_built(built)


@pytest.mark.parametrize("name", ["a.md", "a.rst", "a.x"])
def test_a8_empty_file_is_an_empty_page(make_site: MakeSite, name: str) -> None:
    files = _reading("return Content('html', page.source.read_text())")
    del files["a.x"]
    built = build(make_site({**files, name: ""}))
    assert "pronghorn" not in built.warnings.replace("pronghorn-html", "")
    assert built.exists("a.html")
    assert built.site.pages["a"].title == "a"
    assert _rest_is_built(built)


def test_a8_huge_file_is_read_in_reasonable_time(make_site: MakeSite) -> None:
    files = _reading("return Metadata(title='Big'), Content('html', '<p>' + page.source.read_text() + '</p>')")
    files |= {"a.x": "words and words " * 250_000, "b.md": ORPHAN + "# B\n\n" + "words and words " * 20_000}
    started = time.monotonic()
    built = build(make_site(files))
    assert time.monotonic() - started < 20
    assert (built.outdir / "a.html").stat().st_size > 3_900_000


def test_a8_two_files_of_one_docname_are_told_with_both(make_site: MakeSite) -> None:
    files = _reading("return Content('html', '<p>custom words</p>')") | {
        "notes.md": ORPHAN + "# Notes\n",
        "notes.x": "",
    }
    files |= {"b.x": "", "b.y": ""}
    files["plugins/p.py"] = str(files["plugins/p.py"]).replace("path.ext == 'x'", "path.ext in {'x', 'y'}")
    built = build(make_site(files))
    both = "'notes.md' and 'notes.x' would both be the document 'notes'; 'notes.md' is used. Rename one"
    assert _is_told(built, "notes.x", both, "[pronghorn.document]")
    assert _is_told(built, "'b.x' and 'b.y' would both be the document 'b'; 'b.x' is used")
    assert "<h1>Notes" in built.read("notes.html")
    assert built.warnings.count("would both be") == 2


NAMES = ["two words", "grün 日本", "50% off", "a#b", "q&a", "quo'te", "plus+plus", "[x]", "semi;colon", "100%25"]


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a6_unusual_file_names_are_reached(make_site: MakeSite, builder: str) -> None:
    code = "def read(page):\n    return Metadata(title=page.source.filebase), Content('html', '<p>Word.</p>')\n"
    move = "site.readers.register_reader(lambda path: 'at/' + path.filebase, lambda path: 'moved' in path.relpath)"
    files: dict[str, str | bytes] = {"plugins/p.py": plugin(code, READ_X, move)}
    files |= {f"{folder}/{name}.x": "" for name in NAMES for folder in ("here", "moved")}
    files["index.md"] = "# Home\n\n```{toctree}\n:glob:\nhere/*\nmoved/*\n```\n"
    built = build(make_site(files), builder)
    usable = [name for name in NAMES if "#" not in name]
    assert _is_told(built, "a#b", "cannot stand in a page's URL")
    assert len(built.warnings.splitlines()) == 1
    assert [built.urls[f"moved/{name}"] for name in usable] == [f"at/{name}/" for name in usable]
    reached = {link.target for link in links_of(built, "index.html")}
    for name in usable:
        assert f"at/{name}/index.html" in reached
        assert "Word." in built.read(f"at/{name}/index.html")


def test_a6_file_name_that_is_no_utf8_costs_only_its_page(make_site: MakeSite) -> None:
    files = _reading("return Content('html', '<p>x</p>')")
    site = make_site(files)
    (site.source / "b\udcff.x").write_bytes(b"x")
    result = site.build()
    assert "Traceback" not in result.warnings
    assert "Homewords" in result.read("index.html")


@pytest.mark.parametrize("when", ["page_added", "readers_finished", "processors_init", "page_read", "rendering_init"])
def test_a8_failing_handler_names_plugin_line_and_page(make_site: MakeSite, when: str) -> None:
    code = "def fail(subject):\n    raise ValueError('so it is')\n"
    files = {**small_site(code, f"site.signals.{when}.connect(fail)"), "index.md": "# Home\n\nHomewords.\n"}
    built = build(make_site(files))
    about = " on 'index'" if when.startswith("page") else ""
    message = f"plugin 'p': handler of {when} `fail` (plugins/p.py:4) failed{about}: ValueError: so it is"
    assert _is_told(built, message, "[pronghorn.handler]", "index.md" if about else "")
    assert _rest_is_built(built)


def test_a8_plugin_may_stop_the_build_on_purpose(make_site: MakeSite) -> None:
    code = "from sphinx.errors import SphinxError\n\ndef read(page):\n    raise SphinxError('enough')\n"
    result = make_site({**small_site(code, READ_X), "a.x": ""}).build()
    assert result.exit_code == 2
    assert re.search(r"\benough\b", result.warnings)


def test_a8_unreadable_file_is_told(make_site: MakeSite) -> None:
    site = make_site(_reading("return Content('html', page.source.read_text())"))
    (site.source / "a.x").unlink()
    (site.source / "a.x").symlink_to(site.source / "nowhere")
    (site.source / "b.md").symlink_to(site.source / "nowhere")
    result = site.build()
    assert "Traceback" not in result.warnings
    assert "Homewords" in result.read("index.html")
