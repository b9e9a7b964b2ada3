"""The settings of docutils that each document has."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, NamedTuple

from docutils import frontend
from docutils.utils import DependencyList
from sphinx.util import docutils as sphinx_docutils

from pronghorn.seam.rows.shortcuts import (
    CONFIG_FILES,
    GET_DEFAULT_SETTINGS,
    GET_SETTINGS,
    OPTION_PARSER_GET_STANDARD_CONFIG_SETTINGS,
)
from pronghorn.seam.shortcuts import Place, Shortcut

_OWN = {"record_dependencies": DependencyList, CONFIG_FILES.name: list}
"""What each document has of its own, and how it begins."""


class _Specification(NamedTuple):
    """What a component of docutils says of its settings."""

    options: Any
    defaults: dict[str, Any]
    overrides: dict[str, Any]

    @classmethod
    def of(cls, component: Any) -> _Specification:
        defaults, overrides = component.settings_defaults, component.settings_default_overrides
        return cls(component.settings_spec, dict(defaults or {}), dict(overrides or {}))

    def is_same(self, other: _Specification) -> bool:
        return self.options is other.options and self[1:] == other[1:]


class _Defaults:
    """The default settings for components, made once for each selection of them."""

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make
        self._known: list[tuple[list[_Specification], dict[str, Any] | None]] = []

    def of(self, components: tuple[Any, ...]) -> dict[str, Any] | None:
        """Return them without what each document has of its own; None if there is more of that than is known."""
        asked = [_Specification.of(one) for one in (frontend.OptionParser, *components) if one is not None]
        for known, defaults in self._known:
            if len(known) == len(asked) and all(map(_Specification.is_same, known, asked)):
                return defaults
        made = self._made(components)
        self._known.append((asked, made))
        return made

    def _made(self, components: tuple[Any, ...]) -> dict[str, Any] | None:
        """Make them twice: what is another object the second time belongs to one document."""
        first, second = (vars(self._make(*components)) for _ in range(2))
        own = {name for name, value in first.items() if second.get(name, self) is not value}
        if own != _OWN.keys() or any(first[name].__class__ is not cls for name, cls in _OWN.items()):
            return None
        return dict(first)


def _values(defaults: Mapping[str, Any]) -> Any:
    """Make settings for one document."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        values = frontend.Values({**defaults, **dict.fromkeys(_OWN)})
    CONFIG_FILES.set(values, [])  # as docutils does
    return values


def _is_readable(file: str | os.PathLike[str]) -> bool:
    """Check whether there is a file of settings, in the way in which docutils finds out: whoever listens hears it."""
    try:
        with open(file, encoding="utf-8"):  # noqa: PTH123
            return True
    except OSError:
        return False


def _make_defaults() -> Mapping[Place, Callable[..., Any]]:
    stock = frontend.get_default_settings
    known = _Defaults(stock)

    def get_default_settings(*components: Any) -> Any:
        defaults = known.of(components)
        return stock(*components) if defaults is None else _values(defaults)

    holders = (frontend, sys.modules.get("myst_parser.mdit_to_docutils.base"))
    name = "get_default_settings"
    return {
        (holder, name): get_default_settings
        for holder in holders
        if isinstance(holder, ModuleType) and vars(holder).get(name) is stock
    }


def _make_settings() -> Mapping[Place, Callable[..., Any]]:
    stock = GET_SETTINGS.of()
    known = _Defaults(lambda *components: stock(*components, defaults={}))

    def _get_settings(*components: Any, defaults: Mapping[str, Any], read_config_files: bool = False) -> Any:
        common = known.of(components)
        if common is not None:
            settings = {**common, **defaults}
            files = frontend.OptionParser.get_standard_config_files()
            if not read_config_files or settings["_disable_config"] or not any(_is_readable(file) for file in files):
                return _values(settings)
        return stock(*components, defaults=defaults, read_config_files=read_config_files)

    return {(sphinx_docutils, "_get_settings"): _get_settings}


DEFAULTS = Shortcut(
    relies_on=(GET_DEFAULT_SETTINGS, CONFIG_FILES),
    make=_make_defaults,
)

SETTINGS = Shortcut(
    relies_on=(
        GET_SETTINGS,
        OPTION_PARSER_GET_STANDARD_CONFIG_SETTINGS,
        CONFIG_FILES,
    ),
    make=_make_settings,
)
