"""Putting a page's navigation together from the pieces of the rendered tree. No Sphinx: text in, text out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from pronghorn.speed.navigation.tree import CLOSE, OPEN, Item

Href = Callable[[str], str]
"""From a docname to its address, relative to the folder of the page that is written."""

_LIST = re.compile(r"<ul\b[^>]*>\n?|</ul>\n?")
_SLOT = re.compile(
    f' class="{OPEN}(?P<alone>[LUAO]\\d+){CLOSE}"'
    f'| {OPEN}(?P<last>[LUAO]\\d+){CLOSE}(?P<more>[^"{OPEN}]*)(?=["{OPEN}])'
    f"|{OPEN}(?P<first>[LUAO]\\d+){CLOSE} "
    f'|{OPEN}H(?P<href>\\d+){CLOSE}(?P<anchor>[^"]*)'
    f"|{OPEN}(?P<box>C\\d+){CLOSE}"
    f"|{OPEN}(?P<page>P\\d+){CLOSE}"
    f"|{OPEN}(?P<active>V\\d+){CLOSE}"
    f"|{OPEN}(?P<details>D\\d+){CLOSE}"
    f"|{OPEN}(?P<part>E\\d+){CLOSE}"
)
_CURRENT = {
    "alone": ' class="current"',
    "last": " current",
    "first": "current ",
    "box": ' checked=""',
    "page": " current-page",
    "active": " active",
    "details": ' open="open"',
    "part": " open",
}


@dataclass(slots=True)
class Sublist:
    """A ``<ul>`` with all that is in it."""

    pieces: list[Piece]
    owner: int | None
    """Number of the item around it."""
    level: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where a class may stand: ``L3`` is item 3, ``A3`` its link, ``U3`` the list whose first item it is.

    ``O3`` is an empty list in item 3, which is never current.
    In furo's sidebar, ``C3`` is the checkbox of item 3, and ``P3`` says that item 3 is the page itself.
    In that of pydata-sphinx-theme, ``V3`` goes with ``L3``, ``D3`` is what is folded in item 3, and ``E3`` the part
    whose first item it is.
    """

    name: str
    text: str
    """The text at this place if it is current."""


@dataclass(frozen=True, slots=True)
class Address:
    """A place for the address of a page."""

    docname: str
    anchor: str
    """What follows the address, as HTML."""


Piece = str | Mark | Address | Sublist


@dataclass(slots=True)
class _Occurrences:
    """The places of a page in the tree."""

    all: list[int] = field(default_factory=list)
    titles: list[int] = field(default_factory=list)
    """Those that are the page itself, not a section of it."""


class _Flat:
    """The pieces of the whole tree, limits applied, and where the marks and addresses are among them."""

    def __init__(self, pieces: Sequence[str | Mark | Address]) -> None:
        self.pieces = pieces
        self.marks: dict[str, tuple[int, Mark]] = {}
        self.addresses: dict[str, list[tuple[int, Address]]] = defaultdict(list)
        for place, piece in enumerate(pieces):
            if isinstance(piece, Mark):
                self.marks[piece.name] = (place, piece)
            elif isinstance(piece, Address):
                self.addresses[piece.docname].append((place, piece))


@dataclass(frozen=True, slots=True)
class Rendered:
    """The tree of a site as the builder rendered it, with marks."""

    html: str
    items: list[Item]
    docnames: list[str]
    """Pages by the numbers of the marks for their addresses."""


class Template:
    """What each page's navigation is put together from.

    :param tocdepth: gives a page's own limit on what is shown of it; not positive if it has none.
    """

    def __init__(self, rendered: Rendered, tocdepth: Callable[[str], int]) -> None:
        self._items = items = rendered.items
        self._docnames = rendered.docnames
        self._tocdepth = tocdepth
        self._pieces = self._parsed(rendered.html)
        self._occurrences: dict[str, _Occurrences] = defaultdict(_Occurrences)
        for number, item in enumerate(items):
            if item.docname:
                self._occurrences[item.docname].all.append(number)
                if not item.anchor:
                    self._occurrences[item.docname].titles.append(number)
        self._flat = _Flat(list(_joined(self._within_limits(self._pieces))))
        self._filled: tuple[object, list[str]] = (None, [])

    # Reading the rendered tree

    def _parsed(self, html: str) -> list[Piece]:
        root: list[Piece] = []
        stack: list[tuple[list[Piece], int]] = [(root, 0)]
        position = 0
        for tag in _LIST.finditer(html):
            pieces, level = stack[-1]
            pieces.extend(self._slots(html[position : tag.start()]))
            position = tag.end()
            if tag[0].startswith("</"):
                pieces.append(tag[0])
                stack.pop()
            else:
                inner: list[Piece] = list(self._slots(tag[0]))
                pieces.append(Sublist(inner, self._owner_of(inner), level + 1))
                stack.append((inner, level + 1))
        root.extend(self._slots(html[position:]))
        return root

    def _owner_of(self, opening: list[Piece]) -> int | None:
        name = next(piece.name for piece in opening if isinstance(piece, Mark))
        number = int(name[1:])
        return number if name.startswith("O") else self._items[number].parent

    def _slots(self, text: str) -> Iterator[Piece]:
        position = 0
        for found in _SLOT.finditer(text):
            yield text[position : found.start()]
            position = found.end()
            kind = next(k for k in ("href", *_CURRENT) if found[k] is not None)
            if kind == "href":
                yield Address(self._docnames[int(found["href"])], found["anchor"])
            else:
                yield Mark(found[kind], _CURRENT[kind])
                yield found["more"] or ""
        yield text[position:]

    # Writing a page's navigation

    def whole(self, docname: str, href: Href, folder: object) -> str:
        """Return the navigation of a page with all branches.

        :param folder: pages with an equal folder have the same relative addresses.
        """
        pieces = self._filled_for(folder, href).copy()
        occurrences = self._occurrences.get(docname)
        if occurrences is not None:
            for name in self._current(occurrences.titles):
                if name in self._flat.marks:
                    place, mark = self._flat.marks[name]
                    pieces[place] = mark.text
            for place, address in self._flat.addresses[docname]:
                pieces[place] = address.anchor or "#"
        return "".join(pieces)

    def _within_limits(self, pieces: Sequence[Piece]) -> Iterator[str | Mark | Address]:
        for piece in pieces:
            if not isinstance(piece, Sublist):
                yield piece
            elif self._is_within_limit(piece):
                yield from self._within_limits(piece.pieces)

    def _is_within_limit(self, sublist: Sublist) -> bool:
        if sublist.owner is None or sublist.level <= 1:
            return True
        limit = self._items[sublist.owner].limit
        return limit <= 0 or sublist.level <= limit

    def _filled_for(self, folder: object, href: Href) -> list[str]:
        """Return the pieces with the addresses as seen from *folder*, and nothing current."""
        if self._filled[0] != folder or not self._filled[1]:
            addresses = {docname: href(docname) for docname in self._flat.addresses}
            pieces = [
                addresses[piece.docname] + piece.anchor
                if isinstance(piece, Address)
                else (piece if isinstance(piece, str) else "")
                for piece in self._flat.pieces
            ]
            self._filled = (folder, pieces)
        return self._filled[1]

    def _current(self, occurrences: Sequence[int]) -> set[str]:
        """Return the marks that are current when these items are: their links, and all items and lists around."""
        names: set[str] = set()
        for number in occurrences:
            names.add(f"A{number}")
            for around in self._upwards(number):
                first = self._items[around].list
                names |= {f"{kind}{around}" for kind in "LCVD"} | {f"U{first}", f"E{first}"}
        if occurrences:
            names.add(f"P{max(occurrences)}")
        return names

    def _upwards(self, number: int) -> Iterator[int]:
        current: int | None = number
        while current is not None:
            yield current
            current = self._items[current].parent

    def collapsed(self, docname: str, href: Href, ancestors: Collection[str]) -> str:
        """Return the navigation of a page with only those branches open that lead to it.

        :param ancestors: the page, the page whose toctree it is in, and so on.
        """
        found = self._occurrences.get(docname, _Occurrences())
        reached = [number for number in found.all if self._is_reached(number, ancestors)]
        opened = {around for number in reached for around in self._upwards(number)}
        current = self._current([number for number in found.titles if number in opened])

        def is_open(sublist: Sublist) -> bool:
            owner = sublist.owner
            return owner is None or (
                owner in opened and self._is_within_limit(sublist) and self._gate_is_open(owner, ancestors)
            )

        def write(pieces: Sequence[Piece]) -> Iterator[str]:
            for piece in pieces:
                if isinstance(piece, str):
                    yield piece
                elif isinstance(piece, Mark):
                    yield piece.text if piece.name in current else ""
                elif isinstance(piece, Address):
                    address = "" if piece.docname == docname else href(piece.docname)
                    yield address + piece.anchor or "#"
                elif is_open(piece):
                    yield from write(piece.pieces)

        return "".join(write(self._pieces))

    def _is_reached(self, number: int, ancestors: Collection[str]) -> bool:
        return all(self._gate_is_open(around, ancestors) for around in self._upwards(number) if around != number)

    def _gate_is_open(self, number: int, ancestors: Collection[str]) -> bool:
        """Check whether Sphinx keeps what is below an item: of pages that do not lead to this one, nothing."""
        gate = self._items[number].gate
        return not gate or (gate in ancestors and self._tocdepth(gate) <= 0)


def _joined(pieces: Iterator[str | Mark | Address]) -> Iterator[str | Mark | Address]:
    """Put neighbouring texts together."""
    text: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            text.append(piece)
            continue
        if text:
            yield "".join(text)
            text.clear()
        yield piece
    if text:
        yield "".join(text)
