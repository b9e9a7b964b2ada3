"""Sphinx's environment, with doctrees from the page cache, and with its own idea of what is out of date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docutils import nodes
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import LoggingReporter

from pronghorn.documents.memory import packed_memories
from pronghorn.seam.capability import Capability
from pronghorn.seam.internal import subclassed
from pronghorn.seam.register import changed_among
from pronghorn.seam.rows.reading import CHECK_CONSISTENCY, GET_DOCTREE, GET_OUTDATED_FILES

_OF_THIS_BUILD = ("pronghorn_load", "pronghorn_is_checked")


class PackedEnvironment(BuildEnvironment):
    """Sphinx's environment, which loads without Pronghorn. Made by :func:`adopt`, which swaps its class."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Be pickled as Sphinx's own class: an environment must load without Pronghorn."""
        return object.__new__, (BuildEnvironment,), self.__getstate__()

    def __getstate__(self) -> dict[str, Any]:
        """Return the state without what is of this build only."""
        state = super().__getstate__()
        for name in _OF_THIS_BUILD:
            state.pop(name, None)
        return packed_memories(state)


class CachedEnvironment(PackedEnvironment):
    """An environment whose doctrees come from the cache, and that does not decide what is out of date."""

    pronghorn_load: Callable[[str], nodes.document | None]
    pronghorn_is_checked: bool
    """Whether the consistency was checked in this build."""

    def get_doctree(self, docname: str) -> nodes.document:
        """Return the doctree of a page, also of one that comes from the cache."""
        doctree = self.pronghorn_load(docname)
        if doctree is None:
            return super().get_doctree(docname)
        doctree.settings.env = self
        doctree.reporter = LoggingReporter(str(self.doc2path(docname)))
        return doctree

    def get_outdated_files(self, config_changed: bool) -> tuple[set[str], set[str], set[str]]:
        """Return sets that can be changed, empty but for removed pages: what is out of date is found out later."""
        del config_changed
        return set(), set(), set(self.all_docs) - self.found_docs

    def check_consistency(self) -> None:
        """Check the consistency, and remember that it was done."""
        self.pronghorn_is_checked = True
        super().check_consistency()

    def check_if_not_checked(self) -> None:
        """Check the consistency unless Sphinx has: it does so only after it has read a page.

        The warnings belong to every build.
        """
        if not self.pronghorn_is_checked:
            self.config.__getstate__()  # as before the environment is pickled: it warns of values that cannot be
            self.check_consistency()


def adopt(env: BuildEnvironment, load: Callable[[str], nodes.document | None]) -> None:
    """Make *env*, in place, take doctrees from *load*, which gives None for those that Sphinx has written.

    Where pages cannot be taken from the cache, it is left to Sphinx what is out of date.
    """
    if changed_among(Capability.READING) is not None:
        subclassed(env, PackedEnvironment)
        return
    vars(env).update(pronghorn_load=load, pronghorn_is_checked=False)
    subclassed(env, CachedEnvironment, (GET_DOCTREE, GET_OUTDATED_FILES, CHECK_CONSISTENCY))
