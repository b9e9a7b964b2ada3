"""Finding what the store has of pages, as a whole at first, and of single pages when their turn comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.tracking.digests import digest_of_parts
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.incremental.write.keys import Keys
from pronghorn.incremental.write.ledger import WrittenFrom
from pronghorn.incremental.write.observation import Observation
from pronghorn.incremental.write.page_state import PageState
from pronghorn.incremental.write.reasons import reason_of_dependency
from pronghorn.incremental.write.results import Body, decode_page
from pronghorn.incremental.write.stored_results import Check, Found
from pronghorn.observing.attributes import ATTRIBUTE


class PageFinder:
    """Finds the results of both stages of pages.

    What extensions keep on the environment may change from page to page. So it is looked at when a page's turn comes,
    and what the page has left there is put there then: pages after it find what they would had it been rendered.
    """

    def __init__(self, observed: Observation, keys: Keys, written_from: WrittenFrom) -> None:
        self._observed = observed
        self._keys = keys
        self._written_from = written_from
        self._stored = observed.stored
        self._attributes = observed.stages.observers.attributes

    def find(self, pages: Sequence[PageState]) -> None:
        """Find out what can be taken from the store, if it can at its turn, and what has to be rendered."""
        self._find_bodies(pages, self._attributes.is_followed)
        self._find_pages(pages)

    def find_in_turn(self, page: PageState) -> None:
        """Find out about a page that cannot stay as it is when its turn comes."""
        page.forget()
        page.reason = None
        self._find_bodies([page], lambda _one: False)
        self._find_pages([page])
        if page.reason is None:
            self.is_passed(page)

    def begin(self, page: PageState) -> None:
        """Forget the first stage of a page that is to be rendered if it is another by now, or leaves something.

        What it leaves is put there while it is rendered, and only then.
        """
        if page.body is not None and (page.body.traces.left or self._first_change(page.follows[0], {}) is not None):
            page.forget()

    def is_passed(self, page: PageState) -> bool:
        """Put there what a page has left; False, and nothing is there but a reason, if it cannot stay as it is."""
        if page.is_as_left:
            return not self._attributes.has_changed
        left: dict[str, bytes] = {}
        now: dict[Dependency, bytes] = {}
        for follows, traces in zip(page.follows, page.traces(), strict=True):
            change = self._first_change(follows, now)
            if change is not None:
                page.reason = reason_of_dependency(change)
                return False
            now.update((Dependency(ATTRIBUTE, name), digest) for name, (digest, _) in traces.left.items())
            left.update((name, packed) for name, (_, packed) in traces.left.items())
        page.reason = None if self.put(left) else Reason("damaged")
        return page.reason is None

    def _first_change(self, follows: Mapping[Dependency, bytes], now: Mapping[Dependency, bytes]) -> Dependency | None:
        current = self._observed.state.current
        changed = (one for one, digest in follows.items() if (now[one] if one in now else current(one)) != digest)
        return next(changed, None)

    def put(self, left: dict[str, bytes]) -> bool:
        """Put values there by their digests in the store; False, and nothing is done, if some are gone."""
        if not left:
            return True
        contents = self._stored.contents(filter(None, left.values()))
        is_there = all(digest in contents for digest in left.values() if digest)
        return is_there and self._attributes.put({name: contents.get(digest, b"") for name, digest in left.items()})

    def _find_bodies(self, pages: Sequence[PageState], but: Check) -> None:
        found = self._stored.find({page.docname: self.key_of_body(page) for page in pages}, but=but)
        for page in pages:
            one = found[page.docname]
            page.body = Body.decode(one.result) if one.result is not None else None
            page.follows = [one.follows]
            if page.body is not None and one.manifest is not None:
                self._observed.resolved[page.docname] = one.manifest.dependencies
                page.dependencies.append(one.manifest.dependencies)
            else:
                page.reason = self._reason(page, one, self._keys.bodies)

    def _find_pages(self, pages: Sequence[PageState]) -> None:
        keys = {page.docname: self.key_of_page(page, page.body) for page in pages if page.body}
        found = self._stored.find(keys, but=self._attributes.is_followed)
        for page in pages:
            if page.docname not in found:
                continue
            one = found[page.docname]
            page.page = decode_page(one.result) if one.result is not None else None
            page.follows.append(one.follows)
            if page.page is not None and one.manifest is not None:
                page.dependencies.append(one.manifest.dependencies)
            else:
                page.reason = self._reason(page, one, self._keys.pages)

    def key_of_body(self, page: PageState) -> bytes:
        """Return the key of a page's first stage."""
        return digest_of_parts(self._keys.of_bodies, page.docname.encode(), page.doctree)

    def key_of_page(self, page: PageState, body: Body) -> bytes:
        """Return the key of a page's second stage."""
        return digest_of_parts(self._keys.of_pages, page.docname.encode(), body.seen_by_page())

    def keys_of(self, page: PageState) -> set[bytes]:
        """Return the keys of both stages; one that nothing has if there is no result of the first."""
        return {self.key_of_body(page), self.key_of_page(page, page.body)} if page.body else {b""}

    def _reason(self, page: PageState, found: Found, parts: dict[str, bytes]) -> Reason:
        if found.change is not None:
            return reason_of_dependency(found.change)
        return self._written_from.reason(page.docname, parts, page.doctree)
