"""Slugs: the parts of URLs that terms go by, never the same for two of them."""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable

_WORDS = {"+": " plus ", "#": " sharp "}
"""Signs that tell apart what is common: C, C++ and C#."""
_NO_WORD = re.compile(r"[\W_]+")
_MAX_BYTES = 120
"""With a suffix, and with what Sphinx adds, it is still short of what file systems allow."""
_DIGITS = 6
_RESERVED = frozenset({"", "index"})
"""Slugs that no term has: ``index`` is the page that lists the terms."""


def slugs_of(names: Iterable[str]) -> dict[str, str]:
    """Make a slug of its own for each name.

    Slugs are lower case, so that they differ on disks that know no case; they consist of letters, digits and
    hyphens. They depend on which names there are, never on their order. Of several names that would have the same
    slug, that which is most like it has it; the others have a digest of the name behind it. So a name that comes
    or goes changes only slugs of names like it.
    """
    alike: dict[str, list[str]] = defaultdict(list)
    for name in set(names):
        alike[_plain_slug(name)].append(name)
    first = {min(group, key=_likeness(slug)): slug for slug, group in alike.items() if _is_whole(slug)}
    slugs, taken = dict(first), set(first.values())
    for slug, group in sorted(alike.items()):
        for name in sorted(set(group) - first.keys()):
            slugs[name] = _free(slug, name, taken)
            taken.add(slugs[name])
    return slugs


def _plain_slug(name: str) -> str:
    """Return what can be read of a name."""
    text = "".join(_WORDS.get(character, character) for character in unicodedata.normalize("NFKC", name))
    folded = unicodedata.normalize("NFKC", text.casefold())
    return _NO_WORD.sub("-", folded).strip("-")


def _is_whole(slug: str) -> bool:
    """Check whether a slug can stand by itself."""
    return slug not in _RESERVED and len(slug.encode()) <= _MAX_BYTES


def _likeness(slug: str) -> Callable[[str], tuple[bool, bool, int, str]]:
    return lambda name: (name != slug, name.casefold() != slug, len(name), name)


def _free(slug: str, name: str, taken: set[str]) -> str:
    digest = hashlib.blake2b(name.encode("utf-8", errors="surrogatepass")).hexdigest()
    start = slug.encode()[:_MAX_BYTES].decode("utf-8", errors="ignore").rstrip("-") or "term"
    candidates = (f"{start}-{digest[:length]}" for length in itertools.count(_DIGITS))
    return next(candidate for candidate in candidates if candidate not in taken)
