"""Builds a docutils document from blocks, lines and text as they come.

HTML lets a link hold paragraphs, a list hold text, an anchor stand between blocks; docutils does not. So nothing
is opened before there is something to go into it: an inline element is made when its text comes, once in each
paragraph that it reaches into, and an id waits for the next block.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from docutils import nodes

from .ids import Ids, Marks, no_marks
from .line import Line
from .placement import Placement

MAX_DEPTH = 60
"""How deep a document may nest. Sphinx walks, copies and pickles it by recursion, and Python allows 1,000 calls."""

MAX_INDENTATION = 12
"""How many lists and quotations may lie in each other. Sphinx's text builder has 70 columns, and fails at the last."""

MakeInline = Callable[[], tuple[nodes.Element, nodes.Element]]
"""Makes the nodes of an inline element: the outermost, and the one that takes the content (often the same)."""


@dataclass(slots=True)
class _Inline:
    make: MakeInline
    marks: Marks
    was_made: bool = False


@dataclass(slots=True)
class _Paragraph:
    marks: Marks
    was_made: bool = False


class DocumentBuilder:
    """Fills a document. Whoever uses it closes, in reverse order, what it opens."""

    def __init__(self, document: nodes.document, reserved_ids: Iterable[str], *, has_lines: bool) -> None:
        self.document = document
        self._has_lines = has_lines
        self._ids = Ids(document, reserved_ids)
        self._place = Placement(document, self._ids)
        self._paragraph: _Paragraph | None = None
        self._outer_paragraphs: list[_Paragraph | None] = []
        self._inlines: list[_Inline] = []
        self._line = Line()
        self._heading: nodes.section | None = None

    # Where we are

    @property
    def in_given_line(self) -> bool:
        """Whether a title, a term or the like is open, which holds inline elements only."""
        return self._line.is_given

    @property
    def in_line(self) -> bool:
        """Whether what comes next continues a line."""
        return bool(self._line.nodes or self._inlines or self._paragraph is not None)

    @property
    def in_title(self) -> bool:
        """Whether the title of a section is open, which is shown in tables of contents and search results too."""
        return self._heading is not None

    @property
    def in_verbatim(self) -> bool:
        """Whether white space counts."""
        return self._line.is_verbatim

    @property
    def is_deep(self) -> bool:
        """Whether the document must not nest deeper."""
        depth = self._place.depth + len(self._inlines)
        return depth >= MAX_DEPTH or self._place.indentation >= MAX_INDENTATION

    @property
    def block(self) -> nodes.Element:
        """The innermost open block, a section where there is none."""
        return self._place.block

    def is_within(self, kind: type[nodes.Element]) -> bool:
        """Say whether a block of that kind is open."""
        return self._place.is_within(kind)

    def at_line(self, number: int | None) -> None:
        """Let all nodes that are added from now on come from this line of the source, counted from 1."""
        if number is not None and self._has_lines:
            self.document.current_line = number

    # Text and inline elements

    def add_text(self, data: str) -> None:
        """Add text, in a new paragraph where no line is open."""
        if text := self._line.shown(data):
            self._append_text(text)

    def add_inline(self, node: nodes.Element, marks: Marks) -> None:
        """Add an inline node that is complete, in a new paragraph where no line is open."""
        self._open_line().append(node)
        self._place.mark(node, self._without_ids_in_title(marks))
        self._line.is_after_space = False

    def add_tag(self, html: str) -> None:
        """Add a tag as it is, in a new paragraph where no line is open."""
        self._open_line().append(nodes.raw("", html, format="html"))

    def add_line_break(self) -> None:
        """Begin a new line of the text that is there; without any there is nothing to break."""
        if self.in_verbatim:
            self._append_text("\n")
        elif self.in_title:
            self.separate()
        elif self._line.nodes:
            parent = self._open_line()
            parent.append(nodes.raw("", "<br />", format="html"))
            parent.append(nodes.raw("", r"\newline{}", format="latex"))
            self._append_text("\n")

    def separate(self) -> None:
        """Separate what comes next from what is in the line, as a block does."""
        if separator := self._line.separator:
            self._append_text(separator)

    def open_inline(self, make: MakeInline, marks: Marks) -> None:
        """Open an inline element; it closes with `close_inline`."""
        self._inlines.append(_Inline(make, self._without_ids_in_title(marks)))

    def close_inline(self) -> None:
        """Close the innermost inline element; an empty one leaves its id and, for its classes, itself."""
        inline = self._inlines[-1]
        if not inline.was_made and inline.marks.classes:
            self._open_line()
        self._inlines.pop()
        del self._line.nodes[len(self._inlines) + 1 :]
        self.add_anchor(inline.marks.take_ids())

    def add_anchor(self, ids: list[str]) -> None:
        """Let `ids` lead here: to the open heading or line, else to the next block."""
        if self._heading is not None:
            self._ids.keep(self._heading, ids)
        elif not self._line.nodes:
            self._place.waiting.ids.extend(ids)
        else:
            self._add_target(ids)

    def _add_target(self, ids: list[str]) -> None:
        target = nodes.target()
        self._ids.keep(target, ids)
        if target["ids"]:
            # Docutils does not expect one without.
            self._open_line().append(target)

    def _without_ids_in_title(self, marks: Marks) -> Marks:
        """Return the ids to the heading: what is in its title is shown in tables of contents too."""
        if self._heading is not None:
            self._ids.keep(self._heading, marks.take_ids())
        return marks

    def _append_text(self, text: str) -> None:
        self._line.add_text(self._open_line(), text)

    def _open_line(self) -> nodes.Element:
        """Return the innermost inline element or the line itself, made if they are not there yet."""
        line = self._line.nodes
        if not line:
            line.append(self._new_paragraph())
        for inline in self._inlines[len(line) - 1 :]:
            outer, inner = inline.make()
            line[-1].append(outer)
            line.append(inner)
            self._place.mark(outer, self._without_ids_in_title(inline.marks))
            inline.was_made = True
        return line[-1]

    # Lines

    def _new_paragraph(self) -> nodes.paragraph:
        node = nodes.paragraph()
        if self._paragraph is None:
            self._place.add(node, no_marks())
        else:
            self._place.add(node, self._paragraph.marks)
            self._paragraph.was_made = True
        return node

    def open_paragraph(self, marks: Marks) -> None:
        """Let text that comes now be a paragraph with these marks; it closes with `close_paragraph`."""
        self.end_line()
        self._paragraph = _Paragraph(marks)

    def close_paragraph(self) -> None:
        """Close the paragraph. An empty one is left out unless it has an id or a class."""
        if self._paragraph and self._paragraph.marks and not self._paragraph.was_made:
            self._open_line()
        self.end_line()
        self._paragraph = None

    def open_line(self, line: nodes.TextElement, marks: Marks, parent: nodes.Element | None = None) -> None:
        """Open a line that takes all text until `close_line`, a term for instance; a literal block is one too."""
        self.end_line()
        self._place.add(line, marks, parent)
        self._line.give(line)

    def close_line(self) -> None:
        """Close the line that `open_line` opened."""
        self._line.close()

    def end_line(self) -> None:
        """End the paragraph if one is open: a block begins or ends here."""
        self._line.end()

    # Blocks

    def add_block(self, node: nodes.Element) -> None:
        """Add a block that is complete."""
        self.end_line()
        self._place.add(node, no_marks())

    def add_raw(self, html: str) -> None:
        """Add HTML between the blocks."""
        self.end_line()
        self._place.add_raw(f"{html}\n")

    def push_block(self, node: nodes.Element, marks: Marks, parent: nodes.Element | None = None) -> None:
        """Open a block (in `parent`, else where we are); it closes with `pop_block`."""
        self.end_line()
        self._place.push(node, marks, parent)
        self._outer_paragraphs.append(self._paragraph)
        self._paragraph = None

    def pop_block(self) -> None:
        """Close the innermost block. A list or quotation with nothing in it is none."""
        self.end_line()
        self._place.pop()
        self._paragraph = self._outer_paragraphs.pop()

    def mark(self, node: nodes.Element, marks: Marks) -> None:
        """Put these marks on a node that is there."""
        self._place.mark(node, marks)

    def give_up(self, table: nodes.table) -> None:
        """Take out a table without cells; its caption becomes a paragraph."""
        self._place.give_up(table)

    # Sections

    def open_wrapper(self, marks: Marks) -> bool:
        """Open a group that sections begin in; it closes with `close_wrapper`.

        The answer is False if it lies too deep; then it is not open.
        """
        self.end_line()
        return self._place.open_wrapper(marks)

    def close_wrapper(self) -> None:
        """Close the innermost group."""
        self.end_line()
        self._place.close_wrapper()

    def mark_section(self, marks: Marks) -> None:
        """Put these marks on the section that begins next."""
        self.end_line()
        self._place.waiting.ids.extend(marks.ids)
        self._place.waiting.classes.extend(marks.classes)

    def open_section(self, level: int, marks: Marks) -> None:
        """Begin a section and open its title; the title closes with `close_title`."""
        self.end_line()
        self._heading, title = self._place.begin_section(level, marks)
        self._line.give(title)

    def close_title(self) -> None:
        """Close the title; docutils gives the section an id if the page gives none."""
        section = self._heading
        self.close_line()
        self._heading = None
        if section is not None:
            if name := nodes.fully_normalize_name(_shown_text(section)):
                section["names"].append(name)
            self.document.note_implicit_target(section)

    def finish(self) -> None:
        """Complete the document; nothing may be added after this."""
        self.end_line()
        self._place.leave_anchor()
        self._ids.finish()


def _shown_text(node: nodes.Element) -> str:
    texts = node.findall(nodes.Text)
    return "".join(text for text in texts if not isinstance(text.parent, nodes.raw))
