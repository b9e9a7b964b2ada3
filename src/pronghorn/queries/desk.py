"""Where queries are put: each is answered once, and is told to whoever listens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo

from pronghorn.errors import QueryError
from pronghorn.model.observer import ALL, Observed
from pronghorn.model.page import Page
from pronghorn.queries.query import Query
from pronghorn.queries.results import Condition, PageGroup, describe, grouped, run

QUERY = "query"
"""The kind of dependency on the result of a query; its name is that of the query."""


class QueryDesk:
    """Answers queries about the pages of a site.

    :param pages: gives all pages, ordered by docname.
    :ivar fields: metadata that are known although no page may have them: of hidden pages, of taxonomies.
    """

    def __init__(self, pages: Callable[[], Sequence[Page]], fields: Iterable[str] = ()) -> None:
        self._pages = pages
        self._kept: dict[Query, list[Page]] | None = None
        self._kept_groups: dict[Query, list[PageGroup]] = {}
        self.fields = set(fields)

    def keep(self) -> None:
        """Keep results from now on: nothing about the pages changes any more."""
        self._kept = {}

    def ask(self, query: Query, condition: Condition | None, zone: tzinfo, observed: Observed) -> list[Page]:
        """Answer a query, and tell who observes.

        :raises QueryError: if it names a field that is misspelt.
        """
        _tell(query, condition, observed)
        with observed.aside():
            return self._pages_of(query, condition, zone)

    def ask_groups(
        self, query: Query, condition: Condition | None, zone: tzinfo, observed: Observed
    ) -> list[PageGroup]:
        """Answer a query that groups, as :meth:`ask` does."""
        _tell(query, condition, observed)
        with observed.aside():
            return self._groups_of(query, condition, zone)

    def _pages_of(self, query: Query, condition: Condition | None, zone: tzinfo) -> list[Page]:
        if condition is not None or self._kept is None:
            return run(query, self._pages(), self.fields, zone, condition)
        if query not in self._kept:
            self._kept[query] = run(query, self._pages(), self.fields, zone)
        return self._kept[query].copy()

    def _groups_of(self, query: Query, condition: Condition | None, zone: tzinfo) -> list[PageGroup]:
        if condition is not None or self._kept is None:
            return grouped(self._pages_of(query, condition, zone), query)
        if query not in self._kept_groups:
            self._kept_groups[query] = grouped(self._pages_of(query, condition, zone), query)
        return self._kept_groups[query].copy()

    def describe(self, name: str, zone: tzinfo) -> str:
        """Say what the result of a query is now, by the name of the query; or what is wrong with it."""
        try:
            query = Query.of_name(name)
            return describe(self._groups_of(query, None, zone) if query.by else self._pages_of(query, None, zone))
        except QueryError as error:
            return f"error: {error.message}"


def _tell(query: Query, condition: Condition | None, observed: Observed) -> None:
    if condition is None:
        observed.hear(QUERY, query.name)
    else:
        observed.hear(ALL, "")
