"""What a plugin asks of a page while it is read, and that does not follow from the page itself.

The URL: builders share what is read. The terms that it lists, which lead to other pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pronghorn.incremental.observing.recorder import Recorder
from pronghorn.model.page import Page

URL = "url"
"""The kind of dependency on the URL of a page."""

_WIDE = frozenset({"taxonomy", "term"})
"""Components that lead to other pages."""


@contextmanager
def noted_url(page: Page, recorder: Recorder) -> Iterator[None]:
    """Make *page*, in place, tell when it is asked for these."""

    class AskingPage(Page):
        __slots__ = ()

        def __getattribute__(self, name: str) -> Any:
            if name == "url":
                recorder.note(URL, self.docname)
            elif name in _WIDE:
                recorder.note("site")
            return super().__getattribute__(name)

    AskingPage.__name__ = AskingPage.__qualname__ = Page.__name__  # handlers are given it, and may show what it is
    before = type(page)
    page.__class__ = AskingPage
    try:
        yield
    finally:
        page.__class__ = before
