"""The manifest: what making a result depended on, each thing with its digest, and what the result is."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import NamedTuple, Self

_MAGIC = b"PHm1"
_HEADER = struct.Struct(">4sIII")
"""Magic, checksum of all that follows the header, number of dependencies, length of the names."""


class Dependency(NamedTuple):
    """Something a result was made from: a kind, such as ``file``, and which one of its kind."""

    kind: str
    name: str


_MAKE: Callable[[Iterable[str]], Dependency] = partial(tuple.__new__, Dependency)
"""Does what ``Dependency._make`` does, but faster: a build of a large site decodes a hundred thousand."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a result was made from, and the digest under which it is found."""

    dependencies: dict[Dependency, bytes]
    """The digest of each, in the order in which they are to be checked."""
    result: bytes

    def encode(self) -> bytes:
        """Return the bytes that :meth:`decode` understands; the same for equal manifests of equal order."""
        digests = [*self.dependencies.values(), self.result]
        names = json.dumps([name for dependency in self.dependencies for name in dependency], separators=(",", ":"))
        lengths = struct.pack(f">{len(digests)}I", *map(len, digests))
        body = b"".join([lengths, names.encode("ascii"), *digests])
        return _HEADER.pack(_MAGIC, zlib.crc32(body), len(self.dependencies), len(names)) + body

    @classmethod
    def decode(cls, data: bytes) -> Self | None:
        """Understand what :meth:`encode` gave; None for anything else."""
        if len(data) < _HEADER.size:
            return None
        magic, checksum, n_dependencies, n_names = _HEADER.unpack_from(data)
        start = _HEADER.size + 4 * (n_dependencies + 1)
        if magic != _MAGIC or zlib.crc32(memoryview(data)[_HEADER.size :]) != checksum or len(data) < start + n_names:
            return None
        lengths = struct.unpack_from(f">{n_dependencies + 1}I", data, _HEADER.size)
        names = _strings(data[start : start + n_names])
        ends = [*accumulate(lengths, initial=start + n_names)]
        if names is None or len(names) != 2 * n_dependencies or ends[-1] != len(data):
            return None
        *digests, result = [data[end - length : end] for end, length in zip(ends[1:], lengths, strict=True)]
        keys = map(_MAKE, zip(names[::2], names[1::2], strict=True))
        dependencies = dict(zip(keys, digests, strict=True))
        return cls(dependencies, result) if len(dependencies) == n_dependencies else None


def _strings(data: bytes) -> list[str] | None:
    """Read a JSON list of strings; None if it is anything else."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):  # RecursionError: a list in a list in a list...
        return None
    return found if isinstance(found, list) and set(map(type, found)) <= {str} else None


def first_changed(manifest: Manifest, current: Callable[[Dependency], bytes]) -> Dependency | None:
    """Return the first dependency whose digest has changed by now; None if all are as they were.

    :param current: gives the digest that a dependency has now. It is not asked about those after the first change.
    """
    for dependency, digest in manifest.dependencies.items():
        if current(dependency) != digest:
            return dependency
    return None


def verify(
    manifests: Iterable[Manifest], current: Callable[[Dependency], bytes]
) -> tuple[Manifest | None, Dependency | None]:
    """Find the manifest whose result can be used.

    :param manifests: newest first.
    :return: the first of which nothing changed, and None; or None and the first change of the newest: None as well
        if there is no manifest at all.
    """
    newest_change = None
    for manifest in manifests:
        change = first_changed(manifest, current)
        if change is None:
            return manifest, None
        newest_change = newest_change or change
    return None, newest_change
