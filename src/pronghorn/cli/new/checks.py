"""Checks of options and answers. A check returns the value to use, or raises an error that says what is wrong."""

from __future__ import annotations

import keyword
import re
import unicodedata
from argparse import ArgumentTypeError
from dataclasses import dataclass
from pathlib import Path

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([_@][A-Za-z0-9]+)*")
_THEME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_NO_TEXT = ("Cc", "Cs")
"""Unicode categories that no file of text should hold: control characters and halves of characters."""


@dataclass(frozen=True, slots=True)
class PluginName:
    """The name of a plugin, as it was given and as Python knows it."""

    given: str
    module: str


def check_line(text: str) -> str:
    """Put *text* on one line, with single spaces.

    :raises ArgumentTypeError: if nothing is left, or it holds what is not text.
    """
    line = " ".join(text.split())
    if not line:
        raise ArgumentTypeError("it must not be empty")
    for character in line:
        if unicodedata.category(character) in _NO_TEXT:
            raise ArgumentTypeError(f"the character {character!a} is not text")
    return line


def check_language(code: str) -> str:
    """Accept a language code of Sphinx's; ``pt-BR`` is taken for ``pt_BR``.

    :raises ArgumentTypeError: if it cannot be one.
    """
    code = code.replace("-", "_")
    if not _LANGUAGE.fullmatch(code):
        raise ArgumentTypeError(f"{code!r} is not a language code; write one such as en or pt_BR")
    return code


def check_theme(name: str) -> str:
    """Accept the name of an HTML theme, installed or not.

    :raises ArgumentTypeError: if it cannot be one.
    """
    if not _THEME.fullmatch(name):
        raise ArgumentTypeError(f"{name!r} cannot be the name of a theme; write one such as alabaster or furo")
    return name


def check_plugin_name(name: str) -> PluginName:
    """Turn *name* into that of a Python module: dashes become underscores.

    :raises ArgumentTypeError: if no plugin can have it.
    """
    module = unicodedata.normalize("NFKC", name.replace("-", "_"))
    if module.startswith("_"):
        raise ArgumentTypeError(f"{name!r} starts with {name[0]!r}, and such files are no plugins to Pronghorn")
    if keyword.iskeyword(module):
        raise ArgumentTypeError(f"{name!r} is a word of the Python language; choose another name")
    if not module.isidentifier():
        raise ArgumentTypeError(f"{name!r} cannot be a name; use letters, digits and dashes, a letter first")
    return PluginName(name, module)


def check_folder(path: str) -> Path:
    """Accept any path but an empty one, which would mean the current folder by accident.

    :raises ArgumentTypeError: if it is empty.
    """
    if not path:
        raise ArgumentTypeError("it must not be empty; write . for the current folder")
    return Path(path)
