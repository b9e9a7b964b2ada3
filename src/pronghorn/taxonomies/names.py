"""The names of terms, as pages give them in their metadata."""

from __future__ import annotations

import datetime as dt
import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_LISTS = (list, tuple, set, frozenset)


@dataclass(slots=True)
class Given:
    """What a page gives as its terms."""

    names: list[str] = field(default_factory=list)
    """Each once, in the order of the page."""
    refused: list[Any] = field(default_factory=list)
    """What can be no term."""


def names_in(value: Any, *, is_field: bool) -> Given:
    """Find the names of terms in a value of the metadata.

    A value is one term, or a list of them. Numbers and dates become text; nothing is what is empty.

    :param is_field: whether the value is from a field list, which knows no lists: then commas part the terms.
    """
    given = Given()
    for item in _items(value, is_field=is_field):
        name = text_of(item)
        if name is None:
            given.refused.append(item)
        elif name and name not in given.names:
            given.names.append(name)
    return given


def _items(value: Any, *, is_field: bool) -> list[Any]:
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if isinstance(value, _LISTS):
        return list(value)
    return value.split(",") if is_field and isinstance(value, str) else [value]


def text_of(value: Any) -> str | None:
    """Return the text of a term, without blanks that do not count; None for what is not text, number or date."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if not isinstance(value, str | int | float):
        return None
    text = str(value).encode("utf-8", errors="replace").decode()
    return " ".join(unicodedata.normalize("NFC", text).split())


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return that of the *names* which is most like *name*; None if none is like it."""
    near = difflib.get_close_matches(name, list(names), n=1)
    return near[0] if near else None
