"""Names of keys: keys of tables as text, and back."""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import Any

_ESCAPE = "\1"
_PARTS = (str, int, type(None))


def name_of(key: Hashable) -> str | None:
    """Return the name of a key; None if it has none that means the same in every process."""
    if type(key) is str and not key.startswith(_ESCAPE):
        return key
    return _ESCAPE + json.dumps(key) if _is_plain(key) else None


def key_of(name: str) -> Hashable:
    """Return the key that :func:`name_of` has named.

    :raises ValueError: it has named none.
    """
    return _tuples(json.loads(name[1:])) if name.startswith(_ESCAPE) else name


def _is_plain(key: object) -> bool:
    """Check whether a key comes back equal: JSON has no other types, and lists for tuples."""
    return all(map(_is_plain, key)) if type(key) is tuple else type(key) in _PARTS


def _tuples(value: Any) -> Hashable:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
