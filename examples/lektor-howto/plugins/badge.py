"""Draws a badge with the initials of a person, in a colour that follows from the e-mail address.

It takes a function from the plugin `gravatar`. `__requires__` says so: that plugin is loaded first, and without it
this one is not loaded at all.
"""

from html import escape

from pronghorn_site.plugins.gravatar import hash_of_email

__requires__ = ["gravatar"]

SVG = """\
<svg class="badge" width="{size}" height="{size}" viewBox="0 0 100 100" role="img" aria-label="{name}">\
<circle cx="50" cy="50" r="50" fill="hsl({hue} 45% 38%)"/>\
<text x="50" y="50" dy="0.35em" text-anchor="middle" font-size="40" fill="white">{initials}</text></svg>"""


def register_plugin(site):
    config = site.config.plugins.badge
    size = int(config.get("badge.size", "96"))

    def badge(name, email):
        hue = int(hash_of_email(email)[:8], 16) % 360
        words = name.split()
        initials = words[0][0] + words[-1][0]
        return SVG.format(size=size, name=escape(name, quote=True), hue=hue, initials=escape(initials))

    def add_filter(env):
        env.filters["badge"] = badge

    site.signals.jinja_environment_prepared.connect(add_filter)
