"""The visit: every file becomes a page, with metadata and input, before Sphinx reads the first one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pronghorn.errors import Place
from pronghorn.model.content import DOCTREE, MARKUP, Content, SourceContent
from pronghorn.model.metadata import Metadata
from pronghorn.model.page import Page
from pronghorn.model.source import Source
from pronghorn.readers.native import FILE_TYPES, read_native
from pronghorn.site.publishing import Publisher
from pronghorn.site.site import Site
from pronghorn.site.state import SitePhase, SiteState
from pronghorn.taxonomies.collecting import collect
from pronghorn.taxonomies.pages import make_pages
from pronghorn.warnings import WarningKind


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that may become a page."""

    docname: str
    source: Source
    file_type: str | None
    """The type that Sphinx would parse it as, from ``source_suffix``; None if no parser of Sphinx's reads it."""


def visit(site: Site, files: Iterable[FoundFile]) -> None:
    """Make pages of *files*, and let readers, then processors, fill them.

    Files to which no plugin gave any content are no pages afterwards, but plain files.
    """
    found = sorted(files, key=lambda file: file.docname)
    native = {file.docname: file.file_type for file in found if file.file_type is not None}
    state = site.state = SiteState(site, site.declared.copy(), site.collected)
    publisher = Publisher(site)
    state.phase = SitePhase.READING
    site.signals.readers_init.emit(site)
    for file in found:
        _visit_file(site, file)
    publisher.hide()
    state.is_visited = True
    site.signals.readers_finished.emit(site)
    state.phase = SitePhase.PROCESSING
    site.signals.processors_init.emit(site)
    for page in site.pages:
        _give_output(page)
    collect(site.collected, site.pages, site.supervisor.reporter)
    make_pages(site.collected, site.pages, state.add_generated_page)
    site.signals.processors_finished.emit(site)
    publisher.hide()  # what plugins have made, or given other metadata
    state.phase = SitePhase.RENDERING
    _remove_empty(site, native)


def _visit_file(site: Site, file: FoundFile) -> None:
    site.state.recorded.visited = file.docname
    try:
        _fill_page(site, file)
    finally:
        site.state.recorded.visited = None


def _fill_page(site: Site, file: FoundFile) -> None:
    state = site.state.add_page(file.docname, file.source)
    page = state.page
    site.reader_list.read(page)
    if file.file_type is not None:
        type_ = FILE_TYPES.get(file.file_type, file.file_type)
        read_native(state, file.source, type_, site.supervisor.reporter)
    elif page.metadata is None and page.input is not None:
        page.metadata = Metadata()


def _give_output(page: Page) -> None:
    """Take an input that needs no processor as the output."""
    content = page.input
    if page.output is not None or content is None or isinstance(content, SourceContent):
        return
    if content.type in {*MARKUP, DOCTREE}:
        page.output = content


def _remove_empty(site: Site, native: dict[str, str]) -> None:
    empty = []
    for page in site.pages:
        problem = _problem(page.output)
        if problem:
            site.supervisor.reporter.warning(WarningKind.PROCESSOR, f"page.output: {problem}", location=_place(page))
            page.output = None
        if page.output is not None or page.docname in native:
            continue
        if page.source is None:
            page.output = Content("html", "")
            continue
        if page.input is not None and not problem:
            site.supervisor.reporter.warning(
                WarningKind.PROCESSOR,
                f"nothing made an output of its input of type '{page.input.type}'; connect a function to"
                " processors_init that sets page.output = Content('html', ...)",
                location=_place(page),
            )
        empty.append(page)
    for page in empty:
        site.state.pages.remove(page.docname)


def _place(page: Page) -> Place | str:
    return Place(page.source.path) if page.source is not None else page.docname


def _problem(output: Content | None) -> str:
    """Say what is wrong with an output; nothing if it can be used."""
    if output is None:
        return ""
    if output.type in MARKUP:
        return "" if isinstance(output.content, str) else f"{output.type} is text, not {type(output.content).__name__}"
    if output.type == DOCTREE:
        has_children = hasattr(output.content, "children") and hasattr(output.content, "walkabout")
        return "" if has_children else f"doctree is a docutils document, not {type(output.content).__name__}"
    return f"unknown type '{output.type}'; there are {', '.join(MARKUP)} and {DOCTREE}"
