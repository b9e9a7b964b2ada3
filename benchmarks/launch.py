"""Runs a command, and tells what it took. :func:`benchmarks.measure.run` starts this as a script of its own.

Linux counts the peak memory of a process from what its parent had when it started it. So the parent is to be small:
this script imports nothing but a little of the standard library.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path


class TreeMemory:
    """Looks, ten times a second, how much memory a process and all its descendants have together.

    Pages of memory that several of them share are counted once: what Linux calls the proportional set size. On other
    systems there is no such figure; then the peak stays 0.
    """

    INTERVAL_S = 0.1

    def __init__(self, pid: int) -> None:
        self.peak_bytes = 0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "TreeMemory":  # noqa: PYI034 - typing is too large a module for this process
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self.INTERVAL_S):
            self.peak_bytes = max(self.peak_bytes, sum(map(_proportional_bytes, _tree_of(self._pid))))


def _tree_of(pid: int) -> Iterator[int]:
    """Yield a process, and all that it and its children started. A process that has just ended has none."""
    yield pid
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in file.read_text(encoding="ascii").split():
                yield from _tree_of(int(child))


def _proportional_bytes(pid: int) -> int:
    """Return the proportional set size of a process, and 0 if it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def main(told: int, command: list[str], *, whole_tree: bool) -> int:
    """Run *command*, and return its exit code.

    :param told: a file descriptor, which gets ``wall_s``, ``cpu_s`` and ``peak_bytes`` as JSON.
    """
    start = time.monotonic()
    process = subprocess.Popen(command)
    with TreeMemory(process.pid) if whole_tree else nullcontext() as memory:
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - start
    # Popen itself must not wait for a process that is gone.
    process.returncode = os.waitstatus_to_exitcode(status)
    # macOS counts in bytes, other systems in kibibytes.
    largest_bytes = usage.ru_maxrss if sys.platform == "darwin" else usage.ru_maxrss * 1024
    found = {
        "wall_s": wall_s,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_bytes": max(largest_bytes, memory.peak_bytes if memory else 0),
    }
    with os.fdopen(told, "w", encoding="ascii") as stream:
        json.dump(found, stream)
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[3:], whole_tree=sys.argv[2] == "tree") & 0xFF)
