"""Whether anything has to be written: for the whole output at once, and for the pages that read nothing that changed.

To verify each page by itself takes longer than all else that such a build does. Here is verified at once what all pages
together were made from: the environment by its file, and everything else one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from sphinx.application import ENV_PICKLE_FILENAME
from sphinx.builders.html import StandaloneHTMLBuilder

from pronghorn.cache.tracking.digests import UndigestableError, digest_of_parts
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.incremental.write.additional_pages import AdditionalPages
from pronghorn.incremental.write.build import Build
from pronghorn.incremental.write.former_environment import Cell
from pronghorn.incremental.write.keys import Keys
from pronghorn.incremental.write.last_results import LastResults
from pronghorn.incremental.write.ledger import CompleteOutput, Ledger
from pronghorn.incremental.write.observation import dependencies_of
from pronghorn.incremental.write.run import Run
from pronghorn.observing.config import digest_of_values
from pronghorn.observing.looks import FILE
from pronghorn.observing.never import never
from pronghorn.observing.state import State
from pronghorn.observing.state_digests import digest_of_state
from pronghorn.output.directory import Output
from pronghorn.seam.rows.configuration import WARNING_COUNT
from pronghorn.seam.rows.events import LISTENERS

_EVENTS = (
    "builder-inited",
    "env-get-outdated",
    "env-before-read-docs",
    "env-updated",
    "env-get-updated",
    "env-check-consistency",
    "write-started",
    "html-collect-pages",
)
_KNOWN = frozenset(
    {"sphinx", "pronghorn", "myst_parser", "alabaster", "furo", "sphinx_rtd_theme", "pydata_sphinx_theme"}
)
"""Packages whose listeners change the environment by what is in it, and by files that pages depend on, alone."""


class OutputFreshness:
    """The output directory of one build, which is about to write pages.

    What ``sphinx.ext.intersphinx`` has loaded may have come after the environment was written to its file. Warnings
    have to be given again, so that there must be none.

    :param outputs: files that were there, or were copied, before the first page was written.
    """

    def __init__(
        self,
        builder: StandaloneHTMLBuilder,
        build: Build,
        output: Output,
        keys: Keys,
        outputs: Iterable[str],
        *,
        ledger: Ledger,
    ) -> None:
        self._builder = builder
        self._build = build
        self._output = output
        self._ledger = ledger
        self._n_warnings = WARNING_COUNT.of(build.app)
        self._outside = State()
        dependencies_of(builder, build, self._outside, output)
        self._copied = frozenset(outputs)
        self._environment = build.files.digest(Path(builder.doctreedir, ENV_PICKLE_FILENAME))
        self._last: LastResults | None = None
        self._around = self._digest(keys)
        self._state = digest_of_parts(self._around, self._environment)

    def _digest(self, keys: Keys) -> bytes:
        """Digest what everything is made from, apart from the environment."""
        config, build = self._builder.config, self._build
        fetched: Mapping[str, Any] = getattr(self._builder.env, "intersphinx_named_inventory", {})
        try:
            inventories = digest_of_state(fetched)
        except UndigestableError:
            inventories = never()
        name_of, names = build.places.portable, sorted(config.values)
        values = digest_of_values(config, names, build.values, name_of, lambda: keys.of_pages)
        return digest_of_parts(keys.of_pages, inventories, values)

    def _has_only_known_listeners(self) -> bool:
        """Check whether nobody changes what is written by what nobody can see."""
        listeners = LISTENERS.of(self._build.app.events)
        modules = (
            getattr(one.handler, "__module__", None) or "" for event in _EVENTS for one in listeners.get(event, ())
        )
        plugins = self._build.site.plugins.values()
        has_plugins = any(plugin.active or plugin.digest for plugin in plugins)  # some were loaded, or tried
        return not has_plugins and all(module.partition(".")[0] in _KNOWN for module in modules)

    def files_in_place(self) -> set[str] | None:
        """Return all files of the output if they are as they should be, and tell the plan; None if they may not be."""
        build = self._build
        if build.has_changes or not self._may_be_in_place():
            return None
        left = self._ledger.load_complete()
        if left is None or left.state != self._state or not left.copied <= self._copied <= left.files.keys():
            return None
        if self._output.missing(left.files):
            return None
        if not all(self._outside.is_unchanged(*found) for found in left.outside.items()):
            return None
        for docname, seconds in left.seconds.items():
            build.plan.reused(docname, seconds)
        return set(left.files)

    def _may_be_in_place(self) -> bool:
        return not (self._build.must_write or self._build.check) and self._has_only_known_listeners()

    def last_results(self, cells: Collection[Cell] | None, state: State) -> LastResults | None:
        """Return what the last build has made of the pages that nobody needs to look at; None if all are looked at.

        :param cells: what has changed in the environment since it was loaded; None if that is not known.
        """
        former, again = self._build.former_environment, self._build.read_again
        if cells is None or former is None or again is None or not self._may_be_in_place():
            return None
        last = LastResults.load(self._ledger.results)
        if last is None or (last.state, last.environment) != (self._around, former.file):
            return None
        state.known.update(last.unchanged_wholes(cells))
        if not last.are_as_left(cells, again, self._builder.config.root_doc, state):
            return None
        for docname in again:
            last.pages.pop(docname, None)
        self._last = last
        return last

    def note(self, files: Iterable[str], run: Run, others: AdditionalPages) -> None:
        """Note what the output consists of, if the next build can tell by that whether it is as it should be."""
        has_warnings = WARNING_COUNT.of(self._build.app) != self._n_warnings
        if has_warnings or not (run.are_kept() and others.are_kept() and self._has_only_known_listeners()):
            return
        if run.leaves_something:  # it has to be there when all is written
            return
        self._note_results(run)
        paths = self._build.paths
        images = [Dependency(FILE, paths.name_of(str(self._builder.srcdir / image))) for image in self._builder.images]
        outside = {**run.outside, **{image: self._outside.current(image) for image in images}}
        digests = {name: self._output.digest(name) or b"" for name in files}
        seconds = {page.docname: round(page.seconds(), 4) for page in run.pages.values()}
        self._ledger.save_complete(CompleteOutput(self._state, outside, self._copied, digests, seconds))

    def _note_results(self, run: Run) -> None:
        results = LastResults(self._around, self._environment)
        if self._last is not None:
            results.read, results.asked, results.outside = self._last.read, self._last.asked, self._last.outside
        env, name_of = self._builder.env, self._build.paths.name_of
        for page in run.pages.values():
            if page.body is None or page.page is None:
                return
            results.pages[page.docname] = (page.body, page.page)
            source = Dependency(FILE, name_of(str(env.doc2path(page.docname))))
            if not all(results.note_reads(page.docname, source, found) for found in page.dependencies):
                return
        results.note_wholes(run.state.known)
        results.save(self._ledger.results)
