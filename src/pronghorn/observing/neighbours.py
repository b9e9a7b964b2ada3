"""The order of pages: which is before, after and above another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sphinx.builders.html import StandaloneHTMLBuilder

from pronghorn.observing.dicts import noted_lists
from pronghorn.observing.recorder import ALL, Recorder
from pronghorn.observing.state import Derived, State, Table
from pronghorn.observing.state_digests import digest_of_state
from pronghorn.seam.rows.writing import RELATED, TOCTREE_ANCESTORS

RELATIONS = "relations"
"""The kind of dependency on the pages above, before and after a page, each by itself."""
ANCESTORS = "ancestors"
"""The kind of dependency on the page in whose toctree a page is, and so on."""


@contextmanager
def noted_relations(builder: StandaloneHTMLBuilder, recorder: Recorder, state: State) -> Iterator[None]:
    """Make *builder*, in place, tell whose neighbours are asked for, and have Sphinx tell whose ancestors are."""
    relations = RELATED.of(builder)
    state.add_table(
        RELATIONS, Table({docname: dict(enumerate(pages)) for docname, pages in relations.items()}, depth=2)
    )
    ancestors = _NotedAncestors(builder.env, recorder, state).find
    neighbours = noted_lists(relations, RELATIONS, recorder)
    with RELATED.replaced(neighbours, builder), TOCTREE_ANCESTORS.replaced(ancestors):
        yield


class _NotedAncestors:
    """Stands between themes and what goes through all toctrees to find the one that a page is in."""

    def __init__(self, env: Any, recorder: Recorder, state: State) -> None:
        self._env = env
        self._recorder = recorder
        self._state = state
        self._find: Any = TOCTREE_ANCESTORS.of()
        inputs = ("toctree_includes" + ALL, "")
        state.add_derived(ANCESTORS, Derived(lambda _name: state.current(inputs), self._result))

    def find(self, toctree_includes: Mapping[str, Any], docname: str) -> Any:
        """Return what Sphinx finds."""
        if self._recorder.noted is None or toctree_includes is not self._env.toctree_includes:
            return self._find(toctree_includes, docname)
        with self._recorder.suspended():
            found = self._find(toctree_includes, docname)
            self._state.learn(ANCESTORS, docname, digest_of_state(list(found)))
        self._recorder.note(ANCESTORS, docname)
        return found

    def _result(self, docname: str) -> bytes:
        with self._recorder.suspended():
            return digest_of_state(list(self._find(self._env.toctree_includes, docname)))
