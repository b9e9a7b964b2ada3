"""Questions and messages on the terminal."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import TextIO


def at_terminal() -> bool:
    """Check whether a user can answer questions: whether the standard input is a terminal."""
    return sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()


def say(text: str, stream: TextIO, end: str = "\n") -> None:
    """Write *text* and *end*. What the stream cannot encode is written as a backslash escape."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + end)
    stream.flush()


def ask(question: str, default: str, check: Callable[[str], str]) -> str:
    """Ask until the answer passes. Questions go to the standard error, so that output can be piped.

    :param default: shown, and taken if the answer is empty.
    :param check: gives the answer as it is to be used, or raises ``ArgumentTypeError`` with what is wrong.
    :raises EOFError: if the input ends.
    """
    while True:
        say(f"{question} [{default}]: ", sys.stderr, end="")
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        try:
            return check(line.strip() or default)
        except ArgumentTypeError as fault:
            say(str(fault), sys.stderr)
