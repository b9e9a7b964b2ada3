"""``pronghorn build``: ``sphinx-build`` with a place to build to."""

from __future__ import annotations

import argparse

from pronghorn import __version__
from pronghorn.cli.commands import Commands
from pronghorn.sphinx_ext.run import SPHINX_VERSION, run_build


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "build",
        help="build the site",
        usage="pronghorn build [SOURCE [OUTPUT [FILES ...]]] [options of sphinx-build]",
        description="Build the site in SOURCE (default: the current folder) to OUTPUT (default:"
        " SOURCE/_build/BUILDER). All arguments and options of sphinx-build are taken, and its exit codes given;"
        " see sphinx-build --help.",
    )
    parser.add_argument("--version", action="version", version=f"pronghorn {__version__}, Sphinx {SPHINX_VERSION}")
    parser.set_defaults(run=run, takes_rest=True)


def run(args: argparse.Namespace) -> int:
    """Build."""
    return run_build(args.rest)
