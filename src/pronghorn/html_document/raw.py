"""Elements that docutils has no node for: HTML shows them as they are."""

from docutils import nodes
from justhtml import Element

from .conversion import Close, Conversion, Openers, do_nothing, in_order
from .elements import BLOCK_LEAVES, BLOCKS, DROPPED, attribute, end_tag_of, ids_of, markup_of, start_tag_of
from .ids import Marks, marks_of, no_marks
from .links import image_of

_STYLES = frozenset(["del", "dfn", "ins", "mark", "q", "s", "small", "u", "var"])
_QUOTES = ("``", "''")


def add_leaf(conversion: Conversion, element: Element) -> None:
    """Add an element whose content is not looked at."""
    builder = conversion.builder
    if element.name == "br":
        builder.add_line_break()
    elif element.name == "wbr":
        builder.add_tag("<wbr>")
    elif element.name == "hr":
        _add_rule(conversion, element)
    elif element.name == "img" and attribute(element, "src"):
        builder.add_inline(image_of(element), marks_of(element))
    elif element.name not in DROPPED:
        _add_opaque(conversion, element)


def _add_rule(conversion: Conversion, element: Element) -> None:
    # A transition of docutils may stand neither first nor last in a section, and nowhere else.
    if conversion.builder.in_given_line:
        conversion.builder.separate()
    else:
        conversion.builder.add_raw(markup_of(element) if element.attrs else '<hr class="docutils" />')


def _add_opaque(conversion: Conversion, element: Element) -> None:
    builder = conversion.builder
    in_line = builder.in_line and element.name not in BLOCK_LEAVES
    if in_line or builder.in_given_line or element in conversion.outline.inline_leaves:
        builder.add_inline(nodes.raw("", markup_of(element), format="html"), no_marks())
    else:
        builder.add_raw(markup_of(element))


def split(conversion: Conversion) -> Close:
    """Separate what is in an element from what is around it."""
    builder = conversion.builder
    end = builder.separate if builder.in_given_line else builder.end_line
    end()
    return end


def open_flat(conversion: Conversion, element: Element) -> Close:
    """Keep the content and the id of an element, but not the element."""
    conversion.builder.add_anchor(ids_of(element))
    return split(conversion) if element.name in BLOCKS else do_nothing


def open_span(conversion: Conversion, marks: Marks) -> Close:
    """Open a part of a line that has these marks and nothing else to it."""
    if not marks:
        return do_nothing

    def make() -> tuple[nodes.Element, nodes.Element]:
        node = nodes.inline()
        return node, node

    conversion.builder.open_inline(make, marks)
    return conversion.builder.close_inline


def open_block_in_line(conversion: Conversion, element: Element) -> Close:
    """Keep a block within a title, a term or a caption as a part of that line."""
    end = split(conversion)
    return in_order(open_span(conversion, marks_of(element)), end)


def open_other(conversion: Conversion, element: Element) -> Close:
    """Open an element that only HTML knows, within a line or, if there are blocks in it, between blocks."""
    builder = conversion.builder
    if element in conversion.outline.block_holders or element.name in BLOCKS:
        return open_raw(conversion, element)
    if builder.in_title:
        marks = marks_of(element)
        marks.classes += _STYLES & {element.name}
        return open_span(conversion, marks)
    builder.add_tag(start_tag_of(element))
    return lambda: builder.add_tag(end_tag_of(element))


def open_raw(conversion: Conversion, element: Element) -> Close:
    """Open a block that only HTML knows: its tags are kept as they are, what is in it is converted."""
    if element in conversion.outline.extents:
        return open_flat(conversion, element)
    builder = conversion.builder
    if builder.in_given_line:
        return open_block_in_line(conversion, element)
    builder.add_raw(start_tag_of(element))
    return lambda: builder.add_raw(end_tag_of(element))


def open_label(conversion: Conversion, element: Element) -> Close:
    """Open a line that belongs to a raw block, a <summary> for instance."""
    builder = conversion.builder
    builder.add_raw(start_tag_of(element))
    builder.open_line(nodes.inline(), no_marks())

    def close() -> None:
        builder.close_line()
        builder.add_raw(end_tag_of(element))
        builder.add_block(nodes.raw("", "\\par\n", format="latex"))

    return close


def _open_quoted(conversion: Conversion, element: Element) -> Close:
    """Open a <q>: browsers put quotation marks around it, LaTeX does not."""
    builder = conversion.builder
    close = open_other(conversion, element)
    if builder.in_title or element in conversion.outline.block_holders:
        return close
    before, after = _QUOTES
    builder.add_inline(nodes.raw("", before, format="latex"), no_marks())
    return in_order(lambda: builder.add_inline(nodes.raw("", after, format="latex"), no_marks()), close)


OPENERS: Openers = {
    "legend": open_label,
    "q": _open_quoted,
    "summary": open_label,
}
