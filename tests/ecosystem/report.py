"""What is printed of outcomes: lines, a summary, a table."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.ecosystem.outcome import Outcome, Verdict

_COLUMNS = ("Extension", "Version", "Result", "Pages restored in a clone", "Why others were not")
_FOLDERS = re.compile(r"(?<![\w:/.])/(?:[^\s/()]+/)+")
"""Of this machine: the table is for readers elsewhere."""


def lines_of(outcome: Outcome) -> Iterator[str]:
    """Yield a line for an outcome, and what its faults are."""
    clone = "" if outcome.clone is None else f"{outcome.clone} restored in a clone"
    head = f"{outcome.name:<32} {outcome.version:<14} {outcome.verdict:<9} {outcome.seconds:5.0f} s  {clone}"
    yield head.rstrip()
    if outcome.clone is not None and outcome.clone.reason:
        yield f"  not restored: {outcome.clone.reason}"
    if outcome.varying:
        yield f"  not compared, for stock Sphinx makes something else each time: {', '.join(outcome.varying)}"
    for fault in outcome.faults:
        yield f"  {fault.verdict} {fault}"


def summary_of(outcomes: Sequence[Outcome]) -> str:
    """Return how many outcomes there are of each kind, and which ones are bad."""
    counts = Counter(outcome.verdict for outcome in outcomes)
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in reversed(Verdict) if counts[verdict])
    bad = [outcome.name for outcome in outcomes if outcome.is_bad]
    return "\n".join([f"{len(outcomes)} tried: {told or 'none'}", *([f"at fault: {', '.join(bad)}"] if bad else [])])


def table_of(outcomes: Sequence[Outcome]) -> str:
    """Return a Markdown table, a row for each outcome."""
    rows = [_COLUMNS, ("---",) * len(_COLUMNS), *map(_row, outcomes)]
    return "\n".join(f"| {' | '.join(rows)} |" for rows in rows)


def _row(outcome: Outcome) -> tuple[str, ...]:
    first = f": {outcome.faults[0]}".partition("\n")[0] if outcome.faults else ""
    clone = outcome.clone
    cells = (
        outcome.name,
        outcome.version,
        f"{outcome.verdict}{first}",
        str(clone or ""),
        clone.reason if clone else "",
    )
    return tuple(_FOLDERS.sub("", cell).replace("|", "\\|") for cell in cells)


def write_json(outcomes: Sequence[Outcome], file: Path) -> None:
    """Write all outcomes to a file."""
    text = json.dumps([outcome.to_json() for outcome in outcomes], indent=2)
    file.write_text(text + "\n", encoding="utf-8")
