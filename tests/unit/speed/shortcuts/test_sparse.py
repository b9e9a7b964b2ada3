"""Transforms whose visitors do something at few nodes do what they do when they are taken to all of them."""

import io
from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Parser
from docutils.transforms import references
from docutils.utils import Reporter
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sphinx import addnodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.transforms.i18n import TranslationProgressTotaliser
from sphinx.transforms.post_transforms import code
from sphinx.transforms.references import SphinxDanglingReferences

from tests.support.shortcuts import LEAVING, shortcuts

CHANGES: tuple[Callable[[Any], Any], ...] = (
    lambda node: node.parent.extend(new()),
    lambda node: node.parent.insert(0, new()),
    lambda node: node.parent.remove(node),
    lambda node: node.parent.clear(),
    lambda node: node.parent.parent.extend(new()),
    lambda node: setattr(node.parent, "children", new()),
    lambda node: node.append(nodes.paragraph("", "", *new())),
    lambda node: setattr(node, "children", new()),
)
"""What may be done to the tree at a node."""


def new() -> list[Any]:
    return [nodes.literal_block("", "new\nlines"), nodes.reference("", "new", refname="known")]


class Block(nodes.literal_block):
    """Has another name, and is not visited."""


class Footnote(nodes.footnote_reference):
    """The same."""


class Changing(nodes.literal_block):
    """Changes the tree when it is asked for its text; it goes by the name of a block of code."""

    def astext(self) -> str:
        if "change" in self:
            CHANGES[self.attributes.pop("change") % len(CHANGES)](self)
        return super().astext()


Changing.__name__ = "literal_block"


class Leaving(nodes.container):
    """Takes visitors on in a way of its own."""

    def walk(self, visitor: Any) -> bool:
        if "leaves" in self:
            raise LEAVING[self["leaves"]]
        return super().walk(visitor) and "change" in self

    def walkabout(self, visitor: Any) -> bool:
        if "leaves" in self:
            raise LEAVING[self["leaves"]]
        return super().walkabout(visitor) or "change" in self


class Disguised(nodes.container):
    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return nodes.literal_block


def named(name: str) -> Any:
    """Make a class that has only its name in common with one of docutils."""
    return type(name, (nodes.container,), {"resolved": False})


KINDS: tuple[Any, ...] = (
    nodes.section,
    nodes.paragraph,
    nodes.emphasis,
    nodes.target,
    nodes.literal_block,
    addnodes.highlightlang,
    addnodes.start_of_file,
    nodes.reference,
    nodes.footnote_reference,
    nodes.citation_reference,
    Block,
    Footnote,
    Changing,
    Leaving,
    Disguised,
    *map(named, ("literal_block", "reference", "paragraph", "document", "start_of_file")),
)
ATTRIBUTES = st.fixed_dictionaries(
    {
        "lang": st.sampled_from(["python", "c"]),
        "force": st.booleans(),
        "linenothreshold": st.integers(0, 3),
    },
    optional={
        "language": st.just("given"),
        "linenos": st.booleans(),
        "refname": st.sampled_from(["known", "twice", "unknown", "<other", "a > b", "change", "leave"]),
        "refid": st.just("id1"),
        "ids": st.just(["own"]),
        "names": st.just(["a name"]),
        "anonymous": st.just(1),
        "change": st.integers(0, len(CHANGES) - 1),
        "leaves": st.integers(0, len(LEAVING) - 1),
        "translated": st.booleans(),
    },
)
Tree = Any
"""A text, or the place of a class in :data:`KINDS`, its attributes, and the trees inside."""
changing = st.builds(
    lambda kind, change: (KINDS.index(kind), {"refname": "change", "change": change}, ["a"]),
    st.sampled_from([Changing, nodes.reference]),
    st.integers(0, len(CHANGES) - 1),
)
trees: st.SearchStrategy[Tree] = st.recursive(
    st.sampled_from(["a", "b\nc\n"]) | changing,
    lambda inside: st.tuples(st.integers(0, len(KINDS) - 1), ATTRIBUTES, st.lists(inside, max_size=4)),
    max_leaves=14,
)
pages = st.lists(trees, max_size=4)


def grow(tree: Tree) -> Any:
    if isinstance(tree, str):
        return nodes.Text(tree)
    kind, attributes, inside = tree
    node = KINDS[kind]("raw", **attributes)
    node.extend(map(grow, inside))
    return node


def resolve(node: Any) -> bool:
    """Resolve what nobody else knows, change the tree, or leave out something."""
    if node["refname"] == "leave":
        raise LEAVING[node.get("leaves", 0)]
    if node["refname"] == "change":
        CHANGES[node.get("change", 0)](node)
        return True
    return False


class Page(nodes.document):
    """Has another name."""


class OwnPage(nodes.document):
    """Takes visitors past its first node."""

    def walk(self, visitor: Any) -> bool:
        return any(child.walk(visitor) for child in self.children[1:])

    def walkabout(self, visitor: Any) -> bool:
        visitor.dispatch_visit(self)
        return any(child.walkabout(visitor) for child in self.children[1:])


OwnPage.__name__ = "document"
PAGES = (nodes.document, nodes.document, nodes.document, Page, OwnPage)


def page_of(trees_in_it: list[Tree], cls: Any = nodes.document, **setting: Any) -> Any:
    stream = io.StringIO()
    options = get_default_settings(Parser)
    environment = SimpleNamespace(
        config=SimpleNamespace(highlight_language="default"),
        app=SimpleNamespace(builder=None),
        _builder_cls=StandaloneHTMLBuilder,
    )
    vars(options).update({"env": environment, **setting})
    document = cls(options, Reporter("page.rst", 2, 4, stream, debug=options.debug), source="page.rst")
    document.extend(map(grow, trees_in_it))
    target = nodes.target("", "", ids=["id1"], names=["known"])
    document.append(target)
    document.ids["id1"] = target
    vars(document)["nameids"] = {"known": "id1", "twice": None}
    vars(document)["transformer"] = SimpleNamespace(unknown_reference_resolvers=[resolve])
    return document


def applied(transform: Any, trees_in_it: list[Tree], cls: Any = nodes.document, **setting: Any) -> list[Any]:
    """Return what a transform makes of a page, what it raises, and what is printed."""
    document = page_of(trees_in_it, cls, **setting)
    told: list[Any] = []
    try:
        transform(document).apply()
    except Exception as error:  # noqa: BLE001 - whatever it is
        told += [type(error), str(error)]
    assert not vars(document).keys() & {"walk", "walkabout"}
    return [*told, document.pformat(), document.reporter.stream.destination.getvalue()]


BLOCK: Tree = (KINDS.index(nodes.literal_block), {}, ["a"])
LANGUAGE: Tree = (KINDS.index(addnodes.highlightlang), {"lang": "c", "force": True, "linenothreshold": 1}, [])
SECOND_DOCUMENT: Tree = (next(n for n, kind in enumerate(KINDS) if kind.__name__ == "document"), {}, [LANGUAGE])
PARAGRAPH: Tree = (KINDS.index(nodes.paragraph), {}, ["a"])
TRANSFORMS = pytest.mark.parametrize("transform", [code.HighlightLanguageTransform, SphinxDanglingReferences])


@TRANSFORMS
@settings(max_examples=400)
@example(page=[SECOND_DOCUMENT, BLOCK], cls=nodes.document, is_debugged=False)
@given(page=pages, cls=st.sampled_from(PAGES), is_debugged=st.sampled_from([False, False, False, True]))
def test_pages_become_what_they_do_in_sphinx(transform: Any, page: list[Tree], cls: Any, is_debugged: bool) -> None:
    stock = applied(transform, page, cls, debug=is_debugged)
    with shortcuts():
        assert applied(transform, page, cls, debug=is_debugged) == stock


def leave(error: type[Exception]) -> Callable[[Any, Any], None]:
    def method(_visitor: Any, node: Any) -> None:
        node.setdefault("visited", 0)
        node["visited"] += 1
        raise error

    return method


VISITORS = {
    code.HighlightLanguageTransform: code.HighlightLanguageVisitor,
    SphinxDanglingReferences: references.DanglingReferencesVisitor,
}
NAMES = [f"{verb}_{cls}" for verb in ("visit", "depart") for cls in ("section", "paragraph", "reference", "document")]


@TRANSFORMS
@pytest.mark.parametrize("is_early", [True, False], ids=["before", "meanwhile"])
@settings(max_examples=150)
@given(page=pages, added=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(LEAVING), max_size=3))
def test_methods_that_somebody_adds_are_called(
    transform: Any, is_early: bool, page: list[Tree], added: dict[str, type[Exception]]
) -> None:
    def with_methods(first: Any, second: Any) -> list[Any]:
        with first, pytest.MonkeyPatch.context() as patch:
            applied(transform, page)
            for name, error in added.items():
                patch.setattr(VISITORS[transform], name, leave(error), raising=False)
            with second:
                return applied(transform, page)

    stock = with_methods(nullcontext(), nullcontext())
    assert (with_methods(nullcontext(), shortcuts()) if is_early else with_methods(shortcuts(), nullcontext())) == stock


class Curious(code.HighlightLanguageVisitor):
    """A visitor of somebody's own."""

    def unknown_visit(self, node: Any) -> None:
        if isinstance(node, nodes.Element):
            node["seen"] = "yes"


def test_visitors_of_others_come_to_all_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "HighlightLanguageVisitor", Curious)
    assert_are_seen()


def test_visitors_with_methods_of_their_own_come_to_all_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = code.HighlightLanguageVisitor.__init__

    def make(self: Any, *arguments: Any) -> None:
        usual(self, *arguments)
        self.visit_paragraph = Curious.unknown_visit.__get__(self)

    monkeypatch.setattr(code.HighlightLanguageVisitor, "__init__", make)
    assert_are_seen()


def test_visitors_that_select_their_methods_themselves_come_to_all_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    def dispatch_visit(self: Any, node: Any) -> None:
        Curious.unknown_visit(self, node)
        nodes.NodeVisitor.dispatch_visit(self, node)

    monkeypatch.setattr(code.HighlightLanguageVisitor, "dispatch_visit", dispatch_visit, raising=False)
    assert_are_seen()


def assert_are_seen() -> None:
    stock = applied(code.HighlightLanguageTransform, [PARAGRAPH])
    assert 'seen="yes"' in stock[0]
    with shortcuts():
        assert applied(code.HighlightLanguageTransform, [PARAGRAPH]) == stock


class Asked(Reporter):
    """Counts how often it is asked whether there are debug messages."""

    asked = 0

    @property
    def debug_flag(self) -> bool:
        Asked.asked += 1
        return False

    @debug_flag.setter
    def debug_flag(self, value: bool) -> None:
        pass


@TRANSFORMS
def test_nodes_are_passed(transform: Any) -> None:
    def asked() -> int:
        document = page_of([PARAGRAPH] * 100)
        document.reporter = Asked("page.rst", 2, 4, io.StringIO())
        Asked.asked = 0
        transform(document).apply()
        return Asked.asked

    assert asked() > 200
    with shortcuts():
        assert asked() < 20


@given(pages)
def test_translated_nodes_are_counted(page: list[Tree]) -> None:
    stock = applied(TranslationProgressTotaliser, page)
    with shortcuts():
        assert applied(TranslationProgressTotaliser, page) == stock
