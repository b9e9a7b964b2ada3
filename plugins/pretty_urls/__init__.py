"""Pretty URLs under the ``html`` builder: ``posts/salt.md`` gets the URL ``posts/salt/``, not ``posts/salt.html``.

Load it and, if not all pages should have pretty URLs, say which::

    # conf.py
    pronghorn_plugins_enabled = ["pretty_urls"]
    pronghorn_plugins = {"pretty_urls": {"patterns": ["posts/**"], "exclude": ["posts/drafts/**"]}}

Index pages stay at their folder. Pages that a plugin made keep the URL it made them with. A plugin that deduces
URLs itself is asked first.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pronghorn import Site, Source

__version__ = "1.0"

PRIORITY = 900
"""Later than other plugins' deducers, which know their files better."""

_WILDCARDS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@dataclass
class PrettyUrls:
    """The plugin's table."""

    patterns: list[str] = field(default_factory=lambda: ["**"])
    """Which files get pretty URLs, by their paths below the source directory."""
    exclude: list[str] = field(default_factory=list)
    """Which of these keep the URL of the builder."""

    def make_deducer(self) -> Callable[[Source], str | None]:
        """Make the function that gives a file its URL, or None if it keeps the builder's."""
        wanted, excluded = compile_patterns(self.patterns), compile_patterns(self.exclude)

        def deduce_url(path: Source) -> str | None:
            if not wanted.fullmatch(path.relpath) or excluded.fullmatch(path.relpath):
                return None
            if path.filebase == "index":
                return path.reldirname + "/"
            return posixpath.join(path.reldirname, path.filebase) + "/"

        return deduce_url


def compile_patterns(patterns: Iterable[str]) -> re.Pattern[str]:
    """Make a regular expression that matches what any of *patterns* does; of none of them, nothing.

    ``*`` and ``?`` stand for anything but a slash, ``**`` for anything at all, and ``**/`` for any folder: the top
    one, too. Either kind of slash separates.
    """
    parts = [_expression_of(pattern.replace("\\", "/")) for pattern in patterns]
    return re.compile("|".join(parts) if parts else r"(?!)", re.DOTALL)


def _expression_of(pattern: str) -> str:
    pieces = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    return "".join(_WILDCARDS.get(piece, re.escape(piece)) for piece in pieces)


def register_plugin(site: Site) -> None:
    """Declare the table, and deduce URLs after all other plugins."""
    table = site.config.update_plugin_table("pretty_urls", PrettyUrls())
    site.readers.register_reader(deduce_url=table.make_deducer(), priority=PRIORITY)
