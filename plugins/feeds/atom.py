"""Atom, as RFC 4287 has it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from .elements import add, write
from .feed import Entry, Feed, rfc3339


def write_atom(feed: Feed) -> str:
    """Return a feed in Atom."""
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": feed.language})
    add(root, "id", feed.url)
    add(root, "title", feed.title)
    if feed.description:
        add(root, "subtitle", feed.description)
    add(root, "updated", rfc3339(feed.updated))
    add(add(root, "author"), "name", feed.author)
    add(root, "link", attributes={"rel": "self", "type": "application/atom+xml", "href": feed.url})
    add(root, "link", attributes={"rel": "alternate", "type": "text/html", "href": feed.page_url})
    for entry in feed.entries:
        _add_entry(root, entry)
    return write(root)


def _add_entry(root: ET.Element, entry: Entry) -> None:
    element = add(root, "entry")
    add(element, "id", entry.id)
    add(element, "title", entry.title)
    add(element, "published", rfc3339(entry.date))
    add(element, "updated", rfc3339(entry.date))
    for name in entry.authors:
        add(add(element, "author"), "name", name)
    for term in entry.terms:
        add(element, "category", attributes={"term": term})
    add(element, "link", attributes={"rel": "alternate", "type": "text/html", "href": entry.url})
    if entry.summary:
        add(element, "summary", entry.summary)
    if entry.content:
        add(element, "content", entry.content, {"type": "html"})
