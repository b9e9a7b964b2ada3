"""Elements within a line."""

from collections.abc import Callable, Mapping

from docutils import nodes
from justhtml import Element

from .conversion import Close, Conversion, Openers, do_nothing, in_order
from .elements import attribute, code_classes_of, ids_of, is_expressible
from .ids import Marks, marks_of
from .raw import open_other, open_span

_MAKERS: Mapping[str, Callable[[Element], nodes.Element]] = {
    "abbr": lambda element: nodes.abbreviation(explanation=attribute(element, "title")),
    "acronym": lambda element: nodes.abbreviation(explanation=attribute(element, "title")),
    "b": lambda _: nodes.strong(),
    "cite": lambda _: nodes.title_reference(),
    "code": lambda _: nodes.literal(),
    "em": lambda _: nodes.emphasis(),
    "i": lambda _: nodes.emphasis(),
    "kbd": lambda _: nodes.literal(classes=["kbd"]),
    "samp": lambda _: nodes.literal(classes=["samp"]),
    "strong": lambda _: nodes.strong(),
    "sub": lambda _: nodes.subscript(),
    "sup": lambda _: nodes.superscript(),
    "tt": lambda _: nodes.literal(),
}


def _open_inline(conversion: Conversion, element: Element) -> Close:
    make = _MAKERS[element.name]

    def make_both() -> tuple[nodes.Element, nodes.Element]:
        node = make(element)
        return node, node

    conversion.builder.open_inline(make_both, Marks(ids_of(element), code_classes_of(element)))
    return conversion.builder.close_inline


def _open_code(conversion: Conversion, element: Element) -> Close:
    if element is conversion.code:
        return do_nothing
    if conversion.builder.in_verbatim:
        return open_span(conversion, Marks(ids_of(element), code_classes_of(element)))
    return _open_inline(conversion, element)


def _open_span(conversion: Conversion, element: Element) -> Close:
    if is_expressible(element):
        return open_span(conversion, marks_of(element))
    return open_other(conversion, element)


def _open_link(conversion: Conversion, element: Element) -> Close:
    if conversion.in_link or element.attrs.get("href") is None:
        return open_span(conversion, marks_of(element))
    conversion.in_link = True
    conversion.builder.open_inline(conversion.references.maker_of(element), marks_of(element))

    def leave() -> None:
        conversion.in_link = False

    return in_order(conversion.builder.close_inline, leave)


OPENERS: Openers = {
    **dict.fromkeys(_MAKERS, _open_inline),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), _open_code),
    "a": _open_link,
    "picture": lambda _conversion, _element: do_nothing,
    "span": _open_span,
}
