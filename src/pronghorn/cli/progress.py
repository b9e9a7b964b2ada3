"""Showing on the terminal that work takes long."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pronghorn.cli.prompts import say

_PATIENCE_S = 1.0
"""Shorter work is not shown."""


@contextmanager
def progress(text: str) -> Iterator[None]:
    """Show *text* and the seconds that have gone by, on one line of the terminal, until the work is done.

    Nothing is shown if the standard error is not a terminal.
    """
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    shown = threading.Thread(target=_show, args=(text, done), daemon=True)
    shown.start()
    try:
        yield
    finally:
        done.set()
        shown.join()


def _show(text: str, done: threading.Event) -> None:
    start, line = time.monotonic(), ""
    while not done.wait(_PATIENCE_S):
        line = f"{text} ... {time.monotonic() - start:.0f} s"
        say(f"\r{line}", sys.stderr, end="")
    say("\r" + " " * len(line) + "\r" if line else "", sys.stderr, end="")
