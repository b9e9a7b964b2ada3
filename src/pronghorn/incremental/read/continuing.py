"""Going on in the environment of the last build, where an extension keeps pages from being read by themselves.

As Sphinx does it: what has changed is read there, and all else stays. Here, digests tell what has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sphinx.environment import CONFIG_OK, BuildEnvironment

from pronghorn.cache.pickles.portable_paths import PortablePaths
from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.tracking.manifest import Manifest
from pronghorn.incremental.read.records import PageRecord, Records
from pronghorn.incremental.read.silent import Met
from pronghorn.seam.rows.reading import GLOB_TOCTREES

_NS_IN_US = 1000


@dataclass(frozen=True, slots=True)
class Continuation:
    """How to go on in the environment of the last build."""

    met: Met
    asked: dict[str, Reason]
    """The pages that Sphinx would read whatever they are made from, and why."""


def continuation(
    env: BuildEnvironment, records: Records, paths: PortablePaths, unsafe: Reason | None
) -> Continuation | None:
    """Return how to go on in *env*, which is as the last build has left it.

    :param unsafe: why no page can be read by itself; None if that is not so.
    :return: None if all pages can be, or Sphinx would read all.
    """
    met = Met("", unsafe) if unsafe is not None else _first_live(env, records)
    if met is None or env.config_status != CONFIG_OK:
        return None
    return Continuation(met, dict(_asked_by_sphinx(env, records, paths)))


def _first_live(env: BuildEnvironment, records: Records) -> Met | None:
    live = {docname: page.always for docname, page in records.pages.items() if page.is_live}
    first = min(live.keys() & env.found_docs, default=None)
    return Met(first, Reason(*live[first])) if first is not None else None


def _asked_by_sphinx(env: BuildEnvironment, records: Records, paths: PortablePaths) -> Iterator[tuple[str, Reason]]:
    if env.found_docs != env.all_docs.keys():
        yield from ((docname, Reason("documents")) for docname in GLOB_TOCTREES.of(env))
    for docname, page in records.pages.items():
        file = _newer(env, docname, page, paths) if page.is_live else None
        if file is not None:
            yield docname, Reason("file", file)
    yield from ((docname, Reason("always")) for docname in env.reread_always)


def _newer(env: BuildEnvironment, docname: str, page: PageRecord, paths: PortablePaths) -> str | None:
    """Name a file that Sphinx compares with the time of reading, that has no digest, and that is newer, or gone."""
    files = {Path(env.srcdir, file) for file in env.dependencies.get(docname, ())}
    manifest = Manifest.decode(page.manifest) if files else None
    known = {name for kind, name in manifest.dependencies if kind == "file"} if manifest is not None else set()
    unknown = {name: file for file in files if (name := paths.name_of(str(file))) not in known}
    return min((name for name, file in unknown.items() if _is_newer(file, env.all_docs[docname])), default=None)


def _is_newer(file: Path, read_us: int) -> bool:
    try:
        return file.stat().st_mtime_ns > read_us * _NS_IN_US
    except OSError:
        return True
