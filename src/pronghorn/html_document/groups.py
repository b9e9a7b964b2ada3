"""Headings, and the elements that only group others."""

from docutils import nodes
from justhtml import Element

from .conversion import Close, Conversion, Openers, do_nothing
from .elements import HEADINGS, is_expressible
from .ids import Marks, marks_of
from .raw import open_raw, split

_GROUPS = ("article", "aside", "body", "div", "footer", "header", "hgroup", "main", "nav", "search", "section")


def open_section(conversion: Conversion, element: Element) -> Close:
    """Open a heading that begins a section."""
    conversion.builder.open_section(conversion.outline.headings[element], marks_of(element))
    return conversion.builder.close_title


def _open_heading(conversion: Conversion, element: Element) -> Close:
    """Open a heading that begins no section: one in a table, say."""
    rubric = nodes.rubric()
    rubric["heading-level"] = HEADINGS[element.name]
    conversion.builder.open_line(rubric, marks_of(element))
    return conversion.builder.close_line


def _open_group(conversion: Conversion, element: Element) -> Close:
    builder = conversion.builder
    marks = marks_of(element)
    if element in conversion.outline.extents:
        return _open_group_of_sections(conversion, element, marks)
    if isinstance(builder.block, nodes.definition_list):
        builder.add_anchor(marks.ids)
        builder.add_block(nodes.definition_list_item(classes=marks.classes))
        return do_nothing
    if not is_expressible(element) and element.name != "body":
        return open_raw(conversion, element)
    if not marks:
        return split(conversion)
    builder.push_block(nodes.container(), marks)
    return builder.pop_block


def _open_group_of_sections(conversion: Conversion, element: Element, marks: Marks) -> Close:
    builder = conversion.builder
    extent = conversion.outline.extents[element]
    if extent.is_whole:
        builder.mark_section(marks)
        return builder.end_line
    if extent.is_leading:
        builder.mark_section(Marks(marks.take_ids(), []))
    if marks and builder.open_wrapper(marks):
        return builder.close_wrapper
    builder.add_anchor(marks.take_ids())
    return split(conversion)


OPENERS: Openers = {
    **dict.fromkeys(HEADINGS, _open_heading),
    **dict.fromkeys(_GROUPS, _open_group),
}
