"""What each page contributes to the search index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sphinx.search import IndexBuilder

_MAPS = ("_titles", "_filenames", "_all_titles", "_index_entries", "_mapping", "_title_mapping")
_NUMBERS = ("_objtypes", "_objnames")


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
        """Give plain data, of which :meth:`from_json` makes the same."""
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
    """Tell whether an index keeps what pages contribute in the places that are filled here.

    Touches the maps of ``IndexBuilder``, from docname to titles and from word to a set of docnames.
    """
    if not isinstance(indexer, IndexBuilder) or type(indexer).feed is not IndexBuilder.feed:
        return False
    return all(type(getattr(indexer, name, None)) is dict for name in (*_MAPS, *_NUMBERS))


def make_blank(indexer: IndexBuilder) -> None:
    """Empty an index, which an earlier build in the same process may have filled."""
    for name in (*_MAPS, *_NUMBERS):
        vars(indexer)[name] = {}


@contextmanager
def collected(indexer: IndexBuilder | None) -> Iterator[list[SearchEntry]]:
    """Collect what a page contributes inside. It is not in the index afterwards; the list is filled then."""
    found: list[SearchEntry] = []
    if indexer is None:
        yield found
        return
    attributes = vars(indexer)
    before = {name: attributes[name] for name in _MAPS}
    attributes.update({name: {} for name in _MAPS})
    try:
        yield found
        found += _entries(indexer)
    finally:
        attributes.update(before)


def _entries(indexer: Any) -> Iterator[SearchEntry]:
    for docname, title in indexer._titles.items():  # noqa: SLF001 - see is_known
        yield SearchEntry(
            title,
            indexer._filenames[docname],  # noqa: SLF001
            [list(heading) for heading in indexer._all_titles[docname]],  # noqa: SLF001
            [list(entry) for entry in indexer._index_entries[docname]],  # noqa: SLF001
            [word for word, docnames in indexer._mapping.items() if docname in docnames],  # noqa: SLF001
            [word for word, docnames in indexer._title_mapping.items() if docname in docnames],  # noqa: SLF001
        )


def add_entry(indexer: Any, docname: str, entry: SearchEntry) -> None:
    """Put into the index what a page contributes, as ``IndexBuilder.feed`` does."""
    indexer._titles[docname] = entry.title  # noqa: SLF001 - see is_known
    indexer._filenames[docname] = entry.filename  # noqa: SLF001
    indexer._all_titles[docname] = [tuple(heading) for heading in entry.titles]  # noqa: SLF001
    indexer._index_entries[docname] = [tuple(index_entry) for index_entry in entry.index_entries]  # noqa: SLF001
    for mapping, words in ((indexer._mapping, entry.words), (indexer._title_mapping, entry.title_words)):  # noqa: SLF001
        for word in words:
            if word in mapping:
                mapping[word].add(docname)
            else:
                mapping[word] = {docname}
