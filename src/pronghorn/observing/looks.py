"""What code looks at outside of the build: files, folders, environment variables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from pronghorn.cache.tracking.digests import ABSENT, digest_of
from pronghorn.cache.tracking.file_watch import Seen
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.cache.tracking.substitutes import ALL_VARIABLES

FILE, FOLDER, EXISTS = "file", "folder", "exists"
"""Kinds of dependencies: on a file's content, on the names in a folder, on what is there under a name."""
VARIABLE = "variable"
"""The kind of dependency on an environment variable that foreign code looks up."""


def looks_of(seen: Seen, name_of: Callable[[str], str]) -> Iterator[Dependency]:
    """Yield what was looked at, in a fixed order.

    :param name_of: names an absolute path, so that it means the same in every clone.
    """
    for kind, paths in ((FILE, seen.read), (FOLDER, seen.listed), (EXISTS, seen.probed)):
        for path in sorted(paths):
            yield Dependency(kind, name_of(path))
    for name in sorted(seen.variables):
        yield Dependency(VARIABLE, name)


def digest_of_variable(name: str) -> bytes:
    """Return the digest of an environment variable, or of the names of all."""
    text = "\0".join(sorted(os.environ)) if name == ALL_VARIABLES else os.environ.get(name)
    return ABSENT if text is None else digest_of(text.encode(errors="surrogateescape"))
