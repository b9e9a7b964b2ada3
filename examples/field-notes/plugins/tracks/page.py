"""From a track to the HTML of its page."""

from html import escape

from .drawing import draw_curve, draw_map

ROWS = 12
MOVING_M = 50

INTRODUCTION = """\
<h1>{title}</h1>
<p>{note}</p>
<p>The logger took a reading every {interval_s} seconds, {count} in all.
<a href="../method/trk-format.rst">The format of its files</a> is binary; a plugin draws this page from it.</p>
"""
FIGURE = "<figure>{svg}<figcaption>{caption}</figcaption></figure>\n"
ROW = "<tr><td>{time:%H:%M}</td><td>{latitude:.4f}</td><td>{longitude:.4f}</td>{readings}</tr>"
TABLE = """\
<table>
<thead><tr><th>UTC</th><th>North</th><th>East</th><th>°C</th><th>Salinity</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
"""


def make_html(track):
    introduction = INTRODUCTION.format(
        title=escape(track.title), note=escape(track.note), interval_s=track.interval_s, count=len(track.points)
    )
    return "".join([introduction, make_way(track), make_water(track), make_table(track)])


def make_way(track):
    if track.metres < MOVING_M:
        return ""
    caption = f"The way, {track.metres:.0f} metres in {track.minutes} minutes. The ring is the start; north is up."
    return "<h2>The way</h2>\n" + FIGURE.format(svg=draw_map(track), caption=caption)


def make_water(track):
    temperature = draw_curve(track, [point.temperature for point in track.points], "Temperature", "°C")
    salinity = draw_curve(track, [point.salinity for point in track.points], "Salinity", "psu")
    return (
        "<h2>The water</h2>\n"
        + FIGURE.format(svg=temperature, caption="Temperature of the water.")
        + FIGURE.format(
            svg=salinity,
            caption='Salinity, in <a href="../glossary.rst#term-practical-salinity-unit">practical salinity units</a>.',
        )
    )


def make_table(track):
    every = max(1, len(track.points) // ROWS)
    rows = [
        ROW.format(
            time=point.time,
            latitude=point.latitude,
            longitude=point.longitude,
            readings=f"<td>{point.temperature:.1f}</td><td>{point.salinity:.1f}</td>",
        )
        for point in track.points[::every]
    ]
    return f"<h2>Readings</h2>\n<p>One in {every} of them.</p>\n" + TABLE.format(rows="\n".join(rows))
