"""Extensions that are not safe for parallel reading: in the folder of the last build, what Sphinx alone reads is read.

Each site has a twin that Sphinx builds alone, in place, with the same edits.
"""

import os
import re
import shutil
import sys
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.cached_reading import ReadBuild, ReadingSite
from tests.support.params import first_always

pytestmark = [pytest.mark.one_version, pytest.mark.thorough]

CAN_WATCH = sys.version_info >= (3, 12)
"""Whether Python tells when code of an extension begins to run."""
ALL = frozenset({"index", "glob", *"abcd"})
PAGES = {
    "index.rst": "Home\n====\n\n.. toctree::\n\n   a\n   b\n   c\n   d\n   glob\n",
    "glob.rst": "Glob\n====\n\n.. toctree::\n   :glob:\n\n   e*\n",
    "a.rst": "A\n=\n\nFirst.\n",
    "b.rst": "B\n=\n\n.. word:: b\n\n.. include:: part.txt\n",
    "c.rst": "C\n=\n\n.. word:: c\n\n.. image:: picture.svg\n",
    "d.rst": "D\n=\n\n.. word:: d\n\n.. words::\n\n.. seen::\n",
    "part.txt": "Part.\n",
    "picture.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
}
CONF = "import sys\nsys.path.insert(0, __file__.rpartition('/')[0])\nextensions.append('own')\n"
EXTENSION = """
from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Word(SphinxDirective):
    required_arguments = 1

    def run(self):
        note(self.env, self.env.docname, self.arguments[0])
        getattr(self.config, "own_lock", None)
        return [nodes.paragraph(text=f"{{self.arguments[0]}} {{self.config.own_value}}")]


class Words(SphinxDirective):
    def run(self):
        return [nodes.literal(text="WORDS")]


class Seen(SphinxDirective):
    def run(self):
        return [nodes.paragraph(text=str(seen))]


seen = []


def note(env, docname, word):
    seen.append(docname)
    if not hasattr(env, "own_words"):
        env.own_words = []
    env.own_words.append((docname, word))


def purge(app, env, docname):
    env.own_words = [one for one in getattr(env, "own_words", []) if one[0] != docname]


def show(app, doctree, docname):
    for node in doctree.findall(nodes.literal):
        if node.astext() == "WORDS":
            node[:] = [nodes.Text(str(app.env.own_words))]


def setup(app):
    app.add_config_value("own_value", "", "env")
    app.add_directive("word", Word)
    app.add_directive("words", Words)
    app.add_directive("seen", Seen)
    app.connect("doctree-resolved", show)
    {setup}
    return {safe}
"""
PURGE = "app.connect('env-purge-doc', purge)"
OUTDATED = (
    f"{PURGE}\n    app.connect('env-get-outdated', lambda app, env, added, changed, removed: ['a'] if changed else [])"
)
REREAD = f"{PURGE}\n    app.connect('doctree-read', lambda app, tree: app.env.docname == 'a' and app.env.note_reread())"
UNWRITTEN = "{'parallel_read_safe': True, 'parallel_write_safe': False}"
NEITHER = "{'parallel_read_safe': False, 'parallel_write_safe': False}"
UNSAFE = "{'parallel_read_safe': False, 'parallel_write_safe': True}"
SILENT = "{'parallel_write_safe': True}"
STYLES = {
    "says that it is not, purges": (PURGE, UNSAFE),
    "says nothing, purges": (PURGE, SILENT),
    "says that it is not, does not purge": ("pass", UNSAFE),
    "says nothing, does not purge": ("pass", SILENT),
}


@dataclass(frozen=True, slots=True)
class Built:
    """What a build read, and what Sphinx alone read with the same edits."""

    ours: ReadBuild
    stock: ReadBuild

    @property
    def read(self) -> tuple[AbstractSet[str], AbstractSet[str]]:
        return self.ours.read, self.stock.parsed


class Twins:
    """A site that is built with Pronghorn, and one with the same files that is built without."""

    def __init__(self, folder: Path, setup: str, safe: str) -> None:
        files = {**PAGES, "own.py": EXTENSION.format(setup=setup, safe=safe)}
        without = f"{CONF}extensions.remove('pronghorn')\n"
        self.ours = ReadingSite(folder / "ours", files, CONF)
        self.stock = ReadingSite(folder / "stock", files, without)

    def write(self, path: str, content: str) -> None:
        for site in (self.ours, self.stock):
            site.write(path, content)

    def append(self, path: str, content: str) -> None:
        for site in (self.ours, self.stock):
            site.write(path, (site.source / path).read_text() + content)

    def remove(self, path: str) -> None:
        for site in (self.ours, self.stock):
            site.remove(path)

    def build(self, builder: str = "html") -> Built:
        """Build both in place: what is shown is what Sphinx shows of its own environment, on all pages."""
        ours, stock = self.ours.build(builder), self.stock.build(builder)
        assert ours.exit_code == stock.exit_code == 0, ours.warnings + stock.warnings
        expected = self.stock.build(builder, "-a").output()
        assert ours.output().keys() <= expected.keys(), "Sphinx leaves what pages were that are gone"
        for name, content in ours.output().items():
            assert content == expected[name], name
        return Built(ours, stock)


def assert_same_environment(built: Built) -> None:
    """Check that pages have left what they leave with Sphinx; what is read again stays where it was in each table."""
    ours, theirs = built.ours.portrait, built.stock.portrait
    assert ours is not None
    assert theirs is not None
    assert ours.tables.get("env.own_words") == theirs.tables.get("env.own_words")
    for name, shown in theirs.tables.items():
        assert sorted(ours.tables.get(name, "").splitlines()) == sorted(shown.splitlines()), name


@pytest.fixture(params=first_always(STYLES.keys(), 2))
def twins(tmp_path: Path, request: pytest.FixtureRequest) -> Twins:
    """Return a site and its twin, both built once."""
    twins = Twins(tmp_path, *STYLES[request.param])
    assert twins.build().read == (ALL, ALL)
    return twins


@pytest.fixture(params=[style for style in STYLES if "not purge" not in style])
def purging(tmp_path: Path, request: pytest.FixtureRequest) -> Twins:
    """Return such a site with an extension of which nothing stays of a page that is read again."""
    twins = Twins(tmp_path, *STYLES[request.param])
    twins.build()
    return twins


def test_an_edit_reads_what_sphinx_reads(twins: Twins) -> None:
    for path, text, read in (
        ("c.rst", "More.\n", {"c"}),
        ("a.rst", "\n.. word:: more\n", {"a"}),
        ("part.txt", "Other.\n", {"b"}),
        ("d.rst", "\n.. word:: last\n", {"d"}),
    ):
        twins.append(path, text)
        built = twins.build()
        assert built.read == (read, read)
        assert_same_environment(built)
    assert twins.build().read == (set(), set())


def test_what_is_read_again_stays_where_it_was(purging: Twins) -> None:
    purging.append("a.rst", "More.\n")
    built = purging.ours.build_as_clean("html")
    assert built.read == {"a"}


def test_a_page_for_which_their_code_runs_from_now_on(purging: Twins) -> None:
    purging.append("a.rst", "\n.. word:: a\n")
    assert purging.build().read == ({"a"}, {"a"})
    purging.append("b.rst", "More.\n")
    assert purging.build().read == ({"b"}, {"b"})
    assert purging.ours.clone("clone").build_as_clean("html").read == ALL


def test_pages_for_which_their_code_does_not_run_any_more(purging: Twins) -> None:
    for docname in "bcd":
        purging.write(f"{docname}.rst", "Now\n===\n")
    assert purging.build().read == (set("bcd"), set("bcd"))
    purging.append("b.rst", "\nMore.\n")
    assert purging.build().read == ({"b"}, {"b"})
    purging.ours.clone("clone").build_as_clean("html")


def test_the_page_that_shows_what_others_put_there(twins: Twins) -> None:
    twins.write("b.rst", "B\n=\n\n.. word:: changed\n")
    built = twins.build()
    assert b"changed" in built.ours.output()["d.html"]
    assert {page for page, action in built.ours.actions.items() if action == "reused"} >= {"a", "c", "glob"}


def test_pages_that_come_and_go(twins: Twins) -> None:
    twins.write("e1.rst", "E\n=\n\n.. word:: e\n")
    built = twins.build()
    assert built.read == ({"e1", "glob"}, {"e1", "glob"})
    assert_same_environment(built)
    twins.remove("e1.rst")
    built = twins.build()
    assert built.read == ({"glob"}, {"glob"})
    assert_same_environment(built)


def test_the_reason_is_what_has_changed(purging: Twins) -> None:
    purging.append("d.rst", "More.\n")
    built = purging.build().ours
    assert built.reasons["d"] == ("source", "")
    assert built.out.count("are read in each clone: ") == 1
    assert "could not be kept" not in built.warnings


def test_a_time_stamp_alone_reads_nothing(purging: Twins) -> None:
    for site in (purging.ours, purging.stock):
        os.utime(site.source / "a.rst")
    assert purging.build().read == (set(), {"a"})


def test_a_file_that_sphinx_compares_and_nobody_has_read(purging: Twins) -> None:
    for site in (purging.ours, purging.stock):
        os.utime(site.source / "picture.svg")
    assert purging.build().read == ({"c"}, {"c"})


def test_a_configuration_value_that_concerns_all(purging: Twins) -> None:
    purging.append("conf.py", "own_value = 'set'\n")
    ours, theirs = purging.build().read
    assert theirs == ALL
    assert ours >= {"b", "c", "d"}
    purging.append("d.rst", "More.\n")
    assert purging.build().read == ({"d"}, {"d"})


def test_a_doctree_that_is_gone(purging: Twins) -> None:
    purging.append("d.rst", "More.\n")
    purging.build()
    for site in (purging.ours, purging.stock):
        (site.root / "build/doctrees/d.doctree").unlink()
    ours, theirs = purging.build().read
    assert (ours, theirs) == (set(), {"d"})
    (purging.ours.root / "build/doctrees/d.doctree").unlink(missing_ok=True)
    shutil.rmtree(purging.ours.root / "cache")
    assert "d" in purging.ours.build("html").read


@pytest.mark.parametrize("safe", [UNSAFE, SILENT])
def test_pages_that_a_handler_adds(tmp_path: Path, safe: str) -> None:
    twins = Twins(tmp_path, OUTDATED, safe)
    twins.build()
    twins.append("d.rst", "More.\n")
    built = twins.build()
    assert built.read == ({"a", "d"}, {"a", "d"})
    assert built.ours.reasons["a"] == ("asked", "")


@pytest.mark.parametrize("safe", [UNSAFE, SILENT])
def test_a_page_that_asks_to_be_read_each_time(tmp_path: Path, safe: str) -> None:
    twins = Twins(tmp_path, REREAD, safe)
    twins.build()
    assert twins.build().read == ({"a"}, {"a"})
    twins.append("d.rst", "More.\n")
    assert twins.build().read == ({"a", "d"}, {"a", "d"})


def test_a_value_that_cannot_be_compared(tmp_path: Path) -> None:
    """Sphinx does not compare it either."""
    twins = Twins(tmp_path, f"{PURGE}\n    app.add_config_value('own_lock', None, '')", UNSAFE)
    twins.append(
        "conf.py", "import threading\nLOCK = threading.Lock()\n\ndef use():\n    return LOCK\n\nown_lock = [use]\n"
    )
    twins.build()
    twins.append("b.rst", "More.\n")
    assert twins.build().read == ({"b"}, {"b"})


def test_a_clone_reads_what_cannot_be_kept(twins: Twins, request: pytest.FixtureRequest) -> None:
    twins.append("d.rst", "More.\n")
    twins.build()
    built = twins.ours.clone("clone").build_as_clean("html")
    style = request.node.callspec.params["twins"]
    kept = {"a"} if CAN_WATCH and style == "says nothing, does not purge" else set[str]()
    assert built.restored == kept
    assert built.read == ALL - kept


def test_another_build_in_between(purging: Twins) -> None:
    """The environment is not as we have left it."""
    conf = (purging.ours.source / "conf.py").read_text()
    purging.ours.write("conf.py", f"{conf}extensions.remove('pronghorn')\n")
    purging.append("c.rst", "More.\n")
    purging.ours.build("html")
    purging.ours.write("conf.py", conf)
    built = purging.ours.build_as_clean("html")
    assert built.read >= {"b", "c", "d"}


def test_the_code_of_the_extension(purging: Twins) -> None:
    purging.append("own.py", "\n# changed\n")
    assert purging.ours.build_as_clean("html").read >= {"b", "c", "d"}


def written(built: ReadBuild) -> set[str]:
    """Return the pages that were written, as Sphinx tells it."""
    return set(re.findall(r"writing output\.\.\. \[ *\d+%\] (\S+)", built.out))


@pytest.mark.parametrize("safe", [UNWRITTEN, NEITHER])
def test_pages_that_are_written_without_the_cache(tmp_path: Path, safe: str) -> None:
    merge = "\n    app.connect('env-merge-info', lambda app, env, names, other: note_all(env, other))"
    twins = Twins(tmp_path, PURGE + merge, safe)
    twins.append("own.py", "\ndef note_all(env, other):\n    env.own_words += getattr(other, 'own_words', [])\n")
    for site in (twins.ours, twins.stock):
        assert written(site.build("html")) == ALL
    assert written(twins.ours.build("html")) == set()
    twins.append("a.rst", "More.\n\n.. image:: picture.svg\n")
    for site in (twins.ours, twins.stock):
        assert written(site.build("html")) == {"a", "index"}
    twins.write("a.rst", "Another\n=======\n")
    built = twins.ours.build_as_clean("html")
    assert built.read == {"a"}
    assert written(built) == ALL, "all may show the title"
    assert written(twins.ours.build("html")) == set()
