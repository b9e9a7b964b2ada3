"""The first heading of a source, as it is written: what a page is called before Sphinx has read it."""

from __future__ import annotations

import re

from pronghorn.readers.field_list import find_title
from pronghorn.readers.front_matter import FRONT_MATTER

_HEADING = re.compile(r"^#[ \t]+(.+?)[ \t#]*$", re.MULTILINE)


def find_heading(text: str, type_: str) -> str | None:
    """Find the first heading of a text, markup in it included; None if it has none.

    :param type_: the type of content: ``md`` and ``rst`` are understood.
    """
    if type_ == "rst":
        return find_title(text)
    front = FRONT_MATTER.match(text)
    found = _HEADING.search(text, front.end() if front else 0) if type_ == "md" else None
    return found[1] if found else None
