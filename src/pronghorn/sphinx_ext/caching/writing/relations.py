"""The order of pages: which is before, after and above another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sphinx.builders.html import StandaloneHTMLBuilder

from pronghorn.seam.rows.writing import RELATED
from pronghorn.sphinx_ext.caching.writing.recorder import Recorder
from pronghorn.sphinx_ext.caching.writing.state import State, Table
from pronghorn.sphinx_ext.caching.writing.tables import noted_table

RELATIONS = "relations"
"""The kind of dependency on the pages before, after and above a page."""


@contextmanager
def noted_relations(builder: StandaloneHTMLBuilder, recorder: Recorder, state: State) -> Iterator[None]:
    """Have *builder*, in place, tell whose neighbours are asked for."""
    relations = RELATED.of(builder)
    state.add_table(RELATIONS, Table(relations))
    with RELATED.replaced(noted_table(relations, RELATIONS, recorder), builder):
        yield
