"""Doctrees as they are kept: pickled once, for the store and for the file from which Sphinx loads them."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from types import ModuleType
from typing import IO, Any

from docutils import nodes
from sphinx.builders import Builder

from pronghorn.cache.pickles.pickles import PickleRefused, Portable
from pronghorn.cache.pickles.places import Places
from pronghorn.cache.tracking.digests import digest_of
from pronghorn.documents.names_from_here import NamesFromHere
from pronghorn.seam.rows.reading import NODE_DOCUMENT, PICKLE, WRITE_DOCTREE


@dataclass(slots=True)
class KeptDoctree:
    """A doctree in the form in which the store keeps it."""

    packed: bytes
    shown: frozenset[str] = frozenset()
    """Names of the folders of the build of which it tells where they are."""
    refusal: str = ""
    """Why it cannot be kept at all; empty if it can."""
    names_from_here: frozenset[str] = frozenset()
    """How it names files from the folder in which a build is started."""
    named_elsewhere: frozenset[str] = frozenset()
    """Absolute paths of files that it may name from there in places where nobody can tell."""
    file: bytes = b""
    """Digest of the file that was written for Sphinx; empty if Sphinx has pickled it in its own way."""


Pack = Callable[[object, list[object], Mapping[int, str]], Portable]


class DoctreeKeeper:
    """Packs doctrees while Sphinx writes them.

    :param pack: pickles a doctree of which some objects are given, and what is known of some texts.
    """

    def __init__(self, builder: Builder, places: Places, pack: Pack) -> None:
        self._builder = builder
        self._places = places
        self._srcdir = srcdir = str(builder.srcdir)
        self._pack = pack
        self._names = NamesFromHere(srcdir)
        self._written: tuple[object, KeptDoctree] | None = None
        """The last doctree that was written, and in which form."""

    @contextmanager
    def writing(self, names: NamesFromHere) -> Iterator[None]:
        """Make Sphinx write the packed form of a doctree, which takes the place of a pickle of its own.

        :param names: those that docutils has given to files.
        """
        self._names = names
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
            names = self._names.portable()
            parts = _parts_of(doctree, found)
            parts += [node.attributes for node in found if names and isinstance(node, nodes.Element)]
            portable = self._pack(doctree, parts, names)
        except PickleRefused as error:
            return KeptDoctree(b"", refusal=str(error)), b""
        kept = KeptDoctree(
            portable.encode(),
            frozenset(self._places.shown_in(portable.body)),
            names_from_here=frozenset(portable.names_from_here),
            named_elsewhere=frozenset(self._names.among(portable.body).union(_named_otherwise(found, names))),
        )
        return kept, portable.localize(self._srcdir)


def _named_otherwise(found: list[nodes.Node], names: Mapping[int, str]) -> Iterator[str]:
    """Return the paths of files that others than docutils seem to have named from here."""
    sources = {id(source): source for source in map(attrgetter("source"), found) if source is not None}
    for key, source in sources.items():
        if key not in names and not os.path.isabs(source) and os.path.isfile(source):  # noqa: PTH113, PTH117
            yield os.path.abspath(source)  # noqa: PTH100


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
