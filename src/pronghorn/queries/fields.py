"""Fields of pages, as queries see them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pronghorn.model.page import Page

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_MANY = (list, tuple, set, frozenset)

Sortable = tuple[int, float, str, str]


def _year(page: Page) -> int | None:
    return page.date.year if page.date is not None else None


def _month(page: Page) -> str | None:
    return f"{page.date:%Y-%m}" if page.date is not None else None


OWN: Mapping[str, Callable[[Page], Any]] = {
    "docname": lambda page: page.docname,
    "url": lambda page: page.url,
    "title": lambda page: page.title,
    "date": lambda page: page.date,
    "expires": lambda page: page.expires,
    "draft": lambda page: page.draft,
    "year": _year,
    "month": _month,
}
"""Fields that each page has; ``year`` and ``month`` are those of its date. All others are metadata."""


def value_of(page: Page, field: str) -> Any:
    """Return the value of a field; None if the page has none."""
    if field in OWN:
        return OWN[field](page)
    return page.metadata.get(field) if page.metadata is not None else None


def values_of(page: Page, field: str) -> list[Any]:
    """Return the values of a field: those in the list if it is one, none if the page has none."""
    value = value_of(page, field)
    if value is None:
        return []
    if isinstance(value, set | frozenset):
        return sorted(value, key=text_of)
    return [*value] if isinstance(value, _MANY) else [value]


def text_of(value: Any) -> str:
    """Return a value as text: values are equal if their texts are, whether YAML or a field list has them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value).strip()


def matches(page: Page, field: str, wanted: Iterable[str]) -> bool:
    """Check whether a field of a page is, or has among its values, one of the texts.

    The text of a field list counts as a list, too, if it has commas.
    """
    texts = {text_of(value) for value in values_of(page, field)}
    parts = {part.strip() for text in texts for part in text.split(",")}
    return not (texts | parts).isdisjoint(wanted)


def sortable(value: Any) -> Sortable:
    """Make any values comparable: numbers come first, then dates, then texts, whatever their case."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return 1, value.timestamp(), "", ""
    text = text_of(value)
    if isinstance(value, bool | float):
        return 0, float(value), "", ""
    if _NUMBER.fullmatch(text):
        return 0, float(text), "", ""  # of a text: it may be too long for a number
    return 2, 0.0, text.casefold(), text
