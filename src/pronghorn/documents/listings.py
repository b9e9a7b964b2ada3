"""The pages of taxonomies as documents: links to terms and pages are added to what the page has of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform

from pronghorn.documents.generated import ensure_title
from pronghorn.model.observer import Observed
from pronghorn.model.page import Page
from pronghorn.taxonomies.listing import Entry, Listing, listing_of

LISTING = "listing"
"""The kind of dependency on what a page lists."""

_UNSORTED = "pronghorn_unsorted"
"""The attribute of a list whose items are still to be sorted by the titles of the pages."""


def add_listing(env: BuildEnvironment, doctree: nodes.document, page: Page, observed: Observed) -> None:
    """Add the list of *page*, a title if the page has none, and a label."""
    docname = env.docname
    observed.hear(LISTING, docname)
    with observed.aside():
        listing = listing_of(page)
    if listing is None:
        return
    given = page.metadata.get("title") if page.metadata is not None else None
    ensure_title(doctree, listing.title if given is None else str(given))
    section: nodes.Element = next(doctree.findall(nodes.section), doctree)
    _insert(section, _lists_of(listing, docname))
    env.metadata[docname].setdefault("orphan", True)  # the list page leads to it, no toctree has to
    domain = env.domains.standard_domain
    if listing.label not in domain.labels:
        id_ = section["ids"][0] if section["ids"] else ""
        domain.note_hyperlink_target(listing.label, docname, id_, _title_of(section))


def _title_of(section: nodes.Element) -> str:
    title = next((child for child in section if isinstance(child, nodes.title)), None)
    return title.astext() if title is not None else ""


def _insert(section: nodes.Element, lists: Sequence[nodes.Node]) -> None:
    """Put the lists behind the text of a section, and before the sections in it."""
    at = next((number for number, child in enumerate(section) if isinstance(child, nodes.section)), len(section))
    section[at:at] = lists


def _lists_of(listing: Listing, docname: str) -> list[nodes.Node]:
    made: list[nodes.Node] = []
    if listing.terms:
        made.append(_list_of(listing.terms, docname, "taxonomy-terms"))
    if listing.pages:
        pages = _list_of(listing.pages, docname, "taxonomy-pages")
        if listing.by_title:
            pages[_UNSORTED] = True
        made.append(pages)
    return made


def _list_of(entries: Sequence[Entry], docname: str, name: str) -> nodes.bullet_list:
    items = nodes.bullet_list(classes=[name], bullet="-")
    for entry in entries:
        line = nodes.paragraph("", "", link_to(entry.docname, entry.title, docname))
        if entry.count is not None:
            line += nodes.inline("", f" ({entry.count})", classes=["taxonomy-count"])
        item = nodes.list_item("", line)
        if entry.below:
            item += _list_of(entry.below, docname, name)
        items += item
    return items


def link_to(docname: str, title: str | None, from_docname: str) -> addnodes.pending_xref:
    """Make a reference to a document, as the role ``doc`` makes it.

    :param title: the text of the link; None for the title of the document when the reference is resolved.
    """
    shown = nodes.inline(docname, docname if title is None else title, classes=["xref", "std", "std-doc"])
    return addnodes.pending_xref(
        docname,
        shown,
        refdoc=from_docname,
        refdomain="std",
        reftype="doc",
        reftarget=f"/{docname}",
        refexplicit=title is not None,
        refwarn=True,
    )


class SortListings(SphinxPostTransform):
    """Sorts by title what is to be sorted so: all titles are known when pages are written."""

    default_priority = 5  # before Sphinx's ReferencesResolver, 10: after that, no reference tells where it leads

    def run(self, **_options: Any) -> None:
        """Sort the lists that are marked."""
        for found in list(self.document.findall(nodes.bullet_list)):
            if found.attributes.pop(_UNSORTED, False):
                found.children.sort(key=self._key)

    def _key(self, item: nodes.Node) -> tuple[str, str]:
        reference = next(item.findall(addnodes.pending_xref))
        docname = reference["reftarget"].removeprefix("/")
        title = reference if reference["refexplicit"] else self.env.titles.get(docname)
        return (title.astext() if title is not None else docname).casefold(), docname
