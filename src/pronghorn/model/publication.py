"""Which pages are published: drafts, pages of the future and expired ones are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from pronghorn.model.dates import parse_date

if TYPE_CHECKING:
    from pronghorn.model.page import Page

FIELDS = ("draft", "date", "expires")
"""What the metadata of a page say about this."""

_TRUE, _FALSE = {"true", "yes", "on", "1", ""}, {"false", "no", "off", "0"}


class Drafts(StrEnum):
    """What a build does with pages that are not published."""

    HIDE = "hide"
    """They are no documents."""
    SHOW = "show"
    """They are documents like others."""
    IGNORE = "ignore"
    """What the metadata say about it means nothing: the site does not use Pronghorn for its content."""


def parse_flag(value: object) -> bool:
    """Understand yes or no, as YAML and field lists write it. A field without a text means yes.

    :raises ValueError: if it is neither.
    """
    if value is None or isinstance(value, bool):
        return bool(value)
    text = str(value).strip().lower()
    if text in _TRUE | _FALSE:
        return text in _TRUE
    raise ValueError(f"{value!r} is neither true nor false")


def flaws_of(page: Page) -> Iterator[tuple[str, str]]:
    """Return the fields that cannot be understood, and why not."""
    for field in FIELDS:
        value = page.metadata.get(field) if page.metadata is not None else None
        try:
            if value is not None:
                _ = parse_flag(value) if field == "draft" else parse_date(value, page.zone)
        except ValueError as error:
            yield field, str(error)


def why_unpublished(page: Page, now: datetime) -> str:
    """Say why a page is not published, in words that fit after its name; an empty string if it is."""
    if page.draft:
        return "is a draft"
    if page.date is not None and page.date > now:
        return f"is not published yet: its date is {page.date:%Y-%m-%d %H:%M}"
    if page.expires is not None and page.expires <= now:
        return f"has expired on {page.expires:%Y-%m-%d %H:%M}"
    return ""
