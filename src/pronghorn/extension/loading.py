"""Making the site: its configuration, its registry, its plugins."""

from __future__ import annotations

import glob
import os
import typing
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import UnionType
from typing import Any

import platformdirs
from sphinx.application import Sphinx
from sphinx.errors import SphinxError

from pronghorn.configuration.keys import KEYS
from pronghorn.configuration.settings import COMMAND_LINE, FILE_NAME, Settings
from pronghorn.configuration.site_config import SiteConfig
from pronghorn.configuration.tables import FOLDER, PluginTables
from pronghorn.documents.generated import GENERATED
from pronghorn.errors import ConfigurationError, Place, did_you_mean
from pronghorn.extension.host import DirectListeners, SphinxDispatcher, SphinxReporter
from pronghorn.model.dates import Clock
from pronghorn.model.flags import parse_flag
from pronghorn.model.publication import Drafts
from pronghorn.plugins.classes import ClassPlugins
from pronghorn.plugins.discovery import (
    digest_files,
    find_bundled_plugins,
    find_installed_plugins,
    find_site_plugins,
    has_plugins,
    resolve_folders,
)
from pronghorn.plugins.importing import PluginImporter
from pronghorn.plugins.info import Candidate, PluginOrigin
from pronghorn.plugins.registry import SitePlugins
from pronghorn.resources import shipped
from pronghorn.seam.rows.configuration import RAW_CONFIG
from pronghorn.signal_table import SignalTable
from pronghorn.site.site import Site
from pronghorn.supervisor import Supervisor
from pronghorn.taxonomies.declaration import Declaration, read_declarations
from pronghorn.warnings import WarningKind

DRAFTS_VARIABLE = "PRONGHORN_DRAFTS"
"""The environment variable that shows drafts, or hides them."""

_OF_CONTENT = ("now", "time_zone", "taxonomies")
"""Keys that only sites set which use Pronghorn for their content."""


def add_config_values(app: Sphinx) -> None:
    """Make the keys known to Sphinx."""
    for key in KEYS:
        types = typing.get_args(key.type) if isinstance(key.type, UnionType) else ()
        app.add_config_value(key.conf_name, key.default, key.rebuild, types, key.meaning)


def read_settings(app: Sphinx) -> Settings:
    """Merge ``conf.py``, ``-D`` and ``pronghorn.toml``."""

    def values(names: Collection[str]) -> dict[str, Any]:
        return {key.name: getattr(app.config, key.conf_name) for key in KEYS if key.conf_name in names}

    overridden = {name.split(".")[0] for name in app.config.overrides}
    return Settings(Path(app.confdir), values(_given(app)), values(overridden))


def _given(app: Sphinx) -> Collection[str]:
    """Return the names that ``conf.py`` defines; where that cannot be told, those whose value is not a default."""
    if RAW_CONFIG.has_changed:
        return {option.name for option in app.config if option.value != app.config.values[option.name].default}
    names: Mapping[str, Any] = RAW_CONFIG.of(app.config)
    return names


class SiteMaker:
    """Puts the parts of a site together."""

    def __init__(self, app: Sphinx, settings: Settings) -> None:
        self.settings = settings
        self._app = app
        self._confdir = Path(app.confdir)
        self.folders = self._plugin_folders()
        self._importer = PluginImporter([*self.folders, shipped("plugins")])
        self.reporter = SphinxReporter(app)
        self.supervisor = Supervisor(self.reporter, self._confdir, stop=(SphinxError,))
        self.tables = PluginTables(settings, self.supervisor)

    def _plugin_folders(self) -> list[Path]:
        """Return the folders of plugins. A folder that only has the default's name, and no plugin, is not one."""
        folders = resolve_folders(self._confdir, self.settings["plugins_path"], Path(self._app.srcdir))
        if self.settings.is_given("plugins_path"):
            return folders
        return [folder for folder in folders if folder.is_dir() and has_plugins(folder)]

    def make(self) -> Site:
        """Make the site and load its plugins."""
        self._check_folders()
        dispatcher = SphinxDispatcher(self._app)
        signals = SignalTable(dispatcher, self.supervisor)
        config = SiteConfig(self._sphinx_value, self.tables)
        srcdir, taxonomies = Path(self._app.srcdir), self._taxonomies()
        site = Site(self._app, srcdir, signals, self.supervisor, config, taxonomies=taxonomies)
        site.clock = Clock.of(self.settings["now"], self.settings["time_zone"], os.environ)
        site.root_docname = str(self._app.config.root_doc)
        site.plugins = self.plugins = SitePlugins(
            self._find,
            self._is_wanted,
            host=site,
            supervisor=self.supervisor,
            importer=self._importer,
            classes=ClassPlugins(site.signals, self.supervisor),
            guard=DirectListeners(self._app, dispatcher, self.supervisor).noted,
        )
        site.plugins.setup_all()
        self._check_names(site)
        return site

    def _taxonomies(self) -> list[Declaration]:
        tables, file = self.settings["taxonomies"], self.settings.file_of("taxonomies")
        title = self.settings.title_of("taxonomies")

        def warn(message: str) -> None:
            self.reporter.warning(WarningKind.CONFIG, message, location=Place(file))

        return read_declarations(tables, title, Place(file), warn)

    def _sphinx_value(self, name: str) -> str:
        value: Any = getattr(self._app.config, name)
        return value or ""

    def _find(self) -> list[Candidate]:
        return [
            *find_site_plugins(self.folders, self._importer),
            *find_bundled_plugins(shipped("plugins"), self._importer),
            *find_installed_plugins(),
        ]

    def _is_wanted(self, candidate: Candidate) -> bool:
        if candidate.name in self.settings["plugins_disabled"]:
            return False
        return candidate.origin is PluginOrigin.SITE or candidate.name in self.settings["plugins_enabled"]

    def _warn(self, message: str, key: str) -> None:
        file = self.settings.file_of(key)
        place = None if file == COMMAND_LINE else Place(file)
        self.reporter.warning(WarningKind.CONFIG, f"{self.settings.title_of(key)}: {message}", location=place)

    def _check_folders(self) -> None:
        if not self.settings.is_given("plugins_path"):
            return
        for name in self.settings["plugins_path"]:
            folder = self._confdir / name.replace("\\", "/")
            if not folder.exists():
                self._warn(f"there is no folder {name!r} ({folder})", "plugins_path")
            elif not folder.is_dir():
                self._warn(f"{name!r} is a file; it should be a folder", "plugins_path")

    def _check_names(self, site: Site) -> None:
        for key in ("plugins_enabled", "plugins_disabled"):
            for name in self.settings[key]:
                if name not in site.plugins:
                    self._warn(f"there is no plugin '{name}'{did_you_mean(name, site.plugins)}", key)
        for name, file in self.tables.named().items():
            if name not in site.plugins:
                hint = did_you_mean(name, site.plugins)
                self.reporter.warning(
                    WarningKind.CONFIG, f"a table for '{name}', which is not a plugin{hint}", location=Place(file)
                )

    def hide_folders(self) -> None:
        """Make Sphinx ignore the plugins and the generated files when it looks for documents.

        The list is a new one: that in ``conf.py`` belongs to the site.
        """
        srcdir, config = Path(self._app.srcdir), self._app.config
        folders = [*self.folders, Path(self._app.doctreedir, GENERATED)]
        below = [folder.relative_to(srcdir).as_posix() for folder in folders if folder.is_relative_to(srcdir)]
        config.exclude_patterns = [*config.exclude_patterns, *map(glob.escape, below)]

    def drafts_of(self, site: Site) -> Drafts:
        """Return how to treat drafts, once all plugins are loaded.

        :raises ConfigurationError: if the environment variable says neither yes nor no.
        """
        said, settings = os.environ.get(DRAFTS_VARIABLE), self.settings
        if said and settings.file_of("drafts") != COMMAND_LINE:
            try:
                return Drafts.SHOW if parse_flag(said) else Drafts.HIDE
            except ValueError as error:
                raise ConfigurationError(f"the environment variable {DRAFTS_VARIABLE}: {error}") from error
        chosen: Drafts | None = settings["drafts"]
        has_content = any(plugin.active for plugin in site.plugins.values()) or any(map(settings.is_given, _OF_CONTENT))
        return chosen or (Drafts.HIDE if has_content else Drafts.IGNORE)

    def own_files(self, app: Sphinx) -> list[Path]:
        """Return the files and folders of the build itself, which are never offered to readers."""
        config = app.config
        folders = [*config.templates_path, *config.html_static_path, *config.html_extra_path]
        own = [self._confdir / name for name in ("conf.py", FILE_NAME, FOLDER, *folders)]
        return [*own, Path(app.outdir), Path(app.doctreedir)]

    def plugin_sources(self) -> dict[str, Any]:
        """Return a digest of the code and the tables of each loaded plugin.

        The empty name has a digest of the folders of plugins, because plugins may use other files there.
        """
        folders = [folder for folder in self.folders if folder.exists()]
        digests = self.plugins.digests()
        return {"": digest_files(folders), **{name: (digests[name], self.tables.given(name)) for name in digests}}


def check_unknown_keys(app: Sphinx, settings: Settings, warn: Callable[[str, Path], None]) -> None:
    """Warn about keys that mean nothing; done late, when all extensions have declared theirs."""
    known = [key.name for key in KEYS]
    for name in settings.unknown_keys():
        warn(f"unknown key '{name}'{did_you_mean(name, known)}", settings.file)
    for name in _given(app):
        if name.startswith("pronghorn_") and name not in app.config:
            hint = did_you_mean(name, [key.conf_name for key in KEYS])
            warn(f"unknown key '{name}'{hint}", settings.confdir / "conf.py")


def cache_dir(settings: Settings) -> Path:
    """Return the folder for what is kept between builds, outside of any site."""
    chosen = os.environ.get("PRONGHORN_CACHE_DIR") or settings["cache_dir"]
    return settings.confdir / Path(chosen).expanduser() if chosen else Path(platformdirs.user_cache_dir("pronghorn"))
