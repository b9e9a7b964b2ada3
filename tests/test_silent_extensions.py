"""Extensions that do not say whether pages may be read in any process: what they remember is observed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.cached_reading import ReadingSite

PAGES = {
    "index.rst": "Home\n====\n\n.. toctree::\n\n   a\n   b\n   c\n   d\n",
    "a.rst": "A\n=\n\nBefore.\n",
    "b.rst": "B\n=\n\nremember\n",
    "c.rst": "C\n=\n\nshow\n",
    "d.rst": "D\n=\n\nremember, show\n",
}
CONF = "import sys\nsys.path.insert(0, __file__.rpartition('/')[0])\nextensions.append('silent')\n"
READING = """

def read(app, docname, source):
    if "remember" in source[0]:
        remember(app, docname)
    if "show" in source[0]:
        source[0] += f"\\n\\nIt knows {{shown(app)}}.\\n"

def setup(app):
    {setup}app.connect("source-read", read)
"""

REMEMBERING = {
    "a variable of the module": (
        "seen = []\n\ndef remember(app, docname):\n    seen.append(docname)\n\ndef shown(app):\n    return seen\n"
    ),
    "a variable that is assigned": (
        "seen = ''\n\ndef remember(app, docname):\n    global seen\n    seen += docname\n\n"
        "def shown(app):\n    return seen\n"
    ),
    "a class": (
        "class Seen:\n    n = 0\n\ndef remember(app, docname):\n    Seen.n += 1\n\ndef shown(app):\n    return Seen.n\n"
    ),
    "an instance": (
        "class Seen:\n    def __init__(self):\n        self.names = set()\n\nseen = Seen()\n\n"
        "def remember(app, docname):\n    seen.names.add(docname)\n\ndef shown(app):\n    return sorted(seen.names)\n"
    ),
    "slots": (
        "class Seen:\n    __slots__ = ('n',)\n\nseen = Seen()\nseen.n = 0\n\n"
        "def remember(app, docname):\n    seen.n += 1\n\ndef shown(app):\n    return seen.n\n"
    ),
    "a default": (
        "def remember(app, docname, seen=[]):\n    seen.append(docname)\n\n"
        "def shown(app):\n    return remember.__defaults__\n"
    ),
    "an attribute of a function": (
        "def remember(app, docname):\n    remember.n = getattr(remember, 'n', 0) + 1\n\n"
        "def shown(app):\n    return getattr(remember, 'n', 0)\n"
    ),
    "a closure": (
        "def make():\n    n = 0\n    def add():\n        nonlocal n\n        n += 1\n    def get():\n        return n\n"
        "    return add, get\n\nadd, get = make()\n\n"
        "def remember(app, docname):\n    add()\n\ndef shown(app):\n    return get()\n"
    ),
    "a counter": (
        "import itertools\n\nnumbers = itertools.count()\n\n"
        "def remember(app, docname):\n    next(numbers)\n\ndef shown(app):\n    return repr(numbers)\n"
    ),
    "a generator": (
        "def count():\n    yield from range(99)\n\nnumbers = count()\n\n"
        "def remember(app, docname):\n    next(numbers)\n\ndef shown(app):\n    return next(numbers)\n"
    ),
    "a cache": (
        "import functools\n\n@functools.cache\ndef first(name):\n    return name\n\n"
        "def remember(app, docname):\n    first(docname)\n\n"
        "def shown(app):\n    return first.cache_info().currsize\n"
    ),
    "the application": (
        "def remember(app, docname):\n    app.seen = getattr(app, 'seen', '') + docname\n\n"
        "def shown(app):\n    return getattr(app, 'seen', '')\n"
    ),
    "the builder": (
        "def remember(app, docname):\n    app.builder.seen = getattr(app.builder, 'seen', '') + docname\n\n"
        "def shown(app):\n    return getattr(app.builder, 'seen', '')\n"
    ),
    "the environment": (
        "def remember(app, docname):\n    app.env.seen = [*getattr(app.env, 'seen', ()), docname]\n\n"
        "def shown(app):\n    return getattr(app.env, 'seen', '')\n"
    ),
    "a module of the site": (
        "import beside\n\ndef remember(app, docname):\n    beside.seen.append(docname)\n\n"
        "def shown(app):\n    return beside.seen\n"
    ),
    "an object that cannot be looked into": (
        "import io\n\nfile = io.TextIOWrapper(io.BytesIO(), write_through=True)\n\n"
        "def remember(app, docname):\n    file.write(docname)\n\ndef shown(app):\n    return file.buffer.getvalue()\n"
    ),
}
FROM_THE_START = {"a generator", "an object that cannot be looked into"}


@pytest.fixture
def site(tmp_path: Path) -> ReadingSite:
    return ReadingSite(tmp_path / "site", {**PAGES, "beside.py": "seen = []\n"}, CONF)


def extension(code: str, setup: str = "") -> str:
    return code + READING.format(setup=setup and f"{setup}\n    ")


def check_as_stock(site: ReadingSite) -> None:
    """Check that the site shows what it shows without us."""
    ours, stock = site.build("text", into="other", doctrees="others"), site.build_stock("text")
    assert ours.output() == stock.output()


@pytest.mark.parametrize("kind", REMEMBERING)
def test_what_is_remembered_is_as_in_a_clean_build(site: ReadingSite, kind: str) -> None:
    site.write("silent.py", extension(REMEMBERING[kind]))
    reached = {"b", "c", "d", "index"} | ({"a"} if kind in FROM_THE_START else set())
    if kind == "the environment":
        reached.remove("b")  # it is the first one to put something there
    site.build_as_clean("text")
    check_as_stock(site)
    built = site.build_as_clean("text")
    assert built.read == reached
    line = "an extension that does not say whether it is safe for parallel reading keeps"
    assert built.out.count(line) == 1
    assert built.out.count("is not kept") + built.out.count("are not kept") == 0
    clone = site.clone("clone")
    assert clone.build_as_clean("text").restored == {"index", *"abcd"} - reached
    site.write("a.rst", "A\n=\n\nremember\n")
    assert site.build_as_clean("text").read >= {"a", "c", "d", "index"}
    check_as_stock(site)
    site.write("a.rst", PAGES["a.rst"])
    for docname in "bd":
        site.write(f"{docname}.rst", "Now\n===\n\nshow\n")
    site.build_as_clean("text")
    check_as_stock(site)
    assert site.build_as_clean("text").read == (set() if kind not in FROM_THE_START else {"index", *"abcd"})


def test_an_extension_that_remembers_nothing_costs_no_page(site: ReadingSite) -> None:
    site.write(
        "silent.py",
        extension("def remember(app, docname):\n    {}[docname] = 1\n\ndef shown(app):\n    return 'nothing'\n"),
    )
    assert site.build_as_clean("text").read == {"index", *"abcd"}
    assert site.build_as_clean("text").read == set()
    assert site.clone("clone").build_as_clean("text").restored == {"index", *"abcd"}
    site.write("c.rst", "C\n=\n\nIt shows nothing.\n")
    assert site.build_as_clean("text").read == {"c"}
    check_as_stock(site)


def test_what_another_extension_merges_costs_no_page(site: ReadingSite) -> None:
    site.write("silent.py", extension("def remember(app, docname):\n    {}\n\ndef shown(app):\n    return 'nothing'\n"))
    site.write(
        "safe.py",
        "def read(app, docname, source):\n    if 'remember' in source[0]:\n"
        "        vars(app.env).setdefault('safe_seen', {})[docname] = 1\n\n"
        "def merge(app, env, docnames, other):\n"
        "    vars(env).setdefault('safe_seen', {}).update(getattr(other, 'safe_seen', {}))\n\n"
        "def setup(app):\n    app.connect('source-read', read)\n    app.connect('env-merge-info', merge)\n"
        "    return {'parallel_read_safe': True}\n",
    )
    site.write("conf.py", (site.source / "conf.py").read_text() + "extensions.append('safe')\n")
    site.build_as_clean("text")
    assert site.build_as_clean("text").read == set()
    assert site.clone("clone").build_as_clean("text").restored == {"index", *"abcd"}


def test_a_domain_that_does_not_merge(site: ReadingSite) -> None:
    site.write(
        "silent.py",
        extension(
            "from sphinx.domains import Domain\n\nclass Zoo(Domain):\n"
            "    name = 'zoo'\n    initial_data = {'seen': []}\n\n"
            "    def clear_doc(self, docname):\n        seen = self.data['seen']\n"
            "        seen[:] = [name for name in seen if name != docname]\n\n"
            "def remember(app, docname):\n    app.env.domaindata['zoo']['seen'].append(docname)\n\n"
            "def shown(app):\n    return app.env.domaindata['zoo']['seen']\n",
            "app.add_domain(Zoo)",
        ),
    )
    site.build_as_clean("text")
    assert site.build_as_clean("text").read == {"index", *"abcd"}
    site.write("b.rst", "B\n=\n")
    site.build_as_clean("text")
    check_as_stock(site)


def test_an_error_is_told_as_sphinx_tells_it(site: ReadingSite) -> None:
    site.write(
        "silent.py",
        extension("def remember(app, docname):\n    raise ValueError(docname)\n\ndef shown(app):\n    return ''\n"),
    )
    ours, stock = site.build("text"), site.build_stock("text")
    assert ours.exit_code == stock.exit_code != 0
    told = [re.findall("for event .* threw an exception.*", built.warnings) for built in (ours, stock)]
    assert told[0] == told[1] == ["for event 'source-read' threw an exception (exception: b)"]


def test_pages_after_one_that_is_gone_are_kept(site: ReadingSite) -> None:
    site.write("silent.py", extension(REMEMBERING["a class"]))
    site.build_as_clean("text")
    site.remove("b.rst")
    site.write("index.rst", PAGES["index.rst"].replace("   b\n", ""))
    site.build_as_clean("text")
    site.remove("d.rst")
    site.write("index.rst", PAGES["index.rst"].replace("   b\n", "").replace("   d\n", ""))
    site.build_as_clean("text")
    assert site.build_as_clean("text").read == set()


def test_a_page_that_is_remembered_and_defines_what_another_defines(site: ReadingSite) -> None:
    site.write("silent.py", extension(REMEMBERING["an instance"]))
    site.write("a.rst", ".. _here:\n\nA\n=\n")
    site.write("b.rst", ".. _here:\n\nB\n=\n\nremember\n")
    built = site.build_as_clean("text")
    assert built.warnings.count("duplicate label here") == 1
    again = site.build_as_clean("text")
    assert again.warnings.count("duplicate label here") == 1
    check_as_stock(site)
