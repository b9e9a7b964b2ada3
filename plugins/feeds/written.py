"""The texts of pages, as they are written: with all links and numbers, and the same if a page is not written again.

While a page is rendered, its text is marked by two comments, which tell it from what the theme puts around it.
"""

from __future__ import annotations

import functools
import html
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

from pronghorn import Page, Site

_BEGIN, _END = "<!-- feed -->", "<!-- /feed -->"

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_LEFT_OUT = frozenset(["script", "style", "button", "form"])
_APART = frozenset(["aside", "nav", "table", "figure", "blockquote", "li", "dl", "details"])
"""Elements in which no paragraph is a summary."""
_ADDRESSES = frozenset(["href", "src", "poster"])


class Body(NamedTuple):
    """The text of a page."""

    html: str
    """Without the title and what only makes sense on the page; links are whole addresses."""
    paragraph: str
    """The first paragraph as plain text; empty if there is none."""


def marked(body: str) -> str:
    """Mark the text of a page that is rendered."""
    return f"{_BEGIN}{body}{_END}"


def body_of(site: Site, page: Page, url: str) -> Body:
    """Find the text in the file of a page; an empty one if the page's template does not show it.

    :param url: the address of the page.
    """
    file = Path(site.app.builder.get_outfilename(page.docname))
    text = file.read_text(encoding=site.app.config.html_output_encoding) if file.is_file() else ""
    _before, begin, rest = text.partition(_BEGIN)
    body, end, _after = rest.rpartition(_END)
    return _parsed(body, url) if begin and end else Body("", "")


@functools.lru_cache(maxsize=2048)
def _parsed(body: str, url: str) -> Body:
    parser = _Parser(url)
    parser.feed(body)
    parser.close()
    return Body("".join(parser.parts).strip(), parser.paragraph)


class _Parser(HTMLParser):
    """Writes down again what it reads, and notes the first paragraph."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._open: list[tuple[str, str]] = []
        self._words: list[str] | None = None
        self._has_title = False
        self.parts: list[str] = []
        self.paragraph = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element, or one that is left out."""
        kind = self._kind_of(tag, dict(attrs))
        if tag not in _VOID:
            self._open.append((tag, kind))
        if self._is_left_out or kind == "left out":
            return
        self.parts.append(f"<{tag}{''.join(self._attributes(attrs))}>")
        if tag == "p" and not self.paragraph and all(kind != "apart" for _tag, kind in self._open):
            self._words = []

    def handle_endtag(self, tag: str) -> None:
        """End an element, and those in it that are still open."""
        if tag not in {name for name, _kind in self._open}:
            return
        is_closed = False
        while not is_closed:
            is_written = not self._is_left_out
            name, _kind = self._open.pop()
            is_closed = name == tag
            if is_written:
                self.parts.append(f"</{name}>")
            if name == "p" and self._words is not None:
                self.paragraph, self._words = " ".join("".join(self._words).split()), None

    def handle_data(self, data: str) -> None:
        """Take a piece of text."""
        if not self._is_left_out:
            self.parts.append(html.escape(data, quote=False))
            if self._words is not None:
                self._words.append(data)

    @property
    def _is_left_out(self) -> bool:
        return any(kind == "left out" for _tag, kind in self._open)

    def _kind_of(self, tag: str, attrs: dict[str, str | None]) -> str:
        classes = (attrs.get("class") or "").split()
        if tag == "h1" and not self._has_title:
            self._has_title = True
            return "left out"
        if tag in _LEFT_OUT or "headerlink" in classes:
            return "left out"
        return "apart" if tag in _APART or "admonition" in classes else ""

    def _attributes(self, attrs: list[tuple[str, str | None]]) -> Iterable[str]:
        for name, value in attrs:
            if value is None:
                yield f" {name}"
            elif name != "srcset":  # there is always a src, which is easier to make whole
                whole = _whole(self._url, value) if name in _ADDRESSES else value
                yield f' {name}="{html.escape(whole)}"'


def _whole(url: str, link: str) -> str:
    """Return the whole address of a link on the page at *url*; one that is none stays as it is."""
    try:
        return urljoin(url, link)
    except ValueError:
        return link
