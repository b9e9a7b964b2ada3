"""Digests that nothing has."""

from __future__ import annotations

import secrets

from pronghorn.cache.tracking.digests import DIGEST_BYTES


def never() -> bytes:
    """Give a digest that nothing ever has: what depends on it is made anew."""
    return secrets.token_bytes(DIGEST_BYTES)
