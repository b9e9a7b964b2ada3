"""The page about the command line, from the parsers themselves."""

import argparse
import functools
import re

from pronghorn.cli.main import make_parser

DOCNAME = "reference/command-line"
TITLE = "Command line"
TYPE = "rst"

WIDTH = 90
LEVELS = "=-~^"

_OPTION = re.compile(r"``.*?``|(--[a-z][\w-]*)")
"""What is quoted, or an option that is not."""


def render():
    return "\n".join(_render(make_parser(), 0))


def _render(parser, level):
    parser.formatter_class = functools.partial(argparse.HelpFormatter, width=WIDTH)
    parser.color = False  # Python 3.14 would put colours into the usage
    title = TITLE if level == 0 else parser.prog
    yield from (f".. _{parser.prog.replace(' ', '-')}:", "", title, LEVELS[level] * len(title), "")
    yield from (_markup(parser.description), "")
    yield from (".. code-block:: text", "", *_indented(parser.format_usage().removeprefix("usage: ")), "")
    yield from (f".. program:: {parser.prog}", "")
    for action in parser._actions:  # noqa: SLF001 - argparse has no public way to ask a parser what it takes
        if not isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            yield from _option(action)
    if parser.epilog:
        yield from (_markup(parser.epilog), "")
    for child in _subparsers(parser):
        yield from _render(child, level + 1)


def _option(action):
    value = action.metavar or (action.dest.upper() if action.option_strings else action.dest)
    takes_value = action.nargs != 0
    names = [f"{name} {value}" if takes_value else name for name in action.option_strings] or [value]
    yield from (f".. option:: {', '.join(names)}", "", f"   {_markup(action.help or '')}", "")


def _subparsers(parser):
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001
    return [child for group in groups for child in group.choices.values()]


def _markup(text):
    """The texts of the parsers quote as Markdown does, if at all; two dashes would become a long one."""
    quoted = text.replace("`", "``")
    return _OPTION.sub(lambda found: f"``{found[1]}``" if found[1] else found[0], quoted)


def _indented(text):
    return [f"   {line}" for line in text.rstrip().splitlines()]
