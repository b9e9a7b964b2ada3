"""Extensions that do not say whether pages may be read in any process: pages without them are kept, and no others.

Here, each build that is compared with a clean one is that of a clone: what happens in the folder of the last build is
tested in ``tests/incremental/test_unsafe_extensions.py``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.support.cached_reading import ReadingSite

CAN_WATCH = sys.version_info >= (3, 12)
"""Whether Python tells when code begins to run; before, all pages are read in each clone."""
ALL = {"index", *"abcd"}
PAGES = {
    "index.rst": "Home\n====\n\n.. toctree::\n\n   a\n   b\n   c\n   d\n",
    "a.rst": "A\n=\n\nBefore.\n",
    "b.rst": "B\n=\n\n.. remember::\n",
    "c.rst": "C\n=\n\n.. show::\n",
    "d.rst": "D\n=\n\n.. remember::\n\n.. show::\n",
}
CONF = "import sys\nsys.path.insert(0, __file__.rpartition('/')[0])\nextensions.append('silent')\n"
DIRECTIVES = """
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

class Remember(SphinxDirective):
    def run(self):
        remember(APP, self.env.docname)
        return []

class Show(SphinxDirective):
    def run(self):
        return [nodes.paragraph(text=f"It knows {{shown(APP)}}.")]

def setup(app):
    global APP
    APP = app
    app.add_directive("remember", Remember)
    app.add_directive("show", Show)
    {setup}
"""
KINDS = {
    "a variable": "seen = []\ndef remember(app, docname): seen.append(docname)\ndef shown(app): return seen",
    "a number": "n = 0\ndef remember(app, docname):\n    global n\n    n += 1\ndef shown(app): return n",
    "a class": "class Seen: n = 0\ndef remember(app, docname): Seen.n += 1\ndef shown(app): return Seen.n",
    "a default": "def remember(app, name, seen=[]): seen.append(name)\ndef shown(app): return remember.__defaults__",
    "a generator": "n = iter(range(99))\ndef remember(app, docname): next(n)\ndef shown(app): return next(n)",
    "a cache": (
        "import functools\n@functools.cache\ndef seen(): return []\n"
        "def remember(app, docname): seen().append(docname)\ndef shown(app): return seen()"
    ),
    "the application": (
        "def remember(app, docname): app.seen = getattr(app, 'seen', '') + docname\n"
        "def shown(app): return getattr(app, 'seen', '')"
    ),
    "the environment": (
        "def remember(app, docname): app.env.seen = [*getattr(app.env, 'seen', ()), docname]\n"
        "def shown(app): return getattr(app.env, 'seen', '')"
    ),
    "the environment, at the start": (
        "def begin(app): app.env.seen = []\n"
        "def remember(app, docname): app.env.seen.append(docname)\ndef shown(app): return app.env.seen"
    ),
    "a number in the environment": (
        "def begin(app): app.env.seen = 0\n"
        "def remember(app, docname): app.env.seen += 1\ndef shown(app): return app.env.seen"
    ),
    "a domain": (
        "def remember(app, docname): app.env.domaindata['std'].setdefault('xseen', []).append(docname)\n"
        "def shown(app): return app.env.domaindata['std'].get('xseen')"
    ),
    "titles": "def remember(app, docname): pass\ndef shown(app): return [*app.env.titles]",
    "all documents": "def remember(app, docname): pass\ndef shown(app): return [*app.env.all_docs]",
    "a module of the site": (
        "def remember(app, docname):\n    import beside\n    beside.seen.append(docname)\n"
        "def shown(app):\n    import beside\n    return beside.seen"
    ),
    "a module of others": (
        "import json\njson.seen = 0\ndef remember(app, docname): json.seen += 1\ndef shown(app): return json.seen"
    ),
    "the process": (
        "import os\ndef remember(app, docname): os.environ['SEEN'] = os.environ.get('SEEN', '') + docname\n"
        "def shown(app): return os.environ.get('SEEN')"
    ),
    "random numbers": (
        "import random\nrandom.seed(3)\n"
        "def remember(app, docname): random.random()\ndef shown(app): return random.random()"
    ),
    "a database": (
        "import sqlite3\ndb = sqlite3.connect(':memory:')\ndb.execute('create table seen (name)')\n"
        "def remember(app, docname): db.execute('insert into seen values (?)', (docname,))\n"
        "def shown(app): return db.execute('select * from seen').fetchall()"
    ),
    "a thread": (
        "import queue, threading\nto_do, done, seen = queue.Queue(), queue.Queue(), []\n"
        "def work():\n    while True:\n        seen.append(to_do.get())\n        done.put(0)\n"
        "threading.Thread(target=work, daemon=True).start()\n"
        "def remember(app, docname):\n    to_do.put(docname)\n    done.get()\ndef shown(app): return seen"
    ),
}


@pytest.fixture
def site(tmp_path: Path) -> ReadingSite:
    return ReadingSite(tmp_path / "site", {**PAGES, "beside.py": "seen = []\n"}, CONF)


def extension(code: str, setup: str = "") -> str:
    begins = "app.connect('builder-inited', begin)" if "def begin" in code else ""
    return f"{code}\n{DIRECTIVES.format(setup=setup or begins)}"


def clone_of(site: ReadingSite) -> ReadingSite:
    """Make a clone that shares the cache, with a name of its own."""
    return site.clone(f"clone{len([*site.root.parent.iterdir()])}")


def assert_as_stock(site: ReadingSite) -> None:
    """Check that a clone shows what it shows without us."""
    assert clone_of(site).build("text").output() == site.build_stock("text").output()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_remembered_is_as_in_a_clean_build(site: ReadingSite, kind: str) -> None:
    site.write("silent.py", extension(KINDS[kind]))
    kept = {"a"} if CAN_WATCH else set()
    site.build_as_clean("text")
    assert_as_stock(site)
    built = clone_of(site).build_as_clean("text")
    assert (built.read, built.restored) == (ALL - kept, kept)
    assert len(re.findall(r"pages .* read in each clone: .*Remember\.run|not safe for parallel", built.out)) == 1
    assert "could not be kept" not in built.warnings
    site.write("a.rst", "A\n=\n\n.. remember::\n")
    assert clone_of(site).build_as_clean("text").read == ALL
    assert_as_stock(site)
    site.write("a.rst", PAGES["a.rst"])
    for docname in "bcd":
        site.write(f"{docname}.rst", "Now\n===\n\nNothing.\n")
    clone_of(site).build_as_clean("text")
    assert_as_stock(site)
    assert clone_of(site).build_as_clean("text").read == (set() if CAN_WATCH else ALL)


@pytest.mark.skipif(not CAN_WATCH, reason="Python does not tell when code begins to run")
def test_an_extension_that_has_no_part_in_reading_costs_no_page(site: ReadingSite) -> None:
    site.write(
        "silent.py",
        "def write(app, doctree, docname):\n    doctree.append(doctree[0][0].deepcopy())\n\n"
        "def setup(app):\n    app.connect('doctree-resolved', write)\n",
    )
    for docname in "bcd":
        site.write(f"{docname}.rst", "Now\n===\n\nNothing.\n")
    conf = (site.source / "conf.py").read_text()
    site.write(
        "conf.py",
        conf + "extensions.append('sphinx.ext.autodoc')\nautodoc_typehints = 'both'\n"
        "def read(app, docname, source): source[0] += '\\n\\nMore.\\n'\n"
        "def setup(app): app.connect('source-read', read)\n",
    )
    site.write(
        "plugins/noted.py",
        "def register_plugin(site):\n    @site.signals.page_read.connect\n    def note(page, doctree):\n"
        "        doctree['noted'] = page.docname\n",
    )
    site.write("b.rst", "B\n=\n\n.. automodule:: documented\n   :members:\n   :undoc-members:\n")
    site.write(
        "documented.py",
        "import dataclasses, enum, typing\n\n@dataclasses.dataclass\nclass A:\n    n: 'typing.Optional[int]' = None\n"
        "    #: Documented.\n    m: 'list[A]' = dataclasses.field(default_factory=list)\n\n"
        "    def f(self, x: 'A | None' = None) -> 'A': ...\n\nclass B(typing.NamedTuple):\n    a: 'int'\n\n"
        "class C(enum.Enum):\n    A = enum.auto()\n",
    )
    assert site.build_as_clean("text").read == ALL
    assert site.build_as_clean("text").read == set()
    assert site.clone("clone").build_as_clean("text").restored == ALL
    site.write("c.rst", "C\n=\n\nMore.\n")
    assert site.build_as_clean("text").read == {"c"}
    assert_as_stock(site)


@pytest.mark.parametrize(
    ("code", "setup"),
    [
        ("from beside import Thing", "app.add_directive('thing', Thing)"),
        ("", "from beside import Thing; app.add_directive('thing', Thing)"),
        ("import importlib", "app.add_directive('thing', importlib.import_module('beside').Thing)"),
    ],
    ids=["at the top", "inside", "by name"],
)
def test_code_that_an_extension_only_hands_on_is_its_own(site: ReadingSite, code: str, setup: str) -> None:
    site.write(
        "beside.py",
        "from docutils import nodes\nfrom docutils.parsers.rst import Directive\nseen = []\n\nclass Thing(Directive):\n"
        "    def run(self):\n        seen.append(1)\n        return [nodes.paragraph(text=f'{seen}')]\n",
    )
    site.write("silent.py", f"{code}\ndef setup(app):\n    {setup}\n")
    for docname in "bcd":
        site.write(f"{docname}.rst", f"{docname}\n=\n\n.. thing::\n")
    site.build_as_clean("text")
    assert clone_of(site).build_as_clean("text").read >= {"b", "c", "d", "index"}
    site.write("c.rst", "c\n=\n\n.. thing::\n\n.. thing::\n")
    clone_of(site).build_as_clean("text")
    assert_as_stock(site)


def test_the_page_that_meets_their_code_is_read_once(site: ReadingSite) -> None:
    """What they do outside of Sphinx is done as often as Sphinx does it."""
    site.write(
        "silent.py",
        extension("def remember(app, docname): print(f'<{docname}>')\ndef shown(app): return ''"),
    )
    assert re.findall(r"<(\w)>", site.build("text").out) == ["b", "d"]


def test_an_error_is_told_as_sphinx_tells_it(site: ReadingSite) -> None:
    site.write(
        "silent.py",
        extension("def remember(app, docname): raise ValueError(docname)\ndef shown(app): return ''"),
    )
    ours, stock = site.build("text"), site.build_stock("text")
    assert ours.exit_code == stock.exit_code != 0
    assert "ValueError: b" in ours.warnings
    assert "ValueError: b" in stock.warnings


def test_pages_after_one_that_is_gone_are_kept(site: ReadingSite) -> None:
    site.write("silent.py", extension(KINDS["a class"]))
    site.build_as_clean("text")
    for gone in "bcd":
        site.remove(f"{gone}.rst")
        index = (site.source / "index.rst").read_text()
        site.write("index.rst", index.replace(f"   {gone}\n", ""))
        clone_of(site).build_as_clean("text")
    assert clone_of(site).build_as_clean("text").read == (set() if CAN_WATCH else {"a", "index"})


def test_a_page_that_meets_their_code_and_defines_what_another_defines(site: ReadingSite) -> None:
    site.write("silent.py", extension(KINDS["a variable"]))
    site.write("a.rst", ".. _here:\n\nA\n=\n")
    site.write("b.rst", ".. _here:\n\nB\n=\n\n.. remember::\n")
    for _ in range(2):
        assert site.build_as_clean("text").warnings.count("duplicate label here") == 1
    assert_as_stock(site)


def test_what_pages_put_into_the_environment_goes_with_them(site: ReadingSite) -> None:
    """An extension that says that it is safe, and never purges."""
    site.write(
        "silent.py",
        "def read(app, docname, source):\n    if 'remember' in source[0]:\n"
        "        vars(app.env).setdefault('safe_seen', {})[docname] = 1\n\n"
        "def merge(app, env, docnames, other):\n"
        "    vars(env).setdefault('safe_seen', {}).update(getattr(other, 'safe_seen', {}))\n\n"
        "def setup(app):\n    app.connect('source-read', read)\n    app.connect('env-merge-info', merge)\n"
        "    return {'parallel_read_safe': True}\n",
    )
    for docname in "bcd":
        site.write(f"{docname}.rst", "Now\n===\n\n.. remember\n")
    site.build_as_clean("text")
    site.write("b.rst", "Now\n===\n")
    site.build_as_clean("text")
    for docname in "cd":
        site.write(f"{docname}.rst", "Now\n===\n")
    site.build_as_clean("text")
    assert site.build_as_clean("text").read == set()


@pytest.mark.skipif(not CAN_WATCH, reason="Python does not tell when code begins to run")
def test_their_code_is_not_asked_to_merge(site: ReadingSite) -> None:
    """Sphinx never asks it to: with such an extension, it reads in one process."""
    site.write(
        "silent.py",
        extension(
            f"{KINDS['a variable']}\ndef merge(app, env, docnames, other): env.seen.update(other.seen)",
            "app.connect('env-merge-info', merge)",
        ),
    )
    site.build_as_clean("text")
    assert clone_of(site).build_as_clean("text").read == ALL - {"a"}


@pytest.mark.parametrize("merges", ["", "\n\n    def merge_domaindata(self, docnames, otherdata): self.data['n'] += 1"])
def test_a_domain_of_theirs(site: ReadingSite, merges: str) -> None:
    site.write(
        "silent.py",
        extension(
            "from sphinx.domains import Domain\n\nclass Zoo(Domain):\n    name = 'zoo'\n    initial_data = {'n': 0}\n"
            f"{merges}\n\ndef remember(app, docname): app.env.domaindata['zoo']['n'] += 1\n"
            "def shown(app): return app.env.domaindata['zoo']['n']",
            "app.add_domain(Zoo)",
        ),
    )
    for _ in range(2):
        assert clone_of(site).build_as_clean("text").read == ALL
    assert_as_stock(site)


HELPER = (
    "from docutils import nodes\nfrom docutils.parsers.rst import Directive\nseen = []\n\nclass Thing(Directive):\n"
    "    def run(self):\n        seen.append(1)\n        return [nodes.paragraph(text=f'{seen}')]\n"
)


@pytest.mark.parametrize(
    "code",
    [
        "import pkgutil\ndef setup(app): app.add_directive('thing', pkgutil.resolve_name('beside:Thing'))",
        "import sphinx.util\ndef setup(app): app.add_directive('thing', sphinx.util.import_object('beside.Thing'))",
        "import sys\ndef setup(app): app.add_directive('thing', sys.modules['beside'].Thing)",
    ],
    ids=["resolved", "of Sphinx", "from conf.py"],
)
def test_code_that_was_loaded_for_an_extension_is_its_own(site: ReadingSite, code: str) -> None:
    conf = (site.source / "conf.py").read_text()
    site.write("conf.py", conf + ("import beside\n" if "sys.modules" in code else ""))
    site.write("beside.py", HELPER)
    site.write("silent.py", code)
    for docname in "bcd":
        site.write(f"{docname}.rst", f"{docname}\n=\n\n.. thing::\n")
    site.build_as_clean("text")
    site.write("b.rst", "b\n=\n\n.. thing::\n\n.. thing::\n")
    assert clone_of(site).build_as_clean("text").read >= {"b", "c", "d", "index"}
    assert_as_stock(site)


def test_an_extension_of_a_package_that_has_another(site: ReadingSite) -> None:
    site.write("package/__init__.py", "")
    site.write("package/safe.py", "def setup(app): return {'parallel_read_safe': True}\n")
    site.write("package/helper.py", HELPER)
    site.write("silent.py", "def setup(app): app.setup_extension('package.silent')\n")
    site.write(
        "package/silent.py", "from package.helper import Thing\ndef setup(app): app.add_directive('thing', Thing)\n"
    )
    conf = (site.source / "conf.py").read_text()
    site.write("conf.py", conf + "extensions.append('package.safe')\n")
    for docname in "bcd":
        site.write(f"{docname}.rst", f"{docname}\n=\n\n.. thing::\n")
    site.build_as_clean("text")
    site.write("b.rst", "b\n=\n\n.. thing::\n\n.. thing::\n")
    assert clone_of(site).build_as_clean("text").read >= {"b", "c", "d", "index"}
    assert_as_stock(site)


def test_an_extension_that_said_that_it_is_safe(site: ReadingSite) -> None:
    silent = extension(KINDS["a variable"])
    site.write(
        "silent.py",
        silent + "\n    import os\n    return {'parallel_read_safe': True} if 'SAFE' in os.environ else None\n",
    )
    site.build("text", env={"SAFE": "1"})
    assert site.build_as_clean("text").read == ALL
    assert_as_stock(site)


def test_warnings_of_the_page_that_meets_their_code_are_given_once(site: ReadingSite) -> None:
    site.write("silent.py", extension(KINDS["a variable"]))
    site.write("b.rst", "B\n=\n\n:nope:`x`\n\n.. remember::\n")
    for _ in range(2):
        assert site.build_as_clean("text").warnings.count("Unknown interpreted text role") == 1
