"""Files that plugins say pages depend on: read by other programs, kept in memory, or outside of what is watched."""

from collections.abc import Mapping
from textwrap import dedent

import pytest

from pronghorn.errors import PageError
from tests.conftest import MakeSite
from tests.support.cached import CachedSite
from tests.support.quick import build, plugin

pytestmark = pytest.mark.one_version

DATA = "data/prices.txt"
PAGES: dict[str, str | bytes] = {
    "index.md": "# Home\n\n```{toctree}\nbread\nsalt\n```\n",
    "bread.md": "# Bread\n\nWhat it costs.\n",
    "salt.md": "# Salt\n",
}
CAT = """
import subprocess

def prices(site):
    return subprocess.run(["cat", site.srcdir / "data/prices.txt"], capture_output=True, text=True).stdout.strip()
"""
"""A function that has another program read the file: nobody sees which."""


def _site(make_site: MakeSite, code: str, *register: str, files: Mapping[str, str | bytes] | None = None) -> CachedSite:
    all_files = {**PAGES, DATA: "one\n", "plugins/p.py": plugin(CAT + code, *register), **(files or {})}
    return CachedSite(make_site(all_files))


FILTER = """
def add(env, site):
    def price(name):
        site.record_dependency("data/prices.txt")
        return name + "=" + prices(site)
    env.filters["price"] = price
"""
TEMPLATE: dict[str, str | bytes] = {
    "_templates/page.html": '{% extends "!page.html" %}{% block body %}{{ super() }}'
    '{% if pagename == "bread" %}{{ "x"|price }}{% endif %}{% endblock %}',
    "conf.py": 'extensions = ["myst_parser", "pronghorn"]\nhtml_theme = "basic"\ntemplates_path = ["_templates"]\n',
}
RENDERING = """
SITE = []

def on_render(page, context):
    if page.docname == "bread":
        SITE[0].record_dependency("data/prices.txt")
        context["body"] += prices(SITE[0])
"""
READING = """
from docutils import nodes

MEMORY = {}

def load(site):
    MEMORY["text"] = prices(site)
    MEMORY["site"] = site

def on_read(page, doctree):
    if page.docname == "bread":
        MEMORY["site"].record_dependency("data/prices.txt")
        doctree[0] += nodes.paragraph("", MEMORY["text"])
"""
VISIT = """
MEMORY = {}

def read(page):
    if page.docname == "bread":
        MEMORY["site"].record_dependency("data/prices.txt")
        MEMORY["text"] = prices(MEMORY["site"])
    return Metadata()

def on_render(page, context):
    if page.docname == "bread":
        context["body"] += MEMORY["text"]
"""
ALL = """
MEMORY = {}

def on_render(page, context):
    context["body"] += MEMORY["text"]
"""
WAYS: dict[str, tuple[str, tuple[str, ...], dict[str, str | bytes]]] = {
    "filter": (FILTER, ("site.signals.jinja_environment_prepared.connect(add)",), TEMPLATE),
    "handler": (RENDERING, ("SITE.append(site)", "site.signals.page_rendering.connect(on_render)"), {}),
    "reading": (READING, ("site.signals.readers_init.connect(load)", "site.signals.page_read.connect(on_read)"), {}),
    "visit": (
        VISIT,
        (
            "MEMORY['site'] = site",
            "site.readers.register_reader(condition=lambda path: path.ext == 'md', read=read)",
            "site.signals.page_rendering.connect(on_render)",
        ),
        {},
    ),
}

HOLDING = {"reading", "visit"}
"""The plugin holds the text in memory, where its handlers find it for each page."""
HELD = ("state", "MEMORY of the plugin 'p'")


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("way", WAYS)
def test_b3_page_depends_on_what_is_recorded(make_site: MakeSite, way: str, jobs: int) -> None:
    code, register, files = WAYS[way]
    site = _site(make_site, code, *register, files=files)
    assert "one" in site.build_as_clean(jobs=jobs).read("bread.html")
    assert not site.build_as_clean(jobs=jobs).written
    site.site.write(DATA, "two\n")
    second = site.build_as_clean(jobs=jobs)
    assert "two" in second.read("bread.html")
    is_held = way in HOLDING
    assert second.written == ({"index", "bread", "salt"} if is_held else {"bread"})
    assert second.reason("bread") in {("file", DATA), *([HELD] if is_held else [])}


@pytest.mark.parametrize("way", WAYS)
def test_b3_absent_file_counts(make_site: MakeSite, way: str) -> None:
    code, register, files = WAYS[way]
    site = _site(make_site, code, *register, files=files)
    site.site.remove(DATA)
    site.build_as_clean()
    site.site.write(DATA, "appeared\n")
    assert "appeared" in site.build_as_clean().read("bread.html")
    site.site.remove(DATA)
    assert "appeared" not in site.build_as_clean().read("bread.html")


@pytest.mark.parametrize("builder", ["dirhtml", "singlehtml"])
@pytest.mark.parametrize("way", WAYS)
def test_b3_other_builders_too(make_site: MakeSite, way: str, builder: str) -> None:
    code, register, files = WAYS[way]
    site = _site(make_site, code, *register, files=files)
    site.build_as_clean(builder)
    site.site.write(DATA, "two\n")
    site.build_as_clean(builder)
    site.site.write(DATA, "three\n")
    site.build_as_clean(builder)


def test_b3_filter_of_a_constant_counts_for_each_page(make_site: MakeSite) -> None:
    """Jinja would call it while it compiles the template, for the first page that needs it."""
    code, register, files = WAYS["filter"]
    files = {**files, "_templates/page.html": '{% extends "!page.html" %}{% block body %}{{ "x"|price }}{% endblock %}'}
    site = _site(make_site, code, *register, files=files)
    site.build_as_clean()
    site.site.write(DATA, "two\n")
    second = site.build_as_clean()
    assert second.written == {"index", "bread", "salt"}
    assert "x=two" in second.read("salt.html")


def test_b3_without_a_page_at_work_all_pages_depend(make_site: MakeSite) -> None:
    site = _site(
        make_site,
        ALL,
        "site.record_dependency('data/prices.txt')",
        "MEMORY['text'] = prices(site)",
        "site.signals.page_rendering.connect(on_render)",
    )
    site.build_as_clean()
    assert not site.build_as_clean().written
    site.site.write(DATA, "two\n")
    second = site.build_as_clean()
    assert second.written == {"index", "bread", "salt"}
    assert "two" in second.read("salt.html")
    assert second.reason("salt") == ("file", DATA)


def test_b3_folder_counts_by_the_names_in_it(make_site: MakeSite) -> None:
    code = """
    SITE = []

    def on_render(page, context):
        SITE[0].record_dependency(SITE[0].srcdir / "data")
        names = subprocess.run(["ls", SITE[0].srcdir / "data"], capture_output=True, text=True).stdout
        context["body"] += names
    """
    register = ("SITE.append(site)", "site.signals.page_rendering.connect(on_render)")
    site = _site(make_site, dedent(code), *register)
    site.build_as_clean()
    site.site.write("data/more.txt", "")
    assert "more.txt" in site.build_as_clean().read("bread.html")


def test_b3_file_outside_the_site(make_site: MakeSite) -> None:
    code = CAT.replace('site.srcdir / "data/prices.txt"', '"/proc/sys/kernel/../../../" + str(outside(site))')
    code += "\ndef outside(site):\n    return site.srcdir.parent / 'outside.txt'\n"
    code += RENDERING.replace('"data/prices.txt"', "outside(SITE[0])")
    site = CachedSite(
        make_site(
            {
                **PAGES,
                "plugins/p.py": plugin(code, "SITE.append(site)", "site.signals.page_rendering.connect(on_render)"),
            }
        )
    )
    outside = site.site.root / "outside.txt"
    outside.write_text("far", encoding="utf-8")
    assert "far" in site.build_as_clean().read("bread.html")
    outside.write_text("near", encoding="utf-8")
    assert "near" in site.build_as_clean().read("bread.html")


@pytest.mark.parametrize("signal", ["rendering_init", "rendering_finished", "site_finished"])
def test_b3_too_late_for_all_pages_is_an_error_that_says_so(make_site: MakeSite, signal: str) -> None:
    code = "def late(site):\n    site.record_dependency('data/prices.txt')\n"
    built = build(make_site({**PAGES, "plugins/p.py": plugin(code, f"site.signals.{signal}.connect(late)")}))
    assert "record_dependency('data/prices.txt'): no page is being read or written" in built.warnings
    assert "plugins/p.py:4" in built.warnings


def test_b3_recorded_before_the_first_build_is_no_error_without_a_build(make_site: MakeSite) -> None:
    with make_site(PAGES).app() as app:
        site = app.pronghorn_site  # type: ignore[attr-defined]
        site.record_dependency("nowhere.txt")
        app.build()
        with pytest.raises(PageError, match="no page is being read"):
            site.record_dependency("nowhere.txt")
