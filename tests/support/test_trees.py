"""The comparison itself: it must see what differs, or all tests that rest on it show nothing."""

from pathlib import Path

import pytest

from tests.support.trees import assert_same_files, differences, digests_of


def _folder(root: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def test_the_same_files_are_the_same(tmp_path: Path) -> None:
    files = {"index.html": b"home", "a/b.html": b"\xff\x00"}
    left, right = _folder(tmp_path / "left", files), _folder(tmp_path / "right", files)
    _folder(right, {".buildinfo": b"Sphinx's own"})
    assert_same_files(left, right)
    assert list(digests_of(left)) == ["a/b.html", "index.html"]


def test_every_difference_is_found_with_its_place(tmp_path: Path) -> None:
    left = _folder(tmp_path / "left", {"a.html": b"one\ntwo\nthree", "b.html": b"", "d.html": b"one\n"})
    right = _folder(tmp_path / "right", {"a.html": b"one\n2\nthree", "c.html": b"", "d.html": b"one\ntwo"})
    found = {difference.path: difference.what for difference in differences(left, right)}
    assert list(found) == ["a.html", "b.html", "c.html", "d.html"]
    assert found["a.html"] == "line 2:\n  - two\n  + 2"
    assert found["b.html"] == f"only in {left}"
    assert found["c.html"] == f"only in {right}"
    assert found["d.html"].startswith("line 2:")
    with pytest.raises(AssertionError, match=r"4 files differ.*a\.html: line 2"):
        assert_same_files(left, right)


def test_a_long_line_is_shown_where_it_differs(tmp_path: Path) -> None:
    left = _folder(tmp_path / "left", {"a.html": b"x" * 1000 + b"left"})
    right = _folder(tmp_path / "right", {"a.html": b"x" * 1000 + b"right"})
    (found,) = differences(left, right)
    assert "xleft" in found.what
    assert "xright" in found.what
    assert len(found.what) < 300


def test_a_file_that_ends_early_is_told(tmp_path: Path) -> None:
    left, right = _folder(tmp_path / "left", {"a": b"one\ntwo"}), _folder(tmp_path / "right", {"a": b"one"})
    (found,) = differences(left, right)
    assert found.what == "line 2:\n  - two\n  + (the file ends)"


def test_nothing_is_not_the_same_as_nothing(tmp_path: Path) -> None:
    """A build that failed silently must not count as an identical one."""
    (tmp_path / "left").mkdir()
    (tmp_path / "right").mkdir()
    with pytest.raises(FileNotFoundError, match="no files to compare"):
        assert_same_files(tmp_path / "left", tmp_path / "right")
