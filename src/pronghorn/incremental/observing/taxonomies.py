"""Taxonomies and terms, as templates and plugins see them: they tell the recorder what is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pronghorn.cache.tracking.digests import ABSENT
from pronghorn.incremental.observing.recorder import Recorder
from pronghorn.incremental.observing.state_digests import digest_of_state
from pronghorn.incremental.observing.write_answers import State
from pronghorn.model.page import Page
from pronghorn.taxonomies.model import Taxonomies, Taxonomy, Term

TERM, TAGGED = "term", "tagged"
"""Kinds of dependencies on a term: on its name and its page, and on which pages have it."""
TAXONOMY, TERMS, TERMS_OF = "taxonomy", "terms", "terms-of"
"""Kinds of dependencies on a taxonomy: on what it is called, on which terms it has, and on those of one page. What else
the configuration says, all pages depend on."""

_OF_PAGES = frozenset({"count", "first_date", "last_date", "pages"})
_OF_TERMS = frozenset({"children", "nearest", "roots", "terms"})
_TOLD_BY_THEMSELVES = frozenset({"find", "key", "terms_of"})


@contextmanager
def noted_taxonomies(taxonomies: Taxonomies, recorder: Recorder, state: State) -> Iterator[None]:
    """Make taxonomies and terms, in place, tell *recorder* what is read; *state* answers what it is now.

    So a page depends on the terms that it shows, and on their pages only if it shows these, or counts them.
    """
    known = [taxonomy for key in taxonomies if (taxonomy := taxonomies.find(key)) is not None]
    terms = [term for taxonomy in known for term in taxonomy.terms]
    _add_answers(state, known)
    taxonomy_class, term_class = _make_taxonomy_class(recorder), _make_term_class(recorder)
    for taxonomy in known:
        taxonomy.__class__ = taxonomy_class
    for term in terms:
        term.__class__ = term_class
    try:
        yield
    finally:
        for taxonomy in known:
            taxonomy.__class__ = Taxonomy
        for term in terms:
            term.__class__ = Term


def _make_term_class(recorder: Recorder) -> type[Term]:
    class NotedTerm(Term):
        """A term that tells which of its attributes are read."""

        __slots__ = ()

        def __getattribute__(self, name: str) -> Any:
            get = super().__getattribute__
            if recorder.noted is not None and not name.startswith("_"):
                key = get("taxonomy").key
                if name in _OF_TERMS:
                    recorder.note(TERMS, key)
                else:
                    recorder.note(TAGGED if name in _OF_PAGES else TERM, f"{key}: {get('name')}")
            return get(name)

    NotedTerm.__name__ = NotedTerm.__qualname__ = Term.__name__  # templates may show what it is
    return NotedTerm


def _make_taxonomy_class(recorder: Recorder) -> type[Taxonomy]:
    class NotedTaxonomy(Taxonomy):
        """A taxonomy that tells which of its attributes are read."""

        __slots__ = ()

        def __getattribute__(self, name: str) -> Any:
            get = super().__getattribute__
            if recorder.noted is not None and not name.startswith("_") and name not in _TOLD_BY_THEMSELVES:
                recorder.note(TERMS if name in _OF_TERMS else TAXONOMY, get("key"))
            return get(name)

        def find(self, name: str) -> Term | None:
            """Find a term by its name; only whether it is there, and what it is, is read."""
            recorder.note(TERM, f"{self.key}: {name}")
            with recorder.suspended():
                return super().find(name)

        def terms_of(self, page: Page) -> tuple[Term, ...]:
            """Return the terms of a page; no other ones are read."""
            recorder.note(TERMS_OF, f"{self.key}: {page.docname}")
            with recorder.suspended():
                return super().terms_of(page)

    NotedTaxonomy.__name__ = NotedTaxonomy.__qualname__ = Taxonomy.__name__
    return NotedTaxonomy


def _add_answers(state: State, taxonomies: list[Taxonomy]) -> None:
    """Make *state* answer what is there now."""
    by_key = {taxonomy.key: taxonomy for taxonomy in taxonomies}

    def term_of(full_name: str) -> Term | None:
        key, _, name = full_name.partition(": ")
        return by_key[key].find(name)

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
        return digest_of_state([term.name for term in by_key[key].terms_of_docname(docname)])

    state.add(TERM, about)
    state.add(TAGGED, tagged)
    state.add(TERMS_OF, terms_of)
    state.add(TERMS, lambda key: digest_of_state([term.name for term in by_key[key].terms]))
    state.add(TAXONOMY, lambda key: digest_of_state(by_key[key].docname))
