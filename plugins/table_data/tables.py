"""Tables as plain text, read from data files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from pronghorn import Place, Source, SourceError

Row = list[str]


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table: all rows have as many fields as the header."""

    header: Row
    rows: list[Row]


def read_table(source: Source) -> DataTable:
    """Read the file of a table.

    :raises SourceError: it is none; names file and line.
    """
    reader = TYPES.get(source.ext.lower())
    if reader is None:
        known = ", ".join(f".{ext}" for ext in TYPES)
        raise SourceError(f"a table is read from one of {known}", place=Place(source.path, 1))
    return reader(source)


def _separated(delimiter: str) -> Callable[[Source], DataTable]:
    def read(source: Source) -> DataTable:
        # Line ends within a field are the field's own.
        reader = csv.reader(io.StringIO(source.read_text(), newline=""), delimiter=delimiter, strict=True)
        try:
            rows = list(_full_rows(reader, source))
        except csv.Error as error:
            raise _fault(source, reader.line_num, f"this is not a row of a table: {error}") from error
        if not rows:
            raise _fault(source, 1, "the table is empty; its first row has the names of the columns")
        return DataTable(rows[0], rows[1:])

    return read


def _full_rows(reader: Any, source: Source) -> Iterator[Row]:
    """Return the rows that are not empty.

    :raises SourceError: one has another number of fields than the first.
    """
    n_columns = None
    line = 1
    for row in reader:
        n_columns = len(row) if n_columns is None and row else n_columns
        if row and len(row) != n_columns:
            raise _fault(source, line, f"the row has {len(row)} fields, and the first row has {n_columns}")
        if row:
            yield row
        line = reader.line_num + 1


def _read_json(source: Source) -> DataTable:
    try:
        data = json.loads(source.read_text())
    except json.JSONDecodeError as error:
        raise _fault(source, error.lineno, f"this is not JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise _fault(source, 1, f"this is not JSON: {error}") from error
    return _table_of(data, source)


def _read_yaml(source: Source) -> DataTable:
    try:
        data = yaml.safe_load(source.read_text())
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise _fault(source, line, f"this is not YAML: {error.problem or error}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _fault(source, 1, f"this is not YAML: {error}") from error
    return _table_of(data, source)


def _table_of(data: Any, source: Source) -> DataTable:
    """Make a table of mappings, which name their columns; of lists, the first of which does; or of one mapping."""
    if isinstance(data, dict) and data:
        return DataTable(["", ""], [[_text(key), _text(value)] for key, value in data.items()])
    if isinstance(data, list) and data and all(isinstance(row, dict) for row in data):
        header = list(dict.fromkeys(key for row in data for key in row))
        return DataTable([_text(key) for key in header], [_fields(row, header) for row in data])
    if isinstance(data, list) and data and all(isinstance(row, list) for row in data):
        for number, row in enumerate(data, 1):
            if len(row) != len(data[0]):
                raise _fault(source, 1, f"row {number} has {len(row)} fields, and the first row has {len(data[0])}")
        rows = [[_text(value) for value in row] for row in data]
        return DataTable(rows[0], rows[1:])
    raise _fault(source, 1, "a table is a list of mappings, a list of lists, or one mapping, and not empty")


def _fields(row: Mapping[Any, Any], header: list[Any]) -> Row:
    return [_text(row[key]) if key in row else "" for key in header]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)


def _fault(source: Source, line: int, problem: str) -> SourceError:
    return SourceError(problem, place=Place(source.path, line))


TYPES: dict[str, Callable[[Source], DataTable]] = {
    "csv": _separated(","),
    "tsv": _separated("\t"),
    "json": _read_json,
    "yaml": _read_yaml,
    "yml": _read_yaml,
}
"""What reads a file, by the end of its name."""
