"""Runs builds, each in a process of its own, and measures them."""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

SHOWN_CHARS = 4000
"""So much of what a failed build said is shown, from its end."""


class BuildError(Exception):
    """A build failed. The message holds the end of what it said."""


def _processor() -> str:
    """Return the processor's name as Linux tells it; elsewhere what Python knows."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process took, with the children that it waited for."""

    wall_s: float
    cpu_s: float
    """Time of all processors, for the process itself and in the system's name."""
    peak_bytes: int
    """The most memory that one of the processes had at a time.

    No less than this process had itself when it started that one (Linux counts so): measure from a small process.
    """


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and when something was measured."""

    processor: str = field(default_factory=_processor)
    cores: int = field(default_factory=lambda: os.cpu_count() or 1)
    memory_bytes: int = field(default_factory=lambda: os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    system: str = field(default_factory=lambda: f"{platform.system()} {platform.release()}")
    load: float = field(default_factory=lambda: round(os.getloadavg()[0], 2))
    """How many processes ran on average in the minute before."""
    date: str = field(default_factory=lambda: datetime.now(UTC).date().isoformat())


def build(
    source: Path,
    output: Path,
    *,
    builder: str = "html",
    python: str = sys.executable,
    env: Mapping[str, str] | None = None,
) -> Usage:
    """Build *source* with one job, and wait.

    The result is in the folder of *output* that is named like the builder; beside it are ``doctrees``, ``cache``
    (Pronghorn's page cache) and ``build.log``: all warnings.

    :param env: environment variables to set besides this process's.
    :raises BuildError: the build failed.
    """
    output.mkdir(parents=True, exist_ok=True)
    options = ["-q", "-b", builder, "-j", "1", "-d", str(output / "doctrees")]
    command = [python, "-m", "sphinx", *options, str(source), str(output / builder)]
    environment = {**os.environ, "PRONGHORN_CACHE_DIR": str(output / "cache"), **(env or {})}
    log = output / "build.log"
    with log.open("wb") as stream:
        start = time.monotonic()
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - start
    # Popen itself must not wait for a process that is gone.
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        text = log.read_text(encoding="utf-8", errors="replace")[-SHOWN_CHARS:]
        raise BuildError(f"the build of {source} ended with {process.returncode}:\n{text}")
    return Usage(wall_s, usage.ru_utime + usage.ru_stime, _peak_bytes(usage.ru_maxrss))


def versions(*themes: str) -> dict[str, str]:
    """Return the versions of Python, of *themes* that Sphinx does not bring, and of what is below every site."""
    found = {name: version(name) for name in ("sphinx", "docutils", "myst-parser", "pygments", "jinja2", "pronghorn")}
    for theme in themes:
        with suppress(PackageNotFoundError):
            found[theme] = version(theme)
    return {"python": platform.python_version(), **found}


def _peak_bytes(ru_maxrss: int) -> int:
    """Return bytes: macOS counts in bytes, other systems in kibibytes."""
    return ru_maxrss if sys.platform == "darwin" else ru_maxrss * 1024
