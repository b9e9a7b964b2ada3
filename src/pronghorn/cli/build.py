"""``pronghorn build``: ``sphinx-build`` with a place to build to."""

from __future__ import annotations

import argparse
import json
import sys

from pronghorn import __version__
from pronghorn.cache.plan.last_build import LastBuild
from pronghorn.cli.commands import Commands
from pronghorn.cli.prompts import say
from pronghorn.errors import PronghornError
from pronghorn.extension.run import SPHINX_VERSION, run_build, run_planned_build


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "build",
        help="build the site",
        usage="pronghorn build [SOURCE [OUTPUT [FILES ...]]] [--drafts] [--no-cache] [--plan FORMAT]"
        " [options of sphinx-build]",
        description="Build the site in SOURCE (default: the current folder) to OUTPUT (default:"
        " SOURCE/_build/BUILDER). All arguments and options of sphinx-build are taken, and its exit codes given;"
        " see sphinx-build --help.",
        allow_abbrev=False,  # what is short for one of sphinx-build's options is not for us
    )
    parser.add_argument("--version", action="version", version=f"pronghorn {__version__}, Sphinx {SPHINX_VERSION}")
    parser.add_argument(
        "--drafts", action="store_true", help="build drafts, pages with a date in the future, and expired ones, too"
    )
    parser.add_argument(
        "--no-cache", action="store_true", help="make every page again; the page cache keeps it for later builds"
    )
    parser.add_argument(
        "--plan",
        choices=("json", "text"),
        metavar="FORMAT",
        help="at the end, print what was done with each page, and why, as `json` or `text`; the progress goes to the"
        " standard error instead",
    )
    parser.set_defaults(run=run, takes_rest=True)


def run(args: argparse.Namespace) -> int:
    """Build."""
    arguments = [*args.rest, "-D", "pronghorn_cache=0"] if args.no_cache else args.rest
    arguments = [*arguments, "-D", "pronghorn_drafts=1"] if args.drafts else arguments
    if args.plan is None:
        return run_build(arguments)
    exit_code, build = run_planned_build(arguments)
    if build is not None:
        say(json.dumps(build.to_json(), indent=2) if args.plan == "json" else format_plan(build), sys.stdout)
    elif exit_code == 0:
        raise PronghornError("this build has no plan; is 'pronghorn' among the extensions in conf.py?")
    return exit_code


def format_plan(build: LastBuild) -> str:
    """Return a line for each page, the summary, and what there is to say of the cache."""
    pages = build.plan.pages()
    width = max((len(page.docname) for page in pages), default=0)
    lines = [f"{page.action:<8}  {page.docname:<{width}}  {page.reason or ''}".rstrip() for page in pages]
    notice = build.plan.notice() if build.cache is not None else None
    return "\n".join([*lines, build.plan.summary(), *([notice] if notice is not None else [])])
