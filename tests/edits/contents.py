"""Files that are no pages: for each path the contents that an edit can give it."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Mapping

from tests.edits.foreign import FOREIGN_CODE, FOREIGN_FILE
from tests.edits.site import Content, File, Link


def png(width: int, shade: int) -> bytes:
    """Make a grey picture, one pixel high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes([0, *[shade] * width]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>\n'


def inventory(*names: str) -> bytes:
    """Make an ``objects.inv`` of another project, with Python functions of these names and one label."""
    lines = [f"{name} py:function 1 far.html#$ -\n" for name in names]
    lines += ["far-label std:label -1 far.html#far-label A far label\n"]
    head = "# Sphinx inventory version 2\n# Project: Far\n# Version: 1\n"
    head += "# The remainder of this file is compressed using zlib.\n"
    return head.encode() + zlib.compress("".join(lines).encode())


_SAMPLE = '''\
"""A module."""


def add(a: int, b: int = 0) -> int:
    """Add numbers, as :py:class:`Thing` does."""


class Thing:
    """A thing."""

    size: int = 1
'''

_PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "{}"\nmsgstr "{}"\n'

_EXTENSION = """\
from docutils import nodes

def shout(name, rawtext, text, lineno, inliner, options=None, content=None):
    return [nodes.strong(rawtext, text.{}())], []

def setup(app):
    app.add_role("shout", shout)
    return {{"version": "{}", "parallel_read_safe": {}, "parallel_write_safe": True}}
"""

CONTENTS: Mapping[str, tuple[File, ...]] = {
    "inc/part.txt": (
        "Included *words*.\n",
        "Changed and *word*.\n",
        ".. _beta:\n\nLabelled :ref:`alpha` part.\n",
        "Broken *part\n",
        ".. image:: img/dot.png\n\n.. figure:: /img/dot.png\n   :name: fig-one\n\n   Included figure\n",
        Link("more.txt"),
    ),
    "linked": (Link("sub"), Link("inc")),
    "inc/more.txt": ("first line\nsecond line\n", "first line\n\n.. py:function:: f(x)\n"),
    "inc/missing.txt": ("Not missing any more.\n",),
    "inc/nest.txt": (".. include:: part.txt\n", ".. include:: /inc/missing.txt\n"),
    "inc/titled.txt": ("Included title\n--------------\n\nWords.\n", "Other title\n-----------\n\n.. index:: other\n"),
    "data/code.py": (
        "def one():\n    return 1\n\n\ndef two():\n    return 2\n",
        "def one():\n    return 3\n",
        "x = 1\n",
    ),
    "data/other.py": ("def one():\n    return 0\n", "def one():\n    return 1\n"),
    "data/missing.py": ("found = True\n",),
    "data/rows.csv": ("a,b\n1,2\n", "a,b\n1,3\n", 'a,b\n"1\n', "a,b\n1,*2*\n3,4\n", Link("late.txt")),
    "data/missing.csv": ("x,y\n",),
    "data/late.txt": ("late\n",),
    "data/words.txt": ("one", "two"),
    "data/raw.html": ("<i>raw</i>\n", '<i id="x">other</i>\n'),
    "img/dot.png": (png(4, 10), png(4, 200), png(8, 10), b"no picture"),
    "sub/img/dot.png": (png(2, 50), png(2, 60)),
    "img/pic.png": (png(3, 30), png(3, 31)),
    "img/pic.svg": (SVG, SVG.replace("4", "5")),
    "img/pic.gif": (GIF,),
    "img/missing.png": (png(1, 1),),
    "img/linked.png": (Link("dot.png"), Link("pic.png"), png(1, 2), Link("nothing.png")),
    "files/get.txt": ("get\n", "got\n"),
    "sub/files/get.txt": ("other\n", "another\n"),
    "files/missing.txt": ("found\n",),
    "files/late.txt": ("late\n",),
    "_static/own.css": ("p { color: red }\n", "p { color: tan }\n"),
    "_static/own.js": ("var own = 1;\n",),
    "_static/deep/file.txt": ("a static file\n", "another one\n"),
    "_static/templated.css_t": ("p { width: {{ theme_body_max_width|default('0') }} }\n", "/* {{ project }} */\n"),
    "_extra/robots.txt": ("User-agent: *\n",),
    "_extra/a.html": ("in place of a page\n",),
    "logo.png": (png(5, 5), png(5, 6)),
    "ext/sample.py": (
        _SAMPLE,
        _SAMPLE.replace("Add numbers", "Adds numbers"),
        _SAMPLE.replace("b: int = 0", "c: str = 'x'"),
        _SAMPLE + '\n    def grow(self) -> None:\n        """Grow."""\n',
        "def broken(:\n",
    ),
    "ext/local_ext.py": (
        _EXTENSION.format("upper", 1, True),
        _EXTENSION.format("lower", 1, True),
        _EXTENSION.format("title", 2, False),
    ),
    FOREIGN_FILE: FOREIGN_CODE,
    "inv/objects.inv": (inventory("far.away"), inventory("far.away", "f"), inventory(), b"no inventory"),
    "locale/de/LC_MESSAGES/a.po": (_PO.format("The lake is here.", "Der See."), _PO.format("Lake", "Der See")),
    "locale/de/LC_MESSAGES/sub/e.po": (_PO.format("Hill", "Berg"),),
    "themes/local/theme.toml": (
        '[theme]\ninherit = "basic"\nstylesheets = ["local.css"]\n[options]\ntone = "warm"\n',
        '[theme]\ninherit = "basic"\nstylesheets = ["local.css"]\n[options]\ntone = "cold"\n',
    ),
    "themes/local/static/local.css.jinja": ("p { color: {{ theme_tone }} }\n", "p {}\n"),
    "themes/local/page.html": (
        '{% extends "layout.html" %}{% block body %}{{ theme_tone }} {{ body }}{% endblock %}\n',
        '{% extends "layout.html" %}{% block body %}{{ body }} {{ toctree() }}{% endblock %}\n',
    ),
}
"""Plain files, images, static files, code that is documented, translations and a theme."""

_LAYOUT = '{%% extends "!layout.html" %%}\n{%% block footer %%}%s{%% endblock %%}\n'
TEMPLATES: Mapping[str, tuple[Content, ...]] = {
    "_templates/layout.html": (
        _LAYOUT % "A footer",
        _LAYOUT % "{{ flag|default('none') }} {{ project }}",
        _LAYOUT % "{% for p in (parents|default([])) %}{{ p.title }}{% endfor %}{{ prev.title if prev }}",
        _LAYOUT % "{{ toctree(maxdepth=1, collapse=False, includehidden=True, titles_only=True) }}",
        # What stock Sphinx gives for a page without metadata depends on which pages it has written before.
        _LAYOUT % "{{ metatags }}{{ title }}{{ toc }}{{ meta or '' }}",
        _LAYOUT % "{% include 'piece.html' %}",
        _LAYOUT % "{% if pagename == 'b' %}{{ pathto('a') }} {{ hasdoc('n') }}{% endif %}",
        "{% broken",
    ),
    "_templates/piece.html": ("a piece", "another piece", "{{ pathto('_static/own.css', 1) }}"),
    "_templates/page.html": (
        '{% extends "!page.html" %}{% block body %}<main>{{ body }}</main>{% endblock %}',
        '{% extends "layout.html" %}{% block body %}{{ title|mark }}{{ body }}{% endblock %}',
        '{% extends "layout.html" %}{% block body %}{% for p in site.pages %}{{ p.title }}{% endfor %}{% endblock %}',
        '{% extends "layout.html" %}{% block body %}{{ last_updated }} {{ sourcename }} {{ body }}{% endblock %}',
    ),
    "_templates/localtoc.html": ("<b>{{ toc }}</b>", "{{ display_toc }}"),
    "_templates/own.html": ('{% extends "layout.html" %}', '{% extends "page.html" %}'),
    "_templates/special.html": ("special {{ body }}", "{{ page.metadata }} {{ body }}"),
}
"""Templates; the one of pages uses a filter that a plugin adds, and Pronghorn's pages."""
