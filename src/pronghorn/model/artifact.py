"""Files of the output that plugins make, besides pages."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pronghorn.errors import Place, PluginError
from pronghorn.model.page import Page
from pronghorn.supervisor import name_of_function, place_of_function

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

MakeFunction = Callable[..., Any]
"""Returns or yields text or bytes; or takes the path of a file, and writes it."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file of the output that a plugin's function makes. Given by ``site.sub_artifact``."""

    path: str
    """The file, relative to the output directory, with slashes: ``charts/sales.svg``."""
    sources: tuple[Path, ...]
    """Absolute paths of the files that it is made from."""
    make: MakeFunction
    """The function that makes it."""
    owner: str
    """The plugin whose it is."""

    def __str__(self) -> str:
        """Return the path."""
        return self.path

    @property
    def url(self) -> str:
        """The URL relative to the site's root, quoted."""
        return quote(self.path)

    def url_from(self, page: Page) -> str:
        """Return the URL relative to *page*, quoted: what a link or an image on that page says."""
        folder = page.url.rpartition("/")[0]
        return quote(posixpath.relpath(self.path, folder or "."))


def maker_of(artifact: Artifact, root: Path) -> str:
    """Name plugin, function, file and line: in the same words in every clone of the site below *root*."""
    place = place_of_function(artifact.make)
    near = place.below(root) if place else None
    if near is not None and near.file.is_absolute():  # it is installed, wherever that may be
        near = Place(Path(near.file.name), near.line)
    where = f" ({near})" if near else ""
    return f"`{name_of_function(artifact.make)}` of plugin '{artifact.owner}'{where}"


def check_path(path: object) -> str:
    """Return the path of an artifact in its one spelling.

    :raises PluginError: it is not a relative path of a file that can lie in the output directory.
    """
    if not isinstance(path, str) or not path:
        raise PluginError(f"sub_artifact({path!r}): give the path of a file below the output folder")
    text = path.replace("\\", "/")
    if text.startswith("/") or ":" in text or _CONTROL.search(text) or text.endswith("/"):
        raise PluginError(f"sub_artifact({path!r}): this is not a path of a file below the output folder")
    if any(part in {"", ".", ".."} for part in text.split("/")):
        raise PluginError(f"sub_artifact({path!r}): a part of the path is empty, '.' or '..'")
    return text
