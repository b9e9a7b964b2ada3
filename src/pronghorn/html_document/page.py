"""Makes a docutils document of an HTML page."""

from docutils import nodes
from justhtml import Node, Text
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from .builder import DocumentBuilder
from .conversion import Conversion
from .converter import convert
from .elements import first_child, is_blank, parse_html
from .ids import no_marks
from .links import References
from .outline import Outline, outline_of

logger = logging.getLogger(__name__)


def populate_document(
    document: nodes.document,
    html: str,
    *,
    env: BuildEnvironment,
    docname: str,
    title: str | None,
    has_lines: bool = True,
) -> None:
    """Fill `document` with what an HTML page shows.

    :param html: a whole page or a fragment; any text is a page, as in a browser.
    :param env: where pages and files are looked up; nothing in it is changed.
    :param docname: the page's name; links and images are relative to the folder of its source file.
    :param title: the page's title if no <h1> gives one; without it <title> does.
    :param has_lines: whether `html` is the text of the source file, so that its lines are those of warnings.
    """
    root = parse_html(html)
    outline = outline_of(root)
    # HTML has its typographic quotes already.
    document["support_smartquotes"] = False
    document.current_source = document.get("source")
    document.current_line = None
    _warn_of_repeated_ids(outline, docname, has_lines=has_lines)
    _add_meta(document, outline)
    builder = DocumentBuilder(document, outline.ids, has_lines=has_lines)
    _add_title(builder, outline, title)
    references = References(env, docname)
    convert(Conversion(builder, references, outline), _shown_nodes(root))
    builder.finish()
    references.resolve_fragments(document)


def _warn_of_repeated_ids(outline: Outline, location: str, *, has_lines: bool) -> None:
    for identifier, element in outline.repeated_ids:
        logger.warning(
            "the id %r is there twice; links lead to the first",
            identifier,
            location=(location, element.origin_line) if has_lines else location,
            type="pronghorn",
            subtype="html",
        )


def _add_meta(document: nodes.document, outline: Outline) -> None:
    for name, content in outline.meta.items():
        document.append(nodes.meta(name=name, content=content))


def _add_title(builder: DocumentBuilder, outline: Outline, title: str | None) -> None:
    """Begin the section of the whole page if no heading does."""
    text = outline.title if is_blank(title) else title
    if text and not outline.has_main_heading:
        builder.open_section(1, no_marks())
        builder.add_text(text)
        builder.close_title()


def _shown_nodes(root: Node) -> list[Node | Text]:
    """Return what is shown of a page: its body and, of a fragment, what the parser put into a head of its own."""
    html = first_child(root, "html")
    if html is None:
        return []
    head = first_child(html, "head")
    body: list[Node | Text] = [child for child in html.children if child is not head]
    is_fragment = html.origin_offset is None and not any(child.name == "!doctype" for child in root.children or ())
    if head is None or head.origin_offset is not None or not is_fragment:
        return body
    return [*head.children, *body]
