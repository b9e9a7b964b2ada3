"""What Sphinx does again on each page, though it always comes out the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple

from docutils import nodes
from sphinx.builders.html import StandaloneHTMLBuilder

from pronghorn.documents.messages import MessageRecorder, give
from pronghorn.observing.attributes import ATTRIBUTE
from pronghorn.observing.recorder import Read, Recorder
from pronghorn.seam.rows.writing import CHECKSUM, RENDER_PARTIAL


@contextmanager
def remembered_repeats(builder: StandaloneHTMLBuilder, recorder: Recorder, messages: MessageRecorder) -> Iterator[None]:
    """Render the titles of neighbouring pages once, and look up the checksums of static files once."""
    partials = _Partials(builder, recorder, messages)
    with RENDER_PARTIAL.replaced(partials, builder), CHECKSUM.replaced(cache(CHECKSUM.of())):
        yield


class _Known(NamedTuple):
    """What came of a title, and what was read meanwhile."""

    node: nodes.title
    parts: dict[str, str]
    reads: dict[Read, None]


class _Partials:
    """Renders single nodes as the builder does, titles only once."""

    def __init__(self, builder: StandaloneHTMLBuilder, recorder: Recorder, messages: MessageRecorder) -> None:
        self._render = builder.render_partial
        self._srcdir = str(builder.srcdir)
        self._recorder = recorder
        self._messages = messages
        self._known: dict[int, _Known] = {}

    def __call__(self, node: nodes.Node | None) -> dict[str, str]:
        """Return the HTML of a node, in parts."""
        if type(node) is not nodes.title or self._recorder.noted is None:
            return self._render(node)
        known = self._known.get(id(node)) or self._render_first(node)
        self._recorder.noted.update(known.reads)
        return known.parts.copy()

    def _render_first(self, node: nodes.title) -> _Known:
        with self._messages.hold() as messages, self._recorder.recording() as reads:
            parts = self._render(node).copy()  # Sphinx 8 gives the same dict each time
            known = _Known(node, parts, reads.noted)
        if reads.spoilt is not None:
            self._recorder.spoil(reads.spoilt)
        elif not messages and not any(kind == ATTRIBUTE for kind, _ in reads.noted):  # it may be changed there
            self._known[id(node)] = known
        give(messages, self._srcdir)
        return known
