"""``pronghorn plugins``: lists the plugins of a site, and their status."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from pronghorn.cli.colours import painted, wants_colour
from pronghorn.cli.commands import Commands
from pronghorn.extension.run import list_plugins


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "plugins",
        help="list the site's plugins",
        description="List all plugins the site could use: its own, the bundled ones and the installed ones. Seconds"
        " are those spent in a plugin during the last build.",
        epilog="Exit code: 0, or 1 if a plugin failed.",
    )
    parser.add_argument("source", nargs="?", default=".", type=Path, help="the folder with conf.py (default: .)")
    parser.add_argument("--json", action="store_true", help="print a JSON array")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List the plugins."""
    rows = list_plugins(args.source)
    sys.stdout.write(json.dumps(rows, indent=2) + "\n" if args.json else format_table(rows, colour=wants_colour()))
    return 1 if any(row["status"] == "failed" for row in rows) else 0


def format_table(rows: list[dict[str, Any]], *, colour: bool) -> str:
    """Lay *rows* out in columns; errors follow below the row they belong to."""
    if not rows:
        return "This site has no plugins. `pronghorn new plugin NAME` makes one.\n"
    cells = [("NAME", "VERSION", "STATUS", "SECONDS", "SOURCE", "HOOKS")]
    cells += [
        (
            row["name"],
            row["version"],
            row["status"],
            "-" if row["seconds"] is None else f"{row['seconds']:.3f}",
            row["source"] + (f" (instead of the {row['overrides']})" if row["overrides"] else ""),
            ", ".join(row["hooks"]) or "-",
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = []
    for index, line in enumerate(cells):
        padded = [text.ljust(width) for text, width in zip(line, widths, strict=True)]
        if colour and index:
            padded[2] = painted(padded[2], line[2])
        lines.append("  ".join(padded).rstrip())
        if index and rows[index - 1]["error"]:
            lines.append(f"    {rows[index - 1]['error']}")
    return "\n".join(lines) + "\n"
