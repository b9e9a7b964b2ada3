"""Answers to what pages ask of the site, while they are read or written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from pronghorn.cache.tracking.digests import digest_of_parts
from pronghorn.documents.unpublished import HIDDEN
from pronghorn.model.page import Page
from pronghorn.observing.recorder import Recorder
from pronghorn.observing.site_observers import WritingObserver
from pronghorn.observing.site_pages import add_pages
from pronghorn.observing.state import State
from pronghorn.observing.state_digests import short_digest
from pronghorn.observing.taxonomies import add_taxonomies
from pronghorn.queries.desk import QUERY
from pronghorn.site.site import Site

ANSWERS: Mapping[str, Callable[[Site, str], str]] = {
    QUERY: lambda site, name: site.state.queries.describe(name, site.clock.zone),
    HIDDEN: lambda site, docname: site.state.hidden.get(docname, ""),
    "now": lambda site, _name: site.clock.now.isoformat(),
}
"""What the answer is now, by the kind of the question."""


@contextmanager
def noted_site(site: Site, recorder: Recorder, state: State) -> Iterator[None]:
    """Make *site*, its pages and taxonomies tell *recorder* what is read; *state* answers what it is now."""
    add_pages(site.pages, state)
    add_taxonomies(site.collected, state)
    with site.observed.telling(WritingObserver(recorder)):
        yield


def add_answers(site: Site, state: State) -> None:
    """Make *state* answer what is asked of *site*."""
    for kind in ANSWERS:
        state.add(kind, partial(_digest, site, kind))


def _digest(site: Site, kind: str, name: str) -> bytes:
    return short_digest(ANSWERS[kind](site, name).encode("utf-8", "surrogatepass"))


def digest_metadata(site: Site, docname: str, digest_value: Callable[[object], bytes]) -> bytes:
    """Digest what a page can learn of another one before that is read, but for its URL."""
    page = site.pages.find(docname)
    if page is None:
        return b""
    texts = f"{page.title}\0{page.date}\0{page.expires}\0{_file_of(page)}".encode(errors="surrogatepass")
    return digest_of_parts(texts, digest_value(dict(page.metadata or {})))


def digest_all_metadata(site: Site, digest_value: Callable[[object], bytes]) -> bytes:
    """Digest what a page can learn of all others before they are read."""
    digest = hashlib.sha256()
    for page in site.pages:
        metadata = digest_value(dict(page.metadata or {}))
        shown = f"{page.docname}\0{page.url}\0{page.title}\0{page.date}\0{_file_of(page)}\0"
        digest.update(shown.encode(errors="surrogatepass") + metadata)
    return digest.digest()


def _file_of(page: Page) -> str:
    return page.source.relpath if page.source is not None else ""
