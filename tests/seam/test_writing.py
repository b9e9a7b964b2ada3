"""What cached writing relies on in Sphinx: each of these fails when it changes, which might go unnoticed otherwise."""

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sphinx.application import Sphinx
from sphinx.builders import html
from sphinx.builders.html import StandaloneHTMLBuilder, _assets
from sphinx.config import Config
from sphinx.domains.python import ObjectEntry, PythonDomain
from sphinx.environment import BuildEnvironment
from sphinx.ext import todo
from sphinx.search import IndexBuilder

from pronghorn.incremental.write.shape import unsupported
from pronghorn.observing.config import _HTML
from pronghorn.observing.environment import OTHERS, TABLES
from pronghorn.observing.python_names import Namesakes
from pronghorn.output.search_entries import is_known
from tests.conftest import MakeSite
from tests.support.site import Site

FILES = {
    "index.rst": "Home\n====\n\n.. toctree::\n\n   one\n\n:doc:`one` :py:func:`f` :numref:`fig`\n",
    "one.rst": "One\n===\n\n.. py:function:: f()\n\n.. _fig:\n\n.. figure:: a.svg\n\n   Caption\n",
    "a.svg": "<svg/>",
}


@pytest.fixture
def app(make_site: MakeSite) -> Iterator[Sphinx]:
    """An application that has read a small site, and has written nothing."""
    with site_of(make_site).app() as app:
        app.builder.read()
        list(app.env.check_dependents(app, set()))  # gives numbers to figures
        yield app
        app.emit("build-finished", None)


def site_of(make_site: MakeSite) -> Site:
    return make_site(FILES, "numfig = True")


def builder_of(app: Sphinx) -> StandaloneHTMLBuilder:
    assert isinstance(app.builder, StandaloneHTMLBuilder)
    return app.builder


def test_every_attribute_of_an_environment_is_known(app: Sphinx) -> None:
    found = {name for name in vars(BuildEnvironment(app)) if not name.startswith("pronghorn_")}
    assert found - TABLES.keys() - OTHERS == set()


def test_every_table_is_a_dict(app: Sphinx) -> None:
    fresh = vars(BuildEnvironment(app))
    assert all(isinstance(fresh[name], dict) for name in TABLES)


def test_no_new_table_is_taken_for_something_else(app: Sphinx) -> None:
    """Dicts among the other attributes are those of the search index, and what belongs to no page."""
    fresh = vars(BuildEnvironment(app))
    dicts = {name for name in OTHERS & fresh.keys() if isinstance(fresh[name], dict)}
    known = {"domaindata", "settings", "version", "ref_context", "_pickled_doctree_cache", "_write_doc_doctree_cache"}
    assert {name for name in dicts - known if not name.startswith("_search_index_")} == set()


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_the_builders_for_sites_are_supported(make_site: MakeSite, builder: str) -> None:
    with site_of(make_site).app(builder) as app:
        assert unsupported(app, app.builder) is None


@pytest.mark.parametrize("builder", ["singlehtml", "epub", "json", "text", "latex"])
def test_other_builders_are_not_supported(make_site: MakeSite, builder: str) -> None:
    with site_of(make_site).app(builder) as app:
        assert unsupported(app, app.builder) is not None


def test_a_builder_that_writes_in_its_own_way_is_not_supported(app: Sphinx) -> None:
    builder = builder_of(app)
    builder.__class__ = type("Own", (type(builder),), {"write_doc": lambda *_: None})
    assert "in its own way" in (unsupported(app, builder) or "")


def test_the_second_half_of_writing_a_page_begins_with_its_context(
    app: Sphinx, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``write_doc`` calls ``get_doc_context`` and ``handle_page`` once each, in this order, and nothing after that."""
    builder = builder_of(app)
    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
    context: dict[str, Any] = {}

    def get_doc_context(*args: Any) -> dict[str, Any]:
        calls.append(("get_doc_context", args, {}))
        return context

    monkeypatch.setattr(builder, "get_doc_context", get_doc_context)
    monkeypatch.setattr(builder, "handle_page", lambda *args, **named: calls.append(("handle_page", args, named)))
    builder.env.toctree_includes = dict(sorted(builder.env.toctree_includes.items()))
    builder.prepare_writing({"one"})
    document = app.env.get_doctree("one")
    builder.write_doc("one", document)
    assert [name for name, _, _ in calls] == ["get_doc_context", "handle_page"]
    assert [type(value) for value in calls[0][1]] == [str, str, str]
    assert calls[1][1:] == (("one", context), {"event_arg": document})
    assert context.keys() == {"has_maths_elements"}
    assert {"secnumbers", "fignumbers", "imgpath", "dlpath", "current_docname"} <= vars(builder).keys()


def test_handle_page_has_the_known_arguments() -> None:
    names = list(inspect.signature(StandaloneHTMLBuilder.handle_page).parameters)
    assert names == ["self", "pagename", "addctx", "templatename", "outfilename", "event_arg"]


def noting(calls: list[str], name: str, stock: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that does as *stock* does, after noting its name."""

    def note(*args: Any) -> Any:
        calls.append(name)
        return stock(*args)

    return note


def test_the_parts_of_a_build_come_in_the_known_order(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """``load_indexer``, then ``write_documents``, then ``finish``; the set of pages is the same object."""
    calls: list[str] = []
    with site_of(make_site).app() as app:
        builder = builder_of(app)

        def note(_app: Sphinx, _builder: object) -> None:
            for name in ("load_indexer", "copy_assets", "write_documents", "finish"):
                stock = getattr(builder, name)
                monkeypatch.setattr(builder, name, noting(calls, name, stock))

        app.connect("write-started", note, 990)
        app.build()
    assert calls == ["load_indexer", "copy_assets", "write_documents", "finish"]


def test_the_search_index_is_kept_where_it_is_filled(app: Sphinx) -> None:
    index = IndexBuilder(app.env, "en", {}, "")
    assert is_known(index)
    document = app.env.get_doctree("one")
    index.feed("one", "one.rst", "One", document)
    maps = {name for name, value in vars(index).items() if isinstance(value, dict) and value} - {"_env_version"}
    assert maps == {"_titles", "_filenames", "_all_titles", "_index_entries", "_mapping", "_title_mapping"}
    assert all(docnames == {"one"} for docnames in index._mapping.values())


def test_the_index_of_an_earlier_build_is_loaded_by_load(app: Sphinx, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []
    monkeypatch.setattr(IndexBuilder, "load", lambda *args: loaded.append(args))
    builder = builder_of(app)
    (builder.outdir / builder.searchindex_filename).write_text("Search.setIndex({})")
    builder.env.toctree_includes = dict(sorted(builder.env.toctree_includes.items()))
    builder.prepare_writing(set())
    assert len(loaded) == 1


def test_checksums_of_static_files_are_remembered_for_ever() -> None:
    assert callable(_assets._file_checksum_inner.cache_clear)
    assert vars(html)["_file_checksum"] is _assets._file_checksum


def test_values_are_attributes_of_the_configuration(app: Sphinx) -> None:
    assert "__getitem__" in vars(Config)
    reads: list[str] = []

    class Noted(Config):
        def __getattribute__(self, name: str) -> Any:
            reads.append(name)
            return super().__getattribute__(name)

    app.config.__class__ = Noted
    assert app.config["project"] == app.config.project == "Test"
    assert reads.count("project") == 2


def test_the_html_values_are_those_of_sphinx(make_site: MakeSite) -> None:
    """Without a theme or an extension that adds some, there are no others."""
    with make_site({**FILES, "conf.py": "extensions = ['pronghorn']\nhtml_theme = 'basic'\n"}).app() as app:
        found = {name for name in app.config.values if name.startswith("html_")}
    assert found - _HTML <= {"html_context_own"}
    assert len(_HTML & found) > 35


def test_metadata_of_absent_pages_comes_from_a_defaultdict(app: Sphinx) -> None:
    assert isinstance(BuildEnvironment(app).metadata, defaultdict)


def test_listeners_are_in_lists_by_event(app: Sphinx) -> None:
    listeners = app.events.listeners["html-page-context"]
    assert isinstance(listeners, list)
    assert {"handler", "priority"} <= set(listeners[0]._fields)


def test_the_extension_for_to_do_lists_leaves_pages_without_one_alone(app: Sphinx) -> None:
    app.setup_extension("sphinx.ext.todo")
    handlers = [listener.handler for listener in app.events.listeners["doctree-resolved"]]
    assert todo.TodoListProcessor in handlers
    source = inspect.getsource(todo.TodoListProcessor.process)
    assert "for node in list(doctree.findall(todolist)):" in source
    body = source.split("for node in list(doctree.findall(todolist)):")[0]
    assert "doctree" not in body.replace("def process(self, doctree", "")


def test_references_to_python_objects_ask_find_obj(app: Sphinx, monkeypatch: pytest.MonkeyPatch) -> None:
    domain = app.env.domains["py"]
    assert type(domain) is PythonDomain
    found: list[str] = []
    monkeypatch.setattr(domain, "find_obj", noting(found, "find_obj", domain.find_obj))
    document = app.env.get_doctree("index")
    app.env.resolve_references(document, "index", app.builder)
    assert len(found) == 1


_NAMES = st.lists(st.sampled_from(["a", "b", "aa", "", "exceptions"]), min_size=1, max_size=3).map(".".join)


@given(
    st.lists(st.tuples(_NAMES, st.sampled_from(["class", "method", "module", "function", "exception"])), max_size=12),
    st.tuples(
        st.none() | _NAMES,
        st.none() | _NAMES,
        _NAMES | _NAMES.map("{}()".format),
        st.sampled_from([None, "mod", "class", "meth", "obj", "exc", "nothing"]),
        st.sampled_from([0, 1]),
    ),
)
def test_python_objects_are_found_among_those_of_the_same_last_name(
    defined: list[tuple[str, str]], asked: tuple[Any, ...]
) -> None:
    objects = {name: ObjectEntry("index", f"id{at}", kind, False) for at, (name, kind) in enumerate(defined)}
    env: Any = SimpleNamespace(domaindata={})
    domain = PythonDomain(env)
    domain.data["objects"] = objects
    namesakes = Namesakes(domain)
    assert namesakes.find_obj(env, *asked) == domain.find_obj(env, *asked)
    objects["b.new.a"] = ObjectEntry("index", "new", "class", False)
    assert namesakes.find_obj(env, *asked) == domain.find_obj(env, *asked)


def test_references_by_number_look_into_the_ids_of_the_other_document(
    app: Sphinx, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    stock = app.env.get_doctree

    def get_doctree(docname: str) -> _Ids:
        loaded.append(docname)
        return _Ids(stock(docname).ids)

    document = app.env.get_doctree("index")
    monkeypatch.setattr(app.env, "get_doctree", get_doctree)
    app.env.resolve_references(document, "index", app.builder)
    assert loaded == ["one"]
    assert "Fig. 1" in document.astext()


class _Ids:
    """Has nothing of a document but its ids."""

    def __init__(self, ids: object) -> None:
        self.ids = ids


def test_events_format_their_arguments_in_the_module_that_is_left_out(app: Sphinx) -> None:
    """``emit`` writes each argument into a message for debugging: that is not a read."""
    seen: list[str] = []

    class Shown:
        def __repr__(self) -> str:
            frame = inspect.currentframe()
            assert frame is not None
            assert frame.f_back is not None
            seen.append(frame.f_back.f_globals["__name__"])
            return "shown"

    app.events.add("own-event")
    app.events.emit("own-event", {"key": Shown()})
    assert seen == ["sphinx.events"]
