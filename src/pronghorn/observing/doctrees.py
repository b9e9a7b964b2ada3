"""Documents that tell when they are looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docutils import nodes

from pronghorn.observing.dicts import noted_table
from pronghorn.observing.recorder import Recorder
from pronghorn.seam.internal import subclassed

NODES = "node"
"""The kind of dependency on one element of another page, by docname and id."""

_FREE = frozenset({"__class__", "ids", "reporter", "settings"})
"""What may be asked of another page's document without looking at its content. ``ids`` tells by itself."""


class WatchedDocument(nodes.document):
    """A document that calls a function when it is looked at for the first time. From then on it is an ordinary one.

    :func:`watch` swaps the class of a document for this one. To tell its type, or whether it is None, is no look.
    """

    def __getattribute__(self, name: str) -> Any:
        """Return an attribute. Python asks here for all but the methods of operators, which ask here in turn."""
        state: dict[str, Any] = object.__getattribute__(self, "__dict__")
        if name in state["pronghorn_free"]:
            return object.__getattribute__(self, name)
        looked = state["pronghorn_looked"]
        unwatch(self)
        looked(self)
        return getattr(self, name)

    def __repr__(self) -> str:
        """Stay short, and be no look: Sphinx formats the arguments of each event it emits."""
        return "<document>"


def watch(document: nodes.document, looked: Callable[[nodes.document], None]) -> None:
    """Call *looked* when something looks at *document*."""
    _watch(document, looked, frozenset({"__class__"}))


def unwatch(document: nodes.document) -> None:
    """Make *document* an ordinary one, if it is watched."""
    state: dict[str, Any] = object.__getattribute__(document, "__dict__")
    if "pronghorn_looked" in state:
        del state["pronghorn_looked"], state["pronghorn_free"]
        object.__setattr__(document, "__class__", state.pop("pronghorn_class"))


def _watch(document: nodes.document, looked: Callable[[nodes.document], None], free: frozenset[str]) -> None:
    vars(document).update(pronghorn_class=type(document), pronghorn_looked=looked, pronghorn_free=free)
    subclassed(document, WatchedDocument)


def watch_target(document: nodes.document, docname: str, recorder: Recorder) -> None:
    """Make *document*, which another page has loaded, tell *recorder* what is read of it.

    By its ids, Sphinx finds the target of a reference by number.
    """
    document.ids = noted_table(document.ids, NODES, recorder, path=(docname,))
    _watch(document, lambda _document: recorder.note("doctree", docname), _FREE)


def make_lazy_document(load: Callable[[], nodes.document]) -> nodes.document:
    """Return a document that *load* fills when something looks at it."""
    document = WatchedDocument.__new__(WatchedDocument)

    def fill(empty: nodes.document) -> None:
        full = load()
        object.__setattr__(empty, "__class__", type(full))
        object.__setattr__(empty, "__dict__", vars(full))
        for child in full.children:
            child.parent = empty

    state: dict[str, Any] = object.__getattribute__(document, "__dict__")
    state.update(pronghorn_class=nodes.document, pronghorn_looked=fill, pronghorn_free=frozenset({"__class__"}))
    return document
