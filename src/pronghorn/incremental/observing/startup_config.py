"""Configuration values, noted when they are read."""

from __future__ import annotations

import sys
from collections.abc import Collection
from types import FrameType
from typing import Any

from sphinx.config import Config

from pronghorn.incremental.observing.questions import Questions
from pronghorn.seam.capability import Capability
from pronghorn.seam.internal import subclassed
from pronghorn.seam.register import changed_among
from pronghorn.seam.rows.configuration import OPTIONS, STATE, VALUES

_CORE = frozenset(
    {
        "sphinx.application",
        "sphinx.builders",
        "sphinx.builders.html",
        "sphinx.builders.html._build_info",
        "sphinx.config",
        "sphinx.environment",
        "sphinx.registry",
        "sphinx.theming",
        "sphinx.util.logging",
    }
)
"""Modules that look at values when a build starts without an effect on how pages are read."""

_PREFIXES = ("pronghorn.", "sphinx.builders.", "sphinx.ext.intersphinx", "sphinx.ext.mathjax", "myst_parser.", "furo")
"""The same for packages: what they make of the values is kept in the environment, or only for writing."""


_OPTIONS = OPTIONS.name


class NotedConfig(Config):
    """A configuration that tells which of its values are read.

    Made by :func:`adopt`, which swaps the class of Sphinx's.
    """

    pronghorn_questions: Questions
    pronghorn_startup: set[str]

    def __getattribute__(self, name: str) -> Any:
        """Return an attribute; note it if it is a value."""
        get = super().__getattribute__
        if name[0] != "_" and not name.startswith("pronghorn_"):
            state = get("__dict__")
            questions: Questions = state["pronghorn_questions"]
            if questions.is_listening:
                questions.ask("config", name)
            elif (
                (startup := state["pronghorn_startup"]) is not None
                and name in state[_OPTIONS]
                and not _is_core(sys._getframe(1))  # noqa: SLF001 - there is no public way
            ):
                startup.add(name)
        return get(name)

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Be pickled as Sphinx's own class: an environment must load without Pronghorn."""
        return object.__new__, (Config,), self.__getstate__()

    def __getstate__(self) -> dict[str, Any]:
        """Return the state without what is noted here."""
        return {name: value for name, value in super().__getstate__().items() if not name.startswith("pronghorn_")}


def _is_core(frame: FrameType) -> bool:
    """Check whether a function that looks at a value is Sphinx's, or one that only makes a default of it."""
    caller = frame.f_globals.get("__name__", "")
    around = frame.f_back.f_globals.get("__name__", "") if frame.f_back is not None else ""
    makes_default = around == "sphinx.config"  # whoever uses the default asks for it as well
    return caller in _CORE or caller.startswith(_PREFIXES) or makes_default


def adopt(config: Config, questions: Questions) -> None:
    """Make *config*, in place, note what is read, if values are read in the way that is known."""
    if changed_among(Capability.READING) is None:
        vars(config).update(pronghorn_questions=questions, pronghorn_startup=set())
        subclassed(config, NotedConfig, (VALUES, STATE))


def end_startup(config: Config) -> Collection[str]:
    """Stop noting what extensions read while the build starts, and give it.

    What an extension made of these values is not known, so all pages depend on them, except on those that Sphinx
    declares to be for writing only.
    """
    names: set[str] = vars(config).get("pronghorn_startup") or set()
    vars(config)["pronghorn_startup"] = None
    options = config.values
    return sorted(name for name in names if name in options and options[name].rebuild != "html")
