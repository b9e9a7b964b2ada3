"""Sphinx's configuration while pages are written: it tells the recorder which values are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sphinx.config import Config

from pronghorn.cache.tracking.digests import ABSENT, UndigestableError, digest_of_parts
from pronghorn.cache.tracking.value_digests import ValueDigests
from pronghorn.incremental.observing.recorder import Recorder
from pronghorn.incremental.observing.state_digests import SHORT_BYTES
from pronghorn.incremental.observing.write_answers import State
from pronghorn.seam.internal import subclassed
from pronghorn.seam.rows.configuration import VALUES

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


class NotedConfig(Config):
    """A configuration that tells which of its values are read. Stands for Sphinx's while pages are written."""

    pronghorn_writing: Recorder

    def __getattribute__(self, name: str) -> Any:
        """Return an attribute; note it."""
        get = super().__getattribute__
        noted = get("__dict__")["pronghorn_writing"].noted
        if noted is not None and name[0] != "_":
            noted[CONFIG, name] = None
        return get(name)


@contextmanager
def noted_config(config: Config, recorder: Recorder, state: State, values: ValueDigests) -> Iterator[None]:
    """Make *config*, in place, tell *recorder* what is read; *state* answers what the values are."""
    state.add(CONFIG, lambda name: _digest_of(config, name, values))
    cls = type(config)
    vars(config)["pronghorn_writing"] = recorder
    subclassed(config, NotedConfig, (VALUES,))
    try:
        yield
    finally:
        subclassed(config, cls)
        del vars(config)["pronghorn_writing"]


def _digest_of(config: Config, name: str, values: ValueDigests) -> bytes:
    if name not in config.values:
        return ABSENT
    return values.digest(getattr(config, name), name)[:SHORT_BYTES]


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
    name_of: Callable[[str], str],
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
