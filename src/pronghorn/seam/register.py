"""The register: every internal of Sphinx, docutils and themes that Pronghorn touches."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pronghorn.seam.capability import ALL, INSTEAD, Capability
from pronghorn.seam.internal import Internal
from pronghorn.seam.rows import ROOMS

WAY_OUT = "Install another version of Sphinx, or a newer Pronghorn if there is one"
"""What to do where Pronghorn cannot work."""


@cache
def all_rows() -> tuple[Internal, ...]:
    """Return all rows, subject by subject."""
    return tuple(row for room in ROOMS for row in vars(room).values() if isinstance(row, Internal))


def changed_among(capability: Capability) -> Internal | None:
    """Return a changed internal that *capability* needs; None if there is none."""
    served = (row for row in all_rows() if capability in row.serves and row.is_loaded)
    return next((row for row in served if row.has_changed), None)


def notices(capabilities: Capability = ALL) -> Iterator[str]:
    """Say what is left to Sphinx, and because of which internals: one line for each capability."""
    for capability in capabilities:
        changed = changed_among(capability)
        if changed is not None:
            yield f"{INSTEAD[capability]}: {changed.change}"
