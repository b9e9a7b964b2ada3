"""What can go wrong, as exceptions that carry their subject."""

from __future__ import annotations

import difflib
import linecache
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, printed as ``plugins/gallery.py:12``."""

    file: Path
    line: int | None = None

    def __str__(self) -> str:
        """Return the place in the form that editors and terminals can open."""
        return f"{self.file}:{self.line}" if self.line else str(self.file)

    def below(self, root: Path) -> Place:
        """Return the same place with its path relative to *root*, if it lies below it."""
        if self.file.is_relative_to(root):
            return Place(self.file.relative_to(root), self.line)
        return self


class PronghornError(Exception):
    """Base of all errors that Pronghorn raises on purpose.

    :ivar place: where the fault is, if it has a place.
    """

    def __init__(self, message: str, *, place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place

    def __str__(self) -> str:
        """Return the place, a colon and the message."""
        return f"{self.place}: {self.message}" if self.place else self.message


class ConfigurationError(PronghornError):
    """A configuration file or value cannot be used."""


class PluginError(PronghornError):
    """A plugin cannot be loaded, or breaks the rules for plugins."""


class SignalError(PronghornError):
    """A handler does not fit its signal."""


class UrlError(PronghornError):
    """A URL leaves the output directory, has illegal parts, or belongs to another page."""


class SourceError(PronghornError):
    """A source file cannot be read as what it claims to be."""


class PageError(PronghornError):
    """A page cannot be made, or not now."""


class QueryError(PronghornError):
    """A query has an unknown argument or field, or a value that cannot be used."""


def place_of_exception(error: BaseException, roots: Iterable[Path]) -> Place | None:
    """Find the line of a plugin at which *error* arose.

    :param roots: files and folders that belong to the plugin.
    :return: the innermost frame below *roots*; for a syntax error, the line that is wrong;
        None if no frame lies there.
    """
    places = tuple(roots)

    def belongs(file: str) -> bool:
        path = Path(file)
        return any(path == root or root in path.parents for root in places)

    if isinstance(error, SyntaxError) and error.filename and belongs(error.filename):
        return Place(Path(error.filename), error.lineno)
    if isinstance(error, PronghornError) and error.place is not None and belongs(str(error.place.file)):
        return error.place
    found = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if belongs(frame.f_code.co_filename):
            found = Place(Path(frame.f_code.co_filename), line)
    return found


def describe_exception(error: BaseException) -> str:
    """Return ``ValueError: bad date`` for *error*: its class and what it says.

    Errors of Pronghorn's own speak for themselves, without the name of their class.
    """
    if isinstance(error, PronghornError):
        return str(error)
    if isinstance(error, SyntaxError):
        line = (error.text or linecache.getline(error.filename or "", error.lineno or 0)).strip()
        return f"{type(error).__name__}: {error.msg}" + (f" in `{line}`" if line else "")
    if isinstance(error, SystemExit):
        return f"it called sys.exit({error.code!r})"
    said = str(error)
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def did_you_mean(name: str, known: Iterable[str], *, cutoff: float = 0.6, tells_all: bool = False) -> str:
    """Return ``; did you mean 'x'?`` for the nearest known name, or nothing if none is near.

    :param cutoff: how near it must be; 1 is the same name.
    :param tells_all: give all names instead of nothing.
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=cutoff)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; there are: {', '.join(names)}" if tells_all else ""
