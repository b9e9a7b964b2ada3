"""Converts the elements of a page one by one."""

from collections.abc import Iterable

from justhtml import Element, Node, Text

from . import blocks, groups, inline, raw, tables
from .conversion import Close, Conversion, Openers
from .elements import BLOCKS, Step, walk

_OPENERS: Openers = {**raw.OPENERS, **inline.OPENERS, **groups.OPENERS, **blocks.OPENERS, **tables.OPENERS}


def convert(conversion: Conversion, page: Iterable[Node | Text]) -> None:
    """Convert these nodes of an HTML tree with all that is in them."""
    closing: list[Close] = []
    for step, node in walk(page):
        conversion.builder.at_line(node.origin_line)
        if isinstance(node, Text):
            conversion.builder.add_text(node.text)
        elif step is Step.CLOSE:
            closing.pop()()
        elif isinstance(node, Element):
            if step is Step.LEAF:
                raw.add_leaf(conversion, node)
            else:
                closing.append(_open(conversion, node))


def _open(conversion: Conversion, element: Element) -> Close:
    if element in conversion.outline.headings:
        return groups.open_section(conversion, element)
    if conversion.builder.is_deep:
        return raw.open_flat(conversion, element)
    if conversion.builder.in_given_line and element.name in BLOCKS:
        return raw.open_block_in_line(conversion, element)
    return _OPENERS.get(element.name, raw.open_other)(conversion, element)
