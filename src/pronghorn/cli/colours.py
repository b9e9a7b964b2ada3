"""Colours for the terminal."""

from __future__ import annotations

import os
import sys

_GREEN, _YELLOW, _RED, _GREY = "32", "33", "31", "90"
_CODES = {"ok": _GREEN, "loaded": _GREEN, "note": _YELLOW, "disabled": _YELLOW, "fault": _RED, "failed": _RED}
_CODES["not loaded"] = _GREY


def wants_colour() -> bool:
    """Check whether the standard output is a terminal, and the user does not mind colours."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def painted(text: str, state: str) -> str:
    """Put *text* between the escape sequences for the colour of a state."""
    return f"\x1b[{_CODES[state]}m{text}\x1b[0m"
