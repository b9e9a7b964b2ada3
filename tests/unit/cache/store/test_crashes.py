"""Builds that run at once, and builds that are killed, leave a store that works."""

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from pronghorn.cache.store.database import VERSION
from pronghorn.cache.store.store import Store
from pronghorn.cache.tracking.digests import digest_of

# Puts entries and manifests until a file appears, and tells the digest of each entry once it was kept.
BUSY_BUILD = """
import os, sys, time
from pathlib import Path
from random import Random
from pronghorn.cache.store.store import Store

folder, max_bytes, seed, stop = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
random = Random(seed)
while not stop.exists():
    with Store(folder, max_bytes) as store:
        own = []
        for _ in range(random.randrange(1, 6)):
            own += store.put_many(random.randbytes(random.randrange(20_000)) for _ in range(random.randrange(9)))
            store.add_manifest(bytes(31) + random.randbytes(1), random.randbytes(100))
            store.manifests(bytes(31) + random.randbytes(1))
            n_found = len(store.get_many(own))
            assert store.problem is None, store.problem
            assert n_found == len(own), "something of this build was pruned"
            print(*(digest.hex() for digest in own), flush=True)
"""

# Waits for a file to appear, so that several begin at once; then uses the store and says what was wrong.
PUNCTUAL_BUILD = """
import sys, time
from pathlib import Path
from pronghorn.cache.store.store import Store

folder, go = Path(sys.argv[1]), Path(sys.argv[2])
print("ready", flush=True)
while not go.exists():
    time.sleep(0.001)
with Store(folder) as store:
    for number in range(20):
        store.put(b"%d" % number)
        store.manifests(bytes(32))
    print(store.problem)
"""

# A worker of a parallel build has its parent's store.
FORKING_BUILD = """
import os, sys
from pathlib import Path
from pronghorn.cache.store.store import Store

with Store(Path(sys.argv[1])) as store:
    before = store.put(b"before the fork")
    workers = []
    for number in range(4):
        worker = os.fork()
        if not worker:
            assert store.get(before) == b"before the fork"
            with store:
                store.put_many(b"%d from worker %d" % (each, number) for each in range(50))
            os._exit(store.problem is not None)
        workers.append(worker)
    store.put_many(b"%d from the parent" % each for each in range(50))
    codes = [os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) for worker in workers]
    assert codes == [0] * 4, codes
    assert store.stats().n_entries == 251
    assert store.problem is None, store.problem
"""


@dataclass
class Build:
    """A process, and the file that it writes to: a pipe would make it wait for its reader."""

    process: subprocess.Popen[str]
    output: Path

    def wait_for_output(self) -> None:
        while not self.output.stat().st_size:
            assert self.process.poll() is None
            time.sleep(0.001)

    def end(self, code: int = 0) -> str:
        """Wait for it to end, and give what it said."""
        _, errors = self.process.communicate(timeout=60)
        assert self.process.returncode == code, errors
        return self.output.read_text()

    def told(self, code: int = 0) -> list[bytes]:
        """Wait for it to end, and give the digests that it said."""
        whole, _, _ = self.end(code).rpartition("\n")
        return [bytes.fromhex(digest) for digest in whole.split()]


pytestmark = [
    pytest.mark.one_version,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL and no fork"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def stop(tmp_path: Path) -> Path:
    return tmp_path / "stop"


Start = Callable[..., Build]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a build: ``start(SCRIPT, *arguments)``. None outlives the test."""
    builds: list[Build] = []

    def start(script: str, *arguments: object) -> Build:
        path = tmp_path / f"output-{len(builds)}"
        with path.open("w") as output:
            command = [sys.executable, "-c", script, *map(str, arguments)]
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.PIPE, text=True)
        builds.append(Build(process, path))
        return builds[-1]

    yield start
    for build in builds:
        build.process.kill()
        build.process.communicate()


def kill_soon(build: Build, seed: int) -> list[bytes]:
    """Kill a build at some moment after it began to work, and give the digests that it told."""
    build.wait_for_output()
    time.sleep(Random(seed).uniform(0, 0.1))
    build.process.send_signal(signal.SIGKILL)
    return build.told(-signal.SIGKILL)


def assert_sound(folder: Path) -> None:
    """Nothing is damaged, no entry is in one table only, and there is but one file."""
    with Store(folder) as store:
        assert store.check() == []
        digest = store.put(b"as good as new")
        assert store.get(digest) == b"as good as new"
        assert store.problem is None
    assert len(list(folder.iterdir())) == 1


def test_killed_builds_lose_nothing_that_was_kept(start: Start, folder: Path, stop: Path) -> None:
    told = []
    other = start(BUSY_BUILD, folder, 2**30, "other", stop)
    for seed in range(12):
        told += kill_soon(start(BUSY_BUILD, folder, 2**30, seed, stop), seed)
    stop.touch()
    told += other.told()
    assert len(told) > 100
    with Store(folder) as store:
        assert len(store.get_many(told)) == len(set(told))
    assert_sound(folder)


def test_builds_killed_while_they_prune(start: Start, folder: Path, stop: Path) -> None:
    for seed in range(8):
        kill_soon(start(BUSY_BUILD, folder, 100_000, seed, stop), seed)
        assert_sound(folder)


def test_builds_that_write_and_prune_at_once(start: Start, folder: Path, stop: Path) -> None:
    """None of them loses what it put itself: the script sees to that."""
    running = [start(BUSY_BUILD, folder, 400_000, seed, stop) for seed in range(3)]
    time.sleep(3)
    stop.touch()
    told = {digest for build in running for digest in build.told()}
    with Store(folder, 400_000) as store:
        store.prune()
        assert 0 < len(store.get_many(told)) < len(told)
        assert 200_000 < store.stats().used_bytes <= 400_000
    assert_sound(folder)


@pytest.mark.parametrize("damage", ["nothing-there", "no-database", "no-table"])
def test_builds_that_begin_at_once(start: Start, folder: Path, tmp_path: Path, damage: str) -> None:
    go = tmp_path / "go"
    running = [start(PUNCTUAL_BUILD, folder, go) for _ in range(4)]
    for build in running:
        build.wait_for_output()
    if damage != "nothing-there":
        with Store(folder) as store:
            store.put(b"before")
        (file,) = folder.iterdir()
        file.write_bytes(b"no database")
    if damage == "no-table":
        file.unlink()
        sqlite3.connect(file).execute(f"PRAGMA user_version = {VERSION}").connection.close()
    go.touch()
    assert {build.end() for build in running} == {"ready\nNone\n"}
    assert_sound(folder)
    with Store(folder) as store:
        assert len(store.get_many(digest_of(b"%d" % number) for number in range(20))) == 20


def test_a_build_waits_for_one_that_has_begun_to_make_tables(folder: Path) -> None:
    """SQLite by itself waits for a writer in nearly all places, but not here."""
    folder.mkdir()
    other = sqlite3.connect(folder / f"store-{VERSION}-0.sqlite3", isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE begun (x)")
    other.execute("BEGIN IMMEDIATE")
    end = threading.Timer(0.3, other.rollback)
    end.start()
    with Store(folder) as store:
        digest = store.put(b"content")
        assert store.problem is None
        assert store.get_many([digest]) == {digest: b"content"}
    end.join()
    other.close()


def test_a_forked_worker_uses_the_store_of_its_parent(start: Start, folder: Path) -> None:
    start(FORKING_BUILD, folder).end()
    assert_sound(folder)
