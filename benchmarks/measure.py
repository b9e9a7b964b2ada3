"""Runs builds, each in a process of its own, and measures them."""

import json
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks import launch as launcher

SHOWN_CHARS = 4000
"""So much of what a failed build said is shown, from its end."""

_NO_BYTE_CODE = "PYTHONDONTWRITEBYTECODE"
"""Where this is set, each build compiles Pronghorn again if it runs from its sources; stock Sphinx is installed."""


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
    """The most memory that one of the processes had at a time; that all had together, if they were counted so."""


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

    def __str__(self) -> str:
        gibibytes = self.memory_bytes / 2**30
        hardware = f"{self.processor}, {self.cores} cores, {gibibytes:.0f} GiB; {self.system}"
        return f"{self.date}; {hardware}; load {self.load} at the start"


def run(
    command: Sequence[str | Path],
    log: Path,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    whole_tree: bool = False,
) -> Usage:
    """Run a command, and wait.

    :param log: gets all that it says.
    :param env: environment variables to set besides this process's. Python may write byte code in any case.
    :param whole_tree: count the memory of the process and of its children together, see
        :class:`benchmarks.launch.TreeMemory`.
    :raises BuildError: it failed.
    """
    told, telling = os.pipe()
    inherited = {name: value for name, value in os.environ.items() if name != _NO_BYTE_CODE}
    launch = [sys.executable, "-I", "-S", launcher.__file__, str(telling), "tree" if whole_tree else "largest"]
    try:
        with log.open("wb") as stream:
            code = subprocess.call(
                [*launch, *command],
                cwd=cwd,
                env={**inherited, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                pass_fds=[telling],
            )
    finally:
        os.close(telling)
    with os.fdopen(told, encoding="ascii") as answer:
        found = answer.read()
    if code:
        text = log.read_text(encoding="utf-8", errors="replace")[-SHOWN_CHARS:]
        raise BuildError(f"{shlex.join(map(str, command))}\nended with {code}:\n{text}")
    return Usage(**json.loads(found))


def build(
    source: Path,
    output: Path,
    *,
    builder: str = "html",
    jobs: int = 1,
    python: str = sys.executable,
    env: Mapping[str, str] | None = None,
) -> Usage:
    """Build *source*, and wait.

    The result is in the folder of *output* that is named like the builder; beside it are ``doctrees``, ``cache``
    (Pronghorn's page cache) and ``build.log``: all warnings.

    :param jobs: with more than one, the memory of all processes is counted together.
    :param env: environment variables to set besides this process's.
    :raises BuildError: the build failed.
    """
    output.mkdir(parents=True, exist_ok=True)
    command = sphinx_build(source, output, builder, jobs, python)
    environment = {"PRONGHORN_CACHE_DIR": str(output / "cache"), **(env or {})}
    return run(command, output / "build.log", env=environment, whole_tree=jobs > 1)


def sphinx_build(source: Path, output: Path, builder: str, jobs: int, python: str = sys.executable) -> list[str]:
    """Return the command that builds *source* as :func:`build` does."""
    options = ["-q", "-b", builder, "-j", str(jobs), "-d", str(output / "doctrees")]
    return [python, "-m", "sphinx", *options, str(source), str(output / builder)]


def named(versions: Mapping[str, str]) -> str:
    """Return names and versions in a line."""
    return ", ".join(f"{name} {number}" for name, number in versions.items())


def versions(*themes: str) -> dict[str, str]:
    """Return the versions of Python, of *themes* that Sphinx does not bring, and of what is below every site."""
    found = {name: version(name) for name in ("sphinx", "docutils", "myst-parser", "pygments", "jinja2", "pronghorn")}
    for theme in themes:
        with suppress(PackageNotFoundError):
            found[theme] = version(theme)
    return {"python": platform.python_version(), **found}
