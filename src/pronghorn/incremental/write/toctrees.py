"""What a toctree shows as one dependency of a page, in place of all headings of all pages that are in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.builders.html import StandaloneHTMLBuilder

from pronghorn.cache.tracking.digests import UndigestableError, digest_of_parts
from pronghorn.documents.messages import Message, MessageRecorder, give
from pronghorn.observing.navigation import INPUTS, digest_of_inputs
from pronghorn.observing.neighbours import ANCESTORS
from pronghorn.observing.never import never
from pronghorn.observing.recorder import EXTENTS, Reads, Recorder
from pronghorn.observing.state import Derived, State
from pronghorn.observing.state_digests import SHORT_BYTES, digest_of_state
from pronghorn.seam.rows.writing import RESOLVE_TOCTREES

TOCTREES = "toctree"
"""The kind of dependency on what a toctree becomes on one page."""

_INPUTS = frozenset({ANCESTORS, *(kind.rstrip(EXTENTS) for kind, _ in INPUTS)})


@contextmanager
def noted_toctrees(
    builder: StandaloneHTMLBuilder, recorder: Recorder, state: State, messages: MessageRecorder
) -> Iterator[None]:
    """Note toctrees by what they become: those in pages, and those that themes make their sidebars of."""
    noted = _NotedToctrees(builder, recorder, state, messages)
    with RESOLVE_TOCTREES.replaced(noted.resolve):
        yield


class _NotedToctrees:
    """Stands between Sphinx and what resolves toctrees."""

    def __init__(
        self, builder: StandaloneHTMLBuilder, recorder: Recorder, state: State, messages: MessageRecorder
    ) -> None:
        self._builder = builder
        self._recorder = recorder
        self._state = state
        self._messages = messages
        self._resolve: Callable[..., nodes.Element | None] = RESOLVE_TOCTREES.of()
        state.add_derived(TOCTREES, Derived(lambda _name: digest_of_inputs(state), self._result))

    def resolve(
        self, env: Any, docname: str, builder: Any, toctree: addnodes.toctree, **options: Any
    ) -> nodes.Element | None:
        """Return what a toctree becomes on a page."""
        name = self._name_of(docname, builder, toctree, options) if self._recorder.noted is not None else None
        if name is None:
            return self._resolve(env, docname, builder, toctree, **options)
        with self._recorder.recording() as reads, self._messages.hold() as messages:
            resolved = self._resolve(env, docname, builder, toctree, **options)
        self._note(name, reads, _digest_of(resolved, messages))
        give(messages, str(builder.srcdir))
        return resolved

    def _name_of(self, docname: str, builder: Any, toctree: addnodes.toctree, options: dict[str, Any]) -> str | None:
        """Name a toctree by the page that it is from and its digest; None if it could not be found again by that."""
        plain = {name: value for name, value in sorted(options.items()) if name != "tags"}
        parent = toctree.get("parent")
        is_plain = all(type(value) in (bool, int, str) for value in plain.values())
        if builder is not self._builder or options.get("tags") is not builder.tags or not is_plain:
            return None
        with self._recorder.suspended():
            digest = digest_of_state(toctree).hex()
            return json.dumps([docname, parent, digest, plain]) if self._find(parent, digest) is not None else None

    def _find(self, parent: str, digest: str) -> addnodes.toctree | None:
        """Find a toctree among those that the environment has of a page."""
        toctrees = self._builder.env.tocs[parent].findall(addnodes.toctree) if parent in self._builder.env.tocs else ()
        return next((toctree for toctree in toctrees if digest_of_state(toctree).hex() == digest), None)

    def _note(self, name: str, reads: Reads, result: bytes) -> None:
        """Note the toctree, and what was read for it besides that which toctrees are made from."""
        recorder = self._recorder
        with recorder.suspended():
            self._state.learn(TOCTREES, name, result)
        recorder.note(TOCTREES, name)
        for kind, key in reads.noted:
            if kind.rstrip(EXTENTS) not in _INPUTS:
                recorder.note(kind, key)
        if reads.spoilt is not None:
            recorder.spoil(reads.spoilt)

    def _result(self, name: str) -> bytes:
        """Resolve a toctree to see whether it becomes what it was."""
        docname, parent, digest, options = json.loads(name)
        builder: Any = self._builder
        with self._recorder.suspended(), self._messages.hold() as messages:
            toctree = self._find(parent, digest)
            if toctree is None:
                return never()[:SHORT_BYTES]
            resolved = self._resolve(builder.env, docname, builder, toctree.copy(), tags=builder.tags, **options)
            return _digest_of(resolved, messages)


def _digest_of(resolved: nodes.Element | None, messages: Sequence[Message]) -> bytes:
    said = repr([message.to_tuple() for message in messages])
    try:
        return digest_of_parts(digest_of_state(resolved), said.encode())[:SHORT_BYTES]
    except UndigestableError:
        return never()[:SHORT_BYTES]
