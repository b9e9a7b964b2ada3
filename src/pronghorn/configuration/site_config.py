"""``site.config``: what plugins see of the configuration."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pronghorn.configuration.tables import PluginTables

Table = TypeVar("Table")


class SiteConfig:
    """Title, URL and language of the site, and the tables of its plugins.

    :param value_of: gives the value of one of Sphinx's own keys.
    """

    def __init__(self, value_of: Callable[[str], str], plugins: PluginTables) -> None:
        self._value_of = value_of
        self.plugins = plugins

    @property
    def title(self) -> str:
        """The title: ``html_title``, else ``project``."""
        return str(self._value_of("html_title") or self._value_of("project"))

    @property
    def url(self) -> str:
        """The address the site is served at: ``html_baseurl``; empty if none is set."""
        return self._value_of("html_baseurl") or ""

    @property
    def language(self) -> str:
        """The language: ``language``."""
        return self._value_of("language") or "en"

    def update_plugin_table(self, name: str, table: Table) -> Table:
        """Type the table of plugin *name* by *table*, an instance of an attrs class or a dataclass.

        :return: a copy with the site's values, which ``site.config.plugins.<name>`` gives, too.
        :raises ConfigurationError: if a value has the wrong type; names key, file and expected type.
        """
        return self.plugins.declare(name, table)
