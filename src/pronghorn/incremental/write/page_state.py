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
    is_as_left: bool = False
    """Whether the page is as the last build has left it, so that nobody needs to look at it."""
    spoilt: str | None = None
    """Why what was rendered cannot be used another time, if it cannot."""

    def files(self) -> dict[str, bytes]:
        """Digests of all files that the page consists of."""
        found = [traces.files for traces in (self.body and self.body.traces, self.page) if traces]
        return {name: digest for files in found for name, digest in files.items()}

    def contents(self) -> set[bytes]:
        """Digests of all that has to be in the store for the page to be made of it."""
        return {*self.files().values(), *([self.body.html] if self.body is not None else ())}

    def seconds(self) -> float:
        """How long making it took."""
        return sum(traces.seconds for traces in (self.body and self.body.traces, self.page) if traces)
