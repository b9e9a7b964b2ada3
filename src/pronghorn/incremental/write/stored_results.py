"""Results of one stage in the store, found by what they depend on."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

from pronghorn.cache.pickles.portable_paths import PortablePaths
from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.store.store import Store
from pronghorn.cache.tracking.file_digests import FileDigests
from pronghorn.cache.tracking.manifest import Dependency, Manifest
from pronghorn.incremental.write.dependencies import OUTSIDE
from pronghorn.incremental.write.reasons import reason_of_dependency
from pronghorn.observing.looks import FILE
from pronghorn.observing.state import State, is_unstable


@dataclass(slots=True)
class Found:
    """What the store has for one page."""

    manifest: Manifest | None = None
    """That of the result which can be used; None if there is none."""
    result: bytes | None = None
    """What its manifest names."""
    change: Dependency | None = None
    """The first thing that had changed since the newest result was made."""
    is_known: bool = False
    """Whether there is any result for the page's key."""
    follows: dict[Dependency, bytes] = field(default_factory=dict)
    """What was not looked at."""


Check = Callable[[Dependency], bool]
"""Tells of dependencies."""


class Entry(NamedTuple):
    """A new result, and how to find it."""

    key: bytes
    dependencies: dict[Dependency, bytes]
    result: bytes


_WAITING = 100
_WAITING_BYTES = 4 * 2**20
"""So many contents, or so many bytes of them, are put into the store at once."""


class StoredResults:
    """Finds results, and keeps new ones.

    :param is_followed: tells of which dependencies it is known when they have changed.
    """

    def __init__(
        self,
        store: Store,
        state: State,
        files: FileDigests,
        paths: PortablePaths,
        *,
        is_followed: Check = lambda _one: False,
    ) -> None:
        self._is_followed = is_followed
        self._store = store
        self._state = state
        self._files = files
        self._paths = paths
        self._refreshed: list[tuple[bytes, bytes]] = []
        self._waiting: dict[bytes, bytes] = {}
        self._n_waiting_bytes = 0
        self.used: set[bytes] = set()
        """The keys of all results that were found, or kept."""
        self.left_out: dict[bytes, Reason] = {}
        """Why results were not kept, by key."""
        self.outside: dict[Dependency, bytes] = {}
        """What they depend on outside the environment."""

    def find(self, keys: Mapping[str, bytes], *, but: Check = lambda _one: False) -> dict[str, Found]:
        """Find the results that can be used, by docname.

        :param keys: the key of each page.
        :param but: tells which dependencies are not looked at yet.
        """
        manifests = self._store.manifests_many(keys.values())
        found = {docname: self._verified(key, manifests[key], but) for docname, key in keys.items()}
        digests = (one.manifest.result for one in found.values() if one.manifest is not None)
        results = self._store.get_many(digests)
        for docname, one in found.items():
            if one.manifest is not None:
                one.result = results.get(one.manifest.result)
                self._use(keys[docname], one.manifest.dependencies)
        return found

    def _use(self, key: bytes, dependencies: Mapping[Dependency, bytes]) -> None:
        self.used.add(key)
        self.outside.update((one, digest) for one, digest in dependencies.items() if one.kind in OUTSIDE)

    def _verified(self, key: bytes, encoded: Iterable[bytes], but: Check) -> Found:
        found = Found()
        for data in encoded:
            manifest = Manifest.decode(data)
            if manifest is None:
                continue
            found.is_known = True
            follows = {one: digest for one, digest in manifest.dependencies.items() if but(one)}
            change = self._first_change(key, manifest, follows)
            if change is None:
                found.manifest, found.follows = manifest, follows
                break
            found.change = found.change or change
        return found

    def _first_change(self, key: bytes, manifest: Manifest, but: Container[Dependency]) -> Dependency | None:
        """Find what has changed. If things were worked out again and came out the same, note that they did."""
        known, state = self._state.known, self._state
        differing = []
        for dependency, digest in manifest.dependencies.items():
            if known.get(dependency) == digest or dependency in but:
                continue
            if not state.is_unchanged(dependency, digest):
                return dependency
            differing.append(dependency)
        now = {dependency: known[dependency] for dependency in differing if dependency in known}
        if any(manifest.dependencies[dependency] != digest for dependency, digest in now.items()):
            manifest.dependencies.update(now)
            self._refreshed.append((key, manifest.encode()))
        return None

    def keep(self, entries: Iterable[Entry]) -> None:
        """Keep new results. What they name by digest is kept already.

        Nothing is kept that depends on something which has changed meanwhile: which of its states was seen, nobody
        knows.
        """
        self.keep_waiting()
        given = [entry for entry in entries if not self._is_unstable(entry)]
        unsettled = self._state.changed_meanwhile((entry.dependencies for entry in given), but=self._is_followed)
        unsettled |= self._changed_files({dependency for entry in given for dependency in entry.dependencies})
        settled = [entry for entry in given if not self._is_unsettled(entry, unsettled)]
        digests = self._store.put_many(entry.result for entry in settled)
        manifests = [
            (entry.key, Manifest(entry.dependencies, digest).encode())
            for entry, digest in zip(settled, digests, strict=True)
        ]
        self._store.add_manifests([*self._refreshed, *manifests])
        self._refreshed.clear()
        for entry in settled:
            self._use(entry.key, entry.dependencies)

    def _is_unstable(self, entry: Entry) -> bool:
        found = next((one for one, digest in entry.dependencies.items() if is_unstable(digest)), None)
        if found is not None:
            reason = reason_of_dependency(found)
            self.left_out[entry.key] = Reason("incomparable", f"{reason.kind} {reason.name}".strip())
        return found is not None

    def _is_unsettled(self, entry: Entry, unsettled: AbstractSet[Dependency]) -> bool:
        found = next((one for one in entry.dependencies if one in unsettled), None)
        if found is not None:
            self.left_out[entry.key] = Reason("unsettled", str(reason_of_dependency(found)))
        return found is not None

    def _changed_files(self, dependencies: Iterable[Dependency]) -> set[Dependency]:
        path_of = self._paths.path_of
        by_path = {path_of(dependency.name): dependency for dependency in dependencies if dependency.kind == FILE}
        return {by_path[str(path)] for path in self._files.recheck(by_path)}

    def keep_contents(self, contents: Mapping[bytes, bytes]) -> None:
        """Keep what results name by digest, at the latest when :meth:`keep_waiting` is called."""
        self._waiting.update(contents)
        self._n_waiting_bytes += sum(map(len, contents.values()))
        if len(self._waiting) > _WAITING or self._n_waiting_bytes > _WAITING_BYTES:
            self.keep_waiting()

    def keep_waiting(self) -> None:
        """Keep what waits for more."""
        self._store.put_many(self._waiting.values())
        self._waiting.clear()
        self._n_waiting_bytes = 0

    def contents(self, digests: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return what results name by digest, as far as it is there."""
        return self._store.get_many(digests)
