"""Feeds of the latest pages: Atom, RSS 2.0 and JSON Feed, for the site, for taxonomies and for terms.

Load it, and say where the site is served: feeds have whole addresses::

    # conf.py
    html_baseurl = "https://example.org/"
    pronghorn_plugins_enabled = ["feeds"]
    pronghorn_plugins = {"feeds": {"formats": ["atom", "rss", "json"], "path": ["posts/**"], "taxonomies": ["tags"]}}

Pages with a ``date`` are in the feeds, the latest first; drafts never are. The feeds of the site are ``atom.xml``,
``rss.xml`` and ``feed.json``, that of a term is ``tags/spices/atom.xml``. Pages lead feed readers to them.
"""

from __future__ import annotations

import difflib
import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pronghorn import Artifact, Page, Site

from .atom import write_atom
from .feed import Of, make_feed, pages_of
from .json_feed import write_json
from .rss import write_rss
from .written import marked

__version__ = "1.0"

PRIORITY = 900
"""After all pages are made."""

FORMATS = {
    "atom": ("atom.xml", "application/atom+xml", write_atom),
    "rss": ("rss.xml", "application/rss+xml", write_rss),
    "json": ("feed.json", "application/feed+json", write_json),
}
"""The name of the file, its type, and what writes it, by what the options call the format."""

CONTENTS = ("summary", "full")
BUILDERS = ("html", "dirhtml")


@dataclass
class FeedOptions:
    """The plugin's table."""

    formats: list[str] = field(default_factory=lambda: ["atom"])
    """Which feeds to make: ``atom``, ``rss``, ``json``."""
    path: list[str] = field(default_factory=list)
    """Patterns of the pages that are in feeds, as in queries; none: all pages that have a date."""
    exclude: list[str] = field(default_factory=list)
    """Patterns of pages that are not."""
    where: str = ""
    """Values of fields that pages must have, as in queries: ``author = Ann; tags = salt``."""
    taxonomies: list[str] = field(default_factory=list)
    """Keys of the taxonomies that have feeds of their own, as have all their terms."""
    limit: int = 20
    """How many pages a feed has at most; 0: all."""
    content: str = "summary"
    """What a feed has of a page: ``summary``, or its ``full`` text."""
    title: str = ""
    """The title of the feeds; that of the site if it is empty."""
    description: str = ""
    """What the feeds are about."""
    author: str = ""
    """The author of pages that name none; the title of the site if it is empty."""

    def check(self) -> None:
        """Check what types do not tell.

        :raises ValueError: if a value cannot be used.
        """
        for name, values, known in (("formats", self.formats, FORMATS), ("content", [self.content], CONTENTS)):
            for value in values:
                if value not in known:
                    raise ValueError(f"feeds: '{name}' knows no '{value}'; there are: {', '.join(known)}")
        if self.limit < 0:
            raise ValueError("feeds: 'limit' is 0 or more")


class Feeds:
    """All feeds of a site."""

    def __init__(self, site: Site, options: FeedOptions) -> None:
        self._site = site
        self._options = options
        self._declared: dict[Of, list[tuple[str, Artifact]]] = {}

    def declare_all(self, site: Site) -> None:
        """Declare the files, if the builder has a place for them, and the site an address."""
        self._declared.clear()
        builder = site.app.builder
        if builder.name not in BUILDERS:
            return
        problem = _problem(site.config.url, builder.out_suffix, builder.link_suffix)
        if problem:
            site.log.warning("there are no feeds: %s", problem)
            return
        base = site.config.url.removesuffix("/") + "/"
        pages_of(site, Of())  # so that a misspelt field is told once, and not for each file
        for of in self._all():
            self._declared[of] = [
                (FORMATS[name][1], declare(site, base, of.folder + FORMATS[name][0], of, name))
                for name in dict.fromkeys(self._options.formats)
            ]

    def _all(self) -> Iterator[Of]:
        yield Of()
        for key in self._options.taxonomies:
            if key not in self._site.taxonomies:
                near = difflib.get_close_matches(key, self._site.taxonomies, n=1)
                hint = f"; did you mean '{near[0]}'?" if near else ""
                self._site.log.warning("the option 'taxonomies' names '%s', and there is none%s", key, hint)
                continue
            taxonomy = self._site.taxonomies[key]
            yield Of(key)
            yield from (Of(key, term.name, term.slug) for term in taxonomy.terms)

    def show(self, page: Page, context: dict[str, Any]) -> None:
        """Lead from a page to the feeds, and mark its text for them."""
        if not self._declared:
            return
        links = [self._links(page, of) for of in dict.fromkeys((_own(page), Of())) if of in self._declared]
        context["metatags"] = context.get("metatags", "") + "".join(links)
        if page.date is not None and not page.draft:
            context["body"] = marked(context.get("body", ""))

    def _links(self, page: Page, of: Of) -> str:
        title = html.escape(of.title(self._site))
        return "".join(
            f'\n<link rel="alternate" type="{type_}" title="{title}" href="{html.escape(artifact.url_from(page))}">'
            for type_, artifact in self._declared[of]
        )


def _problem(address: str, suffix: str, link_suffix: str) -> str:
    """Say why there can be no feeds, and the way out; nothing if there can be."""
    parts = urlsplit(address)
    if not (parts.scheme and parts.netloc):
        return "they need the address of the site. Set html_baseurl in conf.py, such as 'https://example.org/docs/'"
    if link_suffix != suffix:  # then no plugin can make files
        return "html_link_suffix is another suffix than that of files. Use the plugin pretty_urls in its place"
    return ""


def _own(page: Page) -> Of:
    """Say what the feed of a page is of: of its term, of its taxonomy, or else of the site."""
    if page.term is not None:
        return Of(page.term.taxonomy.key, page.term.name, page.term.slug)
    return Of(page.taxonomy.key) if page.taxonomy is not None else Of()


def declare(site: Site, base: str, path: str, of: Of, name: str) -> Artifact:
    """Declare the file of one feed.

    It is made when all pages are written. It keeps plain values only, so that it is not made again if nothing has
    changed.
    """
    key, term, slug = of

    @site.sub_artifact(path)
    def feed() -> str:
        return FORMATS[name][2](make_feed(site, base, path, Of(key, term, slug)))

    return feed


def register_plugin(site: Site) -> None:
    """Declare the table, make feeds when all pages are known, and lead to them."""
    options = site.config.update_plugin_table("feeds", FeedOptions())
    options.check()
    feeds = Feeds(site, options)
    site.signals.processors_finished.connect(feeds.declare_all, priority=PRIORITY)
    site.signals.page_rendering.connect(feeds.show)
