"""Pages with the sources of modules, which the extension for them makes after all others."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from pronghorn.cache.digests import digest_of_parts
from pronghorn.cache.store import Store
from pronghorn.sphinx_ext.caching.messages import Message, MessageRecorder, give
from pronghorn.sphinx_ext.caching.writing.encoding import UnstableError, digest_of_plain
from pronghorn.sphinx_ext.caching.writing.substitutes import substituted


@contextmanager
def remembered_sources(highlighter: Any, highlights: Highlights) -> Iterator[None]:
    """Have all these pages offered in each build, as all others are, and their code highlighted once.

    Touches ``should_generate_module_page`` of ``sphinx.ext.viewcode``, which goes by time stamps of modules: if it is
    called no more, such a page would stay as it is when the theme, or a page that documents the module, changes.
    Touches ``highlight_block``, which takes most of the time: if it is called no more, builds only take longer.
    """
    viewcode: Any = sys.modules.get("sphinx.ext.viewcode")
    with ExitStack() as stack:
        if viewcode is not None:
            stack.enter_context(substituted(viewcode, should_generate_module_page=lambda _app, _modname: True))
            stack.enter_context(substituted(highlighter, highlight_block=highlights.of(highlighter.highlight_block)))
            stack.callback(highlights.keep)
        yield


class Highlights:
    """Highlighted code in the store.

    :param key: the digest of what all highlighting depends on.
    :param may_read: whether the store is asked.
    """

    def __init__(self, store: Store, key: bytes, srcdir: str, *, may_read: bool) -> None:
        self._store = store
        self._key = key
        self._srcdir = srcdir
        self._may_read = may_read
        self._recorder = MessageRecorder(srcdir)
        self._fresh: list[tuple[bytes, bytes]] = []

    def of(self, highlight: Callable[..., str]) -> Callable[..., str]:
        """Give a function that does what *highlight* does, its warnings included."""

        def highlight_once(*args: Any, **kwargs: Any) -> str:
            try:
                key = digest_of_parts(b"highlight", self._key, digest_of_plain([args, kwargs]))
            except UnstableError:
                return highlight(*args, **kwargs)
            html, messages = self._known(key) or self._made(key, lambda: highlight(*args, **kwargs))
            give(messages, self._srcdir)
            return html

        return highlight_once

    def _known(self, key: bytes) -> tuple[str, list[Message]] | None:
        for data in self._store.manifests(key) if self._may_read else ():
            try:
                html, messages = json.loads(data)
                return str(html), [Message.from_tuple(message) for message in messages]
            except (TypeError, ValueError, RecursionError):  # something else, or damaged
                continue
        return None

    def _made(self, key: bytes, make: Callable[[], str]) -> tuple[str, list[Message]]:
        with self._recorder.hold() as messages:
            html = make()
        self._fresh.append((key, json.dumps([html, [message.to_tuple() for message in messages]]).encode()))
        return html, messages

    def keep(self) -> None:
        """Keep what was highlighted."""
        self._store.add_manifests(self._fresh)
