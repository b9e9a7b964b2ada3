"""The store gives back what was put, or nothing, whatever happened to its files."""

import os
import shutil
import sqlite3
import tempfile
import zlib
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pronghorn.cache.store import database
from pronghorn.cache.store.archive import ArchiveError
from pronghorn.cache.store.packing import MAX_ENTRY_BYTES
from pronghorn.cache.store.statements import BUILD_LIVES_S, MANIFESTS_PER_KEY
from pronghorn.cache.store.store import Store
from pronghorn.cache.tracking.digests import digest_of, digest_of_parts
from tests.support.mounts import Mount

pytestmark = pytest.mark.one_version

KEY = digest_of(b"key")
TEXT = b"A page. " * 300


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.s = 1_000_000.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture(autouse=True)
def _without_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody pulls the plug here, and a busy disk would make this ten times slower."""
    monkeypatch.setattr(database, "SETTINGS", (*database.SETTINGS, "PRAGMA synchronous = OFF"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def noise(n_bytes: int, seed: int = 0) -> bytes:
    """Bytes that cannot be compressed."""
    return Random(seed).randbytes(n_bytes)


def file_of(folder: Path, number: int = 0) -> Path:
    return folder / f"store-{database.VERSION}-{number}.sqlite3"


def change(folder: Path, statement: str, *values: object) -> None:
    """Do to the database what no store would do."""
    connection = sqlite3.connect(file_of(folder))
    with connection:
        connection.execute(statement, values)
    connection.close()


def assert_works(folder: Path) -> None:
    """A new build can use the folder."""
    with Store(folder) as store:
        digest = store.put(b"as good as new")
        store.add_manifest(KEY, b"the newest")
        assert store.problem is None
    with Store(folder) as store:
        assert store.get(digest) == b"as good as new"
        assert store.manifests(KEY)[0] == b"the newest"
        assert store.problem is None


# --- Entries ---


@pytest.mark.parametrize("data", [b"", b"x", TEXT, noise(100_000), bytes(3_000_000)], ids=len)
def test_an_entry_is_there_in_this_build_and_the_next(folder: Path, data: bytes) -> None:
    with Store(folder) as store:
        digest = store.put(data)
        assert digest == digest_of(data)
        assert store.get(digest) == data
    with Store(folder) as store:
        assert store.get(digest) == data


def test_what_compresses_well_is_kept_small(folder: Path) -> None:
    with Store(folder) as store:
        before = store.stats().used_bytes
        store.put(TEXT * 100)
        assert store.stats().used_bytes - before < len(TEXT) * 5


def test_many_at_once(folder: Path) -> None:
    items = [b"one", b"two", b"one", b"three"]
    with Store(folder) as store:
        digests = store.put_many(iter(items))
        assert digests == [digest_of(item) for item in items]
        assert store.get_many([*digests, digest_of(b"four")]) == {digest_of(item): item for item in items}
        assert store.stats().n_entries == 3
        assert store.get_many([]) == {}
        assert store.put_many([]) == []


def test_what_is_too_large_is_not_kept(folder: Path) -> None:
    with Store(folder) as store:
        digest = store.put(bytes(MAX_ENTRY_BYTES + 1))
        assert store.get(digest) is None
        assert store.problem is None


def test_a_closed_store_finds_and_keeps_nothing(folder: Path) -> None:
    store = Store(folder)
    digest = store.put(b"data")
    store.close()
    store.close()
    assert store.put(b"more") == digest_of(b"more")
    store.add_manifest(KEY, b"manifest")
    assert store.get(digest) is None
    assert store.manifests(KEY) == []
    assert store.check() == []
    assert store.prune() == 0
    with pytest.raises(ArchiveError, match="closed"):
        store.export_to(folder / "archive")


def test_clear_forgets_everything_and_gives_the_space_back(folder: Path) -> None:
    with Store(folder) as store:
        empty_bytes = store.stats().used_bytes
        digest = store.put(noise(3_000_000))
        store.add_manifest(KEY, b"manifest")
        store.clear()
        assert store.get(digest) is None
        assert store.manifests(KEY) == []
        assert store.stats().n_entries == store.stats().n_manifests == 0
        assert store.stats().used_bytes <= empty_bytes + 4096
    assert file_of(folder).stat().st_size < 100_000


# --- Manifests ---


def test_manifests_come_newest_first(folder: Path) -> None:
    with Store(folder) as store:
        for manifest in (b"old", b"middle", b"new", b"old"):
            store.add_manifest(KEY, manifest)
        store.add_manifest(digest_of(b"another"), b"of another key")
        assert store.manifests(KEY) == [b"old", b"new", b"middle"]
        assert store.manifests(digest_of(b"unknown")) == []


def test_a_key_has_a_bounded_number_of_manifests(folder: Path) -> None:
    added = [str(number).encode() for number in range(MANIFESTS_PER_KEY + 5)]
    with Store(folder) as store:
        for manifest in added:
            store.add_manifest(KEY, manifest)
        assert store.manifests(KEY) == added[: -MANIFESTS_PER_KEY - 1 : -1]
        assert store.stats().n_manifests == MANIFESTS_PER_KEY


def test_a_manifest_whose_entry_is_gone_is_not_given(folder: Path) -> None:
    with Store(folder) as store:
        store.add_manifest(KEY, b"old")
        store.add_manifest(KEY, b"new")
    change(folder, "UPDATE blobs SET packed = x'00' WHERE digest = ?", digest_of(b"new"))
    with Store(folder) as store:
        assert store.manifests(KEY) == [b"old"]


def test_a_manifest_is_given_for_its_own_key_only(folder: Path) -> None:
    """As when a damaged index leads to the row of another page."""
    other = digest_of(b"other")
    with Store(folder) as store:
        store.add_manifest(KEY, b"manifest")
    change(folder, "UPDATE manifests SET key = ?", other)
    with Store(folder) as store:
        assert store.manifests(other) == []
        assert store.check() == ["1 damaged manifests removed"]


def test_the_digest_of_parts_tells_where_they_end() -> None:
    assert digest_of_parts(b"ab", b"c") != digest_of_parts(b"a", b"bc") != digest_of_parts(b"a", b"bc", b"")


# --- Pruning ---


def builds(folder: Path, count: int, max_bytes: int = 2**30) -> list[bytes]:
    """Let each of some builds put an entry of 100 kB, and give their digests."""
    digests = []
    for number in range(count):
        with Store(folder, max_bytes) as store:
            digests.append(store.put(noise(100_000, number)))
    return digests


def test_what_was_not_used_for_longest_goes_first(folder: Path) -> None:
    digests = builds(folder, 6)
    with Store(folder) as store:
        store.get_many(digests[:2])
    with Store(folder, 450_000) as store:
        assert store.prune() == 3
    with Store(folder) as store:
        assert list(store.get_many(digests)) == [digests[0], digests[1], digests[5]]
        assert store.stats().used_bytes < 450_000
    assert file_of(folder).stat().st_size < 450_000


def test_closing_prunes(folder: Path) -> None:
    digests = builds(folder, 8, 500_000)
    with Store(folder) as store:
        assert store.stats().used_bytes < 500_000
        assert digests[-1] in store.get_many(digests)
        assert digests[0] not in store.get_many(digests)


def test_manifests_of_pruned_entries_go_too(folder: Path) -> None:
    with Store(folder) as store:
        store.add_manifest(KEY, noise(100_000))
    with Store(folder, 50_000) as store:
        assert store.prune() == 1
        assert store.stats().n_manifests == 0


def test_a_build_that_is_too_large_does_not_break_the_bound(folder: Path) -> None:
    with Store(folder, 500_000) as store:
        store.put_many(noise(100_000, number) for number in range(20))
    with Store(folder) as store:
        assert 0 < store.stats().n_entries < 5
        assert store.stats().used_bytes < 500_000


def test_what_a_running_build_uses_is_not_pruned(folder: Path) -> None:
    old, used, put_again = builds(folder, 3)
    with Store(folder) as running:
        new = running.put(noise(100_000, 7))
        running.put(noise(100_000, 2))
        running.get(used)
        running.flush()
        with Store(folder, max_bytes=0) as pruning:
            assert pruning.prune() == 1
        assert running.get(old) is None
        assert len(running.get_many([used, put_again, new])) == 3
    with Store(folder, max_bytes=0) as store:
        assert store.prune() == 3


def test_a_build_reads_many_and_needs_no_flush(folder: Path) -> None:
    with Store(folder) as store:
        digests = store.put_many(noise(1_000, number) for number in range(1_000))
    with Store(folder) as running:
        running.get_many(digests)
        with Store(folder, max_bytes=0) as pruning:
            assert pruning.prune() == 0


def test_what_is_read_now_and_then_is_noted_now_and_then(folder: Path) -> None:
    clock = Clock()
    (digest,) = builds(folder, 1)
    with Store(folder, now=clock) as running:
        running.get(digest)
        clock.s += 10
        running.get(digest_of(b"something else"))
        with Store(folder, max_bytes=0, now=clock) as pruning:
            assert pruning.prune() == 0


@pytest.mark.parametrize("moved_s", [BUILD_LIVES_S + 1, -BUILD_LIVES_S - 1, -1e9])
def test_a_dead_build_uses_nothing(folder: Path, moved_s: float) -> None:
    clock = Clock()
    dead = Store(folder, now=clock)
    digest = dead.put(noise(100_000))
    clock.s += moved_s
    with Store(folder, max_bytes=0, now=clock) as store:
        assert store.prune() == 1
        assert store.get(digest) is None
    assert dead.put(b"after all, it lives") == digest_of(b"after all, it lives")
    assert dead.get(digest_of(b"after all, it lives"))
    dead.close()


def test_a_clock_set_back_does_not_turn_old_and_new_round(folder: Path) -> None:
    clock = Clock()
    digests = []
    for number in range(5):
        with Store(folder, now=clock) as store:
            digests.append(store.put(noise(100_000, number)))
        clock.s -= 86_400
    with Store(folder, 350_000, now=clock) as store:
        store.prune()
        assert list(store.get_many(digests)) == digests[-2:]


# --- Damaged entries ---


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"\0",
        b"\1",
        b"\1" + zlib.compress(TEXT)[:-9],
        b"\1" + zlib.compress(b"another page"),
        b"\0another page",
        b"\2" + TEXT,
        b"\1" + zlib.compress(bytes(MAX_ENTRY_BYTES + 1)),
        "text",
        17,
        None,
    ],
    ids=[
        "empty",
        "no-content",
        "no-stream",
        "cut",
        "other",
        "plain-other",
        "unknown",
        "bomb",
        "text",
        "number",
        "null",
    ],
)
def test_a_damaged_entry_is_not_found_and_removed(folder: Path, packed: object) -> None:
    with Store(folder) as store:
        digest = store.put(TEXT)
    change(folder, "UPDATE blobs SET packed = ?", packed)
    with Store(folder) as store:
        assert store.get(digest) is None
        assert store.stats().n_entries == 0
        assert store.put(TEXT) == digest
        assert store.get(digest) == TEXT
        assert store.problem is None


def test_check_removes_what_is_damaged(folder: Path) -> None:
    with Store(folder) as store:
        store.put_many([b"one", b"two", b"three", b"four"])
        assert store.check() == []
    change(folder, "UPDATE blobs SET packed = x'00' WHERE digest = ?", digest_of(b"one"))
    change(folder, "DELETE FROM blobs WHERE digest = ?", digest_of(b"two"))
    change(folder, "DELETE FROM uses WHERE digest = ?", digest_of(b"three"))
    with Store(folder) as store:
        assert store.check() == ["3 damaged entries removed"]
        assert store.check() == []
        assert store.get(digest_of(b"four")) == b"four"
        assert store.stats().n_entries == 1


def test_an_entry_that_lost_its_bytes_can_be_put_again(folder: Path) -> None:
    with Store(folder) as store:
        digest = store.put(TEXT)
    change(folder, "DELETE FROM blobs")
    with Store(folder) as store:
        assert store.get(digest) is None
        store.put(TEXT)
        assert store.get(digest) == TEXT


def test_an_entry_that_is_damaged_can_be_put_again(folder: Path) -> None:
    """Nobody has asked for it before, and so found the damage."""
    with Store(folder) as store:
        digest = store.put(TEXT)
    change(folder, "UPDATE blobs SET packed = x'00'")
    with Store(folder) as store:
        store.put(TEXT)
        assert store.get(digest) == TEXT


def test_odd_numbers_in_the_tables_do_no_harm(folder: Path) -> None:
    builds(folder, 3)
    change(folder, "UPDATE uses SET n_bytes = 'many', build = 'never'")
    change(folder, "INSERT INTO builds (beat) VALUES ('now')")
    with Store(folder, max_bytes=0) as store:
        store.prune()
        assert store.problem is None
    assert_works(folder)


# --- Damaged files ---


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of some pages, closed in good order."""
    folder = tmp_path_factory.mktemp("sound") / "cache"
    with Store(folder) as store:
        for number in range(12):
            store.put(noise(3_000, number))
            store.put(TEXT + str(number).encode())
            store.add_manifest(digest_of(str(number % 4).encode()), b"manifest %d" % number)
    return folder


@pytest.fixture(scope="module")
def interrupted(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, and a build was killed in the middle: there is a write-ahead log."""
    folder = tmp_path_factory.mktemp("interrupted")
    shutil.copytree(sound, folder / "live")
    store = Store(folder / "live")
    store.put_many(noise(3_000, number) for number in range(20, 30))
    shutil.copytree(folder / "live", folder / "cache")
    store.close()
    assert Path(f"{file_of(folder / 'cache')}-wal").stat().st_size > 10_000
    return folder / "cache"


def use_damaged(folder: Path) -> None:
    """Use a store that may be damaged: nothing wrong comes out, and after two builds it has mended itself."""
    data = [noise(3_000, number) for number in range(30)] + [TEXT + str(number).encode() for number in range(12)]
    known = {digest_of(item): item for item in data}
    for _ in range(2):
        with Store(folder, max_bytes=100_000) as store:
            assert store.get_many(known).items() <= known.items()
            for number in range(4):
                manifests = store.manifests(digest_of(str(number).encode()))
                assert set(manifests) <= {b"manifest %d" % each for each in range(number, 12, 4)}
            assert store.get(store.put(b"put meanwhile")) in {b"put meanwhile", None}
            store.add_manifest(KEY, b"added meanwhile")
            assert store.manifests(KEY) in ([b"added meanwhile"], [])
            assert store.problem is None
    assert_works(folder)


def flips(folder: Path, suffix: str, places: list[int], where: Path) -> None:
    """Flip a bit at each of the places, one after the other, and use the store."""
    content = Path(f"{file_of(folder)}{suffix}").read_bytes()
    for place in places:
        copy = where / f"{place}"
        shutil.copytree(folder, copy)
        bit = 1 << place % 8
        damaged = content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :]
        Path(f"{file_of(copy)}{suffix}").write_bytes(damaged)
        use_damaged(copy)
        shutil.rmtree(copy)


def starts_of_pages(file: Path, n_bytes: int) -> list[int]:
    return [page + Random(page).randrange(n_bytes) for page in range(0, file.stat().st_size, 4096)]


def test_a_bit_flipped_in_the_header(sound: Path, tmp_path: Path) -> None:
    flips(sound, "", list(range(100)), tmp_path)


def test_a_bit_flipped_in_the_schema(sound: Path, tmp_path: Path) -> None:
    flips(sound, "", Random(1).sample(range(100, 4096), 40), tmp_path)


@pytest.mark.parametrize("n_bytes", [8, 40], ids=["headers", "pointers"])
def test_a_bit_flipped_where_pages_begin(sound: Path, tmp_path: Path, n_bytes: int) -> None:
    flips(sound, "", starts_of_pages(file_of(sound), n_bytes), tmp_path)


def test_a_bit_flipped_anywhere(sound: Path, tmp_path: Path) -> None:
    size = file_of(sound).stat().st_size
    flips(sound, "", Random(2).sample(range(size), 60), tmp_path)


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_a_bit_flipped_in_the_log(interrupted: Path, tmp_path: Path, suffix: str) -> None:
    size = Path(f"{file_of(interrupted)}{suffix}").stat().st_size
    flips(interrupted, suffix, [*range(0, 56, 4), *Random(3).sample(range(56, size), 15)], tmp_path)


@pytest.mark.parametrize("suffix", ["", "-wal"])
def test_a_file_cut_short(interrupted: Path, tmp_path: Path, suffix: str) -> None:
    content = Path(f"{file_of(interrupted)}{suffix}").read_bytes()
    cuts = {0, 1, 16, 31, 99, 100, 512, 4095, 4096, 4097, *Random(4).sample(range(len(content)), 15)}
    for cut in sorted(cuts):
        copy = tmp_path / f"{cut}"
        shutil.copytree(interrupted, copy)
        Path(f"{file_of(copy)}{suffix}").write_bytes(content[:cut])
        use_damaged(copy)


@pytest.mark.parametrize("content", [b"", b"no database", bytes(100_000), noise(100_000)], ids=len)
def test_a_file_that_is_no_database(folder: Path, content: bytes) -> None:
    folder.mkdir()
    file_of(folder).write_bytes(content)
    use_damaged(folder)


@pytest.mark.parametrize(
    "statement",
    ["PRAGMA user_version = 99", "DROP TABLE blobs", "ALTER TABLE uses RENAME TO used", "DROP TABLE builds"],
)
def test_other_tables(sound: Path, folder: Path, statement: str) -> None:
    shutil.copytree(sound, folder)
    change(folder, statement)
    use_damaged(folder)


def test_a_damaged_database_is_removed(sound: Path, folder: Path) -> None:
    shutil.copytree(sound, folder)
    file_of(folder).write_bytes(b"no database")
    use_damaged(folder)
    assert [file.name for file in folder.iterdir()] == [file_of(folder, 1).name]


def disorder(folder: Path, index: str, name: bytes) -> None:
    """Make one of the names in an index the last of all, without moving it."""
    connection = sqlite3.connect(file_of(folder))
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (index,)).fetchone()
    connection.close()
    content = bytearray(file_of(folder).read_bytes())
    content[content.index(name, (page - 1) * 4096, page * 4096)] = 255
    file_of(folder).write_bytes(content)


def n_missed(folder: Path) -> int:
    """Let a build of some pages look for each, and add those that it misses."""
    missed = 0
    with Store(folder) as store:
        for number in range(60):
            data = b"page %d" % number
            if store.get(digest_of(data)) is None or store.manifests(digest_of(data)) != [data]:
                missed += 1
                store.add_manifest(digest_of(data), data)
        assert store.problem is None
    return missed


@pytest.mark.parametrize("index", ["sqlite_autoindex_blobs_1", "manifest_of"])
@pytest.mark.parametrize("place", [0, 10, 20])
def test_an_index_out_of_order(folder: Path, index: str, place: int) -> None:
    """SQLite does not notice, and misses some of what is there; what is added again is found by later builds."""
    names = sorted(digest_of(b"page %d" % number) for number in range(30))
    with Store(folder) as store:
        for number in range(30):
            store.add_manifest(digest_of(b"page %d" % number), b"page %d" % number)
    disorder(folder, index, names[place])
    missed = [n_missed(folder) for _ in range(5)]
    assert missed[0] > 30
    assert missed[-2:] == [0, 0]


def test_check_replaces_a_damaged_database(sound: Path, folder: Path) -> None:
    """The index lacks an entry: no statement that a build makes would notice."""
    shutil.copytree(sound, folder)
    change(folder, "PRAGMA writable_schema = ON")
    connection = sqlite3.connect(file_of(folder))
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_master SET sql = sql || ' WHERE number > 3' WHERE name = 'manifest_of'")
    connection.commit()
    connection.close()
    with Store(folder) as store:
        (said,) = store.check()
        assert "was damaged; an empty one has taken its place" in said
        assert store.check() == []
    assert_works(folder)


def test_a_database_that_is_damaged_twice_is_given_up(folder: Path) -> None:
    with Store(folder) as store:
        for number in range(2):
            store.flush()
            file_of(folder, number + 1).write_bytes(b"no database")
            change(folder, "DROP TABLE blobs") if number == 0 else None
        assert store.get(digest_of(b"x")) is None
        assert "damaged twice" in str(store.problem)
        assert store.put(b"x") == digest_of(b"x")
    assert_works(folder)


def test_files_of_other_versions_are_left_alone(folder: Path) -> None:
    folder.mkdir()
    for name in ("store-0-7.sqlite3", "store-99-0.sqlite3", f"store-{database.VERSION}-x.sqlite3", "notes.txt"):
        (folder / name).write_text("mine")
    assert_works(folder)
    assert len([file for file in folder.iterdir() if file.read_bytes() == b"mine"]) == 4


def test_a_folder_removed_during_the_build(folder: Path) -> None:
    with Store(folder) as store:
        store.put(b"before")
        shutil.rmtree(folder)
        digest = store.put(b"after")
        assert store.get(digest) == b"after"
    assert_works(folder)


# --- Folders that cannot be used ---


def assert_harmless(folder: Path) -> None:
    """Nothing is raised and nothing found, and one sentence says why."""
    with Store(folder) as store:
        said = store.problem
        assert said is not None
        assert "the page cache" in said
        digest = store.put(TEXT)
        store.put_many([b"one", b"two"])
        store.add_manifest(KEY, b"manifest")
        assert store.get(digest) is None
        assert store.get_many([digest]) == {}
        assert store.manifests(KEY) == []
        assert store.check() == []
        assert store.prune() == 0
        store.clear()
        store.flush()
        assert store.stats().n_entries == 0
        with pytest.raises(ArchiveError, match="the page cache"):
            store.export_to(folder.parent / "archive")
        assert store.problem == said


def test_a_file_in_place_of_the_folder(folder: Path) -> None:
    folder.write_text("a file")
    assert_harmless(folder)
    assert_harmless(folder / "below")
    assert folder.read_text() == "a file"


def test_a_folder_in_place_of_the_file(folder: Path) -> None:
    file_of(folder).mkdir(parents=True)
    assert_harmless(folder)


def test_a_folder_in_place_of_the_log(folder: Path) -> None:
    Path(f"{file_of(folder)}-wal").mkdir(parents=True)
    assert_harmless(folder)


def test_where_memory_cannot_be_shared(folder: Path) -> None:
    """As on some network file systems: then SQLite does without a write-ahead log."""
    Path(f"{file_of(folder)}-shm").mkdir(parents=True)
    assert_works(folder)


def test_a_name_that_no_folder_can_have(tmp_path: Path) -> None:
    assert_harmless(tmp_path / "a\0b")
    assert_harmless(tmp_path / ("long" * 100))


@pytest.mark.parametrize("name", ["with spaces", "Füße und 本", "a?b#c%41", "'; DROP TABLE blobs", "file:x?mode=ro"])
def test_names_of_folders(tmp_path: Path, name: str) -> None:
    assert_works(tmp_path / name / "deep" / "below")
    assert file_of(tmp_path / name / "deep" / "below").is_file()


def test_a_name_that_is_no_unicode(tmp_path: Path) -> None:
    assert_works(Path(os.fsdecode(os.fsencode(tmp_path) + b"/latin-1-\xfc")))


def test_a_read_only_folder(mount: Mount) -> None:
    folder = mount("size=4m")
    assert_works(folder)
    mount("remount,ro")
    with Store(folder) as store:
        said = store.problem
        assert said
        digest = store.put(TEXT)
        assert store.get(digest) is None
        assert store.problem == said
    mount("remount,rw")
    assert_works(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind the superuser")
def test_a_folder_without_permission_to_write(folder: Path) -> None:
    folder.mkdir(mode=0o500)
    assert_harmless(folder)


def test_a_full_disk(mount: Mount) -> None:
    folder = mount("size=256k")
    with Store(folder) as store:
        digests = [store.put(noise(10_000, number)) for number in range(40)]
        assert "full" in str(store.problem)
        found = store.get_many(digests)
        assert found == {digest_of(noise(10_000, number)): noise(10_000, number) for number in range(len(found))}
        assert found
    with Store(folder) as store:
        assert store.get_many(digests).items() <= found.items()


def test_a_disk_that_is_full_from_the_start(mount: Mount) -> None:
    folder = mount("size=64k")
    (folder / "large").write_bytes(bytes(60_000))
    assert_harmless(folder / "cache")


def test_pruning_on_a_disk_that_is_nearly_full(mount: Mount) -> None:
    folder = mount("size=2m")
    for number in range(30):
        with Store(folder, max_bytes=600_000) as store:
            store.put(noise(100_000, number))
            assert store.problem is None


# --- Others who write ---


def test_one_who_does_not_stop_writing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading goes on, and the wait is not repeated for each page."""
    monkeypatch.setattr(database, "BUSY_S", 0.05)
    with Store(folder) as store:
        digest = store.put(b"data")
        other = sqlite3.connect(file_of(folder), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        store.put(b"more")
        assert "takes nothing more" in str(store.problem)
        assert store.get(digest) == b"data"
        other.execute("ROLLBACK")
        other.close()
        store.put(b"more")
        assert store.get(digest_of(b"more")) is None
    assert_works(folder)


def test_two_stores_see_each_other(folder: Path) -> None:
    with Store(folder) as one, Store(folder) as two:
        assert two.get(one.put(b"from one")) == b"from one"
        assert one.get(two.put(b"from two")) == b"from two"
        one.add_manifest(KEY, b"manifest")
        assert two.manifests(KEY) == [b"manifest"]


# --- Archives ---


@pytest.fixture(scope="module")
def archive(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("archive") / "pages.cache"
    with Store(sound) as store:
        assert store.export_to(file) == 48
    return file


def test_an_archive_carries_everything(sound: Path, archive: Path, folder: Path) -> None:
    with Store(folder) as store, Store(sound) as original:
        assert store.import_from(archive) == 48
        assert store.import_from(archive) == 48
        assert store.stats().n_entries == original.stats().n_entries == 36
        for number in range(12):
            assert store.get(digest_of(noise(3_000, number))) == noise(3_000, number)
            key = digest_of(str(number).encode())
            assert store.manifests(key) == original.manifests(key)
        assert store.check() == []


def test_an_import_adds_to_what_is_there(archive: Path, folder: Path) -> None:
    with Store(folder) as store:
        digest = store.put(b"mine")
        store.add_manifest(digest_of(b"0"), b"my manifest")
        store.import_from(archive)
        assert store.get(digest) == b"mine"
        assert b"my manifest" in store.manifests(digest_of(b"0"))


def test_an_empty_store_can_be_exported(folder: Path, tmp_path: Path) -> None:
    with Store(folder) as store:
        assert store.export_to(tmp_path / "archive") == 0
        assert store.import_from(tmp_path / "archive") == 0


def test_only_sound_entries_are_exported(sound: Path, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, folder)
    change(folder, "UPDATE blobs SET packed = x'00' WHERE digest IN (SELECT digest FROM manifests LIMIT 3)")
    with Store(folder) as store:
        assert store.export_to(tmp_path / "archive") == 48 - 6
    with Store(tmp_path / "other") as store:
        assert store.import_from(tmp_path / "archive") == 48 - 6


def assert_refused(file: Path, folder: Path) -> None:
    with Store(folder) as store:
        with pytest.raises(ArchiveError, match=file.name):
            store.import_from(file)
        assert store.stats().n_entries == 0
        assert store.problem is None


def test_a_damaged_archive_is_refused_as_a_whole(archive: Path, folder: Path, tmp_path: Path) -> None:
    content = archive.read_bytes()
    file = tmp_path / "damaged.cache"
    for place in [*range(80), *Random(5).sample(range(80, len(content)), 60), *range(len(content) - 45, len(content))]:
        file.write_bytes(content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :])
        assert_refused(file, folder)
        file.write_bytes(content[:place])
        assert_refused(file, folder)
    file.write_bytes(content + b"x")
    assert_refused(file, folder)


def hostile(*records: tuple[bytes, bytes, bytes]) -> bytes:
    """An archive that is formally right."""
    content = b"pronghorn page cache 1\n"
    for kind, name, data in records:
        content += kind + len(name).to_bytes(4, "big") + len(data).to_bytes(4, "big") + name + data
    return content + b"." + (32).to_bytes(4, "big") + bytes(4) + digest_of(content)


@pytest.mark.parametrize(
    "records",
    [
        [(b"E", digest_of(b"said"), b"\0done")],
        [(b"E", digest_of(b"bomb"), b"\1" + zlib.compress(bytes(MAX_ENTRY_BYTES * 2)))],
        [(b"E", b"short", b"\0data")],
        [(b"M", KEY, digest_of(b"nowhere"))],
        [(b"X", digest_of(b"data"), b"\0data")],
        [(b"M", KEY, digest_of(b"late")), (b"E", digest_of(b"late"), b"\0late")],
    ],
    ids=["wrong-digest", "bomb", "no-digest", "no-entry", "unknown-kind", "wrong-order"],
)
def test_a_hostile_archive_is_refused(records: list[tuple[bytes, bytes, bytes]], folder: Path, tmp_path: Path) -> None:
    good = (b"E", digest_of(b"good"), b"\0good")
    file = tmp_path / "hostile.cache"
    file.write_bytes(hostile(good, *records))
    assert_refused(file, folder)
    file.write_bytes(hostile(good))
    with Store(folder) as store:
        assert store.import_from(file) == 1


def test_an_archive_that_claims_to_be_huge(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "huge.cache"
    file.write_bytes(b"pronghorn page cache 1\nE" + (32).to_bytes(4, "big") + b"\xff" * 4 + bytes(1000))
    assert_refused(file, folder)


def test_files_that_cannot_be_imported_or_written(folder: Path, tmp_path: Path) -> None:
    assert_refused(tmp_path / "missing.cache", folder)
    assert_refused(tmp_path, folder)
    (tmp_path / "text.cache").write_text("no archive")
    assert_refused(tmp_path / "text.cache", folder)
    with Store(folder) as store:
        for file in (tmp_path / "missing" / "file", tmp_path, tmp_path / "a\0b"):
            with pytest.raises(ArchiveError):
                store.export_to(file)
        assert store.problem is None
    assert not list(tmp_path.glob(".*"))


def test_a_failed_export_leaves_the_old_file(mount: Mount, folder: Path) -> None:
    file = mount("size=64k") / "archive"
    with Store(folder) as store:
        store.export_to(file)
        old = file.read_bytes()
        store.put(noise(100_000))
        with pytest.raises(ArchiveError, match="space"):
            store.export_to(file)
        assert store.problem is None
    assert [path.name for path in file.parent.iterdir()] == ["archive"]
    assert file.read_bytes() == old


# --- Anything in any order ---

DATA = st.integers(0, 30).map(lambda number: noise(200 * number, number) + TEXT[: 50 * number])
KEYS = st.integers(0, 3).map(lambda number: digest_of(str(number).encode()))


class StoreMachine(RuleBasedStateMachine):
    """A store against a dict: it may forget, but only when it is told to, or damaged."""

    @initialize()
    def start(self) -> None:
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)
        self.store = Store(self.folder)
        self.known: dict[bytes, bytes] = {}
        self.sure: set[bytes] = set()
        """Digests of what must be there."""
        self.used: set[bytes] = set()
        """Digests of what this build put."""
        self.added: dict[bytes, list[bytes]] = {}
        self.all_manifests = True
        """None of them was forgotten."""
        self.sound = True

    def teardown(self) -> None:
        self.store.check()
        self.store.close()
        assert_works(self.folder)
        self.temporary.cleanup()

    @rule(items=st.lists(DATA, max_size=5))
    def put(self, items: list[bytes]) -> None:
        digests = self.store.put_many(items)
        self.known.update(zip(digests, items, strict=True))
        self.used.update(digests)
        self.sure.update(digests if self.sound else ())

    @rule(key=KEYS, data=DATA)
    def add_manifest(self, key: bytes, data: bytes) -> None:
        self.store.add_manifest(key, data)
        added = self.added.setdefault(key, [])
        added[:] = [data, *(other for other in added if other != data)]
        digest = digest_of(data)
        self.known[digest] = data
        self.used.add(digest)
        self.sure.update({digest} if self.sound else ())

    @rule()
    def get(self) -> None:
        found = self.store.get_many(self.known)
        assert found.items() <= self.known.items()
        assert self.sure <= found.keys()

    @rule(key=KEYS)
    def manifests(self, key: bytes) -> None:
        found, added = self.store.manifests(key), self.added.get(key, [])
        assert set(found) <= set(added)
        if self.all_manifests:
            assert found == added[:MANIFESTS_PER_KEY]

    @rule()
    def next_build(self) -> None:
        self.store.close()
        self.store = Store(self.folder)
        self.used.clear()

    @rule(max_bytes=st.integers(0, 200_000))
    def prune(self, max_bytes: int) -> None:
        with Store(self.folder, max_bytes) as other:
            other.prune()
        self.sure &= self.used
        self.all_manifests = False

    @rule()
    def clear(self) -> None:
        self.store.clear()
        self.added.clear()
        self.sure.clear()
        self.all_manifests = self.sound

    @rule(data=st.data())
    def damage(self, data: st.DataObject) -> None:
        self.store.close()
        file = max(self.folder.glob("*.sqlite3"))
        content = bytearray(file.read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            place = data.draw(st.integers(0, len(content) - 1))
            content[place] = data.draw(st.integers(0, 255))
        file.write_bytes(content)
        self.store = Store(self.folder)
        self.sure.clear()
        self.used.clear()
        self.sound = self.all_manifests = False

    @rule()
    def check(self) -> None:
        removed = self.store.check()
        assert self.sound <= (removed == [])
        assert self.store.check() == []
        self.sound = True

    @invariant()
    def is_well(self) -> None:
        assert not hasattr(self, "store") or self.store.problem is None


StoreMachine.TestCase.settings = settings(
    max_examples=int(os.environ.get("PRONGHORN_STORE_EXAMPLES", "40")), stateful_step_count=30, deadline=None
)
TestStoreMachine = StoreMachine.TestCase
