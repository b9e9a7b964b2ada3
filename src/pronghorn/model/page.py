"""One page and its components."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from operator import attrgetter
from typing import Any, Generic, Self, TypeVar, overload

from pronghorn.model.content import Content
from pronghorn.model.dates import parse_date
from pronghorn.model.flags import parse_flag
from pronghorn.model.metadata import Metadata
from pronghorn.model.observer import METADATA, URL, Observed, kind_of_component
from pronghorn.model.source import Source
from pronghorn.model.toc import TocEntry
from pronghorn.signal_table import Signal, SignalTable
from pronghorn.signals import COMPONENT_SIGNALS, COMPONENTS

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Deferred:
    """A component that is made when it is first asked for."""

    make: Callable[[], object]


@dataclass(slots=True, eq=False)
class PageState:
    """What there is of a page in one build; for the engine, which fills it and is not observed."""

    signals: SignalTable
    docname: str
    url: str
    zone: tzinfo = UTC
    """The time zone of dates that say none."""
    observed: Observed = field(default_factory=Observed)
    cached: bool = False
    heading: str | None = None
    """The first heading of its source as it is written there, until Sphinx has read it; None if unknown."""
    title_read: str | None = None
    """The title as Sphinx has read it."""
    components: dict[str, Any] = field(default_factory=dict)
    local: dict[str, Signal] = field(default_factory=dict)
    """The signals that are heard for this page only, by name."""
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.page = Page(self)

    def component(self, name: str) -> Any:
        """Return a component; None if there is none."""
        value = self.components.get(name)
        if isinstance(value, _Deferred):
            value = self.components[name] = value.make()
        return value

    def change(self, name: str, value: object) -> None:
        """Set a component and emit the signal for it."""
        old = self.component(name)
        self.components[name] = value
        if value is not None:
            self._emit(f"{name}_created", value)
        elif old is not None:
            self._emit(f"{name}_removed", old)

    def _emit(self, name: str, value: object) -> None:
        local = self.local.get(name)
        if local is not None:
            local.emit(self.page, value)
        self.signals.emit(name, self.page, value)

    def signal(self, name: str) -> Signal:
        """Return a signal that is heard for this page only."""
        signal = self.local.get(name)
        if signal is None:
            signal = self.local[name] = self.signals.make_local(name)
        return signal

    def take_read(self, title: str | None, make_toc: Callable[[], TocEntry | None]) -> None:
        """Take up what Sphinx has read. The table of contents is made when it is asked for, if nobody waits for it."""
        self.title_read, self.heading = title, None
        if "toc_created" in self.local or self.signals.is_heard("toc_created"):
            self.page.toc = make_toc()
        else:
            self.components["toc"] = _Deferred(make_toc)


_state_of: Callable[[Page], PageState] = attrgetter("_state")


class _Component(Generic[Value]):
    """A component as an attribute: setting it emits ``<name>_created``, setting None ``<name>_removed``."""

    def __init__(self, name: str, *accepted: type) -> None:
        self._name = name
        self._kind = METADATA if name in {"metadata", "source"} else kind_of_component(name)
        self._accepted = accepted

    @overload
    def __get__(self, page: None, owner: type) -> Self: ...
    @overload
    def __get__(self, page: Page, owner: type) -> Value | None: ...
    def __get__(self, page: Page | None, owner: type) -> Any:
        if page is None:
            return self
        state = _state_of(page)
        state.observed.hear(self._kind, state.docname)
        return state.component(self._name)

    def __set__(self, page: Page, value: Value | None) -> None:
        if value is not None and self._accepted and not isinstance(value, self._accepted):
            wanted = " or ".join(kind.__name__ for kind in self._accepted)
            raise TypeError(f"page.{self._name} must be {wanted} or None, not {value!r}")
        _state_of(page).change(self._name, value)


class Page:
    """A document of the site: a docname and its components.

    Components are plain values; a new value replaces the old one and is told to everybody who listens. Pages are
    made by the engine, or by ``site.make_page``.

    :ivar docname: the name Sphinx knows it by: ``posts/first``.
    """

    __slots__ = ("_state", "docname")

    docname: str

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

    def __init__(self, state: PageState) -> None:
        self._state = state
        self.docname = state.docname

    def __repr__(self) -> str:
        """Stay short: Sphinx formats the arguments of each event it emits."""
        return f"<Page {self.docname}>"

    def __getattr__(self, name: str) -> Signal:
        if name not in COMPONENT_SIGNALS:
            raise AttributeError(f"a page has no attribute '{name}'")
        return self._state.signal(name)

    @property
    def url(self) -> str:
        """Its URL relative to the site's root, unquoted: ``posts/first/``."""
        self._state.observed.hear(URL, self.docname)
        return self._state.url

    @property
    def cached(self) -> bool:
        """Whether it was not read in this build, because nothing that it was made from has changed.

        False until all pages are read, since readers and processors make all components in each build; and while pages
        are written, since no page may show it.
        """
        return self._state.cached

    @property
    def title(self) -> str:
        """The title: from the metadata, else as Sphinx read it, else the docname.

        Before Sphinx has read the page, it is the first heading of its source.
        """
        metadata = self.metadata
        given = metadata.get("title") if metadata is not None else None
        return str(given) if given is not None else self._state.title_read or self._state.heading or self.docname

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
            return None if value is None else parse_date(value, self._state.zone)
        except ValueError:  # told when the page was visited
            return None

    @property
    def draft(self) -> bool:
        """Whether the metadata say ``draft: true``, or something there that is neither true nor false."""
        try:
            return parse_flag(self.metadata.get("draft") if self.metadata is not None else None)
        except ValueError:  # told when the page was visited; what may be a draft is not published by mistake
            return True

    def update(self, components: Mapping[str, Any]) -> None:
        """Set several components by name.

        :raises TypeError: if a page has no such component.
        """
        for name, value in components.items():
            if name not in COMPONENTS:
                raise TypeError(f"a page has no component '{name}'; there are: {', '.join(COMPONENTS)}")
            setattr(self, name, value)
