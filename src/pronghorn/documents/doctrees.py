"""Doctrees as they are kept: pickled once, for the store and for the file from which Sphinx loads them."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from types import ModuleType
from typing import IO, Any

from docutils import nodes
from sphinx.builders import Builder

from pronghorn.cache.pickles.pickles import PickleRefused, Portable
from pronghorn.cache.tracking.digests import digest_of
from pronghorn.seam.rows.reading import NODE_DOCUMENT, PICKLE, WRITE_DOCTREE


@dataclass(slots=True)
class KeptDoctree:
    """A doctree in the form in which the store keeps it."""

    packed: bytes
    is_bound: bool
    """Whether it can only be used in this folder."""
    refusal: str = ""
    """Why it cannot be kept at all; empty if it can."""
    names_from_here: bool = False
    """Whether it names files relative to the folder in which the build was started."""
    file: bytes = b""
    """Digest of the file that was written for Sphinx; empty if Sphinx has pickled it in its own way."""


class DoctreeKeeper:
    """Packs doctrees while Sphinx writes them.

    :param pack: pickles a doctree of which some objects are given.
    """

    def __init__(self, builder: Builder, srcdir: str, pack: Callable[[object, list[object]], Portable]) -> None:
        self._builder = builder
        self._srcdir = srcdir
        self._pack = pack
        self._written: tuple[object, KeptDoctree] | None = None
        """The last doctree that was written, and in which form."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make Sphinx write the packed form of a doctree, which takes the place of a pickle of its own."""
        if not WRITE_DOCTREE.is_stock_in(self._builder):
            yield
            return
        write = WRITE_DOCTREE.of(self._builder)

        def write_packed(*arguments: Any, **named: Any) -> None:
            with _dumping_by(self._dump):
                write(*arguments, **named)

        with WRITE_DOCTREE.replaced(write_packed, self._builder):
            yield

    def _dump(self, doctree: Any, file: IO[bytes], *arguments: Any, **named: Any) -> None:
        """Do what ``pickle.dump`` does, by our pickle; by Sphinx's if ours cannot have it."""
        kept, localized = self._packed(doctree)
        self._written = doctree, kept
        if kept.refusal:
            pickle.dump(doctree, file, *arguments, **named)
        else:
            file.write(localized)
            kept.file = digest_of(localized)

    def take(self, doctree: nodes.document) -> KeptDoctree:
        """Return what was kept of a doctree when it was written."""
        written, self._written = self._written, None
        return written[1] if written is not None and written[0] is doctree else self._packed(doctree)[0]

    def _packed(self, doctree: nodes.document) -> tuple[KeptDoctree, bytes]:
        """Pack a doctree while it is as it was read: writing changes it."""
        found = _nodes_below([doctree])
        _adopt(found, doctree)
        try:
            portable = self._pack(doctree, _parts_of(doctree, found))
        except PickleRefused as error:
            return KeptDoctree(b"", is_bound=True, refusal=str(error)), b""
        sources = set(map(attrgetter("source"), found)) - {None}
        names_from_here = any(not os.path.isabs(name) and os.path.isfile(name) for name in sources)  # noqa: PTH113, PTH117
        kept = KeptDoctree(portable.encode(), is_bound=portable.is_bound, names_from_here=names_from_here)
        return kept, portable.localize(self._srcdir)


class _Pickling(ModuleType):
    """Stands in for the module ``pickle``."""

    def __init__(self, dump: Callable[..., None]) -> None:
        super().__init__(pickle.__name__)
        self.dump = dump

    def __getattr__(self, name: str) -> Any:
        return getattr(pickle, name)


@contextmanager
def _dumping_by(dump: Callable[..., None]) -> Iterator[None]:
    """Make Sphinx's builders pickle by *dump*, unless they pickle by something else than Python's module."""
    if PICKLE.of() is not pickle:
        yield
        return
    with PICKLE.replaced(_Pickling(dump)):
        yield


def _nodes_below(level: list[nodes.Node]) -> list[nodes.Node]:
    """Return nodes and all below them, level by level: in half the time that ``findall`` takes."""
    found: list[nodes.Node] = []
    while level:
        found += level
        level = [child for node in level for child in node.children]
    return found


def _adopt(found: list[nodes.Node], doctree: nodes.document) -> None:
    """Make all nodes know the document they are in.

    Extensions parse text into documents of their own and take the nodes out; such a document leads to the environment,
    which cannot be kept.
    """
    name = NODE_DOCUMENT.name
    for node in found:
        if vars(node).get(name) not in {None, doctree}:
            node.document = doctree


def _parts_of(doctree: nodes.document, found: list[nodes.Node]) -> list[object]:
    """Return objects of a doctree that have nearly always all classes and paths in it.

    :param found: the nodes in the tree. The document has others in its tables, such as definitions of substitutions.
    """
    document, of_settings = vars(doctree), vars(doctree.settings)
    of_document = [*document.values()]
    items = [*_items_of(of_document)]
    in_tables = [item for item in (*items, *_items_of(items)) if isinstance(item, nodes.Node)]
    classes = set(map(type, in_tables))
    in_tree = {id(node) for node in found if type(node) in classes}  # asking for an id is an audit event
    beside = [node for node in in_tables if id(node) not in in_tree]
    all_nodes = found + _nodes_below(beside)
    return [*all_nodes, *map(vars, all_nodes), document, *of_document, of_settings, *of_settings.values()]


def _items_of(values: list[Any]) -> Iterator[object]:
    for value in values:
        if type(value) is dict:
            yield from value.values()
        elif type(value) is list:
            yield from value
