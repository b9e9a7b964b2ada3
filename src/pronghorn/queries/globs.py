"""Patterns of docnames and paths, as in toctrees: ``*`` stays within a folder, ``**`` does not."""

from __future__ import annotations

import functools
import re

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]]*\]|.", re.DOTALL)
_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@functools.lru_cache(maxsize=256)
def compile_glob(pattern: str) -> re.Pattern[str]:
    """Make a regular expression of a pattern; to be matched in full.

    :raises ValueError: if it is none.
    """
    try:
        return re.compile("".join(map(_translated, _TOKEN.findall(pattern.removeprefix("/")))), re.DOTALL)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a pattern: {error}") from error


def _translated(token: str) -> str:
    if token in _WILD:
        return _WILD[token]
    if len(token) > 1:  # a choice of characters
        inner = token[1:-1].replace("\\", "\\\\")
        return f"[^/{inner[1:]}]" if inner.startswith("!") else f"[{inner}]"
    return re.escape(token)
