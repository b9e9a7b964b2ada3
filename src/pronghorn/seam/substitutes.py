"""Substitutes for attributes of single objects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def substituted(owner: Any, **substitutes: Any) -> Iterator[None]:
    """Put attributes on *owner* itself, in front of those of its class; put everything back at the end."""
    attributes: dict[str, Any] = vars(owner)
    before = {name: attributes[name] for name in substitutes if name in attributes}
    attributes.update(substitutes)
    try:
        yield
    finally:
        for name in substitutes:
            del attributes[name]
        attributes.update(before)
