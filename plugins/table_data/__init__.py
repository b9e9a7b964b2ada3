"""Tables from data files: CSV, TSV, JSON and YAML, inside a page or as pages of their own.

The directive ``data-table`` shows a file in a page, in Markdown and reStructuredText::

    ```{data-table} prices.csv
    :caption: What bread costs
    ```

Files that match ``patterns`` become pages::

    # conf.py
    pronghorn_plugins_enabled = ["table_data"]
    pronghorn_plugins = {"table_data": {"patterns": ["data/**"]}}

What is in the fields is shown as it is, never as markup.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from docutils.utils import new_document

from pronghorn import Content, Metadata, Page, Site, Source

from .directive import make_directive
from .nodes import table_node
from .tables import TYPES, read_table

__version__ = "1.0"

_WILDCARDS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@dataclass
class TableData:
    """The plugin's table."""

    patterns: list[str] = field(default_factory=list)
    """Which data files become pages, by their paths below the source directory."""

    def make_condition(self) -> re.Pattern[str]:
        """Make a regular expression that matches what any of the patterns does; without any, nothing."""
        pieces = [re.split(r"(\*\*/|\*\*|\*|\?)", pattern.replace("\\", "/")) for pattern in self.patterns]
        parts = ["".join(_WILDCARDS.get(piece, re.escape(piece)) for piece in some) for some in pieces]
        return re.compile("|".join(parts) if parts else r"(?!)", re.DOTALL)


def read(page: Page) -> tuple[Metadata, Content] | None:
    """Read a data file as a page."""
    if page.source is None:
        return None
    table = read_table(page.source)
    document = new_document(page.source.relpath)
    document += table_node(table.header, table.rows, classes=["data-table"])
    return Metadata(title=_title_of(page.source)), Content("doctree", document)


def _title_of(source: Source) -> str:
    return posixpath.basename(source.filebase).replace("_", " ").replace("-", " ").capitalize()


def _is_data(source: Source, extensions: Iterable[str] = TYPES) -> bool:
    return source.ext.lower() in extensions


def register_plugin(site: Site) -> None:
    """Declare the table, the reader and the directive."""
    wanted = site.config.update_plugin_table("table_data", TableData()).make_condition()
    site.readers.register_reader(
        condition=lambda path: _is_data(path) and wanted.fullmatch(path.relpath) is not None, read=read
    )
    site.app.add_directive("data-table", make_directive(site), override=True)
