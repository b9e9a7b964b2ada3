"""Fixtures and options that all tests share."""

import gc
import itertools
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import pytest
from docutils import nodes

from tests.edits.builder import BuildServer
from tests.support import Site
from tests.support.mounts import Mount
from tests.support.served import FILES, ServedSite

_ENDED = itertools.count(1)
"""Tests that have ended."""
_COLLECTED_EACH = 10
"""After so many tests, there are some 100 MB."""

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


class MakeSite(Protocol):
    """Makes sites, each in a folder of its own."""

    def __call__(self, files: Mapping[str, str | bytes], conf: str = "") -> Site:
        """Lay down *files* (path to content, text dedented) and return the site.

        Without a conf.py among them, a small one that enables MyST and Pronghorn is made;
        *conf* is put at its end.
        """


@pytest.fixture(autouse=True)
def cache_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is built in this process out of the user's cache: another run would find it there."""
    monkeypatch.setenv("PRONGHORN_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture(autouse=True)
def no_shortcut_stays() -> Iterator[None]:
    """Name the test in which a build has begun and not ended: later ones would meet its shortcuts."""
    before = vars(nodes.Node)["findall"]
    yield
    assert vars(nodes.Node)["findall"] is before, "a build was not ended: emit build-finished"


@pytest.fixture(autouse=True)
def garbage_goes() -> Iterator[None]:
    """Collect now and then what builds in this process have left: while they run, Python does not do so by itself.

    Each build in a forked process would have to take it along.
    """
    yield
    if next(_ENDED) % _COLLECTED_EACH == 0:
        gc.collect()


@pytest.fixture
def make_site(tmp_path: Path) -> MakeSite:
    """Make a site from files: ``make_site({"index.md": "# Home"}).build()``."""
    made: list[Site] = []

    def make(files: Mapping[str, str | bytes], conf: str = "") -> Site:
        made.append(Site(tmp_path / f"site{len(made) + 1}", files, conf))
        return made[-1]

    return make


@pytest.fixture(scope="session")
def build_server() -> Iterator[BuildServer]:
    """Start the server once: what it makes beforehand takes as long as many builds."""
    with BuildServer() as server:
        yield server


@pytest.fixture(scope="session")
def _bakery(tmp_path_factory: pytest.TempPathFactory, build_server: BuildServer) -> ServedSite:
    return ServedSite(tmp_path_factory.mktemp("bakery") / "site", build_server, FILES)


@pytest.fixture
def bakery(_bakery: ServedSite) -> ServedSite:
    """Return a small site that was built once, as it was after that build."""
    _bakery.begin()
    return _bakery


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mount a file system in memory: ``mount("size=256k")``."""
    place = tmp_path / "mounted"
    place.mkdir()

    def mounted(options: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("mounting a file system is not permitted")
        return place

    yield mounted
    if place.is_mount():
        subprocess.run(["umount", str(place)], check=True)


def pytest_report_header() -> str:
    """Say which of the supported versions this run covers."""
    return ", ".join(f"{name} {version(name)}" for name in ("sphinx", "docutils", "myst-parser"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what drives a browser where there is none."""
    if any(map(shutil.which, CHROMIUM_NAMES)):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium on PATH"))
