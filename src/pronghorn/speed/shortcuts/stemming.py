"""Stems of words, for the search index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from snowballstemmer.basestemmer import BaseStemmer  # type: ignore[import-untyped]

from pronghorn.seam.rows.shortcuts import BASE_STEMMER_STEM_WORD
from pronghorn.seam.shortcuts import Place, Shortcut

_WORDS = 1 << 15
"""So many are remembered; more take more memory than they save time."""


def _make() -> Mapping[Place, Callable[..., Any]]:
    """Make what stems each word once: Sphinx remembers stems too, but for the page it is at only."""
    stock: Callable[..., str] = BaseStemmer.stemWord
    remembered = lru_cache(maxsize=_WORDS)(stock)
    known: dict[type, bool] = {}

    def stem_word(self: Any, word: str) -> str:
        cls = type(self)
        if cls not in known:
            known[cls] = cls.__module__.startswith("snowballstemmer.")  # others may have a memory of their own
        return remembered(self, word) if known[cls] and type(word) is str else stock(self, word)

    return {(BaseStemmer, "stemWord"): stem_word}


STEMS = Shortcut(
    relies_on=(BASE_STEMMER_STEM_WORD,),
    make=_make,
)
