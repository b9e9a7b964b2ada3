"""Which folder the page cache is in, for commands that do not load the site."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from pronghorn.configuration.settings import Settings
from pronghorn.configuration.unexecuted import read_unexecuted
from pronghorn.errors import Place, PronghornError
from pronghorn.extension.loading import cache_dir


def add_folder_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that tell the folder: the site's, or the cache's own."""
    parser.add_argument("source", nargs="?", default=".", type=Path, help="the folder with conf.py (default: .)")
    parser.add_argument(
        "--cache-dir",
        type=Path,
        metavar="DIR",
        help="the folder of the cache; by default the environment variable PRONGHORN_CACHE_DIR, the key cache_dir of"
        " the site in SOURCE, or the user's cache folder",
    )


def cache_folder(args: argparse.Namespace) -> Path:
    """Return the folder that the arguments say.

    :raises PronghornError: if it cannot be told without running conf.py.
    """
    if args.cache_dir:
        return Path(args.cache_dir)
    settings, computed = _settings(args)
    if "cache_dir" in computed and not os.environ.get("PRONGHORN_CACHE_DIR"):
        raise PronghornError(
            "'pronghorn_cache_dir' is computed here, and conf.py is not run for this; say it with --cache-dir",
            place=computed["cache_dir"],
        )
    return cache_dir(settings)


def cache_limit(args: argparse.Namespace) -> int | None:
    """Return the size in bytes that the site allows the cache; None if only running conf.py would tell."""
    settings, computed = _settings(args)
    return None if "cache_size" in computed else settings["cache_size"]


def _settings(args: argparse.Namespace) -> tuple[Settings, Mapping[str, Place]]:
    if not args.source.is_dir():
        raise PronghornError("there is no such folder", place=Place(args.source))
    return read_unexecuted(args.source)
