"""Values have the same digest in every process, and code has one by what it does."""

import base64
import collections
import copy
import dataclasses
import datetime as dt
import decimal
import enum
import functools
import importlib
import logging
import os
import pickle
import re
import subprocess
import sys
import threading
import types
import typing
import zoneinfo
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import SimpleNamespace
from typing import Any, NamedTuple

import attrs
import pytest
from docutils import nodes
from hypothesis import given, settings
from hypothesis import strategies as st

from pronghorn.cache.tracking import value_digests as values
from pronghorn.cache.tracking.digests import DIGEST_BYTES, UndigestableError
from pronghorn.cache.tracking.value_digests import ValueDigests, digest_value

# For what refers to modules that no test changes: they are looked at once.
digest = ValueDigests().digest

# --- plain values ---

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(st.characters(exclude_categories=()))
    | st.binary()
)
HASHABLE = st.recursive(SCALARS, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=4), max_leaves=6)
VALUES = st.recursive(
    HASHABLE,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner)
        | st.sets(HASHABLE, max_size=4)
        | st.dictionaries(HASHABLE, inner, max_size=4)
    ),
    max_leaves=12,
)


def form(value: object) -> str:
    """Write a value so that two are alike exactly if they are of the same types and equal."""
    kind = type(value).__name__
    if isinstance(value, set | frozenset):
        return f"{kind}({sorted(map(form, value))})"
    if isinstance(value, dict):
        return f"{kind}({[(form(key), form(item)) for key, item in value.items()]})"
    if isinstance(value, list | tuple):
        return f"{kind}({list(map(form, value))})"
    return f"{kind}({value!r})"


@settings(deadline=None)
@given(st.lists(VALUES, max_size=6))
def test_digests_are_equal_exactly_if_values_are(values: list[object]) -> None:
    forms = list(map(form, values))
    digests = list(map(digest, values))
    assert len(set(forms)) == len(set(digests)) == len(set(zip(forms, digests, strict=True)))
    assert {len(digest) for digest in digests} <= {DIGEST_BYTES}


@settings(deadline=None)
@given(VALUES)
def test_a_copy_has_the_same_digest(value: object) -> None:
    assert digest(pickle.loads(pickle.dumps(value))) == digest(value)


WORKER = """
import base64, pickle, sys
from pronghorn.cache.tracking.value_digests import digest_value
for line in sys.stdin:
    print(digest_value(pickle.loads(base64.b64decode(line))).hex(), flush=True)
"""


class Worker:
    """Digests values in a process that hashes strings in its own way."""

    def __init__(self, seed: int) -> None:
        environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
        command = [sys.executable, "-c", WORKER]
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def digest(self, value: object) -> bytes:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(base64.b64encode(pickle.dumps(value)).decode(), file=self.process.stdin, flush=True)
        return bytes.fromhex(self.process.stdout.readline())

    def close(self) -> None:
        self.process.communicate()


@pytest.fixture(scope="module")
def workers() -> Iterator[list[Worker]]:
    started = [Worker(seed) for seed in (1, 2)]
    yield started
    for worker in started:
        worker.close()


@settings(deadline=None)
@given(value=VALUES)
def test_other_processes_give_the_same_digest(workers: list[Worker], value: object) -> None:
    assert {worker.digest(value) for worker in workers} == {digest(value)}


def test_the_order_of_a_dict_matters_and_that_of_a_set_does_not() -> None:
    assert digest({1: 2, 3: 4}) != digest({3: 4, 1: 2})
    words = [f"word {number}" for number in range(100)]
    assert digest(set(words)) == digest(set().union(words[::-1]))


def test_whether_parts_are_shared_does_not_matter() -> None:
    part = [1, {"a": (2,)}]
    assert digest([part, part]) == digest([part, copy.deepcopy(part)])


# --- objects ---


class Plain:
    def __init__(self, **attributes: object) -> None:
        self.__dict__.update(attributes)

    def told(self) -> str:
        return "plain"


class Other(Plain):
    pass


class Slotted:
    __slots__ = ("one", "two")

    def __init__(self, one: object, two: object) -> None:
        self.one, self.two = one, two


class Sealed:
    """Says itself what its state is."""

    def __init__(self, state: object, cache: object) -> None:
        self.state, self.cache = state, cache

    def __getstate__(self) -> object:
        return (self.state,)

    def __setstate__(self, state: tuple[object]) -> None:
        self.state, self.cache = state[0], None


class Words(list[str]):
    pass


class Names(set[str]):
    pass


class Table(dict[str, int]):
    pass


class Text(str):
    __slots__ = ()


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


class Point(NamedTuple):
    x: int
    y: int = 0


@dataclasses.dataclass
class Data:
    x: int
    y: list[int] = dataclasses.field(default_factory=list)


@attrs.frozen
class Attrs:
    x: int
    y: str = "y"


DIFFERENT: list[object] = [
    *(None, False, True, 0, 1, -1, 1.0, 0.0, -0.0, float("nan"), float("inf"), 1j, complex(0.0, -0.0)),
    *("", "1", "None", "\ud800", "\ud83d\ude00", "\U0001f600", b"", b"1", bytearray(b"1"), ..., NotImplemented),
    *(
        [],
        (),
        {},
        set(),
        frozenset(),
        [[]],
        [()],
        [1, 2],
        (1, 2),
        {1, 2},
        frozenset({1, 2}),
        {1: 2},
        [[1], 2],
        [[1, 2]],
    ),
    *(range(3), range(4), slice(1, 2), types.MappingProxyType({1: 2}), SimpleNamespace(x=1), SimpleNamespace(x=2)),
    *(
        re.compile("a"),
        re.compile("a", re.IGNORECASE),
        re.compile(b"a"),
        decimal.Decimal("1.0"),
        decimal.Decimal("1.00"),
    ),
    *(dt.date(2020, 1, 2), dt.datetime(2020, 1, 2), dt.datetime(2020, 1, 2, tzinfo=dt.UTC)),  # noqa: DTZ001
    *(dt.timedelta(1), dt.timedelta(0, 1), zoneinfo.ZoneInfo("UTC"), zoneinfo.ZoneInfo("Europe/Rome")),
    *(Path("a"), Path("b"), PurePosixPath("a"), PureWindowsPath("a"), "a"),
    *(Colour.RED, Colour.BLUE, Rights.READ, Rights.WRITE, Rights.READ | Rights.WRITE, Rights(0), Colour),
    *(Point(1), Point(1, 2), Data(1), Data(1, [2]), Attrs(1), Attrs(1, "z"), Point, Data, Attrs),
    *(
        Plain(),
        Plain(a=1),
        Plain(a=2),
        Plain(b=1),
        Other(a=1),
        Slotted(1, 2),
        Slotted(2, 1),
        Sealed(1, 1),
        Sealed(2, 1),
    ),
    *(Words(["a"]), Names(["a"]), Table(a=1), Text("a"), collections.OrderedDict(a=1), collections.Counter("a")),
    *(
        collections.defaultdict(int, a=1),
        collections.defaultdict(lambda: 1, a=1),
        collections.deque([1]),
        collections.deque([1], 3),
    ),
    *(len, print, "a".join, "b".join, str.upper, str.lower, dict.fromkeys, int.from_bytes, (1).__add__, (2).__add__),
    *(
        int,
        str,
        type(None),
        list[int],
        list[str],
        int | str,
        typing.Literal["a"],
        typing.Any,
        logging.getLogger("a"),
    ),
    *(functools.partial(print, 1), functools.partial(print, 2), functools.partial(print, end=""), Plain(a=1).told),
    *(
        os,
        re,
        os.path,
        logging.getLogger,
        re.sub,
        functools.cache(len),
        functools.cache(print),
        property(len),
        ValueError("a"),
    ),
    *(
        nodes.paragraph("", "a"),
        nodes.paragraph("", "b"),
        nodes.paragraph("", "", nodes.strong("", "a")),
        nodes.Text("a"),
    ),
]


def test_different_things_have_different_digests() -> None:
    owners: dict[bytes, object] = {}
    for value in DIFFERENT:
        assert repr(owners.setdefault(digest(value), value)) == repr(value)


def test_a_deep_copy_of_a_thing_has_the_same_digest() -> None:
    for value in DIFFERENT:
        if not isinstance(value, types.ModuleType | types.MappingProxyType):  # these cannot be copied
            assert digest(copy.deepcopy(value)) == digest(value), value


ELSEWHERE: list[object] = [
    *(re.IGNORECASE | re.MULTILINE, zoneinfo.ZoneInfo("Europe/Rome"), Path("a", "b"), re.compile("a"), list[int]),
    *(
        collections.Counter("abca"),
        functools.partial(print, {"a", "b"}),
        logging.getLogger("a"),
        os.path.join,
        int | str,
    ),
    *(nodes.note("", nodes.Text("a"), names=["a"]), frozenset({"a", "b", 1, None, (1, "c")}), decimal.Decimal("1.0")),
]


def test_a_thing_of_an_importable_class_has_the_same_digest_in_other_processes(workers: list[Worker]) -> None:
    for value in ELSEWHERE:
        assert {worker.digest(value) for worker in workers} == {digest(value)}, value


def test_attributes_have_no_order() -> None:
    assert digest(Plain(a=1, b=2)) == digest(Plain(b=2, a=1))


def test_what_an_object_leaves_out_of_its_state_does_not_matter() -> None:
    assert digest(Sealed(1, cache=2)) == digest(Sealed(1, cache=threading.Lock()))


def test_docutils_nodes_with_their_parents() -> None:
    def section(text: str) -> nodes.section:
        return nodes.section("", nodes.title("", text), nodes.paragraph("", "", nodes.emphasis("", "b")), ids=["a"])

    assert digest(section("a")) == digest(section("a"))
    assert digest(section("a")) != digest(section("b"))


# --- what refers to itself ---


class Node:
    def __init__(self, name: str) -> None:
        self.name = name
        self.links: list[Node] = []
        self.near: set[Node] = set()


Edges = list[tuple[int, int, bool]]
GRAPHS = st.integers(1, 5).flatmap(
    lambda n: st.tuples(
        st.lists(st.sampled_from("ab"), min_size=n, max_size=n),
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.booleans()), max_size=8),
    )
)


def graph(names: list[str], edges: Edges) -> list[Node]:
    made = [Node(name) for name in names]
    for start, end, is_set in edges:
        if is_set:
            made[start].near.add(made[end])
        else:
            made[start].links.append(made[end])
    return made


@settings(deadline=None)
@given(GRAPHS)
def test_a_circular_value_has_one_digest_wherever_its_parts_lie_in_memory(given_graph: tuple[list[str], Edges]) -> None:
    ballast = [Node(str(number)) for number in range(7)]
    first = graph(*given_graph)
    del ballast[::2]
    second = graph(*given_graph)
    assert digest(first) == digest(second)
    assert digest(set(first)) == digest(set().union(second[::-1]))
    assert [digest(node) for node in first] == [digest(node) for node in reversed(second)][::-1]


@settings(deadline=None)
@given(GRAPHS, st.data())
def test_a_change_anywhere_in_a_circular_value_shows(given_graph: tuple[list[str], Edges], data: st.DataObject) -> None:
    made = graph(*given_graph)
    before = digest(made)
    data.draw(st.sampled_from(made)).name = "c"
    assert digest(made) != before


def test_circles_of_different_lengths_differ() -> None:
    def circle(n: int) -> list[object]:
        first: list[object] = []
        last = first
        for _ in range(n - 1):
            last = [last]
        first.append(last)
        return first

    assert len({digest(circle(n)) for n in range(1, 9)}) == 8


def test_what_refers_to_the_inner_and_what_refers_to_the_outer_list_differ() -> None:
    def made(*, to_outer: bool) -> list[object]:
        outer: list[object] = []
        inner: list[object] = []
        outer.append(inner)
        inner.append(outer if to_outer else inner)
        return outer

    assert digest(made(to_outer=True)) != digest(made(to_outer=False))


def test_circles_in_a_row_are_walked_through_in_reasonable_time() -> None:
    one, other = Node("end"), Node("end")
    for number in range(60):
        outer, beside = Node(str(number)), Node("")
        outer.links = [one, other, beside, other, one]
        beside.links = [other, outer, one]
        one, other = outer, beside
    assert len(digest(one)) == DIGEST_BYTES


def test_many_things_that_all_refer_to_each_other_are_walked_through_in_reasonable_time() -> None:
    made = [Node(str(number)) for number in range(100)]
    for node in made:
        node.links = made
    assert len(digest(made[0])) == DIGEST_BYTES


# --- what has no digest ---


def generator() -> Iterator[int]:
    yield 1


def nested(depth: int) -> list[object]:
    made: list[object] = []
    for _ in range(depth):
        made = [made]
    return made


class Raising:
    def __reduce__(self) -> str:
        raise ZeroDivisionError("not today")


class Confused:
    def __reduce__(self) -> Any:
        return 3


class Masked:
    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        raise LookupError("nobody is here")


@pytest.mark.parametrize(
    "make",
    [
        threading.Lock,
        threading.RLock,
        generator,
        Raising,
        Confused,
        Masked,
        sys._getframe,
        lambda: memoryview(b""),
        lambda: types.ModuleType("nowhere"),
        lambda: nested(10_000),
    ],
)
def test_what_cannot_be_digested_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(UndigestableError):
        digest_value(make())


def test_an_open_file_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w") as stream, pytest.raises(UndigestableError, match="TextIOWrapper"):
        digest_value(stream)


def test_a_whole_application_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "MAX_PARTS", 100)
    assert digest_value([[]] * 99) == digest_value([[]] * 99)
    with pytest.raises(UndigestableError, match="too large"):
        digest_value([[number] for number in range(100)])


def test_paths_in_a_value_mean_the_same_in_every_clone() -> None:
    def inside(path: str) -> str:
        return path.removeprefix("/here/").removeprefix("/there/")

    here, there = ([{"a": Path(clone, "x")}, Plain(b=f"{clone}/y")] for clone in ("/here", "/there"))
    digest = ValueDigests().digest
    assert digest(here) != digest(there)
    assert digest(here, name_of=inside) == digest(there, name_of=inside)
    assert digest("/here/y", name_of=inside) != digest("y", name_of=inside)


def test_the_error_says_where_it_is() -> None:
    lock = threading.Lock()
    with pytest.raises(UndigestableError) as caught:
        digest_value({"y": 1, "x": [0, 1, 2, Plain(inner=(lock,))]}, "html_context")
    assert caught.value.path == "html_context['x'][3].inner[0]"
    assert caught.value.kind is type(lock)
    assert str(caught.value).startswith("html_context['x'][3].inner[0] (_thread.lock)")


def test_the_error_says_which_variable_of_a_function_it_is() -> None:
    setup = run("import threading\nhandles = {'a': threading.Lock()}\ndef setup(app): return handles\n")["setup"]
    with pytest.raises(UndigestableError) as caught:
        digest_value(setup, "setup")
    assert caught.value.path == "setup.__globals__['handles']['a']"


def test_an_object_that_cannot_say_its_state_is_refused_with_its_reason() -> None:
    with pytest.raises(UndigestableError, match=r"value\[1\] .*Raising.* not today"):
        digest_value([1, Raising()])


# --- code ---

CONF = '''
import os

project = "a"
unused = [1]
sizes = {"small": 1}


def deep(n):
    """Count."""
    return sizes["small"] + n


def make(text, *, mark="!"):
    def inner(other):
        return text + other + mark

    return inner


class Base:
    """A base."""

    limit = 3

    def run(self):
        return self.limit


class Shown(Base):
    def run(self):
        return super().run() + deep(1)


shout = make("a")


def setup(app, flag=True):
    """Set up."""
    app.project = flag
    class Local:
        """A local class."""
        kind = "a"
    # a comment
    app.connect(Shown, shout, lambda x: [y for y in x if y in {"left", "right"}], os.getcwd, Local)
'''


def run(source: str, file: Path = Path("conf.py")) -> dict[str, Any]:
    """Run a file as Sphinx runs conf.py: in a namespace that is not a module."""
    space: dict[str, Any] = {"__file__": str(file)}
    exec(compile(source, file, "exec"), space)
    return space


def digest_after(old: str, new: str, name: str = "setup") -> bytes:
    assert old in CONF
    return digest_value(run(CONF.replace(old, new))[name])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# a comment", "# another\n    # comment"),
        ("import os\n", "\n\n\nimport os\n"),
        ('"""Count."""', '"""Count a lot."""'),
        ('    """Count."""\n', ""),
        ('"""A base."""', '"""The base."""'),
        ('"""A local class."""', '"""The local class."""'),
        ('"""Set up."""', "'''Do\nall.'''"),
        ('project = "a"', 'project = "b"'),
        ("unused = [1]", "unused = open"),
        ("unused = [1]", "import threading\nunused = threading.Lock()"),
        ("def deep(n):", "def other():\n    return 2\n\n\ndef deep(n):"),
        ("return text + other + mark", "return (text\n + other  # added\n + mark)"),
    ],
)
def test_what_a_function_does_not_use_does_not_change_its_digest(old: str, new: str) -> None:
    assert digest_after(old, new) == digest_value(run(CONF)["setup"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('sizes = {"small": 1}', 'sizes = {"small": 2}'),
        ("+ n", "- n"),
        ("limit = 3", "limit = 4"),
        ("limit = 3", "limit = 3\n    more = 1"),
        ("return self.limit", "return -self.limit"),
        ("super().run() + deep(1)", "super().run() + deep(2)"),
        ("class Shown(Base)", "class Shown(Base, dict)"),
        ('make("a")', 'make("b")'),
        ('mark="!"', 'mark="?"'),
        ("other + mark", "mark + other"),
        ("flag=True", "flag=False"),
        ("app.project = flag", "app.projects = flag"),
        ('"left", "right"', '"left", "write"'),
        ("[y for y in x", "[x for y in x"),
        ("os.getcwd", "os.getpid"),
        ('kind = "a"', 'kind = "b"'),
        ("import os\n", "import posixpath as os\n"),
        ("import os\n", ""),
        ("def setup(app, flag=True)", "async def setup(app, flag=True)"),
        ("def deep(n):", "def deep(n=1):"),
        ("def deep(n):", "import functools\n@functools.cache\ndef deep(n):"),
    ],
)
def test_what_a_function_uses_changes_its_digest(old: str, new: str) -> None:
    assert digest_after(old, new) != digest_value(run(CONF)["setup"])


def test_a_docstring_that_the_function_returns_matters() -> None:
    first, second = (run(f'def f():\n    "{text}"\n    return "{text}"\n')["f"] for text in "ab")
    assert digest_value(first) != digest_value(second)


@pytest.mark.parametrize("expression", ["lambda: '{}'", "lambda x: ['{}' for y in x]", "lambda x: ('{}' for y in x)"])
def test_the_first_constant_of_an_expression_is_no_docstring(expression: str) -> None:
    first, second = (run(f"f = {expression.format(text)}")["f"] for text in "ab")
    assert digest_value(first) != digest_value(second)


def test_functions_that_call_each_other_have_digests() -> None:
    source = "def even(n): return n == 0 or odd(n - 1)\ndef odd(n): return n != 0 and even(n - {})\n"
    first, again, changed = (run(source.format(number)) for number in (1, 1, 2))
    assert digest_value(first["even"]) == digest_value(again["even"]) != digest_value(changed["even"])
    assert digest_value({first["even"], first["odd"]}) == digest_value({again["odd"], again["even"]})
    assert digest_value(first["even"]) != digest_value(first["odd"])


def test_a_variable_that_is_not_there_yet_matters() -> None:
    source = "def f(): return later\n"
    assert digest_value(run(source)["f"]) != digest_value(run(source + "later = None\n")["f"])


def test_an_outer_variable_that_is_not_there_yet_matters() -> None:
    source = "def make(there):\n    def f(): return later\n    if there:\n        later = None\n    return f\n"
    make = run(source)["make"]
    assert digest_value(make(False)) == digest_value(make(False)) != digest_value(make(True))


def test_a_variable_that_is_only_assigned_does_not_matter() -> None:
    source = "def f():\n    global count\n    count = 1\n"
    space = run(source)
    before = digest_value(space["f"])
    space["f"]()
    assert digest_value(space["f"]) == before


def test_a_function_that_may_look_at_any_variable_depends_on_its_file(tmp_path: Path) -> None:
    conf = tmp_path / "conf.py"
    digests = []
    for value in (1, 2):
        conf.write_text(f"name = 'x'\nx = {value}\ndef f(): return globals()[name]\n")
        digests.append(digest_value(run(conf.read_text(), conf)["f"]))
    assert digests[0] != digests[1]


def test_a_function_that_may_look_at_any_variable_of_a_lost_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UndigestableError, match="any global variable"):
        digest_value(run("def f(): return globals()", tmp_path / "conf.py")["f"])


def test_attributes_of_a_function_matter() -> None:
    source = "def f(): pass\nf.priority = {}\n"
    assert digest_value(run(source.format(1))["f"]) != digest_value(run(source.format(2))["f"])


def test_where_a_file_lies_does_not_matter() -> None:
    first, second = (run(CONF, Path(folder, "conf.py"))["setup"] for folder in ("here", "there"))
    assert digest_value(first) == digest_value(second)


# Everything that conf.py files are seen to define.
MANY = """
import abc, attrs, collections, contextlib, dataclasses, enum, functools, logging, re, typing
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.locale import _, __
from sphinx.util import logging as sphinx_logging
from sphinx.util.docutils import SphinxDirective

styles = {"a.css", "b.css", "c.css"}
logger = sphinx_logging.getLogger("conf")
plain_logger = logging.getLogger("conf")
pattern = re.compile("a")
title = _("title")

@attrs.define
class Defined:
    x: int = 1
    y: list = attrs.field(factory=list)

@attrs.frozen
class Frozen:
    x: int = 1

@dataclasses.dataclass(frozen=True)
class Data:
    x: int = 1
    y: dict = dataclasses.field(default_factory=dict)

class Colour(enum.Enum):
    RED = 1
    def shown(self): return styles

class Rights(enum.IntFlag):
    READ = 1

class Base(abc.ABC):
    @abc.abstractmethod
    def run(self): ...

class Impl(Base):
    __slots__ = ("a", "b")
    def run(self): return super().run()
    @property
    def shown(self): return 1
    @staticmethod
    def made(): return Impl
    @classmethod
    def other(cls): return cls()

class Cached:
    @functools.cached_property
    def slow(self): return styles

class Typed(typing.TypedDict):
    a: int

class Protocol(typing.Protocol):
    def run(self) -> int: ...

T = typing.TypeVar("T")

class Generic(typing.Generic[T]):
    def run(self) -> T: ...

Pair = collections.namedtuple("Pair", "a b")

class Triple(typing.NamedTuple):
    a: int = 1

@functools.lru_cache
def cached(x): return len(styles)

@contextlib.contextmanager
def around(): yield styles

class Hello(SphinxDirective):
    option_spec = {"a": directives.flag, "b": lambda text: directives.choice(text, ("x", "y"))}
    def run(self):
        logger.warning(__("hello"))
        return [nodes.paragraph("", _("hello"))]

class Names(set): pass

names = Names(styles)

class node(nodes.Element): pass

shown = node("", nodes.Text("a"))

def visit(self, node): self.body.append("")

async def wait(): return [x async for x in around()]

class Meta(type):
    def __new__(meta, name, bases, body): return super().__new__(meta, name, bases, body)

class Made(metaclass=Meta): pass

def lazy():
    import json
    from os import path
    return json, path

def setup(app):
    app.add_node(node, html=(visit, None))
    app.add_directive("hello", Hello)
    def on(app): return app
    return on
"""
MANY_WORKER = """
import sys
from pronghorn.cache.tracking.value_digests import ValueDigests
space = {"__file__": "conf.py"}
exec(sys.stdin.read(), space)
digests = ValueDigests()
for name, value in space.items():
    if not name.startswith("__"):
        print(name, digests.digest(value, name).hex())
"""


def test_whatever_a_conf_py_defines_has_the_same_digest_in_every_process() -> None:
    def told(seed: int) -> list[str]:
        environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
        command = [sys.executable, "-c", MANY_WORKER]
        done = subprocess.run(command, env=environment, input=MANY, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    first, second = told(1), told(2)
    assert first == second
    assert len({line.split()[1] for line in first}) == len(first) > 40


# --- modules ---


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder from which modules can be imported; they are forgotten afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    known = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - known:
        if name.startswith("my"):
            del sys.modules[name]


def lay_down(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    importlib.invalidate_caches()


SITE_MODULES = {
    "myhelpers.py": "from mymore import text\nimport mypackage.inner\ndef f(): return text\nclass C:\n    x = 1\n",
    "mymore.py": "text = 1\nold = 2\n",
    "mypackage/__init__.py": "",
    "mypackage/inner.py": "from . import deepest\nfrom .. import nonsense\n",
    "mypackage/deepest.py": "x = 1\n",
    "mypackage/alone.py": "x = 1\n",
    "mypackage/sub/__init__.py": "",
    "mypackage/sub/leaf.py": "x = 1\n",
    "mylonely.py": "x = 1\n",
    "mynamespace/inner.py": "x = 1\n",
}
USES: dict[str, tuple[str, set[str]]] = {
    "a function": (
        "from myhelpers import f as found",
        {"myhelpers.py", "mymore.py", "mypackage/__init__.py", "mypackage/inner.py", "mypackage/deepest.py"},
    ),
    "an object": (
        "from myhelpers import C\nfound = C()",
        {"myhelpers.py", "mymore.py", "mypackage/__init__.py", "mypackage/inner.py", "mypackage/deepest.py"},
    ),
    "a module": ("import mymore as found", {"mymore.py"}),
    "a package": ("import mypackage as found", {name for name in SITE_MODULES if name.startswith("mypackage")}),
    "a package without a file of its own": ("import mynamespace as found", {"mynamespace/inner.py"}),
    "a lazy import": (
        "def found():\n    from mypackage.sub import leaf",
        {name for name in SITE_MODULES if name.startswith("mypackage")},
    ),
    "a lazy import of a module": ("def found():\n    import mylonely", {"mylonely.py"}),
    "a function that is wrapped": (
        "import functools, mymore\n@functools.wraps(mymore.__dict__.get)\ndef found(): return mymore.text",
        {"mymore.py"},
    ),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_module_of_the_site_is_digested_with_what_it_imports(modules: Path, use: tuple[str, set[str]]) -> None:
    conf, used = use
    for changed in SITE_MODULES:
        lay_down(modules, {name: text.replace("nonsense", "x") for name, text in SITE_MODULES.items()})
        lay_down(modules, {"mypackage/inner.py": "from . import deepest\n"})
        value = run(conf)["found"]
        before = digest_value(value)
        lay_down(modules, {changed: (modules / changed).read_text() + "# changed\n"})
        assert (digest_value(value) != before) == (changed in used), changed


def test_a_module_that_cannot_be_parsed_is_digested_by_its_bytes(modules: Path) -> None:
    lay_down(modules, {"mybroken.py": "def", "myhelpers.py": "def f():\n    import mybroken\n"})
    value = run("from myhelpers import f as found")["found"]
    before = digest_value(value)
    lay_down(modules, {"mybroken.py": "def f"})
    assert digest_value(value) != before


def test_a_module_that_appears_later_matters(modules: Path) -> None:
    lay_down(modules, {"myhelpers.py": "def f():\n    import mylater\n"})
    value = run("from myhelpers import f as found")["found"]
    before = digest_value(value)
    lay_down(modules, {"mylater.py": ""})
    assert digest_value(value) != before


def test_where_modules_lie_does_not_matter(modules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = []
    for folder in (modules / "one", modules / "two"):
        lay_down(folder, {"myhelpers.py": "def f(): return 1\n"})
        with monkeypatch.context() as patch:
            patch.syspath_prepend(folder)
            digests.append(digest_value(run("from myhelpers import f as found")["found"]))
        del sys.modules["myhelpers"]
    assert digests[0] == digests[1]


def test_a_decorated_function_of_a_module_is_digested_with_the_module(modules: Path) -> None:
    decorated = "import functools\ndef keep(f):\n    @functools.wraps(f)\n    def kept(): return f()\n    return kept\n"
    lay_down(modules, {"mydecorated.py": decorated + "text = 1\n@keep\ndef f(): return text\n"})
    value = run("from mydecorated import f as found")["found"]
    before = digest_value(value)
    lay_down(modules, {"mydecorated.py": decorated + "text = 2\n@keep\ndef f(): return text\n"})
    assert digest_value(value) != before


def test_files_are_digested_as_asked(modules: Path) -> None:
    lay_down(modules, {"mymore.py": "x = 1\n"})
    asked: list[Path] = []

    def digest_file(path: Path) -> bytes:
        asked.append(path)
        return bytes(DIGEST_BYTES)

    digests = ValueDigests(digest_file)
    module = run("import mymore")["mymore"]
    assert digests.digest(module) == digests.digest(module)
    assert asked == [modules / "mymore.py"]


def test_a_lost_module_is_refused(modules: Path) -> None:
    lay_down(modules, {"mymore.py": "x = 1\n"})
    module = run("import mymore")["mymore"]
    (modules / "mymore.py").unlink()
    with pytest.raises(UndigestableError):
        digest_value(module)
