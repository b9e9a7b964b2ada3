"""Processors: what a page's output becomes, with every builder."""

import json
import re
from typing import Any

import pytest
from docutils.utils import new_document

from tests.conftest import MakeSite
from tests.support.quick import Built, build, build_cleanly, dead_links, plugin, small_site

# One page in each form: heading, a section of its own, a paragraph, a link to a page and to a section.
FORMS = {
    "rst": 'Content("rst", "Chemistry\\n=========\\n\\nSaltwords here.\\n\\nBelow it\\n--------\\n\\n:doc:`index`\\n")',
    "md": 'Content("md", "# Chemistry\\n\\nSaltwords here.\\n\\n## Below it\\n\\n{doc}`index`\\n")',
    "html": 'Content("html", "<h1>Chemistry</h1><p>Saltwords here.</p><h2>Below it</h2>'
    "<p><a href='index.md'>Home</a></p>\")",
    "doctree": 'Content("doctree", make_tree())',
}
CODE = """
from docutils import nodes
from docutils.utils import new_document

def make_tree():
    document = new_document("made")
    top = nodes.section("", nodes.title("", "Chemistry"), ids=["chemistry"], names=["chemistry"])
    below = nodes.section("", nodes.title("", "Below it"), ids=["below-it"], names=["below it"])
    top += nodes.paragraph("", "Saltwords here.")
    below += nodes.paragraph("", "", nodes.reference("", "Home", internal=True, refuri="index.html"))
    top += below
    document += top
    return document

def process(site):
    for page in site.pages:
        if page.input.type == "x":
            page.output = {form}

def read(page):
    return Content("x", page.source.read_text())
"""
REGISTER = (
    "site.readers.register_reader(condition=lambda path: path.ext == 'x', read=read)",
    "site.signals.processors_init.connect(process)",
)
HOME = "# Home\n\n```{toctree}\na\n```\n\n{doc}`a`\n"


def _index(built: Built) -> dict[str, Any]:
    text = built.read("searchindex.js")
    index: dict[str, Any] = json.loads(text[text.index("{") : text.rindex("}") + 1])
    return index


def _made_by(output: str) -> dict[str, str | bytes]:
    """Return a site whose page ``a`` has the output that the expression *output* gives."""
    return {**small_site(CODE.replace("{form}", output), *REGISTER), "index.md": HOME, "a.x": "source words\n"}


@pytest.mark.parametrize("form", FORMS)
def test_a9_every_type_of_output_becomes_a_document(make_site: MakeSite, form: str) -> None:
    built = build_cleanly(make_site(_made_by(FORMS[form])))
    page, text = built.site.pages["a"], built.read("a.html")
    assert page.title == "Chemistry"
    assert page.toc is not None
    assert [(entry.title, entry.anchor) for entry in page.toc.walk()] == [("Chemistry", ""), ("Below it", "#below-it")]
    assert re.search(r'<section id="below-it">\s*<h2>Below it', text)
    assert re.search(r'<a class="reference internal" href="index.html">.*Home', text)
    assert '<a class="reference internal" href="a.html#below-it">Below it' in built.read("index.html")
    assert {"Chemistry", "Below it"} <= _index(built)["alltitles"].keys()
    assert "saltword" in _index(built)["terms"]
    assert not dead_links(built)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("builder", ["text", "latex", "json", "singlehtml", "epub", "pseudoxml"])
def test_a9_every_type_of_output_works_with_every_builder(make_site: MakeSite, form: str, builder: str) -> None:
    built = build(make_site(_made_by(FORMS[form])), builder, epub_version="1", version="1", epub_copyright="c")
    assert built.exit_code == 0
    assert "pronghorn" not in built.warnings
    texts = [path.read_bytes() for path in built.outdir.rglob("*") if path.is_file()]
    assert any(b"Saltwords here." in text for text in texts)


@pytest.mark.parametrize("form", ["rst", "md", "html"])
def test_a9_known_input_needs_no_processor(make_site: MakeSite, form: str) -> None:
    code = f"def read(page):\n    return {FORMS[form]}\n"
    files = {**small_site(code, REGISTER[0]), "index.md": HOME, "a.x": ""}
    built = build_cleanly(make_site(files))
    assert "Saltwords here." in built.read("a.html")
    assert built.site.pages["a"].output == built.site.pages["a"].input


def test_a9_markup_has_all_that_sphinx_has(make_site: MakeSite) -> None:
    text = "Made\n====\n\n.. py:function:: fetch(url)\n\n   Fetches.\n\n.. _spot:\n\nSpot\n----\n\n"
    text += ".. index:: saltiness\n\n.. note:: Beware.\n"
    files = _made_by(f'Content("rst", {text!r})')
    files["index.md"] = HOME + "\n{py:func}`fetch` {ref}`spot`\n"
    built = build_cleanly(make_site(files))
    assert 'href="a.html#fetch"' in built.read("index.html")
    assert 'href="a.html#spot"' in built.read("index.html")
    assert "saltiness" in built.read("genindex.html")
    assert 'class="admonition note"' in built.read("a.html")
    assert not dead_links(built)


def test_a9_title_in_the_metadata_is_the_heading_if_there_is_none(make_site: MakeSite) -> None:
    code = """
    def read(page):
        return Metadata(title="Given <title>"), Content(page.source.filebase, "plain words")
    """
    files: dict[str, str | bytes] = {
        **small_site(code, REGISTER[0]),
        "index.md": "# Home\n\n```{toctree}\nrst\nmd\nhtml\n```\n",
        **dict.fromkeys(("rst.x", "md.x", "html.x"), ""),
    }
    built = build_cleanly(make_site(files))
    for name in ("rst", "md", "html"):
        assert built.site.pages[name].title == "Given <title>"
        assert "<h1>Given &lt;title&gt;" in built.read(f"{name}.html")
    assert built.read("index.html").count("Given &lt;title&gt;</a>") >= 3


def test_a9_output_of_a_native_page_replaces_its_body(make_site: MakeSite) -> None:
    code = """
    def process(site):
        for page in site.pages:
            if page.input.type in {"md", "rst"}:
                page.output = Content(page.input.type, page.input.content.replace("SECRET", "open"))
    """
    files = {
        **small_site(code, "site.signals.processors_init.connect(process)"),
        "index.md": HOME + "SECRET one\n",
        "a.rst": "A\n=\n\nSECRET two\n",
    }
    built = build_cleanly(make_site(files))
    assert "open one" in built.read("index.html")
    assert "open two" in built.read("a.html")
    assert "SECRET one" in built.read("_sources/index.md.txt")
    assert "SECRET two" in built.read("_sources/a.rst.txt")


def test_a9_source_that_is_shown_is_the_original_file(make_site: MakeSite) -> None:
    files = _made_by(FORMS["md"])
    files["a.x"] = b"source words\r\nca\xe9\n"
    files["plugins/p.py"] = str(files["plugins/p.py"]).replace("read_text()", "read_text('latin-1')")
    built = build_cleanly(make_site(files))
    links = re.findall(r'href="(_sources/[^"]+)"', built.read("a.html"))
    assert set(links) == {"_sources/a.x.txt"}
    assert (built.outdir / links[0]).read_bytes() == b"source words\r\nca\xe9\n"
    sources = {file.name for file in (built.outdir / "_sources").iterdir()}
    assert sources == {"a.x.txt", "index.md.txt"}


def test_a9_binary_and_generated_pages_have_no_link_to_a_source(make_site: MakeSite) -> None:
    code = """
    def read(page):
        return Content("html", f"<h1>Size</h1><p>{len(page.source.read_bytes())} bytes</p>")

    def make(site):
        site.make_page("made", output=Content("md", "# Made\\n"))
    """
    register = ("site.signals.processors_init.connect(make)", REGISTER[0])
    files = {
        **small_site(code, *register),
        "a.x": b"\x00\x01\xff" * 5,
        "index.md": "# Home\n\n```{toctree}\na\nmade\n```\n",
    }
    built = build_cleanly(make_site(files))
    assert "15 bytes" in built.read("a.html")
    for page in ("a.html", "made/index.html"):
        assert "_sources" not in built.read(page)
    assert [file.name for file in (built.outdir / "_sources").iterdir()] == ["index.md.txt"]


@pytest.mark.parametrize(
    ("output", "problem"),
    [
        ('Content("odt", "x")', "unknown type 'odt'; there are rst, md, html and doctree"),
        ('Content("html", b"x")', "html is text, not bytes"),
        ('Content("md", None)', "md is text, not NoneType"),
        ('Content("doctree", "x")', "doctree is a docutils document, not str"),
    ],
)
def test_a9_output_that_is_none_is_told_and_costs_only_its_page(make_site: MakeSite, output: str, problem: str) -> None:
    built = build(make_site(_made_by(output)))
    assert re.search(r"a\.x[:1]* WARNING: .*" + re.escape(problem), built.warnings)
    assert "[pronghorn.processor]" in built.warnings
    assert "Home" in built.read("index.html")
    assert not built.exists("a.html")


def test_a9_input_that_nothing_processes_is_told(make_site: MakeSite) -> None:
    built = build(make_site(_made_by("None")))
    assert "nothing made an output of its input of type 'x'" in built.warnings
    assert re.search(r"a\.x[:1]* WARNING", built.warnings)
    assert not built.exists("a.html")


def test_a9_failing_processor_names_plugin_and_line_and_costs_nothing_else(make_site: MakeSite) -> None:
    built = build(make_site(_made_by("undefined_name")))
    assert "plugin 'p': handler of processors_init `process` (plugins/p.py:19) failed: NameError" in built.warnings
    assert "Home" in built.read("index.html")


def test_a9_rst_output_without_its_suffix_says_what_to_add(make_site: MakeSite) -> None:
    built = build(make_site(_made_by(FORMS["rst"]), "source_suffix = {'.md': 'markdown'}\n"))
    assert "an output of type 'rst'" in built.warnings
    assert "Add '.rst': 'restructuredtext' to source_suffix" in built.warnings
    assert "myst_parser" not in built.warnings


def test_a9_markdown_output_without_its_parser_says_what_to_add(make_site: MakeSite) -> None:
    files = {
        **_made_by(FORMS["md"]),
        "conf.py": 'project = "T"\nextensions = ["pronghorn"]\nhtml_theme = "basic"\n',
        "index.rst": "Home\n====\n",
    }
    del files["index.md"]
    built = build(make_site(files))
    assert "an output of type 'md'" in built.warnings
    assert "myst_parser" in built.warnings
    assert "Home" in built.read("index.html")
    assert "Traceback" not in built.warnings


def test_a9_markdown_output_beside_notebooks_is_no_notebook(make_site: MakeSite) -> None:
    conf = 'project = "T"\nextensions = ["myst_nb", "pronghorn"]\nhtml_theme = "basic"\nnb_execution_mode = "off"\n'
    built = build_cleanly(make_site({**_made_by(FORMS["md"]), "conf.py": conf}))
    assert "Saltwords here." in built.read("a.html")
    assert not dead_links(built)


@pytest.mark.parametrize("form", ["rst", "md"])
def test_a9_error_in_an_output_names_the_page(make_site: MakeSite, form: str) -> None:
    text = {"rst": "A\\n=\\n\\n:nosuch:`role`\\n", "md": "# A\\n\\n{nosuch}`role`\\n"}[form]
    built = build(make_site(_made_by(f'Content("{form}", "{text}")')))
    line = next(line for line in built.warnings.splitlines() if "nosuch" in line)
    assert "/a." in line


def test_a9_doctree_may_come_from_docutils_itself(make_site: MakeSite) -> None:
    code = """
    from docutils.core import publish_doctree

    TEXT = "Title\\n=====\\n\\nSee Below_ and [1]_ and |x|.\\n\\n.. [1] A note.\\n.. |x| replace:: y\\n\\n"
    TEXT += "Below\\n-----\\n\\nEnd.\\n"

    def read(page):
        return Content("doctree", publish_doctree(TEXT, settings_overrides={"doctitle_xform": False}))
    """
    files = {**small_site(code, REGISTER[0]), "a.x": "", "index.md": HOME}
    built = build_cleanly(make_site(files))
    text = built.read("a.html")
    assert "A note." in text
    assert 'href="#below"' in text
    assert built.site.pages["a"].title == "Title"
    assert not dead_links(built)


@pytest.mark.skipif(not hasattr(new_document("x"), "names"), reason="this docutils does not know nodes by name")
def test_a9_the_document_knows_its_nodes_by_name(make_site: MakeSite) -> None:
    code = """
def tell(page, doctree):
    for name, node in list(doctree.names.items()):
        doctree += nodes.paragraph("", f"Named {name}: {node[0].astext()}.")
"""
    code = CODE.replace("{form}", FORMS["doctree"]) + code
    files = small_site(code, *REGISTER, "site.signals.page_read.connect(tell)")
    text = build_cleanly(make_site({**files, "index.md": HOME, "a.x": ""})).read("a.html")
    assert "Named chemistry: Chemistry." in text
    assert "Named below it: Below it." in text


def test_a9_one_doctree_may_serve_two_pages(make_site: MakeSite) -> None:
    code = CODE.replace("{form}", "Content('doctree', tree)").replace(
        "def process", "tree = make_tree()\n\ndef process"
    )
    files = {**small_site(code, *REGISTER), "a.x": "", "b.x": "", "index.md": HOME.replace("\na\n", "\na\nb\n")}
    site = make_site(files)
    built = build_cleanly(site)
    body = {name: built.read(name).split('<div class="body"')[1].split("clearer")[0] for name in ("a.html", "b.html")}
    assert body["a.html"] == body["b.html"]


def test_a9_html_output_is_a_document_and_no_lump(make_site: MakeSite) -> None:
    html = (
        "<h1 id='top'>Chemistry of <em>salt</em></h1><p>Words <code>x = 1</code> &amp; more.</p>"
        "<ul><li>one</li><li>two</li></ul><pre><code class='language-python'>def f(): pass</code></pre>"
        "<table><tr><th>k</th></tr><tr><td>v</td></tr></table><h2 id='own'>Own anchor</h2>"
        "<p><a href='#own'>jump</a></p>"
    )
    files = _made_by(f'Content("html", {html!r})')
    files["index.md"] = HOME + "\n[to it](a.x#own)\n"
    built = build(make_site(files))
    text = built.read("a.html")
    assert built.site.pages["a"].title == "Chemistry of salt"
    assert 'id="own"' in text
    assert 'href="#own"' in text
    assert '<span class="k">def</span>' in text
    assert "<td>" in text
    document = build(make_site(files), "text").read("a.txt")
    assert "* one" in document
    assert "own anchor" in {title.lower() for title in _index(built)["alltitles"]}
    assert 'href="a.html#own"' in built.read("index.html")
    assert not dead_links(built)


def test_a9_plugin_changes_the_doctree_when_the_page_is_read(make_site: MakeSite) -> None:
    code = """
    from docutils import nodes

    def mark(page, doctree):
        doctree += nodes.paragraph("", f"Marked: {page.docname}, {page.source.relpath}.")
    """
    files = small_site(code, "site.signals.page_read.connect(mark)")
    assert "Marked: index, index.md." in build_cleanly(make_site(files)).read("index.html")


def test_a9_included_file_is_no_page_of_its_own(make_site: MakeSite) -> None:
    text = "A\\n=\\n\\n.. include:: parts/part.txt\\n\\n.. literalinclude:: a.x\\n   :language: none\\n"
    files = _made_by(f'Content("rst", "{text}")') | {"parts/part.txt": "Included words.\n"}
    built = build_cleanly(make_site(files))
    assert "Included words." in built.read("a.html")
    assert "source words" in built.read("a.html")


def test_a9_image_of_a_custom_page_is_found_beside_its_source(make_site: MakeSite) -> None:
    pixel = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
    code = "def read(page):\n    return Content(page.source.filebase, TEXTS[page.source.filebase])\n"
    texts = {
        "rst": "R\n=\n\n.. image:: pic.gif\n\n:download:`more.txt`\n",
        "md": "# M\n\n![x](pic.gif)\n\n{download}`more.txt`\n",
        "html": "<h1>H</h1><p><img src='pic.gif' alt='x'></p>",
    }
    files: dict[str, str | bytes] = {
        "index.md": "# Home\n\n```{toctree}\nsub/rst\nsub/md\nsub/html\n```\n",
        "plugins/p.py": plugin(f"TEXTS = {texts!r}\n\n{code}", REGISTER[0]),
        "sub/pic.gif": pixel,
        "sub/more.txt": "more\n",
        **dict.fromkeys(("sub/rst.x", "sub/md.x", "sub/html.x"), ""),
    }
    built = build_cleanly(make_site(files))
    for name in ("rst", "md", "html"):
        assert 'src="../_images/pic.gif"' in built.read(f"sub/{name}.html"), name
    assert "_downloads" in built.read("sub/rst.html")
    assert "_downloads" in built.read("sub/md.html")
    assert not dead_links(built)
