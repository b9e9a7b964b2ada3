"""Checking what the cache gives: some pages are rendered all the same, and compared."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from itertools import zip_longest

from pronghorn.incremental.write.renderer import Rendered
from pronghorn.incremental.write.results import Body, Traces
from pronghorn.warnings import Reporter, WarningKind

_SHOWN_CHARS = 120


class WritingCheck:
    """Compares what the cache holds of a page with what rendering it gives now.

    What is found is an effect that nothing has recorded: such as a handler that keeps what it learns of one page in
    a variable of its module, and uses it for another one.

    :param share: of the pages taken from the cache, from 0 to 1.
    """

    def __init__(self, reporter: Reporter, share: float) -> None:
        self._reporter = reporter
        self._share = share

    def choose(self, docnames: Iterable[str]) -> list[str]:
        """Choose pages by chance, so that in time each has its turn."""
        if self._share <= 0:
            return []
        chance = random.SystemRandom()
        return sorted(docname for docname in docnames if chance.random() < self._share)

    def is_same(
        self, body: Body, page: Traces, rendered: Rendered, kept: Callable[[Iterable[bytes]], Mapping[bytes, bytes]]
    ) -> bool:
        """Compare; a difference is reported as an error.

        :param kept: gives what the cache holds by digest.
        """
        difference = _difference(body, page, rendered, kept)
        if difference is None:
            return True
        self._reporter.error(
            WarningKind.CACHE,
            f"the page cache holds something else of '{rendered.docname}' than rendering it gives: {difference}. It"
            " depends on something that is not recorded; what was rendered now is used. Find out which extension or"
            " plugin keeps something between pages, or switch the cache off (pronghorn_cache = False)",
            location=rendered.docname,
        )
        return False


def _difference(
    body: Body, page: Traces, rendered: Rendered, kept: Callable[[Iterable[bytes]], Mapping[bytes, bytes]]
) -> str | None:
    fresh = rendered.body
    assert fresh is not None  # noqa: S101 - both stages were rendered
    before, after = {**body.traces.files, **page.files}, {**fresh.traces.files, **rendered.page.files}
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            old = kept([before[name]]).get(before[name], b"") if name in before else b""
            return f"{name}, {_first_line_that_differs(old, rendered.contents.get(after.get(name, b''), b''))}"
    if (body.traces.messages, page.messages) != (fresh.traces.messages, rendered.page.messages):
        return "other warnings"
    if body.entry != fresh.entry:
        return "other words for the search"
    if body.images != fresh.images:
        return "other images"
    return None


def _first_line_that_differs(before: bytes, after: bytes) -> str:
    lines = zip_longest(before.split(b"\n"), after.split(b"\n"), fillvalue=b"")
    numbered = ((number, old, new) for number, (old, new) in enumerate(lines, start=1) if old != new)
    number, old, new = next(numbered, (0, b"", b""))
    return f"line {number}: {_shown(old, new)} instead of {_shown(new, old)}"


def _shown(line: bytes, other: bytes) -> str:
    """Return the part of a line that differs from *other*."""
    same = next((at for at, (a, b) in enumerate(zip(line, other, strict=False)) if a != b), 0)
    start = max(0, same - _SHOWN_CHARS // 4)
    return repr(line[start : start + _SHOWN_CHARS].decode(errors="replace"))
