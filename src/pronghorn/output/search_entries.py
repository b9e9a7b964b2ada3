"""What each page contributes to the search index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from sphinx.search import IndexBuilder

from pronghorn.seam.rows.search import (
    ALL_TITLES,
    FEED,
    FILENAMES,
    INDEX_ENTRIES,
    MAPPING,
    OBJECT_NAMES,
    OBJECT_TYPES,
    TITLE_MAPPING,
    TITLES,
)

_MAPS = (TITLES, FILENAMES, ALL_TITLES, INDEX_ENTRIES, MAPPING, TITLE_MAPPING)
_NUMBERS = (OBJECT_TYPES, OBJECT_NAMES)


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """What one page contributes: plain data, as JSON gives it back."""

    title: str
    filename: str
    titles: list[Any]
    """All headings, each with its id, or None."""
    index_entries: list[Any]
    words: list[str]
    """Stems, each once."""
    title_words: list[str]

    def to_json(self) -> list[Any]:
        """Return plain data, of which :meth:`from_json` makes the same."""
        return [self.title, self.filename, self.titles, self.index_entries, self.words, self.title_words]

    @classmethod
    def from_json(cls, data: Any) -> SearchEntry:
        """Make it of what :meth:`to_json` gave.

        :raises ValueError: if that is something else.
        """
        title, filename, *lists = data
        if not (type(title) is type(filename) is str and all(type(one) is list for one in lists)):
            raise ValueError("no entry of the search index")
        titles, index_entries, words, title_words = lists
        if set(map(type, words)) | set(map(type, title_words)) > {str}:
            raise ValueError("no words")
        return cls(title, filename, titles, index_entries, words, title_words)


def is_known(indexer: object) -> bool:
    """Check whether an index keeps what pages contribute in the places that are filled here."""
    if not isinstance(indexer, IndexBuilder) or not FEED.is_stock_in(indexer):
        return False
    return all(type(place.find(indexer)) is dict for place in (*_MAPS, *_NUMBERS))


def make_blank(indexer: IndexBuilder) -> None:
    """Empty an index, which an earlier build in the same process may have filled."""
    for place in (*_MAPS, *_NUMBERS):
        place.put(indexer, {})


@contextmanager
def collected(indexer: IndexBuilder | None) -> Iterator[list[SearchEntry]]:
    """Collect what a page contributes inside. It is not in the index afterwards; the list is filled then."""
    found: list[SearchEntry] = []
    if indexer is None:
        yield found
        return
    with ExitStack() as stack:
        for place in _MAPS:
            stack.enter_context(place.replaced({}, indexer))
        yield found
        found += _entries(indexer)


def _entries(indexer: Any) -> Iterator[SearchEntry]:
    titles, filenames, all_titles, index_entries, mapping, title_mapping = (place.of(indexer) for place in _MAPS)
    for docname, title in titles.items():
        yield SearchEntry(
            title,
            filenames[docname],
            [list(heading) for heading in all_titles[docname]],
            [list(entry) for entry in index_entries[docname]],
            [word for word, docnames in mapping.items() if docname in docnames],
            [word for word, docnames in title_mapping.items() if docname in docnames],
        )


def add_entry(indexer: Any, docname: str, entry: SearchEntry) -> None:
    """Put into the index what a page contributes, as ``IndexBuilder.feed`` does."""
    titles, filenames, all_titles, index_entries, mapping, title_mapping = (place.of(indexer) for place in _MAPS)
    titles[docname] = entry.title
    filenames[docname] = entry.filename
    all_titles[docname] = [tuple(heading) for heading in entry.titles]
    index_entries[docname] = [tuple(index_entry) for index_entry in entry.index_entries]
    for words_of, words in ((mapping, entry.words), (title_mapping, entry.title_words)):
        for word in words:
            if word in words_of:
                words_of[word].add(docname)
            else:
                words_of[word] = {docname}
