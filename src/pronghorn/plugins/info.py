"""What the registry stores about a plugin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

UNKNOWN_VERSION = "unknown"


class PluginStatus(StrEnum):
    """Where a plugin stands."""

    LOADED = "loaded"
    """Its registration succeeded."""
    FAILED = "failed"
    """It could not be loaded; nothing of it is active."""
    NOT_LOADED = "not loaded"
    """It was found, and nothing was tried yet."""
    DISABLED = "disabled"
    """The configuration, or another plugin, says not to load it."""


class PluginOrigin(StrEnum):
    """Where a plugin comes from."""

    SITE = "site"
    """A file or folder in ``plugins_path``."""
    BUNDLED = "bundled"
    """It comes with Pronghorn."""
    INSTALLED = "installed"
    """An installed package offers it by an entry point."""


@dataclass(slots=True)
class PluginInfo:
    """A plugin in the registry. It unpacks to ``version, status``."""

    name: str
    origin: PluginOrigin
    file: Path | None = None
    """Its module, or the ``__init__.py`` of its package; None until an installed one is imported."""
    version: str = UNKNOWN_VERSION
    status: PluginStatus = PluginStatus.NOT_LOADED
    error: str = ""
    """Why it failed, with file and line; empty otherwise."""
    overrides: str = ""
    """The plugin of the same name that it replaces."""
    hooks: list[str] = field(default_factory=list)
    """Signals its class plugins have hooks for."""
    digest: str = ""
    """Digest of its files when it was last loaded, or tried."""

    def __iter__(self) -> Iterator[str]:
        yield self.version
        yield self.status

    @property
    def active(self) -> bool | None:
        """True if loaded, False if failed or disabled, None if not loaded yet."""
        return None if self.status is PluginStatus.NOT_LOADED else self.status is PluginStatus.LOADED


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plugin that was found: enough to import it, not yet imported."""

    name: str
    origin: PluginOrigin
    load: Callable[[], object]
    """Import it and give its module, class or function."""
    file: Path | None = None
    requires: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    problem: Exception | None = None
    """Why it cannot be imported at all, such as a syntax error."""
    package: str = ""
    """Name and version of the installed package that offers it."""
    version: str = UNKNOWN_VERSION
    """The version of that package."""

    @property
    def root(self) -> Path | None:
        """The file of a module, the folder of a package."""
        if self.file is None:
            return None
        return self.file.parent if self.file.name == "__init__.py" else self.file
