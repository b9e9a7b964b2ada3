"""Which pages are published: drafts, pages of the future and expired ones are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from enum import StrEnum

from pronghorn.model.dates import parse_date
from pronghorn.model.flags import parse_flag
from pronghorn.model.page import Page

FIELDS = ("draft", "date", "expires")
"""What the metadata of a page say about this."""


class Drafts(StrEnum):
    """What a build does with pages that are not published."""

    HIDE = "hide"
    """They are no documents."""
    SHOW = "show"
    """They are documents like others."""
    IGNORE = "ignore"
    """What the metadata say about it means nothing: the site does not use Pronghorn for its content."""


def flaws_of(page: Page, zone: tzinfo) -> Iterator[tuple[str, str]]:
    """Return the fields that cannot be understood, and why not.

    :param zone: the time zone of dates that say none.
    """
    for field in FIELDS:
        value = page.metadata.get(field) if page.metadata is not None else None
        try:
            if value is not None:
                _ = parse_flag(value) if field == "draft" else parse_date(value, zone)
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
