"""Template filters: scientific names, and positions as charts print them."""

from html import escape

UPRIGHT = {"agg.", "subsp.", "var.", "\N{MULTIPLICATION SIGN}"}


def latin(name):
    """Set a scientific name in italics. Words that are no part of it, as `agg.`, stay upright."""
    words = [word if word in UPRIGHT else f"<i>{escape(word)}</i>" for word in name.split()]
    return f'<span class="latin" lang="la">{" ".join(words)}</span>'


def degrees(value, hemispheres):
    """Say an angle in degrees, minutes and seconds; *hemispheres* are the letters for positive and negative ones."""
    seconds = round(abs(value) * 3600)
    hemisphere = hemispheres[0] if value >= 0 else hemispheres[1]
    minutes = f"{seconds // 60 % 60:02}\N{PRIME}{seconds % 60:02}\N{DOUBLE PRIME}"
    return f"{seconds // 3600}°{minutes}\N{NO-BREAK SPACE}{hemisphere}"


def add_filters(env):
    env.filters["latin"] = latin
    env.filters["degrees"] = degrees


def register_plugin(site):
    site.signals.jinja_environment_prepared.connect(add_filters)
