"""What is told of outcomes: lines, a summary, a file."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.ecosystem.outcome import Outcome, Verdict

_FOLDERS = re.compile(r"(?<![\w:/.])/(?:[^\s/()]+/)+")
"""Of this machine: what is written is for readers elsewhere."""


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


def write_json(outcomes: Sequence[Outcome], file: Path, versions: Mapping[str, str]) -> None:
    """Write all outcomes to a file, with the day, and what they were tried with.

    :param versions: of Python and Sphinx, by name.
    """
    data = {"date": datetime.now(UTC).date().isoformat(), **versions, "outcomes": [_row(one) for one in outcomes]}
    file.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _row(outcome: Outcome) -> dict[str, Any]:
    """Return what is to be told of an outcome, without the folders of this machine."""
    return outcome.to_json() | {
        "faults": [_FOLDERS.sub("", f"{fault.verdict} {fault}") for fault in outcome.faults],
        "clone": str(outcome.clone or ""),
        "reason": _FOLDERS.sub("", outcome.clone.reason) if outcome.clone is not None else "",
    }
