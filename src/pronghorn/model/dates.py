"""Dates of pages, all with a time zone: so any two can be compared, whatever they were written as."""

from __future__ import annotations

import difflib
import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Self

from pronghorn.errors import ConfigurationError

EPOCH_VARIABLE = "SOURCE_DATE_EPOCH"
"""The environment variable with the time of reproducible builds, in seconds since 1970."""

_SPACE_BEFORE_OFFSET = re.compile(r"\s+(?=[+-]\d\d)")


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of the build, the same for all of it, and the site's time zone."""

    now: datetime
    """With a time zone."""
    zone: tzinfo
    """That of dates which say none."""

    @classmethod
    def of(cls, given: object, zone: tzinfo, environment: Mapping[str, str]) -> Self:
        """Take the time that is given, else that of the environment, else what the clock says.

        :param given: what the configuration says; None if it says nothing.
        :raises ConfigurationError: if the environment variable is not a number.
        """
        if given is not None:
            return cls(parse_date(given, zone), zone)
        epoch = environment.get(EPOCH_VARIABLE, "")
        if not epoch:
            return cls(datetime.now(zone), zone)
        try:
            return cls(datetime.fromtimestamp(int(epoch), zone), zone)
        except (ValueError, OverflowError, OSError) as error:
            raise ConfigurationError(
                f"the environment variable {EPOCH_VARIABLE} should be seconds since 1970, but is {epoch!r}"
            ) from error


def parse_zone(name: str) -> tzinfo:
    """Find a time zone by its name, such as ``Europe/Berlin``; an empty name is UTC.

    :raises ValueError: if there is none; it names the nearest.
    """
    if name.upper() in {"", "UTC"}:
        return UTC
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: the name of a folder
        raise ValueError(f"there is no time zone {name!r}{_nearest_zone(name)}") from error


def _nearest_zone(name: str) -> str:
    known = {zone.lower(): zone for zone in sorted(zoneinfo.available_timezones())}
    cities = {zone.rpartition("/")[2]: zone for zone in known}
    near = difflib.get_close_matches(name.lower(), [*known, *cities], n=1)
    return f"; did you mean '{known[cities.get(near[0], near[0])]}'?" if near else ""


def parse_date(value: object, zone: tzinfo) -> datetime:
    """Understand a date: a date, a datetime or ISO 8601 text. A date without a time is the day's beginning.

    :param zone: the time zone of what says none.
    :raises ValueError: if it is something else.
    """
    if isinstance(value, str):
        value = _parse_text(value.strip())
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime.combine(value, time(), zone)
    raise ValueError(f"{value!r} is not a date; write it as 2026-05-31 or 2026-05-31 18:30")


def _parse_text(text: str) -> datetime:
    try:
        return datetime.fromisoformat(_SPACE_BEFORE_OFFSET.sub("", text))
    except ValueError as error:
        raise ValueError(f"{text!r} is not a date ({error}); write it as 2026-05-31 or 2026-05-31 18:30") from error


def is_day(value: object) -> bool:
    """Check whether a date, in a form that :func:`parse_date` understands, has no time."""
    if isinstance(value, str):
        return re.fullmatch(r"\d{4}-?\d\d-?\d\d", value.strip()) is not None
    return not isinstance(value, datetime)
