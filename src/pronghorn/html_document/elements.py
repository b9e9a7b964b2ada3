"""What is known of HTML elements: their kinds, their attributes, and the walk through them."""

import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto

from justhtml import Element, JustHTML, Node, Text

SPACE = "\t\n\f\r "
"""What HTML counts as white space; a no-break space is text."""

HEADINGS = {f"h{level}": level for level in range(1, 7)}


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


BLOCKS = _names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer h1 h2 h3 h4 h5 h6 header hgroup legend li main menu nav ol p pre search section summary table tbody td "
    "tfoot th thead tr ul"
)
"""Elements that end a paragraph where they begin and where they end."""

CLOSED = _names(
    "blockquote caption dd details dialog dir dl dt fieldset figcaption figure legend li menu ol pre summary table ul"
)
"""Elements in which a heading is a line of text, not the beginning of a section of the page."""

BLOCK_LEAVES = _names("form frameset hr noframes")
"""Leaves that stand between paragraphs."""

DROPPED = _names("base col colgroup meta source title track")
"""Leaves that mean nothing outside their head, table, video or picture."""

HIDDEN = DROPPED | _names("link script style template")
"""Leaves that show nothing at their place."""

_OPAQUE = HIDDEN | _names(
    "applet area audio button canvas datalist embed form frame frameset iframe input map marquee math meter noembed "
    "noframes noscript object optgroup option output plaintext progress select svg textarea video xmp"
)
_VOID = _names("br hr img wbr")
_LANGUAGE_CLASS = re.compile(r"lang(?:uage)?-(\S+)")


class Step(Enum):
    """What the walk has come upon."""

    OPEN = auto()
    TEXT = auto()
    LEAF = auto()
    CLOSE = auto()


def parse_html(html: str) -> Node:
    """Return the root of the tree that browsers make of `html`, a whole page or a fragment."""
    # Browsers differ by scripting only in <noscript>, whose elements are wanted here.
    page = JustHTML(html, sanitize=False, track_node_locations=True, scripting_enabled=False)
    return page.root


def walk(page: Iterable[Node | Text]) -> Iterator[tuple[Step, Node | Text]]:
    """Yield these nodes with all that is in them, in the order of the page.

    No recursion: a page may nest deeper than Python can. Elements that are shown as they are, and those that
    are always empty, are one `Step.LEAF`; comments are left out.
    """
    stack = [iter(page)]
    parents: list[Node] = []
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
            if parents:
                yield Step.CLOSE, parents.pop()
        elif isinstance(child, Text):
            yield Step.TEXT, child
        elif isinstance(child, Element):
            if child.name in _VOID or is_opaque(child):
                yield Step.LEAF, child
            else:
                yield Step.OPEN, child
                parents.append(child)
                stack.append(iter(child.children))


def first_child(parent: Node, name: str) -> Element | None:
    """Return the first child of `parent` that is a `name` element."""
    elements = (child for child in parent.children or () if isinstance(child, Element))
    return next((element for element in elements if element.name == name), None)


def is_opaque(element: Element) -> bool:
    """Say whether `element` is handed to HTML as it is: widgets, graphics, scripts, custom elements."""
    return element.name in _OPAQUE or "-" in element.name or element.namespace != "html"


def is_blank(text: str | None) -> bool:
    """Say whether a browser shows nothing of `text`."""
    return not (text or "").strip(SPACE)


def attribute(element: Element, name: str) -> str:
    """Return the value of an attribute, "" where it is missing."""
    return element.attrs.get(name) or ""


def ids_of(element: Element) -> list[str]:
    """Return the fragments that lead to `element`: its id, and the name of an <a>."""
    ids = [attribute(element, "id")]
    if element.name == "a":
        ids.append(attribute(element, "name"))
    return list(dict.fromkeys(filter(None, ids)))


def classes_of(element: Element) -> list[str]:
    """Return the classes of `element`, each once, in their order."""
    return list(dict.fromkeys(attribute(element, "class").split()))


def language_of(element: Element) -> str:
    """Return the programming language that a class such as `language-c` names, else ""."""
    return next((match[1] for match in map(_LANGUAGE_CLASS.fullmatch, classes_of(element)) if match), "")


def code_classes_of(element: Element) -> list[str]:
    """Return the classes of `element` without those that name a programming language."""
    return [name for name in classes_of(element) if not _LANGUAGE_CLASS.fullmatch(name)]


def is_expressible(element: Element) -> bool:
    """Say whether ids and classes are all there is to `element`, and docutils writes them as they are."""
    # It takes such a class for the name of a natural language.
    return element.attrs.keys() <= {"id", "class"} and not language_of(element)


def markup_of(element: Element) -> str:
    """Return `element` and all that is in it as HTML."""
    try:
        return element.to_html(pretty=False)
    except ValueError:
        # HTML reads `<video =x>` as an attribute "=x", and has no way to write it.
        copy = element.clone_node(deep=True)
        _drop_unwritable_attributes(copy)
        return copy.to_html(pretty=False)


def _drop_unwritable_attributes(element: Element) -> None:
    stack: list[Node | Text] = [element]
    while stack:
        node = stack.pop()
        if isinstance(node, Element):
            node.attrs = {name: value for name, value in node.attrs.items() if "=" not in name}
            stack.extend(node.children)
            if node.template_content:
                stack.extend(node.template_content.children or ())


def start_tag_of(element: Element) -> str:
    """Return the start tag of `element` as HTML."""
    return markup_of(element.clone_node()).removesuffix(end_tag_of(element))


def end_tag_of(element: Element) -> str:
    """Return the end tag of `element` as HTML."""
    return f"</{element.name}>"


def only_child(element: Element, *ignored: str) -> Element | None:
    """Return the element in `element` if there is nothing else in it but the `ignored` ones."""
    children = [
        child
        for child in element.children
        if not (is_blank(child.text) if isinstance(child, Text) else child.name in {"#comment", *ignored})
    ]
    only = children[0] if len(children) == 1 else None
    return only if isinstance(only, Element) else None
