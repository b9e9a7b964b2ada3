"""What is known of one page while pages are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.incremental.write.results import Body, Traces
from pronghorn.incremental.write.stored_results import Entry


@dataclass(slots=True)
class PageState:
    """What is known of one page so far."""

    docname: str
    doctree: bytes
    """Digest."""
    body: Body | None = None
    page: Traces | None = None
    reason: Reason | None = None
    """Why it has to be rendered."""
    entries: list[Entry] = field(default_factory=list)
    """What is to be kept of each stage."""
    dependencies: list[Mapping[Dependency, bytes]] = field(default_factory=list)
    """What each stage depends on, as far as it was looked at."""
    follows: list[Mapping[Dependency, bytes]] = field(default_factory=list)
    """What of that pages before it may change: it is looked at when the page's turn comes."""
    is_as_left: bool = False
    """Whether the page is as the last build has left it, so that nobody needs to look at it."""
    spoilt: str | None = None
    """Why what was rendered cannot be used another time, if it cannot."""

    def forget(self) -> None:
        """Forget what was found of it."""
        self.body, self.page, self.is_as_left = None, None, False
        self.dependencies.clear()

    def files(self) -> dict[str, bytes]:
        """Digests of all files that the page consists of."""
        return {name: digest for traces in self.traces() for name, digest in traces.files.items()}

    def contents(self) -> set[bytes]:
        """Digests of all that has to be in the store for the page to be made of it."""
        values = [digest for traces in self.traces() for digest in traces.stored_values().values()]
        return {*self.files().values(), *values, *([self.body.html] if self.body is not None else ())}

    def traces(self) -> list[Traces]:
        """Return what each stage has left, as far as it is known."""
        return [traces for traces in (self.body and self.body.traces, self.page) if traces]

    def seconds(self) -> float:
        """How long making it took."""
        return sum(traces.seconds for traces in self.traces())
