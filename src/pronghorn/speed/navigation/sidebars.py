"""The sidebars that themes make of the navigation: made once, put in when the theme would make them."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from pronghorn.seam.capability import Capability
from pronghorn.seam.register import changed_among
from pronghorn.seam.rows.events import LISTENERS
from pronghorn.speed.navigation.fast import Navigation
from pronghorn.speed.navigation.furo import FuroSidebar
from pronghorn.speed.navigation.pydata import PydataSidebar


class Sidebars:
    """Stands in front of the themes that have such a sidebar."""

    def __init__(self, app: Sphinx) -> None:
        self._app = app
        self._navigation: Navigation | None = None
        self._furo: FuroSidebar | None = None
        self._is_furo_awaited = False
        self._toctree: object = None
        """The ``toctree()`` that Sphinx gave for the page at work."""

    def begin(self, navigation: Navigation | None) -> None:
        """Begin to write pages.

        :param navigation: makes the sidebars; without it, themes make them.
        """
        self._navigation = navigation
        self._furo = None
        if navigation is None or changed_among(Capability.SIDEBARS) is not None:
            return
        if "furo" in self._app.extensions:
            self._furo = FuroSidebar(navigation.set_aside)
        fast = lambda *args: navigation.pydata_sidebar(*args)  # noqa: E731, PLW0108 - what stands there by then
        listeners = LISTENERS.of(self._app.events)["html-page-context"]
        PydataSidebar(fast, self._is_stock, navigation.leave).listen(listeners)

    def note_toctree(self, context: dict[str, Any]) -> None:
        """Note what Sphinx has put into the context of a page's template, before extensions change it."""
        self._toctree = context.get("toctree")

    def _is_stock(self, context: dict[str, Any]) -> bool:
        """Check whether no extension has put a navigation of its own in the place of Sphinx's."""
        return self._toctree is not None and context.get("toctree") is self._toctree

    def before_furo(
        self, app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
    ) -> None:
        """Keep the furo theme from making its sidebar, which it does for each page from nothing.

        Unless another extension has put a navigation of its own in the place of Sphinx's.
        """
        del app, pagename, templatename, doctree
        is_known = self._furo is not None and self._furo.is_known is not False
        self._is_furo_awaited = is_known and self._is_stock(context)
        if self._furo is not None and self._is_furo_awaited:
            self._furo.begin(context)

    def after_furo(
        self, app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
    ) -> None:
        """Put in the sidebar of the furo theme."""
        del app, templatename, doctree
        furo, navigation = self._furo, self._navigation
        if furo is not None and navigation is not None and self._is_furo_awaited:
            furo.end(context, lambda stock: navigation.furo_sidebar(stock, pagename))
            if furo.is_known is False:
                navigation.leave("furo makes its sidebar in another way")
