"""Builds with several jobs whose processes fail, are killed, or lose their parent."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")

N_PAGES = 40
CONF = """
import os
import signal
import sys
import time
from pathlib import Path

from sphinx.util import logging

signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background may ignore it
exec(os.environ.get("CHANGE", ""))
extensions = ["pronghorn"]
parent = os.getpid()


def act(docname):
    if docname == "page23" and os.getpid() != parent:
        exec(os.environ.get("ACT", ""))


def setup(app):
    app.connect("source-read", lambda app, docname, source: os.environ["EVENT"] == "read" and act(docname))
    app.connect("html-page-context", lambda app, docname, *args: os.environ["EVENT"] == "write" and act(docname))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a site with many pages, and ``conf.py`` that runs code at one of them in a process of the build."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "conf.py").write_text(CONF, encoding="utf-8")
    names = [f"page{number}" for number in range(N_PAGES)]
    for name in names:
        (folder / f"{name}.rst").write_text(f"{name}\n{'=' * len(name)}\n\n:doc:`index`\n", encoding="utf-8")
    entries = "".join(f"   {name}\n" for name in names)
    (folder / "index.rst").write_text(f"Home\n====\n\n.. toctree::\n\n{entries}", encoding="utf-8")
    return folder


Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(site: Path) -> Iterator[Start]:
    """Return what starts a build, and at last kill what is left of it."""
    builds: list[subprocess.Popen[str]] = []

    def started(event: str, act: str, *args: str, change: str = "") -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "sphinx", "-j", "2", *args, str(site), str(site.parent / "out")]
        told = {"EVENT": event, "ACT": act, "CHANGE": change, "PRONGHORN_CACHE_DIR": str(site.parent / "cache")}
        # Not by an option: where CI is set, Sphinx would still show progress as on a terminal, in one line.
        env = {**os.environ, **told, "NO_COLOR": "1"}
        pipe = subprocess.PIPE
        builds.append(subprocess.Popen(command, env=env, stdout=pipe, stderr=pipe, text=True, start_new_session=True))
        return builds[-1]

    yield started
    for build in builds:
        with build, suppress(ProcessLookupError):
            os.killpg(build.pid, signal.SIGKILL)


@pytest.mark.parametrize("event", ["read", "write"])
def test_a_process_that_is_killed_ends_the_build_with_a_reason(start: Start, event: str) -> None:
    build = start(event, "os.kill(os.getpid(), 9)")
    _, said = build.communicate(timeout=60)
    assert build.returncode == 2
    pages = re.search("A process of this build was killed, at one of these pages: (.*)[.] It may", said)
    assert pages is not None
    assert "page23" in pages[1].split(", ")
    again = start(event, "", "-W")
    assert again.communicate(timeout=60)[1] == ""
    assert again.returncode == 0


@pytest.mark.parametrize("event", ["read", "write"])
def test_an_exception_in_a_process_ends_the_build(start: Start, event: str) -> None:
    build = start(event, "raise ZeroDivisionError('of mine')", "-T")
    _, said = build.communicate(timeout=60)
    assert build.returncode == 2
    assert "of mine" in said
    assert "in act" in said, "the traceback is that of the process"


@pytest.mark.parametrize("event", ["read", "write"])
def test_processes_end_when_the_build_is_killed(site: Path, start: Start, event: str) -> None:
    """They hold its output open; the one that is at work tells nobody of its end."""
    told = site.parent / "told"
    build = start(event, f"Path({str(told)!r}).touch(); time.sleep(1)")
    wait_for(told)
    build.kill()
    assert build.communicate(timeout=60)[1] == ""


@pytest.mark.parametrize("event", ["read", "write"])
def test_a_build_that_is_interrupted_ends_its_processes(site: Path, start: Start, event: str) -> None:
    told = site.parent / "told"
    build = start(event, f"Path({str(told)!r}).touch(); time.sleep(600)")
    wait_for(told)
    build.send_signal(signal.SIGINT)
    _, said = build.communicate(timeout=60)
    assert build.returncode == 2
    assert said.strip().endswith("Interrupted!")


@pytest.mark.parametrize("event", ["read", "write"])
def test_the_collector_is_at_work_in_processes(start: Start, event: str) -> None:
    """While the parent waits for them, its own is not."""
    build = start(event, "import gc; assert gc.isenabled(); assert gc.get_freeze_count()")
    assert build.communicate(timeout=60)[1] == ""
    assert build.returncode == 0


@pytest.mark.parametrize("event", ["read", "write"])
@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("del logging.LogCollector", "LogCollector.collect"),
        ("del logging.LogCollector.collect", "LogCollector.collect"),
        ("logging.LogCollector.collect = lambda self, logger: None", "LogCollector.collect"),
        ("del logging.convert_serializable", "sphinx.util.logging.convert_serializable"),
    ],
)
def test_a_sphinx_that_has_changed_is_left_to_one_process(start: Start, event: str, change: str, name: str) -> None:
    build = start(event, "raise AssertionError('this is another process')", "-v", change=change)
    said, warnings = build.communicate(timeout=60)
    assert (build.returncode, warnings) == (0, "")
    told = f"[pronghorn] pages are read and written in one process: Sphinx has another '{name}'"
    assert said.count("[pronghorn] pages are read") == said.count(told) == 1


def test_progress_is_shown_to_the_end(start: Start) -> None:
    build = start("", "")
    said, warnings = build.communicate(timeout=60)
    assert (build.returncode, warnings) == (0, "")
    for step in ("reading sources... ", "writing output... "):
        steps = [line for line in said.splitlines() if line.startswith(step)]
        assert len(steps) > 3
        assert steps[-1].startswith(f"{step}[100%]")


def wait_for(file: Path) -> None:
    end = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < end, f"there is no {file}"
        time.sleep(0.01)
