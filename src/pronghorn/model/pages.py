"""The pages of a site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pronghorn.model.observer import PAGE, PAGES, Observed
from pronghorn.model.page import Page, PageState


class PageSet:
    """The pages of one build, for the engine: nobody is told what is read here. Iterating goes by docname."""

    def __init__(self) -> None:
        self._states: dict[str, PageState] = {}
        self._sorted: list[PageState] | None = None

    def __iter__(self) -> Iterator[PageState]:
        if self._sorted is None:
            self._sorted = [self._states[docname] for docname in sorted(self._states)]
        return iter(self._sorted)

    def __len__(self) -> int:
        return len(self._states)

    def __contains__(self, docname: object) -> bool:
        return docname in self._states

    def __getitem__(self, docname: str) -> PageState:
        return self._states[docname]

    def listed(self) -> list[Page]:
        """Return all pages, ordered by docname."""
        return [state.page for state in self]

    def add(self, state: PageState) -> None:
        """Store a page under its docname."""
        self._states[state.docname] = state
        self._sorted = None

    def remove(self, docname: str) -> None:
        """Forget a page."""
        del self._states[docname]
        self._sorted = None

    def find(self, name: str) -> Page | None:
        """Find a page by its docname, or by the path of its source: absolute, or relative to the source directory."""
        if name in self._states:
            return self._states[name].page
        for state in self._states.values():
            source = state.component("source")
            if source is not None and name in {source.relpath, source.path.as_posix()}:
                return state.page
        return None


class Pages:
    """``site.pages``: iterating gives the pages, ordered by docname; ``pages[docname]`` gives one."""

    def __init__(self, current: Callable[[], PageSet], observed: Observed) -> None:
        self._current = current
        self._observed = observed

    def __getitem__(self, docname: str) -> Page:
        self._observed.hear(PAGE, docname)
        return self._current()[docname].page

    def __iter__(self) -> Iterator[Page]:
        self._observed.hear(PAGES, "")
        return iter(self._current().listed())

    def __len__(self) -> int:
        self._observed.hear(PAGES, "")
        return len(self._current())

    def __contains__(self, item: object) -> bool:
        """Check whether a docname, or a page, is there."""
        name = item.docname if isinstance(item, Page) else item
        self._observed.hear(PAGE, str(name))
        return name in self._current()

    def __repr__(self) -> str:
        """Stay short: Sphinx formats the arguments of each event it emits."""
        return f"<Pages: {len(self._current())}>"

    def find(self, name: str | Path) -> Page | None:
        """Find a page by its docname, or by the path of its source: absolute, or relative to the source directory."""
        text = name.as_posix() if isinstance(name, Path) else name.replace("\\", "/")
        self._observed.hear(PAGE, text)
        return self._current().find(text)


def subpages(pages: Pages, page: Page, *, recursive: bool) -> list[Page]:
    """Return the pages in the folder of *page*.

    A page ``posts/index``, or ``posts``, has those in ``posts/``; of a folder within, the index page stands
    for the folder, unless *recursive* asks for all.
    """
    folder = page.docname.removesuffix("index") if _is_index(page.docname) else page.docname + "/"
    found = [other for other in pages if other.docname.startswith(folder) and other is not page]
    return [other for other in found if recursive or _is_direct(other.docname.removeprefix(folder))]


def _is_index(docname: str) -> bool:
    return docname == "index" or docname.endswith("/index")


def _is_direct(rest: str) -> bool:
    return "/" not in rest.removesuffix("/index")
