"""RSS 2.0, with the authors of Dublin Core, and whole texts as the content module has them."""

from __future__ import annotations

import html
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from .elements import add, write
from .feed import Entry, Feed

_SPACES = {
    "xmlns:atom": "http://www.w3.org/2005/Atom",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
}


def write_rss(feed: Feed) -> str:
    """Return a feed in RSS."""
    root = ET.Element("rss", {"version": "2.0", **_SPACES})
    channel = add(root, "channel")
    add(channel, "title", feed.title)
    add(channel, "link", feed.page_url)
    add(channel, "description", feed.description or feed.title)
    add(channel, "language", feed.language.lower())
    if feed.entries:
        add(channel, "lastBuildDate", format_datetime(feed.updated))
    add(channel, "atom:link", attributes={"rel": "self", "type": "application/rss+xml", "href": feed.url})
    for entry in feed.entries:
        _add_item(channel, entry, feed.author)
    return write(root)


def _add_item(channel: ET.Element, entry: Entry, author: str) -> None:
    item = add(channel, "item")
    add(item, "title", entry.title)
    add(item, "link", entry.url)
    add(item, "guid", entry.id, {"isPermaLink": "true" if entry.id == entry.url else "false"})
    add(item, "pubDate", format_datetime(entry.date))
    for name in entry.authors or [author]:
        add(item, "dc:creator", name)
    for term in entry.terms:
        add(item, "category", term)
    if entry.summary:
        add(item, "description", html.escape(entry.summary, quote=False))  # readers take it for HTML
    if entry.content:
        add(item, "content:encoded", entry.content)
