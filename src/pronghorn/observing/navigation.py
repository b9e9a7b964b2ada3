"""The navigation as one dependency of a page, in place of all titles of the site."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property, partial
from typing import Any

from sphinx import addnodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment

from pronghorn.cache.tracking.digests import digest_of_parts
from pronghorn.documents.messages import Message, MessageRecorder, give
from pronghorn.observing.never import never
from pronghorn.observing.recorder import ALL, COLUMN, Recorder
from pronghorn.observing.state import Derived, State, Table
from pronghorn.observing.state_digests import SHORT_BYTES, digest_of_state
from pronghorn.output.builders import unused_navigation
from pronghorn.seam.rows.navigation import LOCAL_TOCTREE
from pronghorn.seam.rows.writing import TARGET_URI
from pronghorn.seam.substitutes import substituted
from pronghorn.speed.navigation.fast import Navigation

NAVIGATION = "navigation"
"""The kind of dependency on what ``toctree()`` gives on one page."""
URLS = "url"
"""The kind of dependency on the URL of a page."""

INPUTS = (
    ("toctree_includes" + ALL, ""),
    ("titles" + ALL, ""),
    ("tocs" + ALL, ""),
    ("metadata" + COLUMN, "tocdepth"),
    (URLS + ALL, ""),
)
"""All that navigation is made from, with the extents of tables, apart from the toctrees of the root page."""


@contextmanager
def noted_navigation(
    builder: StandaloneHTMLBuilder,
    navigation: Navigation | None,
    recorder: Recorder,
    state: State,
    messages: MessageRecorder,
) -> Iterator[Callable[[], bytes]]:
    """Make *builder*, in place, tell when a page shows the navigation, and whose URLs it shows.

    :param navigation: the fast one, if there is.
    :return: a function that gives a digest of all that the navigation is made from.
    """
    noted = _NotedNavigation(builder, navigation, recorder, state, messages)
    with ExitStack() as stack:
        stack.enter_context(TARGET_URI.replaced(noted.target_uri, builder))
        if not LOCAL_TOCTREE.has_changed:
            stack.enter_context(LOCAL_TOCTREE.replaced(noted.toctree, builder))
        if navigation is not None:
            sidebars = {"furo_sidebar": noted.furo_sidebar, "pydata_sidebar": noted.pydata_sidebar}
            stack.enter_context(substituted(navigation, **sidebars))
        yield lambda: noted.inputs


class _NotedNavigation:
    """Stands between the templates and what makes the navigation."""

    def __init__(
        self,
        builder: StandaloneHTMLBuilder,
        navigation: Navigation | None,
        recorder: Recorder,
        state: State,
        messages: MessageRecorder,
    ) -> None:
        self._env = builder.env
        self._srcdir = str(builder.srcdir)
        self._recorder = recorder
        self._state = state
        self._messages = messages
        self._make_unused = unused_navigation(builder)
        self._navigation = navigation
        self._toctree: Any = None if LOCAL_TOCTREE.has_changed else LOCAL_TOCTREE.of(builder)
        self._furo_sidebar = navigation.furo_sidebar if navigation is not None else None
        self._pydata_sidebar = navigation.pydata_sidebar if navigation is not None else None
        self._target_uri = builder.get_target_uri
        state.add_table(URLS, Table(_Urls(builder.env, self._target_uri)))
        state.add_derived(NAVIGATION, Derived(lambda _name: self.inputs, self._result))

    def target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return the URL of a page."""
        self._recorder.note(URLS, docname)
        return self._target_uri(docname, typ)

    def toctree(self, docname: str, collapse: bool = True, **arguments: Any) -> str:
        """Return the navigation as HTML."""
        name = _name_of(docname, collapse, arguments)
        make = partial(self._toctree, docname, collapse, **arguments)
        return make() if self._recorder.noted is None or name is None else self._noting(name, make)

    def furo_sidebar(self, stock: Callable[[], str], docname: str) -> str:
        """Return the sidebar of the furo theme."""
        make = self._furo_sidebar
        assert make is not None  # noqa: S101 - only then this is called
        return self._noting(json.dumps([docname]), lambda: make(stock, docname))

    def pydata_sidebar(
        self, stock: Callable[[], str], docname: str, startdepth: int, level: int, arguments: dict[str, Any]
    ) -> str:
        """Return the sidebar of pydata-sphinx-theme."""
        make = self._pydata_sidebar
        assert make is not None  # noqa: S101 - only then this is called
        name = _name_of(docname, (startdepth, level), arguments)
        html = partial(make, stock, docname, startdepth, level, arguments)
        return html() if self._recorder.noted is None or name is None else self._noting(name, html)

    def _noting(self, name: str, make: Callable[[], str]) -> str:
        with self._recorder.suspended():
            with self._messages.hold() as messages:
                html = make()
            self._state.learn(NAVIGATION, name, _digest_of(html, messages))
        self._recorder.note(NAVIGATION, name)
        give(messages, self._srcdir)
        return html

    @cached_property
    def _asked(self) -> Navigation | None:
        """The fast navigation, even if Sphinx makes it in this build."""
        return self._make_unused() if self._navigation is None else self._navigation

    @cached_property
    def inputs(self) -> bytes:
        """Digest all that the navigation is made from."""
        with self._recorder.suspended():
            toctrees = digest_of_state(list(self._env.master_doctree.findall(addnodes.toctree)))
            return digest_of_parts(toctrees, digest_of_inputs(self._state))[:SHORT_BYTES]

    def _result(self, name: str) -> bytes:
        """Make the navigation of a page to see whether it is as it was, if that takes little time."""
        with self._recorder.suspended(), self._messages.hold() as messages:
            html = self._quickly(*json.loads(name))
        return never()[:SHORT_BYTES] if html is None else _digest_of(html, messages)

    def _quickly(self, docname: str, *options: Any) -> str | None:
        """Make the navigation that :func:`_name_of` named, or furo's sidebar, in the fast way, whoever writes it."""
        navigation = self._asked
        if navigation is None:
            return None
        if not options:
            return navigation.find_furo_sidebar(docname)
        how, arguments = options
        if isinstance(how, list):
            startdepth, level = how
            return navigation.find_pydata_sidebar(docname, startdepth, level, arguments)
        return navigation.find_toctree(docname, how, arguments)


def digest_of_inputs(state: State) -> bytes:
    """Digest the tables that toctrees are made from."""
    return digest_of_parts(*map(state.current, INPUTS))[:SHORT_BYTES]


def _digest_of(html: str, messages: Sequence[Message]) -> bytes:
    """Digest the navigation of a page, with the warnings that making it gave."""
    said = repr([message.to_tuple() for message in messages])
    return digest_of_parts(html.encode("utf-8", "surrogatepass"), said.encode())[:SHORT_BYTES]


def _name_of(docname: str, how: Any, arguments: dict[str, Any]) -> str | None:
    """Name the navigation of a page; None if the arguments have no names.

    :param how: whether branches are collapsed; of pydata-sphinx-theme, where the tree starts and how it is unfolded.
    """
    values = (*(how if isinstance(how, tuple) else (how,)), *arguments.values())
    if not all(type(value) in (bool, int, str, type(None)) for value in values):
        return None
    return json.dumps([docname, how, dict(sorted(arguments.items()))])


class _Urls(Mapping[str, str]):
    """The URL of each document, and of any other page by its name."""

    def __init__(self, env: BuildEnvironment, target_uri: Callable[[str], str]) -> None:
        self._docnames = sorted(env.found_docs)
        self._target_uri = target_uri

    def __getitem__(self, docname: str) -> str:
        return self._target_uri(docname)

    def __iter__(self) -> Iterator[str]:
        return iter(self._docnames)

    def __len__(self) -> int:
        return len(self._docnames)
