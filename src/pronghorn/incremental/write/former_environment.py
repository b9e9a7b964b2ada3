"""What changes in the environment of the site between two builds: which entries of which tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from sphinx.application import ENV_PICKLE_FILENAME
from sphinx.environment import BuildEnvironment

from pronghorn.cache.tracking.digests import UndigestableError, digest_of_file
from pronghorn.observing.environment import TABLES, domain_kind, seen_of
from pronghorn.observing.state import Table
from pronghorn.observing.state_digests import digest_of_state

Cell = tuple[str, tuple[Any, ...]]
"""A table of the environment, by the kind of dependency on it, and the path to one of its entries."""
MakeTable = Callable[[dict[Any, Any]], Table]

_OF_A_PAGE = frozenset({"included", "dependencies", "original_image_uri", "images", "dlfiles"})
"""Tables that tell a page nothing of others."""


class FormerEnvironment:
    """What the environment held when it was loaded from its file: copies of its tables, not of what is in them."""

    def __init__(self, env: BuildEnvironment, file: bytes) -> None:
        self.file = file
        """The digest of the file."""
        self._tables = {name: _copied(vars(env).get(name), 2) for name in TABLES}
        self._domains = {name: _copied(data, 2) for name, data in env.domaindata.items()}

    @classmethod
    def of(cls, env: BuildEnvironment, doctreedir: Path, before: bytes) -> Self | None:
        """Note what *env* holds, which was just loaded; None if it is new, or another file lies there by now.

        :param before: the digest of the file before it was loaded, as :func:`digest_of_environment` gives it.
        """
        is_loaded = before != b"" and before == digest_of_environment(doctreedir)
        return cls(env, before) if is_loaded else None

    def changed_cells(self, env: BuildEnvironment) -> list[Cell] | None:
        """Return the entries that are others now; None if a table has other keys, or keys in another order."""
        try:
            return list(self._changes(env))
        except (_NotAlikeError, UndigestableError):
            return None

    def shows_the_same(self, env: BuildEnvironment) -> bool:
        """Check whether each page shows what it showed of others, as far as Sphinx's own tables tell, in any order."""
        tables = {name: make for name, make in TABLES.items() if name not in _OF_A_PAGE}
        try:
            return next(self._changes(env, tables, in_order=False), None) is None
        except (_NotAlikeError, UndigestableError):
            return False

    def _changes(
        self, env: BuildEnvironment, tables: Mapping[str, MakeTable] = TABLES, *, in_order: bool = True
    ) -> Iterator[Cell]:
        for name, make in tables.items():
            table = make(vars(env)[name])
            before, project = self._tables[name], table.project or _itself
            for path in _different(before, table.items, project, table.depth, in_order=in_order):
                yield name, path
        _require(self._domains.keys() == env.domaindata.keys())
        for domain, data in env.domaindata.items():
            for path in _different(self._domains[domain], data, seen_of, 2, in_order=in_order):
                yield domain_kind(domain), path


class _NotAlikeError(Exception):
    """A table has other keys than it had."""


def _require(condition: bool) -> None:
    if not condition:
        raise _NotAlikeError


def _itself(value: Any) -> Any:
    return value


def _copied(value: Any, depth: int) -> Any:
    """Copy a table, and the tables in it, but no entry."""
    if depth and isinstance(value, dict):
        return {key: _copied(entry, depth - 1) for key, entry in value.items()}
    return value


def _different(before: Any, now: Any, project: Any, depth: int, *, in_order: bool) -> Iterator[tuple[Any, ...]]:
    """Return the paths of the entries that differ in what pages can see of them."""
    _require(isinstance(before, dict) and isinstance(now, dict) and before.keys() == now.keys())
    _require(not in_order or [*before] == [*now])
    for key, new in now.items():
        old = before[key]
        if depth > 1 and isinstance(new, dict):
            for path in _different(old, new, project, depth - 1, in_order=in_order):
                yield key, *path
        elif not (old is new or old == new == {}) and digest_of_state(project(old)) != digest_of_state(project(new)):
            yield (key,)


def digest_of_environment(doctreedir: Path) -> bytes:
    """Return the digest of the file of the environment, as it is at this moment; empty if there is none."""
    try:
        return digest_of_file(doctreedir / ENV_PICKLE_FILENAME)
    except OSError:
        return b""
