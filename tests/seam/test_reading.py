"""The internals of Sphinx that reading with the cache touches are as they were.

Each test says what would break. If one fails with a new Sphinx, look at the named module in
``src/pronghorn/incremental`` before anything else.
"""

import importlib
import inspect
import io
import logging
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sphinx
from docutils import nodes
from docutils.parsers.rst import directives, roles
from sphinx import versioning
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config
from sphinx.directives.other import TocTree
from sphinx.domains import Domain
from sphinx.domains._domains_container import _DomainsContainer
from sphinx.environment import BuildEnvironment
from sphinx.transforms import DefaultSubstitutions
from sphinx.util.docutils import SphinxDirective, SphinxRole, docutils_namespace, patch_docutils
from sphinx.util.i18n import format_date
from sphinx.util.logging import NAMESPACE, WarningStreamHandler

from pronghorn.cache.pickles import form as pickle_form
from pronghorn.cache.pickles import pickles
from pronghorn.cache.pickles.portable_paths import PortablePaths
from pronghorn.cache.tracking.file_watch import Watch
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.incremental.read.collisions import declared_names, names_of_symbols
from pronghorn.incremental.read.environment import CachedEnvironment
from pronghorn.incremental.read.listening import toctrees_told
from pronghorn.incremental.read.page_environment import PageEnvironment
from pronghorn.observing import config as noted_config
from pronghorn.observing.recorder import Recorder
from pronghorn.seam.environment import KNOWN, OTHERS, SCRATCH, SHARED, TABLES
from pronghorn.seam.rows.extensions import AUTODOC_IMPORTED
from tests.conftest import MakeSite
from tests.support.site import Site

STOCK = 'extensions = ["sphinx.ext.autodoc"]\nhtml_theme = "basic"\n'
EVERYTHING = """\
Home
====

.. toctree::
   :glob:
   :numbered:

   a
   x*

.. image:: pic.png

:download:`pic.png` [1]_ [C]_

.. include:: part.txt

.. figure:: pic.png

   Figure.

.. py:function:: f()

.. glossary::

   t
      T.

.. math:: a
   :label: a

.. [1] F.
.. [C] C.
"""


def parameters(function: object) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]  # type: ignore[arg-type]


def source_of(thing: object) -> str:
    return inspect.getsource(thing)  # type: ignore[arg-type]


@pytest.fixture
def stock(make_site: MakeSite) -> Site:
    """A site without Pronghorn."""
    return make_site({"conf.py": STOCK, "index.rst": EVERYTHING, "a.rst": "A\n=\n", "pic.png": b"", "part.txt": ""})


@pytest.fixture
def app(stock: Site) -> Iterator[Sphinx]:
    with stock.app("dummy") as made:
        yield made


# Tables


def test_an_environment_has_no_table_that_we_do_not_know(app: Sphinx) -> None:
    """tables.py: what pages add to an unknown table would be lost."""
    assert set(vars(app.env)) <= KNOWN
    app.build()
    assert set(vars(app.env)) - KNOWN <= {"autodoc_annotations"}, "autodoc's own"
    assert set(TABLES) <= set(vars(app.env))
    assert set(OTHERS) <= set(vars(app.env))


def test_each_known_attribute_is_in_some_supported_sphinx(app: Sphinx) -> None:
    """tables.py: a name that is gone stands for something that is kept in another place now."""
    only_in_some = {"app", "_app", "temp_data", "current_document", "_builder_cls", "_srcdir", "_doctreedir"}
    app.build()
    properties = {name for name in dir(BuildEnvironment) if isinstance(vars(BuildEnvironment).get(name), property)}
    missing = KNOWN - set(vars(app.env)) - properties
    assert missing <= only_in_some | {"srcdir", "doctreedir", "config_status_extra"}
    assert {"app", "_app"} & set(vars(app.env))
    assert {"current_document", "temp_data"} & (set(vars(app.env)) | properties)


def test_kinds_of_attributes_do_not_overlap() -> None:
    """tables.py: an attribute that is shared and forgotten would be forgotten for all pages."""
    kinds = (TABLES, SCRATCH, SHARED, OTHERS)
    assert sum(map(len, kinds)) == len(KNOWN)


def test_domains_work_on_the_data_of_their_environment(app: Sphinx) -> None:
    """tables.py makes domains for an environment: else pages would write into the site's data."""
    assert parameters(_DomainsContainer._from_environment) == ["env", "registry"]
    domains = _DomainsContainer._from_environment(app.env, registry=app.registry)
    for domain in domains.values():
        assert domain.env is app.env
        assert domain.data is app.env.domaindata[domain.name]
    assert isinstance(Domain.initial_data, dict)
    assert isinstance(Domain.data_version, int)


def test_merging_goes_through_the_tables(app: Sphinx) -> None:
    """merging.py merges one page as Sphinx merges what another process has read."""
    assert parameters(BuildEnvironment.merge_info_from) == ["docnames", "other", "app"]
    source = source_of(BuildEnvironment.merge_info_from)
    assert "merge_domaindata" in source + source_of(_DomainsContainer._merge_domain_data)
    assert "env-merge-info" in source
    assert parameters(Domain.merge_domaindata) == ["docnames", "otherdata"]
    assert parameters(BuildEnvironment.clear_doc) == ["docname"]


# Reading


def test_a_builder_reads_by_two_methods(app: Sphinx, monkeypatch: pytest.MonkeyPatch) -> None:
    """reader.py puts its own in their place: else each page would be read in each build."""
    assert parameters(Builder._read_serial) == ["docnames"]
    assert parameters(Builder._read_parallel) == ["docnames", "nproc"]
    asked: list[list[str]] = []

    def read(docnames: list[str]) -> None:
        asked.append(list(docnames))
        for docname in docnames:
            app.builder.read_doc(docname)
        docnames.append("a")

    monkeypatch.setitem(vars(app.builder), "_read_serial", read)
    assert app.builder.read().count("a") == 2, "what is added to the list is written"
    assert asked == [["a", "index"]]


def test_a_builder_reads_in_parallel_by_the_other_one(stock: Site) -> None:
    with stock.app("dummy") as app:
        app.parallel = 2
        asked: list[object] = []
        vars(app.builder)["_read_parallel"] = lambda docnames, nproc: asked.extend([docnames, nproc])
        with pytest.raises(Exception, match="master document"):
            app.builder.read()
        assert asked == [["a", "index"], 2]


def test_reading_leaves_the_doctree_for_writing(app: Sphinx) -> None:
    """pages.py takes it from there to keep it."""
    app.env.find_files(app.config, app.builder)
    app.builder.read_doc("a")
    doctree = app.env._write_doc_doctree_cache["a"]
    assert isinstance(doctree, nodes.document)
    assert doctree.settings.env is None
    assert "_write_doc_doctree_cache" in source_of(BuildEnvironment.get_and_resolve_doctree)


def test_publishers_of_sphinx_8_are_in_one_place(app: Sphinx) -> None:
    """pages.py forgets them: else a page would be read into the environment of another one."""
    registry: Any = app.registry
    has_publishers = hasattr(registry, "publishers")
    assert has_publishers == (sphinx.version_info < (9,))
    if has_publishers:
        app.env.find_files(app.config, app.builder)
        app.builder.read_doc("a")
        assert list(registry.publishers) == ["restructuredtext"]
        registry.publishers.clear()
        app.builder.read_doc("a")
        assert list(registry.publishers) == ["restructuredtext"]


def test_code_takes_the_environment_from_application_and_builder(make_site: MakeSite) -> None:
    """isolation.py swaps it there: else pages would be read into the environment of the site."""
    site = make_site({"index.rst": "Home\n====\n\n.. see::\n\n:see:`x`\n"})
    seen: dict[str, object] = {}

    class See(SphinxDirective):
        def run(self) -> list[nodes.Node]:
            seen["directive"] = self.env
            seen["domain"] = self.env.domains.python_domain.env
            seen["settings"] = self.state.document.settings.env
            return []

    class SeeToo(SphinxRole):
        def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
            seen["role"] = self.env
            return [], []

    with site.app("dummy") as app:
        app.add_directive("see", See)
        app.add_role("see", SeeToo())
        app.connect("source-read", lambda app, _docname, _source: seen.update(source=app.env))
        app.connect("doctree-read", lambda app, _doctree: seen.update(doctree=app.env, builder=app.builder.env))
        app.connect("env-purge-doc", lambda _app, env, _docname: seen.update(purge=env))
        app.build()
        assert len(seen) == 8
        last = seen.pop("purge")
        assert {type(env) for env in seen.values()} == {PageEnvironment}
        assert last in {app.env, seen["role"]}
        assert type(app.env) is CachedEnvironment
        assert app.builder.env is app.env


def test_the_set_of_all_documents_is_a_property() -> None:
    """isolation.py overrides it: else a page that asks which pages there are would not be read again."""
    found_docs: Any = vars(BuildEnvironment)["found_docs"]
    assert isinstance(found_docs, property)
    assert "self.project.docnames" in source_of(found_docs.fget)
    assert "found_docs" not in vars(BuildEnvironment).get("__annotations__", {})


def test_toctrees_are_parsed_by_one_method() -> None:
    """listening.py asks for what they list there, in place of all documents."""
    assert parameters(TocTree.parse_content) == ["toctree"]
    source = source_of(TocTree.parse_content)
    assert source.count("found_docs") == 1
    assert source.count("self.env.") == 4, "current_document, found_docs, doc2path, note_reread: nothing else is asked"
    assert "excluded(" in source
    assert source.count("self.config.") == 2, "source_suffix, exclude_patterns"


TOCTREE = """\
.. toctree::
   {glob}

   a
   Title <b>
   c.rst
   /d
   sub/e
   f*
   self
   https://example.org/g
   genindex
"""


@pytest.mark.parametrize("glob", ["", ":glob:"])
def test_a_toctree_asks_for_its_entries_and_nothing_else(glob: str, make_site: MakeSite) -> None:
    site = make_site({"conf.py": STOCK, "index.rst": "H\n=\n", "d/x.rst": "X\n=\n\n" + TOCTREE.format(glob=glob)})
    recorder = Recorder()
    with site.app("dummy") as app:
        app.env.find_files(app.config, app.builder)
        with toctrees_told(recorder), recorder.recording_source() as reads:
            app.builder.read_doc("d/x")
    asked = reads.dependencies()
    documents = {name for kind, name in asked if kind == "document"}
    assert documents >= {"d/a", "d/b", "d/c", "d/sub/e"}
    assert documents <= {"d/a", "d/b", "d/c", "d/c.rst", "d", "d/sub/e", "d/f*", "d/self", "d/genindex", "d/x", "/d"}
    assert {name for kind, name in asked if kind == "glob"} == ({"d/f*"} if glob else set())


# The configuration


def test_values_are_read_as_attributes(app: Sphinx) -> None:
    """config.py notes them: else pages would not be read again when a value changes."""
    recorder = Recorder()
    noted_config.adopt(app.config, recorder)
    noted_config.end_startup(app.config)
    reads = (
        lambda: app.config.rst_prolog,
        lambda: app.config["rst_prolog"],
        lambda: getattr(app.config, "rst_prolog"),  # noqa: B009 - this is what is tried
        lambda: getattr(app.config, "rst_prolog", None),
        lambda: [value.value for value in app.config if value.name == "rst_prolog"],
        lambda: [value.value for value in app.config.filter(frozenset({"env"})) if value.name == "rst_prolog"],
        lambda: app.env.config.rst_prolog,
    )
    for read in reads:
        with recorder.recording_source() as heard:
            read()
        assert Dependency("config", "rst_prolog") in heard.dependencies()


def test_a_configuration_is_pickled_as_one_of_sphinx(app: Sphinx) -> None:
    noted_config.adopt(app.config, Recorder())
    again = pickle.loads(pickle.dumps(app.config))
    assert type(again) is Config
    assert again.project == app.config.project
    assert not [name for name in vars(again) if name.startswith("pronghorn")]


def test_options_tell_what_they_are_for(app: Sphinx) -> None:
    """config.py leaves out those that are for writing only."""
    assert app.config.values["html_title"].rebuild == "html"
    assert app.config.values["rst_prolog"].rebuild == "env"


def test_values_that_the_environment_copies(app: Sphinx) -> None:
    """The settings of docutils get these, and nobody asks for them while pages are read."""
    source = source_of(BuildEnvironment._update_settings)
    names = {"source_encoding", "trim_footnote_reference_space", "language"}
    assert set(re.findall(r"\bconfig\.(\w+)", source)) == names


def test_the_date_is_shown_by_one_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """listening.py and state.py: pages that show it ask for ``today_fmt``; it is that of SOURCE_DATE_EPOCH."""
    package = Path(sphinx.__file__).parent
    texts = {file.relative_to(package).as_posix(): file.read_text(encoding="utf-8") for file in package.rglob("*.py")}
    users = {name for name, text in texts.items() if "config.today_fmt" in text}
    writers = {"writers/manpage.py", "writers/texinfo.py", "builders/latex/__init__.py"}
    assert users == {"transforms/__init__.py", *writers}
    assert "config.today_fmt" in source_of(DefaultSubstitutions)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert format_date("%Y-%m-%d", language="en") == "1970-01-02"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    days = {format_date("%Y-%m-%d", language="en"), datetime.now(tz=UTC).astimezone().strftime("%Y-%m-%d")}
    assert len(days) == 1


# Starting and deciding


def test_the_application_is_told_of_a_fresh_environment_once(stock: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """build.py listens there: else ``-E`` would take pages from the cache."""
    assert parameters(Sphinx._init_env) == ["freshenv"]
    assert source_of(Sphinx.__init__).count("self._init_env(") == 1
    told: list[bool] = []
    original = Sphinx._init_env

    def init_env(self: Sphinx, freshenv: bool) -> BuildEnvironment:
        told.append(freshenv)
        return original(self, freshenv)

    monkeypatch.setattr(Sphinx, "_init_env", init_env)
    folders = (stock.source, stock.source, stock.root / "o", stock.root / "d")
    for fresh in (True, False):
        with patch_docutils(stock.source), docutils_namespace():
            Sphinx(*folders, "dummy", status=None, warning=None, freshenv=fresh)
    assert told == [True, False]


def test_building_all_is_one_method_of_the_builder() -> None:
    """build.py listens there: else ``-a`` would leave pages as they are."""
    assert "self.builder.build_all()" in source_of(Sphinx.build)
    assert not parameters(Builder.build_all)


def test_what_is_out_of_date_is_asked_before_extensions_are() -> None:
    """environment.py gives sets that extensions, and we, can change."""
    assert parameters(BuildEnvironment.get_outdated_files) == ["config_changed"]
    source = source_of(Builder.read)
    steps = [
        "get_outdated_files(",
        "'env-get-outdated'",
        "sorted(added | changed)",
        "'env-before-read-docs'",
        "_read_serial(",
    ]
    assert [source.index(step) for step in steps] == sorted(source.index(step) for step in steps)
    assert source.index("_read_serial(") < source.index("'env-updated'")
    assert "docnames.extend(" in source
    assert "return sorted(docnames)" in source
    assert "self.env.glob_toctrees" in source, "reader.py knows them from pages that extensions ask for"


def test_consistency_is_checked_by_one_method() -> None:
    """environment.py checks it in each build: its warnings belong to all."""
    assert not parameters(BuildEnvironment.check_consistency)
    assert "self.env.check_consistency()" in source_of(Builder.build)


def test_all_doctrees_come_from_one_method() -> None:
    """environment.py overrides it: else pages from the cache could not be written."""
    assert parameters(BuildEnvironment.get_doctree) == ["docname"]
    package = Path(sphinx.__file__).parent
    users = {
        file.relative_to(package).as_posix()
        for file in package.rglob("*.py")
        if any(mark in file.read_text(encoding="utf-8") for mark in (".doctree'", '.doctree"'))
    }
    assert users == {"builders/__init__.py", "environment/__init__.py", "transforms/i18n.py", "versioning.py"} & users
    assert users >= {"builders/__init__.py", "environment/__init__.py"}
    assert source_of(importlib.import_module("sphinx.environment")).count(".doctree'") == 2
    assert ".doctree" in source_of(BuildEnvironment.get_doctree)
    assert ".doctree" in source_of(BuildEnvironment.get_outdated_files)
    assert "self.get_doctree(" in source_of(BuildEnvironment.get_and_resolve_doctree)
    assert ".doctree" in source_of(versioning), "old doctrees, to keep identifiers of messages"


OWN_BUILDER = """\
from sphinx.builders.dummy import DummyBuilder

class Own(DummyBuilder):
    name = "own"

    def write_doctree(self, docname, doctree, **how):
        doctree["own"] = True
        super().write_doctree(docname, doctree, **how)

def setup(app):
    app.add_builder(Own)
    return {"parallel_read_safe": True}
"""


def test_doctrees_are_pickled_once(make_site: MakeSite) -> None:
    """doctrees.py gives Sphinx what to write: else each doctree would be pickled twice."""
    result = make_site({"index.rst": EVERYTHING, "a.rst": "A\n=\n", "pic.png": b"", "part.txt": ""}).build("dummy")
    for docname in ("index", "a"):
        data = (result.doctreedir / f"{docname}.doctree").read_bytes()
        assert pickle_form.check(data), "Sphinx has pickled it, or it has no classes"


def test_doctrees_have_no_classes_but_those_that_are_looked_for(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """doctrees.py names the objects that have them: else each doctree would be gone through and pickled again."""
    met: list[object] = []
    meet = pickles._meet

    def note_and_meet(value: object) -> list[Any]:
        met.append(value)
        return meet(value)

    monkeypatch.setattr(pickles, "_meet", note_and_meet)
    site = make_site({"index.rst": EVERYTHING, "a.rst": "A\n=\n", "pic.png": b"", "part.txt": ""})
    with site.app("dummy") as app:
        app.build()
    assert met, "what pages add to the environment has objects of any class"
    assert not [value for value in met if isinstance(value, nodes.document)]


def test_doctrees_of_ours_are_those_of_sphinx(stock: Site, make_site: MakeSite) -> None:
    """doctrees.py: Sphinx loads them as its own, also where Pronghorn is not installed."""
    code = (
        "import pickle, sys; sys.modules['pronghorn'] = None\n"
        "doctree = pickle.load(open(sys.argv[1], 'rb')); print(sorted(vars(doctree)), doctree.pformat())"
    )
    files: dict[str, str | bytes] = {"index.rst": EVERYTHING, "a.rst": "A\n=\n", "pic.png": b"", "part.txt": ""}
    shown = []
    for site in (stock, make_site({"conf.py": STOCK.replace("[", '["pronghorn", '), **files}, "other")):
        file = site.build("dummy").doctreedir / "index.doctree"
        done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=True)
        shown.append(re.sub(" at 0x[0-9a-f]+", "", done.stdout).replace(str(site.source), ""))
    assert shown[0] == shown[1]


def test_a_builder_that_writes_doctrees_in_its_own_way_does_so(make_site: MakeSite) -> None:
    conf = 'import os, sys; sys.path.insert(0, os.path.dirname(__file__)); extensions = ["pronghorn", "own"]\n'
    site = make_site({"conf.py": conf, "own.py": OWN_BUILDER, "index.rst": "Home\n====\n"})
    result = site.build("own")
    doctree = pickle.loads((result.doctreedir / "index.doctree").read_bytes())
    assert doctree["own"] is True
    assert "0 added, 0 changed, 0 removed" in site.build("own").out


def test_autodoc_has_one_function_that_gives_modules() -> None:
    """listening.py listens there: it looks into ``sys.modules`` first."""
    for name in ("sphinx.ext.autodoc", "sphinx.ext.autosummary"):
        importlib.import_module(name)
    importlib.import_module(AUTODOC_IMPORTED.module)
    found = {(module.__name__, vars(module)[name]) for module, name in AUTODOC_IMPORTED.copies_below("sphinx.ext.auto")}
    assert "sphinx.ext.autosummary" in {name for name, _ in found}
    (function,) = {function for _, function in found}
    assert "in sys.modules" in source_of(function)


def test_an_environment_of_ours_loads_without_us(make_site: MakeSite) -> None:
    """environment.py, records.py: else a site could not be built without Pronghorn but from nothing."""
    site = make_site({"index.rst": "Home\n====\n", "a.rst": ":orphan:\n\nA\n=\n"})
    result = site.build("dummy")
    code = (
        "import pickle, sys; sys.modules['pronghorn'] = None\n"
        "env = pickle.load(open(sys.argv[1], 'rb')); print(type(env).__name__, sorted(env.all_docs))"
    )
    file = result.doctreedir / "environment.pickle"
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=False)
    assert done.stdout == "BuildEnvironment ['a', 'index']\n", done.stderr[-300:]


# Symbols, messages, modules


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("c", ".. c:struct:: s\n\n   .. c:var:: int m\n\n.. c:function:: int f(int a)\n", {"s", "s.m", "f", "f.a"}),
        ("cpp", ".. cpp:class:: N::C\n\n   .. cpp:function:: void f(int)\n", {"N::C", "N::C::f"}),
    ],
)
def test_symbols_tell_what_is_declared(language: str, text: str, names: set[str], make_site: MakeSite) -> None:
    """contribution.py compares them: else the warning about a symbol that two pages declare would be lost."""
    with make_site({"conf.py": STOCK, "index.rst": f"H\n=\n\n{text}"}).app("dummy") as app:
        app.build()
        root = app.env.domaindata[language]["root_symbol"]
        assert declared_names(root) == names
        assert names_of_symbols(root) == names | ({"N"} if language == "cpp" else set())


def test_warnings_are_printed_by_a_handler_of_one_logger(app: Sphinx) -> None:
    """messages.py takes its place: else warnings of pages would be printed twice, or never."""
    del app
    handlers = logging.getLogger(NAMESPACE).handlers
    printing = [handler for handler in handlers if isinstance(handler, WarningStreamHandler)]
    assert len(printing) == 1
    assert logging.getLogger(NAMESPACE).propagate is False
    assert {type(one).__name__ for one in printing[0].filters} >= {
        "WarningSuppressor",
        "OnceFilter",
        "WarningIsErrorFilter",
    } - ({"WarningIsErrorFilter"} if "WarningIsErrorFilter" not in dir(sys.modules["sphinx.util.logging"]) else set())


def test_modules_are_imported_through_one_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """listening.py wraps it: else a page that documents a module would not be read again when that changes."""
    asked: list[str] = []
    bootstrap: Any = vars(importlib)["_bootstrap"]
    original = bootstrap._gcd_import

    def find(name: str, *rest: Any) -> Any:
        asked.append(name)
        return original(name, *rest)

    monkeypatch.setattr(bootstrap, "_gcd_import", find)
    importlib.import_module("json")
    assert asked == ["json"]


def test_markup_is_looked_up_by_these_functions() -> None:
    """unsafe.py wraps them: else code that is not safe would run for pages that are read by themselves."""
    assert parameters(directives.directive) == ["directive_name", "language_module", "document"]
    assert parameters(roles.role) == ["role_name", "language_module", "lineno", "reporter"]
    assert parameters(Domain.directive) == ["name"]
    assert parameters(Domain.role) == ["name"]


def test_listeners_are_in_lists_by_event(app: Sphinx) -> None:
    """unsafe.py swaps some of them while a page is read by itself."""
    number = app.connect("source-read", print)
    listener = app.events.listeners["source-read"][-1]
    assert (listener.id, listener.handler) == (number, print)


def test_files_that_docutils_opens_are_seen(tmp_path: Path, app: Sphinx) -> None:
    """listening.py: what directives include is found by watching, not by asking docutils."""
    (tmp_path / "f.csv").write_text("a,b\n")
    (Path(app.srcdir) / "index.rst").write_text(
        f"H\n=\n\n.. csv-table::\n   :file: {tmp_path}/f.csv\n\n.. include:: none\n"
    )
    app.env.find_files(app.config, app.builder)
    watch = Watch(ignored=[Path(app.doctreedir)], kept=[Path(app.srcdir), tmp_path])
    with watch.recording() as seen:
        app.builder.read_doc("index")
    assert str(tmp_path / "f.csv") in seen.read
    assert str(Path(app.srcdir) / "none") in seen.read | seen.probed


def test_names_of_files_are_those_of_sphinx(app: Sphinx) -> None:
    """paths.py: Sphinx resolves the source directory, and names files below it."""
    paths = PortablePaths(Path(app.srcdir))
    assert paths.name_of(str(app.env.doc2path("index"))) == "index.rst"
    assert paths.path_of("index.rst") == str(Path(app.srcdir).resolve() / "index.rst")
    inner = PortablePaths(Path(app.srcdir) / "inner")
    assert inner.name_of(str(app.env.doc2path("index"))) == "../index.rst"
    assert io.open is open
