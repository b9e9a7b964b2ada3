"""Metadata from the field list at the top of a reStructuredText file.

As in docutils, the list may follow comments, targets and the document's title.
"""

from __future__ import annotations

import re

_FIELD = re.compile(r":(?![: ])((?:\\.|[^\\:]|:(?!\s|$))+):(?:[ ]+(.*))?$")
_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*\s*$")


def read_field_list(text: str) -> dict[str, str]:
    """Read the metadata of a reStructuredText file; values are the fields' text, on one line each."""
    lines = text.split("\n")
    start = _after_title(lines, _first_line(lines, 0))
    return _fields(lines, start)


def find_title(text: str) -> str | None:
    """Find the document's title, if the file begins with one; None otherwise."""
    lines = text.split("\n")
    at = _first_line(lines, 0)
    while at < len(lines) and _FIELD.match(lines[at]):  # a title may follow the fields as well
        at = _first_line(lines, at + 1)
    after = _after_title(lines, at)
    if after == at:
        return None
    return lines[at + 1 if _ADORNMENT.match(lines[at]) else at].strip()


def _first_line(lines: list[str], at: int) -> int:
    """Skip blank lines, comments, targets and other explicit markup with all that is indented below it."""
    while at < len(lines):
        if not lines[at].strip():
            at += 1
        elif lines[at].startswith((".. ", "..\n")) or lines[at].strip() == "..":
            at += 1
            while at < len(lines) and (not lines[at].strip() or lines[at][0] in " \t"):
                at += 1
        else:
            break
    return at


def _after_title(lines: list[str], at: int) -> int:
    def is_adornment(index: int) -> bool:
        return index < len(lines) and bool(_ADORNMENT.match(lines[index])) and len(lines[index].strip()) > 1

    if is_adornment(at) and at + 2 < len(lines) and is_adornment(at + 2):
        return _first_line(lines, at + 3)
    if at < len(lines) and not _FIELD.match(lines[at]) and is_adornment(at + 1):
        return _first_line(lines, at + 2)
    return at


def _fields(lines: list[str], at: int) -> dict[str, str]:
    fields: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in lines[at:]:
        found = _FIELD.match(line)
        if found:
            current = fields[found[1].strip()] = [found[2] or ""]
        elif current is not None and line[:1] in {" ", "\t"}:
            current.append(line)
        elif current is None or line.strip():
            break
    return {name: " ".join(part.strip() for part in parts if part.strip()) for name, parts in fields.items()}
