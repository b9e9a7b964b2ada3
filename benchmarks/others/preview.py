"""Measures a live preview: how long it takes from saving a file until the server shows the new page."""

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.measure import SHOWN_CHARS, BuildError

POLL_S = 0.01
"""How long to wait between two looks at the page."""
SETTLE_S = (1.0, 2.0)
"""How long a server is left alone before the file changes: some serve before they watch, some look once a second."""
STOP_S = 10.0


@contextmanager
def serving(command: Sequence[str | Path], log: Path, env: Mapping[str, str], cwd: Path) -> Iterator[None]:
    """Run a server, with all that it starts, until the block ends.

    :param log: gets all that it says.
    """
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield
        finally:
            _stop(process)


def seconds_to_show(url: str, text: str, save: Callable[[], object], timeout_s: float, log: Path) -> float:
    """Wait until a page is served, save its source, and return how long it takes until the page has *text* in it.

    :param log: what the server says, for the message.
    :raises BuildError: the page, or the new page, was not served in time.
    """
    _wait_for(url, "", timeout_s, log)
    time.sleep(random.uniform(*SETTLE_S))  # noqa: S311 - it is to be any moment
    start = time.monotonic()
    save()
    _wait_for(url, text, timeout_s, log)
    return time.monotonic() - start


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait_for(url: str, text: str, timeout_s: float, log: Path) -> None:
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        # While a site is built again, a server may have no such page, or answer late, or drop the connection.
        with suppress(URLError, HTTPException, ConnectionError, TimeoutError):
            if text in _page(url, timeout_s):
                return
        time.sleep(POLL_S)
    said = log.read_text(encoding="utf-8", errors="replace")[-SHOWN_CHARS:]
    raise BuildError(f"{url} was not served with {text!r} in it within {timeout_s:.0f} s; the server said:\n{said}")


def _page(url: str, timeout_s: float) -> str:
    with urlopen(url, timeout=timeout_s) as answer:  # noqa: S310 - the URL is one of this machine
        content: bytes = answer.read()
    return content.decode("utf-8", errors="replace")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End a process and the others of its session."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    # What the process leaves behind keeps its group.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
