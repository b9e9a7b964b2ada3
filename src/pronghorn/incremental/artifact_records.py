"""Claims: who makes which file of the output, and what is in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

from pronghorn.cache.tracking.digests import digest_of
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.model.artifact import Artifact, maker_of

ARTIFACT = "artifact"
"""The kind of dependency on a file that goes with a page; its name is the record."""


class ArtifactRecord(NamedTuple):
    """What is known of an artifact once it is made."""

    path: str
    maker: str
    """Plugin, function, file and line."""
    digest: str
    """Of the content, in hexadecimal."""

    @classmethod
    def of(cls, artifact: Artifact, content: bytes, root: Path) -> Self:
        """Make the record of an artifact with this content."""
        return cls(artifact.path, maker_of(artifact, root), digest_of(content).hex())

    @classmethod
    def named(cls, name: str) -> Self:
        """Return the record that a name stands for.

        :raises ValueError: it stands for none.
        """
        path, maker, digest = json.loads(name)
        return cls(path, maker, digest)

    @property
    def name(self) -> str:
        """A text that stands for it."""
        return json.dumps(list(self))

    @property
    def dependency(self) -> Dependency:
        """What the page has that it goes with."""
        return Dependency(ARTIFACT, self.name)


def artifact_records_among(dependencies: Iterable[Dependency]) -> Iterator[ArtifactRecord]:
    """Return the records that are among some dependencies."""
    for dependency in dependencies:
        if dependency.kind == ARTIFACT:
            with suppress(ValueError):  # the names come from a file that may be damaged
                yield ArtifactRecord.named(dependency.name)
