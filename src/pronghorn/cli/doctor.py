"""``pronghorn doctor``: reports what is wrong with a site, and what makes its builds slower."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from pronghorn.cli.colours import painted, wants_colour
from pronghorn.cli.commands import Commands
from pronghorn.cli.prompts import say
from pronghorn.extension.checkup import Finding, Level, examine


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "doctor",
        help="look for what is wrong, or slow",
        description="Load the site, and tell where the page cache is and whether it can be used; which extensions"
        " and which values of conf.py keep pages from being taken from it; which pages the last build could not keep"
        " in it; and which plugins failed. Nothing is built.",
        epilog="Exit code: 0, also if there are notes; 1 if something is wrong.",
    )
    parser.add_argument("source", nargs="?", default=".", type=Path, help="the folder with conf.py (default: .)")
    parser.add_argument("--json", action="store_true", help="print a JSON array")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Examine the site."""
    findings = examine(args.source)
    if args.json:
        say(json.dumps([asdict(finding) for finding in findings], indent=2), sys.stdout)
    else:
        say(format_findings(findings, colour=wants_colour()), sys.stdout)
    return 1 if any(finding.level is Level.FAULT for finding in findings) else 0


def format_findings(findings: list[Finding], *, colour: bool) -> str:
    """Return a line for each finding, those that matter least first."""
    width = max((len(finding.about) for finding in findings), default=0)
    return "\n".join(
        _line(f, width, colour=colour) for f in sorted(findings, key=lambda f: tuple(Level).index(f.level))
    )


def _line(finding: Finding, width: int, *, colour: bool) -> str:
    padded = f"{finding.level:<5}"
    level = painted(padded, finding.level) if colour else padded
    return f"{level}  {finding.about:<{width}}  {finding.text}"
