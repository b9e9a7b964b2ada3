"""What the two stages of writing a page give: as the store keeps it, and as the writer uses it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Self

from pronghorn.cache.tracking.digests import DIGEST_BYTES, digest_of_parts
from pronghorn.documents.messages import Message
from pronghorn.output.search_entries import SearchEntry

_BAD = (AttributeError, KeyError, RecursionError, TypeError, ValueError)
"""What reading data of another shape raises."""


@dataclass(slots=True)
class Traces:
    """What each stage leaves besides its result proper."""

    files: dict[str, bytes] = field(default_factory=dict)
    """Digests of the files it wrote, by path below the output directory."""
    messages: list[Message] = field(default_factory=list)
    """Warnings and errors."""
    seconds: float = 0.0
    left: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    """What it left on the environment, by attribute: digests of the value, and of the value as it is in the store."""

    def to_json(self) -> list[Any]:
        """Return plain data."""
        files = {path: digest.hex() for path, digest in self.files.items()}
        left = {name: [digest.hex() for digest in digests] for name, digests in self.left.items()}
        return [files, [message.to_tuple() for message in self.messages], round(self.seconds, 4), left]

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Make it of what :meth:`to_json` gave; other data raises one of several errors."""
        files, messages, seconds, changed = data
        left = {name: (bytes.fromhex(digest), bytes.fromhex(packed)) for name, (digest, packed) in changed.items()}
        digests = {path: bytes.fromhex(digest) for path, digest in files.items()}
        if any(len(digest) != DIGEST_BYTES or type(path) is not str for path, digest in digests.items()):
            raise ValueError("no files")
        return cls(digests, [Message.from_tuple(values) for values in messages], float(seconds), left)

    def stored_values(self) -> dict[str, bytes]:
        """Return the digests of what it left on the environment as it is in the store."""
        return {name: packed for name, (_, packed) in self.left.items() if packed}


@dataclass(slots=True)
class Body:
    """The result of the first stage: the page without what is around it."""

    html: bytes
    """Digest of the HTML, in UTF-8."""
    metatags: str
    more: dict[str, Any]
    """What Sphinx adds to the context of the page's template: plain data."""
    images: dict[str, str]
    """Names in the output by source file."""
    entry: SearchEntry | None
    """None if the page is not to be found."""
    traces: Traces

    def to_json(self) -> list[Any]:
        """Return plain data."""
        entry = None if self.entry is None else self.entry.to_json()
        traces = self.traces.to_json()
        return [self.html.hex(), self.metatags, self.more, list(self.images.items()), entry, traces]

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Make it of what :meth:`to_json` gave; other data raises one of several errors."""
        html, metatags, more, images, entry, traces = data
        digest, pairs = bytes.fromhex(html), dict(images)
        found = None if entry is None else SearchEntry.from_json(entry)
        is_sound = type(metatags) is str and type(more) is dict and len(digest) == DIGEST_BYTES
        if not is_sound or not set(map(type, [*pairs, *pairs.values()])) <= {str}:
            raise ValueError("no body")
        return cls(digest, metatags, more, pairs, found, Traces.from_json(traces))

    def encode(self) -> bytes:
        """Return the bytes that :meth:`decode` understands."""
        return json.dumps(self.to_json(), separators=(",", ":")).encode()

    @classmethod
    def decode(cls, data: bytes) -> Self | None:
        """Understand what :meth:`encode` gave; None for anything else."""
        try:
            return cls.from_json(json.loads(data))
        except _BAD:
            return None

    def seen_by_page(self) -> bytes:
        """Digest what the second stage is made from."""
        more = json.dumps([self.metatags, self.more, list(self.images.items())], sort_keys=True)
        return digest_of_parts(self.html, more.encode())


def encode_page(traces: Traces) -> bytes:
    """Return the bytes that :func:`decode_page` understands: the result of the second stage is its files."""
    return json.dumps(traces.to_json(), separators=(",", ":")).encode()


def decode_page(data: bytes) -> Traces | None:
    """Understand what :func:`encode_page` gave; None for anything else."""
    try:
        return Traces.from_json(json.loads(data))
    except _BAD:
        return None


def is_plain(value: object) -> bool:
    """Check whether JSON gives *value* back as it is."""
    try:
        return bool(json.loads(json.dumps(value)) == value) and _has_plain_types(value)
    except _BAD:
        return False


def _has_plain_types(value: object) -> bool:
    if type(value) is dict:
        return all(type(key) is str and _has_plain_types(item) for key, item in value.items())
    if type(value) is list:
        return all(map(_has_plain_types, value))
    return type(value) in (str, int, float, bool, type(None))
