"""Sphinx's configuration, which tells who reads its values: a page, or an extension while the build starts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable
from types import FrameType
from typing import Any

from sphinx.config import Config

from pronghorn.cache.tracking.digests import ABSENT, NameOf, UndigestableError, digest_of_parts
from pronghorn.cache.tracking.value_digests import ValueDigests
from pronghorn.observing.recorder import Recorder
from pronghorn.observing.state import State
from pronghorn.observing.state_digests import SHORT_BYTES
from pronghorn.seam.internal import subclassed
from pronghorn.seam.rows.configuration import OPTIONS, STATE, VALUES

CONFIG = "config"
"""The kind of dependency on a configuration value."""

_HTML = frozenset(
    f"html_{name}"
    for name in [
        "additional_pages",
        "baseurl",
        "codeblock_linenos_style",
        "compact_lists",
        "context",
        "copy_source",
        "css_files",
        "domain_indices",
        "extra_path",
        "favicon",
        "file_suffix",
        "js_files",
        "last_updated_fmt",
        "last_updated_use_utc",
        "link_suffix",
        "logo",
        "math_renderer",
        "output_encoding",
        "permalinks",
        "permalinks_icon",
        "scaled_image_link",
        "search_language",
        "search_options",
        "search_scorer",
        "secnumber_suffix",
        "short_title",
        "show_copyright",
        "show_search_summary",
        "show_sourcelink",
        "show_sphinx",
        "sidebars",
        "sourcelink_suffix",
        "split_index",
        "static_path",
        "style",
        "theme",
        "theme_options",
        "theme_path",
        "title",
        "use_index",
        "use_opensearch",
    ]
)
"""The values of Sphinx's own HTML builder. What it keeps of them from its start is digested with each page's key."""


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
    """A configuration that tells which of its values are read. Made by :func:`adopt`, which swaps Sphinx's class."""

    pronghorn_recorder: Recorder
    pronghorn_startup: set[str] | None
    """The values that extensions have read while the build started; None from when that is of no interest."""

    def __getattribute__(self, name: str) -> Any:
        """Return an attribute; note it."""
        get = super().__getattribute__
        if name[0] != "_" and not name.startswith("pronghorn_"):
            state = get("__dict__")
            recorder: Recorder = state["pronghorn_recorder"]
            if recorder.noted is not None:
                recorder.noted[CONFIG, name] = None
                recorder.asked_by(sys._getframe(1))  # noqa: SLF001
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


def adopt(config: Config, recorder: Recorder) -> None:
    """Make *config*, in place, note what is read, if values are read in the way that is known."""
    if not any(row.has_changed for row in (OPTIONS, VALUES, STATE)):
        vars(config).update(pronghorn_recorder=recorder, pronghorn_startup=set())
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


def add_config(state: State, config: Config, values: ValueDigests, name_of: NameOf) -> None:
    """Make *state* answer what the values are.

    :param name_of: names paths in them, so that they mean the same in every clone.
    """
    state.add(CONFIG, lambda name: _digest_of(config, name, values, name_of))


def _digest_of(config: Config, name: str, values: ValueDigests, name_of: NameOf) -> bytes:
    if name not in config.values:
        return ABSENT
    return values.digest(getattr(config, name), name, name_of)[:SHORT_BYTES]


def extensions_values(config: Config) -> Iterable[str]:
    """Return the names of the values that extensions have added, and that pages can depend on without reading them.

    An extension may take them up when the build starts, and keep them in places that nobody sees.
    """
    core = {*Config.config_values, *_HTML}
    return sorted(name for name, option in config.values.items() if name not in core and _rebuild_of(option))


def values_for_templates(config: Config) -> Iterable[str]:
    """Return the names of all values of which Sphinx says that pages depend on them."""
    return sorted(name for name, option in config.values.items() if _rebuild_of(option))


def _rebuild_of(option: Any) -> str:
    """Return what has to be done again when a value changes: ``env``, ``html``, or nothing.

    An extension may have put a tuple in place of Sphinx's own class.
    """
    rebuild = option[1] if isinstance(option, tuple) else option.rebuild
    return str(rebuild) if rebuild else ""


def digest_of_values(
    config: Config,
    names: Iterable[str],
    values: ValueDigests,
    name_of: NameOf,
    code: Callable[[], bytes],
) -> bytes:
    """Digest configuration values by name.

    :param name_of: names an absolute path, so that it means the same in every clone.
    :param code: gives a digest of conf.py, which counts for values that cannot be digested.
    """
    parts = []
    for name in names:
        try:
            digest = values.digest(getattr(config, name), name, name_of)
        except UndigestableError:
            digest = code()
        parts += [name.encode(), digest]
    return digest_of_parts(*parts)
