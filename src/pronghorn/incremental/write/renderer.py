"""Rendering pages, with all that they depend on recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from docutils import nodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.osutil import relative_uri

from pronghorn.cache.tracking.digests import digest_of
from pronghorn.cache.tracking.manifest import Dependency, Manifest
from pronghorn.incremental.write.additional_pages import AdditionalPages
from pronghorn.incremental.write.results import Body, Traces, is_plain
from pronghorn.incremental.write.stage import Stage
from pronghorn.incremental.write.stage_recorder import StageRecorder
from pronghorn.observing.doctrees import make_lazy_document, unwatch, watch
from pronghorn.observing.state import State, unstable
from pronghorn.observing.state_digests import short_digest
from pronghorn.output.search_entries import SearchEntry, collected
from pronghorn.seam.phases import resolve
from pronghorn.seam.rows.extensions import FAILURES
from pronghorn.seam.rows.writing import DOC_CONTEXT, HANDLE_PAGE, WRITE_DOC, WRITE_DOC_SERIALIZED

RESOLVED = "resolved"
"""The kind of dependency on a page's own document, resolved and translated: on all that its body depends on."""


@dataclass(slots=True)
class Rendered:
    """One page as it has been rendered."""

    docname: str
    body: Body | None = None
    """None if only what is around the body was rendered."""
    body_dependencies: dict[Dependency, bytes] | None = None
    """None if the body cannot be used another time."""
    page: Traces = field(default_factory=Traces)
    page_dependencies: dict[Dependency, bytes] | None = None
    """None if the page cannot be used another time."""
    contents: dict[bytes, bytes] = field(default_factory=dict)
    """What the above name by digest."""
    spoilt: str | None = None
    """Why one of the two cannot be used another time."""

    def left(self) -> set[str]:
        """Return the names of what it has left on the environment."""
        return {*self.page.left, *(self.body.traces.left if self.body is not None else ())}

    def found(self) -> list[dict[Dependency, bytes]]:
        """Return the dependencies of what can be used another time."""
        return [found for found in (self.body_dependencies, self.page_dependencies) if found is not None]


class _BodyIsDone(Exception):  # noqa: N818 - no error
    """Ends the first stage where the second would begin."""


class _Work:
    """The page at work."""

    def __init__(self, docname: str, stages: StageRecorder) -> None:
        self.docname = docname
        self.rendered = Rendered(docname)
        self._stages = stages
        self.body_stage: Stage | None = None
        self.page_stage: Stage | None = None
        self.html = ""
        self.metatags = ""
        self.more: dict[str, Any] = {}
        self.context: dict[str, Any] = {}
        """What the builder gave for the template."""
        self.is_handled = False

    def begin_body(self) -> None:
        """Observe the first stage."""
        self.body_stage = self._stages.begin()

    def begin_page(self) -> None:
        """Observe the second stage."""
        if self.body_stage is not None:
            self.body_stage.end()
        self.page_stage = self._stages.begin()

    def end(self) -> None:
        """Observe nothing any more."""
        for stage in (self.page_stage, self.body_stage):
            if stage is not None:
                stage.end()

    def spoil(self, reason: str) -> None:
        """Note that the page cannot be kept."""
        self.rendered.spoilt = self.rendered.spoilt or reason


class Renderer:
    """Has Sphinx write pages, one at a time, and observes it.

    The two halves of ``StandaloneHTMLBuilder.write_doc`` meet in ``get_doc_context``; they end in ``handle_page``.

    :param resolved: all that the bodies of pages depend on, by docname; filled here as well.
    """

    def __init__(
        self,
        builder: StandaloneHTMLBuilder,
        stages: StageRecorder,
        resolved: MutableMapping[str, dict[Dependency, bytes] | None],
    ) -> None:
        self._builder: Any = builder
        self._stages = stages
        self._observers = stages.observers
        self._resolved = resolved
        self._get_doc_context: Callable[..., dict[str, Any]] = DOC_CONTEXT.of(builder)
        self._handle_page = HANDLE_PAGE.of(builder)
        self._work: _Work | None = None
        self._is_again = False
        self.others: AdditionalPages | None = None
        """Takes over pages that are no documents, once all documents are written."""

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Stand between the builder and its methods."""
        asked = DOC_CONTEXT.replaced(self._context_asked, self._builder)
        with asked, HANDLE_PAGE.replaced(self._page_handled, self._builder):
            yield

    def render(self, docname: str) -> Rendered:
        """Write a page."""
        builder = self._builder
        with self._working(docname) as work:
            work.begin_body()
            with collected(builder.indexer) as entries:
                document = resolve(builder, docname)
                WRITE_DOC_SERIALIZED.of(builder)(docname, document)
            WRITE_DOC.of(builder)(docname, document)
            work.end()
            self._finish_body(work, entries)
            self._finish_page(work)
        return work.rendered

    def render_around(self, docname: str, body: Body, html: str) -> Rendered:
        """Write a page around a body that was rendered before."""
        builder = self._builder
        with self._working(docname) as work:
            builder.images.update(body.images)
            work.begin_page()
            self._set_builder(docname)
            context = self._get_doc_context(docname, html, body.metatags)
            context.update(body.more)
            document = make_lazy_document(lambda: self._resolve_again(docname))
            self._handle_page(docname, context, event_arg=document)
            work.is_handled = True
            work.end()
            self._finish_page(work)
        return work.rendered

    @contextmanager
    def _working(self, docname: str) -> Iterator[_Work]:
        """Keep images and failures apart for each page: what it shows, and says, does not depend on others'."""
        builder, work = self._builder, _Work(docname, self._stages)
        images, builder.images = builder.images, {}
        for failure in FAILURES:
            failure.take_back(builder)
        self._observers.recorder.docname = docname
        self._work = work
        try:
            yield work
        finally:
            work.end()
            self._work = None
            builder.images = images

    def _set_builder(self, docname: str) -> None:
        """Set what ``write_doc`` sets on the builder; templates and handlers may look at it."""
        builder = self._builder
        builder.secnumbers = builder.env.toc_secnumbers.get(docname, {})
        builder.fignumbers = builder.env.toc_fignumbers.get(docname, {})
        builder.imgpath = relative_uri(builder.get_target_uri(docname), "_images")
        builder.dlpath = relative_uri(builder.get_target_uri(docname), "_downloads")
        builder.current_docname = docname

    # What the builder calls

    def _context_asked(self, docname: str, body: str, metatags: str) -> dict[str, Any]:
        """Return the context of a page's template. To ask for it is the end of the first stage."""
        work = self._work
        if self._is_again:
            raise _BodyIsDone
        if work is None or docname != work.docname or work.page_stage is not None:
            return self._get_doc_context(docname, body, metatags)
        work.html, work.metatags = body, metatags
        work.begin_page()
        context = self._get_doc_context(docname, body, metatags)
        work.context = context.copy()
        return context

    def _page_handled(
        self,
        pagename: str,
        addctx: dict[str, Any],
        templatename: str = "page.html",
        *,
        outfilename: Any = None,
        event_arg: Any = None,
    ) -> None:
        """Write a page, with a document that tells whether somebody looks at it."""
        work = self._work
        if work is None and self.others is not None and event_arg is None:
            write = partial(self._handle_page, pagename, addctx, templatename, outfilename=outfilename)
            self.others.handle(write, (pagename, templatename, outfilename), addctx)
            return
        if work is not None and pagename == work.docname and work.page_stage is not None and not work.is_handled:
            work.is_handled = True
            before = work.context
            work.more = {name: value for name, value in addctx.items() if before.get(name, work) is not value}
            if templatename != "page.html" or outfilename is not None:
                work.spoil("the builder calls handle_page() in a way of its own")
            if isinstance(event_arg, nodes.document):
                watch(event_arg, lambda _document: self._observers.recorder.note(RESOLVED, pagename))
        self._handle_page(pagename, addctx, templatename, outfilename=outfilename, event_arg=event_arg)
        if isinstance(event_arg, nodes.document):
            unwatch(event_arg)  # parts of it may live on

    def _resolve_again(self, docname: str) -> nodes.document:
        """Return the document of a page as it is after the first stage; all that was said then is not said again."""
        self._observers.recorder.note(RESOLVED, docname)
        builder = self._builder
        images, builder.images = builder.images, {}
        self._is_again = True
        try:
            with (
                self._observers.recorder.suspended(),
                self._observers.watch.paused(),
                self._observers.messages.hold(),
                collected(builder.indexer),
            ):
                document = resolve(builder, docname)
                WRITE_DOC_SERIALIZED.of(builder)(docname, document)
                with suppress(_BodyIsDone):  # in here: what an exception ends gives its warnings after all
                    WRITE_DOC.of(builder)(docname, document)
        finally:
            self._is_again = False
            builder.images = images
        return document

    # What was observed

    def _finish_body(self, work: _Work, entries: list[SearchEntry]) -> None:
        stage, rendered = work.body_stage, work.rendered
        assert stage is not None  # noqa: S101 - render() has begun it
        html = work.html.encode("utf-8", "surrogatepass")
        traces, contents = self._stages.traces_of(stage)
        rendered.contents.update(contents)
        if len(entries) > 1 or not work.is_handled or not is_plain(work.more):
            work.spoil("the builder writes pages in a way of its own")
        elif stage.reads.spoilt is not None:
            work.spoil(stage.reads.spoilt)
        else:
            rendered.body_dependencies = self._stages.depends(
                stage, self._stages.covered_bodies, html, *contents.values()
            )
        rendered.contents[digest_of(html)] = html
        rendered.body = Body(
            digest_of(html), work.metatags, work.more, dict(self._builder.images), next(iter(entries), None), traces
        )
        self._resolved[work.docname] = rendered.body_dependencies

    def _finish_page(self, work: _Work) -> None:
        stage, rendered = work.page_stage, work.rendered
        if stage is None:
            return
        rendered.page, contents = self._stages.traces_of(stage)
        rendered.contents.update(contents)
        if stage.reads.spoilt is not None:
            work.spoil(stage.reads.spoilt)
        elif work.is_handled:
            rendered.page_dependencies = self._stages.depends(stage, self._stages.covered_pages, *contents.values())


def digest_of_dependencies(dependencies: dict[Dependency, bytes] | None, state: State) -> bytes:
    """Return one short digest of all; one that nothing ever has if they are not known."""
    if dependencies is None:
        return unstable()
    seen = {dependency: state.result_of(dependency, digest) for dependency, digest in dependencies.items()}
    return short_digest(Manifest(seen, b"").encode())
