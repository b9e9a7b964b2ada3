"""In what two builds differ by themselves, and in what they differ beside that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.ecosystem.place import Built
from tests.support.trees import differences

_NUMBER = re.compile(r"\d+")
_DIGEST = re.compile(r"[0-9a-f]{8}[0-9a-f-]*")
_SHOWN_LINES = 3


@dataclass(frozen=True, slots=True)
class Varying:
    """What is not the same in two builds of the same sources by stock Sphinx."""

    files: frozenset[str] = frozenset()
    """Without digests and random numbers in their names."""
    lines: frozenset[str] = frozenset()
    """Warnings, without their numbers."""

    @classmethod
    def between(cls, first: Built, second: Built) -> Varying:
        """Find it."""
        lines = first.warnings ^ second.warnings
        return cls(
            frozenset(_DIGEST.sub("#", difference.path) for difference in differences(first.output, second.output)),
            frozenset(_NUMBER.sub("#", line) for line in lines),
        )

    def names(self) -> tuple[str, ...]:
        """Return the files, and the warnings."""
        return (*sorted(self.files), *sorted(self.lines))

    def first_file(self, ours: Built, *others: Built) -> str:
        """Describe the first file that is not as in one of the *others*; empty if there is none."""
        found = [
            {
                one.path: str(one)
                for one in differences(other.output, ours.output)
                if _DIGEST.sub("#", one.path) not in self.files
            }
            for other in others
        ]
        in_all = sorted(set(found[0]).intersection(*found[1:]))
        more = f" (and {len(in_all) - 1} more files)" if in_all[1:] else ""
        return f"{found[0][in_all[0]]}{more}" if in_all else ""

    def lines_between(self, ours: Built, stock: Built) -> str:
        """Describe the warnings that only one build gives; empty if there are none."""
        found = [*self._only(stock, ours, "-"), *self._only(ours, stock, "+")]
        more = f"\n  and {len(found) - _SHOWN_LINES} more lines" if len(found) > _SHOWN_LINES else ""
        return "\n".join(found[:_SHOWN_LINES]) + more

    def _only(self, one: Built, other: Built, sign: str) -> Iterator[str]:
        for line in sorted(one.warnings - other.warnings):
            if _NUMBER.sub("#", line) not in self.lines:
                yield f"  {sign} {line}"
