"""Pronghorn's listeners: which part of it answers which event of Sphinx."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import docutils
import sphinx
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config
from sphinx.environment import CONFIG_NEW, BuildEnvironment
from sphinx.errors import ConfigError, ExtensionError

from pronghorn.cache.plan.record import save_record
from pronghorn.configuration.settings import Settings
from pronghorn.documents import page_list, project
from pronghorn.documents.generated import complete
from pronghorn.documents.listings import add_listing
from pronghorn.documents.memory import BuildMemory, memory_of
from pronghorn.documents.unpublished import HiddenEntries
from pronghorn.documents.visiting import Visitor, title_of, toc_of
from pronghorn.errors import ConfigurationError, Place, PronghornError
from pronghorn.extension.inventories import forget_local, leave_out_forgotten
from pronghorn.extension.loading import SiteMaker, cache_dir, check_unknown_keys
from pronghorn.extension.stale_output import StaleOutput
from pronghorn.incremental.cached_build import CachedBuild
from pronghorn.incremental.read.environment import CachedEnvironment
from pronghorn.output import builders
from pronghorn.output.copying import FileCopies
from pronghorn.output.file_lists import FileLists
from pronghorn.output.templates import prepare_environment, prepare_page
from pronghorn.seam.capability import Capability
from pronghorn.seam.register import notices
from pronghorn.seam.shortcuts import Shortcuts
from pronghorn.seam.versions import notes_on_newer
from pronghorn.site.site import Site
from pronghorn.speed.garbage import PatientCollector
from pronghorn.speed.navigation.fast import Navigation
from pronghorn.speed.navigation.sidebars import Sidebars
from pronghorn.speed.shortcuts.all import ALL
from pronghorn.speed.workers import keep_to_what_is_known
from pronghorn.warnings import WarningKind

_EARLY, _BEFORE, _AFTER, _LATE = 100, 499, 501, 900

_TOLD_LATER = Capability.WRITING | Capability.NAVIGATION | Capability.PARALLEL | Capability.SHORTCUTS
"""Capabilities that a build may lack; the code that needs them reports it."""

Function = TypeVar("Function", bound=Callable[..., Any])


def told_to_sphinx(function: Function) -> Function:
    """Turn Pronghorn's errors into Sphinx's, which end a build with a message and no traceback."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except ConfigurationError as error:
            raise ConfigError(str(error)) from error
        except PronghornError as error:
            raise ExtensionError(str(error)) from error

    return wrapper  # type: ignore[return-value]


class Listeners:
    """Pronghorn's listeners, in the order in which Sphinx calls them."""

    def __init__(
        self,
        app: Sphinx,
        site: Site,
        settings: Settings,
        maker: SiteMaker,
        cached: CachedBuild,
        *,
        visitor: Visitor,
        file_lists: FileLists,
    ) -> None:
        self._site = site
        self._settings = settings
        self._maker = maker
        self._cached = cached
        self._visitor = visitor
        self._collector = PatientCollector()
        self._hidden_entries = HiddenEntries(site)
        self._copies = FileCopies(app, site, file_lists, settings["copy_files"])
        self._app = app
        self._stale = StaleOutput(app, site, cached, cache_dir(settings))
        self._navigation: Navigation | None = None
        self._sidebars = Sidebars(app)
        self._shortcuts = Shortcuts(ALL if settings["fast"] else (), self._tell)

    def connect(self) -> None:
        """Connect each listener to its event; the build begins."""
        if self._settings["fast"]:
            self._collector.start()
        for event, listener, priority in (
            ("config-inited", self.config_inited, _LATE),
            ("builder-inited", self.builder_inited, _EARLY),
            ("builder-inited", leave_out_forgotten, _LATE),
            ("env-get-outdated", self.env_get_outdated, _EARLY),
            ("doctree-read", self.doctree_read, _EARLY),
            ("env-updated", self.env_updated, _LATE),
            ("env-get-updated", self.env_get_updated, _LATE),
            ("write-started", self.write_started, _EARLY),
            ("html-page-context", self.html_page_context, _EARLY),
            ("html-page-context", self._sidebars.before_furo, _BEFORE),
            ("html-page-context", self._sidebars.after_furo, _AFTER),
            ("build-finished", self.build_finished, _LATE),
        ):
            self._app.connect(event, told_to_sphinx(listener), priority)

    def config_inited(self, app: Sphinx, config: Config) -> None:
        """Check what can be checked when every extension is set up, and emit ``plugins_loaded``."""
        del config
        for note in notes_on_newer(sphinx.__version__, docutils.__version__):
            self._tell(note)
        reporter = self._site.supervisor.reporter
        check_unknown_keys(
            app,
            self._settings,
            lambda message, file: reporter.warning(WarningKind.CONFIG, message, location=Place(file)),
        )
        self._maker.hide_folders()
        page_list.register(self._site)
        self._maker.plugins.finish()
        self._site.signals.plugins_loaded.emit(self._site)

    def builder_inited(self, app: Sphinx) -> None:
        """Take over the builder and the environment, which exist now."""
        for notice in notices(~_TOLD_LATER):
            self._tell(notice)
        adopted = project.adopt(
            app.project,
            self._site.reader_list,
            self._site.supervisor.reporter,
            never_claimed=self._maker.own_files(app),
            asked=self._cached.asked,
            shown=self._cached.shown_docnames,
            is_found=app.env.config_status == CONFIG_NEW,
        )
        project.open_generated_files(app.builder, adopted)
        forget_local(app)
        self._cached.begin()
        self._visitor.remember(memory_of(app.env, BuildMemory, "memory"))
        if builders.takes_urls(app.builder):
            self._visitor.give_urls_to(app.builder)
        builders.forget_torn_build_info(app.builder)
        prepare_environment(app.builder, self._site)

    def env_get_outdated(
        self, app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
    ) -> Sequence[str]:
        """Visit all files, and decide what to read, before Sphinx reads the first page."""
        with self._maker.reporter.within_line():  # Sphinx has printed "updating environment: "
            self._shortcuts.start()
            keep_to_what_is_known(app, self._tell)
        plugins = self._maker.plugin_sources()
        self._site.drafts = self._maker.drafts_of(self._site)
        with self._maker.reporter.within_line():
            self._visitor.visit(env, removed)
        self._hidden_entries.start()
        self._cached.decide(env, (added, changed, removed), plugins)
        return []

    def doctree_read(self, app: Sphinx, doctree: nodes.document) -> None:
        """Complete what Sphinx parsed of a page."""
        docname = app.env.docname  # this very string: how it is pickled depends on which strings are the same object
        page = self._site.pages.find(docname)
        if page is None:
            return
        if page.output is not None:
            complete(doctree, page.metadata or {}, app.env.metadata[docname])
        if self._site.taxonomies:
            add_listing(app.env, doctree, page, self._site.observed)
        self._site.signals.page_read.emit(page, doctree)

    def env_updated(self, app: Sphinx, env: BuildEnvironment) -> None:
        """Give the pages their tables of contents."""
        del app
        for page in self._site.state.pages:
            toc = env.tocs.get(page.docname)
            page.take_read(title_of(toc), functools.partial(toc_of, toc))
        self._tell_cached()
        self._site.state.queries.keep()
        self._copies.remove_stale()
        self._cached.artifacts.remove_stale()

    def env_get_updated(self, app: Sphinx, env: BuildEnvironment) -> Sequence[str]:
        """Have all pages written again if what templates can show has changed.

        What listeners of ``env-updated`` return is put on a list of Sphinx's that extensions may hold.
        """
        stale = () if self._cached.can_write(app.builder) else sorted(self._stale.pages(env))
        # Without any, Sphinx would not keep the environment.
        return stale or ([app.config.root_doc] if self._cached.has_changes else [])

    def _tell(self, message: str) -> None:
        self._site.supervisor.reporter.info(f"[pronghorn] {message}")

    def write_started(self, app: Sphinx, builder: Builder) -> None:
        """Tell plugins that writing begins, and get ready for it."""
        if isinstance(app.env, CachedEnvironment):
            app.env.check_if_not_checked()
        builders.overwrite_copies(app)
        self._stale.begin()
        is_fast = self._visitor.gives_urls and self._settings["fast"]
        self._navigation = builders.speed_up(builder) if is_fast else None
        self._sidebars.begin(self._navigation)
        is_site = self._visitor.gives_urls or builders.is_site(builder) or self._cached.can_write(builder)
        if not is_site or not self._cached.attach_writer(builder, lambda: self._navigation):
            self._visitor.remove_stale()
        self._site.signals.rendering_init.emit(self._site)
        self._hide_cached()

    def _tell_cached(self) -> None:
        for page in self._site.state.pages:
            page.cached = self._cached.was_kept(page.docname)

    def _hide_cached(self) -> None:
        """Make all pages look as in a build from nothing, so that no template can show a difference."""
        for page in self._site.state.pages:
            page.cached = False

    def html_page_context(
        self, app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
    ) -> str | None:
        """Prepare what a page's template gets."""
        del doctree
        self._sidebars.note_toctree(context)
        return prepare_page(app.builder, self._site, pagename, templatename, context)

    def build_finished(self, app: Sphinx, exception: Exception | None) -> None:
        """End the build, well or not."""
        if exception is not None:
            self._site.signals.build_failed.emit(self._site, exception)
        else:
            self._copies.copy()
            self._cached.artifacts.deliver()
            self._stale.end()
            self._tell_cached()
            self._site.signals.rendering_finished.emit(self._site)
            self._site.signals.site_finished.emit(self._site)
        self._cached.end(exception)
        self._shortcuts.stop()
        self._collector.stop()
        self._hidden_entries.stop()
        save_record(
            cache_dir(self._settings),
            Path(app.confdir),
            self._site,
            self._cached.plan,
            is_cached=self._cached.is_on,
            failed=exception is not None,
        )
