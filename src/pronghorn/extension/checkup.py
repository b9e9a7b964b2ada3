"""What makes a site's builds slower than they could be, and what is wrong with the site."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import docutils
import sphinx
from sphinx.application import Sphinx

from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.plan.record import load_plan
from pronghorn.cache.store.store import Store
from pronghorn.cache.tracking.digests import UndigestableError
from pronghorn.cache.tracking.value_digests import digest_value
from pronghorn.configuration.settings import Settings
from pronghorn.configuration.sizes import format_size
from pronghorn.extension.extension import site_of
from pronghorn.extension.loading import cache_dir, read_settings
from pronghorn.extension.run import loaded
from pronghorn.incremental.cached_build import NO_CACHE_VARIABLE
from pronghorn.incremental.read.silent import SilentExtensions
from pronghorn.incremental.session import STORE_FOLDER
from pronghorn.incremental.write.shape import unsafe_extension
from pronghorn.plugins.info import PluginStatus
from pronghorn.seam.register import all_rows, notices
from pronghorn.seam.versions import notes_on_newer

_NO_LIMIT = 2**62
"""A store forgets what is above its limit when it is closed; a checkup changes nothing."""


class Level(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    NOTE = "note"
    """Builds are right, but do more than they would have to."""
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    about: str
    """What was looked at: ``versions``, ``internals``, ``cache``, ``extension``, ``configuration`` or ``plugin``."""
    text: str


def examine(source: Path) -> list[Finding]:
    """Load the site in *source*, and look at it.

    :raises PronghornError: if it cannot be loaded.
    """
    with loaded(source) as app:
        looks = (_cache, _losses, _versions, _internals, _extensions, _values, _plugins)
        return [finding for look in looks for finding in look(app)]


def _versions(_app: Sphinx) -> Iterator[Finding]:
    for note in notes_on_newer(sphinx.__version__, docutils.__version__):
        yield Finding(Level.NOTE, "versions", note)


def _cache(app: Sphinx) -> Iterator[Finding]:
    settings = read_settings(app)
    folder = cache_dir(settings) / STORE_FOLDER
    switch = _switched_off_by(settings)
    if switch is not None:
        yield Finding(Level.NOTE, "cache", f"the page cache is switched off by {switch}")
    if not any(folder.glob("store-*.sqlite3")):
        yield _future_cache(folder)
        return
    with Store(folder, _NO_LIMIT) as store:
        stats = store.stats()
        if store.problem is not None:
            yield Finding(Level.FAULT, "cache", store.problem)
        else:
            size = format_size(stats.used_bytes)
            yield Finding(Level.OK, "cache", f"{stats.file} ({size}, {stats.n_entries:,} entries)")


def _switched_off_by(settings: Settings) -> str | None:
    if not settings["cache"]:
        return settings.title_of("cache")
    is_off = os.environ.get(NO_CACHE_VARIABLE, "0") not in {"", "0"}
    return f"the environment variable {NO_CACHE_VARIABLE}" if is_off else None


def _losses(app: Sphinx) -> Iterator[Finding]:
    """Say what the last build could not keep: much of it shows only while pages are made.

    These are the reasons that were noted by :meth:`Keeping.lost`.
    """
    settings = read_settings(app)
    build = load_plan(cache_dir(settings), Path(app.confdir))
    if build is None or _switched_off_by(settings) is not None:
        return
    level = Level.FAULT if build.plan.is_cache_dead else Level.NOTE
    for loss in build.plan.keeping.losses():
        if not _is_seen_without_a_build(app, loss.reason):
            yield Finding(level, "cache", f"in the last build, {loss}")


def _is_seen_without_a_build(app: Sphinx, reason: Reason) -> bool:
    """Check whether :func:`_cache` or :func:`_extensions` tell of it, if it is still so."""
    return reason.kind in {"store", "unsafe"} or reason == Reason("unwritten", unsafe_extension(app) or "")


def _future_cache(folder: Path) -> Finding:
    """Check whether the first build will be able to make the cache."""
    nearest = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    if nearest.is_dir() and os.access(nearest, os.W_OK):
        return Finding(Level.OK, "cache", f"{folder} (nothing is in it yet)")
    why = "cannot be written to" if nearest.is_dir() else "is not a folder"
    return Finding(Level.FAULT, "cache", f"{folder} cannot be used: {nearest} {why}; set 'cache_dir' to another folder")


def _internals(_app: Sphinx) -> Iterator[Finding]:
    """Say what is left to Sphinx because it has changed."""
    told = list(notices())
    for notice in told:
        yield Finding(Level.NOTE, "internals", notice)
    if not told:
        text = f"{sphinx.__display_version__} is as Pronghorn knows it, in all {len(all_rows())} places that it touches"
        yield Finding(Level.OK, "internals", text)


_UNSAFE = "is not safe for parallel reading"
_SILENT = "does not say whether it is safe for parallel reading"
_ALL = "all pages are read in each clone"
_FROM_THERE = "pages are read in each clone from the first one on for which its code runs"


def _extensions(app: Sphinx) -> Iterator[Finding]:
    extensions = sorted(app.extensions.values(), key=lambda extension: extension.name)
    reading = [extension for extension in extensions if extension.parallel_read_safe is not True]
    writing = [extension for extension in extensions if not extension.parallel_write_safe]
    is_watchable = SilentExtensions(app).is_watchable
    for extension in reading:
        is_silent = extension.parallel_read_safe is None
        text = _SILENT if is_silent else _UNSAFE
        then = _FROM_THERE if is_silent and is_watchable else _ALL
        yield Finding(Level.NOTE, "extension", f"{extension.name} {text}, so {then}")
    for extension in writing:
        text = f"{extension.name} is not safe for parallel writing, so all pages are written in each clone"
        yield Finding(Level.NOTE, "extension", text)
    if not reading and not writing:
        yield Finding(Level.OK, "extension", f"all {len(extensions)} are safe for parallel reading and writing")


def _values(app: Sphinx) -> Iterator[Finding]:
    faults = []
    for value in app.config:
        try:
            digest_value(value.value, value.name)
        except UndigestableError as error:
            faults.append(error)
    for fault in faults:
        text = f"{fault.message}; pages that depend on it are built each time"
        yield Finding(Level.NOTE, "configuration", text)
    if not faults:
        yield Finding(Level.OK, "configuration", "all values can be compared with those of earlier builds")


def _plugins(app: Sphinx) -> Iterator[Finding]:
    plugins = sorted(site_of(app).plugins.values(), key=lambda info: info.name)
    failed = [info for info in plugins if info.status is PluginStatus.FAILED]
    for info in failed:
        yield Finding(Level.FAULT, "plugin", f"{info.name} failed: {info.error}")
    if not failed:
        n_active = sum(info.status is PluginStatus.LOADED for info in plugins)
        yield Finding(Level.OK, "plugin", f"{n_active} loaded, none failed")
