"""The state of the site: the digests that what pages have read of others has now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pronghorn.cache.tracking.digests import ABSENT, DIGEST_BYTES, UndigestableError
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.observing.keys import key_of, name_of
from pronghorn.observing.never import never
from pronghorn.observing.recorder import ALL, COLUMN, IS_THERE, NAMES, Read
from pronghorn.observing.state_digests import SHORT_BYTES, Projection, digest_of_state, short_digest


def unstable() -> bytes:
    """Return a digest that nothing ever has again, and that shows it by its length."""
    return never() + b"?"


def is_unstable(digest: bytes) -> bool:
    """Check whether a digest can never be met again."""
    return len(digest) > DIGEST_BYTES


Answer = Callable[[str], bytes]
"""Gives the digest that something has now, by its name."""

_MANY = 64
"""Whoever reads so many keys of a table, and half of all, is taken to read all of it."""
_THERE = b"1"
DOMAIN = "domain "
"""Before the name of a domain: the kind of dependency on its data."""
_CHANGEABLE = frozenset({"env"})
_MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the environment.

    :ivar items: what is in it now.
    :ivar depth: how many levels of dicts are looked up key by key.
    :ivar project: gives the part of a value that pages can see.
    :ivar columns: whether inner tables have the same keys, which matter more than the outer ones.
    :ivar empty_is_absent: whether asking for what is not there makes an empty entry.
    """

    items: Mapping[Any, Any]
    depth: int = 1
    project: Projection | None = None
    columns: bool = False
    empty_is_absent: bool = False


@dataclass(frozen=True, slots=True)
class Derived:
    """Something that is worked out from other things: unchanged if these are, or else if it comes out the same.

    Its digest is that of the inputs, followed by that of the result.
    """

    inputs: Answer
    result: Answer


class State:
    """Answers what digest a dependency has now; each is found out once in a build.

    Reading and writing have one each: they ask for different things.

    :ivar known: what has been asked so far. Whoever verifies many manifests looks here first.
    :ivar undigested: why something has a digest that nothing ever has again.
    """

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], bytes] = {}
        self.undigested: dict[tuple[str, str], str] = {}
        self._answers: dict[str, Answer] = {}
        self._derived: dict[str, Derived] = {}
        self._tables: dict[str, Table] = {}

    def add(self, kind: str, answer: Answer) -> None:
        """Call *answer* for dependencies of this kind."""
        self._answers[kind] = answer

    def add_derived(self, kind: str, derived: Derived) -> None:
        """Work out dependencies of this kind."""
        self._derived[kind] = derived
        self._answers[kind] = lambda name: derived.inputs(name) + derived.result(name)

    def add_table(self, kind: str, table: Table) -> None:
        """Look up dependencies of this kind, and its extents, in a table."""
        self._tables[kind] = table
        self._answers[kind] = lambda name: _entry(table, key_of(name))
        self._answers[kind + IS_THERE] = lambda name: _is_there(table, key_of(name))
        self._answers[kind + NAMES] = lambda name: digest_of_state(list(_part(table, name)))
        self._answers[kind + ALL] = lambda name: self._whole(kind, name)
        self._answers[kind + COLUMN] = lambda name: _column(table, name)

    def current(self, dependency: tuple[str, str]) -> bytes:
        """Return the digest that *dependency* has now."""
        known = self.known.get(dependency)
        if known is None:
            known = self.known[dependency] = self._asked(self._answers.get(dependency[0]), dependency)
        return known

    def undigested_among(self, dependencies: Container[tuple[str, str]]) -> str:
        """Say which of some dependencies has another digest in each build; empty if none has."""
        return next((why for dependency, why in self.undigested.items() if dependency in dependencies), "")

    def is_unchanged(self, dependency: tuple[str, str], digest: bytes) -> bool:
        """Check whether *dependency* has this digest still, or comes out the same as when it had."""
        derived = self._derived.get(dependency[0])
        if derived is None:
            return self.current(dependency) == digest
        if self._asked(derived.inputs, dependency) == digest[:SHORT_BYTES]:
            return True
        return self.current(dependency)[SHORT_BYTES:] == digest[SHORT_BYTES:] != b""

    def result_of(self, dependency: tuple[str, str], digest: bytes) -> bytes:
        """Return the part of a digest that differs whenever a page sees a difference."""
        return digest[SHORT_BYTES:] if dependency[0] in self._derived else digest

    def learn(self, kind: str, name: str, result: bytes) -> None:
        """Take up the digest of what has just been worked out, so that it need not be worked out again."""
        if (kind, name) not in self.known:
            self.known[kind, name] = self._asked(self._derived[kind].inputs, (kind, name)) + result

    def dependencies_of(self, reads: Iterable[Read]) -> dict[Dependency, bytes]:
        """Return what has been read, with digests, in the order of reading; many keys of one table become one."""
        return {Dependency(*found): self.current(found) for found in self._named(list(reads))}

    def changed_meanwhile(
        self, found: Iterable[Mapping[Dependency, bytes]], *, but: Callable[[Dependency], bool] = lambda _one: False
    ) -> set[Dependency]:
        """Find dependencies that have another digest by now than in *found*, perhaps in another process.

        Extensions may change what they keep while pages are written.

        :param but: tells of which it is known when they have changed.
        """
        digests: dict[Dependency, bytes] = {}
        changed = set()
        for dependencies in found:
            for dependency, digest in dependencies.items():
                is_changeable = dependency.kind in _CHANGEABLE or dependency.kind.startswith(DOMAIN)
                if is_changeable and not but(dependency) and digests.setdefault(dependency, digest) != digest:
                    changed.add(dependency)
        before, self.known = self.known, {}  # so that everything is looked at again
        try:
            changed.update(dependency for dependency, digest in digests.items() if self.current(dependency) != digest)
        finally:
            self.known = before
        return changed

    def changed_here(self) -> set[Dependency]:
        """Find dependencies that have another digest by now than when this process was first asked for it."""
        return self.changed_meanwhile([{Dependency(*one): digest for one, digest in self.known.items()}])

    def _named(self, reads: list[Read]) -> Iterator[tuple[str, str]]:
        counts = Counter(kind for kind, _ in reads)
        many = {kind for kind, number in counts.items() if self._are_many(kind, number)}
        for kind, key in reads:
            name = None if kind in many else name_of(key)
            yield (kind, name) if name is not None else self._summary(kind, key)

    def _are_many(self, kind: str, number: int) -> bool:
        table = self._tables.get(kind.removesuffix(IS_THERE))
        return table is not None and number > max(_MANY, len(table.items) / 2)

    def _summary(self, kind: str, key: Hashable) -> tuple[str, str]:
        """Return something that covers a key and others like it."""
        base = kind.removesuffix(IS_THERE)
        table = self._tables.get(base)
        if base != kind:
            return base + NAMES, ""
        if table is not None and table.depth > 1 and isinstance(key, tuple):
            outer, inner = key[0], key[-1]
            if table.columns and isinstance(inner, str):
                return base + COLUMN, inner
            return base + ALL, name_of(outer) or ""
        return base + ALL, ""

    def _asked(self, answer: Answer | None, dependency: tuple[str, str]) -> bytes:
        """Ask, and give what nothing ever has if there is no answer that counts in another process."""
        try:
            return answer(dependency[1]) if answer is not None else unstable()
        except UndigestableError as error:
            self.undigested[dependency] = error.message
        except (LookupError, TypeError, ValueError):  # the names come from a file that may be damaged
            pass
        return unstable()

    def _whole(self, kind: str, name: str) -> bytes:
        """Digest a table, entry by entry: most are asked for by themselves as well."""
        table = self._tables[kind]
        outer = _path_of(name)
        parts = []
        for key in _part(table, name):
            path = (*outer, key)
            key_name = name_of(path if len(path) > 1 else key)
            if key_name is None:
                return digest_of_state([(key, _projected(table, value)) for key, value in _part(table, name).items()])
            digest = self.current((kind, key_name))
            parts += [len(key_name).to_bytes(4, "big"), key_name.encode("utf-8", "surrogatepass"), digest]
        return short_digest(b"".join(parts))


def _path_of(name: str) -> tuple[Hashable, ...]:
    if not name:
        return ()
    key = key_of(name)
    return key if isinstance(key, tuple) else (key,)


def _part(table: Table, name: str) -> Mapping[Any, Any]:
    """Return the table, or one of the tables in it."""
    part = table.items
    for key in _path_of(name):
        part = part[key]
    return part


def _find(table: Table, key: Hashable) -> Any:
    """Return the value for a key, a path in a table of tables; ``_MISSING`` if there is none."""
    if table.depth == 1:
        return table.items.get(key, _MISSING)
    found: Any = table.items
    for step in key if isinstance(key, tuple) else (key,):
        found = found.get(step, _MISSING) if isinstance(found, Mapping) else _MISSING
    return found


def _entry(table: Table, key: Hashable) -> bytes:
    value = _find(table, key)
    return ABSENT if value is _MISSING else digest_of_state(_projected(table, value))


def _is_there(table: Table, key: Hashable) -> bytes:
    value = _find(table, key)
    return ABSENT if value is _MISSING or (table.empty_is_absent and not value) else _THERE


def _projected(table: Table, value: Any) -> Any:
    return value if table.project is None else table.project(value)


def _column(table: Table, name: str) -> bytes:
    """Digest the entries of one name in all inner tables."""
    items = ((outer, inner.get(name, _MISSING)) for outer, inner in table.items.items())
    return digest_of_state([(outer, value) for outer, value in items if value is not _MISSING])
