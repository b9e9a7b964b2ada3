"""The pages of a site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pronghorn.model.observer import PAGE, PAGES, Observed
from pronghorn.model.page import Page


class Pages:
    """``site.pages``: iterating gives the pages, ordered by docname; ``pages[docname]`` gives one."""

    def __init__(self, observed: Observed) -> None:
        self._observed = observed
        self._pages: dict[str, Page] = {}
        self._sorted: list[str] | None = None

    def __getitem__(self, docname: str) -> Page:
        self._observed.hear(PAGE, docname)
        return self._pages[docname]

    def __iter__(self) -> Iterator[Page]:
        self._observed.hear(PAGES, "")
        return iter(self.listed())

    def listed(self) -> list[Page]:
        """Return all pages, ordered by docname, and tell nobody. For the engine."""
        if self._sorted is None:
            self._sorted = sorted(self._pages)
        return [self._pages[docname] for docname in self._sorted]

    def __len__(self) -> int:
        self._observed.hear(PAGES, "")
        return len(self._pages)

    def __contains__(self, item: object) -> bool:
        """Check whether a docname, or a page, is there."""
        name = item.docname if isinstance(item, Page) else item
        self._observed.hear(PAGE, str(name))
        return name in self._pages

    def __repr__(self) -> str:
        """Stay short: Sphinx formats the arguments of each event it emits."""
        return f"<Pages: {len(self._pages)}>"

    def add(self, page: Page) -> None:
        """Store *page* under its docname."""
        self._pages[page.docname] = page
        self._sorted = None

    def remove(self, docname: str) -> None:
        """Forget a page."""
        del self._pages[docname]
        self._sorted = None

    def clear(self) -> None:
        """Forget all pages."""
        self._pages.clear()
        self._sorted = None

    def find(self, name: str | Path) -> Page | None:
        """Find a page by its docname, or by the path of its source: absolute, or relative to the source directory."""
        text = name.as_posix() if isinstance(name, Path) else name.replace("\\", "/")
        self._observed.hear(PAGE, text)
        if text in self._pages:
            return self._pages[text]
        for page in self._pages.values():
            source = page.source
            if source is not None and text in {source.relpath, source.path.as_posix()}:
                return page
        return None

    def below(self, page: Page, *, recursive: bool) -> list[Page]:
        """Return the pages in the folder of *page*.

        A page ``posts/index``, or ``posts``, has those in ``posts/``; of a folder within, the index page stands
        for the folder, unless *recursive* asks for all.
        """
        folder = page.docname.removesuffix("index") if _is_index(page.docname) else page.docname + "/"
        found = [other for other in self if other.docname.startswith(folder) and other is not page]
        return [other for other in found if recursive or _is_direct(other.docname.removeprefix(folder))]


def _is_index(docname: str) -> bool:
    return docname == "index" or docname.endswith("/index")


def _is_direct(rest: str) -> bool:
    return "/" not in rest.removesuffix("/index")
