"""Tables tell what is read of them, and what is read has digests that mean the same in every process."""

import copy
import json
import operator
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st
from sphinx import addnodes
from sphinx.util._files import FilenameUniqDict
from sphinx.util.docutils import new_document

from pronghorn.cache.pickles.portable_paths import PortablePaths
from pronghorn.cache.plan.reasons import WORDINGS
from pronghorn.cache.store.store import Store
from pronghorn.cache.tracking.digests import UndigestableError, digest_of
from pronghorn.cache.tracking.file_digests import FileDigests
from pronghorn.cache.tracking.file_watch import Seen
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.documents.messages import Message
from pronghorn.incremental.write.reasons import reason_of_dependency, reason_of_part
from pronghorn.incremental.write.results import Body, Traces, decode_page, encode_page, is_plain
from pronghorn.incremental.write.stored_results import Entry, StoredResults
from pronghorn.observing.dicts import noted_lists, noted_table, plain
from pronghorn.observing.doctrees import make_lazy_document, unwatch, watch, watch_target
from pronghorn.observing.keys import key_of, name_of
from pronghorn.observing.recorder import Recorder
from pronghorn.observing.state import Derived, State, Table, is_unstable
from pronghorn.observing.state_digests import digest_of_state
from pronghorn.output.directory import Output
from pronghorn.output.search_entries import SearchEntry

# --- Tables ---

WHOLE, KEYS = ("t*", ""), ("t#", "")
READS: dict[str, tuple[Callable[[Any], object], set[tuple[str, str]]]] = {
    "item": (lambda t: t["a"], {("t", "a")}),
    "get": (lambda t: t.get("x"), {("t", "x")}),
    "in": (lambda t: "x" in t, {("t", "x")}),
    "setdefault": (lambda t: t.setdefault("a", 2), {("t", "a")}),
    "iteration": (list, {KEYS}),
    "sorted": (sorted, {KEYS}),
    "set": (set, {KEYS}),
    "length": (len, {KEYS}),
    "truth": (bool, {KEYS}),
    "keys": (lambda t: t.keys(), {KEYS}),
    "reversed": (lambda t: [*reversed(t)], {KEYS}),
    "values": (lambda t: t.values(), {WHOLE}),
    "items": (lambda t: t.items(), {WHOLE}),
    "copy": (lambda t: t.copy(), {WHOLE}),
    "copy.copy": (copy.copy, {WHOLE}),
    "copy.deepcopy": (copy.deepcopy, {WHOLE}),
    "equality": (lambda t: t == {}, {WHOLE}),
    "equality from the other side": (lambda t: dict.fromkeys("xy") == t, {WHOLE}),
    "inequality": (lambda t: t != {}, {WHOLE}),
    "union": (lambda t: t | {}, {WHOLE}),
    "union from the other side": (lambda t: {} | t, {WHOLE}),
    "text": (str, {WHOLE}),
    "json": (json.dumps, {WHOLE}),
    "dict": (dict, {KEYS, ("t", "a"), ("t", "b")}),
    "unpacking": (lambda t: {**t}, {KEYS, ("t", "a"), ("t", "b")}),
    "update": ({}.update, {KEYS, ("t", "a"), ("t", "b")}),
}


@pytest.mark.parametrize("name", READS)
def test_each_way_to_read_a_table_is_noted(name: str) -> None:
    read, expected = READS[name]
    recorder = Recorder()
    table = noted_table({"a": 1, "b": 2}, "t", recorder)
    with recorder.recording() as reads:
        read(table)
    assert set(reads.noted) == expected
    assert reads.spoilt is None


@pytest.mark.parametrize("name", READS)
def test_a_table_gives_what_the_dict_gives(name: str) -> None:
    read, _ = READS[name]
    original = {"a": 1, "b": 2}
    given, expected = read(noted_table(original, "t", Recorder())), read(original)
    assert str(given) == str(expected) or list(given) == list(expected)  # type: ignore[call-overload]


WRITES: dict[str, Callable[[Any], object]] = {
    "set": lambda t: t.__setitem__("c", 3),
    "delete": lambda t: t.__delitem__("a"),
    "pop": lambda t: t.pop("a"),
    "popitem": lambda t: t.popitem(),
    "clear": lambda t: t.clear(),
    "update": lambda t: t.update(c=3),
    "update in place": lambda t: t.__ior__({"c": 3}),
    "setdefault": lambda t: t.setdefault("c", 3),
}


@pytest.mark.parametrize("name", WRITES)
def test_each_way_to_change_a_table_spoils_the_page_and_reaches_the_original(name: str) -> None:
    recorder, expected = Recorder(), {"a": 1, "b": 2}
    original = dict(expected)
    table = noted_table(original, "t", recorder)
    with recorder.recording() as reads:
        WRITES[name](table)
    WRITES[name](expected)
    assert original == dict(table) == expected
    assert plain(table) is original
    assert reads.spoilt == "it changes 't'"


def test_nothing_is_noted_while_nobody_records() -> None:
    recorder = Recorder()
    table = noted_table({"a": 1}, "t", recorder)
    with recorder.recording() as outer:
        with recorder.suspended():
            table.get("a")
        with recorder.recording() as inner:
            table.get("b")
    table.get("c")
    assert not outer.noted
    assert list(inner.noted) == [("t", "b")]


def test_tables_in_tables_are_told_by_both_keys() -> None:
    recorder = Recorder()
    table = noted_table({"p": {"x": 1}, "q": {}}, "t", recorder, depth=2)
    with recorder.recording() as reads:
        assert table["p"].get("x") == 1
        assert "y" not in table["p"]
        assert len(table["q"]) == 0
        assert table.get("r") is None
    assert list(reads.noted) == [
        ("t?", "p"),
        ("t", ("p", "x")),
        ("t", ("p", "y")),
        ("t?", "q"),
        ("t#", "q"),
        ("t?", "r"),
    ]


def test_asking_a_defaultdict_for_what_it_lacks_is_a_read() -> None:
    recorder = Recorder()
    original: defaultdict[str, dict[str, int]] = defaultdict(dict)
    table = noted_table(original, "t", recorder, depth=2)
    with recorder.recording() as reads:
        assert table["p"].get("x") is None
    assert reads.spoilt is None
    assert original == {"p": {}}
    with recorder.recording() as reads:
        table["p"]["x"] = 1
    assert reads.spoilt is not None
    assert original == {"p": {"x": 1}}


def test_a_dict_of_a_class_of_its_own_is_noted_in_place() -> None:
    recorder, images = Recorder(), FilenameUniqDict()
    images.add_file("page", "a.png")
    table = noted_table(images, "t", recorder)
    assert id(table) == id(images)
    with recorder.recording() as reads:
        assert images["a.png"] == ({"page"}, "a.png")
        images.add_file("page", "sub/a.png")
    assert reads.spoilt is not None
    assert plain(table) is table
    assert type(images) is FilenameUniqDict
    assert vars(images) == {"_existing": {"a.png", "a1.png"}}


READS_OF_LISTS: dict[str, tuple[Callable[[Any], object], set[tuple[str, object]]]] = {
    "item": (lambda pages: pages[1], {("t", ("a", 1))}),
    "items": (lambda pages: [pages[0], pages[2]], {("t", ("a", 0)), ("t", ("a", 2))}),
    "truth": (bool, set()),
    "length": (len, set()),
    "last": (lambda pages: pages[-1], {("t*", "a")}),
    "slice": (lambda pages: pages[:2], {("t*", "a")}),
    "iteration": (lambda pages: [*pages], {("t*", "a")}),
    "list": (list, {("t*", "a")}),
    "tuple": (tuple, {("t*", "a")}),
    "join": ("".join, {("t*", "a")}),
    "in": (lambda pages: "y" in pages, {("t*", "a")}),
    "equality": (lambda pages: pages == ["x"], {("t*", "a")}),
    "equality from the other side": (lambda pages: operator.eq(["x"], pages), {("t*", "a")}),
    "sum": (lambda pages: operator.add(pages, ["w"]), {("t*", "a")}),
    "sum from the other side": (lambda pages: operator.add(["w"], pages), {("t*", "a")}),
    "copy": (lambda pages: pages.copy(), {("t*", "a")}),
    "copy.copy": (copy.copy, {("t*", "a")}),
    "copy.deepcopy": (copy.deepcopy, {("t*", "a")}),
    "text": (str, {("t*", "a")}),
    "json": (json.dumps, {("t*", "a")}),
    "index": (lambda pages: pages.index("y"), {("t*", "a")}),
}


@pytest.mark.parametrize("name", READS_OF_LISTS)
def test_each_way_to_read_a_list_in_a_table_is_noted(name: str) -> None:
    read, expected = READS_OF_LISTS[name]
    recorder = Recorder()
    table = noted_lists({"a": ["x", "y", "z"], "b": ["y"]}, "t", recorder)
    with recorder.recording() as reads:
        given = read(table["a"])
    assert set(reads.noted) == {("t?", "a"), *expected}
    assert given == read(["x", "y", "z"])
    assert type(given) is type(read(["x", "y", "z"]))


# --- Names ---

KEYS_OF_TABLES = st.recursive(st.text() | st.integers() | st.none(), lambda inner: st.lists(inner).map(tuple))


@given(KEYS_OF_TABLES)
def test_a_name_leads_back_to_its_key(key: Any) -> None:
    name = name_of(key)
    assert name is not None
    assert key_of(name) == key


@given(KEYS_OF_TABLES, KEYS_OF_TABLES)
def test_different_keys_have_different_names(one: Any, other: Any) -> None:
    assert (name_of(one) == name_of(other)) == (one == other)


@pytest.mark.parametrize("key", [1.5, True, b"x", frozenset(), ("a", object()), PurePosixPath("a")])
def test_other_keys_have_no_names(key: Any) -> None:
    assert name_of(key) is None


# --- Digests ---


class Point(NamedTuple):
    x: int
    y: int


class Thing:
    def __init__(self, **attributes: object) -> None:
        vars(self).update(attributes)


DISTINCT = [
    None,
    True,
    1,
    1.0,
    "1",
    b"1",
    [1],
    (1,),
    {1},
    {1: 1},
    {"a": 1, "b": 2},
    {"b": 2, "a": 1},
    Point(1, 2),
    (1, 2),
    PurePosixPath("a"),
    "a",
    nodes.Text("a"),
    nodes.title("", "a"),
    nodes.title("", "b"),
    nodes.title("", "a", ids=["x"]),
    nodes.reference("", "", nodes.Text("a"), refuri="x"),
    [nodes.title("", "a")],
    Thing(a=1),
    Thing(a=2),
    Thing(a=Thing(a=1)),
    dict,
    Thing,
    len,
]


def test_different_values_have_different_digests() -> None:
    digests = [digest_of_state(value) for value in DISTINCT]
    assert len(set(digests)) == len(DISTINCT)


def test_equal_values_have_equal_digests() -> None:
    assert digest_of_state(copy.deepcopy(DISTINCT[:-3])) == digest_of_state(DISTINCT[:-3])
    assert digest_of_state(Thing(a=1, b=2)) == digest_of_state(Thing(b=2, a=1))


def test_the_document_around_a_node_does_not_matter() -> None:
    title = nodes.title("", "a")
    before = digest_of_state([title])
    document = new_document("here")
    document += title
    assert digest_of_state([title]) == before


def test_the_line_of_a_toctree_matters() -> None:
    one, other = addnodes.toctree(), addnodes.toctree()
    one.line, other.line = 1, 2
    assert digest_of_state(one) != digest_of_state(other)


def test_a_value_that_contains_itself_has_a_digest() -> None:
    value: list[Any] = [object]
    value.append(value)
    assert digest_of_state(value) == digest_of_state(value)


@pytest.mark.parametrize("value", [lambda: 1, (number for number in [1]), open], ids=["function", "generator", "file"])
def test_what_lasts_no_longer_than_the_process_has_no_digest(value: Any) -> None:
    if value is open:
        with Path(__file__).open(encoding="utf-8") as file, pytest.raises(UndigestableError):
            digest_of_state([file])
    else:
        with pytest.raises(UndigestableError):
            digest_of_state(value)


def test_objects_are_no_plain_data() -> None:
    plain, copied = ({"a": (Point(1, 2), {"x"})} for _ in range(2))
    assert digest_of_state(plain, has_objects=False) == digest_of_state(copied, has_objects=False)
    with pytest.raises(UndigestableError):
        digest_of_state({"a": Thing()}, has_objects=False)


def test_paths_in_a_value_mean_the_same_in_every_clone() -> None:
    here, there = ([{"a": Path(clone, "x")}, Thing(b=f"{clone}/y")] for clone in ("/here", "/there"))
    assert digest_of_state(here) != digest_of_state(there)
    assert digest_of_state(here, _inside) == digest_of_state(there, _inside)
    assert digest_of_state("/here/y", _inside) != digest_of_state("y", _inside)


def _inside(path: str) -> str:
    return path.removeprefix("/here/").removeprefix("/there/")


def test_digests_do_not_depend_on_the_seed_of_hashes() -> None:
    code = (
        "from pronghorn.observing.state_digests import digest_of_state;"
        "from collections import OrderedDict;"
        "print(digest_of_state([{'a', 'b', 'c', 'd'}, OrderedDict(x={'e', 'f', 'g'})]).hex())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1


# --- The state ---


def state_of(table: dict[str, Any], **options: Any) -> State:
    state = State()
    state.add_table("t", Table(table, **options))
    return state


def test_a_dependency_changes_with_what_it_names_only() -> None:
    before, after = {"a": 1, "b": 2}, {"a": 1, "b": 3}
    one, other = state_of(before), state_of(after)
    changed = {
        (kind, name)
        for kind, name in (("t", "a"), ("t", "b"), ("t", "x"), ("t?", "b"), ("t#", ""), ("t*", ""))
        if one.current((kind, name)) != other.current((kind, name))
    }
    assert changed == {("t", "b"), ("t*", "")}


def test_the_order_of_keys_matters_to_those_who_see_it() -> None:
    one, other = state_of({"a": 1, "b": 2}), state_of({"b": 2, "a": 1})
    assert one.current(("t", "a")) == other.current(("t", "a"))
    assert one.current(("t#", "")) != other.current(("t#", ""))


def test_what_is_absent_is_not_what_is_none() -> None:
    assert state_of({}).current(("t", "a")) != state_of({"a": None}).current(("t", "a"))


def test_a_column_is_told_whatever_else_is_in_the_tables() -> None:
    one = state_of({"p": {"x": 1, "y": 1}, "q": {"y": 2}}, depth=2, columns=True)
    other = state_of({"p": {"x": 1, "y": 5}, "q": {}}, depth=2, columns=True)
    assert one.current(("t|", "x")) == other.current(("t|", "x"))
    assert one.current(("t|", "y")) != other.current(("t|", "y"))


def test_reading_most_of_a_table_counts_as_reading_all_of_it() -> None:
    state = state_of({f"k{number}": number for number in range(100)})
    few = state.dependencies_of(("t", f"k{number}") for number in range(60))
    many = state.dependencies_of(("t", f"k{number}") for number in range(70))
    assert len(few) == 60
    assert list(many) == [Dependency("t*", "")]


def test_reading_one_entry_of_most_tables_counts_as_reading_the_column() -> None:
    state = state_of({f"k{number}": {"x": number} for number in range(100)}, depth=2, columns=True)
    reads = [("t", (f"k{number}", "x")) for number in range(90)]
    assert list(state.dependencies_of(reads)) == [Dependency("t|", "x")]


def test_a_key_without_a_name_counts_as_the_whole_table() -> None:
    state = state_of({})
    assert list(state.dependencies_of([("t", PurePosixPath("a"))])) == [Dependency("t*", "")]


@pytest.mark.parametrize("dependency", [("unknown", "x"), ("t", "\1not json"), ("t*", "\1[1"), ("t#", "nowhere")])
def test_what_cannot_be_answered_has_no_digest_that_lasts(dependency: tuple[str, str]) -> None:
    state = state_of({"a": 1})
    digest = state.current(dependency)
    assert is_unstable(digest)
    assert state_of({"a": 1}).current(dependency) != digest


def test_something_derived_is_unchanged_if_it_comes_out_the_same() -> None:
    results: list[str] = []

    def state_with(inputs: bytes, result: bytes) -> State:
        def work_out(name: str) -> bytes:
            results.append(name)
            return result

        state = State()
        state.add_derived("d", Derived(lambda _: inputs, work_out))
        return state

    recorded = state_with(b"i" * 16, b"r" * 16).current(("d", "x"))
    results.clear()
    assert state_with(b"i" * 16, b"s" * 16).is_unchanged(("d", "x"), recorded)
    assert not results, "it was worked out although nothing had changed"
    assert state_with(b"j" * 16, b"r" * 16).is_unchanged(("d", "x"), recorded)
    assert not state_with(b"j" * 16, b"s" * 16).is_unchanged(("d", "x"), recorded)


def test_what_pages_see_of_something_derived_is_its_result() -> None:
    state = State()
    state.add_derived("d", Derived(lambda name: name.encode() * 16, lambda _: b"r" * 16))
    seen = [state.result_of(("d", name), state.current(("d", name))) for name in "xy"]
    assert seen == [b"r" * 16] * 2
    assert state.result_of(("t", "x"), b"t" * 16) == b"t" * 16


def test_what_changes_while_pages_are_written_is_found() -> None:
    kept = {"x": [1], "y": [1]}
    state = State()
    state.add("env", lambda name: digest_of_state(kept[name]))
    found = state.dependencies_of([("env", "x"), ("env", "y")])
    assert state.changed_meanwhile([found]) == set()
    kept["x"].append(2)
    assert state.changed_meanwhile([found]) == {Dependency("env", "x")}


# --- Documents ---


def small_document() -> nodes.document:
    document, title = new_document("here"), nodes.title("", "a", ids=["x"])
    document += title
    document.ids["x"] = title
    return document


LOOKS: dict[str, Callable[[nodes.document], object]] = {
    "children": lambda document: document.children,
    "findall": lambda document: list(document.findall()),
    "length": len,
    "item": lambda document: document[0],
    "attribute": lambda document: document.get("source"),
    "iteration": list,
    "copy": copy.copy,
    "source": lambda document: document.source,
    "dict": vars,
}
NO_LOOKS: dict[str, Callable[[nodes.document], object]] = {
    "repr": repr,
    "type": lambda document: isinstance(document, nodes.document),
    "truth": bool,
    "none": lambda document: document is None,
}


@pytest.mark.parametrize("name", [*LOOKS, *NO_LOOKS])
def test_a_watched_document_tells_of_the_first_look(name: str) -> None:
    document = small_document()
    looks: list[nodes.document] = []
    watch(document, looks.append)
    (LOOKS | NO_LOOKS)[name](document)
    assert looks == ([document] if name in LOOKS else [])
    unwatch(document)
    assert type(document) is nodes.document
    assert len(document) == 1


@pytest.mark.parametrize("name", LOOKS)
def test_a_lazy_document_is_filled_at_the_first_look(name: str) -> None:
    full = small_document()
    document = make_lazy_document(lambda: full)
    assert str(LOOKS[name](document))
    assert type(document) is nodes.document
    assert document.astext() == "a"
    assert document[0].parent is document


def test_a_lazy_document_stays_empty_if_nobody_looks() -> None:
    def load() -> nodes.document:
        raise AssertionError

    document = make_lazy_document(load)
    for look in NO_LOOKS.values():
        look(document)


def test_another_pages_document_tells_which_ids_are_looked_up() -> None:
    recorder, document = Recorder(), small_document()
    with recorder.recording() as reads:
        watch_target(document, "other", recorder)
        assert document.ids.get("x") is not None
        assert document.settings is not None
    assert list(reads.noted) == [("node", ("other", "x"))]
    with recorder.recording() as reads:
        assert document.astext() == "a"
    assert list(reads.noted) == [("doctree", "other")]


# --- Results ---

MESSAGE = Message("sphinx.x", 30, "%s", ("text",), "t", "s", ("one", 3), once=False, colour=None, details=(None, None))
TRACES = Traces({"a.html": digest_of(b"a")}, [MESSAGE], 0.5)
BODY = Body(digest_of(b"html"), "<meta>", {"x": [1, None]}, {"a.png": "a.png"}, None, TRACES)


@pytest.mark.parametrize(
    "entry", [None, SearchEntry("One", "one.rst", [["One", None]], [["e", "id", None]], ["w"], ["t"])]
)
def test_results_come_back_as_they_were(entry: SearchEntry | None) -> None:
    body = replace(BODY, entry=entry)
    assert Body.decode(body.encode()) == body
    assert decode_page(encode_page(TRACES)) == TRACES


@given(
    st.binary()
    | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(lambda value: json.dumps(value).encode())
)
def test_damaged_results_are_none(data: bytes) -> None:
    assert Body.decode(data) is None
    assert decode_page(data) is None or decode_page(data) == Traces({}, [], decode_page(data).seconds)  # type: ignore[union-attr]


@pytest.mark.parametrize("at", range(6))
@pytest.mark.parametrize("wrong", [None, 1, "x", [1], {"a": 1}, [[1, 2, 3]]])
def test_results_with_a_wrong_part_are_none(at: int, wrong: object) -> None:
    data = json.loads(BODY.encode())
    if data[at] == wrong:
        return
    data[at] = wrong
    decoded = Body.decode(json.dumps(data).encode())
    assert decoded is None or isinstance(decoded.metatags, str)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": [1, None, "x", True]}, True),
        ((1,), False),
        ({1: 2}, False),
        ({"a": Thing()}, False),
        (float("nan"), False),
    ],
)
def test_plain_data_is_what_json_gives_back(value: object, expected: bool) -> None:
    assert is_plain(value) == expected


# --- The shelf ---


@pytest.fixture
def stored_of(tmp_path: Path) -> Callable[[dict[str, Any]], StoredResults]:
    store = Store(tmp_path / "store")

    def make(table: dict[str, Any]) -> StoredResults:
        return StoredResults(store, state_of(table), FileDigests(None), PortablePaths(tmp_path))

    return make


KEY = digest_of(b"key")


def test_a_result_is_found_as_long_as_what_it_depends_on_is_the_same(
    stored_of: Callable[[dict[str, Any]], StoredResults],
) -> None:
    dependencies = state_of({"a": 1}).dependencies_of([("t", "a")])
    stored_of({}).keep([Entry(KEY, dependencies, b"one")])
    assert stored_of({"a": 1, "b": 2}).find({"page": KEY})["page"].result == b"one"
    found = stored_of({"a": 2}).find({"page": KEY, "other": digest_of(b"other")})
    assert found["page"].result is None
    assert found["page"].change == Dependency("t", "a")
    assert not found["other"].is_known
    dependencies = state_of({"a": 2}).dependencies_of([("t", "a")])
    stored_of({}).keep([Entry(KEY, dependencies, b"two")])
    assert stored_of({"a": 2}).find({"page": KEY})["page"].result == b"two"
    assert stored_of({"a": 1}).find({"page": KEY})["page"].result == b"one"


def test_a_result_that_depends_on_what_has_no_digest_is_not_kept(
    stored_of: Callable[[dict[str, Any]], StoredResults],
) -> None:
    shelf = stored_of({})
    shelf.keep([Entry(KEY, state_of({}).dependencies_of([("unknown", "x")]), b"one")])
    assert not shelf.find({"page": KEY})["page"].is_known


def test_a_damaged_manifest_is_none(tmp_path: Path, stored_of: Callable[[dict[str, Any]], StoredResults]) -> None:
    with Store(tmp_path / "store") as store:
        store.add_manifest(KEY, b"no manifest")
    assert stored_of({}).find({"page": KEY})["page"].result is None


# --- The output ---


class Builder:
    """What is asked of a builder."""

    imagedir = "_images"

    def __init__(self, outdir: Path) -> None:
        self.outdir = outdir


@pytest.fixture
def output(tmp_path: Path) -> Output:
    folder = tmp_path / "html"
    (folder / "dt").mkdir(parents=True)
    pages = ["one.html", "other.html"]
    return Output(Builder(folder), FileDigests(None), [folder / "dt"], pages)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "dt/evil", ""])
def test_nothing_is_written_elsewhere(output: Output, tmp_path: Path, name: str) -> None:
    digest = digest_of(b"evil")
    assert output.path_of(name) is None
    with pytest.raises(OSError, match="output directory"):
        output.restore({name: digest}, {digest: b"evil"})
    assert not list(tmp_path.rglob("*evil*"))


def test_nothing_is_written_through_a_link(output: Output, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "html/link").symlink_to(tmp_path / "outside")
    digest = digest_of(b"evil")
    with pytest.raises(OSError, match="output directory"):
        output.restore({"link/evil": digest}, {digest: b"evil"})
    assert not list((tmp_path / "outside").iterdir())


def test_a_file_is_there_if_its_content_is(output: Output, tmp_path: Path) -> None:
    digest = digest_of(b"x")
    assert output.missing({"a/b.html": digest}) == {"a/b.html": digest}
    assert not output.restore({"a/b.html": digest}, {})
    assert output.restore({"a/b.html": digest}, {digest: b"x"})
    assert (tmp_path / "html/a/b.html").read_bytes() == b"x"
    assert output.missing({"a/b.html": digest}) == {}


def test_the_files_of_a_page(output: Output, tmp_path: Path) -> None:
    names = ("one.html", "_images/seen.png", "_sources/one.txt", "_static/seen.css", "other.html", "dt/one.doctree")
    for name in names:
        file = tmp_path / "html" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(name)
    seen = Seen()
    seen.written = {str(tmp_path / "html" / name) for name in ("one.html", "gone.html", "dt/one.doctree")}
    seen.read = {str(tmp_path / "html" / name) for name in names[1:]}
    assert output.files_of_page(seen).keys() == {"one.html", "_images/seen.png", "_sources/one.txt"}


# --- Reasons ---


@pytest.mark.parametrize(
    ("dependency", "reason"),
    [
        (("titles", "one"), ("title", "one")),
        (("tocs*", ""), ("toc", "")),
        (("metadata", name_of(("one", "x"))), ("metadata", "one")),
        (("metadata|", "tocdepth"), ("metadata", "")),
        (("domain std", name_of(("labels", "here"))), ("label", "here")),
        (("domain std", name_of(("objects", ("term", "x")))), ("object", "term x")),
        (("domain cpp", name_of("root_symbol")), ("object", "")),
        (("all_docs", "one"), ("document", "one")),
        (("all_docs#", ""), ("documents", "")),
        (("config", "x"), ("config", "x")),
        (("file", "a/b.txt"), ("file", "a/b.txt")),
        (("page", "one"), ("site", "")),
        (("navigation", "[]"), ("navigation", "")),
    ],
)
def test_a_dependency_is_told_in_the_words_of_the_plan(dependency: tuple[str, str], reason: tuple[str, str]) -> None:
    found = reason_of_dependency(Dependency(*dependency))
    assert found == reason
    assert found.kind in {wording.kind for wording in WORDINGS}


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ("version Sphinx", ("version", "Sphinx")),
        ("template 0/sub/page.html", ("template", "sub/page.html")),
        ("static _static/own.css", ("static", "own.css")),
        ("value html_title", ("config", "html_title")),
        ("theme", ("theme", "")),
    ],
)
def test_a_part_of_the_key_is_told_in_the_words_of_the_plan(part: str, reason: tuple[str, str]) -> None:
    assert reason_of_part(part) == reason
