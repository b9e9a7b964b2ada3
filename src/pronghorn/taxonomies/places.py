"""Where in a page's source a key of its metadata stands."""

from __future__ import annotations

import re

from pronghorn.errors import Place, SourceError
from pronghorn.model.page import Page


def place_of(page: Page, key: str, text: str = "") -> Place | str:
    """Return file and line where a page gives *key*, or *text* in its value; the docname of a page without a file."""
    if page.source is None:
        return page.docname
    try:
        lines = page.source.read_text().splitlines()
    except SourceError:  # told when the page was read
        return Place(page.source.path)
    return Place(page.source.path, _line_of(lines, key, text))


def _line_of(lines: list[str], key: str, text: str) -> int:
    at_key = re.compile(rf"""\s*[:"']?{re.escape(key)}["']?\s*:""")
    first = next((number for number, line in enumerate(lines) if at_key.match(line)), None)
    if first is None:
        return 1
    for number, line in enumerate(lines[first:], first):
        if number > first and (not line.strip() or not line.startswith((" ", "\t", "-"))):
            break
        if text and text in (at_key.sub("", line, count=1) if number == first else line):
            return number + 1
    return first + 1
