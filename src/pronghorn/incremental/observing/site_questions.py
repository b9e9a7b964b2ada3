"""What pages ask of the site while they are written: it is noted like what they read of the environment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from pronghorn.incremental.observing.recorder import ALL, Recorder
from pronghorn.incremental.observing.site_answers import ANSWERS
from pronghorn.incremental.observing.site_pages import PAGES
from pronghorn.incremental.observing.state_digests import short_digest
from pronghorn.incremental.observing.write_answers import State
from pronghorn.model.witness import Witness
from pronghorn.site.site import Site


class WritingWitness(Witness):
    """Tells the recorder. Pages that are given to a page tell by themselves what is read of them."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def note(self, kind: str, name: str) -> None:
        """Hear that a page asks for something of that kind and name."""
        self._recorder.note(kind, name)

    def note_all(self) -> None:
        """Hear that a page asks for what has no name: it may have looked at all pages."""
        self._recorder.note(PAGES + ALL)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Hear nothing of what happens inside."""
        with self._recorder.suspended():
            yield


@contextmanager
def noted_questions(site: Site, recorder: Recorder) -> Iterator[None]:
    """Make *site*, in place, tell *recorder* what is asked of it. Put back at the end."""
    before, site.witness = site.witness, WritingWitness(recorder)
    try:
        yield
    finally:
        site.witness = before


def add_answers(site: Site, state: State) -> None:
    """Make *state* answer what is asked of *site*."""
    for kind in ANSWERS:
        state.add(kind, partial(_digest, site, kind))


def _digest(site: Site, kind: str, name: str) -> bytes:
    return short_digest(ANSWERS[kind](site, name).encode("utf-8", "surrogatepass"))
