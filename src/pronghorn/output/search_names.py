"""Names of pages in the search index.

The script in the browser makes a result's address from the page's name in the index, not from its URL: it
appends the suffix (``html``), or a slash (``dirhtml``). So the index must hold names that lead to the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sphinx.search import IndexBuilder

from pronghorn.model.url import Url
from pronghorn.seam.capability import Capability
from pronghorn.seam.internal import subclassed
from pronghorn.seam.register import changed_among
from pronghorn.seam.rows.search import FREEZE, LOAD, MAPPING, PRUNE, TITLE_MAPPING, TITLES


@dataclass(frozen=True, slots=True)
class SearchNames:
    """Turns docnames into names for the index and back."""

    urls: Mapping[str, Url]
    suffix: str
    is_dirhtml: bool

    def name_of(self, docname: str) -> str:
        """Return the name under which the browser's script finds the page."""
        url = self.urls.get(docname)
        if url is None:
            return docname
        if self.is_dirhtml:
            # The script drops a last "index/". A page that is a file takes what is appended as a query.
            name = url.link + "index" if url.link.endswith("/") or not url.link else url.link + "?"
        else:
            name = url.file.removesuffix(self.suffix) if url.file.endswith(self.suffix) else url.file + "?"
        return name.replace("%", "%25")  # the script takes the name for a part of a URL as it is

    def docnames(self) -> dict[str, str]:
        """Return the docname for each name."""
        return {self.name_of(docname): docname for docname in self.urls}


class _NamedIndex(IndexBuilder):
    """An index that is written with names, and read back into docnames."""

    pronghorn_names: SearchNames

    def freeze(self) -> dict[str, Any]:
        """Return the index as it is written."""
        frozen = super().freeze()
        frozen["docnames"] = tuple(self.pronghorn_names.name_of(docname) for docname in frozen["docnames"])
        return frozen

    def prune(self, docnames: Iterable[str]) -> None:
        """Remove the pages that are not in *docnames*, and the words that only they have."""
        kept = set(docnames)
        if TITLES.of(self).keys() <= kept:  # then no word has another page, and to look at each of them takes long
            with MAPPING.replaced({}, self), TITLE_MAPPING.replaced({}, self):
                super().prune(docnames)
            return
        super().prune(docnames)
        for mapping in (MAPPING.of(self), TITLE_MAPPING.of(self)):
            for word in [word for word, pages in mapping.items() if not pages]:
                del mapping[word]

    def load(self, stream: Any, format: Any) -> None:  # noqa: A002 - Sphinx's name for it
        """Read an index that an earlier build wrote."""
        if isinstance(format, str):
            format = self.formats[format]  # noqa: A001
        super().load(stream, _Renaming(format, self.pronghorn_names.docnames()))


class _Renaming:
    """A format whose index has docnames again."""

    def __init__(self, inner: Any, docnames: Mapping[str, str]) -> None:
        self._inner = inner
        self._docnames = docnames

    def load(self, stream: Any) -> Any:
        frozen = self._inner.load(stream)
        if isinstance(frozen, dict) and "docnames" in frozen:
            frozen["docnames"] = [self._docnames.get(name, name) for name in frozen["docnames"]]
        return frozen


def name_documents(indexer: IndexBuilder | None, names: SearchNames) -> None:
    """Make *indexer*, in place, write *names* for docnames; one of another class is left alone."""
    if type(indexer) is IndexBuilder and changed_among(Capability.SEARCH) is None:
        subclassed(indexer, _NamedIndex, (FREEZE, LOAD, PRUNE))
        vars(indexer)["pronghorn_names"] = names
