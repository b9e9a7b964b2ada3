"""Look-ups that would otherwise make a page depend on far more than it shows."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.python import PythonDomain
from sphinx.environment import BuildEnvironment

from pronghorn.cache.tracking.digests import ABSENT
from pronghorn.observing.doctrees import NODES
from pronghorn.observing.environment import domain_kind
from pronghorn.observing.keys import key_of
from pronghorn.observing.python_names import Namesakes
from pronghorn.observing.recorder import ALL, NAMES, Recorder
from pronghorn.observing.state import Derived, State
from pronghorn.observing.state_digests import SHORT_BYTES, digest_of_state
from pronghorn.seam.rows.events import LISTENERS
from pronghorn.seam.rows.extensions import TODO
from pronghorn.seam.rows.writing import FIND_OBJ

PYTHON_OBJECTS = "python"
"""The kind of dependency on what a name of Python's leads to."""
DOCTREES = "doctree"
"""The kind of dependency on a page's document as it was read."""

_KEPT_DOCTREES = 32


@contextmanager
def noted_lookups(
    env: BuildEnvironment, recorder: Recorder, state: State, doctree_digest: Callable[[str], bytes]
) -> Iterator[None]:
    """Note look-ups as one dependency each, and hand *state* what it needs to answer them."""
    _add_documents(env, recorder, state, doctree_digest)
    with ExitStack() as stack:
        domain = env.domains.get("py")
        if type(domain) is PythonDomain:  # a class of an extension's may look up in its own way
            lookup = _PythonLookup(domain, recorder, state)
            stack.enter_context(FIND_OBJ.replaced(lookup.find, domain))
        stack.enter_context(_todo_lists_only(env))
        yield


@contextmanager
def _todo_lists_only(env: BuildEnvironment) -> Iterator[None]:
    """Make the extension for to-do lists collect all entries of the site only where there is a list.

    Its function for ``doctree-resolved`` does nothing to other pages.
    """
    listeners = LISTENERS.of(env.events).get("doctree-resolved", [])
    before = listeners.copy()
    processor: Any = TODO.owner if TODO.is_loaded and not TODO.has_changed else None

    def process(app: Sphinx, document: nodes.document, docname: str) -> None:
        if next(document.findall(sys.modules[TODO.module].todolist), None) is not None:
            processor(app, document, docname)

    for number, listener in enumerate(before):
        if processor is not None and listener.handler is processor:
            listeners[number] = listener._replace(handler=process)
    try:
        yield
    finally:
        listeners[:] = before


class _PythonLookup:
    """Stands between references and ``PythonDomain.find_obj``, which may walk through all objects of the site."""

    def __init__(self, domain: PythonDomain, recorder: Recorder, state: State) -> None:
        self._find = Namesakes(domain).find_obj
        self._env = domain.env
        self._recorder = recorder
        self._state = state
        state.add_derived(PYTHON_OBJECTS, Derived(self._inputs, self._result))

    def find(self, env: BuildEnvironment, *arguments: Any, **named: Any) -> list[Any]:
        """Return what Sphinx finds."""
        if self._recorder.noted is None or named or not all(type(one) in (str, int, type(None)) for one in arguments):
            return self._find(env, *arguments, **named)
        name = json.dumps(arguments)
        with self._recorder.suspended():
            found = self._find(env, *arguments)
            self._state.learn(PYTHON_OBJECTS, name, digest_of_state(found))
        self._recorder.note(PYTHON_OBJECTS, name)
        return found

    def _inputs(self, _name: str) -> bytes:
        return self._state.current((domain_kind("py") + ALL, "objects"))

    def _result(self, name: str) -> bytes:
        with self._recorder.suspended():
            return digest_of_state(self._find(self._env, *json.loads(name)))


def _add_documents(
    env: BuildEnvironment, recorder: Recorder, state: State, doctree_digest: Callable[[str], bytes]
) -> None:
    """Answer what the documents of pages are, and single elements in them."""

    @lru_cache(_KEPT_DOCTREES)
    def elements_of(docname: str) -> dict[str, nodes.Element]:
        with recorder.suspended():
            return env.get_doctree(docname).ids

    def document(docname: str) -> bytes:
        return doctree_digest(docname)[:SHORT_BYTES] if docname in env.all_docs else ABSENT

    def document_around(name: str) -> bytes:
        return document(_place(name)[0])

    def element(name: str) -> bytes:
        docname, id_ = _place(name)
        found = elements_of(docname).get(id_) if document(docname) else None
        return digest_of_state(found)

    state.add(DOCTREES, document)
    state.add_derived(NODES, Derived(document_around, element))
    state.add(NODES + ALL, document)
    state.add(NODES + NAMES, document)


def _place(name: str) -> tuple[str, str]:
    place: Any = key_of(name)
    docname, id_ = place
    return str(docname), str(id_)
