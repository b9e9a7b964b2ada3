"""Pages that are read for one builder and written by others."""

import re
import zipfile
from pathlib import Path

import pytest

from tests.support.cached_reading import ReadBuild, ReadingSite, assert_same_reading

pytestmark = pytest.mark.thorough

FILES: dict[str, str | bytes] = {
    "index.rst": """
        Home
        ====

        .. toctree::
           :numbered:

           a
           b
           d/c

        :doc:`a`, :ref:`there`, :numref:`fig`, "quoted" -- dash
    """,
    "a.rst": """
        Page A
        ======

        .. _there:

        There
        -----

        .. index:: entry

        .. only:: html

           Only in HTML.

        .. only:: text or latex

           Not in HTML.

        A footnote [1]_, a term :term:`cat`, missing :ref:`missing`.

        .. [1] Text.
    """,
    "b.rst": """
        Page B
        ======

        .. _fig:

        .. figure:: pic.*

           Figure.

        .. glossary::

           cat
              A pet.

        .. py:function:: f(a)

        .. math:: a
           :label: one
    """,
    "d/c.rst": """
        Page C
        ======

        :doc:`/a` and :py:func:`f` and :eq:`one`

        .. download and code

        :download:`../pic.svg`

        .. code-block:: python

           a = 1
    """,
    "pic.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
    "pic.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\6\0\0\0",
}
CONF = """
numfig = True
copyright = "2001"
latex_elements = {"releasename": ""}
epub_show_urls = "no"
gettext_compact = False
"""
BUILDERS = (
    "html",
    "dirhtml",
    "singlehtml",
    "text",
    "xml",
    "pseudoxml",
    "latex",
    "man",
    "texinfo",
    "epub",
    "json",
    "dummy",
)
PLAIN = {"text", "man"}
"""Sphinx does without typographic quotes for these: pages are read for them apart from the others."""
EPOCH = {"SOURCE_DATE_EPOCH": "1000000000"}


@pytest.fixture
def site(tmp_path: Path) -> ReadingSite:
    return ReadingSite(tmp_path / "site", FILES, CONF)


def edit(site: ReadingSite, path: str, before: str, after: str) -> None:
    file = site.source / path
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def content(built: ReadBuild) -> dict[str, bytes]:
    """Return the output; of archives, what is in them."""
    files = built.output()
    for name in [name for name in files if name.endswith(".epub")]:
        with zipfile.ZipFile(built.outdir / name) as archive:
            files |= {f"{name}/{member}": archive.read(member) for member in archive.namelist()}
        del files[name]
    # Search indexes that Sphinx itself brings up to date have another order.
    return {name: data for name, data in files.items() if not name.endswith((".pickle", ".js", "searchindex.json"))}


def assert_as_clean(built: ReadBuild, clean: ReadBuild) -> None:
    assert_same_reading(built, clean)
    files, expected = content(built), content(clean)
    assert files.keys() == expected.keys()
    for name, data in expected.items():
        assert files[name] == data, name


@pytest.mark.parametrize("builder", BUILDERS)
def test_pages_are_read_once_for_all_builders(builder: str, site: ReadingSite) -> None:
    site.build("html", env=EPOCH)
    built = site.build(builder, env=EPOCH)
    assert built.read == ({"index", "a", "b", "d/c"} if builder in PLAIN else set())
    assert_as_clean(built, site.build_cleanly(builder, env=EPOCH))
    clone = site.clone("other")
    built = clone.build(builder, env=EPOCH)
    assert built.read == set()
    assert_as_clean(built, site.build_cleanly(builder, env=EPOCH))


@pytest.mark.parametrize("builder", BUILDERS)
def test_what_other_pages_show_of_a_page(builder: str, site: ReadingSite) -> None:
    site.build(builder, env=EPOCH)
    for file, before, after in (
        ("a.rst", "Page A\n======", "Page Alpha\n=========="),
        ("a.rst", "There\n-----", "Elsewhere\n---------"),
        ("b.rst", "function:: f(a)", "class:: f(a)"),
        ("index.rst", "   a\n   b\n", "   b\n   a\n"),
    ):
        edit(site, file, before, after)
        built = site.build(builder, env=EPOCH)
        assert built.read == {file.removesuffix(".rst")}
        assert_as_clean(built, site.build_cleanly(builder, env=EPOCH))
    built = site.build(builder, env=EPOCH)
    assert built.read == set()
    assert_as_clean(built, site.build_cleanly(builder, env=EPOCH))


def test_builders_in_turn_with_edits_in_between(site: ReadingSite) -> None:
    for number, builder in enumerate([*BUILDERS, *BUILDERS]):
        edit(site, "a.rst", "A footnote", f"{number} A footnote")
        edit(site, "b.rst", "Page B\n=", "Page BB\n==") if number == 4 else None
        built = site.build(builder, env=EPOCH)
        expected = {0: {"index", "a", "b", "d/c"}, 4: {"a", "b"}}.get(number, {"a"})
        assert built.read == expected or builder in PLAIN
    for builder in BUILDERS:
        assert_as_clean(site.build(builder, env=EPOCH), site.build_cleanly(builder, env=EPOCH))


def test_a_builder_does_not_miss_what_another_one_has_seen(site: ReadingSite) -> None:
    """Each has an output of its own: what changed since it was written is not what changed since the last build."""
    site.build("text")
    edit(site, "a.rst", "Page A\n======", "Page Alpha\n==========")
    site.build("xml")
    edit(site, "b.rst", "A pet.", "An animal.")
    site.build("html")
    assert_as_clean(site.build("text"), site.build_cleanly("text"))
    assert_as_clean(site.build("xml"), site.build_cleanly("xml"))


def test_output_folders_of_one_builder(site: ReadingSite) -> None:
    site.build("text")
    first = site.root / "build/text"
    first.rename(site.root / "build/aside")
    edit(site, "a.rst", "Page A\n======", "Page Alpha\n==========")
    site.build("text")
    (site.root / "build/text").rename(site.root / "build/second")
    (site.root / "build/aside").rename(first)
    assert_as_clean(site.build("text"), site.build_cleanly("text"))


def test_several_folders_for_doctrees(site: ReadingSite) -> None:
    site.build("latex", doctrees="one")
    edit(site, "a.rst", "Page A\n======", "Page Alpha\n==========")
    assert site.build("xml", doctrees="two").read == {"a"}
    built = site.build("latex", doctrees="one")
    assert built.restored == {"a"}
    assert_as_clean(built, site.build_cleanly("latex"))
    assert site.build("latex", doctrees="two").read == set()


def catalogs(built: ReadBuild) -> dict[str, bytes]:
    """Return the catalogs; Sphinx puts the time of the build into them."""
    return {name: re.sub(rb'"POT-Creation-Date.*', b"", data) for name, data in built.output().items()}


def test_catalogs_of_messages(site: ReadingSite) -> None:
    site.build("html")
    for after in ("A footnote", "An endnote"):
        edit(site, "a.rst", "A footnote", after)
        built, clean = site.build("gettext", doctrees="own"), site.build_cleanly("gettext")
        assert catalogs(built) == catalogs(clean)
        assert built.warnings == clean.warnings
    assert_as_clean(site.build("html"), site.build_cleanly("html"))
    clone = site.clone("other")
    assert_as_clean(clone.build("text"), site.build_cleanly("text"))


def messages_by_id(built: ReadBuild) -> dict[str, str]:
    text = (built.outdir / "a.pot").read_text()
    return dict(re.findall(r"#: \S+\n#: ([0-9a-f]{32})\nmsgid (.*)\n", text))


def test_messages_keep_their_identifiers(site: ReadingSite) -> None:
    with (site.source / "conf.py").open("a") as conf:
        conf.write("gettext_uuid = True\n")
    site.build("html")
    first = messages_by_id(site.build("gettext", doctrees="own"))
    assert first
    edit(site, "a.rst", "Only in HTML.", "Only in the browser.")
    second = messages_by_id(site.build("gettext", doctrees="own"))
    assert len(second) == len(first)
    assert len(first.keys() & second.keys()) >= len(first) - 1


ASKING = """\
from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Builder(SphinxDirective):
    def run(self):
        builder = {builder}
        return [nodes.paragraph("", f"{{builder.name}} {{builder.format}}")]


def setup(app):
    app.add_directive("builder", Builder)
    global theapp
    theapp = app
    return {{"parallel_read_safe": True}}
"""


@pytest.mark.parametrize("builder", ["self.env.app.builder", "theapp.builder"])
@pytest.mark.parametrize("doctrees", ["doctrees", "other"])
def test_an_extension_that_asks_for_the_builder(builder: str, doctrees: str, site: ReadingSite) -> None:
    site.write("asking.py", ASKING.format(builder=builder))
    site.write("b.rst", "Page B\n======\n\n.. builder::\n")
    with (site.source / "conf.py").open("a") as conf:
        conf.write("import sys\nsys.path.insert(0, __file__.rpartition('/')[0])\nextensions.append('asking')\n")
    for name, folder in (("html", "doctrees"), ("text", doctrees), ("html", "doctrees")):
        built = site.build(name, doctrees=folder)
        assert_as_clean(built, site.build_cleanly(name))


def test_tags_of_builders(site: ReadingSite) -> None:
    site.build("html", "-t", "mine")
    assert site.build("xml", "-t", "mine").read == set()
    assert "Not in HTML." in (site.build("latex", "-t", "mine").outdir / "test.tex").read_text()
    assert site.build("xml", "-t", "other").read == {"index", "a", "b", "d/c"}


def test_smart_quotes(site: ReadingSite) -> None:
    site.build("html")
    for builder, doctrees in (("man", "other"), ("text", "doctrees"), ("latex", "other"), ("html", "doctrees")):
        built = site.build(builder, doctrees=doctrees, env=EPOCH)
        assert_as_clean(built, site.build_cleanly(builder, env=EPOCH))
        assert built.read <= set() or builder == "man"


@pytest.mark.parametrize("builder", ["text", "xml", "latex"])
def test_a_page_that_goes(builder: str, site: ReadingSite) -> None:
    site.build(builder, env=EPOCH)
    site.remove("b.rst")
    built, clean = site.build(builder, env=EPOCH), site.build_cleanly(builder, env=EPOCH)
    assert_same_reading(built, clean)
    files, expected = content(built), content(clean)
    for name in expected:
        assert files[name] == expected[name], name


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_several_jobs(jobs: str, site: ReadingSite) -> None:
    site.build("text", "-j", jobs)
    edit(site, "a.rst", "Page A\n======", "Page Alpha\n==========")
    edit(site, "b.rst", "A pet.", "An animal.")
    built = site.build("text", "-j", jobs)
    assert built.read == {"a", "b"}
    assert_as_clean(built, site.build_cleanly("text"))
