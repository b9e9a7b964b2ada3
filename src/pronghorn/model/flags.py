"""Yes and no, as metadata and configuration write it."""

from __future__ import annotations

_TRUE, _FALSE = {"true", "yes", "on", "1", ""}, {"false", "no", "off", "0"}


def parse_flag(value: object) -> bool:
    """Understand yes or no, as YAML and field lists write it. A field without a text means yes.

    :raises ValueError: if it is neither.
    """
    if value is None or isinstance(value, bool):
        return bool(value)
    text = str(value).strip().lower()
    if text in _TRUE | _FALSE:
        return text in _TRUE
    raise ValueError(f"{value!r} is neither true nor false")
