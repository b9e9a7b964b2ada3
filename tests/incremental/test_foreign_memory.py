"""Values that foreign code makes once, and remembers in memory: pages that are read later depend on them as well."""

import json
from pathlib import Path

import pytest

from tests.conftest import MakeSite
from tests.incremental.test_foreign_code import SAFE, check_forked, plan_of, site_with
from tests.support import Site
from tests.support.params import first_always

EXTENSION = """
import functools, json, os
from pathlib import Path
from docutils import nodes
from docutils.parsers.rst import Directive

FILE = Path(__file__).with_name("prices.json")

def read():
    return json.loads(FILE.read_text())

MEMO

class Price(Directive):
    required_arguments = 1

    def run(self):
        return [nodes.paragraph("", "price: " + str(price(self.arguments[0])))]

def begin(app):
    BEGIN

def setup(app):
    app.add_directive("price", Price)
    app.connect("builder-inited", begin)
    SAFE
"""


def prices(memo: str, begin: str = "pass") -> str:
    """Return an extension that shows prices, which it remembers in some way."""
    code = EXTENSION.replace("MEMO", memo).replace("BEGIN", begin)
    return code.replace("SAFE", SAFE)


MEMOS = {
    "a cached function": prices("""
@functools.lru_cache
def load():
    return read()

def price(name):
    return load()[name]
"""),
    "a global variable": prices("""
LOADED = None

def price(name):
    global LOADED
    if LOADED is None:
        LOADED = read()
    return LOADED[name]
"""),
    "a dictionary": prices("""
CACHE = {}

def price(name):
    if "prices" not in CACHE:
        CACHE["prices"] = read()
    return CACHE["prices"][name]
"""),
    "a dictionary of text": prices("""
CACHE = {}

def price(name):
    if not CACHE:
        CACHE.update(read())
    return CACHE[name]
"""),
    "an attribute of a class": prices("""
class Prices:
    loaded = None

    @classmethod
    def find(cls, name):
        cls.loaded = cls.loaded or read()
        return cls.loaded[name]

price = Prices.find
"""),
    "an attribute of a function": prices("""
def price(name):
    if not hasattr(price, "loaded"):
        price.loaded = read()
    return price.loaded[name]
"""),
    "a cached property": prices("""
class Prices:
    @functools.cached_property
    def loaded(self):
        return read()

PRICES = Prices()

def price(name):
    return PRICES.loaded[name]
"""),
    "a closure": prices("""
def make():
    loaded = []

    def find(name):
        if not loaded:
            loaded.append(read())
        return loaded[0][name]

    return find

price = make()
"""),
    "a default value": prices("""
def price(name, loaded={}):
    if not loaded:
        loaded.update(read())
    return loaded[name]
"""),
    "an attribute of the application": prices(
        """
APP = None

def price(name):
    if not hasattr(APP, "prices_of_shop"):
        APP.prices_of_shop = read()
    return APP.prices_of_shop[name]
""",
        begin="global APP; APP = app",
    ),
}


def set_prices(site: Site, salt: int, oil: int) -> None:
    site.write("prices.json", json.dumps({"salt": str(salt), "oil": str(oil)}))


WITH_PRICES = {
    "more/page1.rst": "Page 1\n======\n\n.. price:: oil\n",
    "more/page2.rst": "Page 2\n======\n\n.. price:: salt\n",
    "more/page3.rst": "Page 3\n======\n\n.. price:: oil\n",
}


@pytest.mark.parametrize("code", first_always(MEMOS, 4))
@pytest.mark.parametrize("jobs", first_always({"one job": 1, "two jobs": 2}, 1))
def test_a_file_that_is_read_once(code: str, jobs: int, make_site: MakeSite, tmp_path: Path) -> None:
    site = site_with(make_site, code, more=WITH_PRICES)
    set_prices(site, 1, 2)
    check_forked(site, cache=tmp_path, jobs=jobs)
    assert plan_of(check_forked(site, cache=tmp_path, jobs=jobs)) == "pages: 7 reused"
    set_prices(site, 3, 4)
    check_forked(site, cache=tmp_path, jobs=jobs)
    set_prices(site, 5, 6)
    check_forked(site, cache=tmp_path, jobs=jobs, into="clone")
    assert plan_of(check_forked(site, cache=tmp_path, jobs=jobs, into="another")) == "pages: 7 restored"


MADE_IN_SETUP = """
import json
from pathlib import Path
from docutils import nodes
from docutils.parsers.rst import Directive

def make_directive():
    class Price(Directive):
        required_arguments = 1
        loaded = {}

        def run(self):
            if not self.loaded:
                self.loaded.update(json.loads(Path(__file__).with_name("prices.json").read_text()))
            return [nodes.paragraph("", "price: " + self.loaded[self.arguments[0]])]

    return Price

def setup(app):
    app.add_directive("price", make_directive())
    SAFE
"""


@pytest.mark.one_version
def test_a_file_that_a_class_without_a_name_reads_once(make_site: MakeSite, tmp_path: Path) -> None:
    site = site_with(make_site, MADE_IN_SETUP.replace("SAFE", SAFE), more=WITH_PRICES)
    set_prices(site, 1, 2)
    check_forked(site, cache=tmp_path)
    set_prices(site, 3, 4)
    check_forked(site, cache=tmp_path)


OTHER_MEMOS = {
    "a variable": ("os.environ['PRICE']", "environment"),
    "a variable that may be missing": ("os.environ.get('PRICE_OF_ALL', os.getenv('PRICE'))", "environment"),
    "names in a folder": ("len(os.listdir(FILE.parent / 'goods'))", "goods"),
    "whether a file is there": ("(FILE.parent / 'goods' / 'b.txt').exists()", "goods"),
    "a configuration value": ("APP.config.price", "configuration"),
}


@pytest.mark.one_version
@pytest.mark.parametrize(("expression", "what"), OTHER_MEMOS.values(), ids=OTHER_MEMOS)
def test_something_else_that_is_asked_for_once(
    expression: str, what: str, make_site: MakeSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memo = (
        f"APP = None\n\n@functools.cache\ndef load():\n    return {expression}\n\ndef price(name):\n    return load()\n"
    )
    code = prices(memo, begin="global APP; APP = app").replace(
        "def setup(app):", "def setup(app):\n    app.add_config_value('price', 0, 'html')"
    )
    site = site_with(make_site, code, more={**WITH_PRICES, "goods/a.txt": ""})
    monkeypatch.setenv("PRICE", "1")
    check_forked(site, cache=tmp_path)
    if what == "environment":
        monkeypatch.setenv("PRICE", "2")
    elif what == "goods":
        site.write("goods/b.txt", "")
    else:
        site.write("conf.py", (site.source / "conf.py").read_text() + "price = 3\n")
    check_forked(site, cache=tmp_path)
    check_forked(site, cache=tmp_path, into="clone")


OWN_FILES = """
from pathlib import Path
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.writers.html5 import HTML5Translator

class Shown(nodes.paragraph):
    "One in which Python keeps a note when it is pickled first."

class Show(Directive):
    required_arguments = 1

    def run(self):
        text = Path(__file__).with_name(self.arguments[0]).read_text()
        return [Shown("", text)]

def setup(app):
    app.add_directive("show", Show)
    app.add_node(Shown, html=(HTML5Translator.visit_paragraph, HTML5Translator.depart_paragraph))
    SAFE
"""


@pytest.mark.one_version
def test_files_that_are_not_remembered_belong_to_their_pages(make_site: MakeSite, tmp_path: Path) -> None:
    own = {f"more/page{number}.rst": f"Page {number}\n======\n\n.. show:: {number}.txt\n" for number in range(6)}
    files = {f"{number}.txt": str(number) for number in range(6)}
    site = site_with(make_site, OWN_FILES.replace("SAFE", SAFE), more={**own, **files})
    check_forked(site, jobs=2, cache=tmp_path)
    site.write("1.txt", "another")
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 1 read, 6 reused"
    assert plan_of(check_forked(site, cache=tmp_path, into="clone")) == "pages: 7 restored"


IN_CONF = """
import functools, pathlib
from docutils import nodes

@functools.cache
def loaded():
    return pathlib.Path(__file__).with_name("prices.json").read_text()

def price(name, rawtext, text, lineno, inliner, options={}, content=[]):
    return [nodes.literal("", loaded())], []

def setup(app):
    app.add_role("price", price)
    return {"parallel_read_safe": True}
"""


@pytest.mark.one_version
def test_what_a_function_of_the_configuration_remembers(make_site: MakeSite, tmp_path: Path) -> None:
    pages = {f"more/page{number}.rst": f"Page {number}\n======\n\nFor :price:`all`.\n" for number in range(3)}
    site = site_with(make_site, "def setup(app):\n    " + SAFE, conf=IN_CONF, more=pages)
    set_prices(site, 1, 2)
    check_forked(site, cache=tmp_path)
    set_prices(site, 3, 4)
    check_forked(site, cache=tmp_path)
    check_forked(site, cache=tmp_path, into="clone")


SHOWN = """
import functools, os
from pathlib import Path

ENV = None

MEMO

def begin(app):
    global ENV
    ENV = app.env
    if not hasattr(ENV, "posts"):
        ENV.posts = {}

def collect(app, doctree):
    app.env.posts[app.env.docname] = app.env.titles[app.env.docname].astext()

def purge(app, env, docname):
    env.posts.pop(docname, None)

def merge(app, env, docnames, other):
    env.posts.update(other.posts)

def show(app, pagename, templatename, context, doctree):
    if pagename != "more/page0":
        context["body"] = context.get("body", "") + f"<p>{posts()}</p>"

def setup(app):
    app.connect("builder-inited", begin)
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("html-page-context", show)
    SAFE
"""
FOUND = {
    "what it keeps": "sorted(ENV.posts.items())",
    "all titles": "[(name, title.astext()) for name, title in sorted(ENV.titles.items())]",
    "all metadata": "sorted((name, sorted(data)) for name, data in ENV.metadata.items() if data)",
}
KEPT = {
    "a cached function": "@functools.cache\ndef posts():\n    return FOUND",
    "a class": (
        "class Posts:\n    shared = {}\n\n    def __init__(self):\n        self.__dict__ = self.shared\n"
        "        if not self.shared:\n            self.found = FOUND\n\ndef posts():\n    return Posts().found"
    ),
}


@pytest.mark.one_version
@pytest.mark.parametrize("found", FOUND.values(), ids=FOUND)
@pytest.mark.parametrize("memo", first_always(KEPT, 1))
def test_what_a_handler_of_pages_that_are_written_finds_once(
    memo: str, found: str, make_site: MakeSite, tmp_path: Path
) -> None:
    site = site_with(make_site, SHOWN.replace("MEMO", memo).replace("FOUND", found).replace("SAFE", SAFE))
    check_forked(site, cache=tmp_path)
    site.write("more/page0.rst", ":author: me\n\nFirst\n=====\n\nText.\n")
    check_forked(site, cache=tmp_path)
    site.write("more/page5.rst", ":version: 2\n\nLast\n====\n\nText.\n")
    check_forked(site, cache=tmp_path, into="clone")
    check_forked(site, cache=tmp_path)


@pytest.mark.one_version
@pytest.mark.parametrize("memo", first_always(KEPT, 1))
def test_a_file_that_a_handler_reads_once(memo: str, make_site: MakeSite, tmp_path: Path) -> None:
    found = "Path(__file__).with_name('posts.txt').read_text()"
    site = site_with(make_site, SHOWN.replace("MEMO", memo).replace("FOUND", found).replace("SAFE", SAFE))
    site.write("posts.txt", "first")
    check_forked(site, cache=tmp_path)
    site.write("posts.txt", "second")
    check_forked(site, cache=tmp_path)
    check_forked(site, cache=tmp_path, into="clone")


AT_START = """
import json, os
from pathlib import Path
from docutils import nodes
from docutils.parsers.rst import Directive

PRICES = {}

class Price(Directive):
    required_arguments = 1

    def run(self):
        return [nodes.paragraph("", "price: " + str(PRICES[self.arguments[0]]))]

def begin(app, *others):
    PRICES.update(FOUND)

def setup(app):
    app.add_directive("price", Price)
    app.connect("EVENT", begin)
    SAFE
"""


@pytest.mark.one_version
@pytest.mark.parametrize("event", first_always(["builder-inited", "config-inited"], 1))
@pytest.mark.parametrize(
    "found",
    [
        "json.loads(Path(__file__).with_name('prices.json').read_text())",
        "dict.fromkeys(['oil', 'salt'], len(os.listdir(os.path.join(os.path.dirname(__file__), 'goods'))))",
        "dict.fromkeys(['oil', 'salt'], os.environ['PRICE'])",
    ],
    ids=["a file", "a folder", "a variable"],
)
def test_what_is_remembered_when_a_build_starts(
    event: str, found: str, make_site: MakeSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = AT_START.replace("EVENT", event).replace("FOUND", found).replace("SAFE", SAFE)
    site = site_with(make_site, code, more={**WITH_PRICES, "goods/a.txt": ""})
    set_prices(site, 1, 2)
    monkeypatch.setenv("PRICE", "1")
    check_forked(site, cache=tmp_path)
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 7 reused"
    set_prices(site, 3, 4)
    site.write("goods/b.txt", "")
    monkeypatch.setenv("PRICE", "2")
    check_forked(site, cache=tmp_path)
    check_forked(site, cache=tmp_path, into="clone")
    assert plan_of(check_forked(site, cache=tmp_path, into="another")) == "pages: 7 restored"


GENERATOR = """
from pathlib import Path

def begin(app):
    folder = Path(app.srcdir, "made")
    folder.mkdir(exist_ok=True)
    for file in sorted(Path(app.srcdir, "goods").iterdir()):
        page = folder / (file.stem + ".rst")
        text = file.stem + "\\n=====\\n\\n" + file.read_text() + "\\n"
        if not page.exists() or page.read_text() != text:
            page.write_text(text)

def setup(app):
    app.connect("builder-inited", begin)
    SAFE
"""


@pytest.mark.one_version
def test_what_pages_are_made_of_when_a_build_starts_belongs_to_them(make_site: MakeSite, tmp_path: Path) -> None:
    index = "Home\n====\n\n.. toctree::\n   :glob:\n\n   more/*\n   made/*\n"
    goods = {"index.rst": index, "goods/first.txt": "One.", "goods/other.txt": "Two."}
    site = site_with(make_site, GENERATOR.replace("SAFE", SAFE), more=goods)
    check_forked(site, cache=tmp_path)
    site.write("goods/first.txt", "Three.")
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 1 read, 8 reused"
