"""JSON Feed, version 1.1."""

from __future__ import annotations

import json
from typing import Any

from .feed import Entry, Feed, rfc3339


def write_json(feed: Feed) -> str:
    """Return a feed in JSON."""
    said: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page_url,
        "feed_url": feed.url,
        "description": feed.description,
        "language": feed.language,
        "authors": [{"name": feed.author}],
    }
    said = {key: value for key, value in said.items() if value}
    return json.dumps({**said, "items": [_item(entry) for entry in feed.entries]}, ensure_ascii=False, indent=2) + "\n"


def _item(entry: Entry) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "date_published": rfc3339(entry.date),
        "authors": [{"name": name} for name in entry.authors],
        "tags": list(entry.terms),
    }
    content = {"content_html": entry.content} if entry.content else {"content_text": entry.summary or entry.title}
    return {**{key: value for key, value in said.items() if value}, **content}
