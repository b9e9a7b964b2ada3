"""Names of files from the folder in which the build was started: docutils writes such for what a page includes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from pronghorn.cache.pickles.portable_paths import FROM_HERE, put_on, split_off
from pronghorn.documents.messages import Message, portable_location
from pronghorn.seam.rows.reading import RELATIVE_PATH


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    """This object, and no equal one, is known to be the name."""
    path: str
    """The absolute path of the file."""
    rest: str | None
    """What :func:`split_off` gives for it."""

    @property
    def is_absolute(self) -> bool:
        """Whether the file has nothing in common with the folder in which the build was started."""
        return self.text == self.path


class NamesFromHere:
    """The names that docutils has given to files while one page was read."""

    def __init__(self, srcdir: str) -> None:
        self._srcdir = srcdir
        self._names: list[_Name] = []

    def __len__(self) -> int:
        return len(self._names)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Make docutils tell the names that it gives inside."""
        relative_path = RELATIVE_PATH.of()

        @wraps(relative_path)
        def tell(source: Any, target: Any) -> Any:
            text = relative_path(source, target)
            if source is None:
                path = os.path.abspath(target)  # noqa: PTH100 - as docutils does
                self._names.append(_Name(text, path, split_off(self._srcdir, path)))
            return text

        with RELATIVE_PATH.replaced(tell):
            yield

    def portable(self) -> dict[int, str]:
        """Return by id how the names are kept.

        Those are left out that another build could not make again: an extension may have been in another folder.
        """
        rests = {id(name.text): (FROM_HERE + name.rest, name.text) for name in self._names if name.rest is not None}
        return {key: rest for key, (rest, text) in rests.items() if put_on(self._srcdir, rest) == text}

    def portable_message(self, message: Message) -> Message:
        """Return a warning whose location means the same wherever a build is started."""
        location = message.location
        text, _, line = location.rpartition(":") if isinstance(location, str) else ("", "", "")
        for name in self._names:
            if name.text == text and name.rest is not None and not name.is_absolute and (line + "0").isdigit():
                return replace(message, location=portable_location(f"{FROM_HERE}{name.rest}:{line}"))
        return message

    def among(self, *data: bytes) -> set[str]:
        """Return the paths of the files whose names stand in some data, whoever has put them there."""
        return {name.path for name in self._names if any(_stands_in(_encoded(name.text), part) for part in data)}

    def among_messages(self, messages: Iterable[Message]) -> set[str]:
        """Return the paths of the files whose names stand in warnings, other than in portable locations.

        An absolute path in a location may be such a name, or the path of the page.
        """
        found: set[str] = set()
        for message in messages:
            place = message.location.rpartition(":")[0] if isinstance(message.location, str) else ""
            absolute = {
                portable_location(name.rest): name.path for name in self._names if name.rest and name.is_absolute
            }
            found |= self.among(_encoded(message.text), b"" if place.startswith("\0") else _encoded(place))
            found |= {absolute[place]} if place in absolute else set()
        return found


def _stands_in(name: bytes, data: bytes) -> bool:
    """Check whether a name stands in data, and not only the end of a longer path.

    In a pickle, a text that begins with the name may have a slash before it as well, which tells its length.
    """
    return name in data and re.search(rb"(?:(?<!/)|(?<=\x8c/))" + re.escape(name), data) is not None


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
