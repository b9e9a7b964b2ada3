"""Paths of the files that pages refer to."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sphinx.environment import BuildEnvironment

from pronghorn.seam.rows.shortcuts import BUILD_ENVIRONMENT_RELFN2PATH, RELATIVE_PATH
from pronghorn.seam.shortcuts import Place, Shortcut

_USUAL = re.compile(r"(?!//)[^\0\\\ud800-\udfff]*")
"""What begins at one root, and can be the name of a file: no backslash, as Sphinx gives it a meaning of its own."""


def _make() -> Mapping[Place, Callable[..., Any]]:
    """Make what follows a path from the source directory on, of which it is known that no link leads to it.

    The folders around that are not looked at again for each path; what is below is, so that each page is known to
    depend on it.
    """
    stock = BuildEnvironment.relfn2path
    is_usual = lru_cache(_is_usual)

    def relfn2path(self: Any, filename: Any, docname: str | None = None) -> Any:
        if type(filename) is not str or not _USUAL.fullmatch(filename):
            return stock(self, filename, docname)
        folder = ""
        if not filename.startswith("/"):
            docname = docname or self.docname
            if not docname:
                return stock(self, filename, docname)
            folder = str(self.doc2path(docname, base=False).parent)
        root = str(self.srcdir)
        found = None if folder.startswith("/") or not is_usual(root) else _followed(root, f"{folder}/{filename}")
        return stock(self, filename, docname) if found is None else (found[len(root) + 1 :] or ".", found)

    return {(BuildEnvironment, "relfn2path"): relfn2path}


def _is_usual(root: str) -> bool:
    """Check whether a folder is called by its own path, and the files in it by text that stands for their names."""
    is_known = (os.sep, sys.getfilesystemencoding()) == ("/", "utf-8")
    return is_known and not root.endswith("/") and os.path.realpath(root) == root


def _followed(root: str, path: str) -> str | None:
    """Follow a path from a folder on, as ``realpath`` does it; give None where it comes to a link, or leads out."""
    place = root
    for name in path.split("/"):
        if name == "..":
            if place == root:
                return None
            place = place.rpartition("/")[0]
        elif name and name != ".":
            place = f"{place}/{name}"
            if os.path.islink(place):  # noqa: PTH114 - called for each link of each page
                return None
    return place


FILENAMES = Shortcut(
    relies_on=(
        BUILD_ENVIRONMENT_RELFN2PATH,
        RELATIVE_PATH,
    ),
    make=_make,
)
