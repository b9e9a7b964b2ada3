"""Walks through a tree give the nodes that those of docutils give, also when the tree is changed meanwhile."""

from abc import ABCMeta
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from hypothesis import given, settings
from hypothesis import strategies as st
from sphinx import addnodes
from sphinx.util.nodes import NodeMatcher

from tests.support.shortcuts import shortcuts


class Shy(nodes.container):
    """Hides what is in it."""

    def _fast_findall(self, cls: type) -> Iterator[Any]:
        if isinstance(self, cls):
            yield self

    def findall(self, condition: Any = None, *_others: Any, **_named: Any) -> Any:
        if condition is None or isinstance(condition, type) or condition(self):
            yield self


class Backwards(nodes.container):
    def __iter__(self) -> Iterator[Any]:
        return iter(self.children[::-1])


class Doubled(nodes.container):
    def __getitem__(self, key: Any) -> Any:
        return self.children[key // 2] if isinstance(key, int) else super().__getitem__(key)


class Disguised(nodes.container):
    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return nodes.paragraph


class Claiming(nodes.container):
    """Says that it has an attribute which it does not have."""

    def __contains__(self, key: Any) -> bool:
        return key == "absent" or super().__contains__(key)


class Loud(nodes.Text):
    """A text of another class."""


class _Meta(ABCMeta):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, nodes.emphasis)


class Emphatic(metaclass=_Meta):
    """A class that tells by itself what its instances are."""


ELEMENTS = (
    nodes.section,
    nodes.paragraph,
    nodes.emphasis,
    nodes.literal_block,
    addnodes.desc_signature,
    Shy,
    Backwards,
    Doubled,
    Disguised,
    Claiming,
)
Tree = Any
"""A text, or the place of a class in :data:`ELEMENTS` with the trees inside."""

texts = st.sampled_from(["", "a", "b"])
trees: st.SearchStrategy[Tree] = st.recursive(
    texts, lambda inside: st.tuples(st.integers(0, len(ELEMENTS) - 1), st.lists(inside, max_size=4)), max_leaves=20
)


def grow(tree: Tree, numbers: Iterator[int]) -> Any:
    """Make nodes, each of which knows its number."""
    if isinstance(tree, str):
        node: Any = (Loud if tree == "b" else nodes.Text)(tree)
    else:
        kind, inside = tree
        node = ELEMENTS[kind]("", *(grow(one, numbers) for one in inside), kind=str(kind))
    node.number = next(numbers)
    return node


def root_of(tree: Tree) -> Any:
    numbers = iter(range(1000))
    return nodes.section("", grow(tree, numbers), nodes.paragraph("", grow(tree, numbers), nodes.emphasis("", "x")))


CONDITIONS: tuple[Any, ...] = (
    None,
    nodes.Node,
    nodes.Text,
    Loud,
    nodes.Element,
    nodes.TextElement,
    nodes.Inline,
    nodes.paragraph,
    nodes.footnote,
    object,
    Emphatic,
    NodeMatcher(),
    NodeMatcher(nodes.paragraph),
    NodeMatcher(nodes.paragraph, nodes.Text),
    NodeMatcher(nodes.Element, kind="1"),
    NodeMatcher(Emphatic),
    NodeMatcher(nodes.Element, kind=Any),
    NodeMatcher(nodes.Element, absent=Any),
    NodeMatcher(nodes.paragraph, nodes.Text, kind=Any),
    NodeMatcher(nodes.paragraph, kind="1", translated=True),
    NodeMatcher(kind="2"),
    NodeMatcher(Emphatic, kind=Any),
    lambda node: len(node.children) > 1,
    (nodes.paragraph, nodes.Text),
    (nodes.Inline, Emphatic),
    (nodes.emphasis, (Loud, nodes.section)),
    (),
)
"""What is sought; before docutils 0.23, a tuple of classes is an error."""

CHANGES: tuple[Callable[[Any, Any], Any], ...] = (
    lambda met, _new: met.parent.remove(met),
    lambda met, new: met.parent.replace(met, new),
    lambda met, new: met.parent.replace(met, [new, new.deepcopy()]),
    lambda met, new: met.parent.append(new),
    lambda met, new: met.parent.insert(0, new),
    lambda met, _new: met.parent.clear(),
    lambda met, new: setattr(met.parent, "children", [*met.parent.children[::-1], new]),
    lambda met, new: met.append(new),
    lambda met, _new: met.clear(),
    lambda met, new: setattr(met, "children", [*met.children[::-1].copy(), new]),
)
"""What transforms do to the tree through which they walk."""


@dataclass(frozen=True)
class Change:
    kind: int
    tree: Tree
    is_reached: bool
    """Whether something is done to the node that the walk has just given; else to the last one of the tree."""


changes = st.lists(st.none() | st.builds(Change, st.integers(0, len(CHANGES) - 1), trees, st.booleans()), max_size=6)


def walk_and_change(root: Any, condition: Any, to_do: Sequence[Change | None]) -> list[Any]:
    """Return which nodes a walk gives, and what is left of the tree."""
    told: list[Any] = []
    numbers = iter(range(1000, 9000))
    waiting = list(to_do)
    found = root.findall(condition)
    while True:
        try:
            met = next(found)
        except (StopIteration, TypeError) as end:
            return [*told, type(end), outline(root)]
        told.append((type(met).__name__, getattr(met, "number", "new"), str(met.__dict__.get("parent") is not None)))
        if len(told) > 60:  # it may go on for ever
            return [*told, outline(root)]
        change = waiting.pop(0) if waiting else None
        if change is not None:
            target = met if change.is_reached else list(nodes.Node.findall(root))[-1]
            try:
                CHANGES[change.kind](target, grow(change.tree, numbers))
            except (AttributeError, TypeError, ValueError) as error:  # it has no parent, or is a text
                told.append(type(error))


def outline(node: Any) -> Any:
    return (type(node).__name__, getattr(node, "number", "new"), [outline(child) for child in node.children])


@settings(deadline=None, max_examples=300)
@given(trees, changes)
def test_walks_give_the_same_nodes_whatever_happens_to_the_tree(tree: Tree, to_do: list[Change]) -> None:
    stock = [walk_and_change(root_of(tree), condition, to_do) for condition in CONDITIONS]
    with shortcuts():
        assert [walk_and_change(root_of(tree), condition, to_do) for condition in CONDITIONS] == stock


@settings(deadline=None)
@given(
    trees,
    st.fixed_dictionaries({}, optional=dict.fromkeys(("include_self", "descend", "siblings", "ascend"), st.booleans())),
    st.integers(0, 5),
)
def test_walks_beyond_a_node_give_the_same(tree: Tree, flags: dict[str, bool], start: int) -> None:
    def walk(condition: Any) -> list[Any]:
        met = list(root_of(tree).findall())
        node = met[start % len(met)]
        try:
            return [str(found.number) for found in node.findall(condition, **flags) if hasattr(found, "number")]
        except (AttributeError, TypeError, ValueError, IndexError) as error:  # other items have no index of a child
            return [type(error)]

    stock = [walk(condition) for condition in CONDITIONS]
    with shortcuts():
        assert [walk(condition) for condition in CONDITIONS] == stock


def test_a_class_made_while_a_build_runs_is_walked_through_in_its_own_way() -> None:
    root = nodes.section("", nodes.paragraph("", "a"))
    with shortcuts():
        assert len(list(root.findall(nodes.Text))) == 1

        class Late(nodes.container):
            def _fast_findall(self, _cls: type) -> Iterator[Any]:
                yield from ()

        root.append(Late("", nodes.paragraph("", "b")))
        assert [text.astext() for text in root.findall(nodes.Text)] == ["a"]


def test_elements_without_attributes_have_none_of_them() -> None:
    bare, other = nodes.container(), nodes.container("", kind="1")
    del bare.attributes
    with shortcuts():
        assert list(NodeMatcher(nodes.Element, kind=Any).findall(nodes.section("", bare, other))) == [other]
