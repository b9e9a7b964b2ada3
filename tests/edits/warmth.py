"""What each build would make again, always the same: it is made once, before builds are forked.

Imported modules, compiled regular expressions, the tables of Pygments' lexers and the code of themes' templates
depend on what is installed, not on a site. They take more than half of the time of a small build.
"""

from __future__ import annotations

import functools
import gc
import importlib
import pickle
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from pygments.lexer import RegexLexer  # type: ignore[import-untyped]

_FOREIGN_MODULES = frozenset({"conf", "local_ext", "sample", "pronghorn_site", "__main__"})
"""Modules that belong to one site, or to one process."""


@dataclass(frozen=True, slots=True)
class Warmth:
    """What a build left in its process that other builds would make again."""

    modules: tuple[str, ...] = ()
    patterns: tuple[tuple[str | bytes, int], ...] = ()
    """Regular expressions with their flags."""
    lexers: tuple[tuple[str, str], ...] = ()
    """Classes by module and name."""
    templates: Mapping[str, bytes] = field(default_factory=dict)
    """Byte code of templates by Jinja's key, which digests the source."""

    def save(self, file: Path) -> None:
        """Keep it in a file."""
        file.write_bytes(pickle.dumps(self))


def load(file: Path) -> Warmth:
    """Return what was saved. The file must be one's own."""
    loaded: Warmth = pickle.loads(file.read_bytes())
    return loaded


def warmth_of_this_process(templates: ThemeTemplates) -> Warmth:
    """Look around after a build."""
    patterns = {(pattern, int(flags)) for _, pattern, flags in re._cache}  # type: ignore[attr-defined]
    lexers = (cls for cls in _subclasses(RegexLexer) if "_tokens" in vars(cls))
    return Warmth(
        tuple(name for name in sys.modules if name.partition(".")[0] not in _FOREIGN_MODULES),
        tuple(patterns),
        tuple((cls.__module__, cls.__qualname__) for cls in lexers),
        templates.made,
    )


def _subclasses(cls: type) -> list[type]:
    below: list[type] = cls.__subclasses__()
    return [cls, *chain.from_iterable(map(_subclasses, below))]


def take_up(warmth: Warmth, templates: ThemeTemplates) -> None:
    """Make it in this process."""
    for name in warmth.modules:
        with suppress(ImportError):  # a module that was there for the moment of the build
            importlib.import_module(name)
    for pattern, flags in warmth.patterns:
        re.compile(pattern, flags)
    for module, name in warmth.lexers:
        getattr(importlib.import_module(module), name)()
    templates.known.update(warmth.templates)
    gc.collect()
    gc.freeze()


class ThemeTemplates(BytecodeCache):
    """Byte code of the templates of installed themes, in memory. Those of a site are compiled by each build."""

    def __init__(self) -> None:
        self.known: dict[str, bytes] = {}
        self.made: dict[str, bytes] = {}

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """Return the place of a template's code."""
        bucket = super().get_bucket(environment, name, filename, source)
        bucket.is_installed = filename is not None and "site-packages" in filename  # type: ignore[attr-defined]
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in code that is known."""
        data = self.known.get(f"{bucket.key} {bucket.checksum}")
        if data is not None:
            bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Remember code that was compiled."""
        if bucket.is_installed:  # type: ignore[attr-defined]
            self.made[f"{bucket.key} {bucket.checksum}"] = bucket.bytecode_to_string()

    def install(self) -> None:
        """Make every environment that has no cache use this one."""
        stock: Callable[..., None] = Environment.__init__

        @functools.wraps(stock)
        def init(environment: Environment, *args: Any, **kwargs: Any) -> None:
            stock(environment, *args, **kwargs)
            environment.bytecode_cache = environment.bytecode_cache or self

        Environment.__init__ = init  # type: ignore[method-assign,assignment]
