"""Converts the elements of an HTML page one by one."""

from collections.abc import Callable, Iterable, Mapping

from docutils import nodes
from justhtml import Element, Node, Text

from .builder import DocumentBuilder, Marks
from .elements import (
    BLOCK_LEAVES,
    BLOCKS,
    DROPPED,
    HEADINGS,
    Step,
    attribute,
    classes_of,
    code_classes_of,
    end_tag_of,
    ids_of,
    is_blank,
    is_expressible,
    language_of,
    markup_of,
    start_tag_of,
    walk,
)
from .links import References, image_of
from .outline import Outline
from .tables import Table

Close = Callable[[], None]
"""Closes what an element opened."""

_ENUMERATIONS = {"1": "arabic", "a": "loweralpha", "A": "upperalpha", "i": "lowerroman", "I": "upperroman"}


class Converter:
    """Hands the elements of a page to a builder."""

    def __init__(self, builder: DocumentBuilder, references: References, outline: Outline) -> None:
        self.builder = builder
        self._references = references
        self._outline = outline
        self._in_link = False
        self._tables: list[Table | None] = []

    def convert(self, page: Iterable[Node | Text]) -> None:
        """Convert these nodes of an HTML tree with all that is in them."""
        closing: list[Close] = []
        for step, node in walk(page):
            self.builder.at_line(node.origin_line)
            if isinstance(node, Text):
                self.builder.add_text(node.text)
            elif step is Step.CLOSE:
                closing.pop()()
            elif isinstance(node, Element) and step is Step.OPEN:
                closing.append(self._open(node))
            elif isinstance(node, Element):
                self._add_leaf(node)

    def _open(self, element: Element) -> Close:
        if element in self._outline.headings:
            return self._open_section(element)
        if self.builder.is_deep:
            return self._open_flat(element)
        if self.builder.in_given_line and element.name in BLOCKS:
            return self._open_block_in_line(element)
        return _OPENERS.get(element.name, Converter._open_other)(self, element)

    # Leaves

    def _add_leaf(self, element: Element) -> None:
        if element.name == "br":
            self.builder.break_text()
        elif element.name == "wbr":
            self.builder.add_tag("<wbr>")
        elif element.name == "hr":
            self._add_rule(element)
        elif element.name == "img" and attribute(element, "src"):
            self.builder.add_inline(image_of(element), _marks_of(element))
        elif element.name not in DROPPED:
            self._add_raw(element)

    def _add_rule(self, element: Element) -> None:
        # A transition of docutils may stand neither first nor last in a section, and only there.
        if self.builder.in_given_line:
            self.builder.break_line()
        else:
            self.builder.add_raw(markup_of(element) if element.attrs else '<hr class="docutils" />')

    def _add_raw(self, element: Element) -> None:
        in_line = self.builder.in_line and element.name not in BLOCK_LEAVES
        if in_line or self.builder.in_given_line or element in self._outline.inline_leaves:
            self.builder.add_inline(nodes.raw("", markup_of(element), format="html"), Marks([], []))
        else:
            self.builder.add_raw(markup_of(element))

    # Elements out of place

    def _open_flat(self, element: Element) -> Close:
        """Keep the text and the id of an element that lies too deep."""
        self.builder.add_anchor(ids_of(element))
        if element.name not in BLOCKS:
            return _do_nothing
        return self._split()

    def _split(self) -> Close:
        """Separate what is in an element from what is around it."""
        end = self.builder.break_line if self.builder.in_given_line else self.builder.end_line
        end()
        return end

    def _open_block_in_line(self, element: Element) -> Close:
        """Keep a block within a title, a term or a caption as a part of that line."""
        end = self._split()
        close = self._open_span(element)

        def close_both() -> None:
            close()
            end()

        return close_both

    def _open_other(self, element: Element) -> Close:
        """Open an element that docutils has no node for; HTML shows it as it is."""
        if element in self._outline.extents:
            return self._open_flat(element)
        if element in self._outline.block_holders or element.name in BLOCKS:
            return self._open_raw(element)
        if self.builder.in_title:
            return self._open_span(element)
        self.builder.add_tag(start_tag_of(element))
        return lambda: self.builder.add_tag(end_tag_of(element))

    def _open_raw(self, element: Element) -> Close:
        """Open a block that docutils has no node for: only its tags are raw HTML, what is in it is converted."""
        if element in self._outline.extents:
            return self._open_flat(element)
        if self.builder.in_given_line:
            return self._open_block_in_line(element)
        self.builder.add_raw(start_tag_of(element))
        return lambda: self.builder.add_raw(end_tag_of(element))

    def _open_label(self, element: Element) -> Close:
        """Open a line that belongs to a raw block, a <summary> for instance."""
        self.builder.add_raw(start_tag_of(element))
        self.builder.open_line(nodes.inline(), Marks([], []))

        def close() -> None:
            self.builder.close_line()
            self.builder.add_raw(end_tag_of(element))
            self.builder.add_block(nodes.raw("", "\\par\n", format="latex"))

        return close

    # Inline elements

    def _open_inline(self, element: Element) -> Close:
        make = _INLINES[element.name]
        marks = Marks(ids_of(element), code_classes_of(element))

        def make_both() -> tuple[nodes.Element, nodes.Element]:
            node = make(element)
            return node, node

        self.builder.open_inline(make_both, marks)
        return self.builder.close_inline

    def _open_span(self, element: Element) -> Close:
        if not (marks := _marks_of(element)):
            return _do_nothing

        def make_both() -> tuple[nodes.Element, nodes.Element]:
            node = nodes.inline()
            return node, node

        self.builder.open_inline(make_both, marks)
        return self.builder.close_inline

    def _open_plain(self, element: Element) -> Close:
        """Open a <span>."""
        return self._open_span(element) if is_expressible(element) else self._open_other(element)

    def _open_code(self, element: Element) -> Close:
        if self.builder.in_verbatim:
            return self._open_span(element) if element.name != "code" else _do_nothing
        return self._open_inline(element)

    def _open_link(self, element: Element) -> Close:
        if self._in_link or element.attrs.get("href") is None:
            return self._open_span(element)
        self._in_link = True
        self.builder.open_inline(self._references.maker_of(element), _marks_of(element))

        def close() -> None:
            self.builder.close_inline()
            self._in_link = False

        return close

    # Groups and sections

    def _open_section(self, element: Element) -> Close:
        self.builder.open_section(self._outline.headings[element], _marks_of(element))
        return self.builder.close_title

    def _open_heading(self, element: Element) -> Close:
        """Open a heading that begins no section: one in a table, say."""
        rubric = nodes.rubric()
        rubric["heading-level"] = HEADINGS[element.name]
        self.builder.open_line(rubric, _marks_of(element))
        return self.builder.close_line

    def _open_group(self, element: Element) -> Close:
        marks = _marks_of(element)
        if element in self._outline.extents:
            return self._open_sections(element, marks)
        if isinstance(self.builder.block, nodes.definition_list):
            self.builder.add_anchor(marks.ids)
            self.builder.add_block(nodes.definition_list_item(classes=marks.classes))
            return _do_nothing
        if not is_expressible(element) and element.name != "body":
            return self._open_raw(element)
        if not marks:
            return self._split()
        self.builder.push_block(nodes.container(), marks)
        return self.builder.pop_block

    def _open_sections(self, element: Element, marks: Marks) -> Close:
        """Open a group that sections begin in."""
        extent = self._outline.extents[element]
        if extent.whole:
            self.builder.mark_section(marks)
            return self.builder.end_line
        if extent.leading:
            self.builder.mark_section(Marks(marks.ids, []))
            marks = Marks([], marks.classes)
        if not marks or self.builder.is_deep:
            return self._split()
        self.builder.open_wrapper(marks)
        return self.builder.close_wrapper

    # Blocks

    def _open_paragraph(self, element: Element) -> Close:
        self.builder.open_paragraph(_marks_of(element))
        return self.builder.close_paragraph

    def _open_quote(self, element: Element) -> Close:
        self.builder.push_block(nodes.block_quote(), _marks_of(element))
        return self.builder.pop_block

    def _open_literal(self, element: Element) -> Close:
        code = _only_child(element)
        has_code = code is not None and code.name == "code"
        block = nodes.literal_block(language=language_of(element) or (language_of(code) if code and has_code else ""))
        marks = Marks(ids_of(element), code_classes_of(element))
        if code and has_code:
            marks = Marks(marks.ids + ids_of(code), marks.classes + code_classes_of(code))
        self.builder.open_line(block, marks)

        def close() -> None:
            self.builder.close_line()
            _finish_literal(block)

        return close

    def _open_bullets(self, element: Element) -> Close:
        self.builder.push_block(nodes.bullet_list(), _marks_of(element))
        return self.builder.pop_block

    def _open_enumeration(self, element: Element) -> Close:
        kind = _ENUMERATIONS.get(attribute(element, "type"), "arabic")
        node = nodes.enumerated_list(enumtype=kind, prefix="", suffix=".")
        start = attribute(element, "start").strip()
        if start.removeprefix("-").isdecimal() and len(start) < len("1000000000"):
            node["start"] = int(start)
        self.builder.push_block(node, _marks_of(element))
        return self.builder.pop_block

    def _open_item(self, element: Element) -> Close:
        if isinstance(self.builder.block, (nodes.bullet_list, nodes.enumerated_list)):
            return self._push(nodes.list_item(), element)
        self.builder.push_block(nodes.bullet_list(), Marks([], []))
        return self._push(nodes.list_item(), element, and_outer=True)

    def _push(self, node: nodes.Element, element: Element, *, and_outer: bool = False) -> Close:
        """Open a block for `element`; `and_outer`: with it closes the block around it, which HTML lacks."""
        self.builder.push_block(node, _marks_of(element))

        def close() -> None:
            self.builder.pop_block()
            if and_outer:
                self.builder.pop_block()

        return close

    def _open_definitions(self, element: Element) -> Close:
        self.builder.push_block(nodes.definition_list(), _marks_of(element))
        return self.builder.pop_block

    def _open_term(self, element: Element) -> Close:
        block = self.builder.block
        if not isinstance(block, nodes.definition_list):
            return self._open_paragraph(element)
        last = block.children[-1] if block.children else None
        if not isinstance(last, nodes.Element) or any(isinstance(child, nodes.definition) for child in last.children):
            self.builder.add_block(nodes.definition_list_item())
        self.builder.open_line(nodes.term(), _marks_of(element))
        return self.builder.close_line

    def _open_definition(self, element: Element) -> Close:
        if isinstance(self.builder.block, nodes.definition_list):
            return self._push(nodes.definition(), element)
        self.builder.push_block(nodes.definition_list(), Marks([], []))
        return self._push(nodes.definition(), element, and_outer=True)

    # Figures

    def _open_figure(self, element: Element) -> Close:
        if not _is_image(element):
            return self._open_raw(element)
        figure = nodes.figure()
        self.builder.push_block(figure, _marks_of(element))

        def close() -> None:
            self.builder.pop_block()
            _finish_figure(figure)

        return close

    def _open_caption(self, element: Element) -> Close:
        block = self.builder.block
        if not isinstance(block, nodes.figure) or any(isinstance(child, nodes.caption) for child in block.children):
            return self._open_label(element)
        self.builder.open_line(nodes.caption(), _marks_of(element))
        return self.builder.close_line

    # Tables

    def _open_table(self, element: Element) -> Close:
        if self.builder.is_within(nodes.table):
            # Sphinx has no tables in tables: its text builder fails, its LaTeX builder may.
            self._tables.append(None)
            close_raw = self._open_raw(element)

            def close_inner() -> None:
                self._tables.pop()
                close_raw()

            return close_inner
        node = nodes.table()
        self.builder.push_block(node, _marks_of(element))
        self._tables.append(Table(node))
        return self._close_table

    def _close_table(self) -> None:
        table = self._tables.pop()
        self.builder.pop_block()
        if table and not table.finish():
            self.builder.give_up(table.node)

    def _open_table_part(self, element: Element) -> Close:
        """Open one of the parts of a table that are no lines."""
        table = self._tables[-1] if self._tables else None
        if table is None:
            return self._open_raw(element)
        if element.name in {"td", "th"}:
            row = self.builder.block
            if not isinstance(row, nodes.row):
                return self._open_flat(element)
            self.builder.push_block(table.new_entry(row, element), _marks_of(element), row)
            return self.builder.pop_block
        if element.name == "tr":
            self.builder.push_block(table.new_row(), _marks_of(element), table.part)
            return self.builder.pop_block
        table.part = {"thead": table.head, "tfoot": table.foot}.get(element.name, table.body)
        self.builder.mark(table.part, _marks_of(element))
        return _do_nothing

    def _open_table_caption(self, element: Element) -> Close:
        table = self._tables[-1] if self._tables else None
        if table is None:
            return self._open_label(element)
        if table.node.children:
            return self._open_paragraph(element)
        self.builder.open_line(nodes.title(), _marks_of(element), table.node)
        return self.builder.close_line


def _marks_of(element: Element) -> Marks:
    return Marks(ids_of(element), classes_of(element))


def _do_nothing() -> None:
    """Close an element that opened nothing."""


def _named_inline(name: str) -> Callable[[Element], nodes.Element]:
    """Return what makes a node that docutils writes as a `name` element."""
    return lambda _element: nodes.inline(classes=[name])


def _literal(name: str) -> Callable[[Element], nodes.Element]:
    return lambda _element: nodes.literal(classes=[name])


def _only_child(element: Element, *ignored: str) -> Element | None:
    """Return the element in `element` if there is nothing else in it but the `ignored` ones."""
    children = [
        child
        for child in element.children
        if not (is_blank(child.text) if isinstance(child, Text) else child.name in {"#comment", *ignored})
    ]
    only = children[0] if len(children) == 1 else None
    return only if isinstance(only, Element) else None


def _is_image(figure: Element) -> bool:
    """Say whether a figure shows one image, with a link on it perhaps."""
    child = _only_child(figure, "figcaption")
    while child is not None and child.name in {"a", "div", "p", "picture", "span"}:
        child = _only_child(child, "source")
    return child is not None and child.name == "img"


def _finish_literal(block: nodes.literal_block) -> None:
    """Let Sphinx highlight a block of nothing but text; with elements in it, it is as the author wrote it."""
    if all(isinstance(child, nodes.Text) for child in block.children):
        text = block.astext().removesuffix("\n")
        block.children = []
        block.append(nodes.Text(text))
        block.rawsource = text
    block["language"] = block["language"] or "text"


def _finish_figure(figure: nodes.figure) -> None:
    """Put the image first and without a paragraph around it, the caption after it."""
    captions = [child for child in figure.children if isinstance(child, nodes.caption)]
    for caption in captions:
        figure.remove(caption)
        figure.append(caption)
    first = next(iter(figure.children), None)
    if isinstance(first, nodes.paragraph) and [type(child) for child in first.children] == [nodes.image]:
        first.replace_self(first.children)


_INLINES: Mapping[str, Callable[[Element], nodes.Element]] = {
    "abbr": lambda element: nodes.abbreviation(explanation=attribute(element, "title")),
    "acronym": lambda element: nodes.abbreviation(explanation=attribute(element, "title")),
    "b": lambda _: nodes.strong(),
    "cite": lambda _: nodes.title_reference(),
    "code": lambda _: nodes.literal(),
    "em": lambda _: nodes.emphasis(),
    "i": lambda _: nodes.emphasis(),
    "kbd": _literal("kbd"),
    "samp": _literal("samp"),
    "strike": _named_inline("s"),
    "strong": lambda _: nodes.strong(),
    "sub": lambda _: nodes.subscript(),
    "sup": lambda _: nodes.superscript(),
    "tt": lambda _: nodes.literal(),
    **{name: _named_inline(name) for name in ("bdi", "del", "dfn", "ins", "mark", "q", "s", "small", "u", "var")},
}

_OPENERS: Mapping[str, Callable[[Converter, Element], Close]] = {
    **dict.fromkeys(_INLINES, Converter._open_inline),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), Converter._open_code),
    **dict.fromkeys(HEADINGS, Converter._open_heading),
    **dict.fromkeys(
        ("article", "aside", "body", "div", "footer", "header", "main", "nav", "search", "section"),
        Converter._open_group,
    ),
    **dict.fromkeys(("ul", "menu", "dir"), Converter._open_bullets),
    **dict.fromkeys(("tbody", "td", "tfoot", "th", "thead", "tr"), Converter._open_table_part),
    **dict.fromkeys(("summary", "legend"), Converter._open_label),
    "a": Converter._open_link,
    "blockquote": Converter._open_quote,
    "caption": Converter._open_table_caption,
    "dd": Converter._open_definition,
    "dl": Converter._open_definitions,
    "dt": Converter._open_term,
    "figcaption": Converter._open_caption,
    "figure": Converter._open_figure,
    "li": Converter._open_item,
    "ol": Converter._open_enumeration,
    "p": Converter._open_paragraph,
    "picture": lambda _converter, _element: _do_nothing,
    "pre": Converter._open_literal,
    "span": Converter._open_plain,
    "table": Converter._open_table,
}
"""How each element begins; all others begin with their tag as it is."""
