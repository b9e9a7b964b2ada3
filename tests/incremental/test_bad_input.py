"""Whatever is wrong with the cache, builds are right: those of a whole site, each against a clean one."""

import os
import pickle
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pronghorn.cache.pickles.pickles import Portable, SafePickles, dump
from pronghorn.cache.store.database import VERSION
from pronghorn.cache.store.store import Store
from pronghorn.cache.tracking.manifest import Manifest
from pronghorn.incremental.session import STORE_FOLDER
from tests.support.mounts import Mount
from tests.support.served import KILL, Outcome, ServedSite

pytestmark = pytest.mark.one_version

PAGES = {"bread", "index", "prices", "sub/rolls", "tags/money"}


def file_of(site: ServedSite) -> Path:
    """Return the file of the store."""
    return site.cache / STORE_FOLDER / f"store-{VERSION}-0.sqlite3"


@contextmanager
def database_of(site: ServedSite) -> Iterator[sqlite3.Connection]:
    """Open the database of the store, to do what no build would do."""
    with closing(sqlite3.connect(file_of(site))) as connection, connection:
        yield connection


def actions(built: Outcome) -> set[str]:
    """Return what was done with any page."""
    return set(built.actions.values())


# --- Entries ---

Harm = Callable[[bytes], object]


def position(place: float, content: bytes) -> int:
    """Return an index: of a share of the length, or counted from the beginning or the end."""
    return int(place * len(content)) if 0 < place < 1 else int(place) % len(content)


def flipped(place: float) -> Harm:
    """Return what flips a bit."""

    def flip(content: bytes) -> bytes:
        at = position(place, content)
        return content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :]

    return flip


HARMS: dict[str, Harm] = {
    "empty": lambda _: b"",
    "null": lambda _: None,
    "half": lambda content: content[: len(content) // 2],
    "middle-flipped": flipped(0.5),
    "last-byte-flipped": flipped(-1),
}
SLIGHT_HARMS: dict[str, Harm] = {
    "first-byte-flipped": flipped(0),
    "more": lambda content: content + b"more",
}
"""What compressed data can survive."""


def harm_entries(site: ServedSite, harm: Harm, share: float = 1, seed: int = 0) -> None:
    """Do something to the bytes of a share of all entries."""
    random = Random(seed)
    with database_of(site) as database:
        for digest, packed in database.execute("SELECT digest, packed FROM blobs ORDER BY digest").fetchall():
            if random.random() < share:
                database.execute("UPDATE blobs SET packed = ? WHERE digest = ?", (harm(packed), digest))


@pytest.mark.parametrize("name", [*HARMS, *SLIGHT_HARMS])
def test_invariant6_all_entries_are_damaged(bakery: ServedSite, name: str) -> None:
    """Builds with and without an environment of their own make everything again, and keep it."""
    harm = {**HARMS, **SLIGHT_HARMS}[name]
    harm_entries(bakery, harm)
    built = bakery.build_as_clean("other")
    assert actions(built) == {"read"} or name in SLIGHT_HARMS
    assert actions(bakery.build_as_clean("third")) == {"restored"}
    harm_entries(bakery, harm)
    bakery.edit("bread.rst", "Salt?", "Yeast?")
    bakery.build_as_clean()


def test_invariant6_some_entries_are_damaged(bakery: ServedSite) -> None:
    """What is sound and what is damaged may belong together in any way."""
    sound = file_of(bakery).read_bytes()
    for seed in range(5):
        file_of(bakery).write_bytes(sound)
        harm_entries(bakery, HARMS["middle-flipped"], 0.1 + seed % 4 / 5, seed)
        bakery.write("flour.txt", "Of wheat.\n" if seed % 2 else "Of rye.\n")
        bakery.build_as_clean(f"other{seed}")
        bakery.build_as_clean()


# --- The wrong entry under a key ---


def results_in(site: ServedSite, store: Store) -> Iterator[tuple[bytes, Manifest, bytes]]:
    """Yield what the store holds: key, manifest, and the result that it names."""
    with database_of(site) as database:
        keys = [key for (key,) in database.execute("SELECT DISTINCT key FROM manifests")]
    for key in keys:
        for encoded in store.manifests(key):
            manifest = Manifest.decode(encoded)
            result = store.get(manifest.result) if manifest is not None else None
            if manifest is not None and result is not None:
                yield key, manifest, result


def is_snapshot(result: bytes) -> bool:
    """Check whether a result is that of reading a page."""
    return result.startswith(b"PgP1")


def rotated(rows: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Return the rows with the second value of the next one."""
    seconds = [second for _, second in rows]
    return [(first, second) for (first, _), second in zip(rows, [*seconds[1:], seconds[0]], strict=True)]


def test_invariant6_contents_under_the_wrong_digest(bakery: ServedSite) -> None:
    with database_of(bakery) as database:
        rows = database.execute("SELECT digest, packed FROM blobs").fetchall()
        database.executemany("UPDATE blobs SET packed = ?2 WHERE digest = ?1", rotated(rows))
    assert actions(bakery.build_as_clean("other")) == {"read"}
    assert actions(bakery.build_as_clean("third")) == {"restored"}


def test_invariant6_manifests_under_the_wrong_key(bakery: ServedSite) -> None:
    """Each entry is sound: a damaged index of the database leads to the row of another key."""
    with database_of(bakery) as database:
        rows = database.execute("SELECT number, digest FROM manifests").fetchall()
        database.executemany("UPDATE manifests SET digest = ?2 WHERE number = ?1", rotated(rows))
    assert actions(bakery.build_as_clean("other")) == {"read"}
    assert actions(bakery.build_as_clean("third")) == {"restored"}


def test_invariant6_snapshots_of_other_pages(bakery: ServedSite) -> None:
    """Somebody has sealed them, so that nothing is wrong with them but that they belong to another page."""
    with Store(bakery.cache / STORE_FOLDER) as store:
        pairs = [(key, manifest) for key, manifest, result in results_in(bakery, store) if is_snapshot(result)]
        assert len(pairs) == len(PAGES)
        for key, manifest in rotated(pairs):
            store.add_manifest(key, manifest.encode())
    assert actions(bakery.build_as_clean("other")) == {"read"}
    assert actions(bakery.build_as_clean("third")) == {"restored"}


# --- The file of the database ---


@pytest.mark.parametrize(
    "places",
    [
        pytest.param([0, 16, 18, 28, 60], id="header"),
        pytest.param([100, 108, 4000], id="schema"),
        pytest.param([0.2, 0.5, 0.8], id="middle"),
        pytest.param([-4096, -1], id="end"),
    ],
)
def test_invariant6_a_bit_is_flipped_in_the_database(bakery: ServedSite, places: list[float]) -> None:
    sound = file_of(bakery).read_bytes()
    for place in places:
        at = position(place, sound)
        shutil.rmtree(bakery.cache)
        file_of(bakery).parent.mkdir(parents=True)
        file_of(bakery).write_bytes(sound[:at] + bytes([sound[at] ^ 1 << at % 8]) + sound[at + 1 :])
        shutil.rmtree(bakery.root / "other", ignore_errors=True)
        bakery.build_as_clean("other")


@pytest.mark.parametrize("suffix", ["", "-wal"])
def test_invariant6_the_database_of_a_killed_build_is_cut_short(bakery: ServedSite, suffix: str) -> None:
    """A build that was killed leaves its log, which is part of the database."""
    bakery.build("killed", cache=bakery.root / "interrupted", env={"HOOK": f"build-finished: {KILL}"})
    place = Path(f"{file_of(bakery)}{suffix}")
    content = (bakery.root / "interrupted" / STORE_FOLDER / place.name).read_bytes()
    assert len(content) > 30_000 or suffix == ""
    for n_bytes in (0, 4000, len(content) - 1):
        shutil.rmtree(bakery.cache)
        shutil.copytree(bakery.root / "interrupted", bakery.cache)
        place.write_bytes(content[:n_bytes])
        shutil.rmtree(bakery.root / "other", ignore_errors=True)
        bakery.build_as_clean("other")
    bakery.build_as_clean("third")


def test_invariant6_a_bit_is_flipped_in_the_log(bakery: ServedSite) -> None:
    bakery.build("killed", cache=bakery.root / "interrupted", env={"HOOK": f"build-finished: {KILL}"})
    place = Path(f"{file_of(bakery)}-wal")
    content = (bakery.root / "interrupted" / STORE_FOLDER / place.name).read_bytes()
    for at in (0, 30, len(content) // 2, len(content) - 1):
        shutil.rmtree(bakery.cache)
        shutil.copytree(bakery.root / "interrupted", bakery.cache)
        place.write_bytes(content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :])
        shutil.rmtree(bakery.root / "other", ignore_errors=True)
        bakery.build_as_clean("other")


@pytest.mark.parametrize("content", [b"", b"no database", Random(1).randbytes(50_000)], ids=len)
def test_invariant6_something_else_in_place_of_the_database(bakery: ServedSite, content: bytes) -> None:
    file_of(bakery).write_bytes(content)
    assert actions(bakery.build_as_clean("other")) == {"read"}
    assert actions(bakery.build_as_clean("third")) == {"restored"}


@pytest.mark.parametrize(
    "statement",
    [
        f"PRAGMA user_version = {VERSION + 1}",
        "DROP TABLE manifests",
        "ALTER TABLE blobs RENAME COLUMN packed TO other",
        "DROP TABLE uses; CREATE VIEW uses AS SELECT 1 AS digest, 2 AS build, 3 AS n_bytes",
    ],
)
def test_invariant6_tables_of_another_version(bakery: ServedSite, statement: str) -> None:
    with database_of(bakery) as database:
        database.executescript(statement)
    assert actions(bakery.build_as_clean("other")) == {"read"}
    assert actions(bakery.build_as_clean("third")) == {"restored"}


def test_invariant6_stores_of_other_versions_are_left_alone(bakery: ServedSite) -> None:
    others = [file_of(bakery).with_name(f"store-{VERSION + more}-0.sqlite3") for more in (-1, 1)]
    for other in others:
        other.write_bytes(b"of another version")
    assert actions(bakery.build_as_clean("other")) == {"restored"}
    assert [other.read_bytes() for other in others] == [b"of another version"] * 2


# --- Hostile pickles ---


class Evil:
    """Runs a command when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch '{self.mark}'",)


def forms_of(evil: bytes) -> list[bytes]:
    """Return a pickle as it is, and in the places that our pickles have."""
    portables = (Portable(b"", (), evil, is_bound=False), Portable(evil[2:-1], (), b".", is_bound=False))
    return [evil, *(portable.encode() for portable in portables)]


def with_part(site: ServedSite, snapshot: bytes, number: int, part: bytes) -> bytes:
    """Return a snapshot with something else in place of one of its parts."""
    parts = list(SafePickles(()).load(Portable.decode(snapshot).localize(str(site.source))))
    parts[number] = part
    return dump(tuple(parts), str(site.source)).encode()


@pytest.mark.parametrize("place", ["whole", "contribution", "doctree", "writing"])
def test_invariant6_hostile_pickles_do_not_run(bakery: ServedSite, place: str) -> None:
    """All digests are right. Each page has another form of it."""
    mark = bakery.root / "ran"
    pickle.loads(pickle.dumps(Evil(mark)))
    assert mark.exists(), "this is what it would do"
    mark.unlink()
    evils = cycle(form for protocol in (0, 4) for form in forms_of(pickle.dumps(Evil(mark), protocol)))
    is_of_reading = place != "writing"
    with Store(bakery.cache / STORE_FOLDER) as store:
        found = [row for row in results_in(bakery, store) if is_snapshot(row[2]) == is_of_reading]
        assert len(found) >= len(PAGES)
        for (key, manifest, result), evil in zip(found, evils, strict=False):
            hostile = evil
            if place == "contribution":
                hostile = with_part(bakery, result, 0, evil)
            elif place == "doctree":
                hostile = with_part(bakery, result, 1, store.put(evil))
            store.add_manifest(key, Manifest(manifest.dependencies, store.put(hostile)).encode())
    bakery.build_as_clean("other")
    bakery.edit("prices.md", "# Prices", "# Costs")  # so that the doctrees of others are needed
    bakery.build_as_clean("other")
    assert actions(bakery.build_as_clean("third")) == {"restored"}
    assert not mark.exists()


# --- What is kept beside the doctrees ---

FILE_HARMS: dict[str, Harm] = {
    **{name: HARMS[name] for name in ("empty", "half", "middle-flipped", "last-byte-flipped")},
    "other-json": lambda _: b'{"a": [1, null, "b"]}',
    "deep-json": lambda _: b"[" * 100_000,
    "noise": lambda content: Random(1).randbytes(len(content) + 1),
}


def kept_files(site: ServedSite) -> list[Path]:
    """Return the files that Pronghorn keeps beside the doctrees."""
    return [file for file in sorted((site.doctrees() / "pronghorn").rglob("*")) if file.is_file()]


@pytest.mark.parametrize("name", FILE_HARMS)
def test_invariant6_files_beside_the_doctrees_are_damaged(bakery: ServedSite, name: str) -> None:
    files = kept_files(bakery)
    assert len(files) >= 4
    for file in files:
        changed = FILE_HARMS[name](file.read_bytes())
        assert isinstance(changed, bytes)
        file.write_bytes(changed)
    bakery.build_as_clean()
    bakery.edit("bread.rst", "Salt?", "Yeast?")
    bakery.build_as_clean()


def test_invariant6_folders_in_place_of_generated_pages(bakery: ServedSite) -> None:
    (file,) = (bakery.doctrees() / "pronghorn" / "pages").rglob("*.md")
    file.unlink()
    (file / "inner").mkdir(parents=True)
    bakery.build_as_clean()
    shutil.rmtree(file.parent)
    file.parent.write_text("a file")
    bakery.build_as_clean()


@pytest.mark.parametrize("place", [0, 10, 0.5, -1], ids=str)
def test_invariant6_the_environment_is_cut_short(bakery: ServedSite, place: float) -> None:
    file = bakery.doctrees() / "environment.pickle"
    content = file.read_bytes()
    file.write_bytes(content[: position(place, content)])
    assert actions(bakery.build_as_clean()) <= {"restored", "reused"}


@pytest.mark.parametrize("n_bytes", [0, 10, 40, 120, None])
def test_invariant6_the_file_that_sphinx_notes_its_configuration_in_is_cut_short(
    bakery: ServedSite, n_bytes: int | None
) -> None:
    file = bakery.root / "build/html/.buildinfo"
    content = file.read_bytes()
    file.write_bytes(content[:n_bytes])
    built = bakery.build_as_clean()
    assert "build info" not in built.warnings
    assert file.read_bytes() == content


@pytest.mark.parametrize("name", ["empty", "half", "middle-flipped", "noise"])
def test_invariant6_doctrees_are_damaged(bakery: ServedSite, name: str) -> None:
    """Sphinx has written them; pages that have to be written again need them."""
    for file in bakery.doctrees().rglob("*.doctree"):
        changed = FILE_HARMS[name](file.read_bytes())
        assert isinstance(changed, bytes)
        file.write_bytes(changed)
    bakery.edit("prices.md", "# Prices", "# Costs")
    bakery.build_as_clean()


# --- The folder of the cache ---


def assert_said_once(built: Outcome) -> None:
    """Check that the build tells about the cache, in one line that names it."""
    (line,) = built.complaints
    assert line.startswith("the page cache /")


def test_invariant6_a_cache_that_is_read_only(bakery: ServedSite, mount: Mount) -> None:
    folder = mount("size=8m")
    shutil.copytree(bakery.cache, folder, dirs_exist_ok=True)
    mount("remount,ro")
    assert_said_once(bakery.build_as_clean("other", cache=folder))
    bakery.edit("bread.rst", "Salt?", "Yeast?")
    assert_said_once(bakery.build_as_clean(cache=folder))
    mount("remount,rw")
    bakery.build_as_clean("third", cache=folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind the superuser")
def test_invariant6_a_cache_without_permission_to_write(bakery: ServedSite) -> None:
    folder = bakery.root / "forbidden"
    folder.mkdir(mode=0o500)
    assert_said_once(bakery.build_as_clean("other", cache=folder))


@pytest.mark.parametrize("size", ["4k", "64k", "256k"])
def test_invariant6_a_disk_that_is_full(bakery: ServedSite, mount: Mount, size: str) -> None:
    """The cache alone lies on it."""
    folder = mount(f"size={size}")
    assert_said_once(bakery.build_as_clean("other", cache=folder))
    bakery.edit("bread.rst", "Salt?", "Yeast?")
    assert_said_once(bakery.build_as_clean("other", cache=folder))


def test_invariant6_a_disk_with_a_good_cache_that_is_full(bakery: ServedSite, mount: Mount) -> None:
    folder = mount("size=2m")
    shutil.copytree(bakery.cache, folder, dirs_exist_ok=True)
    with pytest.raises(OSError, match="No space left"):
        (folder / "rest").write_bytes(bytes(2**21))
    bakery.build_as_clean("other", cache=folder)
    bakery.edit("bread.rst", "Salt?", "Yeast?")
    bakery.build_as_clean("other", cache=folder)


def test_invariant6_a_cache_that_is_missing(bakery: ServedSite) -> None:
    shutil.rmtree(bakery.cache)
    assert "restored" not in actions(bakery.build_as_clean())
    bakery.edit("bread.rst", "Salt?", "Yeast?")
    assert not bakery.build_as_clean().complaints
    assert file_of(bakery).exists()


def test_invariant6_a_cache_that_vanishes_during_a_build(bakery: ServedSite) -> None:
    remove = f"import shutil; shutil.rmtree({str(bakery.cache)!r}, ignore_errors=True)"
    for event in ("env-before-read-docs", "env-updated", "doctree-resolved"):
        bakery.build_as_clean(event, env={"HOOK": f"{event}: {remove}"})
    bakery.build_as_clean()


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_invariant6_a_file_in_place_of_the_cache(bakery: ServedSite, below: str) -> None:
    file = bakery.root / "file"
    file.write_text("a file")
    assert_said_once(bakery.build_as_clean("other", cache=file / below))
    bakery.edit("bread.rst", "Salt?", "Yeast?")
    assert_said_once(bakery.build_as_clean("other", cache=file / below))
    assert file.read_text() == "a file"
    file.unlink()


def test_invariant6_a_folder_in_place_of_the_database(bakery: ServedSite) -> None:
    file_of(bakery).unlink()
    file_of(bakery).mkdir()
    assert_said_once(bakery.build_as_clean("other"))


@pytest.mark.parametrize("name", ["with some spaces", "Bäckerei 面包", "'a?b#c%41"])
def test_invariant6_names_of_caches(bakery: ServedSite, name: str) -> None:
    folder = bakery.root / "caches" / name
    assert actions(bakery.build_as_clean("one", cache=folder)) == {"read"}
    assert actions(bakery.build_as_clean("two", cache=folder)) == {"restored"}
    assert list(folder.rglob("*.sqlite3"))
