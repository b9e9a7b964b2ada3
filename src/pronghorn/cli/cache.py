"""``pronghorn cache``: looks after the page cache."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from pronghorn.cache.store.archive import ArchiveError
from pronghorn.cache.store.store import Store, StoreStats
from pronghorn.cli.cache_folder import add_folder_arguments, cache_folder, cache_limit
from pronghorn.cli.commands import Commands
from pronghorn.cli.progress import progress
from pronghorn.cli.prompts import ask, at_terminal, say
from pronghorn.configuration.sizes import format_size, parse_size
from pronghorn.errors import PronghornError
from pronghorn.incremental.session import STORE_FOLDER

_WAY_OUT = "; another folder can be named: --cache-dir"

_NO_LIMIT = 2**62
"""Only ``prune`` may make the cache smaller: a store forgets what is above its limit whenever it is closed."""


class _Done(NamedTuple):
    """What was done, in words and as plain data."""

    text: str
    data: dict[str, Any]
    exit_code: int = 0


class _Action(NamedTuple):
    """A subcommand."""

    name: str
    help: str
    description: str
    run: Callable[[Store, argparse.Namespace], _Done]
    file: str = ""
    """What its file is for; empty if it takes none."""
    needs_cache: bool = True
    """Whether it is of no use where no cache is yet."""
    needs_writing: bool = True
    """Whether it fails where the cache can only be read."""
    takes_size: bool = False
    asks: bool = False


def add_parser(commands: Commands) -> None:
    """Add the command with its subcommands."""
    parser = commands.add_parser(
        "cache",
        help="look after the page cache",
        description="Look after the page cache, which all sites and all clones of a user share unless they say"
        " otherwise. conf.py is not run for this.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for action in _ACTIONS:
        child = actions.add_parser(action.name, help=action.help, description=action.description)
        if action.file:
            child.add_argument("file", type=Path, metavar="FILE", help=action.file)
        add_folder_arguments(child)
        if action.takes_size:
            size_help = "the size to keep, such as '500 MB'; by default the key cache_size of the site"
            child.add_argument("--cache-size", type=_size, metavar="SIZE", help=size_help)
        if action.asks:
            child.add_argument("--yes", action="store_true", help="ask nothing")
        child.add_argument("--json", action="store_true", help="print a JSON object")
        child.set_defaults(run=run, action=action)


def run(args: argparse.Namespace) -> int:
    """Do what the subcommand says."""
    done = _on_store(args.action, args)
    say(json.dumps(done.data, indent=2) if args.json else done.text, sys.stdout)
    return done.exit_code


def _size(text: str) -> int:
    try:
        return parse_size(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _on_store(action: _Action, args: argparse.Namespace) -> _Done:
    folder = cache_folder(args) / STORE_FOLDER
    if action.needs_cache and not any(folder.glob("store-*.sqlite3")):
        raise PronghornError(
            f"there is no page cache in {folder} yet; build a site, or name another folder: --cache-dir"
        )
    with Store(folder, _limit(args) if action.takes_size else _NO_LIMIT) as store:
        try:
            done = action.run(store, args)
        except EOFError as error:
            raise PronghornError("the input ended, nothing was forgotten; --yes asks nothing") from error
        if store.problem and action.needs_writing:
            raise PronghornError(store.problem + _WAY_OUT)
    return done


def _limit(args: argparse.Namespace) -> int:
    limit: int | None = cache_limit(args) if args.cache_size is None else args.cache_size
    if limit is None:
        raise PronghornError(
            "'pronghorn_cache_size' is computed in conf.py, which is not run; say it with --cache-size"
        )
    return limit


def _stats(store: Store, args: argparse.Namespace) -> _Done:
    stats, limit = store.stats(), cache_limit(args)
    if store.problem and not stats.used_bytes:
        raise PronghornError(store.problem + _WAY_OUT)
    lines = (
        ("file", stats.file),
        ("size", format_size(stats.used_bytes) + ("" if limit is None else f" of at most {format_size(limit)}")),
        ("entries", f"{stats.n_entries:,}"),
        ("manifests", f"{stats.n_manifests:,}"),
        *([("problem", store.problem)] if store.problem else []),
    )
    text = "\n".join(f"{name:<9}  {value}" for name, value in lines)
    return _Done(text, {**_as_data(stats), "max_bytes": limit, "problem": store.problem})


def _prune(store: Store, args: argparse.Namespace) -> _Done:
    del args
    before = store.stats()
    with progress("pruning"):
        n_removed = store.prune()
    left = store.stats()
    freed_bytes = max(0, before.used_bytes - left.used_bytes)
    text = (
        f"{_entries(n_removed)} forgotten, {format_size(freed_bytes)} freed;"
        f" {format_size(left.used_bytes)} of at most {format_size(store.max_bytes)} left."
    )
    return _Done(text, {"removed": n_removed, "freed_bytes": freed_bytes, **_as_data(left)})


def _clear(store: Store, args: argparse.Namespace) -> _Done:
    before = store.stats()
    what = f"{_entries(before.n_entries)}, {format_size(before.used_bytes)}"
    if at_terminal() and not args.yes and not _agreed(f"Forget all that {before.file} holds ({what})?"):
        return _Done("Nothing was forgotten.", {"removed": 0, "freed_bytes": 0, **_as_data(before)}, 1)
    with progress("clearing"):
        store.clear()
    left = store.stats()
    freed_bytes = max(0, before.used_bytes - left.used_bytes)
    text = f"{_entries(before.n_entries)} forgotten, {format_size(freed_bytes)} freed."
    return _Done(text, {"removed": before.n_entries, "freed_bytes": freed_bytes, **_as_data(left)})


def _export(store: Store, args: argparse.Namespace) -> _Done:
    with progress(f"writing {args.file}"):
        number = store.export_to(args.file)
    n_bytes = args.file.stat().st_size
    return _Done(
        f"{_records(number)} written to {args.file} ({format_size(n_bytes)}).",
        {"file": str(args.file), "records": number, "bytes": n_bytes},
    )


def _import(store: Store, args: argparse.Namespace) -> _Done:
    with progress(f"reading {args.file}"):
        try:
            number = store.import_from(args.file)
        except ArchiveError as error:
            is_about_archive = not isinstance(error.__cause__, OSError)
            hint = _WAY_OUT if store.problem else "; `pronghorn cache export` makes one" if is_about_archive else ""
            raise PronghornError(f"{error}{hint}") from error
    return _Done(f"{_records(number)} added from {args.file}.", {"file": str(args.file), "records": number})


def _check(store: Store, args: argparse.Namespace) -> _Done:
    del args
    with progress("verifying"):
        faults = store.check()
    stats = store.stats()
    sound = f"{_entries(stats.n_entries)} left, all sound." if faults else f"{_entries(stats.n_entries)}, all sound."
    text = "\n".join([*(f"{fault}." for fault in faults), sound])
    return _Done(text, {"faults": faults, **_as_data(stats)}, 1 if faults else 0)


def _agreed(question: str) -> bool:
    def check(answer: str) -> str:
        if answer.lower() not in {"y", "yes", "n", "no"}:
            raise argparse.ArgumentTypeError("Please answer yes or no.")
        return answer.lower()

    return ask(question, "no", check).startswith("y")


def _entries(number: int) -> str:
    return f"{number:,} {'entry' if number == 1 else 'entries'}"


def _records(number: int) -> str:
    return f"{number:,} {'entry or manifest' if number == 1 else 'entries and manifests'}"


def _as_data(stats: StoreStats) -> dict[str, Any]:
    return {
        "cache_file": str(stats.file),
        "entries": stats.n_entries,
        "manifests": stats.n_manifests,
        "used_bytes": stats.used_bytes,
    }


_ACTIONS = (
    _Action(
        "stats",
        "tell where the cache is, and what is in it",
        "Tell where the cache is, how large it is, and how much is in it.",
        _stats,
        needs_writing=False,
    ),
    _Action(
        "prune",
        "forget what was not used for longest",
        "Forget what was not used for longest, until the rest fits into the size that is allowed, and give the space"
        " back to the system. Builds do the same when they end.",
        _prune,
        takes_size=True,
    ),
    _Action(
        "clear",
        "forget everything",
        "Forget everything, and say how much space that gave back. At a terminal, this asks first.",
        _clear,
        asks=True,
    ),
    _Action(
        "export",
        "write the cache to a file",
        "Write all that is sound in the cache to a file, for another machine.",
        _export,
        file="the file to write; what is there is replaced when all is written",
        needs_writing=False,
    ),
    _Action(
        "import",
        "add what was exported",
        "Add what `pronghorn cache export` wrote. All of it is verified first; but whoever made the file decides what"
        " the pages look like that are restored from it.",
        _import,
        file="the file to read",
        needs_cache=False,
    ),
    _Action(
        "check",
        "verify the cache",
        "Verify all that is in the cache, and remove what is damaged. Builds do this with whatever they take out."
        " Exit code: 1 if anything was damaged.",
        _check,
    ),
)
