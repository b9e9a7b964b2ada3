"""The values of the keys, merged from ``conf.py`` and ``pronghorn.toml``."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pronghorn.configuration.files import read_toml
from pronghorn.configuration.keys import KEYS
from pronghorn.errors import ConfigurationError, Place

FILE_NAME = "pronghorn.toml"

COMMAND_LINE = Path("-D")
"""Stands for a file where the command line sets a value."""

_BY_NAME = {key.name: key for key in KEYS}


@dataclass(frozen=True, slots=True)
class Value:
    """A value and the file it was found in."""

    value: Any
    file: Path


class Settings:
    """The configuration of Pronghorn itself, checked; values by key name.

    :param confdir: the folder of ``conf.py``.
    :param given: what ``conf.py`` sets, by key name.
    :param overrides: what ``-D`` sets, which wins over all.
    :raises ConfigurationError: if ``pronghorn.toml`` is broken, or a value has the wrong type.
    """

    def __init__(self, confdir: Path, given: Mapping[str, Any], overrides: Mapping[str, Any]) -> None:
        self.confdir = confdir
        self.file = confdir / FILE_NAME
        self.from_toml = read_toml(self.file) if self.file.is_file() else {}
        conf = confdir / "conf.py"
        self._values = {
            **{name: Value(value, self.file) for name, value in self.from_toml.items() if name in _BY_NAME},
            **{name: Value(value, conf) for name, value in given.items()},
            **{name: Value(value, COMMAND_LINE) for name, value in overrides.items()},
        }
        for name, value in self._values.items():
            check_value(self.title_of(name), value.value, _BY_NAME[name].type, Place(value.file))
            self._check_parsed(name, value)

    def _check_parsed(self, name: str, value: Value) -> None:
        try:
            self[name]
        except ValueError as error:
            raise ConfigurationError(f"'{self.title_of(name)}': {error}", place=Place(value.file)) from error

    def __getitem__(self, name: str) -> Any:
        found, key = self._values.get(name), _BY_NAME[name]
        value = found.value if found else key.default
        return value if key.parse is None else key.parse(value)

    def is_given(self, name: str) -> bool:
        """Check whether the site sets the key at all."""
        return name in self._values

    def file_of(self, name: str) -> Path:
        """Return the file that sets the key; ``conf.py`` if none does."""
        found = self._values.get(name)
        return found.file if found else self.confdir / "conf.py"

    def title_of(self, name: str) -> str:
        """Return the key as it is called in the file that sets it."""
        file, conf_name = self.file_of(name), _BY_NAME[name].conf_name
        return name if file == self.file else f"-D {conf_name}" if file == COMMAND_LINE else conf_name

    def unknown_keys(self) -> list[str]:
        """Return the keys in ``pronghorn.toml`` that mean nothing."""
        return [name for name in self.from_toml if name not in _BY_NAME]


def check_value(name: str, value: object, expected: Any, place: Place) -> None:
    """Hold *value* against the annotation *expected*.

    :raises ConfigurationError: naming file, key, expected type and what is there.
    """
    if is_plainly(value, expected):
        return
    from typeguard import CollectionCheckStrategy, TypeCheckError, check_type  # noqa: PLC0415 - slow, rarely needed

    try:
        check_type(value, expected, collection_check_strategy=CollectionCheckStrategy.ALL_ITEMS)
    except TypeCheckError as error:
        raise ConfigurationError(
            f"'{name}' should be {name_of_type(expected)}, but is {value!r} ({' '.join(str(error).split())})",
            place=place,
        ) from error


def is_plainly(value: object, expected: Any) -> bool:
    """Check whether *value* is of a class, or a list of such, without a doubt."""
    if typing.get_origin(expected) is list:
        (kind,) = typing.get_args(expected)
        return type(value) is list and isinstance(kind, type) and all(type(item) is kind for item in value)
    return isinstance(expected, type) and type(value) is expected


def name_of_type(annotation: Any) -> str:
    """Return an annotation as one reads it: ``list[str]``, ``int``, ``str | None``."""
    is_plain = isinstance(annotation, type) and not _has_args(annotation)
    return annotation.__name__ if is_plain else str(annotation).replace("typing.", "")


def _has_args(annotation: Any) -> bool:
    return bool(getattr(annotation, "__args__", ()))
