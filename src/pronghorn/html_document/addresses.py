"""Links between the pages of a site: what an address names, before the URL of its target is known."""

import posixpath
from pathlib import Path
from urllib.parse import unquote

from sphinx.environment import BuildEnvironment

LINK_TYPE = "pronghorn-link"
"""The `reftype` of links to other pages of the site."""


def split_href(href: str) -> tuple[str, str]:
    """Return the path and the fragment of a link within the site, both decoded; its query is ignored."""
    path, _, fragment = href.partition("#")
    return unquote(path.partition("?")[0]), unquote(fragment)


def source_path_of(env: BuildEnvironment, docname: str) -> str:
    """Return the path of a page's source file, relative to the source directory, with slashes."""
    return Path(env.doc2path(docname, False)).as_posix()


def join_path(folder: str, path: str) -> str:
    """Return `path` as seen from `folder`, both from the site's root; a leading slash stands for that."""
    joined = posixpath.normpath(path.lstrip("/") if path.startswith("/") else posixpath.join(folder, path))
    return "" if joined == "." else joined
