"""The sidebar of pydata-sphinx-theme, and of themes that inherit from it, such as sphinx-book-theme.

On each page, the theme resolves and renders the tree of the site, or of a part of it, parses that as HTML, and folds
branches. Here its own function does so once for each tree, with marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

from pronghorn.seam.rows.navigation import PYDATA
from pronghorn.seam.shape import parameters_of
from pronghorn.speed.navigation.tree import CLOSE, OPEN, UnsupportedTreeError

_LISTENER = (PYDATA.module, PYDATA.name)
_FUNCTION = "generate_toctree_html"
_PARAMETERS = "kind, startdepth=1, show_nav_level=1, **kwargs"

_ITEM = re.compile(f" {OPEN}L(\\d+){CLOSE}")
_LIST = re.compile(f"{OPEN}U(\\d+){CLOSE}")
_TOKEN = re.compile(
    f'(?P<part><li class="toctree-l0[^"]*">)|(?P<item> {OPEN}L(?P<number>\\d+){CLOSE})|<details(?P<open>[^>]*)>'
)


def pydata_marks(html: str, level: int) -> str:
    """Let the theme change the rendered tree, and add marks for what it adds to current items.

    ``V3`` is where the class of item 3 says that it is active, ``D3`` where its details say that they are open, and
    ``E3`` where those of a part say so in whose list item 3 is the first.

    :param level: the level down to which everything is unfolded.
    """
    context: dict[str, Any] = {"toctree": lambda: html}
    PYDATA.of()(None, "", "", context, None)
    folded = str(context[_FUNCTION]("sidebar", startdepth=0, show_nav_level=level))
    if level == 0 and len(_ITEM.findall(folded)) != len(_ITEM.findall(html)):
        raise UnsupportedTreeError("the theme leaves out items that may be current")
    return "".join(_marked(folded))


def _marked(html: str) -> Iterator[str]:
    position, item = 0, ""
    for found in _TOKEN.finditer(html):
        if found["part"]:
            following = _LIST.search(html, found.end())
            item = f"E{following[1]}" if following else ""
        elif found["item"]:
            yield html[position : found.end()] + f"{OPEN}V{found['number']}{CLOSE}"
            position, item = found.end(), f"D{found['number']}"
        elif not item:
            raise UnsupportedTreeError("the theme folds its sidebar in another way")
        elif not found["open"]:
            yield html[position : found.end() - 1] + f"{OPEN}{item}{CLOSE}>"
            position = found.end()
    yield html[position:]


class PydataSidebar:
    """Stands in front of the theme's function in the templates.

    :param fast: gives the sidebar as HTML. It gets the theme's own way to make it, and the arguments of the function.
    :param is_stock: tells whether the context of a template has Sphinx's navigation, from which the sidebar is made.
    :param leave: told when the theme has changed.
    """

    def __init__(
        self, fast: Callable[..., str], is_stock: Callable[[dict[str, Any]], bool], leave: Callable[[str], None]
    ) -> None:
        self._fast = fast
        self._is_stock = is_stock
        self._leave = leave

    def listen(self, listeners: list[Any]) -> None:
        """Change the context right behind the theme, which looks at it then.

        :param listeners: those for ``html-page-context``, to be changed.
        """
        for place, listener in reversed(list(enumerate(listeners))):
            if (getattr(listener.handler, "__module__", ""), getattr(listener.handler, "__name__", "")) == _LISTENER:
                listeners.insert(place + 1, listener._replace(handler=self._change))

    def _change(self, _app: Any, pagename: str, _templatename: str, context: dict[str, Any], _doctree: Any) -> None:
        function: Any = context.get(_FUNCTION)
        if parameters_of(function) != _PARAMETERS:
            self._leave(f"the theme has another '{_FUNCTION}'")
            return

        def fold(kind: str, startdepth: int = 1, show_nav_level: int = 1, **arguments: Any) -> Any:
            soup = partial(function, kind, startdepth=startdepth, show_nav_level=show_nav_level, **arguments)
            is_usual = kind == "sidebar" and type(startdepth) is int and type(show_nav_level) is int
            if not is_usual or not self._is_stock(context):  # as it is now: listeners may have changed it since
                return soup()
            return Folded(self._fast(lambda: str(soup()), pagename, startdepth, show_nav_level, arguments), cache(soup))

        context[_FUNCTION] = fold


class Folded:
    """HTML as the theme gives it to templates: a soup, which is made only when a template looks into it."""

    def __init__(self, html: str, soup: Callable[[], Any]) -> None:
        self._html = html
        self._soup = soup

    def __str__(self) -> str:
        return self._html

    def __bool__(self) -> bool:
        return True

    def __len__(self) -> int:
        return len(self._soup())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._soup())

    def __getitem__(self, key: Any) -> Any:
        return self._soup()[key]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Find elements, as calling a soup does."""
        return self._soup()(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._soup(), name)
