"""Visits to all nodes of a tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from docutils import nodes
from docutils.utils import Reporter

from pronghorn.seam.rows.shortcuts import NODE_WALK, NODE_WALKABOUT, REPORTER_DEBUG
from pronghorn.seam.shortcuts import Place, Shortcut

Visit = Callable[[Any, Any], bool]


def _make_is_silent() -> Callable[[Any], bool]:
    """Make a function that tells whether nobody is going to see what a visitor would be told at debug level."""
    stock_debug = Reporter.debug

    def is_silent(visitor: Any) -> bool:
        reporter = visitor.document.reporter
        return not reporter.debug_flag and getattr(reporter.debug, "__func__", None) is stock_debug

    return is_silent


def _make() -> Mapping[Place, Visit]:
    """Make visits that write no debug messages about themselves unless somebody is going to see them."""
    is_silent = _make_is_silent()
    return {
        (nodes.Node, "walk"): _make_walk(nodes.Node.walk, is_silent),
        (nodes.Node, "walkabout"): _make_walkabout(nodes.Node.walkabout, is_silent),
    }


def _make_walk(stock: Visit, is_silent: Callable[[Any], bool]) -> Visit:
    def walk(self: Any, visitor: Any) -> bool:
        if not is_silent(visitor):
            return stock(self, visitor)
        stop = False
        try:
            try:
                visitor.dispatch_visit(self)
            except (nodes.SkipChildren, nodes.SkipNode):
                return stop
            except nodes.SkipDeparture:
                pass
            children = self.children
            try:
                for child in children[:]:
                    if child.walk(visitor):
                        stop = True
                        break
            except nodes.SkipSiblings:
                pass
        except nodes.StopTraversal:
            stop = True
        return stop

    return walk


def _make_walkabout(stock: Visit, is_silent: Callable[[Any], bool]) -> Visit:  # noqa: C901 - it is docutils' own
    def walkabout(self: Any, visitor: Any) -> bool:
        if not is_silent(visitor):
            return stock(self, visitor)
        call_depart = True
        stop = False
        try:
            try:
                visitor.dispatch_visit(self)
            except nodes.SkipNode:
                return stop
            except nodes.SkipDeparture:
                call_depart = False
            children = self.children
            try:
                for child in children[:]:
                    if child.walkabout(visitor):
                        stop = True
                        break
            except nodes.SkipSiblings:
                pass
        except nodes.SkipChildren:
            pass
        except nodes.StopTraversal:
            stop = True
        if call_depart:
            visitor.dispatch_departure(self)
        return stop

    return walkabout


VISITS = Shortcut(relies_on=(NODE_WALK, NODE_WALKABOUT, REPORTER_DEBUG), make=_make)
