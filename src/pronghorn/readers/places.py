"""Where in a source a key of the metadata stands."""

from __future__ import annotations

import re

from pronghorn.errors import Place, SourceError
from pronghorn.model.source import Source


def place_of_key(source: Source, key: str) -> Place:
    """Find the line of a key in front matter, a field list or a notebook; the file alone if it is not found."""
    try:
        lines = source.read_text().split("\n")
    except (SourceError, OSError):  # the file is not UTF-8, or gone by now
        return Place(source.path)
    begins = re.compile(rf"\s*[:\"']?{re.escape(key)}[\"']?\s*:", re.IGNORECASE)
    return Place(source.path, next((number for number, line in enumerate(lines, 1) if begins.match(line)), None))
