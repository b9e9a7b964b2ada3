"""Names and styles of tokens in highlighted code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pygments.formatters.html import HtmlFormatter  # type: ignore[import-untyped]
from pygments.style import StyleMeta  # type: ignore[import-untyped]
from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]

from pronghorn.seam.rows.shortcuts import (
    GET_TTYPE_CLASS,
    HTML_FORMATTER_CREATE_STYLESHEET,
    HTML_FORMATTER_GET_CSS_CLASS,
    STYLE_META_ITER,
    STYLE_META_STYLE_FOR_TOKEN,
    WEBIFY,
)
from pronghorn.seam.shortcuts import Place, Shortcut


def _make() -> Mapping[Place, Callable[..., Any]]:
    """Make what lists the tokens of each style once: Sphinx makes a formatter, which lists them, for each block."""
    stock, stock_class = HTML_FORMATTER_CREATE_STYLESHEET.of(), HTML_FORMATTER_GET_CSS_CLASS.of()
    known: dict[tuple[Any, ...], tuple[dict[Any, Any], dict[Any, Any]]] = {}

    def create_stylesheet(self: Any) -> None:
        of_class = getattr(HTML_FORMATTER_GET_CSS_CLASS.of(self), "__func__", None)
        is_usual = of_class is stock_class and type(self.style) is StyleMeta
        if not is_usual or type(self.classprefix) is not str:
            stock(self)
            return
        key = self.style, self.classprefix, len(STANDARD_TYPES)  # lexers may add to these when they are loaded
        if key not in known:
            stock(self)
            known[key] = self.ttype2class, self.class2style
        classes, styles = known[key]
        self.ttype2class, self.class2style = classes.copy(), styles.copy()

    return {(HtmlFormatter, HTML_FORMATTER_CREATE_STYLESHEET.name): create_stylesheet}


STYLES = Shortcut(
    relies_on=(
        HTML_FORMATTER_CREATE_STYLESHEET,
        HTML_FORMATTER_GET_CSS_CLASS,
        GET_TTYPE_CLASS,
        WEBIFY,
        STYLE_META_ITER,
        STYLE_META_STYLE_FOR_TOKEN,
    ),
    make=_make,
)
