"""HTML pages become documents: sections, titles, ids, search words, links, images; nothing is lost, nothing fails."""

import json
import pickle
import random
import re
from collections.abc import Callable
from io import StringIO
from itertools import count
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sphinx import addnodes
from sphinx.environment import BuildEnvironment

from pronghorn.html_document.builder import MAX_DEPTH
from pronghorn.html_document.link_resolver import LinkResolver
from pronghorn.html_document.page import populate_document
from tests.conftest import MakeSite
from tests.support import Site, assert_same_output

CONF = """\
from sphinx.parsers import Parser

from pronghorn.html_document.link_resolver import LinkResolver
from pronghorn.html_document.page import populate_document

html_theme = "basic"
source_suffix = {".rst": "restructuredtext", ".html": "html"}
titles = {}
links = LinkResolver()


class HtmlParser(Parser):
    supported = ("html",)

    def parse(self, inputstring, document):
        env = document.settings.env
        populate_document(document, inputstring, env=env, docname=env.docname, title=titles.get(env.docname))


def setup(app):
    app.add_source_parser(HtmlParser)
    links.connect(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
"""
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)
Convert = Callable[..., nodes.document]


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> BuildEnvironment:
    """An environment that knows a few pages and files."""
    names = ["index.html", "page.html", "blog/first.html", "blog/second.html", "blog/data.csv", "a b.txt", "v1.2.html"]
    site = Site(tmp_path_factory.mktemp("html"), {"conf.py": CONF, **dict.fromkeys(names, "<h1>x</h1>")})
    with site.app("dummy") as app:
        app.env.find_files(app.config, app.builder)
        return app.env


@pytest.fixture(scope="module")
def convert(env: BuildEnvironment) -> Convert:
    """Convert HTML as if it were the page `blog/first`."""

    def convert(html: str, title: str | None = None, **options: Any) -> nodes.document:
        options_of_sphinx = get_default_settings()
        vars(options_of_sphinx).update(env.settings)
        document = new_document("first.html", options_of_sphinx)
        populate_document(document, html, env=env, docname="blog/first", title=title, **options)
        return document

    return convert


def names(text: str) -> list[str]:
    return text.split()


def tree(document: nodes.document) -> str:
    """The document in docutils' own notation, without the document node itself."""
    return "".join(child.pformat() for child in document.children)


def assert_tree(document: nodes.document, expected: str) -> None:
    assert tree(document) == dedent(expected).lstrip("\n")


def sections(node: nodes.Element, depth: int = 0) -> list[str]:
    """The sections of a document: a dash for each level, the title, the ids."""
    found: list[str] = []
    for child in node.children:
        if isinstance(child, nodes.section):
            title = child.children[0]
            assert isinstance(title, nodes.title)
            found += [f"{'-' * depth}{title.astext()} {'|'.join(child['ids'])}", *sections(child, depth + 1)]
    return found


def every(document: nodes.document, kind: type[nodes.Element]) -> list[nodes.Element]:
    return list(document.findall(kind))


# Sections and titles


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h1>A</h1><h2>B</h2><h3>C</h3><h2>D</h2>", ["A a", "-B b", "--C c", "-D d"]),
        ("<h1>A</h1><h3>B</h3><h2>C</h2><h6>D</h6>", ["A a", "-B b", "-C c", "--D d"]),
        ("<h3>A</h3><h1>B</h1>", ["A a", "B b"]),
        ("<p>before</p><h1>A</h1>", ["A a"]),
        ("<h1>A</h1><h1>B</h1>", ["A a", "B b"]),
        ("<h2>Same</h2><h2>Same</h2>", ["Same same", "Same id1"]),
        ("<h1>日本</h1>", ["日本 id1"]),
        ("<h1>&nbsp;</h1>", ["\xa0 id1"]),
        ("<h1> A\n  <em>b</em>  c </h1>", ["A b c a-b-c"]),
        ("<h1>A<br>b</h1>", ["A b a-b"]),
        ("<h1><div>A</div><p>b</p></h1>", ["A b a-b"]),
        ("<h1>A <small>b</small> <font color=red>c</font> <q>d</q></h1>", ["A b c d a-b-c-d"]),
        ("<div><div><h1>A</h1></div><p>x</p><div><h2>B</h2></div></div>", ["A a", "-B b"]),
        ("<b><h1>A</h1></b><a href=x><h2>B</h2></a>", ["A a", "-B b"]),
        ("<font><center><h1>A</h1></center></font>", ["A a"]),
        ("<span class=x><h1>A</h1></span>", ["A a"]),
        ("<form><h1>A</h1></form>", []),
        ("<table><td><h1>A</h1></table><ul><li><h2>B</h2></ul><details><h3>C</h3></details>", []),
        ("<h1></h1><h2> </h2><h3><img src=x.png></h3>", []),
        ("", []),
    ],
)
def test_headings_nest_sections(convert: Convert, html: str, expected: list[str]) -> None:
    assert sections(convert(html)) == expected


@pytest.mark.parametrize(
    ("html", "title", "expected"),
    [
        ("<p>x</p><h2>B</h2>", "Meta", ["Meta meta", "-B b"]),
        ("<h1>A</h1>", "Meta", ["A a"]),
        ("<title>Head &amp; all</title><p>x</p>", None, ["Head & all head-all"]),
        ("<title>Head</title><h2>B</h2>", " Meta\n title ", ["Meta title meta-title", "-B b"]),
        ("<title>Head</title><h2>B</h2>", "", ["Head head", "-B b"]),
        ("<title>Head</title><h1>A</h1>", None, ["A a"]),
        ("<title>Head</title><h1><img src=logo.png alt=Logo></h1>", None, ["Head head"]),
        ("<p>x</p><svg><title>no</title></svg>", None, []),
        ("<title> </title><p>x</p>", None, []),
        ("<table><td><h1>A</h1></table>", "Meta", ["Meta meta"]),
    ],
)
def test_a_page_without_main_heading_takes_another_title(
    convert: Convert, html: str, title: str | None, expected: list[str]
) -> None:
    assert sections(convert(html, title)) == expected


def test_text_stays_in_its_section(convert: Convert) -> None:
    assert_tree(
        convert("one<h1>A</h1>two<h2>B</h2><p>three<h1>C</h1>four"),
        """
        <paragraph>
            one
        <section ids="a" names="a">
            <title>
                A
            <paragraph>
                two
            <section ids="b" names="b">
                <title>
                    B
                <paragraph>
                    three
        <section ids="c" names="c">
            <title>
                C
            <paragraph>
                four
        """,
    )


def test_a_whole_title_comes_before_what_precedes_the_headings(convert: Convert) -> None:
    assert_tree(
        convert("<p>x</p>", "Meta"),
        """
        <section ids="meta" names="meta">
            <title>
                Meta
            <paragraph>
                x
        """,
    )


def test_headings_out_of_place_keep_their_level(convert: Convert) -> None:
    assert_tree(
        convert("<ul><li><h3 id=i class=c>A <b>b</b></h3>x</ul>"),
        """
        <bullet_list>
            <list_item>
                <rubric classes="c" heading-level="3" ids="i">
                    A \n\
                    <strong>
                        b
                <paragraph>
                    x
        """,
    )


# Groups


def test_a_group_that_is_a_section_gives_it_its_marks(convert: Convert) -> None:
    assert_tree(
        convert("<section class=s id=i><h2>A</h2><p>x</section><div class=t><h2 id=j class=h>B</h2></div>"),
        """
        <section classes="s" ids="i" names="a">
            <title>
                A
            <paragraph>
                x
        <section classes="t" ids="j" names="b">
            <title classes="h">
                B
        """,
    )


def test_a_group_of_several_sections_is_in_each(convert: Convert) -> None:
    assert_tree(
        convert("<div class=g id=i><p>0<h2>A</h2><p>1<h2>B</h2><p>2</div><p>3"),
        """
        <container classes="g" ids="i">
            <paragraph>
                0
        <section ids="a" names="a">
            <title>
                A
            <container classes="g">
                <paragraph>
                    1
        <section ids="b" names="b">
            <title>
                B
            <container classes="g">
                <paragraph>
                    2
            <paragraph>
                3
        """,
    )


def test_a_group_around_a_title_only_marks_the_title(convert: Convert) -> None:
    assert_tree(
        convert("<header class=hero id=top><h1>A</h1></header><main class=m><p>x</main>"),
        """
        <section ids="top" names="a">
            <title classes="hero">
                A
            <container classes="m">
                <paragraph>
                    x
        """,
    )


def test_groups_without_marks_leave_no_trace(convert: Convert) -> None:
    assert_tree(
        convert("<div><main>a<article><p>b</article>c</main></div><span>d</span>"),
        """
        <paragraph>
            a
        <paragraph>
            b
        <paragraph>
            c
        <paragraph>
            d
        """,
    )


def test_a_group_with_more_than_marks_keeps_its_tags(convert: Convert) -> None:
    assert_tree(
        convert('<div style="color: red" class=c><p>x</div><p>a <span title=t>b</span> c'),
        """
        <raw format="html" xml:space="preserve">
            <div style="color: red" class="c">
        <paragraph>
            x
        <raw format="html" xml:space="preserve">
            </div>
        <paragraph>
            a \n\
            <raw format="html" xml:space="preserve">
                <span title="t">
            b
            <raw format="html" xml:space="preserve">
                </span>
             c
        """,
    )


# Ids


@pytest.mark.parametrize(
    "html",
    [
        *(f"<{name} id=x>t</{name}>" for name in names("p div section ul ol dl blockquote pre h2 table")),
        *(f"<{name} id=x>t</{name}>" for name in names("b code kbd sub abbr cite span a")),
        "<ul><li id=x>t</ul>",
        "<dl><dt id=x>t<dd>u</dl>",
        "<dl><dt>t<dd id=x>u</dl>",
        "<dl><div id=x><dt>t<dd>u</div></dl>",
        "<table><tr id=x><td>t</table>",
        "<table><td id=x>t</table>",
        "<table><tbody id=x><td>t</table>",
        "<table><caption id=x>t</caption></table>",
        "<table id=x></table>",
        "<ul id=x></ul>",
        "<blockquote id=x></blockquote>",
        "<p id=x></p>",
        "<img id=x src=i.png>",
        "<a name=x></a>",
        "<a name=x>t</a>",
        "<a href=y id=x>t</a>",
        "<a href=#y id=x></a>",
        "t<a name=x></a>",
        "<p>t</p><a name=x></a>",
        "<ul><li>t</li><a name=x></a></ul>",
        "<table><td><a name=x></a></table>",
        "<h2><a name=x></a>t</h2>",
        "<h2><a id=x href=#x>t</a></h2>",
        "<h2><div id=x>t</div></h2>",
        "<dl><dt><p id=x>t</p></dl>",
        "<pre><code id=x>t</code></pre>",
        "<body id=x><p>t",
        "<body id=x><h1>t</h1><h1>u</h1>",
        "<figure id=x><img src=i.png></figure>",
        "<figure><img src=i.png><figcaption id=x>t</figcaption></figure>",
    ],
)
def test_every_id_leads_somewhere(convert: Convert, html: str) -> None:
    document = convert(html + "<p><a href=#x>go</a></p>")
    owners = [node for node in every(document, nodes.Element) if "x" in node["ids"]]
    assert len(owners) == 1
    assert document.ids["x"] is owners[0]
    assert [link["refid"] for link in every(document, nodes.reference) if "go" in link.astext()] == ["x"]


def test_an_anchor_before_a_heading_is_its_id(convert: Convert) -> None:
    assert sections(convert('<a name="use"></a>\n<h2>Usage</h2>')) == ["Usage use"]


def test_ids_in_a_title_are_the_section_s(convert: Convert) -> None:
    document = convert("<h2 id=a><a name=b></a>T <span id=c>u</span><img id=d src=x.png></h2>")
    assert sections(document) == ["T u a|b|c|d"]
    assert not any(node["ids"] for title in every(document, nodes.title) for node in title.findall(nodes.Element))


def test_no_heading_takes_the_id_of_something_further_down(convert: Convert) -> None:
    assert sections(convert("<h2>Usage</h2><p id=usage>x")) == ["Usage id1"]


def test_the_id_of_raw_html_is_left_to_it(convert: Convert) -> None:
    document = convert("<svg id=x></svg><h2>X</h2><a href=#x>go</a>")
    assert sections(document) == ["X id1"]
    assert "x" not in document.ids
    assert every(document, nodes.reference)[0]["refuri"] == "#x"


def test_links_to_nowhere_in_the_page_stay(convert: Convert) -> None:
    document = convert("<h1>Top</h1><a href=#caf%C3%A9>a</a><a href=#TOP>b</a><a href=#>c</a><a href=''>d</a>")
    assert [link["refuri"] for link in every(document, nodes.reference)] == ["#café", "#TOP", "#", "#"]


def test_links_to_headings_without_an_id(convert: Convert) -> None:
    document = convert("<a href=#the-end>x</a><h1>The end</h1>")
    assert every(document, nodes.reference)[0]["refid"] == "the-end"


# Lines of text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<em>x</em>", "<emphasis>"),
        ("<i class='fa k'></i>", '<emphasis classes="fa k">'),
        ("<b>x</b>", "<strong>"),
        ("<code>x</code>", "<literal>"),
        ("<code class='language-c d'>x</code>", '<literal classes="d">'),
        ("<kbd>x</kbd>", '<literal classes="kbd">'),
        ("<tt>x</tt>", "<literal>"),
        ("<sub>x</sub>", "<subscript>"),
        ("<sup>x</sup>", "<superscript>"),
        ("<cite>x</cite>", "<title_reference>"),
        ("<abbr title=y>x</abbr>", '<abbreviation explanation="y">'),
        ("<span class='a b a'>x</span>", '<inline classes="a b">'),
        ("<img src=a%20b.png alt=z width=5 height=50%>", '<image alt="z" classes="no-scaled-link" height="50%" uri='),
        ("<img src=//x/a.png width=junk>", '<image classes="no-scaled-link" uri="https://x/a.png">'),
        ("<img src='data:image/png;base64,AA'>", '<image uri="data:image/png;base64,AA">'),
        ("<picture><source srcset=y><img src=a.png></picture>", '<image uri="a.png">'),
        (
            "<a href='https://x/?a=1#b' title=t rel=r>x</a>",
            '<reference reftitle="t" refuri="https://x/?a=1#b" rel="r">',
        ),
        ("<a href=' mailto:a@b '>x</a>", '<reference refuri="mailto:a@b">'),
        ("<a href=//x>x</a>", '<reference refuri="//x">'),
        ("<a href='http://[bad'>x</a>", '<reference refuri="http://[bad">'),
    ],
)
def test_inline_elements(convert: Convert, html: str, expected: str) -> None:
    assert f"\n    {expected}" in tree(convert(f"<p>{html}"))


@pytest.mark.parametrize("name", ["mark", "u", "del", "ins", "small", "font", "time", "ruby", "label", "foo"])
def test_other_inline_elements_keep_their_tags(convert: Convert, name: str) -> None:
    paragraph = convert(f"<p><{name} x=1>a <b>c</b></{name}>")[0]
    assert isinstance(paragraph, nodes.paragraph)
    assert [type(child) for child in paragraph.children] == [nodes.raw, nodes.Text, nodes.strong, nodes.raw]
    assert paragraph.astext() == f'<{name} x="1">a c</{name}>'


def test_quotation_marks_are_in_books_too(convert: Convert) -> None:
    raws = every(convert("<q>x</q>"), nodes.raw)
    assert [(raw["format"], raw.astext()) for raw in raws] == [
        ("html", "<q>"),
        ("latex", "``"),
        ("latex", "''"),
        ("html", "</q>"),
    ]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p> a\n b\t<b> c </b> d </p>", "a b c d"),
        ("<p>a<b> </b>b", "a b"),
        ("<p>a&nbsp; b", "a\xa0 b"),
        (" <p>a</p> \n ", "a"),
        ("<p>a <i></i></p>", "a"),
        ("<dl><dt> a <p> b </p> c </dt></dl>", "a b c"),
        ("<pre>\n a\n  b\n</pre>", " a\n  b"),
        ("<pre>a<br>b<div>c</div>d</pre>", "a\nb\nc\nd"),
        ("&lt;b&gt; &amp;amp; &copy;", "<b> &amp; ©"),
        ("a\0b\x0cc", "ab c"),
    ],
)
def test_white_space(convert: Convert, html: str, expected: str) -> None:
    assert convert(html).astext() == expected


def test_line_breaks(convert: Convert) -> None:
    document = convert("<br><p><br>a<br>b</p><br>")
    (paragraph,) = document.children
    assert isinstance(paragraph, nodes.paragraph)
    assert [(child.__class__, child.astext()) for child in paragraph.children] == [
        (nodes.Text, "a"),
        (nodes.raw, "<br />"),
        (nodes.raw, r"\newline{}"),
        (nodes.Text, "\n"),
        (nodes.Text, "b"),
    ]


def test_a_link_around_blocks_is_in_each(convert: Convert) -> None:
    assert_tree(
        convert("<a href=https://x class=card id=i><div><h2>A</h2><p>b <b>c</b></p></div></a><p>d"),
        """
        <section ids="i" names="a">
            <title>
                <reference classes="card" refuri="https://x">
                    A
            <paragraph>
                <reference classes="card" refuri="https://x">
                    b \n\
                    <strong>
                        c
            <paragraph>
                d
        """,
    )


def test_inline_elements_around_blocks(convert: Convert) -> None:
    assert_tree(
        convert("<i>a<ul><li>b</ul>c</i>"),
        """
        <paragraph>
            <emphasis>
                a
        <bullet_list>
            <list_item>
                <paragraph>
                    <emphasis>
                        b
        <paragraph>
            <emphasis>
                c
        """,
    )


def test_a_link_in_a_link_is_text(convert: Convert) -> None:
    document = convert("<a href=https://x><table><td><a href=https://y>b</a></table></a>")
    assert [link["refuri"] for link in every(document, nodes.reference)] == ["https://x"]
    assert document.astext().strip() == "b"


def test_text_is_not_made_typographic(convert: Convert) -> None:
    assert convert("x")["support_smartquotes"] is False


# Blocks


def test_lists(convert: Convert) -> None:
    assert_tree(
        convert("<ul class=c><li id=i>a<li class=d><p>b</p><ol start=3 type=i><li>c</ol></ul><ol start=x type=z></ol>"),
        """
        <bullet_list classes="c">
            <list_item ids="i">
                <paragraph>
                    a
            <list_item classes="d">
                <paragraph>
                    b
                <enumerated_list enumtype="lowerroman" prefix="" start="3" suffix=".">
                    <list_item>
                        <paragraph>
                            c
        """,
    )


def test_lists_of_other_things_than_items(convert: Convert) -> None:
    assert_tree(
        convert("<ul>a<li>b</li><ul><li>c</ul><p>d</ul><li>e"),
        """
        <bullet_list>
            <list_item>
                <paragraph>
                    a
            <list_item>
                <paragraph>
                    b
                <bullet_list>
                    <list_item>
                        <paragraph>
                            c
                <paragraph>
                    d
        <bullet_list>
            <list_item>
                <paragraph>
                    e
        """,
    )


def test_definitions(convert: Convert) -> None:
    assert_tree(
        convert("<dl>0<dt id=i>a <b>b</b><dt>c<dd>d<dd><p>e<dt>f</dt><div class=g><dt>h</div></dl><dd>j"),
        """
        <definition_list>
            <definition_list_item>
                <term>
                <definition>
                    <paragraph>
                        0
            <definition_list_item>
                <term ids="i">
                    a \n\
                    <strong>
                        b
                <term>
                    c
                <definition>
                    <paragraph>
                        d
                <definition>
                    <paragraph>
                        e
            <definition_list_item>
                <term>
                    f
            <definition_list_item classes="g">
                <term>
                    h
        <definition_list>
            <definition_list_item>
                <term>
                <definition>
                    <paragraph>
                        j
        """,
    )


@pytest.mark.parametrize(
    ("html", "language", "classes", "source"),
    [
        ("<pre>a\n b</pre>", "text", [], "a\n b"),
        ('<pre class="x"><code class="language-python y">a\n</code></pre>', "python", ["x", "y"], "a"),
        ('<pre class="lang-c">a</pre>', "c", [], "a"),
        ("<pre><code>a</code> b</pre>", "text", [], "a b"),
        ("<pre>a <b>b</b></pre>", "text", [], "<pre>a <b>b</b></pre>"),
        ("<pre></pre>", "text", [], ""),
    ],
)
def test_code(convert: Convert, html: str, language: str, classes: list[str], source: str) -> None:
    block = convert(html)[0]
    assert isinstance(block, nodes.literal_block)
    assert (block["language"], block["classes"], block.rawsource) == (language, classes, source)


def test_quotes_rules_and_figures(convert: Convert) -> None:
    assert_tree(
        convert(
            "<blockquote class=q>a</blockquote><hr><hr class=h>"
            "<figure class=f><figcaption>b <p>c</p></figcaption><img src=i.png></figure>"
            "<figure><pre>d</pre><figcaption>e</figcaption></figure>"
        ),
        """
        <block_quote classes="q">
            <paragraph>
                a
        <raw format="html" xml:space="preserve">
            <hr class="docutils" />
        <raw format="html" xml:space="preserve">
            <hr class="h">
        <figure classes="f">
            <image uri="i.png">
            <caption>
                b \n\
                c
        <raw format="html" xml:space="preserve">
            <figure>
        <literal_block language="text" xml:space="preserve">
            d
        <raw format="html" xml:space="preserve">
            <figcaption>
        <inline>
            e
        <raw format="html" xml:space="preserve">
            </figcaption>
        <raw format="latex" xml:space="preserve">
            \\par
        <raw format="html" xml:space="preserve">
            </figure>
        """,
    )


def test_details_are_converted_within(convert: Convert) -> None:
    document = convert(
        "<details open><summary>More <b>x</b></summary>see <a href=../page.html>p</a><h2>H</h2></details>"
    )
    assert [type(child) for child in document.children] == [
        *(nodes.raw, nodes.raw, nodes.inline, nodes.raw, nodes.raw),
        *(nodes.paragraph, nodes.rubric, nodes.raw),
    ]
    assert len(every(document, addnodes.pending_xref)) == 1


@pytest.mark.parametrize("html", ["<svg><path d='M0'></path></svg>", "<my-el>x</my-el>", "<video src=x></video>"])
def test_html_of_its_own_is_kept(convert: Convert, html: str) -> None:
    html = html.replace("'", '"').replace("=x", '="x"')
    block = convert(f"<p>a</p>{html}<p>b</p>")[1]
    assert isinstance(block, nodes.raw)
    assert block.astext().strip() == html
    for around in (f"<p>{html}", f"a {html}", f"<div>{html} a</div>", f"<a href=x>{html}</a>", f"{html}{html}"):
        document = convert(around)
        assert [type(child) for child in document.children] == [nodes.paragraph]
        assert html in document.astext()


def test_scripts_stand_between_blocks(convert: Convert) -> None:
    document = convert("<p>a</p><script>x < y</script>b<script>z</script>")
    assert [child.astext() for child in document.children] == [
        "a",
        "<script>x < y</script>\n",
        "b<script>z</script>",
    ]


def test_attributes_that_html_cannot_write_are_left_out(convert: Convert) -> None:
    assert convert("<video =x y=1><source =z></video>").astext().strip() == '<video y="1"><source></video>'


# Tables


def test_tables(convert: Convert) -> None:
    assert_tree(
        convert(
            "<table class=t id=i><caption>A <b>c</b></caption><colgroup><col></colgroup><tfoot><td colspan=2>f</tfoot>"
            "<tr class=r><th>1<th>2<tr><th class=h>a<td><p>b<ul><li>c</ul></table>"
        ),
        """
        <table classes="t" ids="i">
            <title>
                A \n\
                <strong>
                    c
            <tgroup cols="2">
                <colspec colwidth="4">
                <colspec colwidth="4">
                <thead>
                    <row classes="r">
                        <entry>
                            <paragraph>
                                1
                        <entry>
                            <paragraph>
                                2
                <tbody>
                    <row>
                        <entry classes="h head">
                            <paragraph>
                                a
                        <entry>
                            <paragraph>
                                b
                            <bullet_list>
                                <list_item>
                                    <paragraph>
                                        c
                    <row>
                        <entry morecols="1">
                            <paragraph>
                                f
        """,
    )


def test_a_first_column_of_headers(convert: Convert) -> None:
    columns = every(convert("<table><tr><th>a<td>b<tr><th>c<th>d</table>"), nodes.colspec)
    assert [column.get("stub") for column in columns] == [1, None]


def test_columns_are_as_wide_as_their_text(convert: Convert) -> None:
    columns = every(convert(f"<table><td>{'x' * 30}<td>日本日本<tr><td colspan=2>{'y' * 99}</table>"), nodes.colspec)
    assert [column["colwidth"] for column in columns] == [30, 8]
    columns = every(convert(f"<table><td>{'x' * 300}<td>{'x' * 400}<td>z</table>"), nodes.colspec)
    assert [column["colwidth"] for column in columns] == [29, 39, 4]


@pytest.mark.parametrize("html", ["<table></table>", "<table><tr></tr></table>", "<table><tbody></table>"])
def test_tables_without_cells_are_none(convert: Convert, html: str) -> None:
    assert tree(convert(html)) == ""
    document = convert(html.replace("<table>", "<table id=i><caption>c <b>d</b></caption>"))
    assert document.astext().strip() == "c d"
    assert "i" in document.ids


def test_tables_in_tables_keep_their_tags(convert: Convert) -> None:
    html = "<table><td>a<table class=x><caption>b</caption><thead><tr><th>c</table>d<td>e</table>"
    document = convert(html)
    assert len(every(document, nodes.table)) == 1
    assert len(every(document, nodes.entry)) == 2
    tags = [raw.astext().strip() for raw in every(document, nodes.raw) if raw["format"] == "html"]
    assert tags == [
        *('<table class="x">', "<caption>", "</caption>", "<thead>", "<tr>", "<th>"),
        *("</th>", "</tr>", "</thead>", "</table>"),
    ]


def test_what_stands_between_cells_is_kept(convert: Convert) -> None:
    document = convert("<table>a<tr><script>b</script><td>c</table>")
    assert every(document, nodes.entry)[0].astext() == "c"
    assert {"a", "<script>b</script>"} <= set(document.astext().split())


CELLS = st.tuples(st.sampled_from(["td", "th"]), st.integers(0, 4), st.integers(0, 4))
ROWS = st.lists(st.lists(CELLS, max_size=4), max_size=5)


def table_of(rows: list[list[tuple[str, int, int]]]) -> str:
    cells = (("".join(f"<{tag} colspan={cols} rowspan={high}>x" for tag, cols, high in row)) for row in rows)
    return "".join(f"<tr>{row}</tr>" for row in cells)


@given(head=ROWS, body=ROWS, foot=ROWS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_place_of_a_table_is_covered_once(convert: Convert, head: Any, body: Any, foot: Any) -> None:
    html = f"<table><thead>{table_of(head)}</thead>{table_of(body)}<tfoot>{table_of(foot)}</tfoot></table>"
    document = convert(html)
    assert document.astext().split() == ["x"] * sum(map(len, head + body + foot))
    for group in document.findall(nodes.tgroup):
        for part in (*group.findall(nodes.thead), *group.findall(nodes.tbody)):
            assert_covered(part, group["cols"])


def assert_covered(part: nodes.Element, columns: int) -> None:
    reaching = [0] * columns
    for row in part.children:
        assert isinstance(row, nodes.row)
        entries = iter(row.children)
        while 0 in reaching:
            entry = next(entries)
            assert isinstance(entry, nodes.entry)
            start, width = reaching.index(0), entry.get("morecols", 0) + 1
            assert reaching[start : start + width] == [0] * width
            reaching[start : start + width] = [entry.get("morerows", 0) + 1] * width
        assert next(entries, None) is None
        reaching = [rows - 1 for rows in reaching]
    assert not any(reaching)


# The head of a page


def test_descriptions_and_keywords(convert: Convert) -> None:
    document = convert(
        "<!doctype html><html><head><meta charset=utf-8><meta name=Description content='What it is'>"
        "<meta name=keywords content='a, b'><meta name=viewport content=x>"
        "<style>body{}</style></head><body>x</body></html>"
    )
    assert_tree(
        document,
        """
        <meta content="What it is" name="description">
        <meta content="a, b" name="keywords">
        <paragraph>
            x
        """,
    )


def test_the_head_of_a_fragment_is_the_parser_s(convert: Convert) -> None:
    assert convert("<style>p{}</style><p>x").astext().split() == ["<style>p{}</style>", "x"]
    assert convert("<head><style>p{}</style></head><p>x").astext() == "x"
    assert convert("<frameset><frame src=x></frameset>").astext().startswith('<frameset><frame src="x">')


# Links and files


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("data.csv", "/blog/data.csv"),
        ("./data.csv?x=1#y", "/blog/data.csv"),
        ("/blog/data.csv", "/blog/data.csv"),
        ("../a%20b.txt", "/a b.txt"),
        ("../conf.py", "/conf.py"),
    ],
)
def test_files_are_downloads(convert: Convert, href: str, target: str) -> None:
    links = every(convert(f'<a href="{href}" class=c id=i>x <b>y</b></a>'), addnodes.download_reference)
    assert [(link["reftarget"], link.astext(), link["classes"], link["ids"]) for link in links] == [
        (target, "x y", ["c"], ["i"])
    ]


@pytest.mark.parametrize(
    "href",
    [
        "second.html",
        "../page.html#x",
        "/v1.2.html",
        "no.csv",
        "..",
        "../../conf.py",
        "x\0y",
        "a" * 5000,
        "%00",
        "blog/",
    ],
)
def test_other_links_wait_for_all_pages(convert: Convert, href: str) -> None:
    (link,) = every(convert(f'<a href="{href}" title=t>x <b>y</b></a>'), addnodes.pending_xref)
    assert (link["reftype"], link["refdoc"]) == ("pronghorn-link", "blog/first")
    assert (link["refdomain"], link["reftitle"]) == ("", "t")
    assert link["refwarn"]
    assert link["refexplicit"]
    assert len(link.children) == 1
    assert link.astext() == "x y"


def test_lines_of_the_source(convert: Convert) -> None:
    html = "<h1>A</h1>\n<ul>\n<li>\n<a href=x>b</a>\n</ul>\n<table>\n<td>\n<img src=x.png>\n</table>"
    document = convert(html)
    kinds = (nodes.section, nodes.bullet_list, nodes.list_item, addnodes.pending_xref, nodes.entry, nodes.image)
    assert [every(document, kind)[0].line for kind in kinds] == [1, 2, 3, 4, 7, 8]
    assert {node.source for node in every(document, addnodes.pending_xref)} == {"first.html"}
    assert {node.line for node in every(convert(html, has_lines=False), nodes.Element)} == {None}


# Anything at all


WEIRD = {
    "nothing": "",
    "blank": " \n ",
    "nul": "\0<p\0>w1\0</p>",
    "unclosed": "<p>w1<b>w2<table><td>w3<ul><li>w4",
    "closed only": "</p></div></table></a>w1",
    "nested anchors": "<a href=x>w1<a href=y>w2<table><td><a href=z>w3",
    "misnested": "<b>w1<p>w2</b>w3</p><i><div>w4</i>w5",
    "table soup": "<td>w1</td><table>w2<tr>w3<td>w4<tr><caption>w5</caption><caption>w6</table>",
    "headings anywhere": "<table><td><h1>w1</h1></table><ul><li><h2>w2</ul><div><div><h3>w3</div>w4<h1><h2>w5<h3>w6",
    "text in lists": "<ul>w1<ol>w2<dl>w3<dt>w4<dd>w5<blockquote>w6",
    "lone parts": "<li>w1<dt>w2<dd>w3<figcaption>w4<summary>w5<legend>w6<caption>w7<tr><td>w8",
    "figure soup": "<figure><figcaption>w1<figcaption>w2<figure><img src=x.png>w3",
    "title soup": "<h1><ul><li>w1</ul><table><td>w2</table><pre>w3</pre><details>w4<svg><text>w5",
    "term soup": "<dl><dt><h2>w1</h2><ul><li>w2</ul><table><td>w3</table><hr>w4<details><summary>w5<font><p>w6",
    "code soup": "<pre><h1>w1</h1><ul><li>w2</ul><code>w3</code><a href=x>w4</a><svg></svg><hr>w5",
    "select": "<select><option>w1<option>w2</select><button>w3</button><textarea>w4</textarea><input>w5",
    "repeated ids": "<p id=x>w1<a name=x></a><a id=x>w2</a><ul id=x></ul><h2 id=x>w3</h2>",
    "plain": "w1<plaintext>w2<b>",
    "unclosed comment": "w1<!-- hidden",
    "processing": "<?php x ?>w1<![CDATA[ hidden ]]>w2",
    "entities": "&#0;&#xD800;&nosuch;&lt;w1&#x110000;",
    "control": "w1\x01\x1f\x7f\u2028\ufeffw2",
    "doctype": "<!doctype x><!doctype y>w1<body class=a><body id=b>w2<html lang=x>",
    "math": "<math><mi>w1</mi><annotation-xml encoding='text/html'><p>w2</p></annotation-xml></math>",
    "foreign": "<svg><foreignObject><h1>w1</h1></foreignObject><desc>w2</desc></svg>w3",
    "bad attributes": "<p =a \"b'c <d=e id='' class='  ' id=x>w1<ol start=-5 type=q><li value=x>w2",
    "spans": "<table><td colspan=99999999 rowspan=99999999>w1<tr><td rowspan=0>w2<td>w3</table>",
}


@pytest.mark.parametrize("html", WEIRD.values(), ids=WEIRD.keys())
def test_any_text_is_a_page(convert: Convert, html: str) -> None:
    document = convert(html)
    assert_sound(document)
    words = set(re.findall(r"w\d", html))
    assert words == {word for word in words if word in document.astext()}


@pytest.mark.parametrize(
    "tag",
    [
        *("div", "div class=x", "ul><li", "dl><dd", "blockquote", "span class=x", "b", "font", "details", "svg", "pre"),
        *("a href=x", "h1", "section class=x><p>y<h2>z</h2", "span class=x><div", "table><tr><td", "my-el"),
    ],
)
def test_deep_pages(convert: Convert, tag: str) -> None:
    document = convert(f"<{tag}>" * (10_000 if tag.startswith("div") else 2_000) + "word")
    assert "word" in document.astext()
    assert depth_of(document) <= MAX_DEPTH + 5
    pickle.dumps(document.children)
    document.children[0].deepcopy()


def depth_of(document: nodes.document) -> int:
    deepest, level = 0, list[nodes.Node](document.children)
    while level:
        deepest += 1
        level = [child for node in level for child in node.children]
    return deepest


BLOCKS = (nodes.Body, nodes.section, nodes.title, nodes.list_item, nodes.definition_list_item, nodes.entry)


def assert_sound(document: nodes.document) -> None:
    """Check what Sphinx and docutils take for granted of a document."""
    ids = [identifier for node in document.findall(nodes.Element) for identifier in node["ids"]]
    assert len(ids) == len(set(ids))
    assert all(identifier in document.ids for identifier in ids)
    for node in document.findall(nodes.Element):
        if isinstance(node, nodes.section):
            assert isinstance(node.parent, (nodes.document, nodes.section))
            assert isinstance(node.children[0], nodes.title)
            assert node["ids"]
        if isinstance(node.parent, (nodes.bullet_list, nodes.enumerated_list)):
            assert isinstance(node, nodes.list_item)
        if isinstance(node.parent, nodes.TextElement):
            assert isinstance(node, nodes.Inline), node
        if isinstance(node, addnodes.pending_xref):
            assert len(node.children) == 1
        if isinstance(node, nodes.target):
            assert node["ids"]
        if isinstance(node, (nodes.bullet_list, nodes.definition_list, nodes.block_quote, nodes.definition_list_item)):
            assert node.children
        assert all(child.parent is node for child in node.children)


TAGS = names(
    "a a b i code kbd span span sub q mark abbr font time div div section article header main nav p p p h1 h2 h3 h4 "
    "ul ol li li dl dt dd blockquote pre table table caption thead tbody tfoot tr td th figure figcaption details "
    "summary form fieldset legend svg math video button my-el center body html picture label ruby address noscript"
)
# None that may hold something within <svg>: JustHTML would not write what is in it.
VOIDS = ["<br>", "<hr>", "<img src=x.png>", "<img src=x.png alt=y width=3>", "<script>s</script>"]
ATTRIBUTES = [
    *("", "", "", " id=i", " id=j", " class=c", " class='d e' id=k", " href=page.html", " href=#i", " name=n"),
    *(" style=s", " colspan=2", " rowspan=2", " start=4", " href=https://x", " href=data.csv title=t", " open"),
]


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Return HTML with numbered words in it; half of it is well nested."""
    words = (f" w{number}w " for number in count())
    parts: list[str] = []
    opened: list[str] = []
    for kind in draw(
        st.lists(st.sampled_from(["open", "open", "close", "word", "word", "void", "cross"]), max_size=40)
    ):
        if kind == "open":
            opened.append(draw(st.sampled_from(TAGS)))
            parts.append(f"<{opened[-1]}{draw(st.sampled_from(ATTRIBUTES))}>")
        elif kind == "close" and opened:
            parts.append(f"</{opened.pop()}>")
        elif kind == "cross" and opened:
            parts.append(f"</{draw(st.sampled_from(opened))}>")
        elif kind == "void":
            parts.append(draw(st.sampled_from(VOIDS)))
        else:
            parts.append(next(words))
    return "".join(parts)


@given(html=pages())
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_word_is_lost(convert: Convert, html: str) -> None:
    document = convert(html)
    assert_sound(document)
    assert set(re.findall(r"w\d+w", html)) <= set(re.findall(r"w\d+w", document.astext()))


# Builds


SITE: dict[str, str | bytes] = {
    "conf.py": CONF,
    "index.rst": """\
        Home
        ====

        .. toctree::

           page
           blog/first
           blog/second

        See :doc:`page`.
        """,
    "page.html": """\
        <!doctype html>
        <html><head><title>Browser title</title><meta name="description" content="Zebra page"></head>
        <body>
        <header class="hero"><h1>The <em>page</em></h1></header>
        <h2 id="use">Using it</h2>
        <p>Quokka "text" <a href="blog/first.html#deep">deep</a>.</p>
        <h4>Below</h4>
        <details><summary>Wombat</summary><p>Numbat</p></details>
        <svg><text>Bilby</text></svg>
        <pre>plain</pre><pre>with <b>bold</b></pre>
        <table><caption>Cap</caption><tr><th>a<th>b<tr><td>c<td>A cell of several words</table>
        <dl><dt>t<dd>d</dl><hr>
        <p><img src="pixel.png" alt="Dot" width="20"><a href="data/x.csv">Data</a></p>
        </body></html>
        """,
    "blog/first.html": """\
        <h1>First</h1>
        <p><a href="second">by name</a>, <a href="/blog/second.html">by path</a>, <a href="../page/">by address</a>,
        <a href="../page.html#use" class="k" target="_blank">part</a>, <a href="../index.rst">source</a>,
        <a href="second/index.html">file</a>, <a href="/">home</a>, <a href="page">from the root</a>,
        <a href="../genindex.html">index</a>, <a href="/search.html">search</a>, <a href="first.html#deep">here</a>,
        <a href="#deep">down</a>, <a href="https://example.org">out</a></p>
        <h2 id="deep">Deep</h2>
        """,
    "blog/second.html": '<h1>Second</h1><figure id="fig"><img src="../pixel.png"><figcaption>Dot</figcaption></figure>',
    "pixel.png": PIXEL,
    "data/x.csv": "1,2\n",
}


def build(site: Site, builder: str = "html", **config: object) -> tuple[Path, str]:
    """Build in this process; return the folder of the output, and the warnings."""
    warnings = StringIO()
    with site.app(builder, warnings=warnings, into=f"build-{builder}", **config) as app:
        app.build()
        return Path(app.outdir), re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue())


def links_in(html: str) -> dict[str, str]:
    """The targets of the links of a page's own text, by what a reader clicks on."""
    main = html.partition('role="main"')[2].partition('class="sphinxsidebar"')[0]
    return {text: href for href, text in re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(?:<span>)?([^<]+)', main)}


@pytest.mark.parametrize(
    "builder", ["html", "dirhtml", "singlehtml", "text", "latex", "man", "texinfo", "xml", "gettext", "json"]
)
def test_a_clean_site_builds_without_warnings(make_site: MakeSite, builder: str) -> None:
    outdir, warnings = build(make_site(SITE), builder)
    assert warnings == ""
    if builder == "text":
        text = (outdir / "page.txt").read_text(encoding="utf-8")
        assert all(
            word in text
            for word in ("The *page*", 'Quokka "text" deep', "Wombat", "Numbat", "| A cell of several words |")
        )


@pytest.mark.parametrize(
    ("builder", "pages"),
    [
        ("html", {"page": "page.html", "first": "blog/first.html"}),
        ("dirhtml", {"page": "page/index.html", "first": "blog/first/index.html"}),
    ],
)
def test_pages_of_a_site(make_site: MakeSite, builder: str, pages: dict[str, str]) -> None:
    outdir, warnings = build(make_site(SITE), builder)
    assert warnings == ""
    page, first, home = ((outdir / name).read_text(encoding="utf-8") for name in (*pages.values(), "index.html"))
    assert "<title>The page" in page
    assert '<meta content="Zebra page" name="description" />' in page
    assert '<section id="use">' in page
    assert "<details>" in page
    assert re.search(r"<pre[^>]*>with <strong>bold</strong></pre>", page)
    assert page.count('<div class="highlight">') == 1
    assert (outdir / "_images/pixel.png").read_bytes() == PIXEL
    assert re.search(r'<img alt="Dot" [^>]*src="(\.\./)?_images/pixel.png"', page)
    assert re.search(r'href="(\.\./)?_downloads/\w+/x.csv">Data</a>', page)
    assert list(outdir.glob("_downloads/*/x.csv"))
    prefix, second = ("../page.html", "second.html") if builder == "html" else ("../../page/", "../second/")
    assert links_in(first) == {
        "by name": second,
        "by path": second,
        "by address": prefix,
        "part": f"{prefix}#use",
        "source": "../index.html" if builder == "html" else "../../",
        "file": second,
        "home": "../index.html" if builder == "html" else "../../",
        "from the root": prefix,
        "index": "../genindex.html" if builder == "html" else "../../genindex/",
        "search": "../search.html" if builder == "html" else "../../search/",
        "here": "#deep",
        "down": "#deep",
        "out": "https://example.org",
        "¶": "#deep",
    }
    assert 'class="k reference internal"' in first
    assert 'target="_blank"' in first
    for entry in ("The <em>page</em>", "Using it", "Below", "First", "Deep", "Second"):
        assert re.search(rf'<li class="toctree-l\d"><a class="reference internal" href="[^"]+">{entry}</a>', home)


def test_words_are_in_the_search_index(make_site: MakeSite) -> None:
    outdir, _ = build(make_site(SITE))
    index = json.loads((outdir / "searchindex.js").read_text(encoding="utf-8").partition("(")[2].rstrip(")"))
    page = index["docnames"].index("page")
    assert all(index["terms"][word] == page for word in ("quokka", "wombat", "numbat", "bilbi"))
    assert index["alltitles"]["Using it"] == [[page, "use"]]
    assert re.sub("<[^>]+>", "", index["titles"][page]) == "The page"


def test_parallel_builds_are_the_same(make_site: MakeSite) -> None:
    more = {f"more/{number}.html": f"<h1>{number}</h1><a href=../page.html>x</a>" for number in range(12)}
    site = make_site({**SITE, **more, "conf.py": CONF + "suppress_warnings = ['toc.not_included']\n"})
    serial = site.build(warnings_are_errors=True, into="serial")
    parallel = site.build(warnings_are_errors=True, jobs=2, into="parallel")
    assert (serial.exit_code, parallel.exit_code) == (0, 0), serial.warnings + parallel.warnings
    assert_same_output(serial, parallel)


def test_broken_links_name_their_place(make_site: MakeSite) -> None:
    site = make_site({"conf.py": CONF, "index.html": "<h1>x</h1>\n<p>y\n<a href='x.html#y'>z</a>\n<img src=no.png>"})
    outdir, warnings = build(site, show_warning_types=True)
    file = site.source / "index.html"
    link, image = sorted(warnings.splitlines(), key=lambda line: "image" in line)
    assert link == (
        f"{file}:3: WARNING: link to 'x.html#y' in index: no page and no file of that name [pronghorn.link]"
    )
    assert image.startswith(f"{file}:4: WARNING: image file not readable: no.png")
    assert "<span>z</span>" in (outdir / "index.html").read_text(encoding="utf-8")


def test_broken_links_can_be_suppressed(make_site: MakeSite) -> None:
    site = make_site({"conf.py": CONF, "index.html": "<h1>x</h1><a href=x>y</a><p id=i><p id=i>"})
    assert build(site, suppress_warnings=["pronghorn"])[1] == ""


def test_repeated_ids_are_told(make_site: MakeSite) -> None:
    site = make_site({"conf.py": CONF, "index.html": "<h1>x</h1>\n<p id=i>\n<p id=i>\n<a id=j name=j>y<p>z</a>"})
    outdir, warnings = build(site, show_warning_types=True)
    file = site.source / "index.html"
    assert warnings == f"{file}:3: WARNING: the id 'i' is there twice; links lead to the first [pronghorn.html]\n"
    assert (outdir / "index.html").read_text(encoding="utf-8").count('id="i"') == 1


def test_a_page_that_comes_later_is_found(make_site: MakeSite) -> None:
    site = make_site({"conf.py": CONF, "index.html": "<h1>x</h1><a href=new.html>y</a>"})
    with site.app() as app:
        app.build()
        site.write("new.html", "<h1>New</h1>")
        site.write("index.html", "<h1>x</h1><a href=new.html>y</a>!")
        app.builder.build_all()
        assert links_in((Path(app.outdir) / "index.html").read_text(encoding="utf-8"))["y"] == "new.html"


def test_pages_are_found_by_urls_of_their_own(make_site: MakeSite) -> None:
    conf = CONF.replace("LinkResolver()", "LinkResolver({'index': '', 'blog/first': '2026/hello/'}.get)")
    home = '<h1>x</h1><a href="2026/hello/index.html">a</a><a href="/2026/hello">b</a><a href="blog/first.html">c</a>'
    first = '<h1>y</h1><a href="../../">d</a><a href="../hello/">e</a><a href="nothing">f</a>'
    site = make_site({"conf.py": conf, "index.html": home, "blog/first.html": first})
    for builder in ("html", "text"):
        _, warnings = build(site, builder, suppress_warnings=["toc"])
        assert [line.partition("WARNING: ")[2] for line in warnings.splitlines()] == [
            "link to 'nothing' in blog/first: no page and no file of that name [pronghorn.link]"
        ]


def test_books_have_no_index_page_to_link_to(make_site: MakeSite) -> None:
    site = make_site(
        {"conf.py": CONF, "index.html": "<h1>x</h1><a href=genindex.html>y</a><a href=py-modindex.html>z</a>"}
    )
    outdir, warnings = build(site, "text")
    assert warnings == ""
    assert "yz" in (outdir / "index.txt").read_text(encoding="utf-8")


def test_additional_pages_can_be_linked_to(make_site: MakeSite) -> None:
    pages = "html_additional_pages = {'about': 'page.html'}\n"
    home = "<h1>x</h1><a href=about.html>y</a><a href=modindex.html>z</a>"
    outdir, warnings = build(make_site({"conf.py": CONF + pages, "index.html": home}))
    assert warnings == ""
    links = links_in((outdir / "index.html").read_text(encoding="utf-8"))
    assert (links["y"], links["z"]) == ("about.html", "py-modindex.html")


def test_links_of_others_are_left_alone(make_site: MakeSite) -> None:
    resolver = LinkResolver()
    with make_site({"conf.py": CONF, "index.html": "<h1>x</h1>"}).app() as app:
        node = addnodes.pending_xref(reftype="doc", reftarget="x", refdoc="index")
        assert resolver.resolve_link(app, app.env, node, nodes.inline()) is None
        assert resolver.warn_of_link(app, None, node) is None


def test_no_builder_fails_on_anything(make_site: MakeSite) -> None:
    """Soup and tables of all shapes, through the writers that are picky."""
    chance = random.Random(7)
    files: dict[str, str | bytes] = {"conf.py": CONF + "html_theme = 'basic'\nroot_doc = 'soup-0'\n"}
    for number, html in enumerate(WEIRD.values()):
        files[f"soup-{number}.html"] = f"<h1>Soup</h1>{html}"
    for number in range(40):
        rows = [
            [
                (chance.choice(["td", "th"]), chance.randint(1, 3), chance.randint(0, 3))
                for _ in range(chance.randint(0, 4))
            ]
            for _ in range(chance.randint(0, 5))
        ]
        head = f"<thead>{table_of(rows[:1])}</thead>" if chance.random() < 0.4 else ""
        files[f"table-{number}.html"] = f"<h1>Table</h1><table>{head}{table_of(rows)}</table>"
    for number, tag in enumerate(("ul><li", "blockquote", "div class=x", "table><td", "b")):
        files[f"deep-{number}.html"] = "<h1>Deep</h1>" + f"<{tag}>" * 500 + "word"
    site = make_site(files)
    for builder in ("html", "text", "latex", "xml"):
        documents = [("soup-0", "x.tex", "T", "A", "manual")]
        _, warnings = build(site, builder, latex_documents=documents, suppress_warnings=["toc", "pronghorn", "image"])
        assert warnings == "", builder
