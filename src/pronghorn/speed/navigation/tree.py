"""The tree of the site's tables of contents, as Sphinx resolves it, for no page in particular."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.environment import BuildEnvironment
from sphinx.environment.adapters import toctree as adapter

from pronghorn.seam.rows.navigation import RESOLVE_TOCTREE, URL_PATTERN, VIRTUAL_DOCNAMES

OPEN, CLOSE = "\ue000", "\ue001"
"""Characters for private use, which enclose marks. No title may contain them."""

_NOBODY = "\ue002"
"""A docname that no page has."""

_INLINE = (
    nodes.Text,
    nodes.literal,
    nodes.emphasis,
    nodes.strong,
    nodes.inline,
    nodes.subscript,
    nodes.superscript,
    nodes.title_reference,
    nodes.abbreviation,
)


class UnsupportedTreeError(Exception):
    """The tree has something that pages may show each in its own way; Sphinx must resolve it on each."""


@dataclass(frozen=True, slots=True)
class Options:
    """The arguments of ``toctree()`` in a template, collapsing aside."""

    maxdepth: int = 0
    titles_only: bool = False
    includehidden: bool = True


@dataclass(slots=True)
class Item:
    """An entry of the tree, a ``<li>``."""

    parent: int | None
    """Number of the item around it."""
    list: int
    """Number of the first item in its list, which the list goes by."""
    level: int
    """How deep the list is nested that it is in, from 1."""
    limit: int
    """The greatest level to show; no limit if it is not positive."""
    docname: str
    """The page it leads to; empty for a URL."""
    anchor: str
    gate: str
    """The page whose own entry this is, if it is the first level of that page; else empty."""


@dataclass(slots=True)
class Tree:
    """All items, numbered in the order of the document, and the marked nodes to render."""

    node: nodes.Element | None
    items: list[Item] = field(default_factory=list)
    docnames: list[str] = field(default_factory=list)
    """Pages by the number that stands for their address."""


class _MarkingBuilder:
    """Gives marks for addresses; all that resolving a toctree asks of a builder."""

    def __init__(self, tags: Any) -> None:
        self.tags = tags
        self.docnames: list[str] = []
        self._numbers: dict[str, int] = {}

    def get_relative_uri(self, _from: str, to: str, _typ: str | None = None) -> str:
        number = self._numbers.setdefault(to, len(self._numbers))
        if number == len(self.docnames):
            self.docnames.append(to)
        return f"{OPEN}H{number}{CLOSE}"


def resolve_tree(
    env: BuildEnvironment, tags: Any, options: Options, roots: Sequence[addnodes.toctree], *, is_cut: bool = False
) -> Tree:
    """Resolve toctrees.

    :param roots: those of the page where the tree starts.
    :param is_cut: take out of the nodes what is below the greatest level to show; else the template leaves it out.
    :raises UnsupportedTreeError: if Sphinx would warn on each page, or pages may differ in other ways than marks
        can tell.
    """
    for root in roots:
        _check_entries(env, root, [])
    builder: Any = _MarkingBuilder(tags)
    tree = Tree(None)
    for root in roots:
        resolved = RESOLVE_TOCTREE.of(adapter.TocTree(env))(
            _NOBODY,
            builder,
            root,
            prune=True,
            maxdepth=-1,
            titles_only=options.titles_only,
            collapse=False,
            includehidden=options.includehidden,
        )
        if resolved is None:
            continue
        limit = options.maxdepth or root.get("maxdepth", -1)
        for child in resolved.children:
            if isinstance(child, nodes.bullet_list):
                _number(tree, child, builder, parent=None, level=1, limit=limit)
                if is_cut and limit > 0:
                    _cut(child, level=1, limit=limit)
        if tree.node is None:
            tree.node = resolved
        else:
            tree.node.extend(resolved.children)
    tree.docnames = builder.docnames
    return tree


def _cut(items: nodes.bullet_list, *, level: int, limit: int) -> None:
    for item in items.children:
        for child in list(item.children):
            if isinstance(child, nodes.bullet_list) and isinstance(item, nodes.Element):
                if level >= limit:
                    item.remove(child)
                else:
                    _cut(child, level=level + 1, limit=limit)


def _check_entries(env: BuildEnvironment, toctree: addnodes.toctree, parents: list[str]) -> None:
    """Look for all that Sphinx warns of or resolves differently from page to page."""
    _check_text(toctree.get("caption"))
    for title, ref in toctree["entries"]:
        _check_text(title)
        _check_text(ref)
        if URL_PATTERN.of().match(ref) or ref == "self" or ref in VIRTUAL_DOCNAMES.of():
            continue
        toc = env.tocs.get(ref)
        if ref in parents or toc is None or not toc.children:
            raise UnsupportedTreeError(f"'{ref}' is missing, has no title, or contains itself")
        _check_text(toc.astext())
        for node in toc.findall():
            if isinstance(node, nodes.abbreviation):
                _check_text(node.get("explanation"))
            if isinstance(node, addnodes.only):
                raise UnsupportedTreeError(f"'{ref}' has an 'only' directive around a heading")
            if isinstance(node, nodes.reference) and not all(_is_plain(child) for child in node.children):
                raise UnsupportedTreeError(f"'{ref}' has more than text in a heading")
            if isinstance(node, addnodes.toctree):
                _check_entries(env, node, [ref, *parents])


def _check_text(text: str | None) -> None:
    if text and (OPEN in text or CLOSE in text):
        raise UnsupportedTreeError(f"the characters U+{ord(OPEN):X} and U+{ord(CLOSE):X} stand in {text!r}")


def _is_plain(node: nodes.Node) -> bool:
    return isinstance(node, _INLINE) and all(_is_plain(child) for child in node.children)


def _number(
    tree: Tree, items: nodes.bullet_list, builder: _MarkingBuilder, *, parent: int | None, level: int, limit: int
) -> None:
    """Add numbers to the items of a list and mark what may be current: list, item and link."""
    first = len(tree.items)
    for item in items.children:
        if isinstance(item, addnodes.toctree):  # a hidden one, which shows nothing
            continue
        reference = _reference_of(item)
        docname = _docname_of(reference, builder)
        gate = docname if parent is None or tree.items[parent].docname != docname else ""
        number = len(tree.items)
        tree.items.append(Item(parent, first, level, limit, docname, reference.get("anchorname", ""), gate))
        _mark(item, f"L{number}")
        _mark(reference, f"A{number}")
        for child in item.children[1:]:
            if not isinstance(child, nodes.bullet_list):
                raise UnsupportedTreeError(f"an entry has a {type(child).__name__} in it")
            _number(tree, child, builder, parent=number, level=level + 1, limit=limit)
    if len(tree.items) > first:
        _mark(items, f"U{first}")
    elif parent is None:
        raise UnsupportedTreeError("a toctree has no entries")
    else:  # hidden toctrees only; with more than one of them, Sphinx writes an empty list
        _mark(items, f"O{parent}")


def _reference_of(item: nodes.Node) -> nodes.reference:
    links = list(_links(item))
    if not isinstance(item, nodes.list_item) or len(links) != 1:
        raise UnsupportedTreeError("an entry is not an item with one link")
    return links[0]


def _links(item: nodes.Node) -> Iterator[nodes.reference]:
    for paragraph in item.children[:1]:
        yield from (child for child in paragraph.children if isinstance(child, nodes.reference))


def _docname_of(reference: nodes.reference, builder: _MarkingBuilder) -> str:
    uri: str = reference["refuri"]
    if not uri.startswith(OPEN):
        return ""
    return builder.docnames[int(uri[2 : uri.index(CLOSE)])]


def _mark(node: nodes.Node, name: str) -> None:
    if isinstance(node, nodes.Element):
        node["classes"] = [*node["classes"], f"{OPEN}{name}{CLOSE}"]


def tocdepth_of(env: BuildEnvironment, docname: str) -> int:
    """Return how deep the navigation may show a page, as its metadata say; 0 if they do not.

    A page without metadata stays without: the table makes an entry for each that is asked for by its key.
    """
    return int(env.metadata.get(docname, {}).get("tocdepth", 0))
