"""Publishing: pages that are not published are no documents, unless drafts are shown."""

from __future__ import annotations

from pronghorn.errors import Place
from pronghorn.model.metadata import Metadata
from pronghorn.model.page import Page
from pronghorn.model.publication import Drafts, flaws_of, why_unpublished
from pronghorn.readers.places import place_of_key
from pronghorn.site.site import Site
from pronghorn.warnings import WarningKind


class Publisher:
    """Looks through the pages of one visit, and hides what is not published."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._checked: dict[str, Metadata | None] = {}

    def hide(self) -> None:
        """Hide what is not published, of all pages that are new or have other metadata than the last time."""
        if self._site.drafts is Drafts.IGNORE:
            return
        for page in self._site.pages:
            if page.docname not in self._checked or self._checked[page.docname] is not page.metadata:
                self._checked[page.docname] = page.metadata
                self._report_flaws(page)
                self._hide_unpublished(page)

    def _hide_unpublished(self, page: Page) -> None:
        reason = why_unpublished(page, self._site.clock.now) if self._site.drafts is Drafts.HIDE else ""
        if not reason:
            return
        if page.docname == self._site.root_docname:
            self._warn(page, "draft", f"the site's first page {reason}; it is shown all the same, or there is no site")
        else:
            self._site.state.hide(page, reason)

    def _report_flaws(self, page: Page) -> None:
        for field, flaw in flaws_of(page, self._site.clock.zone):
            outcome = "the page is taken for a draft" if field == "draft" else f"the page goes on without its {field}"
            self._warn(page, field, f"'{field}': {flaw}; {outcome}")

    def _warn(self, page: Page, field: str, message: str) -> None:
        place: Place | str = place_of_key(page.source, field) if page.source is not None else page.docname
        self._site.supervisor.reporter.warning(WarningKind.METADATA, message, location=place)
