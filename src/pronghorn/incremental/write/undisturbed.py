"""Pages that read nothing of what has changed since the last build: they need not be verified one by one.

Most edits change the text of a page, and nothing in the environment that another page reads. Then all other pages are
as the last build left them. To find that out, the tables of the environment are compared with what they held when it
was loaded from the file that the last build has written.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from sphinx.application import ENV_PICKLE_FILENAME
from sphinx.environment import BuildEnvironment

from pronghorn.cache.tracking.digests import DIGEST_BYTES, UndigestableError, digest_of, digest_of_file
from pronghorn.cache.tracking.file_digests import write_whole
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.incremental.observing.config import CONFIG
from pronghorn.incremental.observing.doctrees import NODES
from pronghorn.incremental.observing.environment import TABLES, domain_kind, seen_of
from pronghorn.incremental.observing.keys import key_of, name_of
from pronghorn.incremental.observing.lookups import DOCTREES, PYTHON_OBJECTS
from pronghorn.incremental.observing.navigation import INPUTS, NAVIGATION, URLS
from pronghorn.incremental.observing.neighbours import ANCESTORS, RELATIONS
from pronghorn.incremental.observing.recorder import ALL, COLUMN, EXTENTS
from pronghorn.incremental.observing.site_pages import PAGES
from pronghorn.incremental.observing.state_digests import digest_of_state
from pronghorn.incremental.observing.write_answers import DOMAIN, State
from pronghorn.incremental.write.dependencies import OUTSIDE
from pronghorn.incremental.write.renderer import RESOLVED
from pronghorn.incremental.write.results import Body, Traces
from pronghorn.incremental.write.toctrees import TOCTREES

Cell = tuple[str, tuple[Any, ...]]
"""A table of the environment, by the kind of dependency on it, and the path to one of its entries."""

_ASKED = frozenset({"env", DOCTREES, NODES, PAGES, *(f"{PAGES} {name}" for name in ("input", "output", "toc"))})
"""Kinds of dependencies that are few, if a page's own are left out, and are asked for again."""
_ELSEWHERE = frozenset({CONFIG, URLS, "intersphinx_inventory", "intersphinx_named_inventory"})
"""Kinds of dependencies that are compared for all pages together, or follow from what is."""


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

    def _changes(self, env: BuildEnvironment) -> Iterator[Cell]:
        for name, make in TABLES.items():
            table = make(vars(env)[name])
            for path in _different(self._tables[name], table.items, table.project or _itself, table.depth):
                yield name, path
        _require(self._domains.keys() == env.domaindata.keys())
        for domain, data in env.domaindata.items():
            for path in _different(self._domains[domain], data, seen_of, 2):
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


def _different(before: Any, now: Any, project: Any, depth: int) -> Iterator[tuple[Any, ...]]:
    """Return the paths of the entries that differ in what pages can see of them."""
    _require(isinstance(before, dict) and isinstance(now, dict) and [*before] == [*now])
    for (key, old), new in zip(before.items(), now.values(), strict=True):
        if depth > 1 and isinstance(new, dict):
            for path in _different(old, new, project, depth - 1):
                yield key, *path
        elif not (old is new or old == new == {}) and digest_of_state(project(old)) != digest_of_state(project(new)):
            yield (key,)


def digest_of_environment(doctreedir: Path) -> bytes:
    """Return the digest of the file of the environment, as it is at this moment; empty if there is none."""
    try:
        return digest_of_file(doctreedir / ENV_PICKLE_FILENAME)
    except OSError:
        return b""


@dataclass(slots=True)
class LastResults:
    """What the last build has made of all pages, and what they have read of each other."""

    state: bytes
    """Digest of what everything was made from, apart from the environment."""
    environment: bytes
    """Digest of the file with the environment."""
    pages: dict[str, tuple[Body, Traces]] = field(default_factory=dict)
    """By docname."""
    read: dict[str, set[str]] = field(default_factory=dict)
    """What they have read of other pages, or what is not a page's: names by kind. There may be more than they have."""
    asked: dict[Dependency, bytes] = field(default_factory=dict)
    """What is to be asked again, with digests."""
    outside: dict[Dependency, bytes] = field(default_factory=dict)
    """What they depend on besides: files, folders and places."""
    wholes: dict[Dependency, bytes] = field(default_factory=dict)
    """Digests of whole tables, which take long to find out."""

    @classmethod
    def load(cls, file: Path) -> Self | None:
        """Load what :meth:`save` wrote; None if there is none, or it is damaged."""
        try:
            data = file.read_bytes()
            if digest_of(data[DIGEST_BYTES:]) != data[:DIGEST_BYTES]:
                return None
            state, environment, pages, read, *digests = json.loads(data[DIGEST_BYTES:])
        except (OSError, ValueError, RecursionError):
            return None
        results = {docname: (Body.from_json(body), Traces.from_json(page)) for docname, (body, page) in pages.items()}
        return cls(
            bytes.fromhex(state),
            bytes.fromhex(environment),
            results,
            {kind: set(names) for kind, names in read.items()},
            *({Dependency(kind, name): bytes.fromhex(digest) for kind, name, digest in found} for found in digests),
        )

    def save(self, file: Path) -> None:
        """Keep it for the next build, if it can be written."""
        pages = {docname: [body.to_json(), page.to_json()] for docname, (body, page) in self.pages.items()}
        read = {kind: sorted(names) for kind, names in self.read.items()}
        digests = [
            [(kind, name, digest.hex()) for (kind, name), digest in found.items()]
            for found in (self.asked, self.outside, self.wholes)
        ]
        data = [self.state.hex(), self.environment.hex(), pages, read, *digests]
        content = json.dumps(data, separators=(",", ":")).encode()
        with suppress(OSError):  # without it, the next build takes longer
            write_whole(file, digest_of(content) + content)

    def note_reads(self, docname: str, source: Dependency, dependencies: Mapping[Dependency, bytes]) -> bool:
        """Note what one page depends on besides itself; False if that is of an unknown kind.

        :param source: the dependency on the file of the page.
        """
        return all(
            dependency == source or self._note_read(docname, dependency, digest)
            for dependency, digest in dependencies.items()
        )

    def _note_read(self, docname: str, dependency: Dependency, digest: bytes) -> bool:
        kind, name = dependency
        base = kind.rstrip(EXTENTS)
        if kind in OUTSIDE:
            self.outside[dependency] = digest
        elif base in _ASKED:
            if kind != base or _owner_of(name) != docname:
                self.asked[dependency] = digest
        elif base in _DERIVED:
            self.read[base] = {""}
        elif base.startswith(DOMAIN) or (base in TABLES and _owner_of(name) != docname):
            self.read.setdefault(kind, set()).add(name)
        else:
            return base in TABLES or base in _ELSEWHERE or dependency == (RESOLVED, docname)
        return True

    def are_undisturbed(self, cells: Iterable[Cell], again: Collection[str], root: str, state: State) -> bool:
        """Check whether no page, but those that are made *again*, has read anything that has changed.

        :param cells: what has changed in the environment.
        :param again: docnames of all pages whose documents have changed.
        :param root: the docname of the root page, whose toctrees are the navigation of all.
        """
        if root in again or any(self._is_disturbed_by(kind, path, again) for kind, path in cells):
            return False
        everything = {**self.asked, **self.outside}
        return all(state.is_unchanged(*found) for found in everything.items())

    def note_wholes(self, known: Mapping[tuple[str, str], bytes]) -> None:
        """Note digests of whole tables, or of whole columns of them."""
        for (kind, name), digest in known.items():
            base = kind.rstrip(EXTENTS)
            if kind.endswith((ALL, COLUMN)) and (base in TABLES or base == URLS or base.startswith(DOMAIN)):
                self.wholes[Dependency(kind, name)] = digest

    def unchanged_wholes(self, cells: Collection[Cell]) -> dict[tuple[str, str], bytes]:
        """Return those of the digests of whole tables that they have still."""
        return {
            (kind, name): digest
            for (kind, name), digest in self.wholes.items()
            if not any(_feeds([(kind, name)], *cell) for cell in cells)
        }

    def _is_disturbed_by(self, kind: str, path: tuple[Any, ...], again: Collection[str]) -> bool:
        if kind in TABLES and path[0] not in again:
            return True
        if any(self.read.get(derived) for derived, inputs in _DERIVED.items() if _feeds(inputs, kind, path)):
            return True
        names = {name_of(path if len(path) > 1 else path[0]), name_of(path[0])}
        return (
            None in names
            or not names.isdisjoint(self.read.get(kind, ()))
            or bool(self.read.get(kind + ALL))
            or path[-1] in self.read.get(kind + COLUMN, ())
        )


def _feeds(inputs: Iterable[tuple[str, str]], kind: str, path: tuple[Any, ...]) -> bool:
    """Check whether a changed entry is among what something is worked out from."""
    return any(one == kind + ALL or (one == kind + COLUMN and name == path[-1]) for one, name in inputs)


_DERIVED: Mapping[str, tuple[tuple[str, str], ...]] = {
    NAVIGATION: INPUTS,
    TOCTREES: INPUTS,
    RELATIONS: (("toctree_includes" + ALL, ""),),
    ANCESTORS: (("toctree_includes" + ALL, ""),),
    PYTHON_OBJECTS: ((domain_kind("py") + ALL, ""),),
}
"""Kinds of dependencies on what is worked out from tables, and from which."""


def _owner_of(name: str) -> str:
    """Return the docname at the beginning of the path to an entry."""
    key = key_of(name)
    return str(key[0] if isinstance(key, tuple) else key)
