"""Taking a node in: it learns which document it is in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from docutils import nodes

from pronghorn.seam.rows.shortcuts import NODE_BOOL, NODE_SETUP_CHILD
from pronghorn.seam.shortcuts import Place, Shortcut


def _make() -> Mapping[Place, Callable[..., Any]]:
    def setup_child(self: Any, child: Any) -> None:
        """Ask for the document once and not four times: a node may have to ask all nodes around it."""
        child.parent = self
        document = self.document
        if document is not None:
            child.document = document
            if child.source is None:
                child.source = document.current_source
            if child.line is None:
                child.line = document.current_line

    return {(nodes.Node, "setup_child"): setup_child}


CHILDREN = Shortcut(
    relies_on=(
        NODE_SETUP_CHILD,
        NODE_BOOL,
    ),
    make=_make,
)
