"""What a page is made from: each kind of input, when it changes, has just those pages read that ask for it.

Every build here is compared with a clean build of a copy of the site: tables, doctrees, warnings, output.
"""

import os
import shutil
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent, indent

import pytest

from tests.support.cached_reading import ReadBuild, ReadingSite

pytestmark = pytest.mark.thorough

MakeReadingSite = Callable[..., ReadingSite]

LOCAL = "import sys\nsys.path.insert(0, __file__.rpartition('/')[0])\n"
"""For ``conf.py``: modules beside it can be imported."""


@pytest.fixture
def make(tmp_path: Path) -> MakeReadingSite:
    """Make a site of pages: the text of each below its title; ``index`` lists them."""

    def make_site(
        pages: Mapping[str, str], files: Mapping[str, str | bytes] | None = None, conf: str = ""
    ) -> ReadingSite:
        made = {f"{name}.rst": f"{name}\n{'=' * len(name)}\n\n{dedent(text)}" for name, text in pages.items()}
        index = "Home\n====\n\n.. toctree::\n\n" + indent("\n".join(pages), "   ") + "\n"
        return ReadingSite(tmp_path / "site", {"index.rst": index, **made, **(files or {})}, dedent(conf))

    return make_site


def rebuilt(
    site: ReadingSite, change: Callable[[], object], *args: str, builder: str = "dummy", **options: object
) -> ReadBuild:
    """Build, make a change, build again; the second build must be as a clean one."""
    site.build(builder, *args)
    change()
    return site.build_as_clean(builder, *args, **options)


def png(width: int, height: int) -> bytes:
    """Return a picture of this size."""
    rows = zlib.compress((b"\0" + b"\0" * 3 * width) * height)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
    parts = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


# Files

READ_FILES = {
    "include": (".. include:: data/f.txt\n", "data/f.txt", "Was.\n", "Is.\n"),
    "include-section": (".. include:: data/f.txt\n", "data/f.txt", "S\n-\n\nWas.\n", "T\n-\n\nIs.\n"),
    "include-labels": (".. include:: data/f.txt\n", "data/f.txt", ".. _one:\n\nS\n-\n", ".. _two:\n\nS\n-\n"),
    "literalinclude": (".. literalinclude:: data/f.py\n", "data/f.py", "a = 1\n", "a = 2\n"),
    "literalinclude-diff": (
        ".. literalinclude:: data/f.py\n   :diff: data/g.py\n",
        "data/g.py",
        "a = 1\n",
        "a = 2\n",
    ),
    "csv": (".. csv-table::\n   :file: data/f.csv\n", "data/f.csv", "a,b\n", "a,c\n"),
    "raw": (".. raw:: html\n   :file: data/f.html\n", "data/f.html", "<b>a</b>\n", "<i>a</i>\n"),
}


@pytest.mark.parametrize("name", READ_FILES)
def test_a_file_that_is_read(name: str, make: MakeReadingSite) -> None:
    text, file, before, after = READ_FILES[name]
    site = make({"a": text, "b": "B.\n"}, {"data/f.py": "x\n", file: before})
    built = rebuilt(site, lambda: site.write(file, after))
    assert built.read == {"a"}
    assert built.reasons["a"] == ("file", file)
    site.remove(file)
    assert site.build_as_clean().reasons == {"a": ("file-vanished", file)}
    site.write(file, before)
    assert site.build_as_clean().restored == {"a"}, "the state before the first change is in the cache"


def test_a_file_in_a_file(make: MakeReadingSite) -> None:
    site = make({"a": ".. include:: one.txt\n", "b": ""}, {"one.txt": ".. include:: two.txt\n", "two.txt": "Was.\n"})
    built = rebuilt(site, lambda: site.write("two.txt", "Is.\n"))
    assert built.reasons == {"a": ("file", "two.txt")}


@pytest.mark.parametrize("name", READ_FILES)
def test_a_file_that_does_not_exist_yet(name: str, make: MakeReadingSite) -> None:
    text, file, before, _ = READ_FILES[name]
    site = make({"a": text, "b": ""}, {} if file == "data/f.py" else {"data/f.py": "x\n"})
    built = rebuilt(site, lambda: site.write(file, before))
    assert built.reasons == {"a": ("file-appeared", file)}
    assert built.warnings == ""


def test_a_page_that_another_page_includes(make: MakeReadingSite) -> None:
    site = make({"a": ".. include:: b.rst\n", "b": "Was.\n"})
    built = rebuilt(site, lambda: site.write("b.rst", "b\n=\n\nIs.\n"))
    assert built.reasons == {"a": ("file", "b.rst"), "b": ("source", "")}


def test_a_file_outside_of_the_source_folder(make: MakeReadingSite) -> None:
    site = make({"a": ".. literalinclude:: ../shared.py\n"})
    (site.root / "shared.py").write_text("a = 1\n")
    site.build()
    (site.root / "shared.py").write_text("a = 2\n")
    assert site.build().reasons == {"a": ("file", "../shared.py")}


def test_a_picture(make: MakeReadingSite) -> None:
    text = ".. figure:: logo.png\n   :figwidth: image\n\n   A logo.\n\n.. image:: logo.png\n   :scale: 50\n"
    site = make({"a": text, "b": ""})
    built = site.build("html")
    assert "image file not readable" in built.warnings
    site.write("logo.png", png(10, 10))
    assert site.build_as_clean("html").read == {"a"}
    site.write("logo.png", png(40, 20))
    built = site.build_as_clean("html")
    assert 'height="10" src="_images/logo.png" width="20"' in (built.outdir / "a.html").read_text()
    site.remove("logo.png")
    assert site.build_as_clean().restored == {"a"}, "the state before the first change is in the cache"


def test_a_picture_of_any_format(make: MakeReadingSite) -> None:
    site = make({"a": ".. image:: logo.*\n", "b": ""}, {"logo.png": png(1, 1)})
    built = rebuilt(site, lambda: site.write("logo.svg", "<svg/>"))
    assert built.read == {"a"}
    site.write("other.png", png(1, 1))
    built = site.build_as_clean()
    assert built.read <= {"a"}


def test_pictures_of_the_same_name(make: MakeReadingSite) -> None:
    site = make({"a": ".. image:: x/p.png\n", "b": ".. image:: y/p.png\n", "c": ".. image:: y/p.png\n"})
    for folder in "xy":
        site.write(f"{folder}/p.png", png(1, 1))
    site.build("html")
    site.write("a.rst", "a\n=\n\n.. image:: z/p.png\n")
    site.write("z/p.png", png(2, 2))
    assert site.build_as_clean("html").merging == ("merge",)
    site.write("a.rst", "a\n=\n")
    site.build_as_clean("html")


def test_a_download(make: MakeReadingSite) -> None:
    site = make({"a": ":download:`f <f.zip>`\n", "b": ""})
    built = rebuilt(site, lambda: site.write("f.zip", b"1"))
    assert built.read == {"a"}
    assert built.warnings == ""
    site.remove("f.zip")
    assert "download file not readable" in site.build_as_clean().warnings


# What an extension of the site looks at

LOOKING = """\
import glob
import os
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Looking(SphinxDirective):
    required_arguments = 1

    def run(self):
        return [nodes.literal("", str({look}))]


def setup(app):
    app.add_directive("look", Looking)
    return {{"parallel_read_safe": True}}
"""


CLAIMING = """\
from pronghorn import Content, Metadata


def register_plugin(site):
    site.readers.register_reader(condition=lambda path: path.ext == "md", read=read)


def read(page):
    return Metadata(title="F"), Content("html", "<p>F</p>")
"""


def looking(make: MakeReadingSite, look: str) -> ReadingSite:
    """Return a site whose page ``a`` looks at the files."""
    return make(
        {"a": ".. look:: data\n", "b": ""},
        {"looking.py": LOOKING.format(look=look), "data/one.txt": "1"},
        LOCAL + 'extensions.append("looking")\n',
    )


@pytest.mark.parametrize(
    "look",
    [
        "sorted(os.listdir(Path(self.env.srcdir, 'data')))",
        "sorted(entry.name for entry in os.scandir(Path(self.env.srcdir, 'data')))",
        "sorted(path.name for path in Path(self.env.srcdir, 'data').iterdir())",
        "sorted(path.name for path in Path(self.env.srcdir, 'data').glob('*.txt'))",
        "sorted(os.path.basename(path) for path in glob.glob(f'{self.env.srcdir}/data/**', recursive=True))",
        "sorted(name for _, _, names in os.walk(Path(self.env.srcdir, 'data')) for name in names)",
    ],
)
def test_a_folder_that_is_listed(look: str, make: MakeReadingSite) -> None:
    site = looking(make, look)
    site.build()
    site.write("data/one.txt", "2")
    assert site.build_as_clean().read == set(), "only the names were asked for"
    site.write("data/two.txt", "2")
    assert site.build_as_clean().reasons == {"a": ("folder", "data")}
    site.write("other/three.txt", "3")
    assert site.build_as_clean().read == set()


def test_a_folder_in_a_folder(make: MakeReadingSite) -> None:
    site = looking(make, "sorted(path.name for path in Path(self.env.srcdir, 'data').rglob('*.txt'))")
    site.write("data/deep/two.txt", "2")
    built = rebuilt(site, lambda: site.write("data/deep/three.txt", "3"))
    assert built.reasons == {"a": ("folder", "data/deep")}


@pytest.mark.parametrize(
    "look",
    [
        "os.path.exists(self.env.srcdir / 'f')",
        "os.path.isfile(self.env.srcdir / 'f')",
        "os.path.isdir(self.env.srcdir / 'f')",
        "Path(self.env.srcdir, 'f').exists()",
        "Path(self.env.srcdir, 'f').is_file()",
        "os.access(self.env.srcdir / 'f', os.R_OK)",
        "bool(glob.glob(f'{self.env.srcdir}/f'))",
    ],
)
def test_whether_a_file_exists(look: str, make: MakeReadingSite) -> None:
    site = looking(make, look)
    built = rebuilt(site, lambda: site.write("f", "1"))
    assert built.reasons == {"a": ("exists", "f")}
    site.write("f", "2")
    assert site.build_as_clean().read == set()
    site.remove("f")
    assert site.build_as_clean().restored == {"a"}
    (site.source / "f").mkdir()
    assert "a" in site.build_as_clean().actions


@pytest.mark.parametrize(
    "look",
    ["Path(self.env.srcdir, 'data/one.txt').stat().st_size", "os.path.getsize(self.env.srcdir / 'data/one.txt')"],
)
def test_how_large_a_file_is(look: str, make: MakeReadingSite) -> None:
    site = looking(make, look)
    assert rebuilt(site, lambda: site.write("data/one.txt", "22")).read == {"a"}


@pytest.mark.parametrize(
    "look",
    [
        "'new' in self.env.found_docs",
        "'new' in sorted(self.env.found_docs)",
        "'new' in self.env.project.docnames",
        "'new' in sorted(self.env.project.docnames)",
        "'new' in (self.env.found_docs | {'x'})",
        "{'new'} <= self.env.found_docs",
        "self.env.found_docs >= {'new'}",
        "len(self.env.found_docs)",
        "bool(self.env.found_docs & {'new'})",
        "sorted(self.env.found_docs - {'x'})",
    ],
)
def test_which_pages_there_are(look: str, make: MakeReadingSite) -> None:
    site = looking(make, look)
    built = rebuilt(site, lambda: site.write("new.rst", ":orphan:\n\nNew\n===\n"))
    assert built.read == {"a", "new"}
    site.remove("new.rst")
    assert site.build_as_clean().restored == {"a"}


@pytest.mark.parametrize("path", ["'f.md'", "self.env.srcdir / 'f.md'", "str(self.env.srcdir / 'd' / '..' / 'f.md')"])
def test_which_page_a_file_is(path: str, make: MakeReadingSite) -> None:
    site = looking(make, f"self.env.path2doc({path})")
    site.write("plugins/p.py", CLAIMING)
    built = rebuilt(site, lambda: site.write("f.md", "F\n"))
    assert built.read == {"a", "f"}
    assert built.reasons["a"] == ("document-of", "f.md")


def test_which_page_a_file_is_for_several_that_ask(make: MakeReadingSite) -> None:
    site = looking(make, "(self.env.path2doc('f.md'), self.env.path2doc('/f.md'))")
    site.write("b.rst", "B\n=\n\n.. look:: data\n")
    site.write("plugins/p.py", CLAIMING)
    built = rebuilt(site, lambda: site.write("f.md", "F\n"))
    assert built.read == {"a", "b", "f"}


def test_which_file_a_page_has(make: MakeReadingSite) -> None:
    site = looking(make, "os.path.basename(self.env.doc2path('b'))")
    site.write("conf.py", (site.source / "conf.py").read_text() + "source_suffix = ['.rst', '.txt']\n")
    built = rebuilt(site, lambda: (site.source / "b.rst").rename(site.source / "b.txt"))
    assert built.read >= {"a", "b"}


# Toctrees

TOCTREES = {
    "new": (".. toctree::\n\n   new\n", {"index", "new"}),
    "titled": (".. toctree::\n\n   Title <new>\n", {"index", "new"}),
    "suffix": (".. toctree::\n\n   new.rst\n", {"index", "new"}),
    "absolute": (".. toctree::\n\n   /new\n", {"index", "new"}),
    "glob": (".. toctree::\n   :glob:\n\n   n*\n", {"index", "new"}),
    "glob-all": (".. toctree::\n   :glob:\n\n   *\n", {"index", "new"}),
    "glob-after": (".. toctree::\n   :glob:\n\n   new\n   *\n", {"index", "new"}),
    "glob-other": (".. toctree::\n   :glob:\n\n   b*\n", {"new"}),
    "self": (".. toctree::\n\n   self\n   genindex\n   Elsewhere <https://example.org/new>\n", {"new"}),
    "twice": (".. toctree::\n\n   new\n   new\n", {"index", "new"}),
    "hidden": (".. toctree::\n   :hidden:\n   :numbered:\n   :reversed:\n\n   new\n   b\n", {"index", "new"}),
    "nothing": ("", {"new"}),
}


@pytest.mark.parametrize("name", TOCTREES)
def test_entries_of_a_toctree(name: str, make: MakeReadingSite) -> None:
    toctree, expected = TOCTREES[name]
    site = make({"b": "", "bb": ".. toctree::\n\n   self\n"}, {"index.rst": f"Home\n====\n\n{toctree}"})
    built = rebuilt(site, lambda: site.write("new.rst", "New\n===\n"))
    assert built.read == expected
    site.write("new.rst", "Newer\n=====\n")
    assert site.build_as_clean().read == {"new"}, "a title is nothing that reading asks for"
    site.remove("new.rst")
    assert site.build_as_clean().restored == expected - {"new"}


def test_pages_of_a_toctree_that_are_excluded(make: MakeReadingSite) -> None:
    site = make({"a": "", "b": ""})
    conf = (site.source / "conf.py").read_text()
    site.build()
    site.write("conf.py", f"{conf}exclude_patterns = ['b*']\n")
    built = site.build_as_clean()
    assert "excluded document 'b'" in built.warnings
    assert built.read == {"index"}
    assert built.actions["b"] == "removed"
    site.write("conf.py", conf)
    site.build_as_clean()


def test_an_entry_that_does_not_exist_becomes_an_excluded_one(make: MakeReadingSite) -> None:
    site = make({"a": "", "b": ""})
    site.remove("b.rst")
    assert "nonexisting document 'b'" in site.build().warnings
    site.write("conf.py", (site.source / "conf.py").read_text() + "exclude_patterns = ['b*']\n")
    assert "excluded document 'b'" in site.build_as_clean().warnings


def test_pages_that_are_not_included(make: MakeReadingSite) -> None:
    site = make({"a": "", "b": ""})
    site.build()
    site.write("conf.py", (site.source / "conf.py").read_text() + "include_patterns = ['index*', 'a*']\n")
    assert "nonexisting document 'b'" in site.build_as_clean().warnings


def test_a_toctree_in_a_page_deep_down(make: MakeReadingSite) -> None:
    site = make({"a": ""}, {"d/index.rst": "D\n=\n\n.. toctree::\n   :glob:\n\n   *\n   ../a\n", "d/x.rst": "X\n=\n"})
    built = rebuilt(site, lambda: site.write("d/y.rst", "Y\n=\n"))
    assert built.read == {"d/index", "d/y"}
    site.write("e/y.rst", "Y\n=\n")
    assert site.build_as_clean().read == {"e/y"}
    site.write("d/f/y.rst", "Y\n=\n")  # the pattern's star leads into folders in Sphinx? The clean build knows
    site.build_as_clean()


# MyST

MYST = 'extensions.append("myst_parser")\n'


@pytest.mark.parametrize("link", ["b.md", "./b.md", "/b.md", "b", "b.txt", "b.md#x", "d/", "../source/b.md"])
def test_a_link_of_myst(link: str, make: MakeReadingSite) -> None:
    site = make({}, {"index.md": f"# Home\n\n[text]({link}) [](<{link}>)\n", "c.md": "# C\n"}, MYST)
    site.remove("index.rst")
    site.build()
    for file in ("b.txt", "d/f", "b.md"):
        site.write(file, "# B\n\n(x)=\n## X\n")
        built = site.build_as_clean()
        assert built.read <= {"index", "b"}
    site.remove("b.md")
    site.build_as_clean()


def test_substitutions_of_myst(make: MakeReadingSite) -> None:
    conf = MYST + "myst_enable_extensions = ['substitution']\nmyst_substitutions = {'key': 'was'}\n"
    site = make({"a": ""}, {"m.md": "# M\n\n{{ key }}\n"}, conf)
    site.build()
    site.write("conf.py", (site.source / "conf.py").read_text().replace("was", "is"))
    built = site.build_as_clean()
    assert built.read == {"m"}, "pages in reStructuredText do not ask for them"
    assert built.reasons["m"] == ("env", "myst_config")


# The configuration

EVERYTHING = """\
Some "text" -- with ``code``, |version| and |release|, :term:`t`, `role`.

.. versionadded:: 1.0

.. code-block::

   a = 1

.. note:: A note. [1]_

.. py:function:: f(a)

.. [1] A footnote.

.. glossary::

   t
      A term.

.. figure:: none.png

.. math:: a = b
   :label: euler

.. csv-table::

   a, b

.. only:: html

   Only here.

.. index:: entry
"""

UNUSED = {
    "html_title": ("'a'", "'b'"),
    "html_context": ("{'a': 1}", "{'a': 2}"),
    "html_theme": ("'basic'", "'alabaster'"),
    "html_theme_options": ("{}", "{'nosidebar': True}"),
    "copyright": ("'2001, A'", "'2002, A'"),
    "author": ("'A'", "'B'"),
    "project": ("'A'", "'B'"),
    "html_baseurl": ("''", "'https://example.org'"),
    "intersphinx_mapping": ("{}", "{'py': ('https://docs.example.org', 'none.inv')}"),
    "linkcheck_ignore": ("[]", "['x']"),
    "latex_elements": ("{}", "{'preamble': 'x'}"),
    "nitpick_ignore": ("[]", "[('py:class', 'x')]"),
    "numfig": ("False", "True"),
    "templates_path": ("[]", "['_templates']"),
    "html_static_path": ("[]", "['_static']"),
    "pygments_style": ("'default'", "'sphinx'"),
    "my_function": ("lambda: 1", "lambda: 2"),
}
USED = {
    "version": ("'1'", "'2'"),
    "release": ("'1'", "'2'"),
    "rst_prolog": ("''", "'Before.\\n'"),
    "rst_epilog": ("''", "'.. |s| replace:: t\\n'"),
    "default_role": ("None", "'code'"),
    "smartquotes": ("True", "False"),
    "smartquotes_action": ("'qDe'", "'q'"),
    "language": ("'en'", "'de'"),
    "highlight_language": ("'default'", "'c'"),
    "trim_footnote_reference_space": ("False", "True"),
    "add_function_parentheses": ("True", "False"),
    "add_module_names": ("True", "False"),
    "math_numfig": ("True", "False"),
    "keep_warnings": ("False", "True"),
    "primary_domain": ("'py'", "'c'"),
    "source_encoding": ("'utf-8-sig'", "'latin-1'"),
    "toc_object_entries": ("True", "False"),
    "python_use_unqualified_type_names": ("False", "True"),
    "option_emphasise_placeholders": ("False", "True"),
    "maximum_signature_line_length": ("None", "1"),
    "figure_language_filename": ("'{root}.{language}{ext}'", "'{root}-{language}{ext}'"),
    "manpages_url": ("None", "'https://example.org/{page}'"),
    "user_agent": ("'a'", "'b'"),
    "show_authors": ("False", "True"),
}


def with_value(site: ReadingSite, name: str, value: str) -> None:
    conf = (site.source / "conf.py").read_text().split("# value\n")[0]
    site.write("conf.py", f"{conf}# value\n{name} = {value}\n")


@pytest.mark.parametrize("name", UNUSED)
def test_a_value_that_reading_does_not_ask_for(name: str, make: MakeReadingSite) -> None:
    site = make(
        {"a": EVERYTHING, "b": ""}, conf="extensions.append('sphinx.ext.intersphinx')\nintersphinx_timeout = 1\n"
    )
    before, after = UNUSED[name]
    with_value(site, name, before)
    built = rebuilt(site, lambda: with_value(site, name, after), "-D", "intersphinx_cache_limit=0")
    assert built.read == set()
    assert built.restored == set()


@pytest.mark.parametrize("name", USED)
def test_a_value_that_reading_asks_for(name: str, make: MakeReadingSite) -> None:
    site = make({"a": EVERYTHING + "\n.. [2] ä\n", "b": "Text [2]_.\n\n.. [2] B.\n"})
    before, after = USED[name]
    with_value(site, name, before)
    rebuilt(site, lambda: with_value(site, name, after))
    with_value(site, name, before)
    assert site.build_as_clean().read == set(), "what was read before is restored"


@pytest.mark.parametrize("name", ["version", "rst_prolog", "default_role", "language"])
def test_a_value_on_the_command_line(name: str, make: MakeReadingSite) -> None:
    site = make({"a": EVERYTHING})
    site.build()
    value = {"version": "3", "rst_prolog": "P.", "default_role": "code", "language": "de"}[name]
    built = site.build_as_clean("dummy", "-D", f"{name}={value}")
    assert built.reasons["a"] == ("config", name)


@pytest.mark.parametrize("name", ["version", "release"])
def test_a_value_of_which_only_one_page_asks(name: str, make: MakeReadingSite) -> None:
    site = make({"a": f"|{name}|\n", "b": "B.\n"}, conf=f"{name} = '1'\n")
    built = rebuilt(site, lambda: with_value(site, name, "'2'"))
    assert built.reasons == {"a": ("config", name)}


def test_a_warning_before_reading_begins(make: MakeReadingSite) -> None:
    site = make({"a": EVERYTHING}, conf="html_static_path = ['_static']\n")
    built = rebuilt(site, lambda: site.write("_static/f.css", ""))
    assert "does not exist" not in built.warnings
    assert built.read == set()


def test_a_value_that_is_not_text(make: MakeReadingSite) -> None:
    site = make(
        {"a": ".. look:: x\n", "b": ""},
        {
            "looking.py": LOOKING.format(look="self.config.my_value(2)").replace(
                "def setup(app):", "def setup(app):\n    app.add_config_value('my_value', None, '')"
            )
        },
        LOCAL + "extensions.append('looking')\nn = 3\ndef my_value(a):\n    # remark\n    return a * n\n",
    )
    site.build()
    conf = (site.source / "conf.py").read_text()
    site.write("conf.py", conf.replace("# remark", "# another remark"))
    assert site.build_as_clean().read == set()
    site.write("conf.py", conf.replace("n = 3", "n = 4"))
    assert site.build_as_clean().reasons == {"a": ("config", "my_value")}
    site.write("conf.py", conf.replace("a * n", "a + n"))
    assert site.build_as_clean().reasons == {"a": ("config", "my_value")}


def test_the_text_of_conf_py_alone(make: MakeReadingSite) -> None:
    site = make({"a": EVERYTHING}, conf="def unrelated():\n    return 1\n")
    conf = (site.source / "conf.py").read_text()
    site.build()
    site.write("conf.py", f"# A remark.\n\n{conf}")
    assert site.build_as_clean().read == set()
    site.write("conf.py", conf.replace("return 1", "return 2"))
    assert site.build_as_clean().read == set()


def test_what_setup_in_conf_py_refers_to(make: MakeReadingSite) -> None:
    conf = """
        from helper import ending
        WORD = "was"

        def change(app, docname, source):
            source[0] = source[0].replace("WORD", WORD) + ending()

        def setup(app):
            app.connect("source-read", change)
    """
    site = make({"a": "WORD\n", "b": ""}, {"helper.py": "def ending():\n    return 'e'\n"}, LOCAL + dedent(conf))
    site.build()
    text = (site.source / "conf.py").read_text()
    site.write("conf.py", text.replace('"was"', '"is"'))
    built = site.build_as_clean()
    assert built.reasons["a"] == ("config", "setup")
    site.write("conf.py", text.replace("+ ending()", "+ ending() + '.'"))
    assert site.build_as_clean().reasons["a"] == ("config", "setup")
    site.write("conf.py", text)
    assert site.build_as_clean().restored == {"a", "b", "index"}
    site.write("helper.py", "def ending():\n    return 'f'\n")
    assert site.build_as_clean().reasons["a"] == ("config", "setup")


def test_a_class_in_conf_py(make: MakeReadingSite) -> None:
    conf = """
        from docutils import nodes
        from sphinx.util.docutils import SphinxDirective

        class Say(SphinxDirective):
            def run(self):
                return [nodes.paragraph("", "was")]

        def setup(app):
            app.add_directive("say", Say)
    """
    site = make({"a": ".. say::\n"}, conf=dedent(conf))
    site.build()
    site.write("conf.py", (site.source / "conf.py").read_text().replace('"was"', '"is"'))
    assert site.build_as_clean().reasons["a"] == ("config", "setup")


def test_values_that_an_extension_asks_for_when_it_starts(make: MakeReadingSite) -> None:
    conf = "extensions.append('sphinx.ext.extlinks')\nextlinks = {'issue': ('https://example.org/%s', 'issue %s')}\n"
    site = make({"a": ":issue:`3`\n", "b": ""}, conf=conf)
    site.build()
    site.write("conf.py", (site.source / "conf.py").read_text().replace("issue %s'", "number %s'"))
    assert site.build_as_clean().reasons["a"] == ("config", "extlinks")


def test_tags(make: MakeReadingSite) -> None:
    site = make({"a": ".. only:: draft\n\n   Draft.\n"}, conf="if tags.has('other'):\n    rst_epilog = 'Other.'\n")
    site.build("text")
    built = site.build_as_clean("text", "-t", "draft")
    assert built.reasons["a"] == ("config", "tags")
    site.build_as_clean("text", "-t", "other")
    assert site.build_as_clean("text").read == set()


def test_docutils_conf(make: MakeReadingSite) -> None:
    site = make({"a": "-a  option\n\nA [1]_ b.\n\n.. [1] F.\n", "b": ""})
    site.build()
    site.write("docutils.conf", "[general]\ntrim_footnote_reference_space: yes\ntab_width: 3\n")
    built = site.build_as_clean()
    assert built.read == {"a", "b", "index"}
    site.write("docutils.conf", "[restructuredtext parser]\nsmart_quotes: no\nraw_enabled: no\n")
    assert site.build_as_clean().read == {"a", "b", "index"}
    site.remove("docutils.conf")
    assert site.build_as_clean().read == set()


# Dates


@pytest.mark.parametrize("today_fmt", ["", "%Y-%m-%d", "%d. %B, %H:%M"])
def test_the_date(today_fmt: str, make: MakeReadingSite) -> None:
    site = make({"a": "On |today|.\n", "b": "B.\n"}, conf=f"today_fmt = {today_fmt!r}\n")
    site.build(env={"SOURCE_DATE_EPOCH": "86400"})
    assert site.build(env={"SOURCE_DATE_EPOCH": "86400"}).read == set()
    assert site.build_as_clean(env={"SOURCE_DATE_EPOCH": str(3 * 86400)}).reasons == {"a": ("date", "")}
    site.build_as_clean(env={"SOURCE_DATE_EPOCH": str(3 * 86400 + 7260)})
    assert site.build_as_clean(env={"SOURCE_DATE_EPOCH": "86400"}).read == set()


def test_a_date_of_the_authors_own(make: MakeReadingSite) -> None:
    site = make({"a": "On |today|.\n"}, conf="today = 'Monday'\n")
    site.build(env={"SOURCE_DATE_EPOCH": "86400"})
    assert site.build_as_clean(env={"SOURCE_DATE_EPOCH": "0"}).read == set()


# Languages


def catalog(site: ReadingSite, name: str, was: str, becomes: str) -> None:
    folder = site.source / "locale/de/LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    file = folder / f"{name}.po"
    file.write_text(f'{header}\nmsgid "{was}"\nmsgstr "{becomes}"\n', encoding="utf-8")
    stamp = max([other.stat().st_mtime for other in folder.iterdir()]) + 10
    os.utime(file, (stamp, stamp))


GERMAN = "language = 'de'\nlocale_dirs = ['locale']\n"


def test_a_catalog(make: MakeReadingSite) -> None:
    site = make({"a": "Word.\n", "b": "Word.\n"}, conf=GERMAN)
    catalog(site, "a", "Word.", "Wort.")
    site.build()
    catalog(site, "a", "Word.", "Anderes Wort.")
    built = site.build_as_clean()
    assert built.read == {"a"}
    catalog(site, "b", "Word.", "Wort.")
    assert site.build_as_clean().read == {"b"}


@pytest.mark.parametrize("compact", ["True", "'all'"])
def test_a_catalog_of_several_pages(compact: str, make: MakeReadingSite) -> None:
    site = make({"d/a": "Word.\n", "d/b": "Word.\n", "d/c": "Word.\n"}, conf=f"{GERMAN}gettext_compact = {compact}\n")
    name = "d" if compact == "True" else "all"
    catalog(site, name, "Word.", "Wort.")
    site.build()
    catalog(site, name, "Word.", "Anderes Wort.")
    assert site.build_as_clean().read >= {"d/a", "d/b", "d/c"}


def test_a_catalog_of_sphinx_messages(make: MakeReadingSite) -> None:
    site = make({"a": ".. versionadded:: 1.0\n", "b": ""}, conf=GERMAN)
    catalog(site, "sphinx", "Added in version %s", "Neu in %s")
    built = site.build("text", "-D", "gettext_auto_build=1")
    assert "Neu in 1.0" in (built.outdir / "a.txt").read_text()
    catalog(site, "sphinx", "Added in version %s", "Seit %s")
    built = site.build_as_clean("text")
    assert "Seit 1.0" in (built.outdir / "a.txt").read_text()


# Extensions and plugins

LOCAL_EXTENSION = """\
from docutils import nodes
from sphinx.util.docutils import SphinxDirective
{imports}

class Say(SphinxDirective):
    def run(self):
        {inside}
        return [nodes.paragraph("", {word})]


def setup(app):
    app.add_directive("say", Say)
    return {{"parallel_read_safe": True}}
"""


def with_extension(make: MakeReadingSite, imports: str = "", word: str = '"was"', inside: str = "pass") -> ReadingSite:
    extension = LOCAL_EXTENSION.format(imports=imports, inside=inside, word=word)
    return make({"a": ".. say::\n", "b": ""}, {"say.py": extension}, LOCAL + "extensions.append('say')\n")


def test_the_code_of_an_extension(make: MakeReadingSite) -> None:
    site = with_extension(make)
    site.build()
    text = (site.source / "say.py").read_text()
    site.write("say.py", text.replace("was", "is"))
    built = site.build_as_clean()
    assert built.reasons["a"] == ("extension", "say")
    site.write("say.py", text)
    assert site.build_as_clean().restored == {"a", "b", "index"}


@pytest.mark.parametrize("imports", ["import words", "from words import WORD", "from pack import words"])
def test_a_module_that_an_extension_imports(imports: str, make: MakeReadingSite) -> None:
    site = with_extension(make, imports, "WORD" if "WORD" in imports else "words.WORD")
    file = "pack/words.py" if "pack" in imports else "words.py"
    site.write("pack/__init__.py", "")
    built = rebuilt_with(site, file)
    assert built.reasons["a"] == ("extension", "say")


def rebuilt_with(site: ReadingSite, file: str) -> ReadBuild:
    site.write(file, "WORD = 'was'\n")
    return rebuilt(site, lambda: site.write(file, "WORD = 'is'\n"))


def test_a_module_that_an_extension_imports_when_it_runs(make: MakeReadingSite) -> None:
    site = with_extension(make, word="words.WORD", inside="import words")
    built = rebuilt_with(site, "words.py")
    assert built.reasons["a"] in {("extension", "say"), ("module", "words")}


def test_a_module_that_an_extension_imports_by_name_when_it_runs(make: MakeReadingSite) -> None:
    site = with_extension(make, "import importlib", "words.WORD", "words = importlib.import_module('wo' + 'rds')")
    assert "a" in rebuilt_with(site, "words.py").read


def test_data_that_an_extension_reads_when_it_is_imported(make: MakeReadingSite) -> None:
    site = with_extension(
        make, "from pathlib import Path\nWORD = Path(__file__).with_name('word.txt').read_text()", "WORD"
    )
    site.write("word.txt", "was")
    built = rebuilt(site, lambda: site.write("word.txt", "is"))
    assert built.reasons["a"] == ("extension", "say")
    site.write("word.txt", "was")
    assert site.build_as_clean().restored == {"a", "b", "index"}
    assert site.clone("other").build_as_clean().read == set()


@pytest.mark.parametrize(
    ("look", "file"),
    [
        ("(app.srcdir / 'data/word.txt').read_text()", "data/word.txt"),
        ("sorted(path.name for path in (app.srcdir / 'data').iterdir())", "data/other.txt"),
        ("(app.srcdir / 'data/other.txt').is_file()", "data/other.txt"),
    ],
    ids=["file", "folder", "whether-there-is-one"],
)
@pytest.mark.parametrize("where", ["extension", "conf.py"])
def test_data_that_is_read_while_extensions_are_set_up(where: str, look: str, file: str, make: MakeReadingSite) -> None:
    setup = LOCAL_EXTENSION.format(imports="", inside="pass", word="WORD")
    setup = setup.replace("def setup(app):\n", f"def setup(app):\n    global WORD\n    WORD = str({look})\n")
    site = make({"a": ".. say::\n", "b": ""}, {"data/word.txt": "was"})
    if where == "extension":
        site.write("say.py", setup)
        setup = LOCAL + "extensions.append('say')\n"
    site.write("conf.py", f"{(site.source / 'conf.py').read_text()}\n{setup}")
    built = rebuilt(site, lambda: site.write(file, "is"))
    assert built.reasons["a"] == (("extension", "say") if where == "extension" else ("config", "setup"))
    assert site.build_as_clean().read == set()


def test_an_extension_that_is_a_package(make: MakeReadingSite) -> None:
    site = make({"a": ".. say::\n", "b": ""}, conf=LOCAL + "extensions.append('pack.say')\n")
    site.write("pack/__init__.py", "")
    site.write("pack/say.py", LOCAL_EXTENSION.format(imports="from . import words", inside="pass", word="words.WORD"))
    built = rebuilt_with(site, "pack/words.py")
    assert built.reasons["a"] == ("extension", "pack.say")


def test_the_list_of_extensions(make: MakeReadingSite) -> None:
    site = make({"a": ".. todo:: x\n"})
    conf = (site.source / "conf.py").read_text()
    assert "Unknown directive" in site.build().warnings
    site.write("conf.py", conf + "extensions.append('sphinx.ext.todo')\n")
    assert site.build_as_clean().warnings == ""
    site.write("conf.py", conf)
    assert site.build_as_clean().restored == {"a", "index"}
    site.write("conf.py", conf + "extensions.append('sphinx.ext.ifconfig')\n")
    assert site.build_as_clean().reasons["a"] == ("extension", "sphinx.ext.ifconfig")


PLUGIN = """\
def register_plugin(site):
    @site.signals.page_read.connect
    def read(page, doctree):
        {body}
"""


def test_the_code_of_plugins(make: MakeReadingSite) -> None:
    site = make({"a": "", "b": ""})
    for name in ("first", "second"):
        site.write(f"plugins/{name}.py", PLUGIN.format(body="pass"))
    site.build()
    site.write("plugins/second.py", PLUGIN.format(body="doctree['classes'].append('x')"))
    built = site.build_as_clean()
    assert built.reasons["a"] == ("plugins", "second")


def test_the_table_of_a_plugin(make: MakeReadingSite) -> None:
    body = "doctree['classes'].append(site.config.plugins.first.word)"
    code = "class Table:\n    word: str = 'none'\n\nfrom dataclasses import dataclass\nTable = dataclass(Table)\n"
    code += PLUGIN.format(body=body).replace(
        "(site):\n", "(site):\n    site.config.update_plugin_table('first', Table())\n"
    )
    site = make({"a": "", "b": ""}, {"plugins/first.py": code, "plugins/other.py": PLUGIN.format(body="pass")})
    conf = (site.source / "conf.py").read_text()
    site.write("conf.py", conf + "pronghorn_plugins = {'first': {'word': 'was'}}\n")
    assert site.build().warnings == ""
    site.write("conf.py", conf + "pronghorn_plugins = {'first': {'word': 'is'}}\n")
    built = site.build_as_clean()
    assert built.reasons["a"] == ("plugins", "first")


def test_a_file_in_the_folder_of_plugins(make: MakeReadingSite) -> None:
    code = "from pathlib import Path\nWORD = Path(__file__).with_name('word.txt').read_text()\n"
    site = make({"a": ""}, {"plugins/p.py": code + PLUGIN.format(body="doctree['classes'].append(WORD)")})
    site.write("plugins/word.txt", "was")
    built = rebuilt(site, lambda: site.write("plugins/word.txt", "is"))
    assert built.reasons["a"] == ("plugins", "")


def test_other_pages_that_a_plugin_looks_at(make: MakeReadingSite) -> None:
    body = "doctree['classes'] += [str(other.url) + str(dict(other.metadata or {})) for other in site.pages]"
    site = make({"a": ""}, {"m.md": "---\nk: 1\n---\n# M\n", "plugins/p.py": PLUGIN.format(body=body)}, MYST)
    site.build()
    site.write("m.md", "---\nk: 2\n---\n# M\n")
    built = site.build_as_clean()
    assert built.read == {"a", "index", "m"}
    assert built.reasons["a"] == ("site", "")
    site.write("m.md", "---\nk: 2\n---\n# Another\n")
    assert site.build_as_clean().read == {"a", "index", "m"}, "pages have titles before they are read"
    site.write("m.md", "---\nk: 2\n---\n# Another\n\nText.\n")
    assert site.build_as_clean().read == {"m"}


@pytest.mark.parametrize(
    "body",
    [
        "doctree['classes'] += [other.docname for other in site.pages]",
        "doctree['classes'] += [str(len(site.pages))]",
        "doctree['classes'] += [str('new' in site.pages)]",
        "doctree['classes'] += [str(site.pages.find('new') is None)]",
    ],
)
def test_which_pages_a_plugin_sees(body: str, make: MakeReadingSite) -> None:
    site = make({"a": ""}, {"plugins/p.py": PLUGIN.format(body=body)})
    built = rebuilt(site, lambda: site.write("new.rst", ":orphan:\n\nNew\n===\n"))
    assert built.read == {"a", "index", "new"}


@pytest.mark.parametrize("options", ["", ", recursive=True"])
def test_pages_below_a_page(options: str, make: MakeReadingSite) -> None:
    body = f"doctree['classes'] += [other.docname for other in site.subpages_of(page{options})]"
    site = make({"d/index": "", "d/x": ""}, {"plugins/p.py": PLUGIN.format(body=body)})
    built = rebuilt(site, lambda: site.write("d/new.rst", ":orphan:\n\nNew\n===\n"))
    assert built.warnings == "", "the plugin works"
    assert built.read >= {"d/index", "d/new"}
    site.write("d/e/new.rst", ":orphan:\n\nNew\n===\n")
    site.build_as_clean()


def test_its_own_page_is_no_other_page(make: MakeReadingSite) -> None:
    body = "doctree['classes'] += [str(site.pages.find(page.docname).metadata)]"
    site = make({"a": ""}, {"plugins/p.py": PLUGIN.format(body=body)})
    built = rebuilt(site, lambda: site.write("new.rst", ":orphan:\n\nNew\n===\n"))
    assert built.read == {"new"}


# What extensions keep

KEEPING = """\
from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Kept(SphinxDirective):
    def run(self):
        return [nodes.paragraph("", str(self.env.kept))]


def start(app, *_):
    app.env.kept = (app.srcdir / "kept.txt").read_text()
    return []


def setup(app):
    app.add_directive("kept", Kept)
    app.connect({event!r}, start)
    return {{"parallel_read_safe": True}}
"""


@pytest.mark.parametrize("event", ["builder-inited", "env-get-outdated", "env-before-read-docs"])
def test_what_an_extension_puts_on_the_environment(event: str, make: MakeReadingSite) -> None:
    site = make(
        {"a": ".. kept::\n", "b": ""},
        {"keeping.py": KEEPING.format(event=event)},
        LOCAL + "extensions.append('keeping')\n",
    )
    site.write("kept.txt", "was")
    built = rebuilt(site, lambda: site.write("kept.txt", "is"))
    assert built.read == {"a"}
    assert built.reasons["a"] == ("env", "kept")


COUNTING = """\
from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Count(SphinxDirective):
    required_arguments = 1

    def run(self):
        self.env.counted.setdefault(self.env.docname, []).append(self.arguments[0])
        return []


def start(app, *_):
    if not hasattr(app.env, "counted"):
        app.env.counted = {start}


def merge(app, env, docnames, other):
    for docname in docnames:
        if docname in other.counted:
            env.counted[docname] = other.counted[docname]


def purge(app, env, docname):
    env.counted.pop(docname, None)


def setup(app):
    app.add_directive("count", Count)
    app.connect("builder-inited", start)
    app.connect("env-merge-info", merge)
    app.connect("env-purge-doc", purge)
    return {{"parallel_read_safe": True, "env_version": 1}}
"""


@pytest.mark.parametrize("start", ["{}", "{'': 'something from the start'}"])
def test_what_pages_add_to_what_an_extension_keeps(start: str, make: MakeReadingSite) -> None:
    site = make(
        {"a": ".. count:: 1\n", "b": ".. count:: 2\n", "c": ""},
        {"counting.py": COUNTING.format(start=start)},
        LOCAL + "extensions.append('counting')\n",
    )
    site.build_as_clean("dummy", "-j", "2")
    site.write("a.rst", "a\n=\n\n.. count:: 3\n.. count:: 4\n")
    assert site.build_as_clean().read == {"a"}
    site.write("b.rst", "b\n=\n")
    assert site.build_as_clean().read == {"b"}
    site.write("c.rst", "c\n=\n\n.. count:: 5\n")
    built = site.build_as_clean("dummy", "-j", "2")
    stock = site.build_stock()
    assert built.portrait is not None
    assert stock.portrait is not None
    assert built.portrait.tables["env.counted"] == stock.portrait.tables["env.counted"]


GROWING = """\
import os
from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Log:
    def __init__(self):
        self.entries = {{}}

    def add(self, docname, word):
        self.entries.setdefault(docname, []).append(word)

    def remove(self, docname):
        self.entries.pop(docname, None)

    def update(self, other):
        self.entries.update(other.entries)


class Add(SphinxDirective):
    required_arguments = 1

    def run(self):
        {add}
        return []


def start(app, *_):
    if not hasattr(app.env, "kept"):
        app.env.kept = {start}


def merge(app, env, docnames, other):
    {merge}


def purge(app, env, docname):
    {purge}


def show(app, doctree, docname):
    {show}


def setup(app):
    app.add_directive("add", Add)
    app.connect("builder-inited", start)
    app.connect("env-merge-info", merge)
    app.connect("env-purge-doc", purge)
    app.connect("doctree-resolved", show)
    return {{"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}}
"""
GROWN = {
    "a dictionary in a dictionary": {
        "start": "{'words': {}, 'always': 1}",
        "add": "self.env.kept['words'].setdefault(self.env.docname, []).append(self.arguments[0])",
        "merge": "env.kept['words'].update(other.kept['words'])",
        "purge": "env.kept['words'].pop(docname, None)",
    },
    "a list": {
        "start": "[('', 'always')]",
        "add": "self.env.kept.append((self.env.docname, self.arguments[0]))",
        "merge": "env.kept += other.kept[1:]",
        "purge": "env.kept[:] = [entry for entry in env.kept if entry[0] != docname]",
    },
    "a set": {
        "start": "{('', 'always')}",
        "add": "self.env.kept.add((self.env.docname, self.arguments[0]))",
        "merge": "env.kept |= other.kept",
        "purge": "env.kept = {entry for entry in env.kept if entry[0] != docname}",
    },
    "an object": {
        "start": "Log()",
        "add": "self.env.kept.add(self.env.docname, self.arguments[0])",
        "merge": "env.kept.update(other.kept)",
        "purge": "env.kept.remove(docname)",
    },
}
SHOWN = "doctree += nodes.paragraph('', str(sorted(map(str, {}))))"


@pytest.mark.parametrize("is_merged", [True, False], ids=["merged", "not-merged"])
@pytest.mark.parametrize("name", GROWN)
def test_what_pages_change_in_what_an_extension_keeps(name: str, is_merged: bool, make: MakeReadingSite) -> None:
    """Some extensions merge nothing, and say that they are safe for reading in parallel: one process is right then."""
    code = GROWN[name]
    merge = code["merge"] if is_merged else "pass"
    shown = {
        "a dictionary in a dictionary": "app.env.kept['words'].items()",
        "an object": "app.env.kept.entries.items()",
    }
    show = SHOWN.format(shown.get(name, "app.env.kept"))
    extension = GROWING.format(**{**code, "merge": merge, "show": show})
    site = make(
        {"a": ".. add:: 1\n", "b": ".. add:: 2\n", "c": ""},
        {"growing.py": extension},
        LOCAL + "extensions.append('growing')\n",
    )
    jobs = ("-j", "2") if is_merged else ()
    built = site.build_as_clean("html", *jobs)
    assert "'1'" in (built.outdir / "b.html").read_text()
    assert built.portrait is not None
    stock = site.build_stock("html")
    assert stock.portrait is not None
    assert built.portrait.tables["env.kept"] == stock.portrait.tables["env.kept"]
    for file, text in (
        ("a.rst", "a\n=\n\n.. add:: 3\n\n.. add:: 4\n"),
        ("b.rst", "b\n=\n"),
        ("c.rst", "c\n=\n\n.. add:: 5\n"),
    ):
        site.write(file, text)
        built = site.build_as_clean("html", *jobs)
    is_noticed = not is_merged and name not in {"a set", "an object"}  # which is merged; which is never kept
    assert (built.reasons["a"] == ("unmerged", "kept")) is is_noticed
    site.clone("other").build_as_clean("html", *jobs)


# Python modules


def test_modules_that_autodoc_documents(make: MakeReadingSite) -> None:
    site = make(
        {"a": ".. automodule:: shown\n   :members:\n   :inherited-members:\n", "b": ""},
        {"shown.py": "from base import Base\n\nclass Shown(Base):\n    '''Was.'''\n"},
        LOCAL + "extensions.append('sphinx.ext.autodoc')\n",
    )
    site.write("base.py", "class Base:\n    def method(self):\n        '''Was.'''\n")
    site.build()
    site.write("shown.py", "from base import Base\n\nclass Shown(Base):\n    '''Is.'''\n")
    built = site.build_as_clean()
    assert built.read == {"a"}
    assert built.reasons["a"] in {("file", "shown.py"), ("module", "shown")}
    site.write("base.py", "class Base:\n    def method(self):\n        '''Is.'''\n")
    assert site.build_as_clean().read == {"a"}
    site.remove("base.py")
    assert "No module named 'base'" in site.build_as_clean().warnings


def test_a_module_that_cannot_be_imported_yet(make: MakeReadingSite) -> None:
    site = make({"a": ".. automodule:: shown\n"}, conf=LOCAL + "extensions.append('sphinx.ext.autodoc')\n")
    assert "No module named 'shown'" in site.build().warnings
    site.write("shown.py", "'''Is.'''\n")
    built = site.build_as_clean()
    assert built.warnings == ""


def test_a_module_with_two_pages(make: MakeReadingSite) -> None:
    conf = LOCAL + "extensions.append('sphinx.ext.autodoc')\n"
    pages = {name: f".. autofunction:: shown.{name}\n" for name in "ab"}
    site = make(pages, conf=conf)
    site.write("shown.py", "from base import x\ndef a():\n    '''Was.'''\ndef b():\n    '''Was.'''\n")
    site.write("base.py", "x = 1\n")
    site.build()
    site.write("shown.py", "from base import x\ndef a():\n    '''Is.'''\ndef b():\n    '''Is.'''\n")
    assert site.build_as_clean().read == {"a", "b"}
    site.write("base.py", "x = 2\n")
    assert site.build_as_clean().read == {"a", "b"}


# Handlers


def handler(event: str, body: str) -> str:
    return f"""\
def change(app, *arguments):
    {body}


def setup(app):
    app.connect("{event}", change)
    return {{"parallel_read_safe": True}}
"""


@pytest.mark.parametrize(
    ("event", "text"),
    [("source-read", "WORD\n"), ("include-read", ".. include:: inc.txt\n")],
)
def test_a_file_that_a_handler_reads(event: str, text: str, make: MakeReadingSite) -> None:
    body = "arguments[-1][0] = arguments[-1][0].replace('WORD', (app.srcdir / 'word.txt').read_text())"
    site = make(
        {"a": text, "b": ""},
        {"inc.txt": "WORD\n", "word.txt": "was", "handling.py": handler(event, body)},
        LOCAL + "extensions.append('handling')\n",
    )
    built = rebuilt(site, lambda: site.write("word.txt", "is"))
    assert "a" in built.read
    assert built.reasons["a"] == ("file", "word.txt")


def test_a_dependency_that_an_extension_notes(make: MakeReadingSite) -> None:
    body = "app.env.note_dependency('noted.bin')"
    site = make({"a": ""}, {"handling.py": handler("doctree-read", body)}, LOCAL + "extensions.append('handling')\n")
    site.write("noted.bin", b"1")
    built = rebuilt(site, lambda: site.write("noted.bin", b"2"))
    assert built.read == {"a", "index"}


# Changes during a build


def test_a_page_that_changes_after_it_was_looked_at(make: MakeReadingSite) -> None:
    body = "import os; new = os.environ.get('NEW'); new and (app.srcdir / 'a.rst').write_text(new)"
    site = make(
        {"a": "One.\n", "b": ""},
        {"handling.py": handler("env-before-read-docs", body)},
        LOCAL + "extensions.append('handling')\n",
    )
    one, two, three = (f"a\n=\n\n{word}.\n" for word in ("One", "Two", "Three"))
    site.build()
    site.write("a.rst", two)
    site.build(env={"NEW": three})
    assert (site.source / "a.rst").read_text() == three
    site.build_as_clean()
    site.write("a.rst", two)
    site.build_as_clean()
    site.write("a.rst", one)
    site.build_as_clean()


def test_an_included_file_that_changes_while_it_is_read(make: MakeReadingSite) -> None:
    body = "import os; new = os.environ.get('NEW'); new and (app.srcdir / 'f.txt').write_text(new)"
    site = make(
        {"a": ".. include:: f.txt\n", "b": ""},
        {"handling.py": handler("include-read", body), "f.txt": "One.\n"},
        LOCAL + "extensions.append('handling')\n",
    )
    site.build(env={"NEW": "Two.\n"})
    site.build_as_clean()
    site.write("f.txt", "One.\n")
    site.build_as_clean()


def test_a_build_that_dies_after_reading_a_page(make: MakeReadingSite) -> None:
    body = "import os; os.environ.get('DIE') and 1 / 0"
    site = make(
        {"a": "One.\n", "b": ""},
        {"handling.py": handler("env-updated", body)},
        LOCAL + "extensions.append('handling')\n",
    )
    one = (site.source / "a.rst").read_text()
    site.build("text")
    site.write("a.rst", "a\n=\n\nTwo.\n")
    assert site.build("text", env={"DIE": "1"}).exit_code != 0
    site.write("a.rst", one)
    site.build_as_clean("text")


def test_a_page_that_leaves_a_file_in_the_output(make: MakeReadingSite) -> None:
    body = "app.env.docname == 'a' and (app.outdir / 'made.txt').write_text('made')"
    site = make(
        {"a": "", "b": ""}, {"handling.py": handler("doctree-read", body)}, LOCAL + "extensions.append('handling')\n"
    )
    built = site.build("html")
    assert site.build_as_clean("html").read == set()
    made = built.outdir / "made.txt"
    made.unlink()
    assert site.build_as_clean("html").read == set()
    made.write_text("other")
    assert site.build_as_clean("html").read == set()
    assert made.read_text() == "made"


REFERRING: dict[str, str | bytes] = {
    "index.md": "# Home\n\n```{toctree}\nfolder/page\n```\n",
    "folder/page.md": "# Page\n\n![](../pictures/a.png) [](../texts/a.txt)\n",
    "one/a.png": b"one",
    "one/a.txt": "one",
    "two/a.png": b"one",
    "two/a.txt": "two",
}


def lead(site: ReadingSite, target: str | None) -> None:
    """Let both folders that the page refers to be links, or folders."""
    for name in ("pictures", "texts"):
        folder = site.source / name
        if folder.is_symlink():
            folder.unlink()
        shutil.rmtree(folder, ignore_errors=True)
        if target is None:
            shutil.copytree(site.source / "one", folder)
        else:
            folder.symlink_to(target)


@pytest.mark.parametrize(("before", "after"), [("one", "two"), (None, "one"), ("one", None)])
def test_a_page_is_read_anew_when_a_folder_leads_elsewhere(
    before: str | None, after: str | None, tmp_path: Path
) -> None:
    site = ReadingSite(tmp_path / "site", REFERRING, 'extensions.append("myst_parser")\n')
    lead(site, before)
    site.build_as_clean("html")
    assert site.build_as_clean("html").read == set()
    lead(site, after)
    assert site.build_as_clean("html").read == {"folder/page"}
