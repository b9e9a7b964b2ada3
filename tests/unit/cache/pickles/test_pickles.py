"""What this build pickles is loaded alike, in any folder; of what others may have pickled, nothing runs."""

import ast
import copyreg
import datetime as dt
import gc
import os
import pickle
import re
import struct
import subprocess
import sys
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Sequence
from cProfile import Profile
from dataclasses import dataclass
from enum import Enum, Flag
from operator import attrgetter
from pathlib import Path, PurePath, PurePosixPath
from types import CodeType, ModuleType
from typing import Any, ClassVar, NamedTuple, Self

import pytest
from docutils import nodes
from docutils.utils import DependencyList
from hypothesis import given, settings
from hypothesis import strategies as st
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.locale import _TranslationProxy
from sphinx.util.inventory import _InventoryItem

from pronghorn.cache.pickles import form as pickle_form
from pronghorn.cache.pickles.pickles import PickleRefused, Portable, SafePickles, dump, make_portable
from pronghorn.errors import PronghornError
from tests.support import Site

SRCDIR = "/home/someone/site"
EXTENSIONS = (
    "myst_parser",
    "sphinx.ext.autosectionlabel",
    "sphinx.ext.graphviz",
    "sphinx.ext.ifconfig",
    "sphinx.ext.inheritance_diagram",
    "sphinx.ext.todo",
)
PAGES = {
    "conf.py": f"extensions = {list(EXTENSIONS)!r}\nmyst_enable_extensions = ['dollarmath', 'deflist']\n",
    "index.rst": """\
        .. _top:

        Home
        ====

        .. toctree::
           :numbered:
           :caption: Pages

           domains
           page

        :ref:`top` :doc:`page` [Cit]_ [1]_ |sub| :term:`Word` :download:`conf.py` :index:`entry` :math:`x` :abbr:`A (b)`

        .. |sub| replace:: *put here*
        .. [Cit] A citation.
        .. [1] A footnote.
        .. glossary::

           Word
             Its meaning.

        .. productionlist:: grammar
           rule: "a" | other

        .. math:: a = b
           :label: equation

        .. figure:: dot.svg
           :name: figure

           Caption

        .. index:: single: one; two
        .. versionadded:: 1.0
           New.
        .. todo:: Later
        .. todolist::
        .. graphviz::

           digraph { a -> b }

        .. inheritance-diagram:: collections.OrderedDict
        .. ifconfig:: True

           Shown.

        .. option:: --opt <value>
        .. envvar:: HOME
        .. confval:: value
           :type: int

        .. code-block:: python
           :caption: Code
           :emphasize-lines: 1

           x = 1

        .. csv-table:: Table

           a,b

        .. only:: html

           Only here.

        >>> doctest
        """,
    "domains.rst": """\
        Domains
        =======

        .. py:module:: module
        .. py:class:: Class[T: int](a)

           .. py:method:: method(x: int = 1, *, y) -> list[int]
        .. c:function:: int f(int a, const char *b, struct s *p)
        .. c:struct:: Struct

           .. c:union:: @anonymous

              .. c:var:: int x[3]
        .. c:enum:: Enum

           .. c:enumerator:: ONE = 1 + 2 * sizeof(int)
        .. cpp:class:: template<typename T, int N = 3> ns::K : public B

           .. cpp:function:: void f(T t, int x = 5, std::vector<int> &&v, T... args) const noexcept override
           .. cpp:function:: template<typename U> requires Foo<U> auto g(U &u) -> decltype(u)
        .. cpp:enum-class:: E : int
        .. cpp:concept:: template<typename It> std::Iterator
        .. cpp:alias:: ns::K
        .. js:module:: jsmodule
        .. js:function:: func(a, callback[, err])
        .. rst:directive:: directive
        .. rst:role:: role

        :py:class:`Class` :c:expr:`a + b` :cpp:any:`ns::K` :js:func:`func` :rst:dir:`directive` :any:`top`
        """,
    "page.md": """\
        ---
        date: 2024-01-02
        seen: 2024-01-02T03:04:05
        ---
        (label)=
        # Página

        [Home](index.rst) [here](#label) {ref}`top` $x$ [^note] ![dot](dot.svg)

        Term
        : Definition

        ```{note}
        A note.
        ```

        | a | b |
        |---|---|
        | 1 | 2 |

        [^note]: Footnote.
        """,
    "dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
}


class Build(NamedTuple):
    """A site that stock Sphinx has built."""

    srcdir: str
    doctrees: dict[str, nodes.document]
    tables: dict[str, Any]
    domains: dict[str, Any]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    site = Site(tmp_path_factory.mktemp("pickles"), PAGES)
    with site.app() as app:
        app.build()
        assert app.statuscode == 0
        yield _built(app)


def _built(app: Sphinx) -> Build:
    """Return what Sphinx has written: writing pages changes what is in memory."""
    env: BuildEnvironment = pickle.loads(Path(app.doctreedir, "environment.pickle").read_bytes())
    files = sorted(Path(app.doctreedir).glob("*.doctree"))
    doctrees = {file.stem: pickle.loads(file.read_bytes()) for file in files}
    names = (
        "all_docs",
        "dependencies",
        "included",
        "metadata",
        "titles",
        "tocs",
        "toc_secnumbers",
        "images",
        "dlfiles",
    )
    return Build(str(app.srcdir), doctrees, {name: vars(env)[name] for name in names}, env.domaindata)


@pytest.fixture
def pickles() -> SafePickles:
    return SafePickles(EXTENSIONS)


def through(pickles: SafePickles, value: object, srcdir: str = SRCDIR, other: str | None = None) -> Any:
    """Pickle a value, and load it."""
    return pickles.load(dump(value, srcdir).localize(other or srcdir))


def assert_alike(one: Any, other: Any, seen: set[tuple[int, int]] | None = None) -> None:
    """Compare values that may have cycles, and classes without equality."""
    seen = set() if seen is None else seen
    if (id(one), id(other)) in seen:
        return
    seen.add((id(one), id(other)))
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert_alike(list(one.items()), list(other.items()), seen)
    elif isinstance(one, list | tuple):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_alike(a, b, seen)
    elif isinstance(one, set | frozenset):
        assert_alike(sorted(one, key=repr), sorted(other, key=repr), seen)
    elif isinstance(one, str | bytes | int | float | PurePath | Enum | dt.date | type(None)):
        assert one == other
    for state in ("__dict__", "__slots__"):
        assert_alike(_state(one, state), _state(other, state), seen) if hasattr(one, state) else None


_NO_STATE = {"__dict__", "__weakref__"}


def _state(value: Any, kind: str) -> dict[str, Any]:
    if kind == "__dict__":
        return dict(vars(value))
    if isinstance(value, PurePath):  # some of its slots are filled when they are asked for: which, differs by version
        return {"parts": value.parts, "text": str(value)}
    slots = (slot for cls in type(value).__mro__ for slot in vars(cls).get("__slots__", ()))
    return {name: getattr(value, name, None) for name in slots if name not in _NO_STATE}


def text_of(doctree: nodes.document) -> str:
    """Return the pseudo-XML of a doctree, without addresses of objects."""
    return re.sub(" at 0x[0-9a-f]+", "", doctree.pformat())


# Real builds


@pytest.mark.parametrize("docname", ["index", "domains", "page"])
def test_doctrees_come_back_as_they_were(build: Build, pickles: SafePickles, docname: str) -> None:
    doctree = build.doctrees[docname]
    loaded = through(pickles, doctree, build.srcdir)
    assert text_of(loaded) == text_of(doctree)
    assert_alike(loaded, doctree)


@pytest.mark.parametrize("docname", ["index", "domains", "page"])
def test_doctrees_name_the_files_of_the_other_folder(build: Build, pickles: SafePickles, docname: str) -> None:
    portable = dump(build.doctrees[docname], build.srcdir)
    assert not portable.is_bound
    moved = pickles.load(portable.localize("/élsewhere/the site"))
    suffix = "md" if docname == "page" else "rst"
    sources = {node.source for node in moved.findall() if node.source}
    assert sources >= {f"/élsewhere/the site/{docname}.{suffix}"}
    assert moved.settings._source == moved["source"] == f"/élsewhere/the site/{docname}.{suffix}"
    assert build.srcdir.encode() not in pickle.dumps(moved)
    assert_alike(
        pickles.load(make_portable(pickle.dumps(moved), "/élsewhere/the site").localize(build.srcdir)),
        build.doctrees[docname],
    )


def test_tables_of_the_environment_come_back_as_they_were(build: Build, pickles: SafePickles) -> None:
    assert_alike(through(pickles, build.tables, build.srcdir), build.tables)


@pytest.mark.parametrize(
    "domain", ["c", "changeset", "citation", "cpp", "index", "js", "math", "py", "rst", "std", "todo"]
)
def test_data_of_domains_come_back_as_they_were(build: Build, pickles: SafePickles, domain: str) -> None:
    data = build.domains[domain]
    assert any(table for name, table in data.items() if name != "version"), "the site does not exercise the domain"
    assert_alike(through(pickles, data, build.srcdir), data)


def test_anything_that_loads_pickles_loads_ours(build: Build) -> None:
    doctree = build.doctrees["index"]
    loaded = pickle.loads(dump(doctree, build.srcdir).localize(build.srcdir))
    assert text_of(loaded) == text_of(doctree)


def test_the_same_doctree_has_the_same_bytes(build: Build) -> None:
    pickled = pickle.dumps(build.doctrees["index"], 4)
    assert make_portable(pickled, build.srcdir) == make_portable(pickled, build.srcdir)


def test_bytes_do_not_depend_on_the_folder(build: Build, pickles: SafePickles) -> None:
    portable = dump(build.doctrees["page"], build.srcdir)
    elsewhere = pickles.load(portable.localize("/there"))
    assert dump(elsewhere, "/there").encode() == dump(pickles.load(portable.localize("/here")), "/here").encode()


@pytest.mark.parametrize("docname", ["index", "domains", "page"])
@settings(deadline=None, max_examples=20)
@given(st.data())
def test_any_parts_give_the_same_doctree(build: Build, docname: str, data: st.DataObject) -> None:
    doctree = build.doctrees[docname]
    of_all = [*doctree.findall(), *vars(doctree).values(), *map(vars, doctree.findall()), vars(doctree.settings)]
    parts = data.draw(st.just(of_all) | st.lists(st.sampled_from(of_all)))
    portable = dump(doctree, build.srcdir, parts)
    assert not portable.is_bound
    assert portable.paths
    assert_alike(SafePickles(EXTENSIONS).load(portable.localize(build.srcdir)), doctree)
    assert build.srcdir.encode() not in portable.localize("/there")


@pytest.mark.parametrize("docname", ["index", "domains", "page"])
def test_the_same_parts_give_the_same_bytes_also_if_they_are_not_all(build: Build, docname: str) -> None:
    doctree = build.doctrees[docname]
    parts = [*doctree.findall(), *map(vars, doctree.findall())]
    tried = []

    def check(data: bytes) -> None:
        tried.append(data)
        if len(tried) == 1:
            raise PickleRefused("as if there was a class that is not among the parts")

    assert dump(doctree, build.srcdir, parts, check) == dump(doctree, build.srcdir, parts)
    assert len(tried) == 2


# Values


class Colour(Enum):
    RED = "r"


class Access(Flag):
    READ = 1
    WRITE = 2


@dataclass(frozen=True, slots=True)
class Frozen:
    x: int
    y: list[int]


@dataclass
class Thawed:
    x: object

    class Inner(NamedTuple):
        at: object


class Badge(nodes.Element):
    """A node of an extension."""


class Plain:
    """Nothing that an allow-list could know."""


class Slotted:
    """A value, but not of Sphinx."""

    __slots__ = ("x",)


class Table:
    """What a domain keeps all of its data in."""

    x = 1


class Library(Domain):
    name = "library"
    initial_data: ClassVar[dict[str, Any]] = {"shelves": [Table()]}


class Made(Thawed.Inner):
    __slots__ = ()

    def __new__(cls, at: object) -> Self:
        raise AssertionError(at)


class Reopened(nodes.Element):
    def __setstate__(self, state: object) -> None:
        raise AssertionError(state)


class Closed(nodes.Element):
    def __del__(self) -> None:
        """Run when the object goes."""


HERE = __name__
ITSELF = SafePickles([HERE])


@pytest.mark.parametrize(
    "value",
    [
        Colour.RED,
        Access.READ | Access.WRITE,
        Frozen(1, [2]),
        Thawed({"a": Thawed.Inner([Frozen(1, []), Thawed.Inner(None)])}),
        Badge("raw", nodes.Text("text"), classes=["x"]),
        Counter("abca"),
        DependencyList(dependencies=["a"]),
        OrderedDict(b=1, a=2),
        defaultdict(set, {"a": {1}}),
        PurePosixPath("/a/b"),
        Path("a b"),
        dt.datetime(2024, 1, 2, 3, 4, 5, 6, dt.UTC),
        dt.date(2024, 1, 2),
        dt.time(1, 2, fold=1),
        dt.timedelta(days=1),
        _TranslationProxy("sphinx", "general", "Index"),
        _InventoryItem(project_name="p", project_version="1", uri="u", display_name="d"),
        frozenset({1, (2, "3")}),
        2**70,
        -(2**2000),
        b"\0" * 70_000,
        "é" * 70_000,
        "\ud800",
        [None, True, 1.5, 300, 70_000, -1],
    ],
    ids=lambda value: type(value).__name__,
)
def test_data_of_allowed_classes_come_back(value: object) -> None:
    loaded = through(ITSELF, value)
    assert_alike(loaded, value)
    assert type(loaded) is type(value)


def test_meeting_more_objects_takes_no_more_functions_of_python() -> None:
    assert _n_calls([[str(i)] for i in range(1_000)]) == _n_calls([["0"]])


def _n_calls(value: object) -> int:
    """Count the functions of Python that run while a value is pickled."""
    profile = Profile()
    profile.runcall(dump, value, SRCDIR, check=len)
    return sum(entry.callcount for entry in profile.getstats() if isinstance(entry.code, CodeType))


def test_what_the_domain_of_an_extension_begins_with_comes_back() -> None:
    table = Table()
    table.x = 2
    assert through(ITSELF, [table])[0].x == 2
    with pytest.raises(PickleRefused, match="Table"):
        SafePickles(()).load(dump(table, SRCDIR).localize(SRCDIR))


def test_factories_and_syntax_trees_come_back() -> None:
    tables, tree = through(ITSELF, (defaultdict(list, a=[1]), ast.parse("a and 'b'")))
    tables["new"].append(2)
    assert tables == {"a": [1], "new": [2]}
    assert ast.dump(tree) == ast.dump(ast.parse("a and 'b'"))


def test_cycles_and_shared_objects_stay_what_they_are() -> None:
    shared: list[object] = []
    value = {"a": shared, "b": (shared, Thawed(shared))}
    shared.append(value)
    loaded = through(ITSELF, value)
    assert loaded["a"] is loaded["b"][0] is loaded["b"][1].x
    assert loaded["a"][0] is loaded


_PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec=None))
    | st.text(min_size=250, max_size=260)
    | st.binary()
    | st.dates()
    | st.datetimes()
    | st.timedeltas(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.integers() | st.tuples(st.text(), st.integers()), inner)
        | st.frozensets(st.text() | st.integers())
        | st.sets(st.text())
        | st.builds(Thawed.Inner, inner)
        | st.builds(Counter, st.text())
        | st.builds(OrderedDict, st.dictionaries(st.text(), inner))
    ),
    max_leaves=30,
)


@settings(deadline=None)
@given(_PLAIN)
def test_any_data_come_back(value: object) -> None:
    assert_alike(through(ITSELF, value), value)


@settings(deadline=None)
@given(_PLAIN.filter(lambda value: not re.search("datetime|Inner|Counter|OrderedDict", repr(value))), st.integers(4, 5))
def test_plain_data_may_be_pickled_as_usual(value: object, protocol: int) -> None:
    assert_alike(SafePickles([]).load(pickle.dumps(value, protocol)), value)


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (os.system, "os|posix.system"),
        (len, "builtins.len"),
        ([Thawed], "Thawed"),
        (attrgetter("a"), "operator.attrgetter"),
        (Site.build, "Site.build"),
        (test_any_data_come_back, "test_any_data_come_back"),
        (lambda: None, "lambda"),
        (open(os.devnull, "rb"), "BufferedReader"),  # noqa: SIM115, PTH123 - collected with the parameters
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_place_in_the_form_is_refused_when_it_is_made(value: object, named: str) -> None:
    with pytest.raises(PickleRefused, match=named):
        dump([value], SRCDIR)


def test_data_of_too_many_classes_are_refused_when_they_are_made() -> None:
    made = [type(f"Badge{number}", (nodes.Element,), {}) for number in range(pickle_form.MAX_MADE + 1)]
    with pytest.MonkeyPatch.context() as patch:
        for cls in made:
            patch.setattr(sys.modules[HERE], cls.__name__, cls, raising=False)
        through(ITSELF, [cls() for cls in made[:-1]])
        with pytest.raises(PickleRefused, match="more than"):
            dump([cls() for cls in made], SRCDIR)


# Which classes


@pytest.mark.parametrize(
    "value", [Badge(), Frozen(1, []), Colour.RED, Thawed.Inner(1)], ids=lambda value: type(value).__name__
)
def test_classes_of_extensions_that_are_not_loaded_are_refused(pickles: SafePickles, value: object) -> None:
    with pytest.raises(PickleRefused, match=re.escape(f"{HERE}.{type(value).__qualname__}")):
        through(pickles, value)


def test_an_extension_stands_for_its_package(pickles: SafePickles) -> None:
    assert HERE.startswith("tests.")
    assert through(SafePickles(["tests.conftest"]), Colour.RED) is Colour.RED
    for other in ("test", "tests_", "ests"):
        with pytest.raises(PickleRefused):
            through(SafePickles([other]), Colour.RED)


def test_projects_that_share_a_namespace_do_not_stand_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, file in (("contrib", None), ("contrib.one", "one.py"), ("contrib.two", "two.py")):
        module = ModuleType(name)
        module.__dict__.update(__file__=file, Badge=type("Badge", (nodes.Element,), {"__module__": name}))
        monkeypatch.setitem(sys.modules, name, module)
    badges = [sys.modules[name].Badge() for name in ("contrib.one", "contrib.two")]
    assert through(SafePickles(["contrib.one"]), badges[0])
    with pytest.raises(PickleRefused, match=r"contrib\.two\.Badge"):
        through(SafePickles(["contrib.one"]), badges[1])


def test_classes_of_a_sites_plugins_are_allowed(monkeypatch: pytest.MonkeyPatch, pickles: SafePickles) -> None:
    module = ModuleType("pronghorn_site.plugins.gallery")
    for name in ("pronghorn_site", "pronghorn_site.plugins"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(  # as the importer does
        "from dataclasses import dataclass\n@dataclass\nclass Picture:\n    file: str", vars(module)
    )
    assert through(pickles, module.Picture("a.png")) == module.Picture("a.png")


@pytest.mark.parametrize("cls", [Plain, Made, Reopened, Closed])
def test_classes_that_run_code_of_their_own_are_refused(cls: type) -> None:
    with pytest.raises(PickleRefused, match=f"{cls.__name__}, which is not allowed"):
        ITSELF.check(forged(b"h\x20)\x81.", made=[f"{HERE}\n{cls.__name__}"]))


def test_a_class_of_conf_py_is_refused() -> None:
    namespace: dict[str, Any] = {}
    exec("class Local(Base):\n    pass", {"Base": nodes.Element}, namespace)
    with pytest.raises(PickleRefused, match="Local"):
        through(ITSELF, namespace["Local"]())


# Relocation


def fresh(text: str) -> str:
    """Return an equal string that is another object, as strings are that come from different places."""
    return text[:1] + text[1:]


def _texts(srcdir: str) -> st.SearchStrategy[str]:
    ends = st.sampled_from(["", "/", "/a.rst", "/a b/ü.md", "-other/a.rst", ".rst", "x"])
    return st.builds(lambda begin, end: fresh(begin + srcdir + end), st.sampled_from(["", "", "", "see ", "/"]), ends)


def _data(srcdir: str) -> st.SearchStrategy[Any]:
    texts = _texts(srcdir) | st.text(max_size=5).map(fresh)
    keys = st.sampled_from(["source", "_source", "target", "sources"])
    return st.recursive(
        texts | st.integers(),
        lambda inner: st.dictionaries(keys, inner) | st.lists(inner) | st.builds(Thawed, inner) | st.tuples(inner),
        max_leaves=12,
    )


def moved_path(path: str, srcdir: str, other: str) -> str:
    """Return a path near the source directory as it is near another one."""
    if path == srcdir:
        return other
    for n_up in range(min(4, srcdir.count("/"))):
        folder, instead = (given.rsplit("/", n_up)[0] if n_up else given for given in (srcdir, other))
        if path.startswith(folder + "/"):
            return instead + path.removeprefix(folder)
    return path


def moved(value: Any, srcdir: str, other: str, *, is_path: bool = False) -> Any:
    """Return what relocating must give, by a plain walk."""
    if isinstance(value, str):
        return moved_path(value, srcdir, other) if is_path else value
    if isinstance(value, dict):
        return {k: moved(v, srcdir, other, is_path=k in {"source", "_source"}) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(moved(item, srcdir, other) for item in value)
    return Thawed(moved(value.x, srcdir, other)) if isinstance(value, Thawed) else value


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings_in(item)
    elif isinstance(value, Thawed):
        yield from strings_in(value.x)


FOLDERS = ["/s", "/home/some one/ünï", "/" + "long/" * 80 + "x", "/tmp/\udce4", "/home/someone/site", "/€\U0001f600"]


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(FOLDERS), st.sampled_from(FOLDERS), st.data())
def test_paths_of_source_files_are_relocated_and_nothing_else(srcdir: str, other: str, data: st.DataObject) -> None:
    value = data.draw(_data(srcdir))
    portable = make_portable(pickle.dumps(value), srcdir)
    expected = moved(value, srcdir, other)
    assert ITSELF.load(portable.localize(other)) == expected
    assert ITSELF.load(Portable.decode(portable.encode()).localize(srcdir)) == value
    if srcdir not in other:
        assert portable.is_bound == any(srcdir in text for text in strings_in(expected))


@pytest.mark.parametrize("length", [1, 254, 255, 256, 257, 70_000])
def test_folders_have_any_length(length: int) -> None:
    folder = "/" + "x" * (length - 1)
    badge = Badge()
    badge.source = f"{SRCDIR}/a.rst"
    assert through(ITSELF, badge, SRCDIR, folder).source == f"{folder}/a.rst"


def test_text_of_the_author_that_looks_like_a_path_is_left_alone_and_binds() -> None:
    paragraph = nodes.paragraph("", "", nodes.Text(f"{SRCDIR}/a.rst"))
    portable = dump(paragraph, SRCDIR)
    assert portable.is_bound
    assert ITSELF.load(portable.localize("/other")).astext() == f"{SRCDIR}/a.rst"


@pytest.mark.parametrize("folder", [SRCDIR, "/s", "/s/t", "/home/some one/a/b/c"])
@pytest.mark.parametrize("n_up", range(4))
def test_paths_that_are_in_no_part_are_relocated(folder: str, n_up: int) -> None:
    near = folder.rsplit("/", n_up)[0]
    badge = Badge()
    badge["inner"] = Badge(source=f"{near}/a.rst")
    portable = dump(badge, folder, [badge])
    assert portable == dump(badge, folder, [badge, vars(badge)]) == dump(badge, folder)
    expected = moved_path(f"{near}/a.rst", folder, "/x/y/z/w/v")
    assert ITSELF.load(portable.localize("/x/y/z/w/v"))["inner"]["source"] == expected


def test_a_path_object_binds() -> None:
    assert dump({"source": Path(SRCDIR, "a.rst")}, SRCDIR).is_bound
    assert not dump({"source": Path("/elsewhere/a.rst")}, SRCDIR).is_bound


def test_encoding_keeps_all() -> None:
    badge = Badge(target=fresh(SRCDIR))
    badge.source, badge["source"] = f"{SRCDIR}/a.rst", fresh(SRCDIR)
    portable = dump(badge, SRCDIR)
    assert portable.is_bound
    assert len(portable.paths) == 2
    assert Portable.decode(portable.encode()) == portable


@given(st.binary(max_size=200))
def test_foreign_bytes_are_no_portable_pickle(data: bytes) -> None:
    with pytest.raises(PickleRefused):
        Portable.decode(data)


@pytest.mark.parametrize("data", [None, "text", 3])
def test_what_is_no_bytes_is_no_portable_pickle(data: Any) -> None:
    with pytest.raises(PickleRefused):
        Portable.decode(data)


def test_a_truncated_portable_pickle_is_refused_sooner_or_later(pickles: SafePickles) -> None:
    badge = addnodes.desc("", nodes.Text("text"))
    badge.source = f"{SRCDIR}/a.rst"
    data = dump(badge, SRCDIR).encode()
    with pytest.raises(PickleRefused):
        Portable.decode(data[:100])
    for length in range(len(data)):
        with pytest.raises(PickleRefused):
            pickles.load(Portable.decode(data[:length]).localize(SRCDIR))


# Hostile pickles


def forged(body: bytes, called: Sequence[str] = (), made: Sequence[str] = ()) -> bytes:
    """Return a pickle in our form, with classes given as ``module<newline>name``.

    Classes that are called are in the slots from 9 on, those that are made from 32 on, and text is in slot 0.
    """

    def lines(names: Sequence[str], size: int) -> bytes:
        return b"".join(f"c{name}\n".encode() + b"\x94" for name in names) + b"N\x94" * (size - len(names))

    classes = lines(called, pickle_form.MAX_CALLED) + lines(made, pickle_form.MAX_MADE)
    return pickle_form.assemble(classes, [], body)


def reduced(function: Callable[..., object], *arguments: object) -> object:
    """Return an object that pickles as a call."""

    class Reduced:
        def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
            return function, arguments

    return Reduced()


def hostile_values(marker: Path) -> dict[str, object]:
    command = f"touch {marker}"
    touch = f"open({str(marker)!r}, 'w')"
    return {
        "os.system": reduced(os.system, command),
        "subprocess.Popen": reduced(subprocess.Popen, ["touch", str(marker)]),
        "subprocess.call": reduced(subprocess.call, ["touch", str(marker)]),
        "eval": reduced(eval, touch),
        "exec": reduced(exec, touch),
        "open": reduced(open, str(marker), "w"),
        "getattr": reduced(getattr, Path, "unlink"),
        "import": reduced(__import__, "antigravity"),
        "a call of what a call gives": reduced(reduced_call, reduced(getattr, marker, "touch")),
        "Path.touch": reduced(Path.touch, marker),
        "Sphinx": reduced(Sphinx, "/", "/", str(marker), "/", "html"),
        "attrgetter": reduced(attrgetter("touch"), marker),
        "inside of allowed data": nodes.paragraph("", "", nodes.Text("x"), hidden=[{"a": reduced(os.system, command)}]),
        "as state": Thawed(reduced(os.system, command)),
        "_reconstructor": reduced(copyreg._reconstructor, Plain, object, None),  # type: ignore[attr-defined]
    }


def reduced_call(function: Callable[[], object]) -> object:
    return function()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("name", hostile_values(Path()))
def test_calls_are_refused(tmp_path: Path, name: str, protocol: int) -> None:
    marker = tmp_path / "marker"
    data = pickle.dumps(hostile_values(marker)[name], protocol)
    with pytest.raises(PickleRefused):
        ITSELF.load(data)
    assert not list(tmp_path.iterdir())


def test_such_calls_do_run_in_stock_pickles(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(hostile_values(tmp_path / "marker")["os.system"]))
    assert list(tmp_path.iterdir()) == [tmp_path / "marker"]


@pytest.mark.parametrize(
    "data",
    [
        b"cos\nsystem\n(S'touch marker'\ntR.",
        b"(S'touch marker'\nios\nsystem\n.",
        b"(cos\nsystem\nS'touch marker'\no.",
        b"\x80\x04cos\nsystem\n.",
        b"\x80\x02\x82\x01.",
        b"\x80\x04\x82\x01.",
        b"\x80\x04K\x01Q.",
        b"Pid\n.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
        b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.",
        b"\x80\x04\x8e" + struct.pack("<Q", 2**62) + b".",
        b"\x80\x04\x8d" + struct.pack("<Q", 2**62) + b".",
        b"\x80\x04\x96" + struct.pack("<Q", 2**62) + b".",
        b"\x80\x04B" + struct.pack("<I", 2**32 - 1) + b".",
        b"\x80\x04X" + struct.pack("<I", 2**31) + b".",
        b"\x80\x04\x95" + struct.pack("<Q", 2**63) + b"N.",
        b"\x80\x04\x8b" + struct.pack("<i", 2**31 - 1) + b"1.",
        b"\x80\x04Nr" + struct.pack("<I", 2**31) + b".",
        b"\x80\x04Np2147483647\n.",
        b"\x80\x04Nq\x01.",
        b"I1\n.",
        b"cK" + b"K\n.",
        b"\x80\x03N.",
        b"\x80\x04",
        b"\x80\x04.",
        b"\x80",
        b"",
        b".",
        b"\x80\x04N.N.",
        b"\x80\x04N.\n",
        b"\x80\x04(((",
        b"\x80\x04]h\x09a.",
        b"\x80\x04]j\xff\xff\xff\xffa.",
        b"\x80\x04" + b"t" * 10 + b".",
        b"\x80\x04a.",
        b"\x80\x04]]]uuu.",
        b"\x80\x04}]]s.",
        b"\x80\x04\x8c\x02\xff\xff.",
    ],
)
def test_foreign_and_damaged_pickles_are_refused(data: bytes) -> None:
    with pytest.raises(PickleRefused):
        ITSELF.load(data)


def test_registered_extension_codes_are_refused() -> None:
    copyreg.add_extension("os", "getcwd", 77)
    try:
        copyreg.add_extension(HERE, "Badge", 78)
        for code in (77, 78):
            for data in (b"\x80\x04\x82%c)R." % code, forged(b"\x82%c)\x81." % code)):
                with pytest.raises(PickleRefused):
                    ITSELF.load(data)
    finally:
        copyreg.remove_extension("os", "getcwd", 77)
        copyreg.remove_extension(HERE, "Badge", 78)


def test_nested_tuples_do_not_overflow_the_stack() -> None:
    depth = 3_000_000
    for key in (b")" + b"\x85" * depth, b"N" + b"\x94\x85" * depth):
        with pytest.raises(PickleRefused, match="tuples"):
            ITSELF.load(b"\x80\x04}(" + key + b"K\x01u.")
        with pytest.raises(PickleRefused, match="tuples"):
            ITSELF.load(forged(b"}(" + key + b"K\x01u."))
        with pytest.raises(PickleRefused, match="tuples"):
            ITSELF.load(forged(b"}(h\x20" + key + b"\x85\x81K\x01u.", made=[f"{HERE}\nThawed.Inner"]))


@pytest.mark.parametrize("depth", [100, 40_000 if sys.platform != "win32" else 9_000])
def test_tuples_within_the_limit_can_be_keys(depth: int) -> None:
    assert len(ITSELF.load(b"\x80\x04}(" + b")" + b"\x85" * depth + b"K\x01u.")) == 1


def test_instances_nested_in_arguments_beyond_all_measure_are_refused() -> None:
    body = b"h\x20" * 100_000 + b"N" + b"\x85\x81" * 100_000
    with pytest.raises(PickleRefused):
        ITSELF.load(forged(body + b".", made=[f"{HERE}\nThawed.Inner"]))


ALLOWED = "docutils.nodes\nparagraph"


@pytest.mark.parametrize(
    "name",
    [
        "os\nsystem",
        "posix\nsystem",
        "subprocess\nPopen",
        "builtins\neval",
        "builtins\nexec",
        "builtins\ngetattr",
        "builtins\nobject",
        "builtins\ntype",
        "builtins\nbytearray",
        "builtins\n__import__",
        "functools\npartial",
        "operator\nattrgetter",
        "copyreg\n_reconstructor",
        "pathlib\nPath",
        "pathlib\nPath.unlink",
        "sphinx.application\nSphinx",
        "sphinx.application\nos.system",
        "sphinx.config\nConfig",
        "sphinx.environment\nBuildEnvironment",
        "sphinx.util.osutil\nFileAvoidWrite",
        "docutils.nodes\nElement.append",
        "docutils.nodes\nsys",
        "docutils.nodes\nos.system",
        "docutils.nodes\nNodeVisitor",
        "docutils.nodes\nNothing",
        "docutils.nodes\n",
        "docutils.nodes\nparagraph.__class__",
        "docutils.nodes\nparagraph.__init__.__globals__",
        "docutils.nodes\n__builtins__",
        "sphinx.addnodes\nnodes",
        "sphinx.addnodes\nparagraph",
        "docutils.io\nFileOutput",
        "docutils.frontend\nOptionParser",
        "docutils.parsers.rst.roles\nCustomRole",
        "docutils.statemachine\nStringList",
        "docutils.utils\nReporter",
        "sphinx.project\nProject",
        "sphinx.util.display\nprogress_message",
        "sphinx.util.requests\n_Session",
        "sphinx.__main__\nmain",
        "docutils\nnodes.paragraph",
        f"{HERE}\nPlain",
        f"{HERE}\nSlotted",
        f"{HERE}\nLibrary",
        f"{HERE}\nSite",
        f"{HERE}\nreduced_call",
        f"{HERE}\nos.system",
        "antigravity\nfly",
        "no.such.module\nName",
        ".\nName",
        "\nName",
    ],
)
def test_what_is_no_allowed_class_is_refused(name: str) -> None:
    loaded = set(sys.modules)
    for place in ("called", "made"):
        for body in (b"N.", b"h\x20)\x81.", b"h\x09)R."):
            with pytest.raises(PickleRefused):
                ITSELF.load(forged(body, **{place: [name]}))
    assert set(sys.modules) == loaded


@pytest.mark.parametrize("name", ["os\nsystem", "sphinx.application\nSphinx", "subprocess\nPopen"])
def test_the_refusal_names_what_was_asked_for(name: str) -> None:
    with pytest.raises(PickleRefused, match=re.escape(name.replace("\n", "."))) as caught:
        ITSELF.load(forged(b"N.", made=[name]))
    assert isinstance(caught.value, PronghornError)


def test_modules_are_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "sphinx.ext.doctest", raising=False)
    with pytest.raises(PickleRefused):
        ITSELF.load(forged(b"N.", made=["sphinx.ext.doctest\nTestGroup"]))
    assert "sphinx.ext.doctest" not in sys.modules


def test_a_lazy_attribute_of_a_module_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("pronghorn_site.lazy")
    asked: list[str] = []
    vars(module)["__getattr__"] = asked.append
    monkeypatch.setitem(sys.modules, module.__name__, module)
    with pytest.raises(PickleRefused):
        ITSELF.load(forged(b"N.", made=["pronghorn_site.lazy\nName"]))
    assert not asked


TEXT, NODE, VALUE, PATH = b"h\0", b"h\x20", b"h\x01", b"h\x09"


@pytest.mark.parametrize(
    "body",
    [
        NODE + b".",
        NODE + b"\x94.",
        NODE + b"\x94)\x81.",
        NODE + b"0N.",
        NODE + b")R.",
        NODE + b")\x81" + NODE + b"\x85b.",
        NODE + b"N}\x8c\x06astextNs\x86b.",
        NODE + b"}\x8c\x06astextNsb.",
        NODE + b"]\x94" + NODE + b"a.",
        NODE + NODE + b"\x85\x81.",
        NODE + b"(" + NODE + b"t\x81.",
        NODE + b")" + NODE + b")\x81\x81.",
        NODE + b"))\x81.",
        NODE + b"N)\x81.",
        NODE + b"Na.",
        NODE + b"(Ne.",
        NODE + b"(NNu.",
        NODE + b"NNs.",
        NODE + b"(N\x90.",
        NODE + b"\x85.",
        NODE + b"N\x86.",
        NODE + b"NN\x87.",
        NODE + b"t.",
        NODE + b")\x92.",
        NODE + b"K\x01)}\x92.",
        b"]" + NODE + b"a.",
        b"(" + NODE + b"l.",
        b"}(" + NODE + b"Nu.",
        b"}(\x8c\x01x" + NODE + b"u.",
        b"]" + NODE + b"\x85\x94a.",
        NODE + b")\x81}\x8c\x09__class__" + NODE + b"sb.",
        NODE + b")\x81}\x8c\x06append" + NODE + b"sbNa.",
        TEXT + b".",
        TEXT + b")R.",
        TEXT + b"\x8c\x01xR.",
        TEXT + b"\x8c\x01x\x94\x85\x94R.",
        PATH + b")\x81.",
        PATH + b".",
        PATH + b"\x94)R.",
        b"]" + PATH + b"a.",
        PATH + PATH + b"\x85R.",
        VALUE + b")\x81.",
        VALUE + b")R.",
        VALUE + b"N}\x8c\x06appendNs\x86b.",
        VALUE + b"Na.",
        b"(N" + VALUE + b"o.",
        b"j\x20\0\0\0)\x81.",
        b"j\xff\0\0\0.",
        b"j\0\1\0\0.",
        b"h\x21)\x81.",
        b"h\xff)\x81.",
        b"cos\nsystem\n.",
        b"\x8c\x02os\x8c\x06system\x93.",
        b"Nq\x00.",
        b"Nr\x00\x00\x00\x10.",
        b"N2\x86.",
        b"N0N.",
        b"N1.",
        b"N\x80\x04.",
        b"\x95\x01\0\0\0\0\0\0\0N.",
        b"a.",
        b"e.",
        b")b.",
        b"K\x01)b.",
        b"\x81.",
        b"N",
        b"",
        b".",
    ],
)
def test_classes_are_for_making_objects_and_for_nothing_else(body: bytes) -> None:
    before = dict(vars(nodes.paragraph)), dict(vars(nodes.Text))
    with pytest.raises(PickleRefused):
        ITSELF.load(forged(body, called=[_own_path()], made=[ALLOWED]))
    assert (dict(vars(nodes.paragraph)), dict(vars(nodes.Text))) == before


def test_only_paths_are_called() -> None:
    ITSELF.check(forged(PATH + b")R.", called=[_own_path()]))
    with pytest.raises(PickleRefused, match="not allowed"):
        ITSELF.check(forged(PATH + b")R.", called=[ALLOWED]))
    with pytest.raises(PickleRefused, match="not allowed"):
        ITSELF.check(forged(NODE + b")\x81.", made=[_own_path()]))


def _own_path() -> str:
    cls = type(Path())
    return f"{cls.__module__}\n{cls.__qualname__}"


def test_the_forged_pickles_are_otherwise_sound() -> None:
    body = b"(" + NODE + b")\x81" + PATH + b"\x8c\x01a\x85R" + TEXT + b"\x8c\x01x\x94\x85\x94\x81" + VALUE + b"t."
    assert_alike(
        ITSELF.load(forged(body, called=[_own_path()], made=[ALLOWED])),
        (nodes.paragraph.__new__(nodes.paragraph), Path("a"), nodes.Text("x"), list),
    )


@pytest.mark.parametrize("state", [b"}\x8c\x09__class__\x8c\x01xs", b"}\x8c\x08__dict__Ns", b"}\x8c\x08__init__K\x01s"])
@pytest.mark.parametrize("slots", [False, True])
def test_state_sets_attributes_of_objects_and_not_of_classes(state: bytes, slots: bool) -> None:
    before = dict(vars(nodes.paragraph))
    body = NODE + b")\x81" + (b"N" + state + b"\x86" if slots else state) + b"b."
    try:
        loaded = ITSELF.load(forged(body, made=[ALLOWED]))
    except PickleRefused:
        loaded = None
    assert loaded is None or type(loaded) is nodes.paragraph
    assert dict(vars(nodes.paragraph)) == before


def test_too_many_classes_and_other_lists_are_refused() -> None:
    sound = forged(b"N.", made=[ALLOWED])
    assert ITSELF.load(sound) is None
    for damaged in (
        sound.replace(b"N\x94", b"", 1),
        sound.replace(b"N\x94", b"K\x01\x94", 1),
        sound.replace(b"N\x94", b"N\x94N\x94", 1),
        sound.replace(b"docutils.nodes\nText", b"docutils.nodes\ntext"),
        sound.replace(b"builtins\nlist", b"builtins\neval"),
        sound.replace(b"\x941N.", b"\x94N."),
        sound.replace(b"\x941N.", b"\x94X\x01\0\0\0a1N."),
        sound.replace(b"\x941N.", b"\x94cos\nsystem\n\x941N."),
        sound.replace(b"cbuiltins\nstr\n", b"N"),
    ):
        assert damaged != sound
        with pytest.raises(PickleRefused):
            ITSELF.load(damaged)
        with pytest.raises(PickleRefused):
            ITSELF.load(damaged[:3] + struct.pack("<Q", len(damaged) - 11) + damaged[11:])


# Damage


@pytest.fixture(scope="module")
def sample() -> bytes:
    section = nodes.section("", nodes.title("", "", nodes.Text("Title")), ids=["a"], names=["é"])
    section.append(addnodes.pending_xref("", nodes.literal("", "x" * 300), reftarget="t", refexplicit=False))
    section.source, section.line = f"{SRCDIR}/a.rst", 3
    return dump((section, Frozen(1, [2]), Path("p"), Colour.RED, defaultdict(list), 2**70, 1.5), SRCDIR).localize(
        SRCDIR
    )


class Watch:
    """Notes what this process does to the system."""

    def __init__(self) -> None:
        self.is_on = False
        self.events: list[str] = []

    def __call__(self, event: str, _: tuple[object, ...]) -> None:
        if self.is_on:
            self.events.append(event)


@pytest.fixture(scope="module")
def watch() -> Watch:
    watch = Watch()
    sys.addaudithook(watch)
    return watch


def load_watched(watch: Watch, data: bytes) -> Any:
    """Load what may be damaged; give the exception's class if it is refused, and check that nothing else happens."""
    watch.events.clear()
    watch.is_on = True
    try:
        return ITSELF.load(data)
    except PickleRefused:
        return PickleRefused
    finally:
        watch.is_on = False
        assert set(watch.events) <= {"object.__getattr__"}


def assert_is_data(value: object) -> None:
    """Check that nothing in *value* is a function or a class."""
    seen, queue = set(), [value]
    while queue:
        item = queue.pop()
        if id(item) in seen or item is type(item):
            continue
        seen.add(id(item))
        assert not callable(item) or item in pickle_form.VALUES or isinstance(item, Enum), item
        queue += [other for other in gc.get_referents(item) if other is not type(item) and not isinstance(item, Enum)]


def test_the_watch_sees_what_pickles_do(watch: Watch, tmp_path: Path) -> None:
    watch.is_on = True
    pickle.loads(pickle.dumps(hostile_values(tmp_path / "marker")["open"]))
    watch.is_on = False
    assert "open" in watch.events


def test_the_sample_is_data_and_loading_it_does_nothing_else(sample: bytes, watch: Watch) -> None:
    loaded = load_watched(watch, sample)
    assert loaded[0].astext().startswith("Title")
    assert_is_data(loaded)


def test_truncated_pickles_are_refused(sample: bytes, watch: Watch) -> None:
    for length in range(len(sample)):
        assert load_watched(watch, sample[:length]) is PickleRefused


@pytest.mark.parametrize("mask", [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF])
def test_damaged_pickles_are_refused_or_give_data(sample: bytes, watch: Watch, mask: int) -> None:
    for at in range(len(sample)):
        damaged = bytearray(sample)
        damaged[at] ^= mask
        assert_is_data_or_refused(load_watched(watch, bytes(damaged)))


def assert_is_data_or_refused(loaded: object) -> None:
    if loaded is not PickleRefused:
        assert_is_data(loaded)


_OPCODES = sorted(
    set(b"()].}abeghjlqrstuRNKMJGXBC012c\x80\x81\x82\x85\x86\x87\x88\x8a\x8c\x8f\x90\x91\x92\x93\x94\x95")
)


@settings(deadline=None, max_examples=1_000)
@given(
    st.lists(
        st.sampled_from([TEXT, NODE, PATH, VALUE, b"h\x21", b"\x8c\x06append", b"\x8c\x0c__setstate__", b"j\0\1\0\0"])
        | st.sampled_from([NODE + b")\x81\x94", b"K\x01", b"\x85\x81", b"\x85R", b"}\x94", b"N}", b"\x86b"])
        | st.sampled_from(_OPCODES).map(lambda code: bytes([code])),
        max_size=25,
    )
)
def test_random_instructions_are_refused_or_give_data(parts: list[bytes]) -> None:
    before = dict(vars(nodes.paragraph)), dict(vars(Thawed))
    data = forged(b"".join(parts) + b".", called=[_own_path()], made=[ALLOWED, f"{HERE}\nThawed"])
    try:
        assert_is_data(ITSELF.load(data))
    except PickleRefused:
        pass
    finally:
        assert (dict(vars(nodes.paragraph)), dict(vars(Thawed))) == before


def test_checking_alone_runs_nothing_and_tells_the_same(sample: bytes, watch: Watch) -> None:
    watch.events.clear()
    watch.is_on = True
    ITSELF.check(sample)
    watch.is_on = False
    assert not watch.events
    with pytest.raises(PickleRefused):
        ITSELF.check(forged(b"N.", made=["os\nsystem"]))
