"""What Pronghorn can do only if Sphinx is as expected, and what happens otherwise."""

from __future__ import annotations

from enum import Flag, auto


class Capability(Flag):
    """What internals serve."""

    READING = auto()
    WRITING = auto()
    DOCUMENTS = auto()
    SETTINGS = auto()
    PLUGINS = auto()
    URLS = auto()
    SEARCH = auto()
    DRAFTS = auto()
    COPIES = auto()
    TRANSLATIONS = auto()
    FAULTS = auto()
    PARALLEL = auto()
    NAVIGATION = auto()
    SIDEBARS = auto()
    SHORTCUTS = auto()


ALL = ~Capability(0)
"""Every capability."""

INSTEAD = {
    Capability.READING: "all pages are read in each build",
    Capability.WRITING: "pages are written without the cache",
    Capability.DOCUMENTS: "Pronghorn cannot work",
    Capability.SETTINGS: "conf.py counts where it sets another value than the default, and else pronghorn.toml",
    Capability.PLUGINS: "what a plugin connects by 'app.connect' stays connected when the plugin fails",
    Capability.URLS: "pages have the URLs that Sphinx gives them",
    Capability.SEARCH: "pages have the names in the search that Sphinx gives them",
    Capability.DRAFTS: "a toctree that names a draft gives a warning",
    Capability.COPIES: "what a serialising builder has copied stays as it was",
    Capability.TRANSLATIONS: "pages that plugins make are not translated",
    Capability.FAULTS: "faults name no page where pages are written without the cache",
    Capability.PARALLEL: "pages are read and written in one process",
    Capability.NAVIGATION: "the navigation is left to Sphinx",
    Capability.SIDEBARS: "the sidebar is left to the theme",
    Capability.SHORTCUTS: "a shortcut is not taken",
}
"""What happens if an internal that a capability needs has changed."""
