"""Pronghorn: a documentation engine on Sphinx.

Add it to the extensions of a Sphinx project, and put Python files into ``plugins/`` beside ``conf.py``::

    # plugins/shout.py
    def add_filters(env):
        env.filters["shout"] = lambda text: text.upper() + "!"


    def register_plugin(site):
        site.signals.jinja_environment_prepared.connect(add_filters)

``register_plugin`` is called once, with the :class:`Site`. Everything else a plugin does follows from a signal
(``site.signals``), a reader (``site.readers``) or its table (``site.config``). These are the names to import:
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pronghorn.configuration.site_config import SiteConfig
from pronghorn.errors import (
    ConfigurationError,
    PageError,
    Place,
    PluginError,
    PronghornError,
    QueryError,
    SignalError,
    SourceError,
    UrlError,
)
from pronghorn.model.artifact import Artifact
from pronghorn.model.content import Content
from pronghorn.model.metadata import Metadata
from pronghorn.model.page import Page
from pronghorn.model.pages import Pages
from pronghorn.model.source import Source
from pronghorn.model.toc import TocEntry
from pronghorn.plugins.classes import hookimpl
from pronghorn.plugins.info import PluginInfo, PluginOrigin, PluginStatus
from pronghorn.plugins.registry import PluginRegistry
from pronghorn.queries.results import PageGroup
from pronghorn.readers.readers import Readers
from pronghorn.signal_table import Signal, Signals
from pronghorn.site.site import Site
from pronghorn.taxonomies.model import Taxonomy, Term
from pronghorn.taxonomies.taxonomies import Taxonomies

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__version__ = "0.1.0"

__all__ = [
    "Artifact",
    "ConfigurationError",
    "Content",
    "Metadata",
    "Page",
    "PageError",
    "PageGroup",
    "Pages",
    "Place",
    "PluginError",
    "PluginInfo",
    "PluginOrigin",
    "PluginRegistry",
    "PluginStatus",
    "PronghornError",
    "QueryError",
    "Readers",
    "Signal",
    "SignalError",
    "Signals",
    "Site",
    "SiteConfig",
    "Source",
    "SourceError",
    "Taxonomies",
    "Taxonomy",
    "Term",
    "TocEntry",
    "UrlError",
    "hookimpl",
]


def setup(app: Sphinx) -> dict[str, Any]:
    """Set up the Sphinx extension. Sphinx is imported no earlier than here."""
    from pronghorn.extension.extension import setup_extension  # noqa: PLC0415 - plugins' tests need no Sphinx

    return setup_extension(app, __version__)
