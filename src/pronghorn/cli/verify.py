"""``pronghorn verify``: compares an incremental build with a clean one."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pronghorn.cache.plan.plan import PagePlan
from pronghorn.cli.commands import Commands
from pronghorn.cli.differences import Difference, differences, files_below
from pronghorn.cli.prompts import say
from pronghorn.cli.why import describe
from pronghorn.errors import Place, PronghornError
from pronghorn.extension.trial import Trial, Trials

IDENTICAL, DIFFERENT, FAILED = 0, 1, 2
"""Exit codes."""

_NAMED_FILES = 5


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What the comparison of the two builds gave."""

    n_files: int
    incremental: Trial
    clean: Trial
    files: list[Difference] = field(default_factory=list)
    unsteady: list[str] = field(default_factory=list)
    """Files that two clean builds make differently, so that nothing can be said of them."""
    only_incremental: list[str] = field(default_factory=list)
    only_clean: list[str] = field(default_factory=list)
    """Lines of warnings that one of the builds gave more often than the other."""
    warns_steadily: bool = True
    """Whether two clean builds give the same warnings; if not, nothing can be said of them."""

    @property
    def is_identical(self) -> bool:
        codes = self.incremental.exit_code, self.clean.exit_code
        return not self.files and not self.only_incremental and not self.only_clean and codes[0] == codes[1]

    def page_of(self, file: str) -> PagePlan | None:
        """Return what the incremental build did with the page that is in *file*; None if there is no page in it."""
        build = self.incremental.plan
        docname = None if build is None else build.names().get(file)
        return None if build is None or docname is None else build.plan.find(docname)


def add_parser(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "verify",
        help="compare an incremental build with a clean one",
        description="Build the site twice: as it is, with the page cache and what is left of earlier builds; and from"
        " nothing, in a folder that is removed afterwards. Then compare all files byte by byte, and the warnings."
        " With OUTPUT, the first build continues the one in that folder; else it takes pages from the cache only."
        " If there is a difference, the site is built from nothing once more, and what even so differs is named and"
        " left out: something else than the cache makes it again each time.",
        epilog="Exit code: 0 if all is the same, 1 if not, 2 if a build was stopped.",
    )
    parser.add_argument("source", nargs="?", default=".", type=Path, help="the folder with the sources (default: .)")
    parser.add_argument(
        "output", nargs="?", type=Path, help="the folder of an earlier build, which is brought up to date"
    )
    parser.add_argument("-b", "--builder", default="html", help="the builder (default: html)")
    parser.add_argument("-d", "--doctree-dir", type=Path, help="the folder of its doctrees (default: OUTPUT/.doctrees)")
    parser.add_argument("-c", "--conf-dir", type=Path, help="the folder with conf.py (default: SOURCE)")
    parser.add_argument("-j", "--jobs", help="how many processes build, or `auto`")
    parser.add_argument("-D", "--define", action="append", default=[], help="set a value of conf.py: NAME=VALUE")
    parser.add_argument("-t", "--tag", action="append", default=[], help="set a tag")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Build and compare."""
    try:
        verdict = _verify(args)
    except PronghornError as error:
        say(f"pronghorn verify: {error}", sys.stderr)
        return FAILED
    say(json.dumps(_as_data(verdict), indent=2) if args.json else "\n".join(_lines(verdict)), sys.stdout)
    return IDENTICAL if verdict.is_identical else DIFFERENT


def _options(args: argparse.Namespace) -> Iterator[str]:
    """Return the options that both builds get."""
    if args.conf_dir is not None:
        yield from ("-c", str(args.conf_dir))
    if args.jobs is not None:
        yield from ("-j", args.jobs)
    for value in args.define:
        yield from ("-D", value)
    for tag in args.tag:
        yield from ("-t", tag)


def _verify(args: argparse.Namespace) -> _Verdict:
    confdir = args.conf_dir or args.source
    if not (confdir / "conf.py").is_file():
        raise PronghornError("there is no conf.py here; name the folder that has it", place=Place(confdir))
    if args.doctree_dir is not None and args.output is None:
        raise PronghornError("--doctree-dir is of use with OUTPUT only")
    with tempfile.TemporaryDirectory(prefix="pronghorn-verify-") as folder:
        trials = Trials(args.source, args.builder, [*_options(args)], Path(folder))
        say(f"building incrementally{f' in {args.output}' if args.output else ', from the cache'} ...", sys.stderr)
        incremental = trials.incremental(args.output, args.doctree_dir)
        say("building from nothing ...", sys.stderr)
        verdict = _compare(incremental, trials.clean("clean"))
        if not verdict.is_identical:
            say("building from nothing again, to find what always differs ...", sys.stderr)
            verdict = _compare(incremental, verdict.clean, again=trials.clean("second clean"))
        return verdict


def _compare(incremental: Trial, clean: Trial, again: Trial | None = None) -> _Verdict:
    built, expected = _files(incremental), _files(clean)
    unsteady = [] if again is None else [found.file for found in differences(expected, _files(again))]
    is_steady = again is None or again.warnings == clean.warnings
    said, should_say = (Counter(trial.warnings) if is_steady else Counter() for trial in (incremental, clean))
    return _Verdict(
        n_files=len(built.keys() | expected.keys()) - len(unsteady),
        incremental=incremental,
        clean=clean,
        files=list(differences(built, expected, besides=unsteady)),
        unsteady=unsteady,
        only_incremental=sorted((said - should_say).elements()),
        only_clean=sorted((should_say - said).elements()),
        warns_steadily=is_steady,
    )


def _files(trial: Trial) -> dict[str, Path]:
    return files_below(trial.outdir, passed_over=trial.doctreedir)


def _lines(verdict: _Verdict) -> Iterator[str]:
    if verdict.files:
        yield from _about_files(verdict)
    else:
        yield f"All {verdict.n_files} files that were compared are identical."
    yield from _about_warnings(verdict)
    if verdict.unsteady:
        yield f"Two builds from nothing differ in {_named(verdict.unsteady)}; that is not compared."
    if not verdict.warns_steadily:
        yield "Two builds from nothing differ in their warnings; these are not compared."
    if verdict.incremental.plan is not None:
        yield f"Of the incremental build: {verdict.incremental.plan.plan.summary()}"


def _about_files(verdict: _Verdict) -> Iterator[str]:
    first = min(verdict.files, key=lambda found: (verdict.page_of(found.file) is None, found.file))
    others = [found.file for found in verdict.files if found is not first]
    yield f"{len(verdict.files)} of {verdict.n_files} files differ. The first is {first.file}:"
    page = verdict.page_of(first.file)
    if page is not None:
        why = f", because {page.reason}" if page.reason is not None else ""
        yield f"  the page {page.docname} {describe(page)}{why}"
    where = f", line {first.line}" if first.line else ""
    yield f"  incremental{where}: {first.left}"
    yield f"  from nothing{where}: {first.right}"
    if others:
        yield f"The others are {_named(others)}."


def _about_warnings(verdict: _Verdict) -> Iterator[str]:
    incremental, clean = verdict.incremental, verdict.clean
    if incremental.exit_code != clean.exit_code:
        yield f"The exit code is {incremental.exit_code}, but {clean.exit_code} when built from nothing."
    for lines, which in (
        (verdict.only_clean, "the build from nothing"),
        (verdict.only_incremental, "the incremental build"),
    ):
        if lines:
            yield f"Only {which} warns:"
            yield from (f"  {line}" for line in lines)


def _named(files: list[str]) -> str:
    shown = ", ".join(files[:_NAMED_FILES])
    left = len(files) - _NAMED_FILES
    return f"{shown} and {left} more" if left > 0 else shown


def _as_data(verdict: _Verdict) -> dict[str, Any]:
    plan = verdict.incremental.plan
    return {
        "identical": verdict.is_identical,
        "files": verdict.n_files,
        "differences": [_difference_as_data(verdict, found) for found in verdict.files],
        "unsteady": verdict.unsteady,
        "warns_steadily": verdict.warns_steadily,
        "exit_codes": {"incremental": verdict.incremental.exit_code, "clean": verdict.clean.exit_code},
        "warnings_only_incremental": verdict.only_incremental,
        "warnings_only_clean": verdict.only_clean,
        "plan": None if plan is None else plan.to_json(),
    }


def _difference_as_data(verdict: _Verdict, found: Difference) -> dict[str, Any]:
    page = verdict.page_of(found.file)
    return {
        **asdict(found),
        "page": None if page is None else page.docname,
        "action": None if page is None else str(page.action),
        "reason": None if page is None or page.reason is None else str(page.reason),
    }
