"""Lays out the cells of an HTML table as docutils has them."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from docutils import nodes
from docutils.utils import column_width
from justhtml import Element

from .elements import attribute

_MAX_COLSPAN = 1000
_MAX_ROWSPAN = 65534
"""What HTML allows at most."""


_TEXT_WIDTH = 70
_MIN_TEXT_WIDTH = 4
"""The text builder of Sphinx 8 never ends if a letter does not fit into its column."""


@dataclass(slots=True)
class _Cell:
    entry: nodes.entry
    columns: int
    """How many columns wide."""
    rows: int
    """How many rows high; 0: all that follow in its part of the table."""
    is_header: bool
    start: int = 0
    """The column that it starts in."""


@dataclass(slots=True)
class Table:
    """A table while its rows come in."""

    node: nodes.table
    """It is in its document already."""
    head: nodes.thead = field(default_factory=nodes.thead)
    body: nodes.tbody = field(default_factory=nodes.tbody)
    foot: nodes.tbody = field(default_factory=nodes.tbody)
    """Docutils has no foot: its rows become the last of the body."""
    part: nodes.Element = field(init=False)
    """What takes the rows now."""
    _rows: dict[nodes.Node, list[_Cell]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.part = self.body
        if self.node.document is not None:
            # Nodes take their line numbers from the document that they are added to.
            for part in (self.head, self.body, self.foot):
                part.document = self.node.document

    def new_row(self) -> nodes.row:
        """Return a row that the caller puts into `part`."""
        row = nodes.row()
        self._rows[row] = []
        return row

    def new_entry(self, row: nodes.Node, element: Element) -> nodes.entry:
        """Return an entry for `element`, a <td> or <th>, that the caller puts into that row."""
        cell = _Cell(
            nodes.entry(),
            columns=max(_number(element, "colspan", _MAX_COLSPAN), 1),
            rows=_number(element, "rowspan", _MAX_ROWSPAN),
            is_header=element.name == "th",
        )
        self._rows[row].append(cell)
        return cell.entry

    def finish(self) -> bool:
        """Complete the table. Return False if it has no cells, so that there is no table."""
        self._find_head()
        self.body.extend(self.foot.children)
        parts: list[nodes.Element] = [self.head, self.body] if self.head.children else [self.body]
        for part in parts:
            self._place(part)
        starts = sorted({cell.start for cells in self._rows.values() for cell in cells})
        if not starts:
            return False
        for part in parts:
            self._measure(part, starts)
        self._assemble(parts, len(starts))
        return True

    def _cells(self, part: nodes.Element) -> list[list[_Cell]]:
        return [self._rows[row] for row in part.children]

    def _find_head(self) -> None:
        """Take the first rows as the head if the page names none and they, only they, are all headers."""
        rows = self._cells(self.body)
        count = next((i for i, row in enumerate(rows) if not row or not all(cell.is_header for cell in row)), 0)
        if not self.head.children and all(cell.rows == 1 for row in rows[:count] for cell in row):
            self.head.extend(self.body.children[:count])
            del self.body.children[:count]

    def _place(self, part: nodes.Element) -> None:
        """Find the column that each cell starts in; cells of rows above may reach down."""
        rows = self._cells(part)
        reaching: list[tuple[int, int, int]] = []
        for index, cells in enumerate(rows):
            reaching = sorted(span for span in reaching if span[2] > index)
            reaching += _place_row(cells, iter(reaching.copy()), index, len(rows))

    def _measure(self, part: nodes.Element, starts: list[int]) -> None:
        """Count widths in columns that cells start in (there may be others), and fill what no cell covers."""
        reaching = [0] * len(starts)
        for row in part.children:
            if isinstance(row, nodes.row):
                self._measure_row(row, starts, reaching)
                reaching = [max(rows - 1, 0) for rows in reaching]

    def _measure_row(self, row: nodes.row, starts: list[int], reaching: list[int]) -> None:
        """Measure a row; `reaching` says of each column how many rows its last cell covers from here on."""
        entries: list[nodes.entry] = []
        column = 0
        for cell in self._rows[row]:
            first = bisect_left(starts, cell.start)
            end = bisect_left(starts, cell.start + cell.columns)
            entries += _fillers(reaching, column, first)
            entries.append(cell.entry)
            cell.start, cell.columns, column = first, end - first, end
            _set_span(cell.entry, cell.columns, cell.rows)
            reaching[first:end] = [cell.rows] * cell.columns
        row.children = []
        row.extend(entries + _fillers(reaching, column, len(starts)))

    def _assemble(self, parts: list[nodes.Element], columns: int) -> None:
        colspecs = [nodes.colspec(colwidth=width) for width in self._text_widths(columns)]
        self._mark_headers(colspecs[0])
        self.node.append(nodes.tgroup("", *colspecs, *parts, cols=columns))

    def _text_widths(self, columns: int) -> list[int]:
        """Return the width of each column in characters; only Sphinx's text builder uses it."""
        widths = [_MIN_TEXT_WIDTH] * columns
        for cells in self._rows.values():
            for cell in cells:
                if cell.columns == 1:
                    lines = cell.entry.astext().splitlines()
                    widths[cell.start] = max(widths[cell.start], *map(column_width, lines), 0)
        total = max(sum(widths), _TEXT_WIDTH)
        return [max(width * _TEXT_WIDTH // total, _MIN_TEXT_WIDTH) for width in widths]

    def _mark_headers(self, first_column: nodes.colspec) -> None:
        """Make the first column a column of headers if all its cells are; other headers have a class."""
        cells = [cell for cells in self._cells(self.body) for cell in cells]
        first = [cell for cell in cells if cell.start == 0]
        is_stub = bool(first) and all(cell.is_header and cell.rows == 1 for cell in first)
        if is_stub:
            first_column["stub"] = 1
        for cell in cells:
            if cell.is_header and not (is_stub and cell.start == 0):
                cell.entry["classes"].append("head")


def _number(element: Element, name: str, most: int) -> int:
    """Return an attribute as a number; 1 if it is not a number."""
    match = re.match(r"\s*\+?([0-9]{1,9})", attribute(element, name))
    return min(int(match[1]), most) if match else 1


def _place_row(
    cells: list[_Cell], reaching: Iterator[tuple[int, int, int]], index: int, height: int
) -> list[tuple[int, int, int]]:
    """Place the cells of row `index` of `height`, and return those that reach down further.

    A span is (first column, column after the last, row after the last); `reaching` has those from above, in order.
    """
    column = 0
    further = []
    blocking = next(reaching, None)
    for cell in cells:
        while blocking and blocking[0] < column + cell.columns:
            column = max(column, blocking[1])
            blocking = next(reaching, None)
        cell.start = column
        column += cell.columns
        cell.rows = min(cell.rows or height, height - index)
        if cell.rows > 1:
            further.append((cell.start, column, index + cell.rows))
    return further


def _fillers(reaching: list[int], start: int, end: int) -> list[nodes.entry]:
    """Return empty entries for the columns from `start` up to `end` that no cell above reaches into."""
    entries = []
    for is_free, columns in groupby(range(start, end), key=lambda column: not reaching[column]):
        if is_free:
            entry = nodes.entry()
            _set_span(entry, len(list(columns)), 1)
            entries.append(entry)
    return entries


def _set_span(entry: nodes.entry, columns: int, rows: int) -> None:
    if columns > 1:
        entry["morecols"] = columns - 1
    if rows > 1:
        entry["morerows"] = rows - 1
