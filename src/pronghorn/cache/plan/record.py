"""What is kept of the last build of a site: the seconds spent in each plugin, and what was done with each page."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pronghorn.cache.plan.last_build import LastBuild
from pronghorn.cache.plan.plan import Plan
from pronghorn.cache.tracking.digests import name_from
from pronghorn.cache.tracking.sealed_file import SealedFile
from pronghorn.errors import Place
from pronghorn.site.site import Site
from pronghorn.warnings import WarningKind

PLAN_VARIABLE = "PRONGHORN_PLAN_FILE"
"""The environment variable with the name of a file that a build writes its plan to."""

_VERSION = 3


def _file(cache: Path, confdir: Path) -> SealedFile:
    return SealedFile(cache / "sites" / f"{name_from(str(confdir.resolve()))}.json", _VERSION)


def save_record(
    cache: Path,
    confdir: Path,
    site: Site,
    plan: Plan | None = None,
    *,
    is_cached: bool = False,
    failed: bool = False,
) -> None:
    """Keep what this build measured and did. If the cache folder cannot be written to, only this is lost.

    If :data:`PLAN_VARIABLE` is set, the plan is also written to the file that it names.

    :param plan: what was done with each page, if that is known.
    :param is_cached: whether the page cache was in use.
    :param failed: whether an exception stopped the build.
    """
    build = None if plan is None else _describe(site, plan, cache if is_cached else None, failed=failed).to_json()
    if build is not None and (wanted := os.environ.get(PLAN_VARIABLE)):
        _write_plan(Path(wanted), build, site)
    if build is None and not any(info.active for info in site.plugins.values()):
        return
    seconds = {name: round(s, 6) for name, s in site.supervisor.seconds.items() if name in site.plugins}
    file = _file(cache, confdir)
    if not file.save({"seconds": seconds, "build": build}):
        site.supervisor.reporter.debug(f"[pronghorn] the record of this build is not kept: {file.path}")


def _describe(site: Site, plan: Plan, cache: Path | None, *, failed: bool) -> LastBuild:
    return LastBuild(
        plan=plan,
        builder=site.app.builder.name,
        srcdir=Path(site.srcdir),
        outdir=Path(site.app.outdir),
        finished=datetime.now(UTC),
        cache=cache,
        failed=failed,
        urls={page.docname: page.url for page in site.pages},
        sources={page.docname: page.source.relpath for page in site.pages if page.source is not None},
    )


def _write_plan(file: Path, build: dict[str, Any], site: Site) -> None:
    try:
        file.write_text(json.dumps(build, indent=2) + "\n", encoding="utf-8")
    except (OSError, ValueError) as error:  # ValueError: a null character in its name
        site.supervisor.reporter.warning(
            WarningKind.CONFIG,
            f"the plan of this build is not written: {error} ({PLAN_VARIABLE})",
            location=Place(file),
        )


def _load(cache: Path, confdir: Path) -> dict[str, Any]:
    """Return the record of the last build; empty if there is no usable record."""
    record = _file(cache, confdir).load()
    return record if isinstance(record, dict) else {}


def load_seconds(cache: Path, confdir: Path) -> dict[str, float]:
    """Return the seconds the last build spent in each plugin, by name; empty if none is known."""
    seconds = _load(cache, confdir).get("seconds")
    if not isinstance(seconds, dict):
        return {}
    return {name: value for name, value in seconds.items() if isinstance(value, float | int)}


def load_plan(cache: Path, confdir: Path) -> LastBuild | None:
    """Return what the last build of the site did; None if none is known."""
    try:
        return LastBuild.from_json(_load(cache, confdir).get("build"))
    except ValueError:
        return None
