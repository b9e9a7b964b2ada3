"""Python's garbage collector, told to wait longer: a build makes millions of objects that stay."""

from __future__ import annotations

import atexit
import gc
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

_PATIENT = (20_000, 10, 10)
"""Thresholds of the three generations. Measured on 300 pages: a sixth less processor time, the same memory."""

_BY_PAGE = (100_000, 10, 10)
"""Thresholds while pages are gone through one by one: reached only in the midst of a very large one."""

_WORTHWHILE = 4_000
"""So many new objects are worth a collection: a page of some paragraphs leaves more."""

_OLDER = 20
"""After so many collections of new objects, those that outlived one are looked at too."""

_WRITERS = {io.BufferedRandom, io.BufferedWriter, io.TextIOWrapper}
"""Files that hold back what was written to them."""


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Collect nothing until the block ends, and leave alone what is there then until the build ends.

    For loading an environment, of which all parts stay.
    """
    with _switched_off():
        yield
        gc.freeze()


@contextmanager
def collected_after() -> Iterator[None]:
    """Collect nothing until the block ends, and then what is new.

    For making something large of which little stays: what lives while it is made would be looked at again and again,
    and then be among what is seldom looked at.
    """
    with _switched_off() as was_enabled:
        yield
    if was_enabled:
        gc.collect(0)


@contextmanager
def _switched_off() -> Iterator[bool]:
    """Switch the collector off until the block ends; say whether it was on."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield was_enabled
    finally:
        if was_enabled:
            gc.enable()


Page = TypeVar("Page")


def collected_by_page(pages: Iterable[Page], *, then_all: bool = False) -> Iterator[Page]:
    """Return *pages*, and collect what each has left when the next is asked for.

    A document is garbage as soon as the page is done, and none of it lives on then. Collected in the midst of a page,
    half of the document does, and is looked at again in a later collection.

    :param then_all: at the end, collect also what has outlived two collections, if there is any: that is looked at in
        no later one, and may be a fifth of the memory where pages are large.
    """
    if gc.get_threshold() != _PATIENT:  # switched off, or other code has set other thresholds
        yield from pages
        return
    gc.set_threshold(*_BY_PAGE)
    n_before, n_own = _n_collections(), 0
    try:
        for page in pages:
            yield page
            n_own += collect()
    finally:
        if gc.get_threshold() == _BY_PAGE:  # after an exception, the build may have ended already
            gc.set_threshold(*_PATIENT)
    if then_all and _n_collections() - n_before > n_own:
        gc.collect()


def collect() -> bool:
    """Collect what a page has left, if it is much; tell whether it was."""
    young, older, _ = gc.get_count()
    is_ours = gc.isenabled() and gc.get_threshold() in {_PATIENT, _BY_PAGE}
    is_much = is_ours and young > _WORTHWHILE
    if is_much:
        gc.collect(1 if older > _OLDER else 0)
    return is_much


def _n_collections() -> int:
    return sum(generation["collections"] for generation in gc.get_stats())


class PatientCollector:
    """Raises the thresholds while a build runs, and lets the process end without a last collection."""

    def __init__(self) -> None:
        self._before: tuple[int, int, int] | None = None

    def start(self) -> None:
        """Raise the thresholds, unless higher ones are set."""
        before = gc.get_threshold()
        if 0 < before[0] < _PATIENT[0]:
            self._before = before
            gc.set_threshold(*_PATIENT)
        atexit.unregister(_leave_memory_to_the_system)
        atexit.register(_leave_memory_to_the_system)

    def stop(self) -> None:
        """Put the thresholds back, and look after everything again."""
        gc.unfreeze()
        if self._before is not None:
            gc.set_threshold(*self._before)
            self._before = None


def _leave_memory_to_the_system() -> None:
    """Collect nothing any more: the process ends, and all of its memory with it.

    Python would take apart the environment object by object, which takes as long as a build that changes one page.
    Files that were left open are written first: collecting them would have done that.
    """
    for held in gc.get_objects():
        if type(held) in _WRITERS and not held.closed:
            with suppress(OSError, ValueError):  # the reader of a pipe is gone, or it is not for writing
                held.flush()
    gc.freeze()
