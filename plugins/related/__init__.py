"""Related pages: those that share terms with a page, for templates.

Load it, and ask in a template for the pages that are most like the one that is shown::

    {% for other in related(page, limit=3) %}
    <a href="{{ pathto(other.docname) }}">{{ other.title }}</a>
    {% endfor %}

Pages are alike if they share terms of any taxonomy. A term that few pages have counts for more than one that many have.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pronghorn import Page, Site, Taxonomy, Term

__version__ = "1.0"

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_DIGITS = 9
"""To how many digits scores are compared: sums of the same numbers in another order are the same score."""


@dataclass
class RelatedOptions:
    """The plugin's table."""

    weights: dict[str, float] = field(default_factory=dict)
    """How much the terms of a taxonomy count, by its key: 1 if nothing is said, 0 for not at all."""
    most: int = 100
    """Terms that more pages have say nothing about any of them, and are left out; 0: all count."""


def related_pages(site: Site, options: RelatedOptions, page: Page, limit: int) -> list[Page]:
    """Return the pages that share terms with a page, those first that have most in common.

    Of equal ones the latest is first, then docnames decide.
    """
    shares: dict[str, list[float]] = {}
    pages: dict[str, Page] = {}
    for term, weight in _weighted_terms(site, options, page):
        for other in term.pages:
            if other.docname != page.docname:
                pages[other.docname] = other
                shares.setdefault(other.docname, []).append(weight)
    scores = {docname: round(math.fsum(found), _DIGITS) for docname, found in shares.items()}

    def rank(docname: str) -> tuple[float, float, str]:
        date = pages[docname].date or _EARLIEST
        return (-scores[docname], -(date - _EARLIEST).total_seconds(), docname)

    return [pages[docname] for docname in sorted(scores, key=rank)[: max(limit, 0)]]


def _weighted_terms(site: Site, options: RelatedOptions, page: Page) -> Iterator[tuple[Term, float]]:
    """Return the terms of a page that count, and how much: the more, the fewer pages have one, as Adamic and Adar."""
    for key in site.taxonomies:
        weight = options.weights.get(key, 1)
        for term in _terms_of(site.taxonomies[key], page) if weight else ():
            count = term.count
            if count > 1 and (not options.most or count <= options.most):
                yield term, weight / math.log2(count)


def _terms_of(taxonomy: Taxonomy, page: Page) -> list[Term]:
    """Return the terms of a page and those above them, each once."""
    found: dict[str, Term] = {}
    for term in taxonomy.terms_of(page):
        above: Term | None = term
        while above is not None:
            found[above.name] = above
            above = above.parent
    return list(found.values())


def _check(options: RelatedOptions) -> None:
    if options.most < 0:
        raise ValueError("related: 'most' is 0 or more")
    for key, weight in options.weights.items():
        if not (math.isfinite(weight) and weight >= 0):
            raise ValueError(f"related: the weight of '{key}' is 0 or more, not {weight}")


def _tell_unknown(site: Site, options: RelatedOptions) -> None:
    for key in options.weights:
        if key not in site.taxonomies:
            near = difflib.get_close_matches(key, site.taxonomies, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            site.log.warning("the option 'weights' names '%s', and there is no such taxonomy%s", key, hint)


def _make_function(site: Site, options: RelatedOptions) -> Callable[..., list[Page]]:
    def related(page: Page | None, limit: int = 5) -> list[Page]:
        return [] if page is None else related_pages(site, options, page, limit)

    return related


def register_plugin(site: Site) -> None:
    """Declare the table, and add the function to templates."""
    options = site.config.update_plugin_table("related", RelatedOptions())
    _check(options)

    def add_function(env: Any) -> None:
        env.globals["related"] = _make_function(site, options)

    site.signals.jinja_environment_prepared.connect(add_function)
    site.signals.processors_finished.connect(lambda site: _tell_unknown(site, options))
