"""The code blocks of the manual: found in a page, then done one after the other as a reader would do them.

What a page may hold, and what is done with it:

``{code-block} python`` with ``:caption: plugins/shout.py``, or a plain fence whose first line is a comment with a path
    The file is written. A ``conf.py`` that sets no ``extensions`` is added to the one that is there.
``{code-block} html`` with ``:caption: in _build/html/index.html``
    The site is built, and the text must be in that file.
``console``
    Each ``$ command`` is run in the site's folder. Lines below it are the output it must have; ``...`` stands for any
    text within a line, and on a line of its own for any lines.
``<!-- check: _build/html/index.html contains HELLO! -->``
    The site is built, and the file must contain the text. Also ``lacks TEXT``, ``exists`` and ``is missing``.
``<!-- exit code: 1 -->``
    The last command of the console block below ends so.
``<!-- new site -->``
    Start over with a fresh site. ``<!-- new site: from nothing -->`` gives an empty folder,
    ``<!-- new site: with warnings -->`` a site that may be built with warnings.

Whatever is written is built with ``-W`` at the latest when the page ends. A site has a plain ``conf.py`` and an
``index.md`` unless the page writes its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

FILE_LANGUAGES = frozenset({"python", "toml", "ini", "md", "rst", "html", "html+jinja", "yaml", "text"})
CONTAINERS = frozenset({"{note}", "{tip}", "{important}", "{warning}", "{seealso}"})
NO_CODE = frozenset({"{toctree}", "{include}", "{list-table}"})

_FIRST_LINE = re.compile(r"(?:#|;|<!--|\{#) (?P<path>[\w./-]+\.\w+)(?: -->| #\})?$")
_OPTION = re.compile(r":(?P<name>[\w-]+):(?: (?P<value>.*))?$")
_COMMENT = re.compile(r"<!-- (?P<name>check|exit code|new site)(?:: (?P<value>.*))? -->$")
_CHECK = re.compile(r"(?P<file>\S+) (?P<relation>contains|lacks|exists|is missing)(?: (?P<text>.+))?$")


class BlockError(Exception):
    """A block cannot be understood, or does not do what the page says."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something a page says, and where."""

    where: str
    """File and line, as editors open them."""


@dataclass(frozen=True, slots=True)
class Write(Step):
    """A file of the site."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command, and what it prints."""

    line: str
    output: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Console(Step):
    """Commands, typed one after the other."""

    commands: tuple[Command, ...]
    exit_code: int
    """That of the last one; the others give 0."""


@dataclass(frozen=True, slots=True)
class Check(Step):
    """Something that holds for a file."""

    file: str
    relation: str
    """``contains``, ``lacks``, ``exists`` or ``is missing``."""
    text: str


@dataclass(frozen=True, slots=True)
class NewSite(Step):
    """The end of one site and the beginning of another."""

    kind: str
    """Empty, ``from nothing`` or ``with warnings``."""


def steps_of(page: Path, name: str = "") -> list[Step]:
    """Read the steps of a page, in their order.

    :param name: what the page is called in messages; its path if empty.
    :raises BlockError: a block is in a language, or a comment in a form, that nobody would check.
    """
    return list(_Reader(name or str(page)).read(page.read_text(encoding="utf-8")))


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name
        self._exit_code = 0

    def read(self, text: str, first_line: int = 1) -> Iterator[Step]:
        for token in MarkdownIt("commonmark").parse(text):
            line = first_line + (token.map[0] if token.map else 0)
            if token.type == "fence":
                yield from self._fence(token, line)
            elif token.type == "html_block":
                yield from self._comments(token.content, line)
            elif token.type == "code_block":
                raise BlockError(f"{self._name}:{line}: an indented block; give it a fence and a language")

    def _fence(self, token: Token, line: int) -> Iterator[Step]:
        kind, _, rest = token.info.strip().partition(" ")
        if kind in CONTAINERS:
            yield from self.read(token.content, line + 1)
        elif kind == "{code-block}":
            options, text = _options_and_text(token.content)
            yield self._block(rest, options.get("caption", ""), text, f"{self._name}:{line}")
        elif kind in FILE_LANGUAGES or kind == "console":
            caption = _path_in_first_line(token.content) if kind != "console" else ""
            yield self._block(kind, caption, token.content, f"{self._name}:{line}")
        elif kind not in NO_CODE:
            raise BlockError(f"{self._name}:{line}: nobody checks blocks of `{kind or 'no language'}`")

    def _block(self, language: str, caption: str, text: str, where: str) -> Step:
        if language == "console":
            exit_code, self._exit_code = self._exit_code, 0
            return Console(where, _commands_of(text, where), exit_code)
        if language not in FILE_LANGUAGES:
            raise BlockError(f"{where}: nobody checks blocks of `{language or 'no language'}`")
        if not caption:
            raise BlockError(f"{where}: the block names no file; give it a caption")
        if caption.startswith("in "):
            return Check(where, caption.removeprefix("in "), "contains", text.strip())
        return Write(where, caption, text)

    def _comments(self, html: str, line: int) -> Iterator[Step]:
        for offset, text in enumerate(html.splitlines()):
            where = f"{self._name}:{line + offset}"
            found = _COMMENT.match(text.strip())
            if found is None:
                raise BlockError(f"{where}: a comment that says nothing to the test: {text}")
            value = found["value"] or ""
            if found["name"] == "exit code":
                self._exit_code = int(value)
            elif found["name"] == "new site":
                yield NewSite(where, value)
            else:
                yield _check_of(value, where)


def _options_and_text(content: str) -> tuple[dict[str, str], str]:
    """Part the options of a directive from what it holds."""
    lines = content.splitlines(keepends=True)
    options: dict[str, str] = {}
    while lines and (found := _OPTION.match(lines[0].rstrip())):
        options[found["name"]] = found["value"] or ""
        del lines[0]
    if lines and not lines[0].strip():
        del lines[0]
    return options, "".join(lines)


def _path_in_first_line(content: str) -> str:
    found = _FIRST_LINE.match(content.partition("\n")[0])
    return found["path"] if found else ""


def _commands_of(text: str, where: str) -> tuple[Command, ...]:
    commands: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            commands.append((line.removeprefix("$ "), []))
        elif commands:
            commands[-1][1].append(line)
        else:
            raise BlockError(f"{where}: output without a command; commands begin with `$ `")
    return tuple(Command(line, tuple(output)) for line, output in commands)


def _check_of(value: str, where: str) -> Check:
    found = _CHECK.match(value)
    if found is None or (found["text"] is None) != (found["relation"] in {"exists", "is missing"}):
        raise BlockError(f"{where}: not a check: {value}")
    return Check(where, found["file"], found["relation"], found["text"] or "")
