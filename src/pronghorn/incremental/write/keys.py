"""Keys: digests of what all pages of a site depend on, in each of the two stages of writing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.registry import SphinxComponentRegistry

from pronghorn.cache.pickles.places import Places
from pronghorn.cache.tracking.digests import UndigestableError, digest_of, digest_of_parts
from pronghorn.cache.tracking.file_digests import FileDigests
from pronghorn.cache.tracking.value_digests import ValueDigests
from pronghorn.observing.config import (
    digest_of_values,
    extensions_values,
    values_for_templates,
)
from pronghorn.observing.plugin_state import digests_of_plugins
from pronghorn.seam.rows.configuration import RAW_CONFIG
from pronghorn.seam.rows.events import LISTENERS
from pronghorn.seam.rows.writing import ORIGINAL_CSS, ORIGINAL_JS

FORMAT = b"2"
"""Changes when what the cache keeps of a written page, or what it is made from, changes in this package."""

_LIBRARIES = ("Sphinx", "docutils", "Pygments", "Jinja2", "MarkupSafe", "babel", "snowballstemmer", "PyStemmer")
_IN_WRITING = (
    "doctree-resolved",
    "missing-reference",
    "warn-missing-reference",
    "html-page-context",
    "env-get-updated",
    "write-started",
)
STATIC = "_static/"
"""The folder of static files, which are copied before pages are written."""
_ASSETS = (".css", ".js", ".mjs")

Parts = Iterator[tuple[str, bytes]]
"""Names, for reasons, and digests."""


class Keys:
    """The two digests, in parts that have names.

    :ivar of_bodies: the digest for the first stage, of the parts in *bodies*.
    :ivar of_pages: that for the second stage, of the parts in *pages*.

    :param code: a digest of all code that takes part: versions, extensions, conf.py, plugins.
    :param outputs: the files that this build has made so far, or found to be as they should, by path relative to the
        output directory. Static files among them are copied before pages are written.
    """

    def __init__(
        self,
        builder: StandaloneHTMLBuilder,
        files: FileDigests,
        values: ValueDigests,
        code: bytes,
        outputs: Iterable[str],
        *,
        registry: SphinxComponentRegistry,
        held: Iterable[Callable[[], object]],
    ) -> None:
        self._builder = builder
        self._registry = registry
        self._held = held
        self._outputs = sorted(outputs)
        self._files = files
        self._values = values
        self._code = code
        self.bodies = dict(self._parts_of_bodies())
        self.pages = {**self.bodies, **dict(self._parts_of_pages())}
        self.of_bodies, self.of_pages = _digest_of_named(self.bodies), _digest_of_named(self.pages)

    def _parts_of_bodies(self) -> Parts:
        builder = self._builder
        config = builder.config
        yield "format", FORMAT
        yield "code", self._code
        for name in _LIBRARIES:
            yield f"version {name}", _version(name)
        suffixes = (builder.out_suffix, builder.link_suffix)
        yield "builder", _encoded([_class_name(cls) for cls in type(builder).__mro__], builder.name, suffixes)
        yield "language", _encoded(config.language)
        yield "tags", _encoded(sorted(builder.tags))
        yield "handlers", _encoded(list(_listeners(builder)), list(_registered(builder, self._registry)))
        yield "highlighting", self._value([_style_of(builder.highlighter), _style_of(builder.dark_highlighter)])
        yield "math", _encoded(builder.math_renderer_name)
        yield "search", self._value(_language(builder.indexer))
        yield "settings", self._value(_settings(builder.docsettings))
        yield "translations", self._files_below(_catalogs(builder))
        yield from self._each_value("config", extensions_values(config))
        states = digests_of_plugins(self._values, Places(builder).portable, self._handed_over())
        yield from ((f"state {name}", digest) for name, digest in states.items())

    def _handed_over(self) -> Iterator[object]:
        """Return what may be called while pages are written, that of plugins among it."""
        yield from (reference() for reference in self._held)
        environment = getattr(self._builder.templates, "environment", None)
        for kind in ("globals", "filters", "tests"):
            yield from getattr(environment, kind, {}).values()

    def _parts_of_pages(self) -> Parts:
        builder = self._builder
        config = builder.config
        yield from self._each_value("value", values_for_templates(config))
        yield "theme", self._value([builder.theme.name, _class_name(type(builder.templates))])
        yield "options", self._value(_without_settings(builder.globalcontext))
        yield "assets", self._value([ORIGINAL_CSS.of(builder), ORIGINAL_JS.of(builder)])
        yield from self._each_file("static", self._assets())
        yield from self._each_file("template", _templates(builder))

    def _assets(self) -> Iterator[tuple[str, Path]]:
        """Return the static files whose checksums pages show."""
        for name in self._outputs:
            if name.startswith(STATIC) and name.endswith(_ASSETS):
                yield name, Path(self._builder.outdir, name)

    def _each_value(self, kind: str, names: Iterable[str]) -> Parts:
        """Return those first that conf.py sets: others may follow from them."""
        given = {} if RAW_CONFIG.has_changed else RAW_CONFIG.of(self._builder.config)
        name_of = Places(self._builder).portable
        for name in sorted(names, key=lambda name: (name not in given, name)):
            digest = digest_of_values(self._builder.config, [name], self._values, name_of, self._conf_py)
            yield f"{kind} {name}", digest

    def _value(self, value: Any) -> bytes:
        try:
            return self._values.digest(value)
        except UndigestableError:
            return digest_of_parts(b"by code", self._conf_py())

    def _conf_py(self) -> bytes:
        return self._files.digest(Path(self._builder.confdir, "conf.py"))

    def _each_file(self, kind: str, files: Iterable[tuple[str, Path]]) -> Parts:
        for name, file in files:
            yield f"{kind} {name}", self._files.digest(file)

    def _files_below(self, files: Iterable[tuple[str, Path]]) -> bytes:
        """Digest files by content, and by the names they go by."""
        return digest_of_parts(*(part for name, file in files for part in (name.encode(), self._files.digest(file))))


def _digest_of_named(parts: dict[str, bytes]) -> bytes:
    """Return one digest of named parts, in whichever order they are."""
    return digest_of_parts(*(part for name, digest in sorted(parts.items()) for part in (name.encode(), digest)))


def _version(name: str) -> bytes:
    try:
        return version(name).encode()
    except PackageNotFoundError:
        return b""


def _encoded(*plain: Any) -> bytes:
    return digest_of(json.dumps(plain).encode())


def _class_name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _listeners(builder: StandaloneHTMLBuilder) -> Iterator[tuple[str, int, str]]:
    """Return the functions that events call while pages are written, in order."""
    listeners = LISTENERS.of(builder.events)
    for event in _IN_WRITING:
        for listener in listeners.get(event, ()):
            handler = listener.handler
            name = getattr(handler, "__qualname__", type(handler).__qualname__)
            yield event, listener.priority, f"{getattr(handler, '__module__', '')}.{name}"


def _registered(builder: StandaloneHTMLBuilder, registry: SphinxComponentRegistry) -> Iterator[str]:
    """Return the classes and functions that make HTML of nodes."""
    yield _class_name(registry.get_translator_class(builder))
    yield from sorted(registry.translation_handlers.get(builder.name, {}))
    yield from sorted(registry.translation_handlers.get(builder.format, {}))
    yield from (_class_name(cls) for cls in registry.get_post_transforms())


def _style_of(highlighter: Any) -> Any:
    return None if highlighter is None else [_class_name(highlighter.formatter_args["style"]), highlighter.dest]


def _language(indexer: Any) -> Any:
    """Return what decides which words of a page are found."""
    if indexer is None:
        return None
    language = indexer.lang
    return [_class_name(type(language)), language.lang, language.options, sorted(language.stopwords)]


def _settings(settings: Any) -> list[tuple[str, str]]:
    """Return docutils' settings as far as they are plain; those that files of its own set among them."""
    plain = (type(None), bool, int, float, str)
    return sorted((name, repr(value)) for name, value in vars(settings).items() if type(value) in plain)


def _catalogs(builder: StandaloneHTMLBuilder) -> Iterator[tuple[str, Path]]:
    """Return the site's own translations of what Sphinx says on pages."""
    config = builder.config
    if config.language:
        for number, folder in enumerate(config.locale_dirs):
            name = f"{config.language}/LC_MESSAGES/sphinx.mo"
            yield f"{number}/{name}", Path(builder.srcdir, folder, name)


def _without_settings(context: dict[str, Any]) -> dict[str, Any]:
    """Leave out the lists of assets, which are digested by themselves, and are changed for each page."""
    return {name: value for name, value in context.items() if name not in {"css_files", "script_files"}}


def _templates(builder: StandaloneHTMLBuilder) -> Iterator[tuple[str, Path]]:
    """Return all files that templates may be loaded from, in the order of the search."""
    n_own = len(builder.config.templates_path)
    for number, folder in enumerate(builder.templates.pathchain):
        left_out = {"__pycache__"} if number < n_own else {"__pycache__", "static"}
        for place, folders, names in os.walk(folder):
            folders[:] = sorted(set(folders) - left_out)
            for name in sorted(names):
                file = Path(place, name)
                yield f"{number}/{file.relative_to(folder).as_posix()}", file
