"""What commands are added to, and how their arguments are parsed."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["Parser"]  # noqa: SLF001 - argparse gives it no public name
else:
    Commands = object


class Parser(argparse.ArgumentParser):
    """A parser that takes options between positional arguments: ``why PAGE --json SOURCE``."""

    _is_parsing = False

    def parse_known_args(  # type: ignore[override]  # the overloads say nothing more of what argparse calls it with
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Parse, the options first if there are plain positional arguments."""
        positionals = self._get_positional_actions()
        has_commands = any(isinstance(action, argparse._SubParsersAction) for action in positionals)  # noqa: SLF001
        if self._is_parsing or has_commands or not positionals:
            return super().parse_known_args(args, namespace)
        self._is_parsing = True  # until Python 3.12, the other method calls this one
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._is_parsing = False
