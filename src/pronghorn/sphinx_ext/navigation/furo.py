"""The sidebar of the furo theme.

furo parses the whole navigation of each page as HTML and puts checkboxes into it. Here it does so once, with the
marked tree of the whole site.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from typing import Any

from pronghorn.sphinx_ext.navigation.tree import CLOSE, OPEN

_ARGUMENTS = {"collapse": False, "titles_only": True, "maxdepth": -1, "includehidden": True}
"""How furo calls ``toctree()``."""

_KEY = "furo_navigation_tree"
_ITEM_WITH_CHILDREN = re.compile(
    f'(?P<item> {OPEN}L(?P<number>\\d+){CLOSE} has-children">.*?)'
    r"(?P<box><input aria-label=(?:\"[^\"]*\"|'[^']*'))(?= class=\"toctree-checkbox\")",
    re.DOTALL,
)
_ITEM = re.compile(f'(?P<mark> {OPEN}L(?P<number>\\d+){CLOSE}(?: has-children)?)"')


def furo_marks(html: str) -> str:
    """Let furo change the rendered tree, and add marks for what it adds to current items.

    ``C3`` is where the checkbox of item 3 says that it is checked, ``P3`` where its class says that it is the page.
    """
    transform = _transform()
    marked = transform(html)
    marked = _ITEM_WITH_CHILDREN.sub(f"\\g<item>\\g<box>{OPEN}C\\g<number>{CLOSE}", marked)
    return _ITEM.sub(f'\\g<mark>{OPEN}P\\g<number>{CLOSE}"', marked)


def _transform() -> Callable[[str], str]:
    """Give furo's function without its cache, which would keep every page's navigation."""
    function = importlib.import_module("furo.navigation").get_navigation_tree
    inner: Callable[[str], str] = getattr(function, "__wrapped__", function)
    return inner


class FuroSidebar:
    """Answers furo's call of ``toctree()`` with nothing, and puts the sidebar in afterwards.

    :param context: the context of the page's template.
    """

    def __init__(self, context: dict[str, Any]) -> None:
        self._context = context
        self._toctree: Callable[..., str] = context["toctree"]
        self._was_asked = False
        context["toctree"] = self._answer

    def _answer(self, **arguments: Any) -> str:
        if arguments == _ARGUMENTS and not self._was_asked:
            self._was_asked = True
            return ""
        return self._toctree(**arguments)

    def finish(self, fast: Callable[[Callable[[], str]], str]) -> None:
        """Put the sidebar in, if furo asked for it.

        :param fast: gives the sidebar; it gets furo's own way to make it.
        """
        self._context["toctree"] = self._toctree
        if self._was_asked and _KEY in self._context:
            self._context[_KEY] = fast(lambda: _transform()(self._toctree(**_ARGUMENTS)))
