"""The text of a page on its way from source to output."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pronghorn.model.source import Source

MARKUP = ("rst", "md", "html")
"""Types of output that are text."""

DOCTREE = "doctree"
"""The type of output that is a docutils document."""


@dataclass(frozen=True, slots=True)
class Content:
    """Some content and what it is.

    As a page's ``output``, the type is ``rst``, ``md``, ``html`` or ``doctree``. As its ``input`` it may be any
    name that reader and processor agree on; an input of one of those four needs no processor.
    """

    type: str
    content: Any = field(repr=False)


class SourceContent(Content):
    """The text of a page's own source file, read each time it is asked for and never kept.

    The engine gives it as the input of the pages that Sphinx parses by itself.
    """

    __slots__ = ("_source",)

    _source: Source

    def __init__(self, type_: str, source: Source) -> None:
        object.__setattr__(self, "type", type_)
        object.__setattr__(self, "_source", source)

    @property
    def content(self) -> str:
        """The text.

        :raises SourceError: if it is not UTF-8.
        """
        return self._source.read_text()
