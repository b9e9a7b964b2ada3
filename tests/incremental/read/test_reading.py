"""Reading with the cache gives what reading all pages gives: nothing changed, merged, asked for, switched off.

Each build is compared with a clean build of a copy of the site, some with a build without Pronghorn.
"""

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from tests.support.cached_reading import ReadBuild, ReadingSite, assert_same_reading

pytestmark = pytest.mark.thorough

MakeReadingSite = Callable[..., ReadingSite]

LOCAL = "import sys\nsys.path.insert(0, __file__.rpartition('/')[0])\n"

RICH = {
    "index.rst": """
        Home
        ====

        .. toctree::
           :numbered:
           :caption: All

           a
           b
           folder/c
           m
           folder/none

        .. todolist::

        :ref:`genindex`, :term:`cat`, :ref:`deep`, :numref:`fig`, :eq:`euler`, :py:func:`.f`, :cpp:class:`N::C`
    """,
    "a.rst": """
        :author: Somebody

        Page A
        ======

        .. todo:: Write A.

        .. _deep:

        Deep
        ----

        .. glossary::

           cat
              A pet.

        .. py:module:: mod

        .. py:function:: f(a, b=1)

           .. versionadded:: 1.0
              As a joke.

        .. index:: single: entry; sub

        Missing :ref:`nowhere`, [Cite]_, unknown :role:`x`, [1]_.

        .. [Cite] A book.
        .. [1] A footnote.
    """,
    "b.rst": """
        Page B
        ======

        .. todo:: Write B.

        .. _fig:

        .. figure:: pic.png

           A figure.

        .. math:: e = 1
           :label: euler

        .. include:: part.txt

        .. literalinclude:: part.txt

        :doc:`folder/c`, :download:`part.txt`, :any:`cat`, [Cite]_, `phrase <https://example.org>`_

        .. cpp:namespace:: N

        .. cpp:class:: C

           .. cpp:function:: void run(int a)

        .. c:function:: int main(void)
    """,
    "folder/c.rst": """
        Page C
        ======

        .. option:: --all

        .. envvar:: HOME

        .. program:: tool

        .. option:: --all

        .. productionlist::
           one: two

        .. js:function:: g(x)

        .. rst:directive:: dir

        .. py:class:: K

           .. py:method:: run()

        .. image:: ../pic.png

        .. unknown-directive::

        .. todo:: Write C.

        .. deprecated:: 2.0
           Old.
    """,
    "m.md": """
        ---
        key: value
        ---
        # Page M

        (target)=
        ## Section

        [to A](a.rst), [to a section](#section), [](folder/c.rst), [nowhere](none.md), {ref}`deep`, [](#no-target)

        ```{todo} Write M.
        ```
    """,
    "part.txt": "Included :ref:`deep` and :ref:`missing`.\n",
    "pic.png": b"\x89PNG\r\n\x1a\n",
}
RICH_CONF = """
extensions += ["myst_parser", "sphinx.ext.todo", "sphinx.ext.autosectionlabel"]
autosectionlabel_prefix_document = True
todo_include_todos = True
todo_link_only = True
numfig = True
suppress_warnings = ["config.cache"]
"""


@pytest.fixture
def make(tmp_path: Path) -> MakeReadingSite:
    """Make a site: ``make({"a.rst": ...}, conf)``; without an index, one that lists the pages in order."""
    numbers = iter("123456789")

    def make_site(files: Mapping[str, str | bytes], conf: str = "") -> ReadingSite:
        names = [name.removesuffix(".rst") for name in files if name.endswith(".rst")]
        index = "Home\n====\n\n.. toctree::\n\n" + "".join(f"   {name}\n" for name in names)
        return ReadingSite(tmp_path / f"site{next(numbers)}", {"index.rst": index, **files}, dedent(conf))

    return make_site


@pytest.fixture
def rich(make: MakeReadingSite) -> ReadingSite:
    return make(RICH, RICH_CONF)


def page(title: str, text: str = "") -> str:
    return f"{title}\n{'=' * len(title)}\n\n{dedent(text)}"


def edit(site: ReadingSite, path: str, before: str, after: str) -> None:
    """Replace something in a file."""
    file = site.source / path
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def assert_as_stock(built: ReadBuild, stock: ReadBuild) -> None:
    """Check that a build read what Sphinx alone reads."""
    assert built.portrait is not None, built.warnings
    assert stock.portrait is not None, stock.warnings
    del stock.portrait.tables["reread_always"], built.portrait.tables["reread_always"]  # there is no need for it
    assert_same_reading(built, stock)


# Nothing changed


def test_a_clean_build_is_as_one_without_us(rich: ReadingSite) -> None:
    built = rich.build("text")
    stock = rich.build_stock("text")
    assert_as_stock(built, stock)
    assert built.output() == stock.output()
    assert "unknown-directive" in built.warnings
    assert "nowhere" in built.warnings


def test_nothing_changed(rich: ReadingSite) -> None:
    first = rich.build()
    environment = (rich.root / "build/doctrees/environment.pickle").stat().st_mtime_ns
    built = rich.build_as_clean()
    assert set(built.actions.values()) == {"reused"}
    assert built.merging == ()
    assert built.warnings == first.warnings
    assert (rich.root / "build/doctrees/environment.pickle").stat().st_mtime_ns == environment


@pytest.mark.parametrize("seconds", [10.0**9, 4 * 10.0**9], ids=["in the past", "in the future"])
def test_time_stamps_are_others(seconds: float, rich: ReadingSite) -> None:
    rich.build()
    for file in rich.source.rglob("*"):
        os.utime(file, (seconds, seconds))
    assert set(rich.build_as_clean().actions.values()) == {"reused"}


def test_a_change_that_leaves_size_and_time_stamp_as_they_were(rich: ReadingSite) -> None:
    rich.build()
    for file, after in (("a.rst", "A dog."), ("part.txt", "Includes")):
        status = (rich.source / file).stat()
        edit(
            rich, file, {"A dog.": "A pet.", "Includes": "Included"}[after], {"Includes": "Includes"}.get(after, after)
        )
        os.utime(rich.source / file, ns=(status.st_atime_ns, status.st_mtime_ns))
    rich.build_as_clean()


@pytest.mark.parametrize(
    "name", ["x", "a-much-longer-name-than-the-other-one" * 3, "with space", "fôldèr-ü-日本", "it's 100% $HOME {x}"]
)
def test_a_clone_elsewhere(name: str, rich: ReadingSite) -> None:
    rich.build()
    clone = rich.clone(name)
    built = clone.build_as_clean()
    assert set(built.actions.values()) == {"restored"}
    assert str(rich.root) not in built.warnings
    edit(clone, "a.rst", "A pet.", "An animal.")
    assert clone.build_as_clean().read == {"a"}
    assert clone.build_as_clean("xml").read == set()


def test_a_clone_with_several_jobs(rich: ReadingSite) -> None:
    rich.build("text", "-j", "2")
    clone = rich.clone("other")
    edit(clone, "a.rst", "A pet.", "An animal.")
    edit(clone, "b.rst", "A figure.", "A picture.")
    built = clone.build("text", "-j", "2")
    assert built.read == {"a", "b"}
    clean = clone.build_cleanly("text")
    assert_same_reading(built, clean)
    assert built.output() == clean.output()


def test_a_clone_below_the_site(make: MakeReadingSite) -> None:
    """The folder of one is the beginning of the name of the other's."""
    site = make({"a.rst": page("A", ".. literalinclude:: f.txt\n\n.. include:: f.txt\n"), "f.txt": ":x:`a`\n"})
    site.build()
    for name in (f"{site.root.name}1", f"{site.root.name}/source"):
        clone = site.clone(name)
        built = clone.build("text")
        assert built.portrait is not None
        assert "source/source/source" not in built.portrait.doctrees["a"].replace(str(clone.source), "")
        assert built.warnings.count(f"{'<site>'}/source/f.txt") == site.build("text").warnings.count(
            "<site>/source/f.txt"
        )


def test_a_source_folder_behind_a_symbolic_link(rich: ReadingSite) -> None:
    rich.build()
    clone = rich.clone("linked")
    clone.source.rename(clone.root / "elsewhere")
    clone.source.symlink_to(clone.root / "elsewhere")
    built = clone.build()
    assert built.restored == {"index", "a", "b", "folder/c", "m"}
    edit(clone, "a.rst", "A pet.", "An animal.")
    built, clean = clone.build(), rich.clone("clean")
    edit(clean, "a.rst", "A pet.", "An animal.")
    expected = clean.build(cache="empty")
    assert built.read == {"a"}
    assert built.portrait is not None
    assert expected.portrait is not None
    assert built.warnings.replace("/elsewhere/", "/source/") == expected.warnings


def test_files_behind_symbolic_links(make: MakeReadingSite) -> None:
    site = make({"a.rst": page("A", ".. include:: link.txt\n"), "one.txt": "One.\n", "two.txt": "Two.\n"})
    (site.source / "link.txt").symlink_to("one.txt")
    site.build()
    site.write("one.txt", "Another.\n")
    assert site.build_as_clean().read == {"a"}
    (site.source / "link.txt").unlink()
    (site.source / "link.txt").symlink_to("two.txt")
    assert site.build_as_clean().read == {"a"}


def test_going_back_to_an_earlier_state(rich: ReadingSite) -> None:
    rich.build()
    shutil.copytree(rich.source, rich.root / "earlier")
    edit(rich, "a.rst", "Deep", "Deeper")
    edit(rich, "part.txt", "Included", "Taken in")
    rich.write("folder/d.rst", page("D"))
    assert rich.build_as_clean().read == {"a", "b", "folder/d"}
    shutil.rmtree(rich.source)
    shutil.copytree(rich.root / "earlier", rich.source)
    built = rich.build_as_clean()
    assert built.actions["folder/d"] == "removed"
    assert built.restored == {"a", "b"}
    assert built.read == set()


def test_two_sites_with_the_same_pages(make: MakeReadingSite) -> None:
    text = page("A", ":ref:`other` |version|\n\n.. toctree::\n   :glob:\n\n   d/*\n")
    one = make({"a.rst": text, "b.rst": page("B")}, "version = '1'\nproject = 'One'\n")
    other = make({"a.rst": text, "b.rst": page("B"), "d/x.rst": page("X", ".. _other:\n\nO\n-\n")}, "version = '2'\n")
    for _ in range(2):
        for site in (one, other):
            shutil.rmtree(site.root / "build", ignore_errors=True)
            built = site.build("text", env={"PRONGHORN_CACHE_DIR": str(one.root / "shared")})
            clean = site.build_cleanly("text")
            assert_same_reading(built, clean)
            assert built.output() == clean.output()
    assert built.restored == {"index", "a", "b", "d/x"}


def test_where_the_build_is_started(make: MakeReadingSite) -> None:
    """docutils names files relative to the current folder."""
    text = ".. include:: part.txt\n\n.. include:: none.txt\n\n.. csv-table::\n   :file: none.csv\n"
    site = make({"a.rst": page("A", text), "part.txt": ":unknown:`x` :ref:`missing`\n"})
    site.build(cwd=site.root)
    clone = site.clone("other")
    built = clone.build(cwd=clone.source)
    clean = site.clone("clean").build(cwd=clone.root.parent / "clean/source", cache="empty")
    assert_same_reading(built, clean)


# Merging

COLLISIONS = {
    "label": ".. _same:\n\nSection\n-------\n",
    "figure": ".. figure:: pic.png\n   :name: same\n\n   Caption.\n",
    "term": ".. glossary::\n\n   same\n      Text.\n",
    "term-in-other-case": {
        "a": ".. glossary::\n\n   Same\n      Text.\n",
        "*": ".. glossary::\n\n   same\n      Text.\n",
    },
    "citation": "[Same]_\n\n.. [Same] Book.\n",
    "equation": ".. math:: a\n   :label: same\n",
    "python": ".. py:function:: same()\n",
    "python-module": ".. py:module:: same\n\n.. py:data:: other\n",
    "python-alias": {"b": ".. py:function:: new()\n   :canonical: same\n", "*": ".. py:function:: same()\n"},
    "python-aliases": {
        "a": ".. py:function:: one()\n   :canonical: same\n",
        "*": ".. py:class:: two()\n   :canonical: same\n",
    },
    "javascript": ".. js:function:: same()\n",
    "rst": ".. rst:directive:: same\n",
    "c": ".. c:function:: int same(int a)\n",
    "c-other": {"a": ".. c:struct:: same\n", "*": ".. c:var:: int same\n"},
    "c-members": {"a": ".. c:struct:: same\n\n   .. c:var:: int x\n", "*": ".. c:member:: int same.x\n"},
    "cpp": ".. cpp:class:: Same\n",
    "cpp-overloads": {"a": ".. cpp:function:: void same(int a)\n", "*": ".. cpp:function:: void same(char a)\n"},
    "cpp-inside": {
        "a": ".. cpp:class:: Same\n\n   .. cpp:class:: Inner\n",
        "*": ".. cpp:function:: Inner Same::f(Inner a)\n",
    },
    "cpp-enum": ".. cpp:enum-class:: Same\n\n   .. cpp:enumerator:: One\n",
    "option": ".. program:: same\n\n.. option:: --same\n",
    "envvar": ".. envvar:: SAME\n",
    "confval": ".. confval:: same\n",
    "production": ".. productionlist::\n   same: other\n",
    "section-label": "Same\n----\n",
    "target": "A `same <https://example.org>`__.\n\n.. _same: https://example.org\n",
    "changes": ".. versionadded:: 1.0\n   Same.\n",
    "custom": ".. same:: x\n",
}
REFERENCES = """
:ref:`same` :term:`same` [Same]_ :eq:`same` :py:func:`same` :py:mod:`same` :js:func:`same` :rst:dir:`same`
:c:func:`same` :cpp:class:`Same` :cpp:func:`same` :option:`same --same` :envvar:`SAME` :confval:`same`
:token:`same` :ref:`Same` :py:obj:`.other` :any:`same` :same:`x` :numref:`same`
"""
COLLISION_CONF = """
extensions.append("sphinx.ext.autosectionlabel")
numfig = True

def setup(app):
    app.add_object_type("same", "same")
"""


def colliding(name: str, docname: str) -> str:
    collision = COLLISIONS[name]
    text = str(collision.get(docname, collision["*"]) if isinstance(collision, dict) else collision)
    return page(docname.upper(), text)


@pytest.mark.parametrize("name", COLLISIONS)
def test_a_name_that_several_pages_define(name: str, make: MakeReadingSite) -> None:
    both = {"a.rst": colliding(name, "a"), "b.rst": page("B"), "c.rst": colliding(name, "c"), "d.rst": page("D")}
    site = make({**both, "z.rst": page("Z", REFERENCES), "pic.png": b""}, COLLISION_CONF)
    assert_as_stock(site.build("xml"), site.build_stock("xml"))
    site.write("b.rst", colliding(name, "b"))
    built = site.build_as_clean("xml")
    assert_as_stock(built, site.build_stock("xml"))
    site.build_as_clean("xml")
    site.write("a.rst", page("A", "Nothing.\n"))
    assert_as_stock(site.build_as_clean("xml"), site.build_stock("xml"))
    site.write("d.rst", page("D", "Text.\n"))
    site.build_as_clean("xml")
    site.write("a.rst", colliding(name, "a"))
    site.build_as_clean("xml")
    site.remove("c.rst")
    site.build_as_clean("xml")
    site.write("b.rst", page("B"))
    built = site.build_as_clean("xml")
    assert "other instance" not in built.warnings
    assert site.build("xml").read == set()


@pytest.mark.parametrize("name", ["label", "cpp", "python"])
def test_a_name_that_several_pages_define_in_a_clone(name: str, make: MakeReadingSite) -> None:
    site = make({f"{docname}.rst": colliding(name, docname) for docname in "abc"}, COLLISION_CONF)
    first = site.build("text", "-j", "2")
    assert first.warnings
    clone = site.clone("other")
    built = clone.build_as_clean("text")
    assert built.warnings == first.warnings
    site.remove("a.rst")
    site.build_as_clean("text")
    clone.write("b.rst", page("B"))
    clone.build_as_clean("text", "-j", "2")


ORDERED = {
    f"{name}.rst": page(
        name,
        f"""
        .. todo:: Of {name}.

        .. index:: same, single: sub; {name}

        .. py:class:: {name.upper()}

           .. py:method:: run()

        .. todolist::

        .. versionchanged:: 1.0
           In {name}.

        :py:meth:`.run`, :any:`run`

        .. figure:: pic.png
           :name: fig-{name}

           Figure of {name}.

        :numref:`fig-b`, :numref:`fig-d`
        """,
    )
    for name in "abcdef"
}
ORDERED_CONF = "extensions.append('sphinx.ext.todo')\ntodo_include_todos = True\ntodo_link_only = True\nnumfig = True\n"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_order_is_that_of_reading_one_page_after_the_other(jobs: str, make: MakeReadingSite) -> None:
    site = make({**ORDERED, "pic.png": b""}, ORDERED_CONF)
    built = site.build("xml", "-j", jobs)
    stock = site.build_stock("xml")
    assert_as_stock(built, stock)
    assert built.output() == stock.output()
    assert "more than one target found" in built.warnings
    site.write("c.rst", ORDERED["c.rst"] + "\n.. todo:: More.\n")
    edit(site, "a.rst", "Of a.", "Of no one.")
    site.write("bb.rst", ORDERED["b.rst"].replace("b", "bb").replace("B", "BB"))
    site.remove("e.rst")
    built, stock = site.build("xml", "-j", jobs), site.build_stock("xml")
    assert_as_stock(built, stock)
    assert {**built.output(), "e.xml": b""} == {**stock.output(), "e.xml": b""}


def test_order_in_the_index(make: MakeReadingSite) -> None:
    site = make({**ORDERED, "pic.png": b""}, ORDERED_CONF)
    site.build("html")
    edit(site, "b.rst", "same", "same, another")
    site.write("aa.rst", ORDERED["b.rst"].replace("b", "aa").replace("B", "AA"))
    built, stock = site.build("html"), site.build_stock("html")
    assert (built.outdir / "genindex.html").read_text() == (stock.outdir / "genindex.html").read_text()


PATCHES = {
    "text": ("Text.\n", "Other text.\n", "patch"),
    "nothing-to-something": ("", "Text.\n", "patch"),
    "title": (None, page("Another title"), "patch"),
    "no-title": (None, "Only text.\n", None),
    "warning": ("Text.\n", ".. unknown::\n", "patch"),
    "metadata": (None, f":orphan:\n:key: value\n\n{page('A')}", "merge"),
    "new-label": ("Text.\n", ".. _new:\n\nS\n-\n", "merge"),
    "label-elsewhere": (".. _here:\n\nS\n-\n", ".. _here:\n\nT\n-\n", "patch"),
    "labels-swapped": (".. _x:\n\nS\n-\n\n.. _y:\n\nT\n-\n", ".. _y:\n\nS\n-\n\n.. _x:\n\nT\n-\n", "merge"),
    "label-gone": (".. _x:\n\nS\n-\n", "S\n-\n", "merge"),
    "sections": ("S\n-\n\nT\n~\n", "T\n-\n\nS\n~\n\nU\n~\n", "patch"),
    "object": (".. py:function:: f()\n", ".. py:class:: f()\n", "patch"),
    "new-object": ("", ".. py:function:: f()\n", "merge"),
    "objects-in-another-order": (
        ".. py:function:: f()\n.. py:function:: g()\n",
        ".. py:function:: g()\n.. py:function:: f()\n",
        "merge",
    ),
    "index": (".. index:: x\n", ".. index:: y\n", "patch"),
    "new-index": ("", ".. index:: y\n", None),
    "include": ("", ".. include:: part.txt\n", None),
    "image": ("", ".. image:: pic.png\n", None),
    "image-gone": (".. image:: pic.png\n", "", None),
    "other-image": (".. image:: pic.png\n", ".. image:: pic2.png\n", "merge"),
    "download": ("", ":download:`part.txt`\n", None),
    "c": (".. c:function:: int f(int a)\n", ".. c:function:: int f(char a)\n", "merge"),
    "cpp": (".. cpp:class:: X\n", ".. cpp:class:: X : Y\n", "merge"),
    "toctree": ("", ".. toctree::\n\n   b\n", None),
    "toctree-order": (".. toctree::\n\n   b\n   c\n", ".. toctree::\n\n   c\n   b\n", None),
    "numbered-toctree": (".. toctree::\n\n   b\n", ".. toctree::\n   :numbered:\n\n   b\n", None),
    "numbered-toctree-gone": (".. toctree::\n   :numbered:\n\n   b\n", ".. toctree::\n\n   b\n", None),
    "numbered-toctree-shallower": (".. toctree::\n   :numbered:\n\n   b\n", ".. toctree::\n   :numbered: 1\n\n   b\n", None),  # noqa: E501 - a table of sources
    "numbered-toctree-with-less": (".. toctree::\n   :numbered:\n\n   b\n   c\n", ".. toctree::\n   :numbered:\n\n   c\n", None),  # noqa: E501 - a table of sources
    "numbered-toctree-with-more": (".. toctree::\n   :numbered:\n\n   c\n", ".. toctree::\n   :numbered:\n\n   b\n   c\n", None),  # noqa: E501 - a table of sources
    "globbing-toctree": ("", ".. toctree::\n   :glob:\n\n   b*\n", None),
    "figure": (".. figure:: pic.png\n\n   C.\n", ".. figure:: pic.png\n\n   C.\n\n.. figure:: pic.png\n\n   D.\n", "patch"),  # noqa: E501 - a table of sources
    "equations": (".. math:: a\n   :label: x\n\n.. math:: a\n   :label: y\n", ".. math:: a\n   :label: y\n\n.. math:: a\n   :label: x\n", None),  # noqa: E501 - a table of sources
    "citation": ("[B]_\n\n.. [B] Book.\n", "Text.\n\n.. [B] Book.\n", None),
    "citation-text": ("[B]_\n\n.. [B] Book.\n", "Text. [B]_\n\n.. [B] A book.\n", "patch"),
    "change": (".. versionadded:: 1.0\n   A.\n", ".. versionadded:: 1.0\n   B.\n", "merge"),
    "todo": (".. todo:: A.\n", ".. todo:: B.\n", "merge"),
    "todos": (".. todo:: A.\n", ".. todo:: A.\n\n.. todo:: B.\n", "merge"),
    "reread": ("", ".. toctree::\n\n   none\n", None),
}  # fmt: skip


@pytest.mark.parametrize("name", PATCHES)
def test_what_one_page_contributes_is_replaced(name: str, make: MakeReadingSite) -> None:
    before, after, how = PATCHES[name]
    files = {
        docname: page(docname, f"{docname}1\n--\n\n{docname}2\n~~\n\n:ref:`x`, :ref:`here`, :numref:`fig`, [B]_\n")
        for docname in "bcd"
    }
    figure = "\n\n.. _fig:\n\n.. figure:: pic.png\n\n   Figure.\n\n.. math:: z\n   :label: z\n\n.. todolist::\n"
    index = "Home\n====\n\n.. toctree::\n\n   a\n   d\n" + figure
    texts = {f"{docname}.rst": text for docname, text in files.items()}
    site = make(
        {
            "index.rst": index,
            "a.rst": page("A", before or ""),
            **texts,
            "part.txt": "P.\n",
            "pic.png": b"",
            "pic2.png": b"",
        },
        ORDERED_CONF,
    )
    site.build("text")
    site.write("a.rst", after if before is None else page("A", after))
    built = site.build_as_clean("text")
    assert how is None or built.merging == (how,)
    site.write("a.rst", page("A", before or ""))
    built = site.build_as_clean("text")
    assert built.merging
    assert built.restored == {"a"}
    assert site.build_as_clean("text").merging == ()


def test_both_ways_of_merging_are_reached() -> None:
    assert {how for _, _, how in PATCHES.values()} == {"patch", "merge", None}


@pytest.mark.parametrize("where", ["0", "bb", "z"])
def test_a_page_that_is_added_and_removed(where: str, rich: ReadingSite) -> None:
    rich.build("text")
    rich.write(f"{where}.rst", page("New", ".. todo:: New.\n\n.. _new:\n\nS\n-\n\n.. figure:: pic.png\n\n   F.\n"))
    assert rich.build_as_clean("text").read == {where}
    edit(rich, "index.rst", "   a\n", f"   {where}\n   a\n")
    assert rich.build_as_clean("text").read == {"index"}
    rich.remove(f"{where}.rst")
    assert rich.build_as_clean("text").read == {"index"}
    edit(rich, "index.rst", f"   {where}\n   a\n", "   a\n")
    assert rich.build_as_clean("text").restored == {"index"}


def test_a_page_that_is_renamed(rich: ReadingSite) -> None:
    rich.build("text")
    (rich.source / "a.rst").rename(rich.source / "z.rst")
    built = rich.build_as_clean("text")
    assert built.read == {"index", "z", "m"}
    (rich.source / "z.rst").rename(rich.source / "a.rst")
    assert rich.build_as_clean("text").read == set()


def test_a_page_that_changes_its_format(rich: ReadingSite) -> None:
    rich.build("text")
    rich.remove("a.rst")
    rich.write("a.md", "# Page A\n\n(deep)=\n## Deep\n")
    rich.build_as_clean("text")


def test_a_site_without_its_first_page(rich: ReadingSite) -> None:
    rich.build()
    index = (rich.source / "index.rst").read_text()
    rich.remove("index.rst")
    assert rich.build().exit_code != 0
    rich.write("index.rst", index)
    rich.build_as_clean()


NUMBERED = {
    "index.rst": "Home\n====\n\n.. toctree::\n   :numbered:\n\n   a\n   b\n   c\n\n:numref:`fb` :numref:`fc`\n",
    **{
        f"{n}.rst": page(
            n,
            f"S\n-\n\n.. figure:: p.png\n   :name: f{n}\n\n   F.\n\nT\n~\n\n.. math:: a\n   :label: e{n}\n\n:numref:`fc` :eq:`ec`\n",  # noqa: E501 - a table of sources
        )
        for n in "abc"
    },
    "d.rst": ":orphan:\n\n" + page("d", "S\n-\n\n:numref:`fb`\n"),
    "p.png": b"",
}


def test_numbers_of_sections_figures_and_equations(make: MakeReadingSite) -> None:
    site = make(NUMBERED, "numfig = True\nmath_numfig = True\nnumfig_secnum_depth = 2\n")
    site.build("text")
    for before, after in (
        ("   a\n   b\n", "   b\n   a\n"),
        ("   a\n", ""),
        (":numbered:", ":numbered: 1"),
        ("   c\n\n", "   c\n   a\n   d\n\n"),
        ("   :numbered: 1\n", ""),
        ("   d\n\n", "\n"),
        (".. toctree::\n", ".. toctree::\n   :numbered:\n"),
        ("   b\n", "   b\n   none\n"),
    ):
        edit(site, "index.rst", before, after)
        site.build_as_clean("text")
    for before, after in (
        ("F.\n", "F.\n\n.. figure:: p.png\n\n   G.\n"),
        ("S\n-\n", "R\n-\n\nS\n-\n"),
        ("T\n~\n", "T\n-\n"),
    ):
        edit(site, "b.rst", before, after)
        site.build_as_clean("text")


def test_labels_of_sections_with_the_same_title(rich: ReadingSite) -> None:
    edit(rich, "conf.py", "autosectionlabel_prefix_document = True", "autosectionlabel_prefix_document = False")
    rich.build("text")
    duplicate = "duplicate label page c, other instance"
    edit(rich, "b.rst", "A figure.\n", "A figure.\n\nPage C\n------\n")
    assert duplicate in rich.build_as_clean("text").warnings_of_reading
    edit(rich, "b.rst", "Page C\n------\n", "Flat\n----\n")
    assert duplicate not in rich.build_as_clean("text").warnings_of_reading


# Options


def test_reading_everything_anew(rich: ReadingSite) -> None:
    rich.build()
    built = rich.build_as_clean("dummy", "-E")
    assert set(built.reasons.values()) == {("fresh", "")}
    assert set(rich.build_as_clean().actions.values()) == {"reused"}
    assert set(rich.clone("other").build().actions.values()) == {"restored"}


def test_writing_everything_anew(rich: ReadingSite) -> None:
    rich.build("text")
    assert rich.build_as_clean("text", "-a").read == set()
    edit(rich, "a.rst", "A pet.", "An animal.")
    assert rich.build_as_clean("text", "-a").read == {"a"}


SWITCHES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "value": (("-D", "pronghorn_cache=0"), {}),
    "variable": ((), {"PRONGHORN_NO_CACHE": "1"}),
}


@pytest.mark.parametrize("name", SWITCHES)
def test_the_cache_is_switched_off(name: str, rich: ReadingSite) -> None:
    args, env = SWITCHES[name]
    for _ in range(2):
        built = rich.build_as_clean("dummy", *args, env=env)
        assert set(built.reasons.values()) == {("cache-off", "")}
    assert set(rich.build_as_clean().actions.values()) == {"reused"}
    assert set(rich.clone("other").build_as_clean().actions.values()) == {"restored"}
    edit(rich, "a.rst", "A pet.", "An animal.")
    assert set(rich.build_as_clean("dummy", *args, env=env).actions.values()) == {"read"}


HIDDEN = """\
import ctypes

def hidden_word():
    "Look up a variable where nobody notices."
    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_char_p
    return (getenv(b"WORD") or b"").decode()

"""


@pytest.mark.parametrize("name", SWITCHES)
def test_what_is_made_without_the_cache_replaces_what_is_in_it(name: str, make: MakeReadingSite) -> None:
    """An input that nobody can see: the way out is to switch the cache off once."""
    hidden = "def change(app, docname, source):\n    source[0] += hidden_word()\n"
    site = make({"a.rst": page("A")}, HIDDEN + hidden + "def setup(app):\n    app.connect('source-read', change)\n")
    site.build(env={"WORD": "one"})
    assert site.build(env={"WORD": "two"}).read == set()
    args, env = SWITCHES[name]
    site.build("dummy", *args, env={**env, "WORD": "two"})
    built = site.clone("other").build_as_clean(env={"WORD": "two"})
    assert built.restored == {"a", "index"}


EXTENSION = (
    HIDDEN
    + """\
import os
from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Again(SphinxDirective):
    def run(self):
        self.env.note_reread()
        return [nodes.paragraph("", hidden_word())]


class Word(SphinxDirective):
    def run(self):
        return [nodes.paragraph("", hidden_word())]


def outdated(app, env, added, changed, removed):
    return os.environ.get("ASKED", "").split()


def before(app, env, docnames):
    docnames += [name for name in os.environ.get("ADDED", "").split() if name not in docnames]
    docnames[:] = [name for name in docnames if name not in os.environ.get("DROPPED", "").split()]


def setup(app):
    app.add_directive("again", Again)
    app.add_directive("word", Word)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", before)
    return {"parallel_read_safe": True}
"""
)


@pytest.fixture
def asking(make: MakeReadingSite) -> ReadingSite:
    """A site with an extension that asks for pages, by variables."""
    files = {f"{name}.rst": page(name, ".. word::\n") for name in "ab"}
    glob = page("Glob", ".. toctree::\n   :glob:\n\n   b*\n\n.. word::\n")
    return make({**files, "asking.py": EXTENSION, "g.rst": glob}, LOCAL + "extensions.append('asking')\n")


@pytest.mark.parametrize("variable", ["ASKED", "ADDED"])
@pytest.mark.parametrize("docname", ["a", "g"])
def test_pages_that_an_extension_asks_for(variable: str, docname: str, asking: ReadingSite) -> None:
    asking.build(env={"WORD": "one"})
    built = asking.build(env={"WORD": "two", variable: docname})
    assert built.reasons == {docname: ("asked", "")}
    assert built.portrait is not None
    assert "two" in built.portrait.doctrees[docname]
    assert asking.build(env={"WORD": "two"}).read == set()


def test_a_page_with_patterns_while_another_page_comes(asking: ReadingSite) -> None:
    """Sphinx would read it then, whether it lists the new one or not."""
    asking.build(env={"WORD": "one"})
    asking.write("new.rst", page("New"))
    assert asking.build(env={"WORD": "two"}).read == {"new"}
    asking.write("newer.rst", page("Newer"))
    assert asking.build(env={"WORD": "two", "ASKED": "g"}).read == {"newer", "g"}
    asking.write("bb.rst", page("BB"))
    assert asking.build(env={"WORD": "two"}).read == {"bb", "g"}


@pytest.mark.parametrize("variable", ["ASKED", "ADDED"])
def test_pages_that_an_extension_asks_for_and_the_cache_has(variable: str, asking: ReadingSite) -> None:
    asking.build(env={"WORD": "one"})
    built = asking.clone("other").build(env={"WORD": "two", variable: "a"})
    assert built.read == {"a"}
    assert built.portrait is not None
    assert "two" in built.portrait.doctrees["a"]


def test_pages_that_an_extension_does_not_want_read(asking: ReadingSite) -> None:
    asking.build()
    asking.write("a.rst", page("A", "Changed.\n"))
    built = asking.build(env={"DROPPED": "a"})
    assert built.read == set()
    assert built.portrait is not None
    assert "Changed" not in built.portrait.doctrees["a"]
    assert asking.build_as_clean().read == {"a"}


def test_pages_that_an_extension_does_not_want_read_at_all(asking: ReadingSite) -> None:
    asking.build(env={"DROPPED": "a"}, spoil=None)
    assert asking.build_as_clean().read == {"a"}


def test_pages_that_ask_to_be_read_each_time(asking: ReadingSite) -> None:
    asking.write("a.rst", page("A", ".. again::\n"))
    asking.write("b.rst", page("B"))
    asking.write("g.rst", page("G"))
    asking.build(env={"WORD": "one"})
    for word in ("two", "three"):
        built = asking.build_as_clean(env={"WORD": word})
        assert built.reasons == {"a": ("always", "")}
    built = asking.clone("other").build_as_clean(env={"WORD": "four"})
    assert built.read == {"a"}
    asking.write("a.rst", page("A", "Not again.\n"))
    asking.build()
    assert asking.build_as_clean().read == set()


# Warnings


@pytest.mark.parametrize("args", [("-W",), ("-W", "--keep-going"), ("-W", "-n"), ("-n",), ("-q",), ("-Q",)])
def test_options_for_warnings(args: tuple[str, ...], rich: ReadingSite) -> None:
    first = rich.build("dummy", *args)
    assert first.exit_code == int("-W" in args)
    for built in (rich.build("dummy", *args), rich.clone("other").build("dummy", *args)):
        assert built.read == set()
        assert built.exit_code == first.exit_code
        assert built.warnings == first.warnings
    edit(rich, "a.rst", "A pet.", "An animal.")
    assert rich.build_as_clean("dummy", *args).read == {"a"}


def test_warnings_as_errors_after_a_build_without(make: MakeReadingSite) -> None:
    site = make({"a.rst": page("A", ".. unknown::\n")})
    assert site.build().exit_code == 0
    assert site.build_as_clean("dummy", "-W").exit_code == 1
    site.write("a.rst", page("A"))
    assert site.build_as_clean("dummy", "-W").exit_code == 0


def test_a_warning_that_stops_the_build(make: MakeReadingSite) -> None:
    site = make({"a.rst": page("A", ".. unknown::\n"), "b.rst": page("B")})
    site.build()
    site.write("b.rst", page("B", "Changed.\n"))
    built, clean = site.build("dummy", "--exception-on-warning"), site.build_cleanly("dummy", "--exception-on-warning")
    assert built.exit_code == clean.exit_code != 0
    assert 'Unknown directive type "unknown"' in built.warnings
    assert site.build_as_clean().actions["b"] in {"read", "restored"}


def test_a_file_for_warnings(rich: ReadingSite) -> None:
    written = []
    for _ in range(2):
        rich.build("dummy", "-w", str(rich.root / "warnings.txt"))
        written.append((rich.root / "warnings.txt").read_text())
    assert written[0] == written[1]
    assert "unknown-directive" in written[0]


SUPPRESSED = [
    "['myst']",
    "['myst.xref_missing']",
    "['ref']",
    "['toc']",
    "['image']",
    "['toc.not_readable', 'ref.term']",
    "['*']",
]


def test_other_warnings_are_suppressed(rich: ReadingSite) -> None:
    rich.build()
    for value in [*SUPPRESSED, "[]"]:
        conf = (rich.source / "conf.py").read_text().split("suppress_warnings")[0]
        rich.write("conf.py", f"{conf}suppress_warnings = {value}\n")
        built = rich.build_as_clean()
        assert built.read <= {"m"}, "MyST asks for it"


@pytest.mark.parametrize("value", ["show_warning_types = False", "nitpicky = True", "keep_warnings = True"])
def test_values_about_warnings(value: str, rich: ReadingSite) -> None:
    rich.build()
    rich.write("conf.py", (rich.source / "conf.py").read_text() + value + "\n")
    rich.build_as_clean()


def test_a_warning_that_is_given_once(make: MakeReadingSite) -> None:
    extension = """\
        from sphinx.util import logging
        from sphinx.util.docutils import SphinxDirective

        class Warn(SphinxDirective):
            def run(self):
                logging.getLogger(__name__).warning("Only %s!", "once", once=True)
                return []

        def setup(app):
            app.add_directive("once", Warn)
            return {"parallel_read_safe": True}
    """
    site = make(
        {"a.rst": page("A", ".. once::\n"), "b.rst": page("B", ".. once::\n"), "warn.py": extension},
        LOCAL + "extensions.append('warn')\n",
    )
    assert site.build().warnings == site.build_stock().warnings == "WARNING: Only once!\n"
    site.write("a.rst", page("A"))
    assert site.build_as_clean().warnings == "WARNING: Only once!\n"


def test_messages_that_are_no_warnings(make: MakeReadingSite) -> None:
    site = make(
        {"a.rst": page("A"), "b.rst": page("B")},
        "def change(app, docname, source):\n    print('READ', docname)\n\n"
        "def setup(app):\n    app.connect('source-read', change)\n",
    )
    assert "READ a" in site.build().out
    site.write("b.rst", page("B", "Text.\n"))
    built = site.build_as_clean()
    assert "READ b" in built.out
    assert "READ a" not in built.out


# Builds that are not ours


def without_us(site: ReadingSite) -> str:
    conf = (site.source / "conf.py").read_text()
    site.write("conf.py", f'{conf}\nextensions.remove("pronghorn")\n')
    return conf


def test_a_build_without_us_in_between(make: MakeReadingSite) -> None:
    site = make({"a.rst": page("A", "One.\n"), "b.rst": page("B", ":doc:`a`\n")})
    site.build("text")
    conf = without_us(site)
    site.write("a.rst", page("Another", ".. _label:\n\nTwo\n---\n"))
    built = site.build("text")
    assert "Another" in (built.outdir / "b.txt").read_text()
    site.write("conf.py", conf)
    site.write("a.rst", page("A", "One.\n"))
    site.build_as_clean("text")


def test_an_environment_of_ours_is_one_for_sphinx(rich: ReadingSite) -> None:
    rich.build("text")
    clone = rich.clone("other")
    clone.build("text")
    edit(clone, "a.rst", "A pet.", "An animal.")
    without_us(clone)
    built, stock = clone.build("text"), rich.clone("third")
    assert not built.actions
    edit(stock, "a.rst", "A pet.", "An animal.")
    without_us(stock)
    assert built.output() == stock.build("text").output()


def test_an_extension_that_is_not_safe_in_between(make: MakeReadingSite) -> None:
    unsafe = "def setup(app):\n    app.connect('source-read', lambda *_: None)\n"
    site = make({"a.rst": page("A", "One.\n"), "b.rst": page("B", ":doc:`a`\n"), "unsafe.py": unsafe}, LOCAL)
    conf = (site.source / "conf.py").read_text()
    site.build("text")
    site.write("conf.py", conf + "extensions.append('unsafe')\n")
    site.write("a.rst", page("Another", "Two.\n"))
    site.build_as_clean("text")
    site.write("conf.py", conf)
    site.write("a.rst", page("A", "One.\n"))
    site.build_as_clean("text")


def test_an_extension_that_says_that_it_is_not_safe_for_reading_in_parallel(make: MakeReadingSite) -> None:
    unsafe = "def change(app, docname, source):\n    source[0] += '\\n.. x'\n\ndef setup(app):\n    app.connect('source-read', change)\n    return {'parallel_read_safe': False}\n"  # noqa: E501 - a table of sources
    site = make({"a.rst": page("A"), "b.rst": page("B"), "unsafe.py": unsafe}, LOCAL + "extensions.append('unsafe')\n")
    for one in (site, site.clone("clone")):
        built = one.build_as_clean()
        assert built.read == {"a", "b", "index"}
        assert set(built.reasons.values()) == {("unsafe", "unsafe")}
        lines = [line for line in built.out.splitlines() + built.warnings.splitlines() if "unsafe" in line]
        assert len(lines) == 1, "one line says so"


def test_a_build_that_is_interrupted_while_it_reads(make: MakeReadingSite) -> None:
    dying = "def change(app, docname, source):\n    if 'die' in source[0]:\n        raise KeyboardInterrupt\n\n"
    site = make(
        {"a.rst": page("A", "One.\n"), "b.rst": page("B", ":doc:`a`\n")},
        dying + "def setup(app):\n    app.connect('source-read', change)\n",
    )
    site.build("text")
    site.write("a.rst", page("Another", "Two.\n"))
    site.write("b.rst", page("B", "die\n"))
    assert site.build("text").exit_code != 0
    site.write("a.rst", page("A", "One.\n"))
    site.write("b.rst", page("B", ":doc:`a`\n"))
    site.build_as_clean("text")


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "ValueError"])
def test_what_a_build_that_failed_has_read_is_not_read_again(error: str, make: MakeReadingSite) -> None:
    dying = f"def change(app, docname, source):\n    if 'die' in source[0]:\n        raise {error}\n\n"
    pages = {"a.rst": page("A"), "b.rst": page("B"), "c.rst": page("C", "die\n")}
    site = make(pages, dying + "def setup(app):\n    app.connect('source-read', change)\n")
    assert site.build().exit_code != 0
    site.write("c.rst", page("C"))
    assert site.build_as_clean().read == {"c", "index"}


def test_a_build_that_is_interrupted_while_it_restores(make: MakeReadingSite) -> None:
    dying = "def change(app, docname, source):\n    if 'die' in source[0]:\n        raise KeyboardInterrupt\n\n"
    site = make(
        {"a.rst": page("A", "One.\n"), "b.rst": page("B", ":doc:`a`\n")},
        dying + "def setup(app):\n    app.connect('source-read', change)\n",
    )
    site.build("text")
    site.write("a.rst", page("Another", "Two.\n"))
    site.build("text")
    site.write("a.rst", page("A", "One.\n"))
    site.write("b.rst", page("B", "die\n"))
    assert site.build("text").exit_code != 0
    site.write("a.rst", page("Another", "Two.\n"))
    site.write("b.rst", page("B", ":doc:`a`\n"))
    site.build_as_clean("text")


@pytest.mark.parametrize("lost", ["cache", "build/doctrees/a.doctree", "build/doctrees/environment.pickle", "build"])
def test_what_is_kept_is_lost(lost: str, rich: ReadingSite) -> None:
    rich.build("text")
    gone = rich.root / lost
    if gone.is_dir():
        shutil.rmtree(gone)
    else:
        gone.unlink()
    rich.build_as_clean("text")
    edit(rich, "a.rst", "Deep", "Deeper")
    rich.build_as_clean("text")


def test_the_cache_is_lost_after_pages_were_restored(rich: ReadingSite) -> None:
    rich.build("text")
    clone = rich.clone("other")
    clone.build("text")
    shutil.rmtree(rich.root / "cache")
    (rich.root / "cache").mkdir()
    clone.build_as_clean("text")
    clone.build_as_clean("xml")
