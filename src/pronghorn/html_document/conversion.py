"""What the conversion of one page works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from justhtml import Element

from .builder import DocumentBuilder
from .links import References
from .outline import Outline
from .table_layout import Table

Close = Callable[[], None]
"""Closes what an element opened."""


@dataclass(slots=True)
class Conversion:
    """The state of the conversion of one page."""

    builder: DocumentBuilder
    references: References
    outline: Outline
    in_link: bool = False
    tables: list[Table | None] = field(default_factory=list)
    """The open tables; None stands for one within another."""
    code: Element | None = None
    """The <code> that a <pre> consists of."""


Opener = Callable[[Conversion, Element], Close]
"""Opens what is made of an element, and returns what closes it."""

Openers = Mapping[str, Opener]
"""Openers by the names of elements."""


def do_nothing() -> None:
    """Close an element that opened nothing."""


def in_order(*steps: Close) -> Close:
    """Return what takes these steps one after the other."""

    def close() -> None:
        for step in steps:
            step()

    return close
