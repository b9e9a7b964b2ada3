"""Colours for the terminal."""

from __future__ import annotations

import os
import sys


def wants_colour() -> bool:
    """Check whether the standard output is a terminal, and the user does not mind colours."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def painted(text: str, code: str) -> str:
    """Put *text* between the escape sequences for a colour: ``31`` is red, ``32`` green, ``33`` yellow."""
    return f"\x1b[{code}m{text}\x1b[0m"
