"""``pronghorn``: the commands, and how each is run."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from pronghorn import __version__
from pronghorn.cli import build, cache, doctor, new, plugins, verify, why
from pronghorn.cli.commands import Parser
from pronghorn.errors import PronghornError


def make_parser() -> Parser:
    """Make the parser of the whole command line."""
    parser = Parser(
        prog="pronghorn",
        description="A documentation engine on Sphinx: plugins in a folder beside conf.py.",
        epilog="`pronghorn COMMAND --help` explains a command. Plain sphinx-build does the same builds.",
    )
    parser.add_argument("--version", action="version", version=f"pronghorn {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (build, plugins, why, verify, cache, doctor, new):
        command.add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    :param argv: the arguments, without the name of the program; those of the process if None.
    :return: the exit code: 0 if all is well, 1 if the work failed, 2 for unusable arguments.
    """
    args, rest = make_parser().parse_known_args(argv)
    if rest and not getattr(args, "takes_rest", False):
        make_parser().error(f"unrecognized arguments: {' '.join(rest)}")
    args.rest = rest
    try:
        return int(args.run(args))
    except PronghornError as error:
        print(f"pronghorn: {error}", file=sys.stderr)  # noqa: T201 - this is the command line
        return 1
    except KeyboardInterrupt:
        print("pronghorn: interrupted", file=sys.stderr)  # noqa: T201
        return 130
