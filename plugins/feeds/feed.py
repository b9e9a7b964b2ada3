"""What a feed says, whatever its format."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple
from urllib.parse import quote

from pronghorn import Page, Site

from .written import Body, body_of

EPOCH = datetime.fromtimestamp(0, UTC)
"""When a feed without pages was updated: a feed must say so, and the clock would make each build another one."""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Of(NamedTuple):
    """What a feed is of: the site, a taxonomy, or a term."""

    key: str = ""
    """The key of the taxonomy; empty for the site."""
    term: str = ""
    """The name of the term; empty for all terms."""
    slug: str = ""
    """What the term is called in URLs."""

    @property
    def folder(self) -> str:
        """The folder of its files, with a slash; empty for the site."""
        return "".join(f"{part}/" for part in (self.key, self.slug) if part)

    def title(self, site: Site) -> str:
        """Return the title of the feed."""
        title = site.config.plugins.feeds.title or " ".join(site.config.title.split())
        if not self.key:
            return str(title)
        return f"{title}: {self.term or site.taxonomies[self.key].plural}"

    def page_url(self, site: Site) -> str:
        """Return the URL of the page that shows what the feed has, relative to the site's root."""
        if not self.key:
            return ""
        taxonomy = site.taxonomies[self.key]
        return taxonomy[self.term].url if self.term else taxonomy.url


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in a feed."""

    id: str
    """What it is known by: its address, unless the page says ``feed_id``."""
    url: str
    """Its address."""
    title: str
    """Plain text."""
    date: datetime
    """With a time zone of whole minutes."""
    summary: str
    """Plain text; empty if there is nothing to say."""
    content: str
    """HTML; empty if only the summary is wanted."""
    authors: tuple[str, ...]
    """Their names; empty if it is the feed's author."""
    terms: tuple[str, ...]
    """The terms that it has in all taxonomies."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed."""

    url: str
    """Its own address."""
    page_url: str
    """The address of the page that it goes with."""
    title: str
    description: str
    author: str
    language: str
    """In the form of BCP 47: ``pt-BR``."""
    entries: tuple[Entry, ...]
    """The latest first."""

    @property
    def updated(self) -> datetime:
        """The latest date of its pages, never that of the build."""
        return self.entries[0].date if self.entries else EPOCH


def make_feed(site: Site, base: str, path: str, of: Of) -> Feed:
    """Collect what a feed says; pages must be written for their texts to be there.

    :param base: the address of the site, with a slash at its end.
    :param path: the feed's own file.
    """
    options = site.config.plugins.feeds
    return Feed(
        url=base + quote(path),
        page_url=base + quote(of.page_url(site)),
        title=clean(of.title(site)),
        description=clean(options.description),
        author=clean(options.author or Of().title(site)),
        language=site.config.language.replace("_", "-"),
        entries=tuple(_entry(site, base, page, is_full=options.content == "full") for page in pages_of(site, of)),
    )


def pages_of(site: Site, of: Of) -> list[Page]:
    """Find the pages of a feed, the latest first.

    :raises QueryError: if the options ask for a field that is misspelt.
    """
    options = site.config.plugins.feeds
    found = site.query(
        options.path or None,
        exclude=options.exclude or None,
        where=options.where or None,
        draft=False,
        sort="date",
        reverse=True,
    )
    if of.key:
        taxonomy = site.taxonomies[of.key]
        terms = [taxonomy[of.term]] if of.term else taxonomy.terms
        listed = {page.docname for term in terms for page in term.pages}
        found = [page for page in found if page.docname in listed]
    dated = itertools.takewhile(lambda page: page.date is not None, found)  # those without a date come last
    return list(itertools.islice(dated, options.limit or None))


def _entry(site: Site, base: str, page: Page, *, is_full: bool) -> Entry:
    metadata: Mapping[str, Any] = page.metadata or {}
    url = base + quote(page.url)
    body = body_of(site, page, url)
    return Entry(
        id=clean(str(metadata.get("feed_id") or url)),
        url=url,
        title=clean(page.title),
        date=_whole_minutes(page.date or EPOCH),
        summary=_summary(metadata, body),
        content=clean(body.html) if is_full else "",
        authors=_names(metadata.get("authors") or metadata.get("author")),
        terms=tuple(
            dict.fromkeys(clean(term.name) for key in site.taxonomies for term in site.taxonomies[key].terms_of(page))
        ),
    )


def _summary(metadata: Mapping[str, Any], body: Body) -> str:
    given = metadata.get("summary") or metadata.get("description")
    return clean(" ".join(str(given).split()) if given else body.paragraph)


def _names(given: Any) -> tuple[str, ...]:
    """Understand a list of names, or a text with commas: field lists know no other lists."""
    if isinstance(given, str):
        given = given.split(",")
    many = given if isinstance(given, Iterable) and not isinstance(given, Mapping) else []
    return tuple(name for one in many if (name := clean(str(one).strip())))


def _whole_minutes(date: datetime) -> datetime:
    """Put a moment into a time zone that feeds can say: local times of long ago differ from UTC by seconds, too."""
    offset = date.utcoffset() or timedelta()
    return date.replace(tzinfo=timezone(timedelta(minutes=offset // timedelta(minutes=1))))


def clean(text: str) -> str:
    """Leave out characters that XML cannot have."""
    return _NO_XML.sub("", text)


def rfc3339(date: datetime) -> str:
    """Return a date as Atom and JSON Feed have it."""
    return date.isoformat(timespec="seconds").replace("+00:00", "Z")
