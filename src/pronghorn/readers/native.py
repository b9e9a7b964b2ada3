"""The formats that Sphinx parses by itself: the engine reads their metadata and leaves the body to Sphinx."""

from __future__ import annotations

from typing import Any

from pronghorn.errors import SourceError
from pronghorn.model.content import Content, SourceContent
from pronghorn.model.metadata import Metadata
from pronghorn.model.page import PageState
from pronghorn.model.source import Source
from pronghorn.readers.field_list import read_field_list
from pronghorn.readers.front_matter import read_front_matter
from pronghorn.readers.headings import find_heading
from pronghorn.readers.notebook import read_notebook_metadata
from pronghorn.warnings import Reporter, WarningKind

FILE_TYPES = {"restructuredtext": "rst", "markdown": "md", "myst-nb": "md", "jupyter_notebook": "ipynb"}
"""Types of content by the file types of Sphinx's ``source_suffix``; other types go by their own name."""


def read_native(state: PageState, source: Source, type_: str, reporter: Reporter) -> None:
    """Set the input and metadata of a page, which Sphinx will parse, where no plugin gave it any.

    A file that is not UTF-8 is read all the same, with marks for what cannot be read.
    """
    page = state.page
    if page.input is None:
        page.input = SourceContent(type_, source)
    if page.metadata is not None:
        return
    try:
        text = source.read_text()
    except SourceError as error:
        reporter.warning(WarningKind.ENCODING, error.message, location=error.place)
        text = source.read_bytes().decode("utf-8", errors="replace")
        page.output = Content(type_, text)
    state.heading = find_heading(text, type_)
    try:
        page.metadata = Metadata(_metadata(text, source, type_))
    except SourceError as error:
        reporter.warning(WarningKind.METADATA, error.message, location=error.place)
        page.metadata = Metadata()


def _metadata(text: str, source: Source, type_: str) -> dict[str, Any]:
    if source.ext == "ipynb":
        return read_notebook_metadata(text, source)
    if type_ == "md":
        return read_front_matter(text, source)
    if type_ == "rst":
        return dict(read_field_list(text))
    return {}
