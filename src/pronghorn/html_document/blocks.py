"""Paragraphs, code, quotations, lists and figures."""

from docutils import nodes
from justhtml import Element

from .conversion import Close, Conversion, Openers, in_order
from .elements import attribute, code_classes_of, ids_of, language_of, markup_of, only_child
from .ids import marks_of, no_marks
from .raw import open_label, open_raw

_ENUMERATIONS = {"1": "arabic", "a": "loweralpha", "A": "upperalpha", "i": "lowerroman", "I": "upperroman"}
_MAX_DIGITS = 9


def _push(conversion: Conversion, node: nodes.Element, element: Element) -> Close:
    conversion.builder.push_block(node, marks_of(element))
    return conversion.builder.pop_block


def _open_paragraph(conversion: Conversion, element: Element) -> Close:
    conversion.builder.open_paragraph(marks_of(element))
    return conversion.builder.close_paragraph


def _open_quote(conversion: Conversion, element: Element) -> Close:
    return _push(conversion, nodes.block_quote(), element)


# Code


def _open_literal(conversion: Conversion, element: Element) -> Close:
    parts = [element]
    code = only_child(element)
    if code is not None and code.name == "code":
        conversion.code = code
        parts.append(code)
    block = nodes.literal_block(markup_of(element))
    marks = no_marks()
    for part in parts:
        marks.ids += ids_of(part)
        marks.classes += code_classes_of(part)
    conversion.builder.open_line(block, marks)
    language = next(filter(None, map(language_of, parts)), "text")
    return in_order(conversion.builder.close_line, lambda: _finish_literal(block, language))


def _finish_literal(block: nodes.literal_block, language: str) -> None:
    """Let Sphinx highlight a block of nothing but text; with elements in it, it is as the author wrote it.

    Sphinx tells the two apart by whether the raw source is the text.
    """
    block["language"] = language
    if all(isinstance(child, nodes.Text) for child in block.children):
        text = block.astext().removesuffix("\n")
        block.children = []
        block.append(nodes.Text(text))
        block.rawsource = text


# Lists


def _open_bullets(conversion: Conversion, element: Element) -> Close:
    return _push(conversion, nodes.bullet_list(), element)


def _open_enumeration(conversion: Conversion, element: Element) -> Close:
    kind = _ENUMERATIONS.get(attribute(element, "type"), "arabic")
    node = nodes.enumerated_list(enumtype=kind, prefix="", suffix=".")
    start = attribute(element, "start").strip()
    digits = start.removeprefix("-")
    if digits.isascii() and digits.isdecimal() and len(digits) <= _MAX_DIGITS:
        node["start"] = int(start)
    return _push(conversion, node, element)


def _open_item(conversion: Conversion, element: Element) -> Close:
    builder = conversion.builder
    if isinstance(builder.block, (nodes.bullet_list, nodes.enumerated_list)):
        return _push(conversion, nodes.list_item(), element)
    builder.push_block(nodes.bullet_list(), no_marks())
    return in_order(_push(conversion, nodes.list_item(), element), builder.pop_block)


def _open_definitions(conversion: Conversion, element: Element) -> Close:
    return _push(conversion, nodes.definition_list(), element)


def _open_term(conversion: Conversion, element: Element) -> Close:
    builder = conversion.builder
    if not isinstance(builder.block, nodes.definition_list):
        return _open_paragraph(conversion, element)
    items = builder.block.children
    if not items or _has(items[-1], nodes.definition):
        builder.add_block(nodes.definition_list_item())
    builder.open_line(nodes.term(), marks_of(element))
    return builder.close_line


def _open_definition(conversion: Conversion, element: Element) -> Close:
    builder = conversion.builder
    if isinstance(builder.block, nodes.definition_list):
        return _push(conversion, nodes.definition(), element)
    builder.push_block(nodes.definition_list(), no_marks())
    return in_order(_push(conversion, nodes.definition(), element), builder.pop_block)


def _has(parent: nodes.Node, kind: type[nodes.Element]) -> bool:
    return any(isinstance(child, kind) for child in parent.children)


# Figures


def _open_figure(conversion: Conversion, element: Element) -> Close:
    """Open a figure of one image; docutils has none of anything else."""
    if not _is_image(element):
        return open_raw(conversion, element)
    figure = nodes.figure()
    return in_order(_push(conversion, figure, element), lambda: _finish_figure(figure))


def _open_caption(conversion: Conversion, element: Element) -> Close:
    builder = conversion.builder
    if not isinstance(builder.block, nodes.figure) or _has(builder.block, nodes.caption):
        return open_label(conversion, element)
    builder.open_line(nodes.caption(), marks_of(element))
    return builder.close_line


def _is_image(figure: Element) -> bool:
    """Say whether a figure shows one image, with a link on it perhaps."""
    child = only_child(figure, "figcaption")
    while child is not None and child.name in {"a", "div", "p", "picture", "span"}:
        child = only_child(child, "source")
    return child is not None and child.name == "img"


def _finish_figure(figure: nodes.figure) -> None:
    """Put the image first and without a paragraph around it, the caption after it."""
    captions = [child for child in figure.children if isinstance(child, nodes.caption)]
    for caption in captions:
        figure.remove(caption)
        figure.append(caption)
    first = next(iter(figure.children), None)
    if isinstance(first, nodes.paragraph) and [type(child) for child in first.children] == [nodes.image]:
        first.replace_self(first.children)


OPENERS: Openers = {
    **dict.fromkeys(("dir", "menu", "ul"), _open_bullets),
    "blockquote": _open_quote,
    "dd": _open_definition,
    "dl": _open_definitions,
    "dt": _open_term,
    "figcaption": _open_caption,
    "figure": _open_figure,
    "li": _open_item,
    "ol": _open_enumeration,
    "p": _open_paragraph,
    "pre": _open_literal,
}
