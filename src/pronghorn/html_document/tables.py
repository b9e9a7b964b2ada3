"""Tables and their parts."""

from docutils import nodes
from justhtml import Element

from .conversion import Close, Conversion, Openers, do_nothing, in_order
from .ids import marks_of
from .raw import open_flat, open_label, open_raw
from .table_layout import Table


def _open_table(conversion: Conversion, element: Element) -> Close:
    builder, tables = conversion.builder, conversion.tables

    def leave() -> None:
        tables.pop()

    if builder.is_within(nodes.table):
        # Sphinx has no tables in tables: its text builder fails on them.
        tables.append(None)
        return in_order(open_raw(conversion, element), leave)
    node = nodes.table()
    builder.push_block(node, marks_of(element))
    table = Table(node)
    tables.append(table)

    def finish() -> None:
        leave()
        if not table.finish():
            builder.give_up(node)

    return in_order(builder.pop_block, finish)


def _table_of(conversion: Conversion) -> Table | None:
    return conversion.tables[-1] if conversion.tables else None


def _open_part(conversion: Conversion, element: Element) -> Close:
    """Open a head, a body or a foot."""
    table = _table_of(conversion)
    if table is None:
        return open_raw(conversion, element)
    table.part = {"thead": table.head, "tfoot": table.foot}.get(element.name, table.body)
    conversion.builder.mark(table.part, marks_of(element))
    return do_nothing


def _open_row(conversion: Conversion, element: Element) -> Close:
    table = _table_of(conversion)
    if table is None:
        return open_raw(conversion, element)
    conversion.builder.push_block(table.new_row(), marks_of(element), table.part)
    return conversion.builder.pop_block


def _open_cell(conversion: Conversion, element: Element) -> Close:
    table, row = _table_of(conversion), conversion.builder.block
    if table is None:
        return open_raw(conversion, element)
    conversion.builder.push_block(table.new_entry(row, element), marks_of(element), row)
    return conversion.builder.pop_block


def _open_caption(conversion: Conversion, element: Element) -> Close:
    table = _table_of(conversion)
    if table is None:
        return open_label(conversion, element)
    if table.node.children:
        return open_flat(conversion, element)
    conversion.builder.open_line(nodes.title(), marks_of(element), table.node)
    return conversion.builder.close_line


OPENERS: Openers = {
    **dict.fromkeys(("tbody", "tfoot", "thead"), _open_part),
    **dict.fromkeys(("td", "th"), _open_cell),
    "caption": _open_caption,
    "table": _open_table,
    "tr": _open_row,
}
