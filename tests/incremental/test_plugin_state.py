"""What plugins hold in memory, and show on pages: those pages are written again when it is something else."""

from collections.abc import Callable

import pytest

from pronghorn.cache.plan.plan import Action
from tests.conftest import MakeSite
from tests.support.cached import CachedSite

pytestmark = pytest.mark.one_version

CONF = 'extensions = ["pronghorn"]\nhtml_theme = "basic"\ntemplates_path = ["templates"]\n'
LAYOUT = """\
{% extends "!layout.html" %}
{% block footer %}{{ super() }}<p>{{ shown() if shown is defined }}</p>{% endblock %}
"""
PAGES = {f"page{number}.rst": f"Page {number}\n======\n\nText.\n" for number in range(3)}
INDEX = "Home\n====\n\n.. toctree::\n   :glob:\n\n   page*\n"
START = """
import os, pathlib
DATA = pathlib.Path(__file__).parent.parent / "data.txt"
VALUE = None

def load(*_):
    global VALUE
    VALUE = DATA.read_text()

def prepare(environment, site):
    environment.globals["shown"] = shown

def shown():
    return VALUE

def register_plugin(site):
    site.signals.jinja_environment_prepared.connect(prepare)
"""
COUNTING = START + "    site.signals.page_added.connect(count)\n"


def site_of(make_site: MakeSite, plugin: str) -> CachedSite:
    files = {"conf.py": CONF, "templates/layout.html": LAYOUT, "index.rst": INDEX, "data.txt": "one", **PAGES}
    return CachedSite(make_site({**files, "plugins/show.py": plugin}))


def check(site: CachedSite, change: Callable[[], object], written: set[str]) -> None:
    """Build, build again, and build in place and in a clone after a change."""
    site.build_as_clean()
    assert site.build_as_clean().written == set()
    change()
    assert site.build_as_clean().written == written
    assert site.clone("clone").build_as_clean().written == set()


OF_A_FILE = {
    "in register_plugin": START + "    load()\n",
    "in a handler": START + "    site.signals.plugins_loaded.connect(load)\n",
    "before files are visited": START + "    site.signals.readers_init.connect(load)\n",
    "in a closure": START.replace('"shown"] = shown', '"shown"] = (lambda value: lambda: value)(DATA.read_text())'),
    "in an instance": START.replace("VALUE = None", "class Shelf:\n    text = None\n\nVALUE = Shelf()")
    .replace("global VALUE\n    VALUE =", "VALUE.text =")
    .replace("return VALUE", "return VALUE.text")
    + "    load()\n",
    "in a class": START.replace("VALUE = None", "class VALUE:\n    text = None")
    .replace("global VALUE\n    VALUE =", "VALUE.text =")
    .replace("return VALUE", "return VALUE.text")
    + "    load()\n",
    "in a default": START.replace("def shown():", "def shown(kept=[]):").replace("return VALUE", "return kept")
    + "    shown.__defaults__[0].append(DATA.read_text())\n",
    "in an object with hooks": """
import pathlib
import pronghorn

class Show:
    @pronghorn.hookimpl
    def plugins_loaded(self):
        self.text = pathlib.Path(__file__).parent.parent.joinpath("data.txt").read_text()

    @pronghorn.hookimpl
    def jinja_environment_prepared(self, env):
        env.globals["shown"] = lambda: self.text

def register_plugin(site):
    site.plugins.register(Show())
""",
}


@pytest.mark.parametrize("plugin", OF_A_FILE.values(), ids=OF_A_FILE)
def test_a_file_that_a_plugin_has_read(plugin: str, make_site: MakeSite) -> None:
    site = site_of(make_site, plugin)
    check(site, lambda: site.site.write("data.txt", "two"), {"index", "page0", "page1", "page2"})


OF_PAGES = {
    "a number": COUNTING.replace("= None", "= 0") + "\ndef count(page):\n    global VALUE\n    VALUE += 1\n",
    "a dict": COUNTING.replace("= None", "= {}") + "\ndef count(page):\n    VALUE[page.docname] = page.url\n",
    "a list of pages": COUNTING.replace("= None", "= []").replace("return VALUE", "return len(VALUE)")
    + "\ndef count(page):\n    VALUE.append(page)\n",
}


@pytest.mark.parametrize("plugin", OF_PAGES.values(), ids=OF_PAGES)
def test_what_a_plugin_has_counted(plugin: str, make_site: MakeSite) -> None:
    site = site_of(make_site, plugin)
    site.build_as_clean()
    site.site.write("new.rst", ":orphan:\n\nNew\n===\n")
    assert site.build_as_clean().written >= {"index", "page0", "page1", "page2"}
    (site.site.source / "new.rst").unlink()
    assert site.build_as_clean().with_action(Action.RESTORED) >= {"index", "page0", "page1", "page2"}


SUMMING = (
    START.replace("VALUE = None", "VALUE = {}").replace("return VALUE", "return sorted(VALUE.items())")
    + """\
    site.signals.page_read.connect(count)

def count(page, doctree):
    VALUE[page.docname] = len(doctree.astext().split())
"""
)


def test_what_a_plugin_sums_up_while_pages_are_read(make_site: MakeSite) -> None:
    site = site_of(make_site, SUMMING)
    site.build_as_clean()
    site.site.write("page1.rst", PAGES["page1.rst"] + "\nMany more words.\n")
    built = site.build_as_clean()
    assert built.with_action(Action.READ) == {"index", "page0", "page1", "page2"}
    assert built.reason("page0") == ("changes", "VALUE of the plugin 'show'")
    site.clone("clone").build_as_clean()


SHOWING = (
    START
    + """\
    load()

from docutils import nodes
from docutils.parsers.rst import Directive

class Show(Directive):
    def run(self):
        return [nodes.paragraph("", VALUE)]

def setup(app):
    app.add_directive("show", Show)
"""
)


def test_what_a_directive_shows(make_site: MakeSite) -> None:
    site = site_of(make_site, SHOWING)
    site.site.write("page1.rst", PAGES["page1.rst"] + "\n.. show::\n")
    site.build_as_clean()
    assert site.build_as_clean().written == set()
    site.site.write("data.txt", "two")
    assert site.build_as_clean().reason("page1") == ("state", "VALUE of the plugin 'show'")
    site.clone("clone").build_as_clean()


def test_a_variable(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEASE", "one")
    site = site_of(make_site, START.replace("VALUE = None", 'VALUE = os.environ["RELEASE"]'))
    check(site, lambda: monkeypatch.setenv("RELEASE", "two"), {"index", "page0", "page1", "page2"})


def test_why_tells_what_it_is(make_site: MakeSite) -> None:
    site = site_of(make_site, START + "    load()\n")
    site.build()
    site.site.write("data.txt", "two")
    assert site.build().reason("page0") == ("state", "VALUE of the plugin 'show'")


def test_what_has_no_digest_is_something_else_each_time(make_site: MakeSite) -> None:
    numbers = START.replace("VALUE = None", "VALUE = (number for number in range(3))")
    site = site_of(make_site, numbers.replace("return VALUE", "return type(VALUE).__name__"))
    site.build_as_clean()
    assert site.build().reason("page0") == ("state", "VALUE of the plugin 'show'")
