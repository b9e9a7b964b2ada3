"""Reading pages in a process of their own, which tells whether extensions keep something from one page to the next.

An extension that does not say whether its pages may be read in any process may remember what it has seen. Whether it
does is observed: pages are read in order, in a process that is given up, and what the extension has in memory is
compared before and after each. As long as nothing changes, what was read is what Sphinx would have read. At the first
page that leaves something behind, this process knows nothing of it yet, and reads that page and those after it as
Sphinx does.
"""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.util.parallel import parallel_available

from pronghorn.seam.rows.events import LISTENERS
from pronghorn.sphinx_ext.caching.reading.contribution import Contribution, lay_in
from pronghorn.sphinx_ext.caching.reading.extension_memory import ExtensionMemory
from pronghorn.sphinx_ext.caching.reading.isolation import Isolation
from pronghorn.sphinx_ext.caching.reading.pages import FreshPage, PageReader
from pronghorn.sphinx_ext.caching.workers import in_workers

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Trace:
    """What an extension keeps from one page to the next."""

    docname: str
    """The page that leaves it; empty if it is there before the first one, or cannot be looked into."""
    kept: str
    """What it is."""
    is_shared: bool = False
    """Whether it is in the environment: the page itself contributes it, and only those after it can see it."""

    def reaches(self, docname: str) -> bool:
        """Check whether a page is to be read where the extension remembers."""
        return docname > self.docname if self.is_shared else docname >= self.docname


def first_of(traces: Iterable[Trace]) -> Trace | None:
    """Return the trace that reaches most pages; None if there is none."""
    return min(traces, key=lambda trace: (trace.docname, trace.is_shared), default=None)


class SeparateReading:
    """Reads pages in a process of their own, up to the first one that leaves something behind.

    :param memory: of the extensions that do not say that they are safe.
    """

    def __init__(self, app: Sphinx, reader: PageReader, isolation: Isolation, memory: ExtensionMemory) -> None:
        self._app = app
        self._reader = reader
        self._isolation = isolation
        self._memory = memory
        self._merged: set[str] = set()
        """Attributes of the environment that extensions which say that they are safe merge."""
        self._trace: Trace | None = None
        self._has_begun = False

    def read(
        self, docnames: Sequence[str], keep: Callable[[Sequence[FreshPage]], list[Item]]
    ) -> tuple[list[Item], Trace | None]:
        """Read pages in order.

        :param keep: is given some pages at a time, in the process that has read them.
        :return: what *keep* made of those that leave nothing behind, and what the first other one leaves.
        """
        if not parallel_available:
            return [], Trace("", "something (this system cannot start a process to find out)")
        found: list[Item] = []
        for items, trace in in_workers(docnames, 1, lambda share: self._read_some(share, keep), self._progress):
            found += items
            self._trace = self._trace or trace
        return found, self._trace

    def _progress(self, shares: Sequence[Sequence[str]]) -> Iterator[object]:
        return itertools.takewhile(lambda _: self._trace is None, self._reader.progress(shares))

    def _read_some(
        self, docnames: Sequence[str], keep: Callable[[Sequence[FreshPage]], list[Item]]
    ) -> tuple[list[Item], Trace | None]:
        if not self._has_begun:
            self._begin()
        pages = list(self._read_untraced(docnames))
        return keep(pages), self._trace

    def _begin(self) -> None:
        self._has_begun = True
        self._reader.is_separate = True
        closed = self._memory.look() or self._unmerged_domain()
        if closed:
            self._trace = Trace("", closed)

    def _unmerged_domain(self) -> str:
        for name, domain in self._app.env.domains.items():
            if type(domain).merge_domaindata is Domain.merge_domaindata:
                return f"the data of the domain '{name}', which it does not merge"
        return ""

    def _read_untraced(self, docnames: Sequence[str]) -> Iterator[FreshPage]:
        for docname in docnames:
            if self._trace is not None:
                return
            try:
                page = self._reader.read_page(docname)
            except (Exception, SystemExit, KeyboardInterrupt) as error:  # noqa: BLE001 - it is raised where it belongs
                self._trace = Trace(docname, f"what made it fail ({type(error).__name__})")
                return
            kept = self._memory.change()
            if kept:
                self._trace = Trace(docname, kept)
                return
            shared = self.shared_by(page.contribution)
            if shared:
                self._trace = Trace(docname, shared, is_shared=True)
            yield page

    def shared_by(self, contribution: Contribution) -> str:
        """Name what a page puts into the environment and only these extensions know how to merge; empty if nothing."""
        for name in contribution.domains:
            if self._memory.is_own(type(self._app.env.domains[name]).__module__):
                return f"env.domaindata[{name!r}]"
        unknown = [name for name in contribution.attributes if name not in self._merged]
        for name in unknown:
            if not self._is_merged(name, contribution):
                return f"env.{name}"
            self._merged.add(name)
        return ""

    def _is_merged(self, name: str, contribution: Contribution) -> bool:
        """Check whether an extension which says that it is safe merges an attribute: by having it done."""
        other, target = self._isolation.env, BuildEnvironment(self._app)
        self._isolation.reset()
        lay_in(contribution, other, self._isolation.starts.filled)
        is_lent, start = self._isolation.starts.lend(name)
        if is_lent:
            setattr(target, name, start)
        for listener in LISTENERS.of(self._app.events).get("env-merge-info", ()):
            if not self._memory.is_own(getattr(listener.handler, "__module__", None)):
                try:
                    listener.handler(self._app, target, [*contribution.tables["all_docs"]], other)
                except Exception:  # noqa: BLE001 - it expects what a real environment has: then it is not known
                    return False
        return hasattr(target, name) and _is_equal(getattr(target, name), getattr(other, name))


def _is_equal(one: Any, other: Any) -> bool:
    try:
        return bool(one == other) or pickle.dumps(one) == pickle.dumps(other)
    except Exception:  # noqa: BLE001 - whatever the classes of an extension make of it
        return False
