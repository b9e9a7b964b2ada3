"""Results of queries."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from pronghorn.errors import QueryError, did_you_mean
from pronghorn.model.dates import is_day, parse_date
from pronghorn.model.page import Page
from pronghorn.queries.fields import OWN, matches, sortable, text_of, value_of, values_of
from pronghorn.queries.globs import compile_glob
from pronghorn.queries.query import Query

Condition = Callable[[Page], object]
"""Tells whether a page is wanted."""


@dataclass(frozen=True, slots=True)
class PageGroup:
    """Pages with one value of a field."""

    key: Any
    """The value."""
    pages: list[Page]
    """In the order of the query."""


Result = list[Page] | list[PageGroup]


def run(
    query: Query, pages: Sequence[Page], fields: Iterable[str], zone: tzinfo, condition: Condition | None = None
) -> list[Page]:
    """Find the pages that a query asks for.

    :param fields: metadata that are known although no page may have them.
    :param zone: the time zone of dates that say none.
    :raises QueryError: if it names a field that no page has, and that is nearly one that some have.
    """
    _check_fields(query, pages, fields)
    found = [page for page in pages if _is_wanted(page, query, zone) and (condition is None or condition(page))]
    found = _sorted(found, query)[query.offset :]
    return found if query.limit is None else found[: query.limit]


def describe(result: Result) -> str:
    """Return what there is in a result: docnames in their order, and keys of groups."""
    return json.dumps(
        [
            [text_of(item.key), [page.docname for page in item.pages]] if isinstance(item, PageGroup) else item.docname
            for item in result
        ]
    )


_NEAR = 0.75
"""How like a known field an unknown one is that must be a mistake, from 0 to 1."""


def _check_fields(query: Query, pages: Sequence[Page], fields: Iterable[str]) -> None:
    asked = {*(field for field, _ in query.where), query.sort, query.by} - {"", *OWN}
    if not asked:
        return
    known = {*OWN, *fields, *(key for page in pages for key in page.metadata or ())}
    for field in sorted(asked - known):
        if hint := did_you_mean(field, known, cutoff=_NEAR):
            raise QueryError(f"no page has a field '{field}'{hint}")


def _is_wanted(page: Page, query: Query, zone: tzinfo) -> bool:
    if query.path and not _is_at(page, query.path):
        return False
    if _is_at(page, query.exclude):
        return False
    if query.draft is not None and page.draft is not query.draft:
        return False
    if (query.since or query.until) and not _is_within(page.date, query, zone):
        return False
    return all(matches(page, field, wanted) for field, wanted in query.where)


def _is_at(page: Page, patterns: Iterable[str]) -> bool:
    names = [page.docname] if page.source is None else [page.docname, page.source.relpath]
    return any(compile_glob(pattern).fullmatch(name) for pattern in patterns for name in names)


def _is_within(date: datetime | None, query: Query, zone: tzinfo) -> bool:
    if date is None or (query.since and date < parse_date(query.since, zone)):
        return False
    if not query.until:
        return True
    end = parse_date(query.until, zone)
    return date < end + timedelta(days=1) if is_day(query.until) else date <= end


def _sorted(pages: list[Page], query: Query) -> list[Page]:
    """Sort pages; those without a value come last, in either direction, and docnames decide between equals."""
    valued = [page for page in pages if value_of(page, query.sort) is not None]
    rest = [page for page in pages if value_of(page, query.sort) is None]
    return sorted(valued, key=lambda page: sortable(value_of(page, query.sort)), reverse=query.reverse) + rest


def grouped(pages: list[Page], query: Query) -> list[PageGroup]:
    """Group the pages of a result; a page is in a group for each of its values, and in none if it has none."""
    groups: dict[str, PageGroup] = {}
    for page in pages:
        for value in values_of(page, query.by):
            group = groups.setdefault(text_of(value), PageGroup(value, []))
            if page not in group.pages[-1:]:
                group.pages.append(page)
    return sorted(groups.values(), key=lambda group: sortable(group.key), reverse=query.reverse)
