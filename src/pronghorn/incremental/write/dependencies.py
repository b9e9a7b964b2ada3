"""The dependencies of a page: all that was observed in one stage, with digests."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pronghorn.cache.pickles.portable_paths import PortablePaths
from pronghorn.cache.tracking.file_digests import FileDigests
from pronghorn.cache.tracking.file_watch import Seen
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.incremental.artifact_records import ARTIFACT
from pronghorn.incremental.write.stage import Stage
from pronghorn.observing.attributes import ATTRIBUTE
from pronghorn.observing.config import CONFIG
from pronghorn.observing.looks import EXISTS, FILE, FOLDER, VARIABLE, digest_of_variable, looks_of
from pronghorn.observing.site_answers import ANSWERS
from pronghorn.observing.state import State
from pronghorn.observing.state_digests import SHORT_BYTES, short_digest
from pronghorn.output.directory import Output

PLACE = "place"
"""The kind of dependency on where the site itself is, if the page shows it."""
OUTSIDE = frozenset({FILE, FOLDER, EXISTS, PLACE, ARTIFACT, VARIABLE, *ANSWERS})
"""Kinds of dependencies that are not answered by the environment and the configuration."""


@dataclass(frozen=True, slots=True)
class Covered:
    """What the key of a stage has digested already, so that it is not a dependency of single pages.

    :ivar folders: absolute paths, each with a separator at its end.
    """

    values: frozenset[str]
    folders: tuple[str, ...] = ()


def _texts(stage: Stage) -> Iterator[bytes]:
    for message in stage.messages:
        yield message.text.encode("utf-8", "surrogatepass")


class Dependencies:
    """Makes dependencies of what was observed.

    :param places: absolute paths of the folders of this build, and what else tells where it is, by names that mean the
        same in every clone.
    :param values: names of all configuration values.
    """

    def __init__(
        self,
        state: State,
        output: Output,
        *,
        files: FileDigests,
        paths: PortablePaths,
        places: Mapping[str, str],
        values: Iterable[str],
    ) -> None:
        self._state = state
        self._paths = paths
        self._output = output
        self._places = {name: os.fsencode(path) for name, path in places.items()}
        self._values = frozenset(values)
        path_of = paths.path_of
        state.add(FILE, lambda name: files.digest(path_of(name))[:SHORT_BYTES])
        state.add(FOLDER, lambda name: files.listing(path_of(name))[:SHORT_BYTES])
        state.add(VARIABLE, lambda name: digest_of_variable(name)[:SHORT_BYTES])
        state.add(EXISTS, lambda name: files.kind(path_of(name)))
        state.add(ARTIFACT, lambda _name: b"made")  # its file is one of the page's, and is looked after as those are
        state.add(PLACE, lambda name: short_digest(self._places[name]))

    def of(self, stage: Stage, shown: Iterable[bytes], covered: Covered) -> dict[Dependency, bytes]:
        """Return everything that a stage depends on.

        :param shown: all that it made, to look for the paths of this build in it.
        """
        reads = [
            (kind, key)
            for kind, key in stage.reads.noted
            if kind != CONFIG or (key in self._values and key not in covered.values)
        ]
        found = self._state.dependencies_of(reads) | {
            Dependency(ATTRIBUTE, name): digest
            for name, digest in stage.changes.before.items()
            if name in stage.changes.left or (ATTRIBUTE, name) in stage.reads.noted
        }
        named = [*self._looked_at(stage, covered), *self._shown_places([*shown, *_texts(stage)])]
        found.update((dependency, self._state.current(dependency)) for dependency in named)
        return found

    def _looked_at(self, stage: Stage, covered: Covered) -> Iterator[Dependency]:
        def is_of_page(path: str) -> bool:
            return not self._output.is_around(path) and not path.startswith(covered.folders)

        seen = stage.seen
        read, listed, probed = ({*filter(is_of_page, paths)} for paths in (seen.read, seen.listed, seen.probed))
        looked_at = Seen(read=read, listed=listed, probed=probed, variables=seen.variables)
        return looks_of(looked_at, self._paths.name_of)

    def _shown_places(self, shown: list[bytes]) -> Iterator[Dependency]:
        for name, path in self._places.items():
            if any(path in text for text in shown):
                yield Dependency(PLACE, name)
