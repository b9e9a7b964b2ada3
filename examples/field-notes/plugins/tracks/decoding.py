"""The format of .trk files. The page method/trk-format describes it."""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import cos, hypot, radians

MAGIC = b"TRK1"
HEADER = struct.Struct("<4sHHIiiHH")
RECORD = struct.Struct("<hhhH")

POSITION_UNIT = 1e-7
STEP_UNIT = 1e-5
READING_UNIT = 0.01
METRES_PER_DEGREE = 111_195


class BrokenTrackError(ValueError):
    """The bytes are no track, or not all of one."""


@dataclass(frozen=True)
class Point:
    time: datetime
    latitude: float
    longitude: float
    temperature: float
    salinity: float


@dataclass(frozen=True)
class Track:
    title: str
    note: str
    start: datetime
    interval_s: int
    points: tuple[Point, ...]

    @property
    def minutes(self):
        return (len(self.points) - 1) * self.interval_s // 60

    @property
    def metres(self):
        return sum(distance(a, b) for a, b in pairwise(self.points))


def distance(a, b):
    """Return the metres between two points; good enough for the few kilometres of a marsh."""
    north = (b.latitude - a.latitude) * METRES_PER_DEGREE
    east = (b.longitude - a.longitude) * METRES_PER_DEGREE * cos(radians(a.latitude))
    return hypot(north, east)


def decode(data):
    """Read a track from the bytes of a file.

    :raises BrokenTrackError: if they are no track, or some are missing.
    """
    if len(data) < HEADER.size or not data.startswith(MAGIC):
        raise BrokenTrackError(f"this is not a track: it does not begin with {MAGIC!r} and a header")
    _, count, interval_s, start, latitude, longitude, title_size, note_size = HEADER.unpack_from(data)
    body = HEADER.size + title_size + note_size
    if not count or len(data) != body + count * RECORD.size:
        raise BrokenTrackError(f"{count} records make {body + count * RECORD.size} bytes; the file has {len(data)}")
    text = data[HEADER.size : body]
    begin = datetime.fromtimestamp(start, UTC)
    return Track(
        title=text[:title_size].decode(),
        note=text[title_size:].decode(),
        start=begin,
        interval_s=interval_s,
        points=tuple(
            Point(
                begin + timedelta(seconds=number * interval_s),
                latitude * POSITION_UNIT + north * STEP_UNIT,
                longitude * POSITION_UNIT + east * STEP_UNIT,
                temperature * READING_UNIT,
                salinity * READING_UNIT,
            )
            for number, (north, east, temperature, salinity) in enumerate(RECORD.iter_unpack(data[body:]))
        ),
    )
