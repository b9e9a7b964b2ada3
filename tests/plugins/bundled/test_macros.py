"""The bundled plugin ``macros``: pages that are Jinja templates."""

from textwrap import dedent

import pytest

from tests.conftest import MakeSite
from tests.support.cached import CachedSite
from tests.support.quick import Built, build, build_cleanly, plugin

ENABLED = "pronghorn_plugins_enabled = ['macros']\npronghorn_plugins = {'macros': %r}\n"
INDEX = "# Home\n\n```{toctree}\n:glob:\n*\n```\n"
ON = "---\nmacros: true\n---\n"


def _build(make_site: MakeSite, files: dict[str, str | bytes], **table: object) -> Built:
    return build(make_site({"index.md": INDEX, **files}, ENABLED % table))


def test_a14_page_that_asks_for_it_is_a_template(make_site: MakeSite) -> None:
    page = ON + "# Loop\n\n{% for n in range(3) %}\n- item {{ n }} of {{ page.docname }}\n{% endfor %}\n"
    built = _build(make_site, {"a.md": page})
    assert not built.warnings
    assert "item 2 of a" in built.read("a.html")


def test_a14_literal_braces_stay_elsewhere(make_site: MakeSite) -> None:
    text = "# Braces\n\n`{{ name }}` and `{% raw %}`\n"
    built = _build(make_site, {"a.md": text, "b.md": "---\nmacros: false\n---\n" + text}, patterns=["b.md"])
    assert not built.warnings
    for page in ("a.html", "b.html"):
        assert "{{ name }}" in built.read(page).replace('</span> <span class="pre">', " ")


def test_a14_pages_by_pattern_and_in_restructuredtext(make_site: MakeSite) -> None:
    files: dict[str, str | bytes] = {
        "a.md": "# A\n\n{{ 1 + 1 }} eggs\n",
        "b.rst": ":macros: true\n\nB\n=\n\n{{ 2 + 2 }} eggs\n",
        "c.rst": "C\n=\n\n{{ 3 + 3 }} eggs\n",
    }
    built = _build(make_site, files, patterns=["*.md", "c*"])
    assert not built.warnings
    assert [f"{n} eggs" in built.read(f"{name}.html") for n, name in ((2, "a"), (4, "b"), (6, "c"))] == [True] * 3


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{{ nonsense }}", "UndefinedError: 'nonsense' is undefined"),
        ("{{ page.metadata.nonsense }}", "nonsense"),
        ("{% for %}", "Expected an expression"),
        ("{{ 1 / 0 }}", "ZeroDivisionError: division by zero"),
        ("{% import 'lonks.jinja' as l %}", "there is no file 'lonks.jinja' in '_macros'; did you mean 'links.jinja'?"),
        ("{% import '../conf.py' as l %}", "there is no file '../conf.py'"),
        ("{{ 'x' | nonsense }}", "No filter named 'nonsense'"),
    ],
)
def test_a14_error_names_the_page_and_its_line(make_site: MakeSite, line: str, problem: str) -> None:
    files: dict[str, str | bytes] = {"a.md": f"{ON}# A\n\nGood.\n\n{line}\n", "_macros/links.jinja": ""}
    built = _build(make_site, files)
    assert built.exit_code == 1
    assert problem in built.warnings
    assert "source/a.md:8: ERROR: [macros]" in built.warnings
    assert "Good." in built.read("a.html")


def test_a14_error_in_a_macro_names_its_file_and_the_page(make_site: MakeSite) -> None:
    macro = "{% macro link(name) %}\n{{ nonsense }}\n{% endmacro %}\n"
    page = ON + "# A\n\n{% from 'm.jinja' import link %}\n{{ link('x') }}\n"
    built = _build(make_site, {"a.md": page, "_macros/m.jinja": macro})
    assert "_macros/m.jinja:2: ERROR: [macros] UndefinedError: 'nonsense' is undefined" in built.warnings
    assert "used by the page 'a'" in built.warnings


@pytest.mark.parametrize("value", ["maybe", "[1]", "3"])
def test_a14_front_matter_that_says_neither(make_site: MakeSite, value: str) -> None:
    built = _build(make_site, {"a.md": f"---\nmacros: {value}\n---\n# A\n"})
    assert "'macros' is true or false, not" in built.warnings
    assert "a.md:1" in built.warnings


def test_a14_delimiters_can_be_others(make_site: MakeSite) -> None:
    built = _build(make_site, {"a.md": ON + "# A\n\n<< 1 + 1 >> `{{ x }}`\n"}, variable=["<<", ">>"])
    assert not built.warnings
    assert "<p>2 " in built.read("a.html")
    assert "is a list of two texts" in _build(make_site, {}, block=["{%"]).warnings


def test_a14_other_plugins_add_names(make_site: MakeSite) -> None:
    other = plugin(
        "def add(env, site):\n    env.filters['shout'] = str.upper\n",
        "site.signals.register_signal('macros_environment_prepared').connect(add)",
    )
    built = _build(make_site, {"a.md": ON + "# A\n\n{{ 'hello' | shout }}\n", "plugins/shout.py": other})
    assert not built.warnings
    assert "HELLO" in built.read("a.html")


def test_a14_page_of_a_plugin_can_be_a_template(make_site: MakeSite) -> None:
    code = """
    def make(site):
        site.make_page("made", metadata=Metadata(title="Made", macros=True), output=Content("md", "{{ 1 + 1 }} eggs"))
        site.make_page("bad", metadata=Metadata(title="Bad", macros=True), output=Content("md", "{{ x }}"))
    """
    built = _build(make_site, {"plugins/p.py": plugin(dedent(code), "site.signals.processors_init.connect(make)")})
    assert "2 eggs" in built.read("made/index.html")
    assert "'x' is undefined" in built.warnings


def test_a14_notebook_or_data_cannot_be_a_template(make_site: MakeSite) -> None:
    reader = plugin(
        "def read(page):\n    return Metadata(macros=True), Content('numbers', [1])\n",
        "site.readers.register_reader(condition=lambda path: path.ext == 'num', read=read)",
    )
    assert (
        "a page of this kind cannot be a template" in _build(make_site, {"a.num": "", "plugins/p.py": reader}).warnings
    )


def test_a14_incremental_equals_clean(make_site: MakeSite) -> None:
    listing = "{% from 'm.jinja' import item %}{% for p in site.pages %}{{ item(p) }}\n{% endfor %}\n"
    files: dict[str, str | bytes] = {
        "index.md": INDEX,
        "list.md": ON + "# List\n\n" + listing,
        "a.md": "---\ncolour: red\n---\n# A\n",
        "_macros/m.jinja": "{% macro item(p) %}- {{ p.docname }} {{ p.metadata.get('colour') }}{% endmacro %}",
    }
    site = CachedSite(make_site(files, ENABLED % {}))
    site.build_as_clean()
    assert not site.build_as_clean().written
    site.site.write("a.md", "---\ncolour: blue\n---\n# A\n")
    assert site.build_as_clean().written == {"a", "list"}
    site.site.write("_macros/m.jinja", "{% macro item(p) %}- [{{ p.docname }}]{% endmacro %}")
    changed = site.build_as_clean(jobs=2)
    assert changed.written == {"list"}
    assert "[index]" in changed.read("list.html")
    site.site.write("b.md", "# B\n")
    assert "[b]" in site.build_as_clean().read("list.html")


def test_a14_works_with_other_builders(make_site: MakeSite) -> None:
    site = make_site({"index.md": INDEX, "a.md": ON + "# A\n\n{{ 1 + 1 }} eggs\n"}, ENABLED % {})
    assert "2 eggs" in build_cleanly(site, "text").read("a.txt")
