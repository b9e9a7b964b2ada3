"""Builds that follow one another: nothing is done twice, and the result is that of a clean build."""

import itertools
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, Phase, example, given, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from sphinx.errors import SphinxError

from tests.conftest import MakeSite
from tests.edits.builder import BuildServer
from tests.edits.found import FOUND
from tests.edits.machine import machine_of
from tests.edits.nightly import settings_for
from tests.edits.replay import replay
from tests.edits.workspace import Workspace
from tests.support import Site, assert_same_output
from tests.support.quick import Built, build, build_cleanly, dead_links, links_of, plugin

CODE = """
import html

def deduce_url(path):
    return "notes/" + path.filebase

def read(page):
    title, _, body = page.source.read_text().partition("\\n")
    return Metadata(title=title), Content("note", body)

def process(site):
    for page in site.pages:
        if page.input and page.input.type == "note" and not page.output:
            page.output = Content("html", f"<p>SIGN {html.escape(page.input.content)}</p>")
"""
REGISTER = (
    "site.readers.register_reader(deduce_url=deduce_url, condition=lambda path: path.ext == 'note', read=read)",
    "site.signals.processors_init.connect(process)",
)
FILES: dict[str, str | bytes] = {
    "index.md": "# Home\n\n```{toctree}\n:glob:\n*\nsub/*\n```\n\n{doc}`one`\n",
    "one.note": "First\nbody of one\n",
    "two.note": "Second\nbody of two\n",
    "page.md": "---\ncolour: red\n---\n# Page\n\n{doc}`one` {doc}`two`\n",
    "sub/more.rst": "More\n====\n\n:doc:`/two`\n",
    "plugins/notes.py": plugin(CODE, *REGISTER),
}
LISTING = '{% extends "!page.html" %}{% block body %}{{ super() }}{% for p in site.pages %}{{ p.title }} {{ p.url }} \
{{ p.metadata.get("colour") }}{% endfor %}{% endblock %}'


def _assert_as_clean(site: Site, *, builder: str = "html") -> Built:
    """Check that an incremental build equals a clean one."""
    incremental = build(site, builder)
    clean = build(site, builder, into=f"clean{next(_NUMBERS)}")
    assert_same_output(incremental, clean)
    assert incremental.urls == clean.urls
    return incremental


_NUMBERS = itertools.count()


def _times(built: Built) -> dict[Path, int]:
    """Return when each page was written, but for those that Sphinx writes again in each build."""
    own = {"search.html", "genindex.html", "search/index.html", "genindex/index.html"}
    pages = (path for path in built.outdir.rglob("*.html") if path.relative_to(built.outdir).as_posix() not in own)
    return {path: path.stat().st_mtime_ns for path in pages}


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a6_nothing_is_done_when_nothing_changed(make_site: MakeSite, builder: str) -> None:
    site = make_site({**FILES, "_templates/page.html": LISTING}, 'templates_path = ["_templates"]')
    first = build_cleanly(site, builder)
    assert first.docs_read == first.docs_written == ("index", "one", "page", "sub/more", "two")
    times = _times(first)
    second = build_cleanly(site, builder)
    assert second.docs_read == second.docs_written == ()
    assert _times(second) == times
    assert second.urls == first.urls


def test_a6_nothing_is_done_in_a_process_of_its_own(make_site: MakeSite) -> None:
    site = make_site(FILES)
    first = site.build(warnings_are_errors=True)
    second = site.build(warnings_are_errors=True)
    assert (first.exit_code, second.exit_code) == (0, 0), second.warnings
    assert re.search(r"0 added, 0 changed, 0 removed", second.out)
    assert "no targets are out of date" in second.out


def test_a6_builders_take_turns_without_reading_again(make_site: MakeSite) -> None:
    site = make_site(FILES)
    build_cleanly(site)
    other = build_cleanly(site, "dirhtml")
    assert other.docs_read == ()
    assert other.urls["page"] == "page/"
    assert other.urls["one"] == "notes/one/"
    assert build_cleanly(site).docs_written == ()
    assert build_cleanly(site).urls["page"] == "page.html"


@pytest.mark.parametrize("other", ["text", "dirhtml", "pseudoxml"])
def test_a13_other_builder_in_between_leaves_no_page_stale(make_site: MakeSite, other: str) -> None:
    site = make_site({**FILES, "_templates/page.html": LISTING}, 'templates_path = ["_templates"]')
    build_cleanly(site)
    site.write("page.md", "---\ncolour: green\n---\n# Other\n\n{doc}`one` {doc}`two`\n")
    build_cleanly(site, other)
    assert "Other page.html" in _assert_as_clean(site).read("sub/more.html")
    filters = "def add(env):\n    env.filters['trim'] = lambda text: 'filtered'\n"
    site.write("_templates/page.html", "{{ title|striptags|trim }}")
    build_cleanly(site)
    site.write("plugins/filters.py", plugin(filters, "site.signals.jinja_environment_prepared.connect(add)"))
    build_cleanly(site, other)
    assert _assert_as_clean(site).read("page.html") == "filtered"


def test_a8_other_builder_in_between_leaves_no_doctree_stale(make_site: MakeSite) -> None:
    code = "from docutils import nodes\n\ndef mark(page, doctree):\n    doctree += nodes.paragraph('', 'mark one')\n"
    site = make_site({**FILES, "plugins/mark.py": plugin(code, "site.signals.page_read.connect(mark)")})
    assert "mark one" in build_cleanly(site).read("page.html")
    site.write("plugins/mark.py", plugin(code.replace("one", "two"), "site.signals.page_read.connect(mark)"))
    build_cleanly(site, "text")
    assert "mark two" in _assert_as_clean(site).read("page.html")


def test_a9_other_builder_in_between_leaves_no_output_stale(make_site: MakeSite) -> None:
    code = """
    def process(site):
        words = sum(len(page.input.content.split()) for page in site.pages if page.docname in {"page", "sub/more"})
        site.pages["one"].output = Content("md", f"{words} words on other pages")
    """
    files = {**FILES, "plugins/count.py": plugin(code, "site.signals.processors_init.connect(process, priority=100)")}
    site = make_site(files)
    build_cleanly(site)
    site.write("sub/more.rst", "More\n====\n\n:doc:`/two` and many more words\n")
    build_cleanly(site, "text")
    assert "words on other pages" in _assert_as_clean(site).read("notes/one/index.html")


def test_a13_interrupted_build_leaves_no_page_stale(make_site: MakeSite) -> None:
    code = """
    from sphinx.errors import SphinxError

    def add(env):
        env.filters["mark"] = lambda text: "old " + text

    def render(page):
        if page.docname == "page" and page.source.root.with_name("stop").exists():
            raise SphinxError("stop")
    """
    register = (
        "site.signals.jinja_environment_prepared.connect(add)",
        "site.signals.page_rendering.connect(render)",
    )
    files = {**FILES, "plugins/mark.py": plugin(code, *register), "_templates/page.html": "{{ title|striptags|mark }}"}
    site = make_site(files, 'templates_path = ["_templates"]')
    build_cleanly(site)
    (site.root / "stop").touch()
    site.write("plugins/mark.py", plugin(code.replace("old ", "new "), *register))
    with pytest.raises(SphinxError, match="stop"):
        build(site)
    (site.root / "stop").unlink()
    assert _assert_as_clean(site).read("sub/more.html") == "new More"


def test_a8_only_what_changed_is_read(make_site: MakeSite) -> None:
    site = make_site(FILES)
    build_cleanly(site)
    site.write("one.note", "First\nother body\n")
    built = _assert_as_clean(site)
    assert built.docs_read == ("one",)
    assert "SIGN other body" in built.read("notes/one/index.html")


def test_a8_changed_title_reaches_the_pages_that_show_it(make_site: MakeSite) -> None:
    site = make_site(FILES)
    build_cleanly(site)
    site.write("one.note", "Renamed\nbody of one\n")
    built = _assert_as_clean(site)
    for page in ("index.html", "page.html"):
        assert "Renamed" in {link.text for link in links_of(built, page)}
        assert "First" not in built.read(page)


@pytest.mark.parametrize("change", [("SIGN", "MARK"), ('"notes/"', '"other/"')])
def test_a8_changed_plugin_reads_again(make_site: MakeSite, change: tuple[str, str]) -> None:
    site = make_site(FILES)
    build_cleanly(site)
    site.write("plugins/notes.py", plugin(CODE.replace(*change), *REGISTER))
    built = _assert_as_clean(site)
    assert {"one", "two"} <= set(built.docs_read)


def test_a8_changed_package_of_a_plugin_reads_again(make_site: MakeSite) -> None:
    files = {**FILES, "plugins/notes/__init__.py": FILES["plugins/notes.py"]}
    del files["plugins/notes.py"]
    files["plugins/notes/__init__.py"] = str(FILES["plugins/notes.py"]).replace("SIGN", "{SIGN}", 1)
    files["plugins/notes/__init__.py"] = "from .words import SIGN\n" + str(files["plugins/notes/__init__.py"])
    files["plugins/notes/words.py"] = "SIGN = 'old'\n"
    site = make_site(files)
    assert "old body of one" in build_cleanly(site).read("notes/one/index.html")
    site.write("plugins/notes/words.py", "SIGN = 'new'\n")
    assert "new body of one" in _assert_as_clean(site).read("notes/one/index.html")


def test_a8_plugin_that_is_added_and_removed(make_site: MakeSite) -> None:
    site = make_site(FILES)
    build_cleanly(site)
    site.write(
        "plugins/late.py",
        plugin(
            "",
            "site.readers.register_reader(deduce_url=lambda p: 'x/' + p.filebase, condition=lambda p: p.ext == 'rst')",
        ),
    )
    assert _assert_as_clean(site).urls["sub/more"] == "x/more/"
    site.remove("plugins/late.py")
    assert _assert_as_clean(site).urls["sub/more"] == "sub/more.html"


def test_a8_plugin_that_breaks_and_is_mended(make_site: MakeSite) -> None:
    site = make_site(FILES)
    build_cleanly(site)
    site.write("plugins/notes.py", "def register_plugin(site):\n    oops\n")
    broken = build(site)
    assert broken.urls.keys() == {"index", "page", "sub/more"}
    assert "body of one" not in broken.read("searchindex.js")
    site.write("plugins/notes.py", FILES["plugins/notes.py"])
    mended = _assert_as_clean(site)
    assert not mended.warnings
    assert "SIGN body of one" in mended.read("notes/one/index.html")


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a6_moved_page_takes_its_links_along(make_site: MakeSite, builder: str) -> None:
    site = make_site(FILES)
    build_cleanly(site, builder)
    code = CODE.replace('return "notes/"', 'return ("moved/" if path.filebase == "one" else "notes/")')
    site.write("plugins/notes.py", plugin(code, *REGISTER))
    built = _assert_as_clean(site, builder=builder)
    page = "page.html" if builder == "html" else "page/index.html"
    for file in ("index.html", page):
        targets = {link.target for link in links_of(built, file)}
        assert "moved/one/index.html" in targets
        assert "notes/one/index.html" not in targets
    assert not dead_links(built)


def test_a6_url_from_front_matter_moves_the_page(make_site: MakeSite) -> None:
    code = """
    import re

    def deduce_url(path):
        found = re.search(r"^url: (.*)$", path.read_text(), re.MULTILINE)
        return found[1] if found else None
    """
    files = {**FILES, "plugins/own.py": plugin(code, "site.readers.register_reader(deduce_url=deduce_url)")}
    site = make_site(files)
    assert build_cleanly(site).urls["page"] == "page.html"
    site.write("page.md", "---\nurl: very/own\n---\n# Page\n\n{doc}`one` {doc}`two`\n")
    assert _assert_as_clean(site).urls["page"] == "very/own/"
    site.write("page.md", FILES["page.md"])
    assert _assert_as_clean(site).urls["page"] == "page.html"


def test_a6_two_pages_exchange_their_urls(make_site: MakeSite) -> None:
    site = make_site(FILES)
    build_cleanly(site)
    code = CODE.replace('"notes/" + path.filebase', '"notes/" + {"one": "two", "two": "one"}[path.filebase]')
    site.write("plugins/notes.py", plugin(code, *REGISTER))
    built = _assert_as_clean(site)
    assert "SIGN body of two" in built.read("notes/one/index.html")


def test_a8_files_come_and_go(make_site: MakeSite) -> None:
    site = make_site(FILES)
    build_cleanly(site)
    site.write("three.note", "Third\nbody of three\n")
    assert "three" in _assert_as_clean(site).docs_read
    site.remove("one.note")
    built = _assert_as_clean(site)
    assert "one" not in built.urls
    assert "body of one" not in built.read("searchindex.js")
    site.write("one.note", "Again\nbody\n")
    assert "Again" in _assert_as_clean(site).read("index.html")


def test_a8_page_changes_its_format(make_site: MakeSite) -> None:
    site = make_site(FILES)
    build_cleanly(site)
    site.remove("one.note")
    site.write("one.md", "# Markdown now\n")
    assert "Markdown now" in _assert_as_clean(site).read("one.html")
    site.remove("one.md")
    site.write("one.note", FILES["one.note"])
    built = _assert_as_clean(site)
    assert "SIGN body of one" in built.read("notes/one/index.html")


def test_a9_type_of_an_output_changes(make_site: MakeSite) -> None:
    site = make_site(FILES)
    build_cleanly(site)
    for type_, text in (("md", "*md* words"), ("rst", "*rst* words"), ("html", "<em>x</em> words")):
        code = re.sub(r"page\.output = .*", f"page.output = Content({type_!r}, {text!r})", CODE)
        site.write("plugins/notes.py", plugin(code, *REGISTER))
        assert "</em> words" in _assert_as_clean(site).read("notes/one/index.html")


def test_a9_doctree_outputs_are_built_again_when_they_change(make_site: MakeSite) -> None:
    code = """
    from docutils import nodes
    from docutils.utils import new_document

    def read(page):
        document = new_document("x")
        section = nodes.section("", nodes.title("", page.source.filebase), ids=["x"], names=["x"])
        section += nodes.paragraph("", page.source.read_text())
        document += section
        return Content("doctree", document)
    """
    register = "site.readers.register_reader(condition=lambda path: path.ext == 'note', read=read)"
    site = make_site({**FILES, "plugins/notes.py": plugin(code, register)})
    assert "body of one" in build_cleanly(site).read("one.html")
    assert build_cleanly(site).docs_read == ()
    site.write("one.note", "other words")
    built = _assert_as_clean(site)
    assert built.docs_read == ("one",)
    assert "other words" in built.read("one.html")


def test_a2_generated_pages_come_and_go(make_site: MakeSite) -> None:
    code = """
    def make(site):
        for page in list(site.pages):
            colour = page.metadata.get("colour")
            if colour:
                made = site.get_or_make_page(f"colours/{colour}", metadata=Metadata(title=colour.title()))
                made.output = Content("md", f"{colour} is the colour of {{doc}}`/{page.docname}`")
    """
    files = {**FILES, "plugins/colours.py": plugin(code, "site.signals.processors_init.connect(make)")}
    files["index.md"] = str(FILES["index.md"]).replace("sub/*\n", "sub/*\ncolours/*\n")
    site = make_site(files)
    build_cleanly(site)
    assert build_cleanly(site).docs_read == ()
    site.write("page.md", "---\ncolour: blue\n---\n# Page\n\n{doc}`one` {doc}`two`\n")
    built = _assert_as_clean(site)
    assert built.urls.keys() >= {"colours/blue"}
    assert "colours/red" not in built.urls
    assert "Red" not in built.read("index.html")
    assert not list((built.doctreedir / "pronghorn").rglob("*red*"))
    site.write("page.md", "# Page\n")
    built = _assert_as_clean(site)
    assert not [docname for docname in built.urls if docname.startswith("colours")]


def test_a13_templates_that_list_pages_are_rendered_again(make_site: MakeSite) -> None:
    site = make_site({**FILES, "_templates/page.html": LISTING}, 'templates_path = ["_templates"]')
    build_cleanly(site)
    site.write("page.md", "---\ncolour: green\n---\n# Page\n\n{doc}`one` {doc}`two`\n")
    assert "Page page.html green" in re.sub(r"\s+", " ", _assert_as_clean(site).read("sub/more.html"))
    site.write("page.md", "---\ncolour: green\n---\n# Other title\n\n{doc}`one` {doc}`two`\n")
    assert "Other title page.html" in _assert_as_clean(site).read("sub/more.html")
    site.write("page.md", "---\ntitle: Given\n---\n# Other title\n\n{doc}`one` {doc}`two`\n")
    assert "Given page.html" in _assert_as_clean(site).read("sub/more.html")


def test_a13_changed_filter_is_applied_to_all_pages(make_site: MakeSite) -> None:
    code = "def add(env):\n    env.filters['mark'] = lambda text: 'old ' + text\n"
    register = "site.signals.jinja_environment_prepared.connect(add)"
    files = {**FILES, "plugins/mark.py": plugin(code, register), "_templates/page.html": "{{ title|striptags|mark }}"}
    site = make_site(files, 'templates_path = ["_templates"]')
    assert build_cleanly(site).read("page.html") == "old Page"
    site.write("plugins/mark.py", plugin(code.replace("old ", "new "), register))
    assert _assert_as_clean(site).read("page.html") == "new Page"


def test_a8_failed_page_is_tried_again(make_site: MakeSite) -> None:
    site = make_site(FILES)
    build_cleanly(site)
    site.write("one.note", b"First\n\xff\n")
    failed = build(site)
    assert "one.note" in failed.warnings
    again = build(site)
    assert "one.note" in again.warnings
    site.write("one.note", FILES["one.note"])
    mended = _assert_as_clean(site)
    assert not mended.warnings
    assert mended.urls["one"] == "notes/one/"


def test_a6_clash_is_told_in_each_build(make_site: MakeSite) -> None:
    code = CODE.replace('"notes/" + path.filebase', '"notes/same"')
    site = make_site({**FILES, "plugins/notes.py": plugin(code, *REGISTER)})
    first, second = build(site), build(site)
    assert first.exit_code == second.exit_code == 1
    assert "'notes/same/index.html'" in second.warnings
    site.write("plugins/notes.py", FILES["plugins/notes.py"])
    assert _assert_as_clean(site).exit_code == 0


def test_a8_interrupted_build_is_followed_by_a_right_one(make_site: MakeSite) -> None:
    site = make_site(FILES)
    build_cleanly(site)
    site.write("one.note", "Changed\nbody\n")
    site.write(
        "plugins/stop.py",
        "from sphinx.errors import SphinxError\n" + plugin("", "site.signals.rendering_init.connect(stop)"),
    )
    code = "from sphinx.errors import SphinxError\n\ndef stop():\n    raise SphinxError('stop')\n"
    site.write("plugins/stop.py", plugin(code, "site.signals.rendering_init.connect(stop)"))
    with pytest.raises(Exception, match="stop"):
        build(site)
    site.remove("plugins/stop.py")
    assert "Changed" in _assert_as_clean(site).read("index.html")


def test_a8_configuration_of_a_plugin_reads_again(make_site: MakeSite) -> None:
    code = """
    from dataclasses import dataclass

    @dataclass
    class Config:
        word: str = "default"

    def read(page):
        word = SITE[0].config.plugins.word.word
        return Metadata(title=page.source.filebase), Content("html", f"<p>{word}</p>")

    SITE = []
    """
    register = (
        "SITE.append(site)",
        "site.config.update_plugin_table('word', Config())",
        "site.readers.register_reader(condition=lambda path: path.ext == 'note', read=read)",
    )
    site = make_site({**FILES, "plugins/notes.py": plugin(""), "plugins/word.py": plugin(code, *register)})
    assert "<p>default</p>" in build_cleanly(site).read("one.html")
    site.write("pronghorn.toml", '[plugins.word]\nword = "toml"\n')
    assert "<p>toml</p>" in _assert_as_clean(site).read("one.html")
    site.write("configs/word.toml", 'word = "own file"\n')
    site.remove("pronghorn.toml")
    assert "<p>own file</p>" in _assert_as_clean(site).read("one.html")


def test_a8_parallel_incremental_build_is_as_a_clean_one(make_site: MakeSite) -> None:
    files = {**FILES, **{f"n{n}.note": f"Note {n}\nbody {n}\n" for n in range(10)}}
    site = make_site(files)
    site.build(jobs=2)
    for n in range(10):
        site.write(f"n{n}.note", f"Note {n} again\nother {n}\n")
    assert_same_output(site.build(jobs=2), site.build(into="clean"))


# One edit: a file and its new content, or None for its removal.
_NAMES = st.sampled_from(["a.note", "b.note", "sub/c.note", "d.md", "plugins/notes.py"])
_TEXTS = st.sampled_from(["A\none\n", "B\ntwo {doc}`a`\n", "A\nthree\n\n```{toctree}\na\n```\n", "", None])
_PLUGINS = st.sampled_from(
    [FILES["plugins/notes.py"], plugin(CODE.replace("notes/", "n/"), *REGISTER), plugin(CODE, REGISTER[0])]
)
_EDIT = _NAMES.flatmap(lambda name: st.tuples(st.just(name), _PLUGINS if name.startswith("plugins") else _TEXTS))


@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(st.lists(_EDIT, min_size=1, max_size=2), min_size=2, max_size=4))
@example([[("a.note", "A\none\n")], [("a.note", None), ("d.md", "# D\n")], [("d.md", None), ("a.note", "B\ntwo\n")]])
@example([[("plugins/notes.py", plugin(CODE, REGISTER[0]))], [("plugins/notes.py", FILES["plugins/notes.py"])]])
def test_a8_any_edits_give_what_a_clean_build_gives(rounds: list[list[tuple[str, str | bytes | None]]]) -> None:
    start = {"index.md": "# Home\n\n```{toctree}\n:glob:\n**\n```\n", "plugins/notes.py": FILES["plugins/notes.py"]}
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder), {**start, "a.note": "A\none\n", "sub/c.note": "C\nwords\n"})
        build(site)
        for edits in rounds:
            for name, content in edits:
                if content is not None:
                    site.write(name, content)
                elif (site.source / name).exists():
                    site.remove(name)
            _assert_as_clean(site)


SEQUENCES = 4
"""How many sequences of edits each of the tests with a seed makes; ``make nightly`` makes thousands."""


@pytest.fixture(scope="module")
def server() -> Iterator[BuildServer]:
    with BuildServer() as server:
        yield server


@pytest.mark.parametrize("name", FOUND)
def test_a8_build_that_was_once_stale_is_what_a_clean_build_is(tmp_path: Path, server: BuildServer, name: str) -> None:
    replay(Workspace(tmp_path / "w", server), *FOUND[name])


@pytest.mark.thorough
@pytest.mark.parametrize("first", range(0, 24, SEQUENCES))
def test_a8_any_build_after_any_edits_is_what_a_clean_build_is(tmp_path: Path, server: BuildServer, first: int) -> None:
    machine = machine_of(Workspace(tmp_path / "w", server))
    for number in range(first, first + SEQUENCES):
        run_state_machine_as_test(seed(number)(machine), settings=settings_for(n_steps=6))


REDIRECT = "<p>a redirect</p>"


@pytest.mark.parametrize("way", ["html_extra_path", "build-finished"])
def test_a6_file_that_takes_the_place_of_a_page_stays(make_site: MakeSite, way: str) -> None:
    conf = """
        extensions = ["myst_parser", "pronghorn"]
        html_theme = "basic"
        templates_path = ["_templates"]
    """
    ways = {
        "html_extra_path": "html_extra_path = ['_extra']\n",
        "build-finished": "def setup(app):\n    def write(app, error):\n"
        f"        (app.outdir / 'page.html').write_text({REDIRECT!r})\n    app.connect('build-finished', write)\n",
    }
    files = {**FILES, "_templates/redirect.html": REDIRECT, "_extra/page.html": REDIRECT, "conf.py": conf}
    site = make_site(files)
    build_cleanly(site)
    site.write(
        "plugins/move.py",
        plugin(
            "",
            "site.readers.register_reader(deduce_url=lambda p: 'new/page', condition=lambda p: p.relpath == 'page.md')",
        ),
    )
    site.write("conf.py", dedent(conf) + ways[way])
    assert _assert_as_clean(site).read("page.html") == REDIRECT
    assert _assert_as_clean(site).read("page.html") == REDIRECT


def test_a6_page_that_a_failed_build_moved_leaves_nothing_behind(make_site: MakeSite) -> None:
    code = """
    from sphinx.errors import SphinxError

    def render(page):
        if page.docname == "two" and page.source.root.with_name("stop").exists():
            raise SphinxError("stop")
    """
    stop = "site.signals.page_rendering.connect(render)"

    def move(to: str) -> str:
        return f"site.readers.register_reader(deduce_url=lambda p: '{to}', condition=lambda p: p.relpath == 'page.md')"

    site = make_site({**FILES, "plugins/move.py": plugin(code, stop)})
    build_cleanly(site)
    (site.root / "stop").touch()
    site.write("plugins/move.py", plugin(code, stop, move("first/place")))
    with pytest.raises(SphinxError, match="stop"):
        build(site)
    (site.root / "stop").unlink()
    site.write("plugins/move.py", plugin(code, stop, move("second/place")))
    _assert_as_clean(site)
