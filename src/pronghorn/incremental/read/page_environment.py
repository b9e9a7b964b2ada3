"""The environment of one page, and what it shows of the site's."""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from sphinx.environment import BuildEnvironment

from pronghorn.incremental.read.initial_attributes import InitialAttributes
from pronghorn.observing.attributes import PLAIN
from pronghorn.observing.recorder import Recorder
from pronghorn.seam.environment import KNOWN
from pronghorn.seam.rows.documents import DOCNAMES


class FoundDocuments(AbstractSet[str]):
    """The set of all docnames, as one page sees it: what it asks for is noted.

    No ``set``, because Python copies those without asking.
    """

    def __init__(self, docnames: set[str], recorder: Recorder) -> None:
        self._docnames = docnames
        self._recorder = recorder

    def __contains__(self, docname: object) -> bool:
        self._recorder.note("document", str(docname))
        return docname in self._docnames

    def __iter__(self) -> Iterator[str]:
        self._recorder.note("documents")
        return iter(self._docnames)

    def __len__(self) -> int:
        self._recorder.note("documents")
        return len(self._docnames)

    @classmethod
    def _from_iterable(cls, it: Iterable[Any]) -> set[Any]:
        return set(it)

    def copy(self) -> set[str]:
        """Return all docnames."""
        return set(self)

    def difference(self, *others: Iterable[str]) -> set[str]:
        """Return all docnames but those in *others*."""
        return set(self).difference(*others)

    def union(self, *others: Iterable[str]) -> set[str]:
        """Return all docnames and those in *others*."""
        return set(self).union(*others)

    def intersection(self, *others: Iterable[str]) -> set[str]:
        """Return the docnames that are in *others* too."""
        return set(self).intersection(*others)


class AskingData(dict[str, Any]):
    """The data of a domain for one page; it is noted when the page looks at what is not a page's."""

    def __init__(self, own: Mapping[str, Any], startup: Mapping[str, Any], recorder: Recorder, domain: str) -> None:
        super().__init__({**own, **startup})
        self.startup = startup
        self._recorder = recorder
        self._domain = domain

    def _ask(self, name: str) -> None:
        if name in self.startup:
            self._recorder.note("env", f"{self._domain}:{name}")

    def __getitem__(self, name: str) -> Any:
        self._ask(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return data, or the default."""
        self._ask(name)
        return super().get(name, default)

    def setdefault(self, name: str, default: Any = None) -> Any:
        """Return data, and set it to the default if it is not there."""
        self._ask(name)
        return super().setdefault(name, default)


class PageEnvironment(BuildEnvironment):
    """An environment that holds one page: what is in its tables after reading is what the page contributes."""

    pronghorn_main: BuildEnvironment
    pronghorn_recorder: Recorder
    pronghorn_page_attributes: set[str]
    pronghorn_made_by_pages: set[str]
    pronghorn_initial: InitialAttributes
    pronghorn_emptied: dict[str, Any]
    """Containers of the site's environment that are empty while a page is read, and the page's own by that."""

    @property
    def found_docs(self) -> FoundDocuments:  # type: ignore[override]
        """All docnames of the site."""
        return FoundDocuments(DOCNAMES.of_itself(self.project), self.pronghorn_recorder)

    def __getattr__(self, name: str) -> Any:
        """Return what an extension has put on the environment of the site.

        Only asked for attributes that are not here.
        """
        if name.startswith(("__", "pronghorn_")) or name in KNOWN:
            raise AttributeError(name)
        # By getattr: a page whose doctree is gone is read while others are written, when these are kept elsewhere.
        value = getattr(self.pronghorn_main, name)
        if self.pronghorn_is_start(name):
            self.pronghorn_recorder.note("env", name)
            self.pronghorn_recorder.asked_by(sys._getframe(1))  # noqa: SLF001
            is_copied, own = self.pronghorn_initial.lend(name)
            if not is_copied:
                return value
        elif name in self.pronghorn_made_by_pages:
            raise AttributeError(name)  # to this page, none was before it
        elif name in self.pronghorn_emptied:
            own = self.pronghorn_emptied[name]
        else:
            own = empty_like(value)
        setattr(self, name, own)
        return own

    def pronghorn_is_start(self, name: str) -> bool:
        """Check whether something was in an attribute before the first page was read."""
        return name not in self.pronghorn_page_attributes or self.pronghorn_initial.has(name)


def empty_like(value: Any) -> Any:
    """Return an empty container of the same class."""
    emptied = copy.copy(value) if type(value) in PLAIN else copy.deepcopy(value)  # others may share what they hold
    try:
        emptied.clear()
    except AttributeError:
        return type(value)()
    return emptied
