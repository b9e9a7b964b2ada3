"""Pages that read nothing of what has changed since the last build: they need not be verified one by one.

Most edits change the text of a page, and nothing in the environment that another page reads. Then all other pages are
as the last build left them. To find that out, the tables of the environment are compared with what they held when it
was loaded from the file that the last build has written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.cache.tracking.sealed_file import SealedFile
from pronghorn.incremental.write.dependencies import OUTSIDE
from pronghorn.incremental.write.former_environment import Cell
from pronghorn.incremental.write.ledger import Digests, digests_from_json, digests_to_json
from pronghorn.incremental.write.renderer import RESOLVED
from pronghorn.incremental.write.results import Body, Traces
from pronghorn.incremental.write.toctrees import TOCTREES
from pronghorn.model.observer import PAGE, kind_of_component
from pronghorn.observing.config import CONFIG
from pronghorn.observing.doctrees import NODES
from pronghorn.observing.environment import TABLES, domain_kind
from pronghorn.observing.keys import key_of, name_of
from pronghorn.observing.lookups import DOCTREES, PYTHON_OBJECTS
from pronghorn.observing.navigation import INPUTS, NAVIGATION, URLS
from pronghorn.observing.neighbours import ANCESTORS, RELATIONS
from pronghorn.observing.recorder import ALL, COLUMN, EXTENTS
from pronghorn.observing.state import DOMAIN, State

_ASKED = frozenset({"env", DOCTREES, NODES, PAGE, *map(kind_of_component, ("input", "output", "toc"))})
"""Kinds of dependencies that are few, if a page's own are left out, and are asked for again."""
_ELSEWHERE = frozenset({CONFIG, URLS, "intersphinx_inventory", "intersphinx_named_inventory"})
"""Kinds of dependencies that are compared for all pages together, or follow from what is."""


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
    asked: Digests = field(default_factory=dict)
    """What is to be asked again, with digests."""
    outside: Digests = field(default_factory=dict)
    """What they depend on besides: files, folders and places."""
    wholes: Digests = field(default_factory=dict)
    """Digests of whole tables, which take long to find out."""

    @classmethod
    def load(cls, file: SealedFile) -> Self | None:
        """Load what :meth:`save` wrote; None if there is none."""
        data = file.load()
        if data is None:
            return None
        state, environment, pages, read, *digests = data
        results = {docname: (Body.from_json(body), Traces.from_json(page)) for docname, (body, page) in pages.items()}
        names = {kind: set(found) for kind, found in read.items()}
        return cls(bytes.fromhex(state), bytes.fromhex(environment), results, names, *map(digests_from_json, digests))

    def save(self, file: SealedFile) -> None:
        """Keep it for the next build."""
        pages = {docname: [body.to_json(), page.to_json()] for docname, (body, page) in self.pages.items()}
        read = {kind: sorted(names) for kind, names in self.read.items()}
        digests = map(digests_to_json, (self.asked, self.outside, self.wholes))
        file.save([self.state.hex(), self.environment.hex(), pages, read, *digests])

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

    def are_as_left(self, cells: Iterable[Cell], again: Collection[str], root: str, state: State) -> bool:
        """Check whether no page, but those that are made *again*, has read anything that has changed.

        :param cells: what has changed in the environment.
        :param again: docnames of all pages whose documents have changed.
        :param root: the docname of the root page, whose toctrees are the navigation of all.
        """
        if root in again or any(self._is_read_by_any(kind, path, again) for kind, path in cells):
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

    def _is_read_by_any(self, kind: str, path: tuple[Any, ...], again: Collection[str]) -> bool:
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
