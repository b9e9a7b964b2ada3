"""Builds a docutils document from blocks, lines and text as they come.

HTML lets a link hold paragraphs, a list hold text, an anchor stand between blocks; docutils does not. So nothing
is opened before there is something to go into it: an inline element is made when its text comes, once in each
paragraph that it reaches into; an id waits for the next block; a group that holds headings is made anew in each
section that these begin.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from docutils import nodes

from .elements import SPACE

MAX_DEPTH = 60
"""How deep a document may nest. Sphinx walks, copies and pickles it by recursion, and Python allows 1,000 calls."""

_LISTS = (nodes.bullet_list, nodes.enumerated_list, nodes.definition_list)
_TABLE_PARTS = (nodes.table, nodes.tgroup, nodes.thead, nodes.tbody, nodes.row)
_WITHOUT_ID = (*_TABLE_PARTS[1:], nodes.definition_list_item, nodes.raw)
_SPACES = re.compile(f"[{SPACE}]+")

MakeInline = Callable[[], tuple[nodes.Element, nodes.Element]]
"""Makes the nodes of an inline element: the outermost, and the one that takes the content (often the same)."""


@dataclass(slots=True)
class Marks:
    """Ids and classes on their way from an HTML element to a node."""

    ids: list[str]
    classes: list[str]

    def __bool__(self) -> bool:
        return bool(self.ids or self.classes)


@dataclass(slots=True)
class _Inline:
    make: MakeInline
    marks: Marks
    used: bool = False


@dataclass(slots=True)
class _Wrapper:
    marks: Marks
    node: nodes.Element | None = None
    used: bool = False


@dataclass(slots=True)
class _Block:
    node: nodes.Element
    outer_paragraph: Marks | None


class DocumentBuilder:
    """Fills a document. Whoever uses it closes in reverse order what it opens."""

    def __init__(self, document: nodes.document, reserved_ids: Iterable[str], *, has_lines: bool) -> None:
        self.document = document
        self._has_lines = has_lines
        self._sections: list[tuple[int, nodes.Element]] = [(0, document)]
        self._wrappers: list[_Wrapper] = []
        self._blocks: list[_Block] = []
        self._paragraph: Marks | None = None
        self._inlines: list[_Inline] = []
        # The open paragraph or other line of text, and those of the inline elements that are in it already.
        self._line: list[nodes.Element] = []
        self._line_is_given = False
        self._verbatim = False
        self._after_space = True
        self._last_text: nodes.Text | None = None
        self._waiting = Marks([], [])
        self._title: nodes.title | None = None
        self._heading: nodes.section | None = None
        for identifier in reserved_ids:
            # So that docutils does not give a heading the id that the author gave something further down.
            document.ids[identifier] = document

    # Where we are

    @property
    def in_given_line(self) -> bool:
        """Whether a title, a term or the like is open, which holds inline elements only."""
        return self._line_is_given

    @property
    def in_line(self) -> bool:
        """Whether what comes next continues a line."""
        return bool(self._line or self._inlines or self._paragraph is not None)

    @property
    def in_title(self) -> bool:
        """Whether the title of a section is open, which is shown in tables of contents and search results too."""
        return self._heading is not None

    @property
    def in_verbatim(self) -> bool:
        """Whether white space counts."""
        return self._verbatim

    @property
    def is_deep(self) -> bool:
        """Whether the document must not nest deeper."""
        depth = len(self._sections) + len(self._wrappers) + len(self._blocks) + len(self._inlines)
        return depth >= MAX_DEPTH

    @property
    def block(self) -> nodes.Element:
        """The innermost open block, a section where there is none."""
        return self._blocks[-1].node if self._blocks else self._sections[-1][1]

    def is_within(self, kind: type[nodes.Element]) -> bool:
        """Say whether a block of that kind is open."""
        return any(isinstance(block.node, kind) for block in self._blocks)

    def at_line(self, number: int | None) -> None:
        """Let all nodes that are added from now on come from this line of the source, counted from 1."""
        if number is not None and self._has_lines:
            self.document.current_line = number

    # Text and inline elements

    def add_text(self, data: str) -> None:
        """Add text, in a new paragraph where no line is open."""
        if self._verbatim:
            self._append_text(data)
            return
        text = _SPACES.sub(" ", data)
        if self._after_space:
            text = text.removeprefix(" ")
        if text:
            self._append_text(text)

    def _append_text(self, text: str) -> None:
        parent = self._open_line()
        self._last_text = nodes.Text(text)
        parent.append(self._last_text)
        self._after_space = text[-1:] in SPACE

    def add_inline(self, node: nodes.Element, marks: Marks) -> None:
        """Add an inline node that is complete, in a new paragraph where no line is open."""
        self._open_line().append(node)
        if self._heading is not None:
            self.keep_ids(self._heading, marks.ids)
        self.mark(node, marks)
        self._after_space = False

    def add_tag(self, html: str) -> None:
        """Add a tag (or any HTML) within a line."""
        self._open_line().append(nodes.raw("", html, format="html"))

    def break_text(self) -> None:
        """Begin a new line of the text that is there, as <br> does; without any there is nothing to break."""
        if self._verbatim:
            self._append_text("\n")
        elif self._heading is not None:
            self.break_line()
        elif self._line:
            parent = self._open_line()
            parent.append(nodes.raw("", "<br />", format="html"))
            parent.append(nodes.raw("", "\\newline{}", format="latex"))
            self._append_text("\n")

    def break_line(self) -> None:
        """Separate what comes next from what is there, as a block within a line does."""
        if self._verbatim:
            if self._last_text and not self._last_text.endswith("\n"):
                self._append_text("\n")
        elif not self._after_space:
            self._append_text(" ")

    def open_inline(self, make: MakeInline, marks: Marks) -> None:
        """Open an inline element; it closes with `close_inline`."""
        if self._heading is not None:
            self.keep_ids(self._heading, marks.ids)
            marks = Marks([], marks.classes)
        self._inlines.append(_Inline(make, marks))

    def close_inline(self) -> None:
        """Close the innermost inline element; an empty one leaves its id and, for its classes, itself."""
        inline = self._inlines[-1]
        if not inline.used:
            if inline.marks.classes or (inline.marks.ids and self._line):
                self._open_line()
            else:
                self.add_anchor(inline.marks.ids)
        self._inlines.pop()
        del self._line[len(self._inlines) + 1 :]

    def add_anchor(self, ids: list[str]) -> None:
        """Let `ids` lead here: to the open heading or line, else to the next block."""
        if self._heading is not None:
            self.keep_ids(self._heading, ids)
        elif not self._line:
            self._waiting.ids.extend(ids)
        elif ids:
            target = nodes.target()
            self._open_line().append(target)
            self.keep_ids(target, ids)

    def _open_line(self) -> nodes.Element:
        """Return the innermost inline element, made if it is not there yet."""
        if not self._line:
            self._line.append(self._new_paragraph())
        for inline in self._inlines[len(self._line) - 1 :]:
            outer, inner = inline.make()
            self._line[-1].append(outer)
            self._line.append(inner)
            self.mark(outer, inline.marks)
            inline.used = True
        return self._line[-1]

    # Lines

    def _new_paragraph(self) -> nodes.paragraph:
        paragraph = nodes.paragraph()
        self._append_block(paragraph)
        if self._paragraph:
            self.mark(paragraph, self._paragraph)
        return paragraph

    def open_paragraph(self, marks: Marks) -> None:
        """Let text that comes now be a paragraph with these marks; it closes with `close_paragraph`."""
        self.end_line()
        self._paragraph = marks

    def close_paragraph(self) -> None:
        """Close the paragraph; an empty one is left out unless an id or a class counts."""
        if self._paragraph and not self._line and self._paragraph.ids:
            self._open_line()
        self.end_line()
        self._paragraph = None

    def open_line(self, line: nodes.TextElement, marks: Marks, parent: nodes.Element | None = None) -> None:
        """Open a line that takes all text until `close_line`, a term for instance; white space counts in literal blocks."""
        self.end_line()
        self._append_block(line, parent)
        self.mark(line, marks)
        self._line = [line]
        self._line_is_given = True
        self._verbatim = isinstance(line, nodes.literal_block)

    def close_line(self) -> None:
        """Close the line that `open_line` opened."""
        self._line_is_given = self._verbatim = False
        self.end_line()

    def end_line(self) -> None:
        """End the paragraph if one is open: a block begins or ends here."""
        if self._last_text is not None and self._after_space and not isinstance(self._line[0], nodes.literal_block):
            _strip_end(self._last_text)
        self._line = []
        self._after_space = True
        self._last_text = None

    # Blocks

    def add_block(self, node: nodes.Element, marks: Marks | None = None) -> None:
        """Add a block that is complete."""
        self.end_line()
        self._append_block(node)
        if marks:
            self.mark(node, marks)

    def give_up(self, table: nodes.table) -> None:
        """Take out a table without cells; its caption becomes a paragraph."""
        self._release_ids(table)
        paragraphs = [nodes.paragraph("", "", *title.children) for title in table.children]
        table["ids"] = []
        index = table.parent.index(table)
        table.parent[index : index + 1] = paragraphs

    def add_raw(self, html: str) -> None:
        """Add HTML between the blocks."""
        self.end_line()
        self._leave_anchor()
        self._accepting(nodes.raw).append(nodes.raw("", html, format="html"))

    def push_block(self, node: nodes.Element, marks: Marks, parent: nodes.Element | None = None) -> None:
        """Open a block (in `parent`, else where we are); it closes with `pop_block`."""
        self.end_line()
        self._append_block(node, parent)
        self.mark(node, marks)
        self._blocks.append(_Block(node, self._paragraph))
        self._paragraph = None

    def pop_block(self) -> None:
        """Close the innermost block. A list or quotation with nothing in it is no block; its ids wait for the next."""
        self.end_line()
        if self._waiting.ids and not isinstance(self.block, _TABLE_PARTS):
            self._leave_anchor()
        block = self._blocks.pop()
        self._paragraph = block.outer_paragraph
        if isinstance(block.node, nodes.definition_list):
            _complete_definitions(block.node)
        if not block.node.children and isinstance(block.node, (*_LISTS, nodes.block_quote)):
            block.node.parent.remove(block.node)
            self._release_ids(block.node)

    def _append_block(self, node: nodes.Element, parent: nodes.Element | None = None) -> None:
        (self._accepting(type(node)) if parent is None else parent).append(node)
        if self._waiting.ids and not isinstance(node, _WITHOUT_ID):
            ids, self._waiting.ids = self._waiting.ids, []
            self.keep_ids(node, ids)

    def _leave_anchor(self) -> None:
        if self._waiting.ids:
            self._append_block(nodes.container())

    def _accepting(self, kind: type[nodes.Node]) -> nodes.Element:
        """Return the node that a block of that kind goes into: a list takes items only, a table rows only."""
        for block in reversed(self._blocks):
            if not isinstance(block.node, _TABLE_PARTS):
                return _item_of(block.node, kind)
        parent = self._sections[-1][1]
        for wrapper in self._wrappers:
            if wrapper.node is None:
                wrapper.node = nodes.container(classes=[*wrapper.marks.classes])
                wrapper.used = True
                parent.append(wrapper.node)
                self.keep_ids(wrapper.node, wrapper.marks.ids)
            parent = wrapper.node
        return parent

    # Sections

    def open_wrapper(self, marks: Marks) -> None:
        """Open a group that sections begin in; it closes with `close_wrapper`."""
        self.end_line()
        self._wrappers.append(_Wrapper(marks))

    def close_wrapper(self) -> None:
        """Close the innermost group. If it held nothing but headings, the last of them has its classes."""
        self.end_line()
        wrapper = self._wrappers.pop()
        if not wrapper.used and self._title is not None:
            self._title["classes"].extend(wrapper.marks.classes)

    def mark_section(self, marks: Marks) -> None:
        """Give these marks to the section that begins next."""
        self.end_line()
        self._waiting.ids.extend(marks.ids)
        self._waiting.classes.extend(marks.classes)

    def open_section(self, level: int, marks: Marks) -> None:
        """Begin a section and open its title; the title closes with `close_title`."""
        self.end_line()
        while self._sections[-1][0] >= level:
            self._sections.pop()
        for wrapper in self._wrappers:
            wrapper.node = None
        section = nodes.section(classes=self._waiting.classes)
        self._sections[-1][1].append(section)
        self.keep_ids(section, marks.ids)
        self.keep_ids(section, self._waiting.ids)
        self._waiting = Marks([], [])
        self._title = nodes.title(classes=marks.classes)
        section.append(self._title)
        self._sections.append((level, section))
        self._heading = section
        self._line, self._line_is_given = [self._title], True

    def close_title(self) -> None:
        """Close the title that `open_section` opened; docutils gives the section an id if the author gave none."""
        self.close_line()
        section, title = self._heading, self._title
        self._heading = None
        if section is not None and title is not None:
            text = "".join(text for text in title.findall(nodes.Text) if not isinstance(text.parent, nodes.raw))
            section["names"].append(nodes.fully_normalize_name(text))
            self.document.note_implicit_target(section)

    # Ids

    def mark(self, node: nodes.Element, marks: Marks) -> None:
        """Give `node` the classes, and the ids unless another node has them already."""
        node["classes"].extend(name for name in marks.classes if name not in node["classes"])
        self.keep_ids(node, marks.ids)
        marks.ids = []

    def keep_ids(self, node: nodes.Element, ids: Iterable[str]) -> None:
        """Make `node` the target of `ids`. Of two elements with one id the first has it, as in a browser."""
        for identifier in ids:
            if self.document.ids.get(identifier, self.document) is self.document:
                self.document.ids[identifier] = node
                node["ids"].append(identifier)

    def _release_ids(self, node: nodes.Element) -> None:
        """Let the ids of a node that is given up wait for the next block."""
        self.document.ids.update(dict.fromkeys(node["ids"], self.document))
        self._waiting.ids.extend(node["ids"])

    def finish(self) -> None:
        """Complete the document; nothing may be added after this."""
        self.end_line()
        self._leave_anchor()
        ids = self.document.ids
        for identifier in [name for name, node in ids.items() if node is self.document]:
            # Of elements that are HTML still; no node has these ids.
            del ids[identifier]


def _strip_end(text: nodes.Text) -> None:
    parent = text.parent
    stripped = text.rstrip(SPACE)
    if parent.children[-1] is not text:
        return
    parent.pop()
    if stripped:
        parent.append(nodes.Text(stripped))


def _item_of(block: nodes.Element, kind: type[nodes.Node]) -> nodes.Element:
    """Return what takes a block of that kind in `block`: the last item, or a new one, if `block` is a list."""
    if isinstance(block, nodes.definition_list):
        if issubclass(kind, nodes.definition_list_item):
            return block
        item = _last(block, nodes.definition_list_item)
        return item if issubclass(kind, (nodes.term, nodes.definition)) else _last(item, nodes.definition)
    if isinstance(block, _LISTS) and not issubclass(kind, nodes.list_item):
        return _last(block, nodes.list_item)
    return block


def _complete_definitions(block: nodes.definition_list) -> None:
    """Take out items without content and give each other a term: LaTeX needs one."""
    items = [item for item in block.children if isinstance(item, nodes.Element) and item.children]
    block.children = []
    for item in items:
        if not isinstance(item.children[0], nodes.term):
            item.insert(0, nodes.term())
        block.append(item)


def _last(parent: nodes.Element, kind: type[nodes.Element]) -> nodes.Element:
    if not parent.children or not isinstance(parent.children[-1], kind):
        parent.append(kind())
    return parent.children[-1]
