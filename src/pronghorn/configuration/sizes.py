"""Sizes of files in readable form, such as ``500 MB``."""

from __future__ import annotations

import re

_SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<prefix>[kmgt]?)(?P<binary>i?)(?:b|bytes?)?", re.IGNORECASE)
_PREFIXES = ("", "k", "m", "g", "t")


def parse_size(text: str) -> int:
    """Understand ``2 GiB`` (powers of 1024), ``500 MB`` (powers of 1000) or ``1048576``, in bytes.

    :raises ValueError: if it is nothing of the kind.
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None or (found["binary"] and not found["prefix"]):
        raise ValueError(f"{text!r} is not a size; write it like '500 MB' or '2 GiB'")
    base = 1024 if found["binary"] else 1000
    return int(float(found["number"]) * base ** _PREFIXES.index(found["prefix"].lower()))


def format_size(n_bytes: int) -> str:
    """Say a size in the largest unit that leaves a number of one or more: ``1.5 MiB``."""
    size, units = float(n_bytes), iter(("KiB", "MiB", "GiB", "TiB"))
    unit = "byte" if n_bytes == 1 else "bytes"
    while size >= 1024 and (larger := next(units, "")):  # noqa: PLR2004 - what the i in KiB says
        size, unit = size / 1024, larger
    return f"{size:.0f} {unit}" if unit.startswith("byte") else f"{size:.1f} {unit}"
