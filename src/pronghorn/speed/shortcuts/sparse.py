"""Visits by visitors that do something at few nodes of a page.

docutils takes a visitor to each node, and looks up by the name of its class what is to be done. Here that is looked up
once for each class, and nodes at which nothing is done are only passed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from operator import methodcaller
from typing import Any

from docutils import nodes

from pronghorn.seam.rows.shortcuts import (
    DANGLING_REFERENCES_APPLY,
    DANGLING_REFERENCES_VISITOR_UNKNOWN_VISIT,
    HIGHLIGHT_LANGUAGE_TRANSFORM_APPLY,
    HIGHLIGHT_LANGUAGE_VISITOR_DEPART_DOCUMENT,
    HIGHLIGHT_LANGUAGE_VISITOR_UNKNOWN_DEPARTURE,
    HIGHLIGHT_LANGUAGE_VISITOR_UNKNOWN_VISIT,
    HIGHLIGHT_LANGUAGE_VISITOR_VISIT_DOCUMENT,
    NODE_VISITOR_DISPATCH_DEPARTURE,
    NODE_VISITOR_DISPATCH_VISIT,
    NODE_WALK,
    NODE_WALKABOUT,
    NOP,
    REPORTER_DEBUG,
)
from pronghorn.seam.shortcuts import Place, Shortcut
from pronghorn.speed.shortcuts.visiting import make_is_silent
from pronghorn.speed.shortcuts.walking import claims_another_class

_STEPS = {
    "walk": (("visit_", "unknown_visit"),),
    "walkabout": (("visit_", "unknown_visit"), ("depart_", "unknown_departure")),
}
"""What each way through a tree calls at a node: the method of a visitor for its class, or another if there is none."""
_DISPATCHES = ("dispatch_visit", "dispatch_departure")
_METHODS = ("visit_", "depart_", "unknown_visit", "unknown_departure", *_DISPATCHES)
"""How the names begin of all methods by which visitors say what they do."""
_ENDINGS = {"walk": (nodes.SkipSiblings,), "walkabout": (nodes.SkipSiblings, nodes.SkipChildren)}
"""What ends a row of siblings when one of them raises it."""


class _Passed(dict[type, bool]):
    """Whether nodes of a class are passed, for each class that was met."""

    def __init__(self, is_passed: Callable[[type], bool]) -> None:
        super().__init__()
        self._is_passed = is_passed

    def __missing__(self, met: type) -> bool:
        passed = self[met] = self._is_passed(met)
        return passed


def _go(
    children: Iterable[Any], passed: _Passed, take: Callable[[Any], bool], ending: tuple[type[Exception], ...]
) -> bool:
    """Take a visitor to what is not passed among nodes and all that is in them; tell whether it has stopped.

    As in the ways of docutils, a node is asked for its children when the visitor goes on after it, and the list that it
    gives then is gone through, whatever happens to it.
    """
    around: list[Iterator[Any]] = []
    siblings = iter(children)
    while True:
        for node in siblings:
            if passed[type(node)]:
                if inside := node.children[:]:
                    around.append(siblings)
                    siblings = iter(inside)
                    break
                continue
            try:
                if take(node):
                    return True
            except ending:
                siblings = iter(())
                break
        else:
            if not around:
                return False
            siblings = around.pop()


class _Visits:
    """Visits of one class of visitors to documents.

    :param way: the name of the method of docutils that takes a visitor through a tree.
    :param idle: what the visitors have for most classes of nodes, which does nothing.
    :param plain: what they may have for documents as well, which raises nothing that leaves out nodes.
    """

    def __init__(self, visitors: type, way: str, idle: Collection[Any], plain: Collection[Any] = ()) -> None:
        self._visitors = visitors
        self._way = way
        self._idle = {*idle}
        self._plain = {*idle, *plain}
        self._is_silent = make_is_silent()
        self._passed = _Passed(self._is_passed)
        self._methods = [(cls, dict(vars(cls))) for cls in visitors.__mro__[:-1]]

    def shorten(self, transforms: Any) -> Mapping[Place, Callable[..., Any]]:
        """Make transforms take their visitor this way: while one is applied, its document has a method of its own."""
        way, stock = self._way, vars(transforms)["apply"]

        def apply(transform: Any, *arguments: Any, **named: Any) -> None:
            own = vars(transform.document)
            if way in own:
                stock(transform, *arguments, **named)
                return
            own[way] = partial(self._take, transform.document)
            try:
                stock(transform, *arguments, **named)
            finally:
                del own[way]

        return {(transforms, "apply"): apply}

    def _take(self, document: Any, visitor: Any) -> bool:
        """Take a visitor through a document; tell whether it has stopped."""
        if not self._knows(visitor, type(document)):
            return getattr(type(document), self._way)(document, visitor)  # type: ignore[no-any-return]
        visitor.dispatch_visit(document)
        try:
            has_stopped = _go(document.children[:], self._passed, methodcaller(self._way, visitor), _ENDINGS[self._way])
        except nodes.StopTraversal:
            has_stopped = True
        if self._way == "walkabout":
            visitor.dispatch_departure(document)
        return has_stopped

    def _knows(self, visitor: Any, document: type) -> bool:
        """Check whether a visitor does what it did when the build began, and nobody is told where it comes."""
        return (
            type(visitor) is self._visitors
            and not any(name.startswith(_METHODS) for name in vars(visitor))
            and all(vars(cls) == methods for cls, methods in self._methods)
            and all(getattr(self._visitors, name) is getattr(nodes.NodeVisitor, name) for name in _DISPATCHES)
            and self._is_silent(visitor)
            and self._is_usual(document)
            and self._done_at(document) <= self._plain
        )

    def _is_passed(self, met: type) -> bool:
        return self._is_usual(met) and self._done_at(met) <= self._idle

    def _is_usual(self, met: type) -> bool:
        """Check whether instances of a class take visitors in the way of docutils, and do not claim another class."""
        return getattr(met, self._way, None) is getattr(nodes.Node, self._way) and not claims_another_class(met)

    def _done_at(self, met: type) -> set[Any]:
        """Return the functions that are called at instances of a class."""
        visitors = self._visitors
        steps = _STEPS[self._way]
        return {getattr(visitors, prefix + met.__name__, getattr(visitors, unknown)) for prefix, unknown in steps}


def _make_highlighting() -> Mapping[Place, Callable[..., Any]]:
    visitors: Any = HIGHLIGHT_LANGUAGE_VISITOR_VISIT_DOCUMENT.owner
    idle = (visitors.unknown_visit, visitors.unknown_departure)
    visits = _Visits(visitors, "walkabout", idle, (visitors.visit_document, visitors.depart_document))
    return visits.shorten(HIGHLIGHT_LANGUAGE_TRANSFORM_APPLY.owner)


def _make_references() -> Mapping[Place, Callable[..., Any]]:
    visitors: Any = DANGLING_REFERENCES_VISITOR_UNKNOWN_VISIT.owner
    idle = (NOP.of(), visitors.unknown_visit)
    return _Visits(visitors, "walk", idle).shorten(DANGLING_REFERENCES_APPLY.owner)


HIGHLIGHTING = Shortcut(
    relies_on=(
        HIGHLIGHT_LANGUAGE_TRANSFORM_APPLY,
        HIGHLIGHT_LANGUAGE_VISITOR_UNKNOWN_VISIT,
        HIGHLIGHT_LANGUAGE_VISITOR_UNKNOWN_DEPARTURE,
        HIGHLIGHT_LANGUAGE_VISITOR_VISIT_DOCUMENT,
        HIGHLIGHT_LANGUAGE_VISITOR_DEPART_DOCUMENT,
        NODE_VISITOR_DISPATCH_VISIT,
        NODE_VISITOR_DISPATCH_DEPARTURE,
        NODE_WALKABOUT,
        REPORTER_DEBUG,
    ),
    make=_make_highlighting,
)

REFERENCES = Shortcut(
    relies_on=(
        DANGLING_REFERENCES_APPLY,
        DANGLING_REFERENCES_VISITOR_UNKNOWN_VISIT,
        NOP,
        NODE_VISITOR_DISPATCH_VISIT,
        NODE_WALK,
        REPORTER_DEBUG,
    ),
    make=_make_references,
)
