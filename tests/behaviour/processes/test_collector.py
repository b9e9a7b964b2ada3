"""The garbage collector while a build runs, and after it."""

import gc
from collections.abc import Iterator
from weakref import ref

import pytest

from pronghorn.speed.garbage import PatientCollector, collected_after, collected_by_page


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


class Knot:
    def __init__(self) -> None:
        self.itself = self
        self.objects: list[list[int]] = [[] for _ in range(5_000)]


def test_what_a_page_leaves_is_collected_when_the_next_is_asked_for() -> None:
    collector = PatientCollector()
    collector.start()
    left = []
    for number in collected_by_page(range(3)):
        left.append(ref(Knot()))
        assert [knot() is None for knot in left] == [True] * number + [False]
    assert gc.get_threshold()[0] < 100_000
    collector.stop()
    assert gc.get_threshold() == (700, 10, 10)


def test_nothing_is_collected_where_the_collector_is_not_patient() -> None:
    gc.disable()
    try:
        left = [ref(Knot()) for _ in collected_by_page(range(2))]
        assert all(knot() is not None for knot in left)
    finally:
        gc.enable()


def test_a_build_that_ends_midway_leaves_the_collector_as_it_was() -> None:
    collector = PatientCollector()
    collector.start()
    pages = collected_by_page(iter("ab"))
    next(pages)
    collector.stop()
    pages.close()  # type: ignore[attr-defined]
    assert gc.get_threshold() == (700, 10, 10)


@pytest.mark.parametrize("then_all", [False, True])
def test_what_has_outlived_two_collections_in_the_midst_of_a_page_is_collected_at_the_end(then_all: bool) -> None:
    collector = PatientCollector()
    collector.start()
    left = []
    for _ in collected_by_page(range(2), then_all=then_all):
        knot = Knot()
        left.append(ref(knot))
        gc.collect(1)  # as Python does it when a page is large
        gc.collect(1)
        del knot
    assert [knot() is None for knot in left] == [then_all] * 2
    collector.stop()


@pytest.mark.parametrize("is_on", [True, False])
def test_what_a_block_leaves_is_collected_when_it_ends(is_on: bool) -> None:
    """Unless the collector is switched off, as inside another such block."""
    if not is_on:
        gc.disable()
    try:
        with collected_after():
            left = ref(Knot())
            assert not gc.isenabled()
        assert gc.isenabled() == is_on
        assert (left() is None) == is_on
    finally:
        gc.enable()
