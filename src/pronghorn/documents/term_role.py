"""The role ``taxonomy``: a link to a term, or to the list of all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import ReferenceRole

from pronghorn.documents.listings import link_to
from pronghorn.errors import Place, did_you_mean
from pronghorn.model.observer import TERM, TERMS
from pronghorn.site.site import Site
from pronghorn.taxonomies.model import Taxonomy, TaxonomyState, Term
from pronghorn.taxonomies.names import text_of
from pronghorn.warnings import WarningKind


def find_target(states: Mapping[str, TaxonomyState], target: str) -> Term | Taxonomy | None:
    """Find what ``tags: Python``, or ``tags`` alone, stands for; None if there is no such term or taxonomy."""
    key, name = _parts_of(target)
    taxonomy = states[key].taxonomy if key in states else None
    return taxonomy.find(name) if taxonomy is not None and name is not None else taxonomy


def _parts_of(target: str) -> tuple[str, str | None]:
    """Return the key and the name of the term; None if it names no term."""
    key, colon, name = target.partition(":")
    return key.strip(), text_of(name) if colon else None


def make_role(site: Site) -> ReferenceRole:
    """Make the role for *site*."""

    class TermRole(ReferenceRole):
        """Links to a page of a taxonomy; without a title of its own, by the name of the term."""

        def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
            """Make the reference, or the text alone and a warning."""
            site.observed.hear(TERM, self.target)
            with site.observed.aside():
                found = find_target(site.collected, self.target)
                if found is not None:
                    return [self._link_to(found)], []
            self._warn()
            return [nodes.inline(self.rawtext, self.title)], []

        def _link_to(self, found: Term | Taxonomy) -> nodes.Node:
            title = self.title if self.has_explicit_title else found.name if isinstance(found, Term) else found.plural
            return link_to(found.docname, title, self.env.docname)

        def _warn(self) -> None:
            source, line = self.get_source_info()
            site.observed.hear(TERMS, _parts_of(self.target)[0])  # what the warning suggests depends on all of them
            with site.observed.aside():
                problem = _problem(site.collected, self.target)
            site.supervisor.reporter.warning(
                WarningKind.TAXONOMY,
                f"the role 'taxonomy' leads nowhere: {problem}",
                location=Place(Path(source), line),
            )

    return TermRole()


def _problem(states: Mapping[str, TaxonomyState], target: str) -> str:
    key, name = _parts_of(target)
    if key not in states:
        return f"there is no taxonomy '{key}'{did_you_mean(key, states)}"
    return f"no page has the term '{name}' of '{key}'{did_you_mean(name or '', states[key].terms)}"
