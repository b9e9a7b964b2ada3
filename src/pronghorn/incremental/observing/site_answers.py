"""Answers to what pages ask of the site, while they are read or written."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pronghorn.documents.unpublished import HIDDEN
from pronghorn.queries.desk import QUERY
from pronghorn.site.site import Site

ANSWERS: Mapping[str, Callable[[Site, str], str]] = {
    QUERY: lambda site, name: site.queries.describe(name, site.clock.zone),
    HIDDEN: lambda site, docname: site.hidden.get(docname, ""),
    "now": lambda site, _name: site.clock.now.isoformat(),
}
"""What the answer is now, by the kind of the question."""
