"""Servers that tests start, and that never outlive them."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

POLL_S = 0.2
GRACE_S = 5.0


def free_port() -> int:
    """Return a port of the loopback interface that was free a moment ago."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port: int = server.getsockname()[1]
    return port


class Server:
    """A running server process on the loopback interface."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process = process
        self.address = f"http://127.0.0.1:{port}"
        self._log = log

    @property
    def out(self) -> str:
        """All that it has printed so far, errors included."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def get(self, path: str) -> str:
        """Return the body of a page; empty while it is not served.

        :raises AssertionError: the server has ended.
        """
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.out}")
        try:
            with urlopen(f"{self.address}/{path}", timeout=10) as response:
                body: bytes = response.read()
        except (OSError, HTTPException):  # not listening yet, no such page, or cut off by a write
            return ""
        return body.decode(errors="replace")

    def wait_for(self, path: str, text: str, timeout_s: float = 60) -> None:
        """Ask for a page until *text* is in it.

        :raises AssertionError: it did not come; the message holds the server's output.
        """
        self.wait_until(lambda: text in self.get(path), f"{text!r} in {path}", timeout_s)

    def wait_until(self, condition: Callable[[], bool], what: str, timeout_s: float = 60) -> None:
        """Wait until *condition* holds.

        :param what: names the condition in the error.
        :raises AssertionError: it never did; the message holds the server's output.
        """
        deadline = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {timeout_s} s for {what}; the server said:\n{self.out}")
            time.sleep(POLL_S)


@contextmanager
def running(command: Sequence[str], port: int, log: Path, env: Mapping[str, str]) -> Iterator[Server]:
    """Start a server in a process group of its own, and end the whole group, whatever happens.

    :param log: receives what it prints.
    """
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            env={**env, "PYTHONUNBUFFERED": "1"},
            cwd=log.parent,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Server(process, port, log)
    finally:
        _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process and its children: politely first, then surely."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        pass  # what is left of the group is killed next
    except ProcessLookupError:
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()
