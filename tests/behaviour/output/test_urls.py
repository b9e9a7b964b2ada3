"""URLs of pages: what a plugin gives holds in every place where a page is written, linked or listed."""

from pathlib import Path

import pytest
from sphinx.util.inventory import InventoryFile

from tests.conftest import MakeSite
from tests.support import Result, assert_same_output
from tests.support.quick import Built, build, build_cleanly, dead_links, links_of, plugin, small_site

# Files whose URLs a plugin gives, each with the URL and the file it must then be written to.
MOVED = {
    "guide/install": ("get/started", "get/started/index.html"),
    "guide/index": ("guide", "guide/index.html"),
    "about": ("info/about.html", "info/about.html"),
    "api": ("reference/v1.2", "reference/v1.2/index.html"),
    "über": ("grün/日本", "grün/日本/index.html"),
    "custom": ("my notes/custom", "my notes/custom/index.html"),
}
MOVE = f"""
URLS = { {docname: url for docname, (url, _) in MOVED.items()}!r}

def docname(path):
    return f"{{path.reldirname}}/{{path.filebase}}".lstrip("/")

def deduce_url(path):
    return URLS[docname(path)]

def read(page):
    if page.source.ext == "myft":
        return Content("rst", page.source.read_text())
    return Metadata()
"""
MOVE_REGISTER = (
    "site.readers.register_reader(deduce_url=deduce_url, condition=lambda path: docname(path) in URLS)",
    "site.readers.register_reader(condition=lambda path: path.ext == 'myft', read=read)",
)
FILES: dict[str, str | bytes] = {
    "index.rst": """\
        Home
        ====

        .. toctree::

           guide/index
           about
           api
           über
           custom
           plain

        :doc:`guide/install` :ref:`spot` :py:func:`web.fetch` :doc:`custom` :any:`custom-label` :download:`data.txt`
        """,
    "guide/index.rst": "Guide\n=====\n\n.. toctree::\n\n   install\n\n:doc:`/about` :doc:`/index`\n",
    "guide/install.rst": "Install\n=======\n\n.. _spot:\n\nSpot\n----\n\n:py:func:`web.fetch` :doc:`/plain`\n",
    "about.rst": "About\n=====\n\n.. index:: aboutness\n\n.. image:: pic.gif\n\n:doc:`api` :ref:`spot`\n",
    "api.rst": "API\n===\n\n.. py:module:: web\n\n.. py:function:: fetch(url)\n\n   Fetches.\n\n:doc:`guide/index`\n",
    "über.rst": "Über\n====\n\n:doc:`about` :any:`custom-label`\n",
    "custom.myft": "Custom\n======\n\n.. _custom-label:\n\nPart\n----\n\n:doc:`guide/install` :doc:`plain`\n",
    "plain.rst": "Plain\n=====\n\n:doc:`custom` :doc:`über`\n",
    "data.txt": "data\n",
    "pic.gif": bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"),
    "plugins/move.py": plugin(MOVE, *MOVE_REGISTER),
}


def _with_default_urls() -> dict[str, str | bytes]:
    return {**FILES, "plugins/move.py": plugin(MOVE, MOVE_REGISTER[1])}


def _objects(result: Result) -> dict[str, str]:
    """Return the address of each object in the inventory, by domain, role and name."""
    data = (result.outdir / "objects.inv").read_bytes()
    inventory = InventoryFile.loads(data, uri="").data
    return {f"{role} {name}": item.uri for role, items in inventory.items() for name, item in items.items()}


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a6_url_holds_everywhere(make_site: MakeSite, builder: str) -> None:
    built = build_cleanly(make_site(FILES, "nitpicky = True"), builder)
    for docname, (url, file) in MOVED.items():
        assert built.exists(file), docname
        assert built.urls[docname] == (url if url.endswith(".html") else url + "/")
    for stock in ("guide/install.html", "about.html", "api.html", "custom.html", "guide/install/index.html"):
        assert not built.exists(stock)
    assert dead_links(built) == []
    reached = {link.target for path in built.outdir.rglob("*.html") for link in links_of(built, _name(built, path))}
    assert {file for _, file in MOVED.values()} <= reached
    assert not any(link.href.endswith("/index.html") for link in links_of(built, "index.html"))


def _name(result: Result, path: Path) -> str:
    return path.relative_to(result.outdir).as_posix()


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a6_url_holds_in_each_kind_of_link(make_site: MakeSite, builder: str) -> None:
    built = build_cleanly(make_site(FILES), builder)
    home = {link.text: link.target for link in links_of(built, "index.html")}
    assert home["Install"] == "get/started/index.html"
    assert home["Spot"] == "get/started/index.html"
    assert home["web.fetch()"] == "reference/v1.2/index.html"
    assert home["Über"] == "grün/日本/index.html"
    assert home["Custom"] == home["Part"] == "my notes/custom/index.html"
    hrefs = {link.href for link in links_of(built, "index.html")}
    assert {
        "reference/v1.2/#web.fetch",
        "gr%C3%BCn/%E6%97%A5%E6%9C%AC/",
        "my%20notes/custom/",
        "get/started/#spot",
    } <= hrefs
    deep = {link.text: link.href for link in links_of(built, "grün/日本/index.html")}
    assert deep["About"] == "../../info/about.html"
    assert deep["Part"] == "../../my%20notes/custom/#custom-label"


def test_a6_url_holds_in_pages_of_sphinx_itself(make_site: MakeSite) -> None:
    built = build_cleanly(make_site(FILES))
    index = {link.text: link.href for link in links_of(built, "genindex.html")}
    assert index["aboutness"] == "info/about.html#index-0"
    assert index["fetch() (in module web)"] == "reference/v1.2/#web.fetch"
    modules = {link.text: link.href for link in links_of(built, "py-modindex.html")}
    assert modules["web"] == "reference/v1.2/#module-web"
    assert 'href="../genindex.html"' in built.read("info/about.html")


def test_a6_url_holds_for_pathto_in_templates(make_site: MakeSite) -> None:
    template = (
        "{{ pathto('guide/install') }} | {{ pathto('about') }} | {{ pathto('index') }} | {{ pathto('x.css', 1) }}"
    )
    files = {**FILES, "_templates/page.html": template}
    built = build_cleanly(make_site(files, 'templates_path = ["_templates"]'))
    assert built.read("index.html") == "get/started/ | info/about.html | # | x.css"
    assert built.read("reference/v1.2/index.html") == (
        "../../get/started/ | ../../info/about.html | ../../index.html | ../../x.css"
    )
    assert built.read("info/about.html") == "../get/started/ | # | ../index.html | ../x.css"


def test_a6_url_holds_for_previous_next_and_parents(make_site: MakeSite) -> None:
    template = (
        "{{ prev.link if prev }} {{ next.link if next }} {% for p in parents %}{{ p.link }} {% endfor %}"
        "{{ content_root }} {{ pageurl }} {{ page.url }}"
    )
    files = {**FILES, "_templates/page.html": template}
    conf = 'templates_path = ["_templates"]\nhtml_baseurl = "https://docs.example/x/"'
    built = build_cleanly(make_site(files, conf))
    assert built.read("get/started/index.html").split() == [
        "../../guide/", "../../info/about.html", "../../guide/", "../../", "https://docs.example/x/get/started/",
        "get/started/",
    ]  # fmt: skip


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a6_builder_answers_with_the_url(make_site: MakeSite, builder: str) -> None:
    site = make_site(FILES)
    with site.app(builder) as app:
        app.build()
        assert app.builder.get_target_uri("guide/install") == "get/started/"
        assert app.builder.get_target_uri("about") == "info/about.html"
        assert app.builder.get_target_uri("über") == "gr%C3%BCn/%E6%97%A5%E6%9C%AC/"
        assert app.builder.get_relative_uri("about", "api") == "../reference/v1.2/"
        assert app.builder.get_relative_uri("guide/install", "guide/install") == ""
        outfile = Path(app.builder.get_output_path("guide/install"))  # type: ignore[attr-defined]
        assert outfile == Path(app.outdir, "get/started/index.html")


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a6_url_holds_in_the_inventory_of_another_project(make_site: MakeSite, builder: str) -> None:
    first = build_cleanly(make_site(FILES), builder)
    objects = _objects(first)
    assert objects["std:doc guide/install"] == "get/started/"
    assert objects["py:function web.fetch"] == "reference/v1.2/#web.fetch"
    assert objects["std:label spot"] == "get/started/#spot"
    text = (
        "Home\n====\n\n:py:func:`web.fetch` :external+first:doc:`about` :external+first:ref:`spot` :doc:`first:über`\n"
    )
    conf = f"""
        extensions.append("sphinx.ext.intersphinx")
        intersphinx_mapping = {{"first": ({first.outdir.as_uri()!r}, {str(first.outdir / "objects.inv")!r})}}
        nitpicky = True
    """
    second = build_cleanly(make_site({"index.rst": text}, conf))
    hrefs = [link.href for link in links_of(second, "index.html") if link.href.startswith("file:")]
    assert len(hrefs) == 4
    for href in hrefs:
        path = Path.from_uri(href.partition("#")[0]) if hasattr(Path, "from_uri") else _path_of(href)
        file = path / "index.html" if href.partition("#")[0].endswith("/") else path
        assert file.is_file(), href


def _path_of(href: str) -> Path:
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415 - for Python before 3.13 only

    return Path(unquote(urlsplit(href).path))


@pytest.mark.parametrize(
    "builder", ["singlehtml", "epub", "text", "latex", "json", "htmlhelp", "xml", "gettext", "man"]
)
def test_a6_builders_without_urls_of_their_own_stay_as_they_are(
    make_site: MakeSite, builder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    conf = 'version = release = "1"\nepub_copyright = "c"\nepub_show_urls = "no"\n'
    outputs = []
    for files in (FILES, _with_default_urls()):
        built = build(make_site(files, conf), builder)
        assert built.exit_code == 0
        # An archive holds times of files; what it packs is compared. The environment is not part of the site.
        for own in (*built.outdir.glob("*.epub"), *built.outdir.glob("environment.pickle")):
            own.unlink()
        outputs.append(built)
    text = b"".join(path.read_bytes() for path in outputs[0].outdir.rglob("*") if path.is_file())
    assert builder in {"man", "htmlhelp"} or "Über".encode() in text or b"\\u00dcber" in text
    _mask_sources(outputs)
    assert_same_output(*outputs)


def _mask_sources(outputs: list[Built]) -> None:
    """Replace the name of each site's folder, which some builders write down."""
    for built in outputs:
        source = str(built.site.srcdir.parent).encode()
        for path in built.outdir.rglob("*"):
            if path.is_file() and source in (data := path.read_bytes()):
                path.write_bytes(data.replace(source, b"SOURCE"))


def test_a6_home_page_may_be_any_page(make_site: MakeSite) -> None:
    code = "def where(path):\n    return '' if path.filebase == 'start' else 'old/' + path.filebase\n"
    files: dict[str, str | bytes] = {
        "index.md": "# Index\n\n```{toctree}\nstart\n```\n",
        "start.md": "# Start\n\n{doc}`index`\n",
        "plugins/p.py": plugin(
            code, "site.readers.register_reader(deduce_url=where, condition=lambda path: path.ext == 'md')"
        ),
    }
    for builder in ("html", "dirhtml"):
        built = build_cleanly(make_site(files), builder)
        assert built.urls == {"index": "old/index/", "start": ""}
        assert "<h1>Start" in built.read("index.html")
        assert "<h1>Index" in built.read("old/index/index.html")
        assert not dead_links(built)


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a6_link_suffix_of_files_stays_in_both_builders(make_site: MakeSite, builder: str) -> None:
    code = "def where(path):\n    return path.filebase + '.html'\n"
    files: dict[str, str | bytes] = {
        "index.md": "# Home\n\n```{toctree}\nabout\n```\n",
        "about.md": "# About\n\n{doc}`index`\n",
        "plugins/p.py": plugin(
            code, "site.readers.register_reader(deduce_url=where, condition=lambda path: path.filebase == 'about')"
        ),
    }
    built = build_cleanly(make_site(files), builder)
    assert built.urls["about"] == "about.html"
    assert "About" in built.read("about.html")
    assert 'href="about.html"' in built.read("index.html")
    assert not dead_links(built)


def test_a6_html_file_suffix_of_the_site_is_used(make_site: MakeSite) -> None:
    built = build_cleanly(make_site(FILES, 'html_file_suffix = ".xhtml"'))
    assert built.exists("get/started/index.xhtml")
    assert built.exists("info/about.html")
    assert built.urls["plain"] == "plain.xhtml"
    home = {link.text: link.href for link in links_of(built, "index.xhtml")}
    assert home["Install"] == "get/started/"
    assert home["Plain"] == "plain.xhtml"


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a6_two_pages_on_one_url_are_an_error_naming_both(make_site: MakeSite, builder: str) -> None:
    files: dict[str, str | bytes] = {
        "index.md": "# Home\n\n```{toctree}\none\ntwo\n```\n",
        "one.md": "# One\n",
        "two.rst": "Two\n===\n",
        "plugins/p.py": plugin(
            "",
            "site.readers.register_reader(deduce_url=lambda path: 'same', condition=lambda p: p.filebase != 'index')",
        ),
    }
    result = make_site(files).build(builder)
    assert result.exit_code == 1
    line = next(line for line in result.warnings.splitlines() if "ERROR" in line)
    assert "'two.rst' and 'one.md' have the same URL: both would be written to 'same/index.html'" in line
    assert "'two.rst' keeps its default URL" in line
    assert "plugin 'p': `register_plugin.<locals>.<lambda>` (plugins/p.py:6)" in line
    assert "[pronghorn.url]" in line
    assert "/two.rst" in line.split("ERROR")[0]
    assert "<h1>One" in result.read("same/index.html")
    assert "<h1>Two" in result.read("two.html" if builder == "html" else "two/index.html")
    assert not dead_links(result)


@pytest.mark.parametrize(
    ("url", "name"), [("search.html", "search"), ("genindex.html", "genindex"), ("py-modindex.html", "py-modindex")]
)
def test_a6_page_on_a_page_of_sphinx_is_an_error_naming_both(make_site: MakeSite, url: str, name: str) -> None:
    files: dict[str, str | bytes] = {
        **small_site(
            "",
            f"site.readers.register_reader(deduce_url=lambda path: {url!r}, condition=lambda p: p.filebase == 'find')",
        ),
        "find.md": "---\norphan: 1\n---\n# Find\n",
    }
    built = build(make_site(files))
    assert built.exit_code == 1
    assert (
        f"'find.md' and Sphinx's own page '{name}' have the same URL: both would be written to '{url}'"
        in built.warnings
    )
    assert "<h1>Find" in built.read("find.html")
    assert built.urls["find"] == "find.html"
    assert url == "py-modindex.html" or "<h1>Find" not in built.read(url)


def test_a6_page_on_the_default_url_of_another_gives_way(make_site: MakeSite) -> None:
    files: dict[str, str | bytes] = {
        "index.md": "# Home\n\n```{toctree}\na\nz\n```\n",
        "a.md": "# A\n",
        "z.md": "# Z\n",
        "plugins/p.py": plugin(
            "", "site.readers.register_reader(deduce_url=lambda path: 'z.html', condition=lambda p: p.filebase == 'a')"
        ),
    }
    built = build(make_site(files))
    assert built.exit_code == 1
    assert "'a.md' and 'z.md' have the same URL" in built.warnings
    assert "<h1>A" in built.read("a.html")
    assert "<h1>Z" in built.read("z.html")


def test_a6_generated_page_on_the_url_of_a_file_is_an_error_naming_both(make_site: MakeSite) -> None:
    code = "def make(site):\n    site.make_page('at/one', output=Content('md', '# Made'))\n"
    files = small_site(
        code,
        "site.readers.register_reader(deduce_url=lambda path: 'at/one', condition=lambda p: p.filebase == 'one')",
        "site.signals.processors_init.connect(make)",
    )
    built = build(make_site({**files, "one.md": "---\norphan: 1\n---\n# One\n"}))
    assert built.exit_code == 1
    assert "'one.md'" in built.warnings
    assert "'at/one'" in built.warnings
    assert {"<h1>One" in built.read("at/one/index.html"), "<h1>Made" in built.read("at/one/index.html")} == {
        True,
        False,
    }


def test_a6_urls_that_differ_in_case_only_are_told(make_site: MakeSite) -> None:
    code = "def where(path):\n    return 'Same' if path.filebase == 'one' else 'same'\n"
    files: dict[str, str | bytes] = {
        "index.md": "# Home\n\n```{toctree}\none\ntwo\n```\n",
        "one.md": "# One\n",
        "two.md": "# Two\n",
        "plugins/p.py": plugin(
            code, "site.readers.register_reader(deduce_url=where, condition=lambda p: p.filebase != 'index')"
        ),
    }
    built = build(make_site(files))
    assert "<h1>One" in built.read("Same/index.html")
    assert "<h1>Two" in built.read("same/index.html")


def test_a6_page_inside_another_pages_file_is_told(make_site: MakeSite) -> None:
    code = "def where(path):\n    return {'one': 'x.html', 'two': 'x.html/two'}[path.filebase]\n"
    files: dict[str, str | bytes] = {
        "index.md": "# Home\n\n```{toctree}\none\ntwo\n```\n",
        "one.md": "# One\n",
        "two.md": "# Two\n",
        "plugins/p.py": plugin(
            code, "site.readers.register_reader(deduce_url=where, condition=lambda p: p.filebase != 'index')"
        ),
    }
    result = make_site(files).build()
    assert result.exit_code == 1
    assert "Traceback" not in result.warnings
    assert "'two.md'" in result.warnings
    assert "<h1>Two" in result.read("two.html")


def test_a6_page_below_a_folder_of_the_builder_is_told(make_site: MakeSite) -> None:
    files: dict[str, str | bytes] = {
        **small_site(
            "",
            "own = lambda path: path.filebase == 'one'",
            "site.readers.register_reader(deduce_url=lambda path: 'objects.inv/x', condition=own)",
        ),
        "one.md": "---\norphan: 1\n---\n# One\n",
    }
    result = make_site(files).build()
    assert "Traceback" not in result.warnings
    assert result.exit_code == 1
    assert "one.md" in result.warnings


def test_a6_first_deducer_by_priority_then_by_order_wins(make_site: MakeSite) -> None:
    def register(name: str, condition: str, more: str = "") -> str:
        deduce_url = f"lambda path: '{name}/' + path.filebase"
        return f"site.readers.register_reader(deduce_url={deduce_url}, condition={condition}{more})"

    every = "lambda path: True"
    files: dict[str, str | bytes] = {
        "index.md": "# Home\n\n```{toctree}\na\nb\nc\n```\n",
        **{f"{name}.md": f"# {name}\n" for name in "abc"},
        "plugins/p1.py": plugin(
            "",
            register("late", every, ", priority=900"),
            register("first", "lambda path: path.filebase == 'a'"),
            register("second", every),
            register("third", every),
        ),
        "plugins/p2.py": plugin("", register("early", "lambda path: path.filebase == 'c'", ", priority=100")),
    }
    built = build_cleanly(make_site(files, 'exclude_patterns = ["plugins"]'))
    assert built.urls == {"a": "first/a/", "b": "second/b/", "c": "early/c/", "index": "second/index/"}


def test_a6_deducer_without_a_condition_may_leave_a_page_to_others(make_site: MakeSite) -> None:
    files = small_site(
        "",
        "site.readers.register_reader(deduce_url=lambda path: None if path.filebase != 'a' else 'first/a')",
        "site.readers.register_reader(deduce_url=lambda path: 'second/b' if path.filebase == 'b' else None)",
    )
    files |= dict.fromkeys(("a.md", "b.md", "c.md"), "---\norphan: 1\n---\n# X\n")
    built = build_cleanly(make_site(files))
    assert built.urls == {"a": "first/a/", "b": "second/b/", "c": "c.html", "index": "index.html"}


def test_a6_plugin_takes_over_markdown(make_site: MakeSite) -> None:
    code = """
    import os

    def deduce_url(path):
        if path.filebase == "index":
            return path.reldirname
        return os.path.join(path.reldirname, path.filebase)
    """
    files: dict[str, str | bytes] = {
        "index.md": "# Home\n\n```{toctree}\nposts/index\nposts/my-post\nother\n```\n",
        "posts/index.md": "# Posts\n\n[one](my-post.md) [two](../other.rst)\n",
        "posts/my-post.md": "# Post\n\n[up](../index.md) [section](index.md#posts)\n",
        "other.rst": "Other\n=====\n\n:doc:`posts/my-post`\n",
        "plugins/pretty.py": plugin(
            code, 'site.readers.register_reader(deduce_url=deduce_url, condition=lambda p: p.ext == "md")'
        ),
    }
    for builder, other in (("html", "other.html"), ("dirhtml", "other/")):
        built = build_cleanly(make_site(files, "myst_heading_anchors = 2"), builder)
        assert built.urls == {"index": "", "posts/index": "posts/", "posts/my-post": "posts/my-post/", "other": other}
        assert built.exists("posts/my-post/index.html")
        hrefs = {link.text: link.href for link in links_of(built, "posts/my-post/index.html")}
        assert hrefs["up"] == "../../"
        assert hrefs["section"] == "../#posts"
        assert not dead_links(built)


def test_a6_url_may_depend_on_what_is_read_of_the_file(make_site: MakeSite) -> None:
    code = "def where(path):\n    return path.read_text().split()[-1]\n"
    files = {
        **small_site(
            code, "site.readers.register_reader(deduce_url=where, condition=lambda path: path.filebase == 'a')"
        )
    }
    files["a.md"] = "---\norphan: 1\n---\n# A\n\nlast/words\n"
    assert build_cleanly(make_site(files)).urls["a"] == "last/words/"


def test_a6_url_holds_for_builders_made_of_the_html_builder(make_site: MakeSite) -> None:
    extension = """
        from sphinx.builders.html import StandaloneHTMLBuilder

        class Other(StandaloneHTMLBuilder):
            name = "other"

        def setup(app):
            app.add_builder(Other)
        """
    files = {**FILES, "otherbuilder.py": extension}
    conf = (
        "import sys, pathlib\nsys.path.insert(0, str(pathlib.Path(__file__).parent))\nextensions.append('otherbuilder')"
    )
    site = make_site(files, conf + "\nsys.dont_write_bytecode = True")
    result = site.build("other", warnings_are_errors=True)
    assert result.exit_code == 0, result.warnings
    assert result.exists("get/started/index.html")
    assert not dead_links(result)


def test_a6_parallel_writing_gives_the_same_bytes(make_site: MakeSite) -> None:
    files = {**FILES, **{f"more/{n}.rst": f":orphan:\n\nMore {n}\n======\n\n:doc:`/custom`\n" for n in range(8)}}
    site = make_site(files)
    assert_same_output(site.build(into="serial"), site.build(into="parallel", jobs=2))


def test_a6_site_may_link_to_pages_by_url_in_html_pages(make_site: MakeSite) -> None:
    code = "def read(page):\n    return Content('html', page.source.read_text())\n"
    html = '<h1>Page</h1><p><a href="guide/install.rst">by file</a> <a href="guide/install">by docname</a></p>'
    files = {
        **FILES,
        "page.htm": html,
        "plugins/h.py": plugin(code, "site.readers.register_reader(condition=lambda p: p.ext == 'htm', read=read)"),
    }
    built = build(make_site(files))
    targets = {link.text: link.target for link in links_of(built, "page.html")}
    assert targets["by file"] == "get/started/index.html"


def test_a6_markdown_link_to_a_custom_file_leads_to_its_page(make_site: MakeSite) -> None:
    files = {
        **FILES,
        "linking.md": "---\norphan: 1\n---\n# L\n\n[by file](custom.myft) [part](custom.myft#custom-label)\n",
    }
    hrefs = {link.text: link.href for link in links_of(build_cleanly(make_site(files)), "linking.html")}
    assert hrefs["by file"] == "my%20notes/custom/"
    assert hrefs["part"] == "my%20notes/custom/#custom-label"


def test_a6_url_that_was_asked_for_too_early_changes_no_link(make_site: MakeSite) -> None:
    code = """
    def ask(site):
        site.seen = site.app.builder.get_target_uri("about")
    """
    site = make_site({**FILES, "plugins/ask.py": plugin(code, "site.signals.readers_init.connect(ask)")})
    built = build_cleanly(site)
    assert built.site.seen  # type: ignore[attr-defined]
    assert links_of(built, "plain.html")
    assert not dead_links(built)


@pytest.mark.parametrize("urls", [{"a": "z.html", "b": "a.html"}, {"m": "z.html", "b": "m.html"}])
def test_a6_page_that_gives_way_has_its_default_url_for_itself(make_site: MakeSite, urls: dict[str, str]) -> None:
    deduce_url, condition = f"lambda p: {urls!r}[p.filebase]", f"lambda p: p.filebase in {urls!r}"
    register = f"site.readers.register_reader(deduce_url={deduce_url}, condition={condition})"
    files: dict[str, str | bytes] = {"index.md": "# Home\n\n```{toctree}\n:glob:\n*\n```\n", "z.md": "# Page z\n"}
    files |= {f"{name}.md": f"# Page {name}\n" for name in urls}
    built = build(make_site({**files, "plugins/p.py": plugin("", register)}))
    assert built.exit_code == 1
    assert len(set(built.urls.values())) == 4
    for name, url in built.urls.items():
        assert name == "index" or f"<h1>Page {name}" in built.read(url)


@pytest.mark.parametrize("url", ["download.html", "download.html/x"])
def test_a6_page_on_an_additional_page_of_the_site_is_an_error_naming_both(make_site: MakeSite, url: str) -> None:
    files: dict[str, str | bytes] = {
        **small_site(
            "",
            f"site.readers.register_reader(deduce_url=lambda path: {url!r}, condition=lambda p: p.filebase == 'one')",
        ),
        "one.md": "---\norphan: 1\n---\n# One\n",
        "_templates/down.html": "the additional page",
    }
    conf = 'templates_path = ["_templates"]\nhtml_additional_pages = {"download": "down.html"}'
    built = build(make_site(files, conf))
    assert built.exit_code == 1
    assert "'one.md'" in built.warnings
    assert "'download'" in built.warnings
    assert built.read("download.html") == "the additional page"
    assert "<h1>One" in built.read("one.html")
