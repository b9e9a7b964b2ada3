"""URLs of pages: relative to the site's root, without a leading slash."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from pronghorn.errors import UrlError

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
_MAX_PART_BYTES = 255  # what file systems allow
_ILLEGAL = '?#"<>|*:'


@dataclass(frozen=True, slots=True)
class Url:
    """A page's URL and the file it is written to, both unquoted."""

    link: str
    """What links say: ``posts/first/`` or ``about.html``; empty for the home page."""
    file: str
    """The file below the output directory: ``posts/first/index.html`` or ``about.html``."""


def parse_url(given: object, suffix: str = ".html") -> Url:
    """Understand what a URL deducer returned.

    A URL is pretty unless its last part ends in ``.html``, ``.htm`` or the builder's *suffix*: a dot alone makes
    no file of ``v1.2``.

    :raises UrlError: if it is not a string, leaves the output directory, or has parts that no file can have.
    """
    if given is None:
        raise UrlError("None is not a URL; is a `return` missing, or its condition too wide?")
    if not isinstance(given, str):
        raise UrlError(f"a URL is a string, not {given!r}")
    text = given.replace("\\", "/").strip()
    if _SCHEME.match(text) or text.startswith("//"):
        raise UrlError(f"{given!r} is not a URL within the site: give a path such as 'posts/first'")
    if _CONTROL.search(text) or any(character in text for character in _ILLEGAL):
        raise UrlError(f"{given!r} has characters that cannot stand in a page's URL (control, or one of {_ILLEGAL})")
    path = text.removeprefix("/")
    parts = path.removesuffix("/").split("/") if path.removesuffix("/") else []
    if ".." in parts:
        raise UrlError(f"{given!r} leaves the output directory")
    if any(part in {"", "."} or part != part.strip() for part in parts):
        raise UrlError(f"{given!r} has an empty part, '.', or blanks at the ends of a part")
    if any(not _is_file_name(part) for part in parts):
        raise UrlError(f"{given!r} has a part that is longer than {_MAX_PART_BYTES} bytes, or is not text")
    clean = "/".join(parts)
    if not path.endswith("/") and posixpath.splitext(clean)[1].lower() in {".html", ".htm", suffix}:
        directory, name = posixpath.split(clean)
        if name == "index" + suffix:
            return Url(directory + "/" if directory else "", clean)
        return Url(clean, clean)
    return Url(clean + "/" if clean else "", posixpath.join(clean, "index" + suffix))


def _is_file_name(part: str) -> bool:
    try:
        return len(part.encode()) <= _MAX_PART_BYTES
    except UnicodeEncodeError:
        return False


def docname_of_url(url: Url, suffix: str = ".html") -> str:
    """Return the docname of a generated page at *url*: ``tags/python`` for ``tags/python/``, ``index`` for the root."""
    return url.link.removesuffix("/").removesuffix(suffix) or "index"
