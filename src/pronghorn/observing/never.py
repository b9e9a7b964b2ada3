"""Digests that nothing has."""

from __future__ import annotations

import secrets

from pronghorn.cache.tracking.digests import DIGEST_BYTES


def never() -> bytes:
    """Return a digest that nothing ever has: what depends on it is made again."""
    return secrets.token_bytes(DIGEST_BYTES)
