"""What the last build of an output directory was made from: for reasons, and to take turns in checking."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sphinx.builders import Builder

from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.tracking.digests import name_from
from pronghorn.cache.tracking.file_digests import write_whole
from pronghorn.incremental.write.reasons import kind_of_part, reason_of_part

_VERSION = 1


@dataclass(slots=True)
class Former:
    """The parts of the keys, and the documents."""

    parts: dict[str, str] = field(default_factory=dict)
    doctrees: dict[str, str] = field(default_factory=dict)
    """Digests by docname."""
    number: int = 0
    """How many builds there were."""

    def reason(self, docname: str, parts: Mapping[str, bytes], doctree: bytes) -> Reason:
        """Say why the store has nothing for a page's key."""
        if not self.parts:
            return Reason("builder")
        if docname not in self.doctrees:
            return Reason("new")
        if self.doctrees[docname] != doctree.hex():
            return Reason("doctree")
        kinds = {kind_of_part(name) for name in parts}
        names = [*parts, *(name for name in self.parts if name not in parts and kind_of_part(name) in kinds)]
        now = {name: digest.hex() for name, digest in parts.items()}
        changed = next((name for name in names if self.parts.get(name) != now.get(name)), None)
        return Reason("damaged") if changed is None else reason_of_part(changed)


def load_former(builder: Builder) -> Former:
    """Return what :func:`save_former` has kept; nothing if it is damaged."""
    try:
        version, parts, doctrees, number = json.loads(file_beside(builder, "writing").read_bytes())
    except (OSError, ValueError, TypeError, RecursionError):
        return Former()
    is_sound = version == _VERSION and type(parts) is type(doctrees) is dict and type(number) is int
    return Former(parts, doctrees, number) if is_sound else Former()


def save_former(builder: Builder, former: Former) -> None:
    """Keep it for the next build, if it can be written."""
    content = json.dumps([_VERSION, former.parts, former.doctrees, former.number]).encode()
    with suppress(OSError):  # without it, reasons are less precise
        write_whole(file_beside(builder, "writing"), content)


def file_beside(builder: Builder, name: str) -> Path:
    """Return a file beside the doctrees for what one build of an output directory keeps for the next."""
    place = name_from(str(Path(builder.outdir).resolve()))
    return Path(builder.doctreedir, "pronghorn", f"{name}-{builder.name}-{place}.json")
