"""Where queries are put: each is answered once, and is told to whoever listens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo

from pronghorn.errors import QueryError
from pronghorn.model.observer import ALL, Observed
from pronghorn.model.page import Page
from pronghorn.queries.query import Query
from pronghorn.queries.results import Condition, Result, describe, run

QUERY = "query"
"""The kind of dependency on the result of a query; its name is that of the query."""


class QueryDesk:
    """Answers queries about the pages of a site.

    :param pages: gives all pages, ordered by docname.
    :ivar fields: metadata that are known although no page may have them: of hidden pages, of taxonomies.
    :ivar keeps: whether results are kept: nothing about the pages changes any more.
    """

    def __init__(self, pages: Callable[[], Sequence[Page]]) -> None:
        self._pages = pages
        self._kept: dict[Query, Result] = {}
        self.fields: set[str] = set()
        self.keeps = False

    def reset(self, *, keeps: bool) -> None:
        """Forget all results."""
        self._kept.clear()
        self.keeps = keeps

    def ask(self, query: Query, condition: Condition | None, zone: tzinfo, observed: Observed) -> Result:
        """Answer a query, and tell who observes.

        :raises QueryError: if it names a field that is misspelt.
        """
        if condition is None:
            observed.hear(QUERY, query.name)
        else:
            observed.hear(ALL, "")
        with observed.aside():
            return self._answer(query, condition, zone)

    def _answer(self, query: Query, condition: Condition | None, zone: tzinfo) -> Result:
        if condition is not None:
            return run(query, self._pages(), self.fields, zone, condition)
        result = self._kept.get(query)
        if result is None:
            result = run(query, self._pages(), self.fields, zone)
            if self.keeps:
                self._kept[query] = result
        return result.copy()

    def describe(self, name: str, zone: tzinfo) -> str:
        """Say what the result of a query is now, by the name of the query; or what is wrong with it."""
        try:
            return describe(self._answer(Query.of_name(name), None, zone))
        except QueryError as error:
            return f"error: {error.message}"
