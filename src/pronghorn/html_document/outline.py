"""What must be known of a whole page before its first element can be converted."""

from dataclasses import dataclass, field

from justhtml import Element, Node, Text

from .elements import (
    BLOCK_LEAVES,
    BLOCKS,
    CLOSED,
    HEADINGS,
    HIDDEN,
    Step,
    attribute,
    ids_of,
    is_blank,
    is_opaque,
    walk,
)

_CONTENT = len(HEADINGS) + 1
"""Stands for anything but a heading; no heading has so high a level."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How an element with headings in it lies to the sections that these begin."""

    is_whole: bool
    """It is one section from end to end, as `<section><h2>...</section>` is."""
    is_leading: bool
    """The first thing in it is a heading."""


@dataclass(slots=True)
class Outline:
    """The sections of a page and what else is known of it as a whole."""

    headings: dict[Element, int] = field(default_factory=dict)
    """The headings that begin a section, each with its level from 1."""
    extents: dict[Element, Extent] = field(default_factory=dict)
    """Every element that has such headings in it."""
    block_holders: set[Element] = field(default_factory=set)
    """Every element that has a block in it."""
    inline_leaves: set[Element] = field(default_factory=set)
    """Every leaf that stands on a line with text or with other inline elements."""
    ids: dict[str, Element] = field(default_factory=dict)
    """Every id that the author gave, with the element that has it."""
    repeated_ids: list[tuple[str, Element]] = field(default_factory=list)
    """Ids with the elements that have them though another has them already."""
    title: str = ""
    """The text of the page's first <title>."""
    meta: dict[str, str] = field(default_factory=dict)
    """The page's description and keywords."""

    @property
    def has_main_heading(self) -> bool:
        """Whether a heading of the first level begins a section."""
        return 1 in self.headings.values()


def outline_of(root: Node) -> Outline:
    """Return the outline of the page below `root`, in time linear in its size."""
    scan = _Scan()
    for step, node in walk(root.children or ()):
        scan.take(step, node)
    scan.measure()
    return scan.outline


@dataclass(slots=True)
class _Span:
    """An element with its part of `_Scan.tokens`, and the highest heading in it."""

    element: Element
    start: int
    end: int = 0
    level: int = _CONTENT
    count: int = 0
    """How many headings of that level there are."""
    has_block: bool = False

    def merge(self, level: int, count: int) -> None:
        """Take in the highest heading of a part."""
        if level < self.level:
            self.level, self.count = level, count
        elif level == self.level:
            self.count += count


class _Scan:
    def __init__(self) -> None:
        self.outline = Outline()
        self.tokens: list[int] = []
        """Headings, as their levels, and contents in the order of the page."""
        self.open: list[_Span] = []
        self.spans: list[_Span] = []
        self.closed = 0
        self.heading: Element | None = None
        self.heading_has_text = False
        self.first_leaf: Element | None = None
        """A leaf at the beginning of a line that nothing has followed yet."""
        self.on_line = False

    def take(self, step: Step, node: Node | Text) -> None:
        if isinstance(node, Text):
            self.text(node.text)
        elif isinstance(node, Element):
            {Step.OPEN: self.enter, Step.LEAF: self.leaf, Step.CLOSE: self.leave}[step](node)

    def text(self, text: str) -> None:
        if is_blank(text):
            return
        self.inline()
        if self.heading:
            self.heading_has_text = True
        else:
            self.tokens.append(_CONTENT)

    def inline(self) -> None:
        """Note that something inline follows what came last."""
        if self.first_leaf:
            self.outline.inline_leaves.add(self.first_leaf)
            self.first_leaf = None
        self.on_line = True

    def block(self) -> None:
        """Note that a line ends."""
        self.first_leaf = None
        self.on_line = False

    def leaf(self, element: Element) -> None:
        self.notice_ids(element)
        self.notice_head(element)
        if element.name in HIDDEN:
            return
        if not self.heading:
            self.tokens.append(_CONTENT)
        if element.name in BLOCK_LEAVES:
            self.block()
            if self.open:
                self.open[-1].has_block = True
        elif self.on_line or self.first_leaf or not is_opaque(element):
            self.inline()
            self.outline.inline_leaves.add(element)
        else:
            self.first_leaf = element

    def notice_ids(self, element: Element) -> None:
        for identifier in ids_of(element):
            first = self.outline.ids.setdefault(identifier, element)
            # Where tags overlap, the parser makes several elements of one tag.
            if first.origin_offset != element.origin_offset:
                self.outline.repeated_ids.append((identifier, element))

    def notice_head(self, element: Element) -> None:
        name = attribute(element, "name").lower()
        if element.name == "title" and element.namespace == "html":
            self.outline.title = self.outline.title or " ".join(element.to_text(separator="").split())
        elif element.name == "meta" and name in {"description", "keywords"}:
            self.outline.meta.setdefault(name, attribute(element, "content"))

    def enter(self, element: Element) -> None:
        self.notice_ids(element)
        if element.name in BLOCKS:
            self.block()
        self.open.append(_Span(element, len(self.tokens)))
        self.closed += element.name in CLOSED
        if element.name in HEADINGS and not self.heading and not self.closed:
            self.heading = element
            self.heading_has_text = False

    def leave(self, element: Element) -> None:
        span = self.open.pop()
        span.end = len(self.tokens)
        self.closed -= element.name in CLOSED
        if element.name in BLOCKS:
            self.block()
        if element is self.heading:
            self.heading = None
            self.close_heading(span)
        elif span.count:
            self.spans.append(span)
        if self.open:
            self.open[-1].merge(span.level, span.count)
            self.open[-1].has_block |= span.has_block or element.name in BLOCKS
        if span.has_block:
            self.outline.block_holders.add(element)

    def close_heading(self, span: _Span) -> None:
        """Count a heading; one without text names no section and is content, an image perhaps."""
        level = HEADINGS[span.element.name]
        if self.heading_has_text:
            self.outline.headings[span.element] = level
            span.merge(level, 1)
        self.tokens.append(level if self.heading_has_text else _CONTENT)

    def measure(self) -> None:
        for span in self.spans:
            following = self.tokens[span.end] if span.end < len(self.tokens) else 0
            leading = self.tokens[span.start] < _CONTENT
            whole = self.tokens[span.start] == span.level and span.count == 1 and following <= span.level
            self.outline.extents[span.element] = Extent(whole, leading)
