"""Files are digested once, and read again whenever they may have changed."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pronghorn.cache.tracking.digests import digest_of
from pronghorn.cache.tracking.file_digests import NO_FILE, NO_FOLDER, FileDigests
from pronghorn.cache.tracking.file_watch import Watch

MINUTE_NS = 60 * 10**9


def later() -> int:
    """A clock by which every file was last changed a minute ago."""
    return time.time_ns() + MINUTE_NS


def earlier() -> int:
    return time.time_ns() - MINUTE_NS


def build(cache: Path, *files: Path, now_ns: Callable[[], int] = later) -> list[bytes]:
    """Digest *files* as one build does."""
    digests = FileDigests(cache, now_ns=now_ns)
    found = list(map(digests.digest, files))
    digests.save()
    return found


def is_read_by_a_build(cache: Path, file: Path, now_ns: Callable[[], int] = later) -> bool:
    """Check whether a build reads *file*, whose digest it gives rightly in any case."""
    with Watch().recording() as seen:
        (found,) = build(cache, file, now_ns=now_ns)
    assert found == digest_of(file.read_bytes())
    return str(file) in seen.read


def write_keeping_the_time(file: Path, text: str) -> None:
    times = file.stat() if file.exists() else None
    file.write_text(text)
    if times is not None:
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "files.json"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "page.md"
    made.write_text("# Page")
    return made


# --- the digest of a file ---


def test_the_digest_is_that_of_the_content(file: Path) -> None:
    assert FileDigests(None).digest(file) == digest_of(b"# Page")
    assert FileDigests(None).digest(str(file)) == digest_of(b"# Page")


def test_an_empty_file_is_not_an_absent_one(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert FileDigests(None).digest(tmp_path / "empty") == digest_of(b"")
    assert FileDigests(None).digest(tmp_path / "absent") == b""


@pytest.mark.parametrize(
    "name", ["absent", "absent/inner", "page.md/inner", "null\0", "x" * 300, "surrogate\ud800", "broken"]
)
def test_what_is_not_there_has_an_empty_digest(file: Path, name: str) -> None:
    file.with_name("broken").symlink_to("absent")
    digests = FileDigests(None)
    path = file.parent / name
    assert digests.digest(path) == digests.listing(path) == b""
    assert digests.kind(path) == (b"link to absent, " if name == "broken" else b"")


def test_what_cannot_be_read_has_a_digest_of_its_own(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # to open it would mean to wait
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    digests = FileDigests(None)
    assert {digests.digest(tmp_path / name) for name in ("pipe", "loop", "folder")} == {NO_FILE}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_has_a_digest_of_its_own(file: Path) -> None:
    file.chmod(0)
    assert FileDigests(None).digest(file) == NO_FILE


def test_a_link_has_the_digest_of_the_file_that_it_leads_to(file: Path) -> None:
    link = file.with_name("link")
    link.symlink_to(file.name)
    assert FileDigests(None).digest(link) == digest_of(b"# Page")
    other = file.with_name("other.md")
    other.write_text("# Other")
    link.unlink()
    link.symlink_to(other.name)
    assert FileDigests(None).digest(link) == digest_of(b"# Other")


def test_a_build_gives_one_answer_about_a_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    digests = FileDigests(None)
    before = digests.digest(file)
    file.write_text("# Changed")
    assert (
        digests.digest(file) == digests.digest(file.name) == digests.digest(f"{file.parent}/x/../{file.name}") == before
    )


# --- from build to build ---


def test_a_file_that_was_left_alone_is_not_read_again(cache: Path, file: Path) -> None:
    assert is_read_by_a_build(cache, file)
    assert not is_read_by_a_build(cache, file)
    assert not is_read_by_a_build(cache, file)


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file.write_text("# Longer text"),
        lambda file: file.write_text("# Edit"),
        Path.touch,
        lambda file: os.utime(file, (1, 1)),
        lambda file: write_keeping_the_time(file, "# Edit"),
        lambda file: Path(shutil.copy2(file, file.with_name("copy"))).replace(file),
    ],
    ids=["longer", "same length", "touched", "dated back", "time kept", "replaced"],
)
def test_a_file_that_may_have_changed_is_read_again(cache: Path, file: Path, change: Callable[[Path], object]) -> None:
    build(cache, file)
    time.sleep(0.02)  # more than the clock of the file system takes to tick
    change(file)
    assert is_read_by_a_build(cache, file)


def test_a_file_changed_just_before_is_read_again(cache: Path, file: Path) -> None:
    assert is_read_by_a_build(cache, file, time.time_ns)
    assert is_read_by_a_build(cache, file, later)
    assert not is_read_by_a_build(cache, file, later)


def test_a_file_dated_back_just_before_is_read_again(cache: Path, file: Path) -> None:
    os.utime(file, (1, 1))
    assert is_read_by_a_build(cache, file, time.time_ns)
    assert is_read_by_a_build(cache, file, time.time_ns)


def test_a_change_within_one_tick_of_the_clock_is_found(cache: Path, file: Path) -> None:
    for number in range(200):
        file.write_text(f"{number:03}")
        build(cache, file, now_ns=time.time_ns)
        write_keeping_the_time(file, f"{number:03}"[::-1])
        assert build(cache, file, now_ns=time.time_ns) == [digest_of(file.read_bytes())]


def test_a_file_of_the_future_is_not_trusted(cache: Path, file: Path) -> None:
    ahead_s = time.time() + 3600
    os.utime(file, (ahead_s, ahead_s))
    assert is_read_by_a_build(cache, file)
    assert is_read_by_a_build(cache, file)


def test_nothing_is_trusted_after_the_clock_was_set_back(cache: Path, file: Path) -> None:
    build(cache, file, now_ns=later)
    assert is_read_by_a_build(cache, file, earlier)


def test_files_that_nobody_asks_about_are_forgotten(cache: Path, file: Path) -> None:
    other = file.with_name("other.md")
    other.write_text("# Other")
    build(cache, file, other)
    build(cache, file)
    assert is_read_by_a_build(cache, other)


def test_a_name_that_is_no_text_is_kept(cache: Path, tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path / "page") + b"\xff"))
    file.write_text("x")
    build(cache, file)
    assert not is_read_by_a_build(cache, file)


Action = tuple[str, int, str]
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(("write", "write keeping the time", "replace", "remove", "touch", "build", "build")),
        st.integers(0, 1),
        st.sampled_from(("a", "b", "cc")),
    ),
    max_size=25,
)


def act(folder: Path, action: Action) -> None:
    verb, number, text = action
    file = folder / str(number)
    if verb == "remove":
        file.unlink(missing_ok=True)
    elif verb == "touch":
        file.touch()
    elif verb == "replace":
        (folder / "new").write_text(text)
        (folder / "new").replace(file)
    elif verb == "write":
        file.write_text(text)
    else:
        write_keeping_the_time(file, text)


@settings(deadline=None)
@given(ACTIONS)
def test_no_change_is_ever_missed(actions: list[Action]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / "0", folder / "1"]
        for action in actions:
            if action[0] != "build":
                act(folder, action)
                continue
            right = [digest_of(file.read_bytes()) if file.exists() else b"" for file in files]
            assert build(folder / "cache", *files, now_ns=time.time_ns) == right


# --- a broken cache ---


@pytest.fixture
def kept(cache: Path, file: Path) -> bytes:
    build(cache, file)
    return cache.read_bytes()


@pytest.mark.parametrize("part", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_damage_is_no_more_than_a_reason_to_read(cache: Path, file: Path, kept: bytes, part: float) -> None:
    at = int(len(kept) * part)
    for damaged in (kept[:at], kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :], kept[:at] + b"\xff" + kept[at:]):
        cache.write_bytes(damaged)
        assert is_read_by_a_build(cache, file)
    assert not is_read_by_a_build(cache, file)


@pytest.mark.parametrize(
    "content",
    [5, None, {}, [], [1, 5], [2, [0, {}]], [1, ["x", {}]], [1, [0, []]], [1, [0, {"x": [1]}]], [1, [0, {"x": 5}]]],
)
def test_a_foreign_cache_is_no_more_than_a_reason_to_read(
    cache: Path, file: Path, kept: bytes, content: object
) -> None:
    told = json.dumps(content).encode()
    cache.write_bytes(digest_of(told).hex().encode() + b"\n" + told)
    assert is_read_by_a_build(cache, file)


def test_a_cache_that_cannot_be_read_or_written_does_no_harm(cache: Path, file: Path) -> None:
    cache.mkdir(parents=True)
    assert is_read_by_a_build(cache, file)
    assert is_read_by_a_build(file / "inner", file)
    assert sorted(path.name for path in cache.parent.iterdir()) == [cache.name]


def test_without_a_cache_nothing_is_written(file: Path) -> None:
    digests = FileDigests(None)
    digests.digest(file)
    with Watch().recording() as seen:
        digests.save()
    assert not seen.written


# --- changes while a build runs ---


def test_a_file_is_read_with_the_digest_of_what_was_read(file: Path) -> None:
    digests = FileDigests(None)
    assert digests.read(file) == (b"# Page", digest_of(b"# Page"))
    assert digests.digest(file) == digest_of(b"# Page")


def test_what_cannot_be_read_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FileDigests(None).read(tmp_path / "absent")
    with pytest.raises(IsADirectoryError):
        FileDigests(None).read(tmp_path)


@pytest.mark.parametrize("now_ns", [time.time_ns, later])
@pytest.mark.parametrize("is_read", [False, True])
def test_a_file_that_changes_after_it_was_digested_is_named(
    file: Path, now_ns: Callable[[], int], *, is_read: bool
) -> None:
    digests = FileDigests(None, now_ns=now_ns)
    other = file.with_name("other.md")
    other.write_text("# Other")
    for path in (file, other):
        if is_read:
            digests.read(path)
        else:
            digests.digest(path)
    assert digests.recheck([file, other]) == set()
    file.write_text("# Edit, and longer")
    assert digests.recheck([file, other]) == {file}
    assert digests.digest(file) == digest_of(b"# Page")


@pytest.mark.parametrize("ask", [FileDigests.digest, FileDigests.read])
def test_a_change_within_one_tick_of_the_clock_is_named(file: Path, ask: Callable[[FileDigests, Path], object]) -> None:
    for number in range(200):
        file.write_text(f"{number:03}")
        digests = FileDigests(None)
        ask(digests, file)
        file.write_text("new")
        assert digests.recheck([file]) == {file}


@pytest.mark.parametrize("ask", [FileDigests.digest, FileDigests.read])
def test_only_a_file_changed_just_before_is_read_to_check_it(
    file: Path, ask: Callable[[FileDigests, Path], object]
) -> None:
    for now_ns, is_read in ((time.time_ns, True), (later, False)):
        digests = FileDigests(None, now_ns=now_ns)
        ask(digests, file)
        with Watch().recording() as seen:
            assert digests.recheck([file]) == set()
        assert (str(file) in seen.read) == is_read


def test_a_file_that_was_changed_only_while_it_was_read_is_named(file: Path) -> None:
    digests = FileDigests(None)
    before = digests.digest(file)
    file.write_text("# Edit")
    assert digests.read(file) == (b"# Edit", digest_of(b"# Edit"))
    file.write_text("# Page")
    assert digests.recheck([file]) == {file}
    assert digests.digest(file) == before


def test_files_that_come_and_go_are_named(file: Path) -> None:
    digests = FileDigests(None)
    new = file.with_name("new.md")
    folder = file.with_name("folder")
    folder.mkdir()
    for path in (file, new, folder):
        digests.digest(path)
    assert digests.recheck([file, new, folder]) == set()
    file.unlink()
    new.touch()
    folder.rmdir()
    assert digests.recheck([file, new, folder]) == {file, new, folder}


def test_a_file_that_was_only_touched_is_not_named(file: Path) -> None:
    digests = FileDigests(None)
    digests.digest(file)
    os.utime(file, (1, 1))
    assert digests.recheck([file]) == set()


def test_files_that_nobody_asked_about_are_not_named(file: Path) -> None:
    assert FileDigests(None).recheck([file, file.with_name("absent")]) == set()


# --- folders and kinds ---


def listing(folder: Path) -> bytes:
    return FileDigests(None).listing(folder)


def test_the_listing_of_a_folder_depends_on_names_and_kinds(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    found = [listing(folder)]
    for change in (
        (folder / "b").touch,
        (folder / "a").mkdir,
        (folder / "a").rmdir,
        (folder / "a").touch,
        lambda: (folder / "c").symlink_to("absent"),
        (folder / "absent").touch,
        lambda: (folder / "loop").symlink_to("loop"),
        (folder / "d").touch,
        lambda: Path(os.fsdecode(os.fsencode(folder / "e") + b"\xff")).touch(),
    ):
        change()
        found.append(listing(folder))
    assert found[3] == found[1]
    assert len(set(found)) == len(found) - 1


def test_the_listing_of_a_folder_depends_on_nothing_else(tmp_path: Path) -> None:
    names = ["a", "b", "c"]
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        for name in names:
            (folder / name).write_text(str(folder))
        names.reverse()
    (one / "__pycache__").mkdir()
    assert listing(one) == listing(other)


def test_a_listing_tells_absent_folders_from_files(file: Path) -> None:
    assert listing(file) == NO_FOLDER
    assert listing(file.with_name("absent")) == b""
    assert listing(file.parent) not in (b"", NO_FOLDER)


def test_a_build_gives_one_answer_about_a_folder(tmp_path: Path) -> None:
    digests = FileDigests(None)
    before = digests.listing(tmp_path), digests.kind(tmp_path / "new")
    (tmp_path / "new").touch()
    assert (digests.listing(tmp_path), digests.kind(tmp_path / "new")) == before


def test_the_kind_says_what_is_there(file: Path) -> None:
    folder = file.parent
    (folder / "link").symlink_to(file.name)
    (folder / "link to folder").symlink_to(".")
    (folder / "broken").symlink_to("absent")
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "pipe")
    kinds = {
        "page.md": b"file",
        ".": b"folder",
        "link": b"link to page.md, file",
        "link to folder": b"link to ., folder",
        "broken": b"link to absent, ",
        "loop": b"link to loop, ",
        "pipe": b"other",
        "absent": b"",
        "page.md/inner": b"",
    }
    digests = FileDigests(None)
    assert {name: digests.kind(folder / name) for name in kinds} == kinds
