"""Draws the dial of a clock, for templates: `{{ dial("04:17") }}`.

Each post says in its metadata what its clock shows. The drawing has the colours of the text around it.
"""

import math

MIDDLE = 50
DIAL = """\
<svg class="dial" viewBox="0 0 100 100" role="img" aria-label="A clock that shows {time}">\
<circle class="dial-rim" cx="50" cy="50" r="47"/>{marks}{hands}\
<circle class="dial-pin" cx="50" cy="50" r="2.6"/></svg>"""
LINE = '<path class="dial-{kind}" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"/>'


def line(kind, turn, start, end):
    """Draw a line outwards from the middle; *turn* is in whole turns from the top, clockwise."""
    x, y = math.sin(2 * math.pi * turn), -math.cos(2 * math.pi * turn)
    return LINE.format(
        kind=kind, x1=MIDDLE + start * x, y1=MIDDLE + start * y, x2=MIDDLE + end * x, y2=MIDDLE + end * y
    )


def dial(time):
    """Draw the dial at a time such as `04:17`, as SVG."""
    hours, minutes = map(int, time.split(":"))
    marks = "".join(line("quarter" if hour % 3 == 0 else "hour", hour / 12, 38, 43) for hour in range(12))
    hands = line("short", (hours + minutes / 60) / 12, -6, 23) + line("long", minutes / 60, -8, 34)
    return DIAL.format(time=time, marks=marks, hands=hands)


def add_names(env):
    env.globals["dial"] = dial


def register_plugin(site):
    site.signals.jinja_environment_prepared.connect(add_names)
