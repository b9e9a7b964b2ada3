"""Random sites: forests of toctrees, with a few knots in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

THEMES: Mapping[str, Mapping[str, tuple[object, ...]]] = {
    "basic": {
        "globaltoc_collapse": (True, False),
        "globaltoc_includehidden": (True, False),
        "globaltoc_maxdepth": (-1, 0, 1, 2),
    },
    "alabaster": {"sidebar_collapse": (True, False, "false"), "sidebar_includehidden": (True, False)},
    "furo": {},
    "sphinx_rtd_theme": {
        "collapse_navigation": (True, False),
        "includehidden": (True, False),
        "navigation_depth": (-1, 1, 2, 4),
        "titles_only": (True, False),
    },
    "sphinx_book_theme": {
        "show_navbar_depth": (0, 1, 2),
        "max_navbar_depth": (1, 2, 4),
        "collapse_navbar": (True, False),
        "home_page_in_toc": (True, False),
    },
    "pydata_sphinx_theme": {
        "show_nav_level": (0, 1, 2, 3),
        "navigation_depth": (0, 1, 2, 4),
        "collapse_navigation": (True, False),
        "sidebar_includehidden": (True, False),
    },
}
"""Options of themes that change their navigation, with values to try."""

BUILDERS = ("html", "dirhtml")

_NAMES = ("index", "a", "b", "c", "d", "part/index", "part/e", "part/f", "part/deep/g", "späte/h i")
_MISSING = "gone"
_EXCLUDED = "left-out"
_TITLES = (
    "Plain",
    "With *emphasis*",
    "With ``code``",
    "A & B <c>",
    "Ümläut",
    'Quote "q" isn\'t -- me@example.org',
    "H\\ :sub:`2`\\ O",
    "**Strong** and :kbd:`key` and :abbr:`LIFO (last-in, first-out)`",
    "A `link <https://example.org/?a&b>`__",
    "To :ref:`genindex`, :doc:`/index` and :py:func:`f`",
    "With |words|",
)
_RARE_TITLES = {
    "math": "With :math:`x < y`",
    "image": "With |image|",
    "raw": "With :raw:`<b>raw</b>`",
    "private": "Private \ue000L0\ue001 \ue000H0\ue001",
    "footnote": "With a note [#]_",
}
_SPECIAL = (
    "self",
    "Here <self>",
    "genindex",
    "modindex",
    "search",
    "All words <genindex>",
    "https://example.org/x?a=1&b=2#here",
    'A "site" & more <https://example.org/#there>',
    "mailto:me@example.org",
    _MISSING,
    f"Nothing <{_MISSING}>",
    _EXCLUDED,
)
_GLOBS = ("/part/*", "/*", "/part/**", "[ab]", "none*")
_OPTIONS = (
    ":hidden:",
    ":maxdepth: 1",
    ":maxdepth: 2",
    ":maxdepth: 0",
    ":maxdepth: -1",
    ":titlesonly:",
    ":numbered:",
    ":numbered: 1",
    ":numbered: 2",
    ":includehidden:",
    ":reversed:",
    ":caption: Part",
    ':caption: Ümläut & *more* "x"',
    ":name: list",
    ":class: special",
)
_KNOTS = ("cycle", "untitled", "only", "only toctree", "missing", *_RARE_TITLES)
"""What Sphinx resolves in another way on each page, or warns of; a site has few of them."""

_PROLOG = """
.. |words| replace:: some *words*
.. |image| image:: /image.svg
   :alt: picture
.. role:: raw(raw)
   :format: html
"""
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
_CONF = """\
extensions = ["pronghorn"]
pronghorn_cache = False
templates_path = []
exclude_patterns = ["{excluded}.rst"]
rst_prolog = '''{prolog}'''
"""


@dataclass(frozen=True)
class RandomSite:
    """A site. Its ``repr`` can be pasted into a test."""

    files: Mapping[str, str]
    """Text by path, ``conf.py`` aside."""
    theme: str = "basic"
    builder: str = "html"
    options: Mapping[str, object] = field(default_factory=dict)
    """Those of the theme."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """Other values of the configuration."""

    def write(self, folder: Path) -> Path:
        """Write all files below *folder*, and return it."""
        conf = _CONF.format(excluded=_EXCLUDED, prolog=_PROLOG)
        conf += f"html_theme = {self.theme!r}\nhtml_theme_options = {dict(self.options)!r}\n"
        conf += "".join(f"{name} = {value!r}\n" for name, value in self.settings.items())
        for path, text in {**self.files, "conf.py": conf, "image.svg": _SVG}.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return folder


@st.composite
def sites(draw: st.DrawFn, themes: tuple[str, ...] = tuple(THEMES)) -> RandomSite:
    """Draw a site with one of these *themes*."""
    theme = draw(st.sampled_from(themes))
    options = {
        name: draw(st.sampled_from(values)) for name, values in THEMES[theme].items() if draw(st.integers(0, 2)) == 1
    }
    special = _SPECIAL if theme != "pydata_sphinx_theme" else tuple(name for name in _SPECIAL if "<" in name)
    return RandomSite(draw(_files(special)), theme, draw(st.sampled_from(BUILDERS)), options, draw(_settings(theme)))


@st.composite
def _settings(draw: st.DrawFn, theme: str) -> dict[str, object]:
    settings: dict[str, object] = {}
    if theme == "basic":
        settings["html_sidebars"] = {"**": ["globaltoc.html"]}
    if draw(st.integers(0, 5)) == 5:
        settings["root_doc"] = "part/index"
    if draw(st.integers(0, 5)) == 5:
        settings["html_secnumber_suffix"] = draw(st.sampled_from((" ", ") & ")))
    return settings


class _Names:
    """The pages that a page may list: those after it, so that there is no cycle, and most of them once only."""

    def __init__(self, special: tuple[str, ...]) -> None:
        self.special = special
        self._unlisted = list(_NAMES[1:])
        self._later: tuple[str, ...] = ()

    def go_to(self, number: int, *, has_cycles: bool) -> None:
        """Go on to the page with this number."""
        self._later = _NAMES if has_cycles else _NAMES[number + 1 :]

    def draw(self, draw: st.DrawFn) -> list[str]:
        """Draw pages for one toctree."""
        unlisted = [name for name in self._later if name in self._unlisted]
        drawn = draw(st.lists(st.sampled_from(unlisted), unique=True, max_size=4)) if unlisted else []
        self._unlisted = [name for name in self._unlisted if name not in drawn]
        if self._later and draw(st.integers(0, 5)) == 5:
            drawn.append(draw(st.sampled_from(self._later)))
        return drawn


@st.composite
def _files(draw: st.DrawFn, special: tuple[str, ...]) -> dict[str, str]:
    """Draw the pages. Of *special* entries, pydata-sphinx-theme fails at some that have no title."""
    knots = draw(st.sets(st.sampled_from(_KNOTS), max_size=2)) if draw(st.integers(0, 3)) == 3 else set()
    names = _Names(special)
    texts = {}
    for number, name in enumerate(_NAMES):
        names.go_to(number, has_cycles="cycle" in knots and draw(st.integers(0, 3)) == 3)
        texts[f"{name}.rst"] = _page(draw, names, frozenset(knots), is_first=not number)
    return texts | {f"{_EXCLUDED}.rst": "Left out\n========\n"}


def _page(draw: st.DrawFn, names: _Names, knots: frozenset[str], *, is_first: bool) -> str:
    parts = _fields(draw)
    if "untitled" in knots and not is_first and draw(st.integers(0, 4)) == 4:
        return "\n".join([*parts, "No title.\n", _toctree(draw, names)])
    for _ in range(2 if draw(st.integers(0, 9)) == 9 else 1):
        parts += [_heading(draw, knots, "="), "Text. [#]_\n"]
        parts += [_section(draw, names, knots, level) for level in range(draw(st.integers(0, 2)))]
        if is_first or draw(st.integers(0, 3)):
            parts.append(_toctree(draw, names))
    return "\n".join([*parts, ".. [#] A note.\n.. [#] Another.\n"])


def _fields(draw: st.DrawFn) -> list[str]:
    fields = [f":tocdepth: {draw(st.integers(0, 3))}"] if draw(st.integers(0, 7)) == 7 else []
    if draw(st.integers(0, 9)) == 9:
        fields.append(":orphan:")
    return ["\n".join([*fields, ""])] if fields else []


def _heading(draw: st.DrawFn, knots: frozenset[str], line: str) -> str:
    rare = [_RARE_TITLES[name] for name in sorted(knots & _RARE_TITLES.keys())]
    title = draw(st.sampled_from(rare)) if rare and draw(st.integers(0, 3)) == 3 else draw(st.sampled_from(_TITLES))
    return f"{title}\n{line * (len(title) + 4)}\n"


def _section(draw: st.DrawFn, names: _Names, knots: frozenset[str], number: int) -> str:
    parts = [_heading(draw, knots, "-"), "Text.\n"]
    if draw(st.integers(0, 4)) == 4:
        parts.append(f".. py:class:: C{number}\n\n   .. py:method:: m()\n")
    if draw(st.booleans()):
        parts += [_heading(draw, knots, "~"), "Text.\n"]
    if draw(st.booleans()):
        parts.append(_toctree(draw, names))
    text = "\n".join(parts)
    if "only" in knots and draw(st.integers(0, 3)) == 3:
        text = _only(draw, text)
    elif "only toctree" in knots and draw(st.integers(0, 2)) == 2:
        text += "\n" + _only(draw, _toctree(draw, names))
    return text


def _only(draw: st.DrawFn, text: str) -> str:
    expression = draw(st.sampled_from(("html", "not html", "latex", "html or latex")))
    lines = "".join(f"   {line}".rstrip() + "\n" for line in text.splitlines())
    return f".. only:: {expression}\n\n{lines}"


def _toctree(draw: st.DrawFn, names: _Names) -> str:
    options = draw(st.lists(st.sampled_from(_OPTIONS), unique_by=lambda option: option.split()[0], max_size=3))
    lines = [_entry(draw, name) for name in names.draw(draw)]
    if draw(st.integers(0, 2)) == 2:
        lines = draw(st.permutations([*lines, *draw(st.lists(st.sampled_from(names.special), max_size=3))]))
    if draw(st.integers(0, 19)) == 19:
        options.append(":glob:")
        lines.append(draw(st.sampled_from(_GLOBS)))
    return "\n".join(
        [".. toctree::", *(f"   {option}" for option in options), "", *(f"   {line}" for line in lines), ""]
    )


def _entry(draw: st.DrawFn, name: str) -> str:
    title = draw(st.sampled_from((*[""] * 4, "Other title", '*Other* & <b> "title"')))
    return f"{title} </{name}>" if title else f"/{name}"


@st.composite
def arguments(draw: st.DrawFn) -> dict[str, Any]:
    """Draw arguments for ``toctree()``, seldom some that it does not take."""
    values: dict[str, tuple[object, ...]] = {
        "collapse": (True, False, True, False, True, False, "true", "", None),
        "titles_only": (True, False, True, False, "true", "", None),
        "maxdepth": (-1, 0, 1, 2, 3, 4, "2", "", "-1", 1.5, True),
        "includehidden": (True, False, True, False, "false", "", None),
    }
    drawn = {name: draw(st.sampled_from(options)) for name, options in values.items() if draw(st.integers(0, 3))}
    if draw(st.integers(0, 11)) == 11:
        name, value = draw(st.sampled_from((("maxdepth", "deep"), ("maxdepth", None), ("prune", True), ("depth", 2))))
        drawn[name] = value
    return drawn
