"""Keeps totals of what is read, as the plugin of Deluge's tutorial keeps totals of what is transferred."""

from .core import Core

__version__ = "0.1"


def register_plugin(site):
    site.plugins.register(Core(site))
