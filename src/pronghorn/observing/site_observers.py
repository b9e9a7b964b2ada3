"""Who hears what is read of the site: one observer while pages are read, another one while they are written."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from pronghorn.model.observer import (
    ALL,
    METADATA,
    PAGE,
    PAGES,
    TAGGED,
    TAXONOMIES,
    TAXONOMY,
    TERMS_OF,
    URL,
    kind_of_component,
)
from pronghorn.observing.recorder import ALL as EXTENT_ALL
from pronghorn.observing.recorder import NAMES, Recorder

SITE = "site"
"""The kind of dependency of reading on what can be learnt of all pages before they are read."""

_INPUT, _OUTPUT, _TOC = map(kind_of_component, ("input", "output", "toc"))
_WIDE = (PAGE, PAGES, ALL, TAXONOMIES, TAXONOMY, TAGGED, TERMS_OF, *map(kind_of_component, ("taxonomy", "term")))
_ASKED = {**dict.fromkeys(_WIDE, SITE), **dict.fromkeys((_INPUT, _OUTPUT, _TOC), METADATA)}
"""What a page that is read asks for, by what it reads, if it has another name."""
_OWN = frozenset({PAGE, METADATA, _INPUT, _OUTPUT, _TOC})
"""What is read of a page follows from the page itself; its URL does not, since builders share what is read."""
_OF_SITE = frozenset({URL, METADATA})
"""What follows from all that can be learnt of the pages."""


class ReadingObserver:
    """Notes what a page reads of the site while its source is read.

    :param at_work: gives its docname.
    """

    def __init__(self, recorder: Recorder, at_work: Callable[[], str]) -> None:
        self._recorder = recorder
        self._at_work = at_work

    def hear(self, kind: str, name: str, /) -> None:
        """Hear that something of that kind and name is read."""
        noted = self._recorder.noted
        if noted is None or (kind in _OWN and name == self._at_work()):
            return
        asked = _ASKED.get(kind, kind)
        if asked == SITE:
            noted[SITE, ""] = None
        elif asked not in _OF_SITE or (SITE, "") not in noted:
            noted[asked, name] = None

    def aside(self) -> AbstractContextManager[None]:
        """Hear nothing of what happens inside."""
        return self._recorder.suspended()


_RECORDED = {URL: PAGE, METADATA: PAGE, PAGES: PAGE + NAMES, ALL: PAGE + EXTENT_ALL}
"""What a page that is written depends on, by what it reads, if it has another name."""


class WritingObserver:
    """Notes what the page reads that is written, like what it reads of the environment."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def hear(self, kind: str, name: str, /) -> None:
        """Hear that something of that kind and name is read; all pages depend on which taxonomies there are."""
        noted = self._recorder.noted
        if noted is not None and kind != TAXONOMIES:
            noted[_RECORDED.get(kind, kind), name] = None

    def aside(self) -> AbstractContextManager[None]:
        """Hear nothing of what happens inside."""
        return self._recorder.suspended()
