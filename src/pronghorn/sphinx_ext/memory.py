"""What one build tells the next, kept in Sphinx's environment."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from sphinx.environment import BuildEnvironment

from pronghorn.model.url import Url
from pronghorn.site import Site

_ATTRIBUTE = "pronghorn_memory"


@dataclass(slots=True)
class BuildMemory:
    """Pickled with the environment; so it is as old as the environment, and gone when that is made anew."""

    urls: dict[str, Url] = field(default_factory=dict)
    """The URLs plugins gave to pages, by docname."""


def memory_of(env: BuildEnvironment) -> BuildMemory:
    """Give the memory of *env*; a fresh one if it has none."""
    memory = getattr(env, _ATTRIBUTE, None)
    if not isinstance(memory, BuildMemory):
        memory = BuildMemory()
        setattr(env, _ATTRIBUTE, memory)
    return memory


def digest_site(site: Site) -> str:
    """Digest what templates can show of other pages: URLs that plugins gave, titles and metadata."""
    digest = hashlib.sha256()
    for page in site.pages:
        metadata = sorted((page.metadata or {}).items())
        digest.update(
            f"{page.docname}\0{site.urls.get(page.docname)}\0{page.title}\0{metadata!r}\0".encode(
                errors="backslashreplace"
            )
        )
    return digest.hexdigest()
