"""Answers to what pages read of taxonomies and terms while they are written.

A page depends on the terms that it shows, and on their pages only if it shows these, or counts them.
"""

from __future__ import annotations

from collections.abc import Mapping

from pronghorn.cache.tracking.digests import ABSENT
from pronghorn.model.observer import TAGGED, TAXONOMY, TERM, TERMS, TERMS_OF
from pronghorn.observing.state import State
from pronghorn.observing.state_digests import digest_of_state
from pronghorn.taxonomies.model import TaxonomyState, Term


def add_taxonomies(collected: Mapping[str, TaxonomyState], state: State) -> None:
    """Make *state* answer what taxonomies and terms are now; what the configuration says, all pages depend on."""

    def term_of(full_name: str) -> Term | None:
        key, _, name = full_name.partition(": ")
        return collected[key].taxonomy.find(name)

    def about(full_name: str) -> bytes:
        term = term_of(full_name)
        parent = term.parent if term is not None else None
        seen = term and [term.name, term.slug, term.docname, parent and parent.name]
        return digest_of_state(seen) if seen else ABSENT

    def tagged(full_name: str) -> bytes:
        term = term_of(full_name)
        return digest_of_state(sorted(page.docname for page in term.pages)) if term is not None else ABSENT

    def terms_of(name: str) -> bytes:
        key, _, docname = name.partition(": ")
        return digest_of_state([term.name for term in collected[key].of_pages.get(docname, ())])

    state.add(TERM, about)
    state.add(TAGGED, tagged)
    state.add(TERMS_OF, terms_of)
    state.add(TERMS, lambda key: digest_of_state(list(collected[key].terms)))
    state.add(TAXONOMY, lambda key: digest_of_state(collected[key].taxonomy.docname))
