"""Where files may be put that an entry of the cache asks for."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pronghorn.output.build_folders import BuildFolders


def folders(root: Path, left: str = "", **places: str) -> BuildFolders:
    """Make the folders of a build, all of them below *root*."""
    names = {"srcdir": "docs", "confdir": "docs", "outdir": "build/html", "doctreedir": "build/doctrees", **places}
    for name in names.values():
        (root / name).mkdir(parents=True, exist_ok=True)
    app: Any = SimpleNamespace(**{name: root / place for name, place in names.items()})
    return BuildFolders(app, lambda: {("build", left)} if left else set())


@pytest.mark.parametrize("folder", ["output", "doctrees", "build"])
def test_files_go_into_the_folders_of_a_build(folder: str, tmp_path: Path) -> None:
    place = folders(tmp_path).place_of(folder, "made/a.png")
    assert place is not None
    assert place.is_relative_to(tmp_path / "build")


@pytest.mark.parametrize(
    ("folder", "path"),
    [
        ("output", "../../docs/conf.py"),
        ("output", "/etc/passwd"),
        ("output", "."),
        ("output", ""),
        ("elsewhere", "made/a.png"),
        ("doctrees", "environment.pickle"),
        ("doctrees", "page.doctree"),
        ("doctrees", "made/../page.doctree"),
        ("doctrees", "pronghorn/files"),
        ("output", ".doctrees/environment.pickle"),
        ("build", "made/environment.pickle"),
        ("build", "a.png"),
        ("build", "../a.png"),
        ("build", "html/../../a.png"),
        ("build", "others/a.png"),
        ("build", "made/../others/a.png"),
        ("build", "link/a.png"),
        ("output", "link/a.png"),
        ("output", "link-to-file"),
        ("output", "link-inside"),
        ("output", "link-to-doctrees/environment.pickle"),
        ("output", "file/a.png"),
        ("output", "a\0.png"),
    ],
)
def test_files_go_nowhere_else(folder: str, path: str, tmp_path: Path) -> None:
    (tmp_path / "build/others").mkdir(parents=True)
    (tmp_path / "build/link").symlink_to(tmp_path)
    output, doctrees = tmp_path / "build/html", tmp_path / "build/doctrees"
    output.mkdir()
    doctrees.mkdir()
    (output / "link").symlink_to(tmp_path)
    (output / "file").write_text("text")
    (output / "link-to-file").symlink_to(tmp_path / "docs/conf.py")
    (output / "link-inside").symlink_to(output / "index.html")
    (output / "link-to-doctrees").symlink_to(doctrees)
    assert folders(tmp_path).place_of(folder, path) is None


def test_a_folder_around_the_output_is_open_once_pages_have_left_files_in_it(tmp_path: Path) -> None:
    (tmp_path / "build/made").mkdir(parents=True)
    assert folders(tmp_path).place_of("build", "made/a.png") is None
    assert folders(tmp_path, "made/b.png").place_of("build", "made/a.png") == tmp_path / "build/made/a.png"


@pytest.mark.parametrize(
    "places",
    [
        {"outdir": "html", "doctreedir": "doctrees"},
        {"outdir": "out/html", "doctreedir": "doctrees"},
        {"outdir": "docs/html"},
        {"confdir": "build/conf"},
    ],
)
def test_a_folder_that_holds_more_than_builds_is_closed(places: dict[str, str], tmp_path: Path) -> None:
    assert folders(tmp_path, **places).place_of("build", "made/a.png") is None


@pytest.mark.parametrize("outdir", [".", "docs"])
def test_sources_inside_the_output_are_closed(outdir: str, tmp_path: Path) -> None:
    found = folders(tmp_path, outdir=outdir, srcdir="docs/source", confdir="docs/source", doctreedir="docs/source/dt")
    path = "docs/source/conf.py" if outdir == "." else "source/conf.py"
    assert found.place_of("output", path) is None
    assert found.place_of("doctrees", "made/a.png") is not None
