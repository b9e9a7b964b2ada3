"""Turns what an HTML page refers to, pages, files and images, into docutils references."""

import os
import posixpath
import re
from typing import Any

from docutils import nodes
from justhtml import Element
from sphinx import addnodes
from sphinx.environment import BuildEnvironment

from .addresses import LINK_TYPE, join_path, source_path_of, split_href
from .builder import MakeInline
from .elements import attribute, markup_of

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
_LENGTH = re.compile(r"\d+(?:\.\d+)?(?:%|px)?")
_REFERENCE_ATTRIBUTES = {"title": "reftitle", "target": "target", "rel": "rel"}


class References:
    """Makes the references of one page."""

    def __init__(self, env: BuildEnvironment, docname: str) -> None:
        self._env = env
        self._docname = docname
        self._folder = posixpath.dirname(source_path_of(env, docname))
        self._to_fragments: list[tuple[nodes.reference, str]] = []

    def maker_of(self, link: Element) -> MakeInline:
        """Return what makes the nodes of `link`, an <a> with a target."""
        # White space around a URL, and line breaks within, mean nothing.
        href = re.sub(r"[\t\r\n]", "", attribute(link, "href").strip())
        values = {ours: attribute(link, html) for html, ours in _REFERENCE_ATTRIBUTES.items()}
        attributes: dict[str, Any] = {name: value for name, value in values.items() if value}
        if _SCHEME.match(href) or href.startswith("?"):
            return lambda: _same(nodes.reference(refuri=href, **attributes))
        path, fragment = split_href(href)
        if not path:
            return lambda: self._to_fragment(fragment, attributes)
        if file := self._file_at(path):
            return lambda: _same(addnodes.download_reference(reftarget=f"/{file}", **attributes))
        return lambda: self._to_page(href, attributes)

    def _to_fragment(self, fragment: str, attributes: dict[str, Any]) -> tuple[nodes.Element, nodes.Element]:
        reference = nodes.reference(internal=True, **attributes)
        self._to_fragments.append((reference, fragment))
        return _same(reference)

    def _to_page(self, href: str, attributes: dict[str, Any]) -> tuple[nodes.Element, nodes.Element]:
        # Sphinx takes the first child for all of the content.
        content = nodes.inline()
        xref = addnodes.pending_xref(
            "",
            content,
            refdomain="",
            reftype=LINK_TYPE,
            reftarget=href,
            refdoc=self._docname,
            refexplicit=True,
            refwarn=True,
            **attributes,
        )
        return xref, content

    def _file_at(self, path: str) -> str | None:
        """Return the path from the root of the sources if it is that of a file and no page."""
        file = join_path(self._folder, path)
        # os.path answers False to any string; pathlib raises for some.
        if file.startswith("../") or not os.path.isfile(os.path.join(self._env.srcdir, file)):  # noqa: PTH113, PTH118
            return None
        # A page's name is its path without the suffix that Sphinx knows, or whatever suffix it has.
        names = (self._env.path2doc(file), posixpath.splitext(file)[0])
        docnames = [name for name in names if name in self._env.found_docs]
        return None if any(source_path_of(self._env, docname) == file for docname in docnames) else file

    def resolve_fragments(self, document: nodes.document) -> None:
        """Lead the links within the page to their targets; to be called when all targets are there."""
        for reference, fragment in self._to_fragments:
            if fragment in document.ids:
                reference["refid"] = fragment
            else:
                reference["refuri"] = f"#{fragment}"


def _same(node: nodes.Element) -> tuple[nodes.Element, nodes.Element]:
    return node, node


def image_of(element: Element) -> nodes.image:
    """Return the image node of an <img> with a source."""
    source = re.sub(r"[\t\r\n]", "", attribute(element, "src").strip())
    if source.startswith("//"):
        source = f"https:{source}"
    uri = source if _SCHEME.match(source) else split_href(source)[0]
    # Sphinx takes away the line number of an image that has neither a text of its own nor a raw source.
    image = nodes.image(markup_of(element), uri=uri)
    if {"width", "height"} & element.attrs.keys():
        # Sphinx would put a link to the image file on it.
        image["classes"].append("no-scaled-link")
    if "alt" in element.attrs:
        image["alt"] = attribute(element, "alt")
    for name in ("width", "height"):
        if _LENGTH.fullmatch(length := attribute(element, name).strip()):
            image[name] = length
    return image
