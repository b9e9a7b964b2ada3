"""``pronghorn new``: writes a site or a plugin to start from."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable

from pronghorn.cli.commands import Commands
from pronghorn.cli.new import plugin, site
from pronghorn.cli.new.files import LaidDown, RefusedError
from pronghorn.cli.prompts import say

__all__ = ["add_parser"]

REFUSED = 1
"""Exit code when nothing was written; argparse gives 2 for a wrong command line."""

_EPILOG = (
    "Nothing is ever overwritten: if a file is in the way, nothing at all is written."
    " Exit code: 0 when all is written, 1 when nothing is, 2 for a wrong command line."
)


def add_parser(subparsers: Commands) -> None:
    """Add the command ``new`` with its subcommands ``site`` and ``plugin``.

    Each sets the default ``run``: a function of the parsed arguments that returns the exit code.
    """
    about = "lay down a site or a plugin to start from"
    new = subparsers.add_parser("new", help=about, description=f"Commands that {about}.", epilog=_EPILOG)
    kinds = new.add_subparsers(dest="kind", metavar="KIND", required=True)
    for module in (site, plugin):
        parser = kinds.add_parser(module.NAME, help=module.ABOUT, description=module.DESCRIPTION, epilog=_EPILOG)
        module.add_arguments(parser)
        parser.add_argument("--yes", action="store_true", help="take the defaults, ask nothing")
        parser.add_argument("--json", action="store_true", help="print the written files as a JSON list")
        parser.set_defaults(run=_command(module.lay_down))


def _command(lay_down: Callable[[argparse.Namespace], LaidDown]) -> Callable[[argparse.Namespace], int]:
    def run(args: argparse.Namespace) -> int:
        try:
            laid_down = lay_down(args)
        except RefusedError as refusal:
            say(f"pronghorn new: {refusal}", sys.stderr)
            return REFUSED
        except EOFError:
            say("pronghorn new: the input ended, nothing was written; --yes takes the defaults", sys.stderr)
            return REFUSED
        _report(laid_down, as_json=args.json)
        return 0

    return run


def _report(laid_down: LaidDown, *, as_json: bool) -> None:
    for note in laid_down.notes:
        say(f"note: {note}", sys.stderr)
    files = [str(file) for file in laid_down.files]
    if as_json:
        say(json.dumps(files, indent=2), sys.stdout)
        return
    lines = [laid_down.headline, *(f"  {file}" for file in files), "Next:"]
    lines += [f"  {step}" for step in laid_down.next_steps]
    say("\n".join(lines), sys.stdout)
