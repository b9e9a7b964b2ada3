"""What one build tells the next, kept in Sphinx's environment."""

from __future__ import annotations

import hashlib
import pickle
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from sphinx.environment import BuildEnvironment

from pronghorn.model.url import Url
from pronghorn.site.site import Site

_PREFIX = "pronghorn_"

Memory = TypeVar("Memory")


@dataclass(slots=True)
class BuildMemory:
    """Pickled with the environment; so it is as old as the environment, and gone when that is made again."""

    urls: dict[str, Url] = field(default_factory=dict)
    """The URLs plugins gave to pages, by docname."""


def memory_of(env: BuildEnvironment, kind: type[Memory], name: str) -> Memory:
    """Return what the last build has kept in *env* under this name; a fresh *kind* if it has nothing.

    What the build does with it is kept for the next one.
    """
    memory = getattr(env, _PREFIX + name, None)
    if isinstance(memory, bytes):
        with suppress(Exception):  # another version of Pronghorn has kept it: then it is gone
            memory = pickle.loads(memory)  # noqa: S301 - it lay in a pickle that Sphinx has loaded
    if not isinstance(memory, kind) or not _is_whole(memory):
        memory = kind()
    setattr(env, _PREFIX + name, memory)
    return memory


def _is_whole(memory: Any) -> bool:
    """Check whether another version of Pronghorn, which knew less, has made it."""
    return all(hasattr(memory, one.name) for one in fields(memory))


def packed_memories(state: dict[str, Any]) -> dict[str, Any]:
    """Pickle memories by themselves in the state of an environment: it must load without Pronghorn."""
    return {
        name: pickle.dumps(value, pickle.HIGHEST_PROTOCOL) if name.startswith(_PREFIX) else value
        for name, value in state.items()
    }


def digest_site(site: Site) -> str:
    """Digest what templates can show of other pages: URLs that plugins gave, titles and metadata."""
    digest = hashlib.sha256()
    for page in site.pages:
        metadata = sorted((page.metadata or {}).items())
        digest.update(
            f"{page.docname}\0{site.state.urls.get(page.docname)}\0{page.title}\0{page.date}\0{metadata!r}\0".encode(
                errors="backslashreplace"
            )
        )
    return digest.hexdigest()
