"""Collecting: from the metadata of all pages to the terms of a taxonomy."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pronghorn.model.content import SourceContent
from pronghorn.model.page import Page
from pronghorn.taxonomies.model import TaxonomyState, Term
from pronghorn.taxonomies.names import names_in
from pronghorn.taxonomies.places import place_of
from pronghorn.taxonomies.slugs import slugs_of
from pronghorn.taxonomies.sorting import weight_of
from pronghorn.warnings import Reporter, WarningKind

Path = tuple[str, ...]
"""The levels of a term."""

MAX_LEVELS = 20
"""Lists of lists of terms, and folders in folders, cannot be nested without end."""


def collect(states: Mapping[str, TaxonomyState], pages: Iterable[Page], reporter: Reporter) -> None:
    """Fill the taxonomies with the terms that *pages* have."""
    all_pages = list(pages)
    for state in states.values():
        _Collector(state, reporter).collect(all_pages)


class _Collector:
    """Collects the terms of one taxonomy."""

    def __init__(self, state: TaxonomyState, reporter: Reporter) -> None:
        self._state = state
        self._declaration = state.declaration
        self._reporter = reporter
        self._possible = self._positions()

    def _positions(self) -> dict[Path, int] | None:
        """Return the positions of the possible terms, and of all above them; None if any term is possible."""
        if self._declaration.possible_terms is None:
            return None
        positions: dict[Path, int] = {}
        for number, name in enumerate(self._declaration.possible_terms):
            path = self._declaration.path_of(" ".join(name.split()))
            for length in range(1, len(path) + 1):
                positions.setdefault(path[:length], number)
        return positions

    def collect(self, pages: Iterable[Page]) -> None:
        """Fill the taxonomy."""
        self._state.clear()
        of_pages = [(page, paths) for page in pages if (paths := self._paths_of(page))]
        terms = self._make_terms({path for _, paths in of_pages for path in paths})
        for page, paths in of_pages:
            self._state.add_page(page, tuple(terms[path] for path in paths))

    def _paths_of(self, page: Page) -> list[Path]:
        key = self._declaration.key
        value = page.metadata.get(key) if page.metadata is not None else None
        if value is None:
            return []
        is_field = isinstance(page.input, SourceContent) and page.input.type == "rst"
        given = names_in(value, is_field=is_field)
        for refused in given.refused:
            self._refuse(page, refused)
        paths = dict.fromkeys(path for name in given.names if (path := self._declaration.path_of(name)))
        found = [path for path in paths if self._is_shallow(page, path) and self._is_possible(page, path)]
        if found and self._declaration.order == "weight":
            self._check_weight(page)
        return found

    def _refuse(self, page: Page, value: Any) -> None:
        kind = type(value).__name__
        self._reporter.warning(
            WarningKind.TAXONOMY,
            f"'{self._declaration.key}' holds a {kind}, which is not a term; write a text, a number, a date, or a"
            " list of these",
            location=place_of(page, self._declaration.key),
        )

    def _is_shallow(self, page: Page, path: Path) -> bool:
        if len(path) <= MAX_LEVELS:
            return True
        key = self._declaration.key
        self._reporter.warning(
            WarningKind.TAXONOMY,
            f"a term of '{key}' has {len(path)} levels, and at most {MAX_LEVELS} are possible. The page is not listed"
            " there",
            location=place_of(page, key),
        )
        return False

    def _is_possible(self, page: Page, path: Path) -> bool:
        if self._possible is None or path in self._possible:
            return True
        name, key = self._declaration.name_of(path), self._declaration.key
        possible = self._declaration.possible_terms or []
        near = difflib.get_close_matches(name, possible, n=1, cutoff=0.5)
        hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(possible[:8]) or 'none'}."
        self._reporter.error(
            WarningKind.TAXONOMY,
            f"'{name}' is not among the possible terms of '{key}'; {hint} The page is not listed there",
            location=place_of(page, key, path[-1]),
        )
        return False

    def _check_weight(self, page: Page) -> None:
        given = page.metadata.get("weight") if page.metadata is not None else None
        if given is not None and weight_of(page) is None:
            self._reporter.warning(
                WarningKind.TAXONOMY,
                f"the weight should be a number, but is {given!r}; the page is listed last",
                location=place_of(page, "weight"),
            )

    def _make_terms(self, paths: Iterable[Path]) -> dict[Path, Term]:
        """Make a term of each path and of those above it, in their order."""
        every = {path[:length] for path in paths for length in range(1, len(path) + 1)}
        slugs = _slugs_of_paths(every)
        terms: dict[Path, Term] = {}
        for path in sorted(every, key=self._order()):
            above = terms.get(path[:-1])
            slug = f"{above.slug}/{slugs[path]}" if above is not None else slugs[path]
            terms[path] = self._state.add_term(self._declaration.name_of(path), path[-1], slug, above)
        return terms

    def _order(self) -> Callable[[Path], Any]:
        """Return what sorts terms: as the configuration lists them, else by their names; none before that above it."""
        positions = self._possible

        def key(path: Path) -> Any:
            if positions is None:
                return [(0, part.casefold(), part) for part in path]
            prefixes = (path[: length + 1] for length in range(len(path)))
            return [(positions[prefix], part.casefold(), part) for prefix, part in zip(prefixes, path, strict=True)]

        return key


def _slugs_of_paths(paths: Iterable[Path]) -> dict[Path, str]:
    """Make a slug for each path that no other path of the same parent has."""
    siblings: dict[Path, list[str]] = defaultdict(list)
    for path in paths:
        siblings[path[:-1]].append(path[-1])
    return {(*above, name): slug for above, names in siblings.items() for name, slug in slugs_of(names).items()}
