"""``pronghorn why``: what the last build did with a page, and why."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from pronghorn.cache.plan.keeping import Phase, in_one_line
from pronghorn.cache.plan.last_build import LastBuild
from pronghorn.cache.plan.plan import Action, PagePlan
from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.plan.record import load_plan
from pronghorn.cli.cache_folder import add_folder_arguments, cache_folder
from pronghorn.cli.commands import Commands
from pronghorn.cli.prompts import say
from pronghorn.errors import Place, PronghornError, did_you_mean

_TOLD = {
    Action.READ: "was read and written",
    Action.WRITTEN: "was written again, but not read again",
    Action.RESTORED: "came from the cache",
    Action.REUSED: "was left as it was",
    Action.REMOVED: "was removed",
}
_WITHOUT_REASON = {
    Action.RESTORED: "all that it depends on is as it was in an earlier build",
    Action.REUSED: "nothing that it depends on has changed",
    Action.REMOVED: "its source is gone, and no plugin makes it any more",
}


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "why",
        help="tell why a page was built, or was not",
        description="Tell what the last build of the site did with a page, and why. conf.py is not run for this.",
        epilog="Exit code: 0, or 1 if the page or the build is not known.",
    )
    parser.add_argument(
        "page", metavar="PAGE", help="a docname, the path of a source or of an output file, or a page's URL"
    )
    add_folder_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what is known about the page."""
    build = _last_build(args)
    docname = build.find(args.page, Path.cwd())
    page = build.plan.find(docname) if docname is not None else None
    if page is None:
        hint = did_you_mean(args.page, build.names())
        raise PronghornError(f"the last build ({_title(build)}) knows no page '{args.page}'{hint}")
    if args.json:
        told = next(told for told in build.to_json()["pages"] if told["docname"] == page.docname)
        say(json.dumps({**told, "build": build.about()}, indent=2), sys.stdout)
    else:
        say("\n".join(_lines(page, build)), sys.stdout)
    return 0


def _last_build(args: argparse.Namespace) -> LastBuild:
    folder = cache_folder(args)
    if not (args.source / "conf.py").is_file():
        raise PronghornError("there is no conf.py here; name the folder that has it", place=Place(args.source))
    build = load_plan(folder, args.source)
    if build is None:
        raise PronghornError(f"no build of {args.source.resolve()} is known in {folder}; build the site first")
    return build


def _lines(page: PagePlan, build: LastBuild) -> list[str]:
    """Return what there is to tell."""
    why = page.reason if page.reason is not None else _WITHOUT_REASON.get(page.action, "")
    lines = [f"{page.docname} {describe(page)}{f': {why}' if why else ''}."]
    lines += _losses(build.plan.keeping.reasons_of(page.docname))
    lines.append(f"That was the build {_title(build)}.")
    if build.failed:
        lines.append("That build was stopped by an error.")
    return lines


def _losses(reasons: Mapping[Phase, Reason]) -> Iterator[str]:
    """Say what is not kept of a page, one line for each reason."""
    for reason in dict.fromkeys(reasons.values()):
        done = " and ".join(phase.done for phase, given in reasons.items() if given == reason)
        yield f"What was {done} is not kept: {in_one_line(reason)}."


def describe(page: PagePlan) -> str:
    """Say what was done with the page: ``was left as it was``."""
    return _TOLD[page.action]


def _title(build: LastBuild) -> str:
    return f"'{build.builder}' of {build.finished.astimezone():%Y-%m-%d %H:%M} to {_near(build.outdir)}"


def _near(folder: Path) -> Path:
    """Return the path as short as it can be said here."""
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
