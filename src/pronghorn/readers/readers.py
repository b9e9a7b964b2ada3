"""The readers of a site: which files are pages, under which URL, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pronghorn.errors import Place, PluginError
from pronghorn.model.content import Content
from pronghorn.model.metadata import Metadata
from pronghorn.model.page import Page
from pronghorn.model.source import Source
from pronghorn.signals import PRIORITY
from pronghorn.supervisor import Supervisor, name_of_function, place_of_function
from pronghorn.warnings import WarningKind

UrlDeducer = Callable[[Source], str | None]
Condition = Callable[[Source], bool]
ReadFunction = Callable[[Page], Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """A condition, a URL deducer and a read function, and the plugin they belong to."""

    deduce_url: UrlDeducer | None
    condition: Condition | None
    read: ReadFunction | None
    priority: int
    owner: str


@dataclass(frozen=True, slots=True)
class DeducedUrl:
    """What a deducer returned, and whose it is."""

    given: object
    reader: Reader

    def giver(self, root: Path) -> str:
        """Name plugin, function, file and line, for messages; the file relative to *root*."""
        function = self.reader.deduce_url
        place = place_of_function(function) if function else None
        name = name_of_function(function) if function else ""
        return f"plugin '{self.reader.owner}': `{name}` ({place.below(root) if place else 'no source'})"


class ReaderList:
    """The readers, for the engine: the first one that matches a file wins, by ascending priority, then by order."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._readers: list[Reader] = []

    def __len__(self) -> int:
        return len(self._readers)

    def add(
        self, deduce_url: UrlDeducer | None, condition: Condition | None, read: ReadFunction | None, priority: int
    ) -> None:
        """Add a reader of the plugin at work."""
        reader = Reader(deduce_url, condition, read, priority, self._supervisor.owner)
        self._readers.append(reader)
        self._readers.sort(key=lambda r: r.priority)
        self._supervisor.on_unload(lambda: self._readers.remove(reader))

    def _matches(self, reader: Reader, source: Source) -> bool:
        if reader.condition is None:
            return True
        answer = self._supervisor.attempt(
            reader.owner, reader.condition, source, what="condition of a reader", location=Place(source.path)
        )
        return answer is not None and bool(answer[0])

    @property
    def can_claim(self) -> bool:
        """Check whether any reader has a condition."""
        return any(reader.condition is not None for reader in self._readers)

    def claims(self, source: Source) -> bool:
        """Check whether some reader's condition makes *source* a page."""
        return any(r.condition is not None and self._matches(r, source) for r in self._readers)

    def deduce(self, source: Source, *, conditional: bool = False) -> DeducedUrl | None:
        """Ask the first matching deducer for the URL of *source*; None if there is none, or it failed.

        :param conditional: ask only those that have a condition.
        """
        for reader in self._readers:
            deduce = reader.deduce_url
            if deduce is None or (conditional and reader.condition is None) or not self._matches(reader, source):
                continue
            answer = self._supervisor.attempt(
                reader.owner, deduce, source, what="URL deducer", location=Place(source.path)
            )
            if answer is None:
                return None
            if answer[0] is not None or reader.condition is not None:
                return DeducedUrl(answer[0], reader)
        return None

    def read(self, page: Page) -> None:
        """Let the matching read functions fill *page*, until one gave it an input."""
        for reader, read in self._reading(page):
            before = (page.metadata, page.input)
            answer = self._supervisor.attempt(reader.owner, read, page, what="reader", location=page.docname)
            if answer is not None:
                self._take(reader, page, answer[0], changed=(page.metadata, page.input) != before)
            if page.input is not None:
                return

    def _reading(self, page: Page) -> Iterator[tuple[Reader, ReadFunction]]:
        if page.source is None:
            return
        for reader in tuple(self._readers):
            if reader.read is not None and self._matches(reader, page.source):
                yield reader, reader.read

    def _take(self, reader: Reader, page: Page, given: Any, *, changed: bool) -> None:
        parts = given if isinstance(given, tuple) else () if given is None else (given,)
        for part in parts:
            if isinstance(part, Content):
                page.input = part
            elif isinstance(part, Metadata):
                page.metadata = part
            elif part is not None:
                self._complain(reader, page, f"returned {part!r}; it should return Content, Metadata, or both")
        if not parts and not changed:
            self._complain(
                reader, page, "returned nothing and set neither page.input nor page.metadata; is a `return` missing?"
            )

    def _complain(self, reader: Reader, page: Page, problem: str) -> None:
        function = reader.read
        at = place_of_function(function) if function else None
        where = f" ({at.below(self._supervisor.root)})" if at else ""
        name = name_of_function(function) if function else ""
        self._supervisor.reporter.warning(
            WarningKind.READER, f"plugin '{reader.owner}': reader `{name}`{where} {problem}", location=page.docname
        )


class Readers:
    """``site.readers``: the first reader that matches a file wins, by ascending priority, then by order."""

    def __init__(self, readers: ReaderList) -> None:
        self._readers = readers

    def __len__(self) -> int:
        return len(self._readers)

    def register_reader(
        self,
        deduce_url: UrlDeducer | None = None,
        condition: Condition | None = None,
        *,
        read: ReadFunction | None = None,
        priority: int = PRIORITY,
    ) -> None:
        """Say how files become pages.

        :param deduce_url: from the path of a file to its URL, such as ``posts/first``; None leaves it to the
            builder. A deducer without a condition may return None: the next one is asked.
        :param condition: which files; those it matches are pages, whatever their suffix. Without a condition the
            reader serves pages that are there anyway, and makes no file a page.
        :param read: from the page to a ``Content``, a ``Metadata``, or both as a tuple; or it sets ``page.input``
            and ``page.metadata`` itself and returns None. A reader that gives metadata alone leaves the body to
            Sphinx.
        :param priority: lower numbers are asked earlier.
        :raises PluginError: if an argument cannot be called, or nothing is given.
        """
        for title, function in (("deduce_url", deduce_url), ("condition", condition), ("read", read)):
            if function is not None and not callable(function):
                raise PluginError(f"register_reader: {title} must be a function, not {function!r}")
        if deduce_url is None and condition is None and read is None:
            raise PluginError("register_reader: give a URL deducer, a condition or a read function")
        self._readers.add(deduce_url, condition, read, priority)
