"""Runs builds, each in a process of its own, forked from this one, which has imported what builds import.

A build takes a quarter of the time that a new Python would take, and leaks nothing into the next one.
What every build makes in the same way is made beforehand (:mod:`tests.edits.warmth`).
It reads requests from standard input, one JSON object on a line, and answers each with the exit statuses of its builds,
which run at once, on standard output.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.edits.warmth import ThemeTemplates, load, take_up, warmth_of_this_process

KILLED = 137
"""The exit status of a build that was killed on request."""

LIMIT_S = 120
"""A build that takes longer hangs, and is ended."""

_WRITES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "shutil.copyfile"})


def serve() -> None:
    """Answer requests until standard input ends."""
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    templates = ThemeTemplates()
    templates.install()
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        if "warmth" in request:
            take_up(load(Path(request["warmth"])), templates)
            answer = [0]
        else:
            builds = [(_fork(build, templates), build["killed_after_s"]) for build in request["builds"]]
            answer = [_end_of(pid, killed_after_s) for pid, killed_after_s in builds]
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


def _end_of(pid: int, killed_after_s: float) -> int:
    """Wait for a build and give its exit status; of one that a signal ended, the signal's number below zero."""
    if killed_after_s:
        time.sleep(killed_after_s)
        with suppress(PermissionError):  # what a finished build's group is to some systems
            os.killpg(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _fork(request: dict[str, Any], templates: ThemeTemplates) -> int:
    """Start one build, in a process group of its own."""
    pid = os.fork()
    if pid:
        with suppress(PermissionError):  # it has done so itself, and runs another program already
            os.setpgid(pid, pid)
        return pid
    os.setpgid(0, 0)
    status = 2
    try:
        status = _build(request, templates)
    except BaseException:  # noqa: BLE001 - nothing may come back to the server's loop in the child
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _build(request: dict[str, Any], templates: ThemeTemplates) -> int:
    from sphinx.cmd.build import main  # noqa: PLC0415 - imported in the child only, until the server is told

    signal.alarm(LIMIT_S)
    os.chdir(request["folder"])
    os.environ.update(request["environment"])
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    null = os.open(os.devnull, os.O_RDWR)
    out = os.open(request["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644) if request["out"] else null
    for descriptor, target in ((null, 0), (out, 1), (log, 2)):
        os.dup2(descriptor, target)
    if request["killed_at"]:
        _die_at_write(request["killed_at"])
    status = main(request["arguments"])
    if request["warmth_to"]:
        warmth_of_this_process(templates).save(Path(request["warmth_to"]))
    atexit._run_exitfuncs()
    return status


def _die_at_write(number: int) -> None:
    """End this process at once, as a loss of power would, when it is about to write for the *number*-th time."""
    left = number

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        is_open = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if is_open or event in _WRITES:
            left -= 1
            if left == 0:
                os._exit(KILLED)

    sys.addaudithook(count)


if __name__ == "__main__":
    serve()
