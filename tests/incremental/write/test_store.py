"""The store's batches give what its single calls give."""

from pathlib import Path

from pronghorn.cache.store.statements import MANIFESTS_PER_KEY
from pronghorn.cache.store.store import Store
from pronghorn.cache.tracking.digests import digest_of

ONE, TWO, UNKNOWN = (digest_of(name) for name in (b"one", b"two", b"unknown"))


def test_manifests_of_many_keys_are_found_at_once(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.add_manifests([(ONE, b"old"), (TWO, b"other"), (ONE, b"new")])
    with Store(tmp_path) as store:
        assert store.manifests_many([TWO, ONE, UNKNOWN, ONE]) == {TWO: [b"other"], ONE: [b"new", b"old"], UNKNOWN: []}
        assert store.manifests(ONE) == [b"new", b"old"]


def test_a_batch_of_nothing_does_nothing(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.add_manifests([])
        assert store.manifests_many([]) == {}
        assert store.stats().n_manifests == 0


def test_one_manifest_may_stand_under_several_keys(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.add_manifests([(ONE, b"same"), (TWO, b"same")])
        assert store.manifests_many([ONE, TWO]) == {ONE: [b"same"], TWO: [b"same"]}
        assert store.stats().n_entries == 1


def test_the_oldest_of_a_batch_have_to_go(tmp_path: Path) -> None:
    added = [str(number).encode() for number in range(MANIFESTS_PER_KEY + 2)]
    with Store(tmp_path) as store:
        store.add_manifests((ONE, data) for data in added)
        assert store.manifests(ONE) == added[: -MANIFESTS_PER_KEY - 1 : -1]


def test_a_store_that_cannot_be_used_finds_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with Store(tmp_path / "file") as store:
        store.add_manifests([(ONE, b"lost")])
        assert store.manifests_many([ONE]) == {ONE: []}
        assert store.problem is not None
