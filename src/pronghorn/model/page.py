"""One page and its components."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Generic, TypeVar, overload

from pronghorn.model.content import Content
from pronghorn.model.dates import parse_date
from pronghorn.model.metadata import Metadata
from pronghorn.model.observer import METADATA, URL, Observed, kind_of_component
from pronghorn.model.publication import parse_flag
from pronghorn.model.source import Source
from pronghorn.model.toc import TocEntry
from pronghorn.signals import COMPONENT_SIGNALS, COMPONENTS, Signal, Signals

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Deferred:
    """A component that is made when it is first asked for."""

    make: Callable[[], object]


def _made(page: Page, slot: str) -> Any:
    value = getattr(page, slot)
    if isinstance(value, _Deferred):
        value = value.make()
        object.__setattr__(page, slot, value)
    return value


class _Component(Generic[Value]):
    """A component as an attribute: setting it emits ``<name>_created``, setting None ``<name>_removed``."""

    def __init__(self, name: str, *accepted: type) -> None:
        self._slot = "_" + name
        self._name = name
        self._kind = METADATA if name in {"metadata", "source"} else kind_of_component(name)
        self._accepted = accepted

    @overload
    def __get__(self, page: None, owner: type) -> _Component[Value]: ...
    @overload
    def __get__(self, page: Page, owner: type) -> Value | None: ...
    def __get__(self, page: Page | None, owner: type) -> Any:
        if page is None:
            return self
        page.observed.hear(self._kind, page.docname)
        return _made(page, self._slot)

    def __set__(self, page: Page, value: Value | None) -> None:
        if value is not None and self._accepted and not isinstance(value, self._accepted):
            wanted = " or ".join(kind.__name__ for kind in self._accepted)
            raise TypeError(f"page.{self._name} must be {wanted} or None, not {value!r}")
        page.change(self._name, value)


class Page:
    """A document of the site: a docname and its components.

    Components are plain values; a new value replaces the old one and is told to everybody who listens. Pages are
    made by the engine, or by ``site.make_page``.

    :ivar docname: the name Sphinx knows it by: ``posts/first``.
    :ivar cached: whether it was not read in this build, because nothing that it was made from has changed. False until
        all pages are read, since readers and processors make all components in each build; and while pages are written,
        since no page may show it.
    :ivar heading: the first heading of its source as it is written there, until Sphinx has read it; None if unknown.
    :ivar zone: the time zone of dates that say none.
    """

    __slots__ = (
        "_local",
        "_signals",
        "_url",
        "cached",
        "docname",
        "heading",
        "observed",
        "title_read",
        "zone",
        *("_" + name for name in COMPONENTS),
    )

    source = _Component[Source]("source", Source)
    """The file; None for a generated page."""
    metadata = _Component[Metadata]("metadata", Metadata)
    """What the page says about itself."""
    input = _Component[Content]("input", Content)
    """What a reader made of the source."""
    output = _Component[Content]("output", Content)
    """What a processor made of the input; None if Sphinx parses the source by itself."""
    toc = _Component[TocEntry]("toc", TocEntry)
    """Its table of contents, once the page is read."""
    taxonomy = _Component[Any]("taxonomy")
    """The taxonomy whose terms this page lists."""
    term = _Component[Any]("term")
    """The term whose pages this page lists."""

    def __init__(
        self, signals: Signals, docname: str, url: str, zone: tzinfo = UTC, observed: Observed | None = None
    ) -> None:
        self._signals = signals
        self.zone = zone
        self._local: dict[str, Signal] = {}
        self.docname = docname
        self.observed = observed or Observed()
        self._url = url
        self.cached = False
        self.heading: str | None = None
        self.title_read: str | None = None
        for name in COMPONENTS:
            setattr(self, "_" + name, None)

    def __repr__(self) -> str:
        """Stay short: Sphinx formats the arguments of each event it emits."""
        return f"<Page {self.docname}>"

    def __getattr__(self, name: str) -> Signal:
        if name not in COMPONENT_SIGNALS:
            raise AttributeError(f"a page has no attribute '{name}'")
        signal = self._local.get(name)
        if signal is None:
            signal = self._local[name] = self._signals.make_local(name)
        return signal

    @property
    def url(self) -> str:
        """Its URL relative to the site's root, unquoted: ``posts/first/``."""
        self.observed.hear(URL, self.docname)
        return self._url

    @url.setter
    def url(self, url: str) -> None:
        self._url = url

    @property
    def title(self) -> str:
        """The title: from the metadata, else as Sphinx read it, else the docname.

        Before Sphinx has read the page, it is the first heading of its source.
        """
        metadata = self.metadata
        given = metadata.get("title") if metadata is not None else None
        return str(given) if given is not None else self.title_read or self.heading or self.docname

    @property
    def date(self) -> datetime | None:
        """What the metadata say as ``date``, always with a time zone; None if they say nothing that is a date."""
        return self._date_of("date")

    @property
    def expires(self) -> datetime | None:
        """What the metadata say as ``expires``, always with a time zone; None if they say nothing that is a date."""
        return self._date_of("expires")

    def _date_of(self, field: str) -> datetime | None:
        metadata = self.metadata
        value = metadata.get(field) if metadata is not None else None
        try:
            return None if value is None else parse_date(value, self.zone)
        except ValueError:  # told when the page was visited
            return None

    @property
    def draft(self) -> bool:
        """Whether the metadata say ``draft: true``, or something there that is neither true nor false."""
        try:
            return parse_flag(self.metadata.get("draft") if self.metadata is not None else None)
        except ValueError:  # told when the page was visited; what may be a draft is not published by mistake
            return True

    def change(self, component: str, value: object) -> None:
        """Set a component and emit the signal for it; what component assignments do."""
        old = _made(self, "_" + component)
        object.__setattr__(self, "_" + component, value)
        if value is not None:
            self._emit(f"{component}_created", value)
        elif old is not None:
            self._emit(f"{component}_removed", old)

    def set_toc(self, make: Callable[[], TocEntry | None]) -> None:
        """Set the table of contents; for the engine. It is made when it is asked for, if nobody waits for it."""
        if "toc_created" in self._local or self._signals["toc_created"].is_heard:
            self.toc = make()
        else:
            self._toc = _Deferred(make)

    def _emit(self, name: str, value: object) -> None:
        local = self._local.get(name)
        if local is not None:
            local.emit(self, value)
        self._signals[name].emit(self, value)

    def update(self, components: Mapping[str, Any]) -> None:
        """Set several components by name.

        :raises TypeError: if a page has no such component.
        """
        for name, value in components.items():
            if name not in COMPONENTS:
                raise TypeError(f"a page has no component '{name}'; there are: {', '.join(COMPONENTS)}")
            setattr(self, name, value)
