"""Toctrees and links that name a page which is not published."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from pathlib import Path
from typing import Any

from sphinx import addnodes
from sphinx.directives.other import TocTree
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import docname_join
from sphinx.util.nodes import explicit_title_re, get_node_line, get_node_source

from pronghorn.errors import Place
from pronghorn.seam.rows.documents import PARSE_CONTENT
from pronghorn.site.site import Site
from pronghorn.warnings import WarningKind

HIDDEN = "hidden"
"""The kind of dependency on whether, and why, a page is not published."""


class HiddenEntries:
    """Leaves pages that are not published out of toctrees, while a build runs."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._replaced = ExitStack()
        self._has_begun = False

    def start(self) -> None:
        """Begin, if there is a page to leave out."""
        if not self._site.state.hidden or self._has_begun or PARSE_CONTENT.has_changed:
            return
        original: Callable[..., None] = PARSE_CONTENT.of()
        shown = self._shown

        @wraps(original)
        def parse_content(self: TocTree, toctree: addnodes.toctree) -> None:
            content = self.content
            self.content = shown(self)  # type: ignore[assignment]  # it is only iterated
            try:
                original(self, toctree)
            finally:
                self.content = content

        self._has_begun = True
        self._replaced.enter_context(PARSE_CONTENT.replaced(parse_content))

    def stop(self) -> None:
        """End."""
        self._replaced.close()
        self._has_begun = False

    def _shown(self, directive: TocTree) -> list[str]:
        hidden, entries = self._site.state.hidden, []
        for entry in directive.content:
            docname = _docname_of(entry, directive)
            if docname in hidden:
                owner = directive.env.current_document.docname
                said = f"{owner}: the toctree leaves out '{docname}', which {hidden[docname]}"
                self._site.supervisor.reporter.info(said)
            else:
                entries.append(entry)
        return entries


def _docname_of(entry: str, directive: TocTree) -> str:
    explicit = explicit_title_re.match(entry)
    target: str = explicit.group(2) if explicit else entry
    suffix = next((suffix for suffix in directive.config.source_suffix if target.endswith(suffix)), "")
    return docname_join(directive.env.current_document.docname, target.removesuffix(suffix))


def make_transform(site: Site) -> type[SphinxPostTransform]:
    """Make the transform that takes out links to pages which are not published, and says why."""

    class HiddenLinks(SphinxPostTransform):
        """Before Sphinx and MyST resolve links: they would say that there is no such page."""

        default_priority = 5

        def run(self, **_options: Any) -> None:
            """Turn each link to a hidden page into its text."""
            for node in list(self.document.findall(addnodes.pending_xref)):
                docname = _target_of(node, self.env.docname)
                if docname is None or docname in self.env.all_docs:
                    continue
                site.observed.hear(HIDDEN, docname)
                if docname in site.state.hidden:
                    _report(site, node, docname, Path(self.env.doc2path(self.env.docname)))
                    node.replace_self(node[0].deepcopy())

    return HiddenLinks


def _target_of(node: addnodes.pending_xref, docname: str) -> str | None:
    """Return the docname that a link names; None if it names something else."""
    kind = (node["refdomain"], node["reftype"])
    if kind == ("std", "doc"):
        return docname_join(node.get("refdoc", docname), node["reftarget"])
    return str(node["reftarget"]) if kind == ("doc", "myst") else None


def _report(site: Site, node: addnodes.pending_xref, docname: str, file: Path) -> None:
    place = Place(Path(get_node_source(node) or file), get_node_line(node))
    site.supervisor.reporter.warning(
        WarningKind.DRAFT,
        f"the link to '{docname}' leads nowhere: that page {site.state.hidden[docname]}. It is left as text",
        location=place,
    )
