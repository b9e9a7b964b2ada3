"""What the last build measured, for ``pronghorn plugins``."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

from pronghorn.site import Site

_VERSION = 1


def _file(cache: Path, confdir: Path) -> Path:
    name = hashlib.sha256(str(confdir.resolve()).encode()).hexdigest()[:16]
    return cache / "sites" / f"{name}.json"


def save_record(cache: Path, confdir: Path, site: Site) -> None:
    """Keep the seconds spent in each plugin; a cache folder that cannot be written to costs only this."""
    if not any(info.active for info in site.plugins.values()):
        return
    seconds = {name: round(s, 6) for name, s in site.supervisor.seconds.items() if name in site.plugins}
    record = {"version": _VERSION, "seconds": seconds}
    target = _file(cache, confdir)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False, encoding="utf-8") as file:
            json.dump(record, file)
        Path(file.name).replace(target)
    except OSError as error:
        site.supervisor.reporter.debug(f"[pronghorn] the timings of plugins are not kept: {error}")


def load_seconds(cache: Path, confdir: Path) -> dict[str, float]:
    """Give the seconds the last build spent in each plugin, by name; empty if none is known."""
    try:
        record: Any = json.loads(_file(cache, confdir).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(record, dict) or record.get("version") != _VERSION:
        return {}
    seconds = record.get("seconds")
    if not isinstance(seconds, dict):
        return {}
    return {name: value for name, value in seconds.items() if isinstance(value, float | int)}
