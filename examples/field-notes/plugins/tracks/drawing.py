"""Drawings as inline SVG. Colours and widths are set by the site's style sheet."""

from html import escape
from math import cos, radians

from .decoding import METRES_PER_DEGREE

WIDTH = 600
MARGIN = 24
CURVE_HEIGHT = 150
MAP_HEIGHTS = (160, 420)
SCALES_M = (50, 100, 200, 500, 1000)


def svg(kind, height, label, *parts):
    shown = escape(label, quote=True)
    head = f'<svg class="{kind}" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{shown}">'
    return "".join([head, *parts, "</svg>"])


def line(points, kind):
    pairs = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="{kind}" points="{pairs}"/>'


def text(x, y, words, anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def draw_map(track):
    """Draw the way: north is up, a bar shows the scale, a ring the start."""
    first = track.points[0]
    width_of_degree = METRES_PER_DEGREE * cos(radians(first.latitude))
    east = [(point.longitude - first.longitude) * width_of_degree for point in track.points]
    north = [(point.latitude - first.latitude) * METRES_PER_DEGREE for point in track.points]
    span_east, span_north = max(east) - min(east), max(north) - min(north)
    lowest, highest = MAP_HEIGHTS
    room = WIDTH - 2 * MARGIN
    scale = min(room / max(span_east, 1), (highest - 3 * MARGIN) / max(span_north, 1))
    height = max(lowest, round(span_north * scale) + 3 * MARGIN)
    left = (WIDTH - span_east * scale) / 2
    way = [
        (left + (x - min(east)) * scale, MARGIN + (max(north) - y) * scale) for x, y in zip(east, north, strict=True)
    ]
    (x, y), (end_x, end_y) = way[0], way[-1]
    return svg(
        "track-map",
        height,
        f"Map of the way, {track.metres:.0f} metres long",
        line(way, "way"),
        f'<circle class="start" cx="{x:.1f}" cy="{y:.1f}" r="6"/>',
        f'<circle class="end" cx="{end_x:.1f}" cy="{end_y:.1f}" r="6"/>',
        scale_bar(scale, height),
    )


def scale_bar(scale, height):
    metres = max((m for m in SCALES_M if m * scale < WIDTH / 3), default=SCALES_M[0])
    y = height - MARGIN / 2
    bar = line([(MARGIN, y - 5), (MARGIN, y), (MARGIN + metres * scale, y), (MARGIN + metres * scale, y - 5)], "scale")
    return bar + text(MARGIN + metres * scale + 8, y, f"{metres} m")


def draw_curve(track, values, label, unit):
    """Draw one reading over time, with its lowest and highest value."""
    low, high = min(values), max(values)
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    top, bottom = 2 * MARGIN, CURVE_HEIGHT - 2 * MARGIN
    scale = (bottom - top) / max(high - low, 0.01)
    curve = [(MARGIN + index * step, bottom - (value - low) * scale) for index, value in enumerate(values)]
    return svg(
        "curve",
        CURVE_HEIGHT,
        f"{label}: from {low:.1f} to {high:.1f} {unit}",
        line([(MARGIN, bottom + 12), (WIDTH - MARGIN, bottom + 12)], "axis"),
        line(curve, "reading"),
        text(MARGIN, MARGIN, f"{low:.1f} to {high:.1f} {unit}"),
        text(MARGIN, CURVE_HEIGHT - 8, f"{track.points[0].time:%H:%M}"),
        text(WIDTH - MARGIN, CURVE_HEIGHT - 8, f"{track.points[-1].time:%H:%M} UTC", "end"),
    )
