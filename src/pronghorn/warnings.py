"""The kinds of warnings that Pronghorn gives, and the face of the log they go to.

Each is logged with the type ``pronghorn`` and its own subtype, so that
``suppress_warnings = ["pronghorn.plugin"]`` silences one kind and ``["pronghorn"]`` all.
"""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from pronghorn.errors import Place


class WarningKind(Enum):
    """Each member is a subtype and what it means."""

    CONFIG = ("config", "A key of the configuration is unknown, or what it names does not exist.")
    PLUGIN = ("plugin", "A plugin could not be loaded. Nothing of it is active; the rest of the site is built.")
    HANDLER = ("handler", "A plugin's function raised an exception. Its other functions go on working.")
    READER = ("reader", "A reader returned nothing, or something that is not content.")
    PROCESSOR = ("processor", "A page has content that no processor made into output, or output of an unknown type.")
    METADATA = ("metadata", "A page's metadata cannot be read; the page goes on without.")
    DRAFT = ("draft", "A page links to one that is not published: a draft, one of the future, or an expired one.")
    QUERY = ("query", "A list of pages cannot be made: an option, a field or its template is wrong.")
    ENCODING = ("encoding", "A source file is not in the encoding it should have.")
    URL = ("url", "A URL cannot be used, or two pages have the same one. The page keeps its default URL.")
    DOCUMENT = ("document", "Two files would become the same document.")
    LINK = ("link", "A link in an HTML page leads to no page and no file.")
    HTML = ("html", "An HTML page has an id twice.")
    TAXONOMY = ("taxonomy", "A page has a term that is none, or that its taxonomy does not know, or links to no term.")
    TEMPLATE = ("template", "A page asks for a template that does not exist.")
    NAME = ("name", "Two plugins define the same filter, global or test for templates.")
    COPY = ("copy", "A file cannot be copied to the output, or something else lies there.")
    ARTIFACT = ("artifact", "Two plugins, or a plugin and a page, make the same file of the output. It is left out.")
    CACHE = ("cache", "A page from the cache is not what making it again gives; see `pronghorn_cache_check`.")
    UNKEPT = (
        "unkept",
        "Not even half of the pages can be kept in the page cache. It is a notice, which `-W` does not count.",
    )
    LOG = ("log", "A plugin logged a warning of its own by `site.log.warning`.")

    def __init__(self, subtype: str, meaning: str) -> None:
        self.subtype = subtype
        self.meaning = meaning


class Reporter(Protocol):
    """The host's log. In a Sphinx build: Sphinx's logger."""

    def debug(self, message: str) -> None:
        """Say something that only ``-vv`` shows."""

    def info(self, message: str) -> None:
        """Say something about the progress of the build."""

    def warning(self, kind: WarningKind, message: str, *, location: str | Place | None = None) -> None:
        """Warn; *location* is a docname or a place in a file."""

    def error(self, kind: WarningKind, message: str, *, location: str | Place | None = None) -> None:
        """Report an error: the build goes on, and its exit code is not zero."""
