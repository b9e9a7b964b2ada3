"""Names and styles of tokens in highlighted code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pygments.formatters import html  # type: ignore[import-untyped]
from pygments.formatters.html import HtmlFormatter  # type: ignore[import-untyped]
from pygments.style import StyleMeta  # type: ignore[import-untyped]
from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]

from pronghorn.sphinx_ext.shortcuts.installing import Place, Shortcut
from pronghorn.sphinx_ext.shortcuts.known import Known


def _make() -> Mapping[Place, Callable[..., Any]]:
    """Make what lists the tokens of each style once: Sphinx makes a formatter, which lists them, for each block."""
    stock, stock_class = HtmlFormatter._create_stylesheet, HtmlFormatter._get_css_class  # noqa: SLF001 - see STYLES
    known: dict[tuple[Any, ...], tuple[dict[Any, Any], dict[Any, Any]]] = {}

    def create_stylesheet(self: Any) -> None:
        is_usual = getattr(self._get_css_class, "__func__", None) is stock_class and type(self.style) is StyleMeta
        if not is_usual or type(self.classprefix) is not str:
            stock(self)
            return
        key = self.style, self.classprefix, len(STANDARD_TYPES)  # lexers may add to these when they are loaded
        if key not in known:
            stock(self)
            known[key] = self.ttype2class, self.class2style
        classes, styles = known[key]
        self.ttype2class, self.class2style = classes.copy(), styles.copy()

    return {(HtmlFormatter, "_create_stylesheet"): create_stylesheet}


STYLES = Shortcut(
    relies_on=(
        Known(
            HtmlFormatter,
            "_create_stylesheet",
            "self",
            "Token _get_css_class class2style format len style ttype2class webify",
        ),
        Known(HtmlFormatter, "_get_css_class", "self, ttype", "_get_ttype_class classprefix"),
        Known(html, "_get_ttype_class", "ttype", "STANDARD_TYPES get parent"),
        Known(html, "webify", "color", "len startswith upper"),
        Known(StyleMeta, "__iter__", "cls", "_styles style_for_token"),
        Known(StyleMeta, "style_for_token", "cls, token", "_ansimap _deprecated_ansicolors _styles ansicolors bool"),
    ),
    make=_make,
)
"""Touches how ``HtmlFormatter`` of Pygments lists the tokens of its style: if it did that in another way unnoticed,
tokens would have the classes of another style."""
