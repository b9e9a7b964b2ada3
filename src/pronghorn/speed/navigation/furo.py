"""The sidebar of the furo theme.

furo parses the whole navigation of each page as HTML and puts checkboxes into it. Here it does so once, with the
marked tree of the whole site.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pronghorn.seam.rows.navigation import FURO
from pronghorn.speed.navigation.tree import CLOSE, OPEN, UnsupportedTreeError

_ARGUMENTS = {"collapse": False, "titles_only": True, "maxdepth": -1, "includehidden": True}
"""How furo calls ``toctree()``."""

_KEY = "furo_navigation_tree"
_HAS_CHILDREN = re.compile(f' {OPEN}L\\d+{CLOSE} has-children"')
_ITEM_WITH_CHILDREN = re.compile(
    f'(?P<item> {OPEN}L(?P<number>\\d+){CLOSE} has-children">.*?)'
    r"(?P<box><input aria-label=(?:\"[^\"]*\"|'[^']*'))(?= class=\"toctree-checkbox\")",
    re.DOTALL,
)
_ITEM = re.compile(f'(?P<mark> {OPEN}L(?P<number>\\d+){CLOSE}(?: has-children)?)"')


def furo_marks(html: str) -> str:
    """Let furo change the rendered tree, and add marks for what it adds to current items.

    ``C3`` is where the checkbox of item 3 says that it is checked, ``P3`` where its class says that it is the page.

    :raises UnsupportedTreeError: furo does not change it as we know it.
    """
    marked = _without_cache(_transform())(html)
    n_branches = len(_HAS_CHILDREN.findall(marked))
    marked, n_boxes = _ITEM_WITH_CHILDREN.subn(f"\\g<item>\\g<box>{OPEN}C\\g<number>{CLOSE}", marked)
    marked, n_items = _ITEM.subn(f'\\g<mark>{OPEN}P\\g<number>{CLOSE}"', marked)
    if n_boxes != n_branches or n_items != len(re.findall(f"{OPEN}L", html)):
        raise UnsupportedTreeError("furo has another 'get_navigation_tree'")
    return marked


def _transform() -> Callable[[str], str]:
    function: Callable[[str], str] = FURO.of()
    return function


def _without_cache(transform: Callable[[str], str]) -> Callable[[str], str]:
    """Return furo's function without its cache, which would keep every page's navigation."""
    inner: Callable[[str], str] = getattr(transform, "__wrapped__", transform)
    return inner


def stock_sidebar(toctree: Callable[..., str], set_aside: Callable[[Callable[[], str]], str]) -> str:
    """Make furo's sidebar in its own way.

    :param set_aside: calls *toctree* so that it returns Sphinx's own navigation.
    """
    return _without_cache(_transform())(set_aside(lambda: toctree(**_ARGUMENTS)))


class FuroSidebar:
    """Answers furo's call of ``toctree()`` with nothing, and puts the sidebar in afterwards.

    On the first page, furo does everything itself: only if that is done in the way that we know, others are answered.

    :param set_aside: calls ``toctree()`` so that it returns Sphinx's own navigation.
    """

    def __init__(self, set_aside: Callable[[Callable[[], str]], str]) -> None:
        self._set_aside = set_aside
        self.is_known: bool | None = None
        """Whether furo makes its sidebar as we know it; None until it has made one."""
        self._toctree: Callable[..., str] = str
        self._made: str | None = None
        """What ``toctree()`` gave when furo called it; on later pages, nothing."""

    def begin(self, context: dict[str, Any]) -> None:
        """Stand between furo and ``toctree()`` while it changes the context of a page's template."""
        self._toctree = context["toctree"]
        self._made = None
        context["toctree"] = self._answer

    def _answer(self, **arguments: Any) -> str:
        if arguments != _ARGUMENTS or self._made is not None:
            return self._toctree(**arguments)
        self._made = "" if self.is_known else self._stock()
        return self._made

    def _stock(self) -> str:
        return self._set_aside(lambda: self._toctree(**_ARGUMENTS))

    def end(self, context: dict[str, Any], fast: Callable[[Callable[[], str]], str]) -> None:
        """Put the sidebar in.

        :param fast: gives the sidebar; it gets furo's own way to make it.
        """
        context["toctree"] = self._toctree
        if self.is_known is None:
            self.is_known = self._is_as_known(context)
            if self.is_known:
                made: str = context[_KEY]
                context[_KEY] = fast(lambda: made)
        elif self.is_known and self._made is not None:
            context[_KEY] = fast(lambda: stock_sidebar(self._toctree, self._set_aside))

    def _is_as_known(self, context: dict[str, Any]) -> bool:
        if self._made is None or _KEY not in context:
            return False
        try:
            expected = _transform()(self._made)  # which its cache has, if furo called it
        except Exception:  # noqa: BLE001 - whatever a changed furo raises, it has made its sidebar
            return False
        return bool(context[_KEY] == expected)
