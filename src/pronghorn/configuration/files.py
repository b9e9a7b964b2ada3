"""Reading TOML and INI files, with errors that name the line."""

from __future__ import annotations

import configparser
import re
import tomllib
from pathlib import Path
from typing import Any

from pronghorn.errors import ConfigurationError, Place

_TOML_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError("the file is not UTF-8", place=Place(path)) from error
    except OSError as error:
        raise ConfigurationError(f"the file cannot be read: {error.strerror}", place=Place(path)) from error


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    :raises ConfigurationError: if it cannot be read or is not TOML; names file and line.
    """
    text = _read_text(path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _TOML_PLACE.search(str(error))
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        message = _TOML_PLACE.sub("", str(error))
        raise ConfigurationError(f"broken TOML: {message}", place=Place(path, line)) from error


def read_ini(path: Path) -> dict[str, dict[str, str]]:
    """Read an INI file: its sections with their keys, all values strings, keys as they are written.

    :raises ConfigurationError: if it cannot be read or is not an INI file; names file and line.
    """
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # keys keep their case
    try:
        parser.read_string(_read_text(path), source=path.name)
    except configparser.MissingSectionHeaderError as error:
        raise ConfigurationError(
            f"broken INI file: {error.line.strip()!r} stands before the first [section]",
            place=Place(path, error.lineno),
        ) from error
    except configparser.ParsingError as error:
        line, text = error.errors[0]
        raise ConfigurationError(f"broken INI file: {text} is no `key = value`", place=Place(path, line)) from error
    except configparser.Error as error:
        raise ConfigurationError(
            f"broken INI file: {error.message}", place=Place(path, getattr(error, "lineno", None))
        ) from error
    return {section: dict(parser.items(section)) for section in parser.sections()}
