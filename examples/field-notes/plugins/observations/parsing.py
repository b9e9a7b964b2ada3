"""The format of .obs files.

First lines of `key: value`, then an empty line, then paragraphs and records in any order. A record is a line with
a time, a name, a number and perhaps a remark, with two blanks or more between them. A plus sign stands for what was
there and not counted::

    05:10  Redshank  x6  two pairs in song flight
    05:40  Sea aster  +  in flower
"""

import re
from datetime import date

from pronghorn import Place, SourceError

TIME = re.compile(r"\d\d:\d\d\b")
RECORD = re.compile(r"(\d\d:\d\d) {2,}(\S.*?) {2,}(?:x(\d+)|\+)(?: {2,}(.+))?")
KEYS = ("date", "place", "weather", "tide", "observer")


def parse(source):
    """Return header, text and records of an observation file; a record is (time, name, count or None, remark)."""
    lines = list(enumerate(source.read_text().splitlines(), start=1))
    end = next((index for index, (_, line) in enumerate(lines) if not line.strip()), len(lines))
    header = parse_header(source, lines[:end])
    records = [parse_record(source, number, line) for number, line in lines[end:] if TIME.match(line)]
    text = "\n".join(line for _, line in lines[end:] if not TIME.match(line))
    return header, text.strip(), records


def parse_header(source, lines):
    header = {}
    for number, line in lines:
        key, colon, value = line.partition(":")
        if not colon or key not in KEYS:
            raise SourceError(f"{line!r} is no `key: value` with a key of {KEYS}", place=Place(source.path, number))
        header[key] = value.strip()
    return {**header, "date": date.fromisoformat(header["date"])}


def parse_record(source, number, line):
    found = RECORD.fullmatch(line.rstrip())
    if found is None:
        raise SourceError(
            f"{line!r} is not a record: time, name, xNUMBER or +, remark", place=Place(source.path, number)
        )
    time, name, count, remark = found.groups()
    return time, name, int(count) if count else None, remark or ""
