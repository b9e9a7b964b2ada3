"""Code whose authors never thought of a cache: builds give what Sphinx gives, at first, after edits, in clones."""

import shutil
import textwrap
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import MakeSite
from tests.support import Result, Site, assert_same_output

CONF = (
    "import os, sys\nsys.path.insert(0, os.path.dirname(__file__))\nhtml_theme = 'basic'\nhtml_copy_source = False\n"
    "extensions = ['own', *os.environ['OURS'].split()]\n"
)
SAFE = 'return {"parallel_read_safe": True, "parallel_write_safe": True}'
PAGES = {
    "index.rst": "Home\n====\n\nSalt and oil.\n\n.. toctree::\n   :glob:\n\n   more/*\n",
    **{f"more/page{number}.rst": f"Page {number}\n======\n\nText.\n" for number in range(6)},
}


def site_with(make_site: MakeSite, code: str, conf: str = "", more: dict[str, str] | None = None) -> Site:
    """Make a site with an extension named ``own``."""
    return make_site({"conf.py": CONF + conf, "own.py": textwrap.dedent(code), **PAGES, **(more or {})})


def plan_of(result: Result) -> str:
    line = next((line for line in result.out.splitlines() if line.startswith("page")), "")
    return line.partition(";")[0]  # without the time that was saved


def check(
    site: Site, *, jobs: int = 1, cache: Path, into: str = "ours", builder: str = "html", forked: bool = False
) -> Result:
    """Build with Sphinx alone, from nothing, and with Pronghorn; return what the latter did."""
    build = site.build_forked if forked else site.build
    shutil.rmtree(site.root / "stock", ignore_errors=True)
    stock = build(builder, env={"OURS": ""}, jobs=jobs, into="stock")
    ours = build(builder, env={"OURS": "pronghorn", "PRONGHORN_CACHE_DIR": str(cache)}, jobs=jobs, into=into)
    assert (stock.exit_code, ours.exit_code) == (0, 0), ours.warnings
    assert ours.warnings == stock.warnings
    assert_same_output(stock, ours)
    return ours


check_forked = partial(check, forked=True)
"""The same in less time, for what does not depend on the order of sets."""

WORDS = """
class Words:
    def begin(self, app):
        self.table = app.env.words = MAKE

    def count(self, app, doctree):
        PUT

    def purge(self, app, env, docname):
        PURGE

    def merge(self, app, env, docnames, other):
        MERGE

    def show(self, app, pagename, templatename, context, doctree):
        found = FOUND
        context["body"] = context.get("body", "") + f"<p>words: {found}</p>"


def setup(app):
    words = Words()
    app.connect("builder-inited", words.begin)
    app.connect("doctree-read", words.count)
    app.connect("env-purge-doc", words.purge)
    app.connect("env-merge-info", words.merge)
    app.connect("html-page-context", words.show)
    SAFE
"""


def words(make: str, put: str, purge: str, merge: str, found: str) -> str:
    """Return an extension that counts words, in a container of a kind."""
    parts = {"MAKE": make, "PUT": put, "PURGE": purge, "MERGE": merge, "FOUND": found, "SAFE": SAFE}
    code = WORDS
    for name, part in parts.items():
        code = code.replace(name, part)
    return code


IN_MEMORY = {
    "a dict": words(
        make="dict(getattr(app.env, 'words', {}))",
        put="self.table[app.env.docname] = len(doctree.astext().split())",
        purge="self.table.pop(docname, None)",
        merge="env.words.update(other.words)",
        found="self.table.get(pagename)",
    ),
    "a set": words(
        make="set(getattr(app.env, 'words', ()))",
        put="self.table.add((app.env.docname, len(doctree.astext().split())))",
        purge="self.table -= {one for one in self.table if one[0] == docname}",
        merge="env.words |= {one for one in other.words if one[0] in docnames}",
        found="sorted(number for name, number in self.table if name == pagename)",
    ),
    "under two names": words(
        make="app.env.more_words = dict(getattr(app.env, 'words', {}))",
        put="self.table[app.env.docname] = len(doctree.astext().split())",
        purge="self.table.pop(docname, None)",
        merge="env.words.update(other.words)",
        found="self.table.get(pagename)",
    ),
    "asked for in both ways": words(
        make="dict(getattr(app.env, 'words', {}))",
        put="self.table[app.env.docname] = 0; app.env.words[app.env.docname] += len(doctree.astext().split())",
        purge="env.words.pop(docname, None)",
        merge="env.words.update(other.words)",
        found="app.env.words.get(pagename)",
    ),
}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("code", IN_MEMORY.values(), ids=IN_MEMORY)
def test_one_object_in_memory_and_on_the_environment(code: str, jobs: int, make_site: MakeSite, tmp_path: Path) -> None:
    site = site_with(make_site, code)
    check(site, cache=tmp_path, jobs=jobs)
    site.write("more/page2.rst", "Page 2\n======\n\nA longer text.\n")
    assert plan_of(check(site, cache=tmp_path, jobs=jobs)) != "pages: 7 read"
    site.write("more/page2.rst", "Page 2\n======\n\nA shorter text.\n")
    check(site, cache=tmp_path, jobs=jobs)
    site.write("index.rst", PAGES["index.rst"].replace("Salt", "Salt, bread"))
    check(site, cache=tmp_path, jobs=jobs)
    assert plan_of(check(site, cache=tmp_path, jobs=jobs, into="clone")) == "pages: 7 restored"


OF_ITS_OWN = """
from collections.abc import MutableMapping


class Registry(MutableMapping):
    def __init__(self, data=()):
        self.data = dict(data)

    def __getitem__(self, key):
        return self.data[key]

    def __setitem__(self, key, value):
        self.data[key] = value

    def __delitem__(self, key):
        del self.data[key]

    def __iter__(self):
        return iter(self.data)

    def __len__(self):
        return len(self.data)


def begin(app):
    if not hasattr(app.env, "registry"):
        app.env.registry = Registry()
    if not hasattr(app.env, "many"):
        app.env.many = 0


def count(app, doctree):
    app.env.registry[app.env.docname] = len(doctree.astext().split())


def purge(app, env, docname):
    env.registry.pop(docname, None)


def merge(app, env, docnames, other):
    env.registry.update(other.registry)


def show(app, pagename, templatename, context, doctree):
    context["body"] = context.get("body", "") + f"<p>words: {app.env.registry.get(pagename)} {app.env.many}</p>"


def setup(app):
    app.connect("builder-inited", begin)
    app.connect("doctree-read", count)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("html-page-context", show)
    SAFE
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_container_of_a_class_of_its_own(jobs: int, make_site: MakeSite, tmp_path: Path) -> None:
    site = site_with(make_site, OF_ITS_OWN.replace("SAFE", SAFE))
    check(site, cache=tmp_path, jobs=jobs)
    site.write("more/page2.rst", "Page 2\n======\n\nA longer text.\n")
    check(site, cache=tmp_path, jobs=jobs)
    check(site, cache=tmp_path, jobs=jobs, into="clone")


FILLED = """
import os


def mark(app, docname, source):
    app.env.lengths[KEY] = None


def measure(app, env):
    for docname, length in env.lengths.items():
        if length is None:
            env.lengths[docname] = os.stat(env.doc2path(docname.removeprefix("of "))).st_size


def show(app, pagename, templatename, context, doctree):
    length = app.env.lengths.get(SHOWN)
    context["body"] = context.get("body", "") + f"<p>bytes: {length}</p>"


def begin(app):
    if not hasattr(app.env, "lengths"):
        app.env.lengths = {}


def purge(app, env, docname):
    env.lengths.pop(KEY, None)


def merge(app, env, docnames, other):
    env.lengths.update(other.lengths)


def setup(app):
    app.connect("builder-inited", begin)
    app.connect("source-read", mark)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", measure)
    app.connect("html-page-context", show)
    SAFE
"""


@pytest.mark.parametrize("prefix", ["", "'of ' + "])
def test_what_is_filled_in_when_all_pages_are_read(prefix: str, make_site: MakeSite, tmp_path: Path) -> None:
    code = FILLED.replace("KEY", f"{prefix}docname").replace("SHOWN", f"{prefix}pagename").replace("SAFE", SAFE)
    site = site_with(make_site, code)
    check(site, cache=tmp_path)
    site.write("more/page2.rst", "Page 2\n======\n\nA longer text.\n")
    check(site, cache=tmp_path)
    site.write("more/page2.rst", "Page 2\n======\n\nText.\n")
    check(site, cache=tmp_path)


DATA = f"""
from docutils import nodes
from docutils.parsers.rst import Directive


class Show(Directive):
    def run(self):
        data = self.state.document.settings.env.domaindata["counts"]
        return [nodes.paragraph(text="there are " + str(data["found"]["f"]))]


def begin(app):
    app.env.domaindata["counts"] = {{"found": {{"f": app.config.many}}}}


def setup(app):
    app.add_config_value("many", 1, "")
    app.connect("builder-inited", begin)
    app.add_directive("show", Show)
    {SAFE}
"""


def test_data_that_belongs_to_no_domain(make_site: MakeSite, tmp_path: Path) -> None:
    site = site_with(make_site, DATA, "many = 1\n", {"more/page0.rst": "Page 0\n======\n\n.. show::\n"})
    assert plan_of(check(site, cache=tmp_path)) == "pages: 7 read"
    assert plan_of(check(site, cache=tmp_path)) == "pages: 7 reused"
    site.write("conf.py", (site.source / "conf.py").read_text("utf-8").replace("many = 1", "many = 2"))
    check(site, cache=tmp_path)
    assert "there are 2" in (site.root / "ours/html/more/page0.html").read_text("utf-8")


COUNTED = f"""
from collections import Counter


def counts(env):
    return env.domaindata.setdefault("counts", {{}}).setdefault("words", Counter())


def count(app, doctree):
    counts(app.env).update(doctree.astext().split())


def merge(app, env, docnames, other):
    counts(env).update(counts(other))


def show(app, pagename, templatename, context, doctree):
    context["body"] = context.get("body", "") + f"<p>{{sorted(counts(app.env).items())}}</p>"


def setup(app):
    app.connect("doctree-read", count)
    app.connect("env-merge-info", merge)
    app.connect("html-page-context", show)
    {SAFE}
"""


def test_data_of_pages_that_belongs_to_no_domain(make_site: MakeSite, tmp_path: Path) -> None:
    site = site_with(make_site, COUNTED)
    check(site, cache=tmp_path)
    site.write("more/page2.rst", "Page 2\n======\n\nOther words.\n")
    check(site, cache=tmp_path)
    check(site, cache=tmp_path, into="clone")


ALIAS = f"""
from docutils import nodes
from docutils.parsers.rst import Directive


class Show(Directive):
    def run(self):
        import pk
        return [nodes.paragraph(text=str(pk.core.VALUE))]


def setup(app):
    app.add_directive("show", Show)
    {SAFE}
"""


def test_a_module_with_two_names(make_site: MakeSite, tmp_path: Path) -> None:
    package = {
        "pk/__init__.py": "import sys\nimport pk.core\nsys.modules['pk.packages.core'] = sys.modules['pk.core']\n",
        "pk/core.py": "VALUE = 1\n",
    }
    pages = {"more/page0.rst": "Page 0\n======\n\n.. show::\n", **package}
    site = site_with(make_site, ALIAS, "exclude_patterns = ['pk']\n", pages)
    check(site, cache=tmp_path)
    assert plan_of(check(site, cache=tmp_path)) == "pages: 7 reused"
    site.write("pk/core.py", "VALUE = 2\n")
    check(site, cache=tmp_path)


WRAPPED = f"""
def begin(app):
    handle_page = app.builder.handle_page

    def wrapper(pagename, addctx, *args, **named):
        handle_page(pagename, {{**addctx, "title": addctx.get("title", "") + " (wrapped)"}}, *args, **named)

    app.builder.handle_page = wrapper


def setup(app):
    app.connect("builder-inited", begin, {{priority}})
    {SAFE}
"""


@pytest.mark.parametrize("priority", [1, 900])
def test_a_method_that_an_extension_puts_on_the_builder(priority: int, make_site: MakeSite, tmp_path: Path) -> None:
    site = site_with(make_site, WRAPPED.replace("{priority}", str(priority)))
    built = check(site, cache=tmp_path)
    assert "(wrapped)" in built.read("index.html")


CLASSES = f"""
from sphinx.builders.dirhtml import DirectoryHTMLBuilder
from sphinx.builders.html import StandaloneHTMLBuilder


def write(app, exception):
    if type(app.builder) in {{StandaloneHTMLBuilder, DirectoryHTMLBuilder}}:
        (app.outdir / "seen.txt").write_text(app.builder.get_target_uri("index") + type(app.builder).__qualname__)


def setup(app):
    app.connect("build-finished", write)
    {SAFE}
"""
URLS = """
def register_plugin(site):
    site.readers.register_reader(
        deduce_url=lambda path: "there", condition=lambda path: path.ext == "rst" and path.basename == "page1.rst"
    )
"""


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
@pytest.mark.parametrize("plugin", ["", URLS], ids=["no plugin", "a plugin with URLs"])
def test_the_builder_is_of_the_class_that_sphinx_gave_it(
    builder: str, plugin: str, make_site: MakeSite, tmp_path: Path
) -> None:
    site = site_with(make_site, CLASSES, more={"plugins/urls.py": plugin} if plugin else None)
    result = site.build(builder, env={"OURS": "pronghorn", "PRONGHORN_CACHE_DIR": str(tmp_path)})
    assert result.exit_code == 0, result.warnings
    assert (result.outdir / "seen.txt").is_file()
    if not plugin:
        check(site, cache=tmp_path, builder=builder)


ORDER = f"""
from dataclasses import dataclass, field

from docutils import nodes
from docutils.parsers.rst import Directive


@dataclass
class Settings:
    word: str
    names: set = field(default_factory=lambda: {{f"name{{number}}" for number in range(40)}})


class Show(Directive):
    def run(self):
        env = self.state.document.settings.env
        env.own_settings.names = set(reversed(sorted(env.own_settings.names)))
        return [nodes.paragraph(text=env.own_settings.word)]


def begin(app):
    app.env.own_settings = Settings(app.config.word)


def setup(app):
    app.add_config_value("word", "", "env")
    app.connect("builder-inited", begin)
    app.add_directive("show", Show)
    {SAFE}
"""


def test_an_equal_set_in_another_order_is_no_change(make_site: MakeSite, tmp_path: Path) -> None:
    site = site_with(make_site, ORDER, "word = 'old'\n", {"more/page0.rst": "Page 0\n======\n\n.. show::\n"})
    check(site, cache=tmp_path)
    site.write("conf.py", (site.source / "conf.py").read_text("utf-8").replace("'old'", "'new'"))
    check(site, cache=tmp_path)
