"""Makes the .trk files of this example: ``python tools/make_tracks.py``, in the folder of conf.py.

A real logger writes such files. These are computed, always the same, so that the example needs no one's data.
"""

import struct
from datetime import UTC, datetime
from itertools import pairwise
from math import cos, hypot, pi, sin
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "tracks"
HEADER = struct.Struct("<4sHHIiiHH")
RECORD = struct.Struct("<hhhH")
LATITUDE, LONGITUDE = 52.9612, 0.9405
TIDE_S = 12.42 * 3600

# Bends of the creek from its mouth to the sluice, in steps of a hundred-thousandth of a degree: north, east.
CREEK = [(0, 0), (-90, 60), (-150, 260), (-310, 330), (-340, 560), (-500, 610), (-560, 800), (-760, 830), (-900, 1010)]
BAR = [(0, 0), (120, -80), (330, -60), (480, 120), (560, 420), (430, 690), (240, 640), (90, 380), (0, 0)]


def along(bends, count):
    """Return *count* points along a line, equally far apart, rounding its corners a little."""
    lengths = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(bends)]
    points = []
    for index in range(count):
        rest = sum(lengths) * index / (count - 1)
        leg = 0
        while leg < len(lengths) - 1 and rest > lengths[leg]:
            rest -= lengths[leg]
            leg += 1
        share = min(rest / lengths[leg], 1.0)
        (north, east), (north_to, east_to) = bends[leg], bends[leg + 1]
        sway = 9 * sin(index * 0.7) * sin(share * pi)
        points.append((north + (north_to - north) * share + sway, east + (east_to - east) * share - sway))
    return points


def write(name, title, note, *, start, interval_s, records):
    texts = title.encode(), note.encode()
    head = (b"TRK1", len(records), interval_s, int(start.timestamp()), round(LATITUDE * 1e7), round(LONGITUDE * 1e7))
    packed = [RECORD.pack(round(n), round(e), round(t * 100), round(s * 100)) for n, e, t, s in records]
    (FOLDER / name).write_bytes(b"".join([HEADER.pack(*head, *map(len, texts)), *texts, *packed]))


def make_creek(count=121):
    """Go up the creek with the flood: fresher and warmer towards the sluice."""
    for index, (north, east) in enumerate(along(CREEK, count)):
        share = index / (count - 1)
        yield north, east, 17.2 + 3.6 * share**1.5 + 0.15 * sin(index / 3), 33.4 - 25 * share**3 + 0.2 * sin(index / 5)


def make_bar(count=91):
    """Go round the bar and back at slack water: the sea, a little colder outside."""
    for index, (north, east) in enumerate(along(BAR, count)):
        share = index / (count - 1)
        yield north, east, 9.8 - 1.1 * sin(share * pi) + 0.05 * sin(index), 33.9 + 0.4 * sin(share * pi)


def make_hulk(count=150, interval_s=300):
    """Hang at one place for a tide: the ebb brings fresh water, the flood comes warm over the mud."""
    for index in range(count):
        phase = 2 * pi * index * interval_s / TIDE_S
        warm = 1.8 * max(0, sin(phase - pi)) ** 2
        yield -560, 800, 14.1 + 0.9 * sin(phase / 2) + warm, 27.5 + 5.2 * cos(phase)


def main():
    FOLDER.mkdir(exist_ok=True)
    write(
        "round-the-bar.trk",
        "Round the bar",
        "By boat out of the creek and round the sand bar at slack water, with the brent geese going over.",
        start=datetime(2026, 4, 18, 7, 20, tzinfo=UTC),
        interval_s=40,
        records=list(make_bar()),
    )
    write(
        "one-tide-at-the-hulk.trk",
        "One tide at the hulk",
        "The logger hung from the rudder gudgeon of the old hulk for a whole tide, from high water to high water.",
        start=datetime(2026, 6, 24, 0, 40, tzinfo=UTC),
        interval_s=300,
        records=list(make_hulk()),
    )
    write(
        "up-to-the-sluice.trk",
        "Up to the sluice",
        "With the flood from the mouth of the creek to the sluice, where fresh water comes through the sea wall.",
        start=datetime(2026, 8, 29, 5, 30, tzinfo=UTC),
        interval_s=30,
        records=list(make_creek()),
    )


if __name__ == "__main__":
    main()
