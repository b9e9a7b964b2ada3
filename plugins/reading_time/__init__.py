"""How long it takes to read a page: a filter for templates.

Load it, and ask in a template for the words and minutes of a page's HTML, or of another page::

    {{ (body | reading_time).minutes }} min
    {% for post in site.subpages_of(page) %}{{ post.title }}: {{ (post | reading_time).words }} words{% endfor %}

Of another page, the markup in its source is counted, without front matter. Scripts that are written without spaces
count by characters.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from pronghorn import Page, Site

__version__ = "1.0"

_DENSE = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Burmese, Khmer
    "\u3005\u3040-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # Han
)
_CHARACTER = re.compile(f"[{_DENSE}]")
_WORD = re.compile(rf"[^\W{_DENSE}]+(?:['\u2019.-][^\W{_DENSE}]+)*")
_INLINE = frozenset(
    ["a", "abbr", "b", "code", "em", "i", "kbd", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u"]
)
"""Elements within words."""
_FRONT_MATTER = re.compile(r"---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*\n", re.DOTALL | re.MULTILINE)


@dataclass
class Speed:
    """The plugin's table."""

    words_per_minute: int = 220
    """How fast words are read."""
    characters_per_minute: int = 400
    """How fast characters of scripts without spaces are read."""
    code: bool = False
    """Whether blocks of code are read, too."""


@dataclass(frozen=True, slots=True)
class ReadingTime:
    """How long a text is."""

    words: int
    """Words, and characters of scripts without spaces."""
    minutes: int
    """Minutes, rounded up; 0 if there is nothing to read."""


class _Text(HTMLParser):
    """Collects what can be read of a page."""

    def __init__(self, *, has_code: bool) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._left_out = {"script", "style"} if has_code else {"script", "style", "pre"}
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Begin to leave out, or separate words."""
        del attrs
        self._depth += tag in self._left_out
        self.parts.append("" if tag in _INLINE else " ")

    def handle_endtag(self, tag: str) -> None:
        """End to leave out, or separate words."""
        self._depth -= tag in self._left_out and self._depth > 0
        self.parts.append("" if tag in _INLINE else " ")

    def handle_data(self, data: str) -> None:
        """Take a piece of text."""
        if not self._depth:
            self.parts.append(data)


def measure(text: str, speed: Speed) -> ReadingTime:
    """Count the words of plain text, and tell how long it takes to read them."""
    n_words, n_characters = len(_WORD.findall(text)), len(_CHARACTER.findall(text))
    minutes = n_words / speed.words_per_minute + n_characters / speed.characters_per_minute
    return ReadingTime(n_words + n_characters, math.ceil(minutes))


def text_of_html(html: str, speed: Speed) -> str:
    """Return what can be read of HTML."""
    parser = _Text(has_code=speed.code)
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)


def text_of_page(page: Page, speed: Speed) -> str:
    """Return what can be read of a page's source, or of what a plugin made of it."""
    content = page.output or page.input
    text = content.content if content is not None else ""
    if not isinstance(text, str):
        return str(text.astext()) if hasattr(text, "astext") else ""
    front = _FRONT_MATTER.match(text)
    return text_of_html(text[front.end() if front else 0 :], speed)


def register_plugin(site: Site) -> None:
    """Declare the table, and add the filter."""
    speed = site.config.update_plugin_table("reading_time", Speed())
    for name in ("words_per_minute", "characters_per_minute"):
        if getattr(speed, name) < 1:
            raise ValueError(f"reading_time: '{name}' is at least 1")

    def reading_time(of: Any) -> ReadingTime:
        return measure(text_of_page(of, speed) if isinstance(of, Page) else text_of_html(str(of), speed), speed)

    def add_filter(env: Any) -> None:
        env.filters["reading_time"] = reading_time

    site.signals.jinja_environment_prepared.connect(add_filter)
