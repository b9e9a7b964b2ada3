"""What writing with the cache is given by the rest of the build."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sphinx.application import Sphinx

from pronghorn.cache.pickles.places import Places
from pronghorn.cache.pickles.portable_paths import PortablePaths
from pronghorn.cache.plan.plan import Plan
from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.store.store import Store
from pronghorn.cache.tracking.file_digests import FileDigests
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.cache.tracking.value_digests import ValueDigests
from pronghorn.incremental.artifacts.work import PageWork
from pronghorn.incremental.write.former_environment import FormerEnvironment
from pronghorn.incremental.write.listeners import ListenersFiles
from pronghorn.observing.memory import Memory
from pronghorn.observing.recorder import Recorder
from pronghorn.output.file_lists import FileLists
from pronghorn.site.site import Site
from pronghorn.speed.navigation.fast import Navigation


@dataclass(frozen=True, slots=True)
class Build:
    """What writing with the cache is given by the rest of the build."""

    app: Sphinx
    site: Site
    store: Store
    files: FileDigests
    values: ValueDigests
    paths: PortablePaths
    memory: Memory
    places: Places
    plan: Plan
    file_lists: FileLists
    listeners: ListenersFiles
    read_outputs: Collection[str]
    """Files that pages left in the output directory while they were read, by path relative to it."""
    names_from_here: dict[str, str]
    """How pages name files from the folder in which the build was started, by names that mean the same in every clone.
    """
    doctree_digest: Callable[[str], bytes]
    """Gives the digest of a page's document as it was read."""
    code: bytes
    """A digest of all code that takes part: Python, extensions, conf.py, plugins and their tables."""
    navigation: Callable[[], Navigation | None]
    """Gives the fast navigation of this build, if there is one."""
    pack: Callable[[object], bytes]
    """Pickles a value for the store."""
    unpack: Callable[[bytes], Any]
    """Loads what it gave."""
    recorder: Recorder
    work: PageWork
    """What plugins tell of the page at work."""
    recorded: Callable[[str], Iterable[Dependency]]
    """What plugins have told, before pages were read, that a page depends on, by docname."""
    in_the_way: Callable[[str], str | None]
    """Tells what else than an artifact lies where a file would have to be."""
    why_lost: Callable[[str], Reason | None]
    """Says why what is written of a page will be of no use to later builds, whatever that is; None if it may be."""
    has_changes: bool
    """Whether any page was read, restored or removed."""
    former_environment: FormerEnvironment | None
    """What the environment held when it was loaded; None if it is new."""
    read_again: frozenset[str] | None
    """The pages that were read or restored in this build; None if the environment was made again from all pages."""
    must_write: Reason | None = None
    """Why no page is taken from the cache; None if they are."""
    check: float = 0.0
    """The share of pages from the cache that are rendered all the same, and compared."""
