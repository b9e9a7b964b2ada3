"""The trees in which the domains for C and C++ keep declarations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pronghorn.seam.internal import Internal
from pronghorn.seam.rows.reading import C_SYMBOLS, CPP_SYMBOLS


def is_symbol(value: object) -> bool:
    """Check whether a value is such a tree, or a part of one."""
    return _row_of(value) is not None


def symbols_below(root: Any) -> Iterable[Any]:
    """Return a symbol of C or C++ and all below it.

    :raises ChangedInternalError: they are kept in another way.
    """
    symbols: Iterable[Any] = (_row_of(root) or C_SYMBOLS).of(root)()
    return symbols


def _row_of(value: object) -> Internal | None:
    for row in (C_SYMBOLS, CPP_SYMBOLS):
        if row.is_loaded and isinstance(row.owner, type) and isinstance(value, row.owner):
            return row
    return None
