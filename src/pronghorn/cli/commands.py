"""What commands are added to, and how their arguments are parsed."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, Protocol


class Commands(Protocol):
    """What commands are added to."""

    def add_parser(self, name: str, **about: Any) -> Parser:
        """Add a command, and return its parser; *about* is what :class:`argparse.ArgumentParser` takes."""


class Parser(argparse.ArgumentParser):
    """A parser that takes options between positional arguments: ``why PAGE --json SOURCE``."""

    _parses_at_once = False
    """Whether the arguments are parsed in their order, because those of a command follow its name."""

    def add_subparsers(self, **about: Any) -> Commands:  # type: ignore[override]  # its class has no public name
        """Return what commands are added to."""
        self._parses_at_once = True
        return super().add_subparsers(**about)

    def parse_known_args(  # type: ignore[override]  # the overloads say nothing more of what argparse calls it with
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Parse, the options first if there are no commands."""
        if self._parses_at_once:
            return super().parse_known_args(args, namespace)
        self._parses_at_once = True  # until Python 3.12, the other method calls this one
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._parses_at_once = False
