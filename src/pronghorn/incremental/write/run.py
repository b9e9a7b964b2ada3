"""One run through all pages: what can be left as it is, what is restored, what is rendered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Any, TypeVar

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.locale import __
from sphinx.util.display import status_iterator

from pronghorn.cache.plan.keeping import Phase
from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.documents.messages import give
from pronghorn.incremental.losses import note_losses
from pronghorn.incremental.write.additional_pages import AdditionalPages
from pronghorn.incremental.write.build import Build
from pronghorn.incremental.write.checking import WritingCheck
from pronghorn.incremental.write.finding import PageFinder
from pronghorn.incremental.write.keys import Keys
from pronghorn.incremental.write.last_results import LastResults
from pronghorn.incremental.write.ledger import WrittenFrom
from pronghorn.incremental.write.observation import Observation
from pronghorn.incremental.write.page_state import PageState
from pronghorn.incremental.write.renderer import Rendered
from pronghorn.incremental.write.results import encode_page
from pronghorn.incremental.write.stored_results import Entry
from pronghorn.observing.attributes import ATTRIBUTE
from pronghorn.observing.state import State
from pronghorn.output.search_entries import add_entry
from pronghorn.speed.garbage import collected_by_page
from pronghorn.speed.navigation.fast import CHECKED_PAGES
from pronghorn.speed.workers import can_share, in_workers

Item = TypeVar("Item")

_BATCH = 100
"""So many pages are written to the output at once."""


class Run:
    """Goes through all pages, in sorted order."""

    def __init__(
        self,
        builder: StandaloneHTMLBuilder,
        build: Build,
        observed: Observation,
        keys: Keys,
        written_from: WrittenFrom,
    ) -> None:
        self._builder = builder
        self._build = build
        self._observed = observed
        self._keys = keys
        self._output = observed.stages.output
        self._written_from = written_from
        self._stored = observed.stored
        self._finder = PageFinder(observed, keys, written_from)
        self._attributes = observed.stages.observers.attributes
        docnames = sorted(builder.env.found_docs & builder.env.all_docs.keys())
        self.pages = {docname: PageState(docname, build.doctree_digest(docname)) for docname in docnames}

    def take_over(self, last: LastResults | None) -> None:
        """Take pages as the last build has left them."""
        if last is None:
            return
        for docname, (body, page) in last.pages.items():
            state = self.pages[docname]
            state.body, state.page, state.is_as_left = body, page, True
        self._stored.outside.update(last.outside)

    def find(self) -> None:
        """Find out what can be taken from the store, and what has to be rendered."""
        pages = [page for page in self.pages.values() if not page.is_as_left]
        if self._build.must_write is not None:
            for page in pages:
                page.reason = self._build.must_write
            return
        self._finder.find(pages)

    def restore(self) -> None:
        """Restore the files that are missing or different; what the store does not hold any more is rendered."""
        complete = [page for page in self.pages.values() if page.reason is None]
        for at in range(0, len(complete), _BATCH):
            self._restore(complete[at : at + _BATCH])

    def _restore(self, pages: Sequence[PageState]) -> None:
        plan = self._build.plan
        missing = {page.docname: self._output.missing(page.files()) for page in pages}
        contents = self._stored.contents(digest for files in missing.values() for digest in files.values())
        for page in pages:
            files = missing[page.docname]
            if not files:
                plan.reused(page.docname, page.seconds())
            elif self._output.restore(files, contents):
                plan.restored(page.docname, page.seconds())
            else:
                page.reason, page.body, page.page = Reason("damaged"), None, None
                page.is_as_left = False

    def files_kept(self) -> set[str]:
        """Return the files that all pages consist of, as far as they need not be rendered."""
        return {name for page in self.pages.values() for name in page.files()}

    def check(self) -> None:
        """Render some pages although they come from the cache, and use what is rendered if that is something else."""
        build = self._build
        check = WritingCheck(build.site.supervisor.reporter, build.check)
        pages = (page for page in self.pages.values() if page.reason is None and not any(page.follows))
        for docname in check.choose(page.docname for page in pages):
            page = self.pages[docname]
            rendered = self._observed.renderer.render(docname)
            assert page.body is not None and page.page is not None  # noqa: S101, PT018 - they come from the cache
            if not check.is_same(page.body, page.page, rendered, self._stored.contents):
                self._stored.keep_contents(rendered.contents)
                self._take(rendered)
                build.plan.written(docname, Reason("check"))

    def render(self) -> None:
        """Render what has to be rendered, each page in its turn if another one leaves something for it."""
        waiting = [page.docname for page in self.pages.values() if page.reason is not None]
        navigation = self._build.navigation()
        if navigation is not None:
            navigation.expect(len(waiting))
        jobs = self._build.app.parallel if self._builder.parallel_ok else 1
        leaves_something = any(traces.left for page in self.pages.values() for traces in page.traces())
        taken: set[str] = set()
        turns = self._in_turn(taken)
        with self._observed.stages.observers.remembered.noticed(len(waiting)):
            if can_share(len(waiting), jobs) and not leaves_something:
                # The first pages make what others use: templates, the navigation, which is compared with Sphinx's own.
                self._render_here(islice(turns, CHECKED_PAGES), CHECKED_PAGES)
                if not self._attributes.has_changed:
                    for docname in waiting[CHECKED_PAGES:]:
                        self._finder.begin(self.pages[docname])
                    taken |= self._render_in_workers(waiting[CHECKED_PAGES:], jobs)
            self._render_here(turns, len(waiting) - len(taken))
        for page in self.pages.values():
            if page.reason is not None:
                self._build.plan.written(page.docname, page.reason)

    def _in_turn(self, taken: AbstractSet[str]) -> Iterator[str]:
        """Give the pages that have to be rendered; the others leave meanwhile what they have left.

        :param taken: pages that are done.
        """
        for docname, page in self.pages.items():
            if page.reason is None and not self._finder.is_passed(page):
                self._finder.find_in_turn(page)
                if page.reason is None:
                    self._restore([page])
            if page.reason is not None and docname not in taken:
                self._finder.begin(page)
                yield docname

    def _render_here(self, docnames: Iterator[str], n_docnames: int) -> None:
        for rendered in self._render_each(self._progress(docnames, n_docnames)):
            self._take(rendered)

    def _progress(self, items: Iterable[Item], n_items: int) -> Iterator[Item]:
        verbosity = self._build.app.verbosity
        return status_iterator(items, __("writing output... "), "darkgreen", max(n_items, 1), verbosity)

    def _render_each(self, docnames: Iterable[str]) -> Iterator[Rendered]:
        """Render pages, and put what they consist of into the store."""
        for docname in collected_by_page(docnames):
            rendered = self._rendered(self.pages[docname])
            self._stored.keep_contents(rendered.contents)
            rendered.contents.clear()
            yield rendered
        self._stored.keep_waiting()

    def _render_in_workers(self, docnames: Sequence[str], jobs: int) -> set[str]:
        """Render pages in other processes. What changes something there changes nothing here: that is to be done again.

        :return: the others.
        """
        state = self._observed.state

        def render(some: Sequence[str]) -> tuple[list[Rendered], set[Dependency]]:
            return list(self._render_each(some)), set() if some else state.changed_here()

        includes = self._builder.env.toctree_includes
        # Pages with long tables of contents take longest: one that comes last would keep the other processes waiting.
        shared = sorted(docnames, key=lambda docname: -len(includes.get(docname, ())))
        pages: dict[str, Rendered] = {}
        changed: set[Dependency] = set()
        for done, changed_there in in_workers(shared, jobs, render, lambda items: self._progress(items, len(items))):
            pages.update((page.docname, page) for page in done)
            changed |= changed_there
        changed |= state.changed_meanwhile(found for page in pages.values() for found in page.found())
        changed |= {Dependency(ATTRIBUTE, name) for page in pages.values() for name in page.left()}
        taken = set()
        for docname in docnames:
            page = pages[docname]
            if page.spoilt is None and all(changed.isdisjoint(found) for found in page.found()):
                self._take(page)
                self._output.learn(self.pages[docname].files())
                taken.add(docname)
        return taken

    def _rendered(self, page: PageState) -> Rendered:
        renderer = self._observed.renderer
        html = None if page.body is None else self._stored.contents([page.body.html]).get(page.body.html)
        if page.body is None or html is None:
            return renderer.render(page.docname)
        return renderer.render_around(page.docname, page.body, html.decode("utf-8", "surrogatepass"))

    def _take(self, rendered: Rendered) -> None:
        """Take up what was rendered."""
        page = self.pages[rendered.docname]
        key = self._finder.key_of_body(page)
        if rendered.body is not None:
            page.body = rendered.body
            if rendered.body_dependencies is not None:
                page.entries.append(Entry(key, rendered.body_dependencies, rendered.body.encode()))
        page.page, page.spoilt = rendered.page, rendered.spoilt
        assert page.body is not None  # noqa: S101 - either found or rendered
        if rendered.body is not None:
            page.dependencies.clear()
        page.dependencies += rendered.found()
        is_body_kept = rendered.body is None or rendered.body_dependencies is not None
        if is_body_kept and rendered.page_dependencies is not None:
            key = self._finder.key_of_page(page, page.body)
            page.entries.append(Entry(key, rendered.page_dependencies, encode_page(rendered.page)))

    def keep(self) -> None:
        """Keep what was rendered, where it can be used another time."""
        self._stored.keep(entry for page in self.pages.values() for entry in page.entries)
        self._written_from.parts = {name: digest.hex() for name, digest in self._keys.pages.items()}
        self._written_from.doctrees = {page.docname: page.doctree.hex() for page in self.pages.values()}
        self._note_losses()

    def _note_losses(self) -> None:
        """Tell the plan which of the pages that were rendered cannot be had another time."""
        keeping = self._build.plan.keeping
        rendered = [page for page in self.pages.values() if page.docname in keeping.made_in(Phase.WRITING)]
        reasons = {page.docname: self._why_lost(page) for page in rendered}
        needed = {page.docname: page.contents() for page in rendered}
        note_losses(keeping, Phase.WRITING, self._build.store, reasons, needed)

    def _why_lost(self, page: PageState) -> Reason | None:
        reason = self._build.why_lost(page.docname)
        missing = self._finder.keys_of(page) - self._stored.used
        if reason is not None or not missing:
            return reason
        if page.spoilt is not None:
            return Reason("spoilt", page.spoilt)
        left_out = self._stored.left_out
        return next((left_out[key] for key in missing if key in left_out), Reason("untaken"))

    @property
    def leaves_something(self) -> bool:
        """Whether pages leave something on the environment for those after them."""
        return self._attributes.has_changed

    def are_kept(self) -> bool:
        """Check whether the cache has all pages now."""
        used = self._stored.used
        return all(used >= self._finder.keys_of(page) for page in self.pages.values() if not page.is_as_left)

    @property
    def state(self) -> State:
        """What is known of the environment."""
        return self._observed.state

    @property
    def outside(self) -> Mapping[Dependency, bytes]:
        """What pages depend on outside the environment."""
        return self._stored.outside

    def other_pages(self) -> AdditionalPages:
        """Return what takes over pages that are no documents."""
        stages, gather, may_read = self._observed.stages, self._observed.gather, self._build.must_write is None
        srcdir = str(self._builder.srcdir)
        key, put = self._keys.of_pages, self._finder.put
        return AdditionalPages(stages, self._stored, key, srcdir, put=put, gather=gather, may_read=may_read)

    def unite(self) -> None:
        """Hand Sphinx what all pages contribute, in their order."""
        builder: Any = self._builder
        for page in self.pages.values():
            self._observed.gather(page.docname, "page.html")
            body = page.body
            if body is None:
                continue
            builder.images.update(body.images)
            if builder.indexer is not None and body.entry is not None:
                add_entry(builder.indexer, page.docname, body.entry)

    def give_messages(self) -> None:
        """Return the warnings of all pages, in their order."""
        for page in self.pages.values():
            for traces in (page.body and page.body.traces, page.page):
                if traces:
                    give(traces.messages, str(self._builder.srcdir))
