"""Listeners that gather something from each page that is written, and add nothing to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sphinx.application import Sphinx

from pronghorn.seam.rows.events import LISTENERS

_EVENT = "html-page-context"
_GATHERERS = frozenset({("sphinx_sitemap", "add_html_link")})
"""Those that are known to look at the name of the page only; by module and name."""

Gather = Callable[[str, str], None]
"""Called for each page, whether it was written again or not, with the names of the page and of its template."""


@contextmanager
def gathered_apart(app: Sphinx) -> Iterator[Gather]:
    """Make Sphinx pass over gatherers until the block ends; what is given calls them."""
    listeners = LISTENERS.of(app.events)
    before = listeners.get(_EVENT, [])
    gatherers = [listener for listener in before if _name_of(listener.handler) in _GATHERERS]

    def gather(pagename: str, templatename: str) -> None:
        for listener in gatherers:
            listener.handler(app, pagename, templatename, {}, None)

    if gatherers:
        listeners[_EVENT] = [listener for listener in before if listener not in gatherers]
    try:
        yield gather
    finally:
        if gatherers:
            listeners[_EVENT] = before


def _name_of(handler: object) -> tuple[str, str]:
    return getattr(handler, "__module__", ""), getattr(handler, "__qualname__", "")
