"""The URL of a page, noted when a plugin asks for it while the page is read: builders share what is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pronghorn.model.page import Page
from pronghorn.sphinx_ext.caching.reading.questions import Questions

URL = "url"
"""The kind of dependency on the URL of a page."""


@contextmanager
def noted_url(page: Page, questions: Questions) -> Iterator[None]:
    """Have *page*, in place, tell when it is asked for its URL."""

    class AskingPage(Page):
        __slots__ = ()

        def __getattribute__(self, name: str) -> Any:
            if name == "url":
                questions.ask(URL, self.docname)
            return super().__getattribute__(name)

    AskingPage.__name__ = AskingPage.__qualname__ = Page.__name__  # handlers are given it, and may show what it is
    before = type(page)
    page.__class__ = AskingPage
    try:
        yield
    finally:
        page.__class__ = before
