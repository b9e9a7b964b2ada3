"""The orders that pages of a term can have."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

from pronghorn.model.page import Page

SortKey = Callable[[Page], tuple[Any, ...]]

_EARLIEST = dt.datetime.min.replace(tzinfo=dt.UTC)


def weight_of(page: Page) -> float | None:
    """Return the ``weight`` of a page's metadata; None without one, or if it is not a number."""
    given = page.metadata.get("weight") if page.metadata is not None else None
    if isinstance(given, bool):
        return None
    try:
        weight = float(given)  # type: ignore[arg-type]  # whatever it is
    except (TypeError, ValueError, OverflowError):  # whoever collects pages tells of it
        return None
    return weight if math.isfinite(weight) else None


def by_title(page: Page) -> tuple[Any, ...]:
    """Sort by titles, whatever their case."""
    return (page.title.casefold(), page.docname)


def by_date(page: Page) -> tuple[Any, ...]:
    """Sort the latest first; pages without a date are last."""
    date = page.date or _EARLIEST
    return (-(date - _EARLIEST).total_seconds(), page.docname)


def by_weight(page: Page) -> tuple[Any, ...]:
    """Sort the lightest first; pages without a weight are last."""
    weight = weight_of(page)
    return (weight is None, weight or 0.0, page.docname)


ORDERS: dict[str, SortKey] = {"title": by_title, "date": by_date, "weight": by_weight}
"""By what a taxonomy's ``order`` says."""
