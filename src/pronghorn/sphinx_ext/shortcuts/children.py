"""Taking a node in: it learns which document it is in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from docutils import nodes

from pronghorn.sphinx_ext.shortcuts.installing import Place, Shortcut
from pronghorn.sphinx_ext.shortcuts.known import Known


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
        Known(nodes.Node, "setup_child", "self, child", "parent document source current_source line current_line"),
        Known(nodes.Node, "__bool__", "self", ""),
    ),
    make=_make,
)
"""Touches ``Node.setup_child``: if it did its work in another way unnoticed, nodes would not know their documents, or
where they come from."""
