"""A query: what ``site.query`` is asked for, as a value that can be named, and made again from its name."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypedDict

from pronghorn.errors import QueryError, did_you_mean
from pronghorn.model.dates import parse_date
from pronghorn.model.flags import parse_flag
from pronghorn.queries.fields import text_of
from pronghorn.queries.globs import compile_glob


class QueryArguments(TypedDict, total=False):
    """What a query can be given, beside paths."""

    exclude: str | Sequence[str] | None
    where: Mapping[str, Any] | str | None
    since: str | dt.date | None
    until: str | dt.date | None
    draft: bool | None
    sort: str | None
    reverse: bool | None
    offset: int | None
    limit: int | None


@dataclass(frozen=True, slots=True)
class Query:
    """Which pages, in which order. All values are plain and in one form, so that equal queries have equal names."""

    path: tuple[str, ...] = ()
    """Patterns, one of which a docname or the path of a source matches; none: all pages."""
    exclude: tuple[str, ...] = ()
    """Patterns that none matches."""
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Fields, and the texts one of which is their value, or among their values."""
    since: str = ""
    """The first date."""
    until: str = ""
    """The last date; a day counts as a whole."""
    draft: bool | None = None
    """Whether pages are drafts; None: whether or not."""
    sort: str = "docname"
    reverse: bool = False
    offset: int = 0
    limit: int | None = None
    by: str = ""
    """The field to group by; empty: the pages are not grouped."""

    @classmethod
    def make(cls, arguments: Mapping[str, Any], by: str | None = None) -> Self:
        """Make a query from arguments as they are given; texts are understood for all of them.

        :raises QueryError: if one is unknown, or has a value that cannot be used.
        """
        values = {}
        for name, value in {**arguments, "by": by}.items():
            if name not in _PARSERS or (name == "by" and name in arguments):
                raise QueryError(f"there is no argument '{name}'{did_you_mean(name, ARGUMENTS, tells_all=True)}")
            if value is not None:
                try:
                    values[name] = _PARSERS[name](value)
                except (ValueError, TypeError) as error:
                    raise QueryError(f"'{name}': {error}") from error
        return cls(**values)

    @property
    def name(self) -> str:
        """The query in JSON, without what is as usual."""
        given = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if getattr(self, field.name) != field.default
        }
        return json.dumps(given, sort_keys=True, ensure_ascii=False)

    @classmethod
    def of_name(cls, name: str) -> Self:
        """Make the query of a name.

        :raises QueryError: if it is none.
        """
        try:
            given = json.loads(name)
            where, by = given.pop("where", []), given.pop("by", None)
            return cls.make({**given, "where": dict(where) or None}, by)
        except (ValueError, TypeError, AttributeError) as error:
            raise QueryError(f"{name!r} is not a query") from error


def _patterns(value: Any) -> tuple[str, ...]:
    patterns = value.split() if isinstance(value, str) else [str(pattern) for pattern in value]
    for pattern in patterns:
        compile_glob(pattern)
    return tuple(dict.fromkeys(patterns))


def _conditions(value: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = _split(value) if isinstance(value, str) else value
    if not isinstance(found, Mapping):
        raise TypeError(f"it is a mapping of fields to values, not {value!r}")
    return tuple(sorted((str(field), _texts(wanted)) for field, wanted in found.items()))


def _texts(wanted: Any) -> tuple[str, ...]:
    many = wanted if isinstance(wanted, list | tuple | set | frozenset) else [wanted]
    return tuple(sorted({text_of(item) for item in many}))


def _split(text: str) -> dict[str, list[str]]:
    """Understand ``field = value; field = value``; lines count as well."""
    found: dict[str, list[str]] = {}
    for part in filter(str.strip, text.replace(";", "\n").split("\n")):
        field, equals, value = part.partition("=")
        if not equals:
            raise ValueError(f"{part.strip()!r} should be `field = value`")
        found.setdefault(field.strip(), []).append(value.strip())
    return found


def _moment(value: Any) -> str:
    parse_date(value, dt.UTC)
    return value.isoformat() if isinstance(value, dt.date) else str(value).strip()


def _number(value: Any) -> int:
    number = int(value)
    if number < 0 or isinstance(value, bool | float):
        raise ValueError(f"it is a number from 0 on, not {value!r}")
    return number


def _field(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"it is the name of a field, not {value!r}")
    return value.strip()


_PARSERS: Mapping[str, Any] = {
    "path": _patterns,
    "exclude": _patterns,
    "where": _conditions,
    "since": _moment,
    "until": _moment,
    "draft": parse_flag,
    "sort": _field,
    "reverse": parse_flag,
    "offset": _number,
    "limit": _number,
    "by": _field,
}

ARGUMENTS = ("path", *QueryArguments.__annotations__)
"""What a query can be given, by name."""
