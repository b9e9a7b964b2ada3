"""A table as a node of docutils."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docutils import nodes

MAX_WIDTH = 60
"""Columns of longer texts are as wide as this, in relation to the others."""


def table_node(header: Sequence[str], rows: Sequence[Sequence[str]], classes: Iterable[str] = ()) -> nodes.table:
    """Make a table. A header of empty texts is left out."""
    group = nodes.tgroup(cols=len(header))
    for column in zip(header, *rows, strict=True):
        group += nodes.colspec(colwidth=min(MAX_WIDTH, max(1, *map(len, column))))
    if any(header):
        group += nodes.thead("", _row(header))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group, classes=list(classes))


def _row(fields: Iterable[str]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", _field(text)) for text in fields))


def _field(text: str) -> nodes.paragraph:
    """Return a field as it is: Sphinx is told to leave its quotation marks alone."""
    return nodes.paragraph("", "", nodes.Text(text), support_smartquotes=False)
