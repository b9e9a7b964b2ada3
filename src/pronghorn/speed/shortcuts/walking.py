"""Walks through trees of nodes.

A page is walked through some fifty times while it is read and written, each time for one class of nodes, of which it
has few or none. docutils makes a generator for each node on the way; here it is one for each walk.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from operator import methodcaller
from typing import Any

from docutils import nodes
from sphinx.util.nodes import NodeMatcher

from pronghorn.seam.rows.shortcuts import (
    ELEMENT_CONTAINS,
    ELEMENT_GETITEM,
    NODE_FAST_FINDALL,
    NODE_FINDALL,
    NODE_MATCHER_CALL,
    NODE_MATCHER_MATCH,
    NODE_SUPERFAST_FINDALL,
)
from pronghorn.seam.shortcuts import Place, Shortcut

_PASS, _ENTER, _GIVE, _ASK = range(4)
"""What a walk does with a node of some class: a text that is not sought is passed; what is not sought is entered; what
is sought is given, then entered; what has a way of its own to be walked through is asked."""

_USUAL = ("findall", "_fast_findall", "_superfast_findall")


class _Kinds(dict[type, int]):
    """What is done with each class that was met in a search for instances of *sought*.

    To look up a class here takes half the time of ``isinstance``, which asks nodes for their class as well.
    """

    def __init__(self, sought: type | tuple[type, ...], is_usual: Callable[[type], bool]) -> None:
        super().__init__()
        self.sought = sought
        self._is_usual = is_usual

    def learn(self, met: type) -> int:
        """Find out what to do with a class, when it is met first."""
        if not self._is_usual(met):
            kind = _ASK
        elif issubclass(met, self.sought):
            kind = _GIVE
        else:
            kind = _PASS if met is nodes.Text else _ENTER
        self[met] = kind
        return kind


def _claims_another_class(cls: type) -> bool:
    """Check whether instances of a class may say that they are of another."""
    return any("__class__" in vars(base) for base in cls.__mro__[:-1])


def _is_walked_as_usual(cls: type) -> bool:
    """Check whether instances of a class are walked through as docutils does it, and do not claim another class."""
    if any(getattr(cls, name, None) is not getattr(nodes.Node, name) for name in _USUAL):
        return False
    if _claims_another_class(cls):
        return False
    if cls is nodes.Text:
        return True
    if any(getattr(cls, name, None) is not getattr(nodes.Element, name) for name in ("__getitem__", "__contains__")):
        return False
    return not hasattr(cls, "__iter__")


def _walk(
    node: Any, cls: type | tuple[type, ...], kinds: _Kinds, again: Callable[[Any], Iterator[Any]]
) -> Iterator[Any]:
    """Return a node and all below it that are of a class, in their order; the tree may be changed meanwhile.

    As in the walk of docutils, a node is asked for its children when the walk goes on after it, and the list that it
    gives then is gone through, whatever happens to it.

    :param again: walks through a node in the way of its class.
    """
    if isinstance(node, cls):
        yield node
    around: list[Iterator[Any]] = []
    children = iter(node.children)
    while True:
        for child in children:
            try:
                kind = kinds[type(child)]
            except KeyError:
                kind = kinds.learn(type(child))
            if not kind:
                continue
            if kind == _ASK:
                yield from again(child)
                continue
            if kind == _GIVE:
                yield child
            if inside := child.children:
                around.append(children)
                children = iter(inside)
                break
        else:
            if not around:
                return
            children = around.pop()


def _walk_asking(node: Any, condition: Callable[[Any], Any], kinds: _Kinds) -> Iterator[Any]:
    """Return a node and all below it for which a condition is true, in their order; the tree may be changed meanwhile.

    As in this walk of docutils, a node is asked for its children again for each of them.

    :param kinds: where they tell that a class is not sought, its instances need not be asked.
    """
    if condition(node):
        yield node
    around: list[tuple[Any, int]] = []
    position = 0
    while True:
        children = node.children
        if position < len(children):
            child = children[position]
            position += 1
            kind = kinds.get(type(child))
            if kind is None:
                kind = kinds.learn(type(child))
            if not kind:
                continue
            if kind == _ASK:
                yield from child.findall(condition)
                continue
            if kind == _GIVE and condition(child):
                yield child
            if child.children:
                around.append((node, position))
                node, position = child, 0
        elif around:
            node, position = around.pop()
        else:
            return


def _walk_asking_if_any(node: Any, condition: NodeMatcher[Any], kinds: _Kinds) -> Iterator[Any]:
    """Return the same for a condition that asks for attributes, of which a page mostly has none.

    That is found out in the quicker walk: until a node is given, nobody changes the tree.
    """
    found = _walk(node, kinds.sought, kinds, lambda _unusual: iter((None,)))
    if _may_have(next(iter(condition.attrs)), found):
        yield from _walk_asking(node, condition, kinds)


def _may_have(name: str, found: Iterator[Any]) -> bool:
    """Check whether any of some elements may have an attribute; None among them is one of which nothing is known."""
    try:
        return any(node is None or name in node.attributes for node in found)
    except AttributeError:  # it is a text, or was not made as elements are
        return True


class _Searches:
    """What takes the place of the functions of docutils, with the kinds of the classes that were met."""

    def __init__(self) -> None:
        self._find, self._find_fast = NODE_FINDALL.of(), NODE_FAST_FINDALL.of()
        self._tables: dict[type | tuple[type, ...], _Kinds] = {}
        self._is_usual: Callable[[type], bool] = functools.cache(_is_walked_as_usual)

    def _kinds(self, sought: type | tuple[type, ...]) -> _Kinds:
        kinds = self._tables.get(sought)
        if kinds is None:
            kinds = self._tables[sought] = _Kinds(sought, self._is_usual)
        return kinds

    def find(self, node: Any, condition: Any) -> Iterator[Any]:
        """Search a node and what is in it."""
        if condition is None:
            return NODE_SUPERFAST_FINDALL.of(node)()  # type: ignore[no-any-return]
        if isinstance(condition, type):
            return NODE_FAST_FINDALL.of(node)(condition)  # type: ignore[no-any-return]
        if isinstance(condition, tuple) or not self._is_usual(type(node)):  # docutils 0.23 knows tuples of classes
            return self._find(node, condition)  # type: ignore[no-any-return]
        sought = _sought_by(condition)
        walk = _walk_asking if sought is object or not condition.attrs else _walk_asking_if_any
        return walk(node, condition, self._kinds(sought))

    def find_fast(self, node: Any, cls: type | tuple[type, ...]) -> Iterator[Any]:
        """Search a node and what is in it for instances of a class, or of any in a tuple."""
        if not _is_plain(cls):
            return self._find_fast(node, cls)  # type: ignore[no-any-return]
        return _walk(node, cls, self._kinds(cls), methodcaller(NODE_FAST_FINDALL.name, cls))

    def find_all(self, node: Any) -> Iterator[Any]:
        """Return a node and all that is in it."""
        return _walk(node, object, self._kinds(object), methodcaller(NODE_SUPERFAST_FINDALL.name))


def _make() -> Mapping[Place, Callable[..., Any]]:
    searches, stock = _Searches(), NODE_FINDALL.of()

    def findall(self: Any, condition: Any = None, *others: bool, **named: Any) -> Iterator[Any]:
        """Leave to docutils what goes beyond the node and what is in it."""
        if others or named:
            return stock(self, condition, *others, **named)  # type: ignore[no-any-return]
        return searches.find(self, condition)

    def _fast_findall(self: Any, cls: type | tuple[type, ...]) -> Iterator[Any]:
        return searches.find_fast(self, cls)

    def _superfast_findall(self: Any) -> Iterator[Any]:
        return searches.find_all(self)

    return {(nodes.Node, function.__name__): function for function in (findall, _fast_findall, _superfast_findall)}


def _is_plain(sought: Any) -> bool:
    """Check whether no metaclass of what is sought tells by itself what is an instance."""
    return type(sought) is type or (type(sought) is tuple and all(type(cls) is type for cls in sought))


def _sought_by(condition: Any) -> type | tuple[type, ...]:
    """Return the classes of which a node must be for a condition to be true, as far as that is known."""
    if type(condition) is not NodeMatcher or not condition.classes:
        return object
    return condition.classes if _is_plain(condition.classes) else object


SEARCHES = Shortcut(
    relies_on=(
        NODE_FINDALL,
        NODE_FAST_FINDALL,
        NODE_SUPERFAST_FINDALL,
        ELEMENT_GETITEM,
        ELEMENT_CONTAINS,
        NODE_MATCHER_MATCH,
        NODE_MATCHER_CALL,
    ),
    make=_make,
)
