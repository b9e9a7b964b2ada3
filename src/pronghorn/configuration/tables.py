"""Plugins' own tables: typed by attrs or dataclasses, or plain."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import attrs

from pronghorn.configuration.files import read_ini, read_toml
from pronghorn.configuration.settings import Settings, check_value
from pronghorn.errors import ConfigurationError, Place, did_you_mean
from pronghorn.supervisor import Supervisor
from pronghorn.warnings import WarningKind

Table = TypeVar("Table")

FOLDER = "configs"
_TRUE = frozenset({"1", "yes", "true", "on"})
_FALSE = frozenset({"0", "no", "false", "off"})


class PlainTable(Mapping[str, Any]):
    """The table of a plugin that declared no type for it.

    ``table.get("section.key", default)`` reaches into nested tables and sections of an INI file.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __getitem__(self, key: str) -> Any:
        value: Any = self._values
        for part in [key] if key in self._values else key.split("."):
            if not isinstance(value, Mapping):
                raise KeyError(key)
            value = value[part]
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "_values":
            raise AttributeError(name)
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"the table has no key '{name}'{did_you_mean(name, self._values)}") from None


class PluginTables:
    """``site.config.plugins``: the table of each plugin, by its name as an attribute or an item.

    Values come from, later ones winning: the defaults of the declared object, ``configs/<name>.ini``,
    ``configs/<name>.toml``, ``[plugins.<name>]`` in ``pronghorn.toml``, ``pronghorn_plugins`` in ``conf.py``.
    """

    def __init__(self, settings: Settings, supervisor: Supervisor) -> None:
        self._settings = settings
        self._supervisor = supervisor
        self._declared: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name in self._declared:
            return self._declared[name]
        values: dict[str, Any] = {}
        for _, table in self._sources(name):
            values.update(table)
        return PlainTable(values)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def named(self) -> dict[str, Path]:
        """Return the names that there are tables for, each with a file it has one in."""
        settings, folder = self._settings, self._settings.confdir / FOLDER
        own = sorted(folder.iterdir()) if folder.is_dir() else []
        return {
            **{file.stem: file for file in own if file.suffix in {".ini", ".toml"}},
            **dict.fromkeys(settings["plugins"], settings.file_of("plugins")),
            **dict.fromkeys(settings.from_toml.get("plugins", {}), settings.file),
        }

    def files(self, name: str) -> list[Path]:
        """Return the files of their own that hold the table of *name*."""
        folder = self._settings.confdir / FOLDER
        return [path for path in (folder / f"{name}.ini", folder / f"{name}.toml") if path.is_file()]

    def given(self, name: str) -> list[Mapping[str, Any]]:
        """Return what the site has written into the tables of *name*, in the order in which it counts."""
        return [values for _, values in self._sources(name)]

    def declare(self, name: str, table: Table) -> Table:
        """Type the table *name* by *table*, an instance of an attrs class or a dataclass.

        :return: a copy with the site's values; defaults, validators and methods are kept. It is what
            ``site.config.plugins.<name>`` gives from now on.
        :raises ConfigurationError: if a value has the wrong type or a validator refuses it.
        """
        fields = _fields_of(table)
        changes: dict[str, Any] = {}
        last: dict[str, Path] = {}
        for file, values in self._sources(name):
            for key, value in values.items():
                if key not in fields:
                    self._warn_unknown(name, key, file, fields)
                    continue
                changes[key] = _shaped(_converted(value, fields[key]) if file.suffix == ".ini" else value, fields[key])
                check_value(f"{name}.{key}", changes[key], fields[key], Place(file))
                last[key] = file
        self._declared[name] = made = _evolved(name, table, changes, last)
        self._supervisor.on_unload(lambda: self._declared.pop(name, None))
        return made

    def _sources(self, name: str) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        for file in self.files(name):
            yield file, _flattened(name, read_ini(file)) if file.suffix == ".ini" else read_toml(file)
        settings = self._settings
        tables = settings.from_toml.get("plugins", {})
        if name in tables:
            yield settings.file, tables[name]
        if settings.file_of("plugins") != settings.file and name in settings["plugins"]:
            yield settings.file_of("plugins"), settings["plugins"][name]

    def _warn_unknown(self, name: str, key: str, file: Path, fields: Mapping[str, Any]) -> None:
        self._supervisor.reporter.warning(
            WarningKind.CONFIG,
            f"plugin '{name}' has no option '{key}'{did_you_mean(key, fields)}",
            location=Place(file),
        )


def _flattened(name: str, sections: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Lift the section that is named as the plugin to the top: an INI file has no keys outside sections."""
    others = {section: values for section, values in sections.items() if section != name}
    return {**others, **sections.get(name, {})}


def _fields_of(table: object) -> dict[str, Any]:
    """Return the fields of *table* that a site may set, with their types."""
    kind = type(table)
    if isinstance(table, type) or not (attrs.has(kind) or dataclasses.is_dataclass(kind)):
        raise ConfigurationError(f"a plugin's table is an instance of an attrs class or a dataclass, not {table!r}")
    fields: Iterable[Any] = attrs.fields(kind) if attrs.has(kind) else dataclasses.fields(kind)  # type: ignore[arg-type]
    names = [field.name for field in fields]
    hints = typing.get_type_hints(kind)
    return {name: hints.get(name, Any) for name in names if not name.startswith("_")}


def _evolved(name: str, table: Table, changes: dict[str, Any], files: Mapping[str, Path]) -> Table:
    """Copy *table* with *changes*; a validator's refusal names the files that were read."""
    replace: Callable[..., Any] = attrs.evolve if attrs.has(type(table)) else dataclasses.replace
    try:
        return typing.cast("Table", replace(table, **changes))
    except (ValueError, TypeError) as error:
        places = ", ".join(sorted({str(file) for file in files.values()})) or "its defaults"
        raise ConfigurationError(f"table '{name}' ({places}): {error}") from error


def _shaped(value: object, expected: Any) -> object:
    """Convert to types that configuration files lack: paths, tuples, sets and members of enumerations."""
    for kind in _kinds(expected):
        origin = typing.get_origin(kind) or kind
        if origin is Path and isinstance(value, str):
            return Path(value)
        if origin in {tuple, set, frozenset} and isinstance(value, list):
            return origin(value)
        if isinstance(origin, type) and issubclass(origin, Enum) and value in {member.value for member in origin}:
            return origin(value)
    return value


def _kinds(expected: Any) -> tuple[Any, ...]:
    return typing.get_args(expected) if typing.get_origin(expected) in _UNIONS else (expected,)


def _converted(value: object, expected: Any) -> object:
    """Convert an INI file's string to *expected*. If that fails, return the string; the type check reports it."""
    if not isinstance(value, str):
        return value
    for kind in _kinds(expected):
        made = _made(value, kind)
        if made is not value:
            return made
    return value


_UNIONS = frozenset({typing.Union, type(int | str)})


def _made(text: str, kind: Any) -> object:
    if kind is bool and text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    if kind in {int, float}:
        try:
            return kind(text)
        except ValueError:
            return text
    if (typing.get_origin(kind) or kind) in {list, tuple, set, frozenset}:
        item = (typing.get_args(kind) or (str,))[0]
        parts = text.splitlines() if "\n" in text else text.split(",")
        return [_converted(part.strip(), item) for part in parts if part.strip()]
    return text
