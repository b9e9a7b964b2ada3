"""Why a page is written again, in the words of the plan."""

from __future__ import annotations

from pronghorn.cache.plan.reasons import Reason
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.observing.keys import key_of
from pronghorn.observing.recorder import EXTENTS
from pronghorn.observing.site_answers import ANSWERS

_BY_TABLE = {
    "all_docs": "document",
    "titles": "title",
    "longtitles": "title",
    "tocs": "toc",
    "toc_num_entries": "toc",
    "toc_secnumbers": "number",
    "toc_fignumbers": "number",
    "toctree": "toc",
    "toctree_includes": "navigation",
    "metadata": "metadata",
    "navigation": "navigation",
    "relations": "relation",
    "ancestors": "relation",
    "url": "navigation",
    "config": "config",
    "env": "env",
    "file": "file",
    "folder": "folder",
    "exists": "exists",
    "doctree": "doctree",
    "node": "number",
    "resolved": "doctree",
    "python": "object",
    "page": "site",
}
_BY_PART = {
    "code": "handler",
    "state": "state",
    "handlers": "handler",
    "format": "version",
    "config": "config",
    "value": "config",
    "version": "version",
    "settings": "config",
    "tags": "config",
    "language": "config",
    "translations": "config",
    "math": "config",
    "search": "config",
    "builder": "builder",
    "template": "template",
    "theme": "theme",
    "options": "theme",
    "highlighting": "theme",
    "assets": "static",
    "static": "static",
}


def reason_of_dependency(dependency: Dependency) -> Reason:
    """Say what has changed."""
    if dependency.kind in ANSWERS:
        return Reason(dependency.kind, dependency.name)
    kind = dependency.kind.rstrip(EXTENTS)
    extent = dependency.kind[len(kind) :]
    try:
        key = key_of(dependency.name)
    except ValueError:
        key = dependency.name
    parts = key if isinstance(key, tuple) else (key,)
    if kind.startswith("domain "):
        is_label = kind == "domain std" and str(parts[0]) in {"labels", "anonlabels"}
        return Reason("label" if is_label else "object", _told(parts[-1]) if len(parts) > 1 else "")
    told = _BY_TABLE.get(kind.partition(" ")[0], kind)
    if told == "document" and extent in {"#", "*"}:
        return Reason("documents")
    if told in {"navigation", "site", "object"} or kind == "toctree" or extent in {"#", "*", "|"}:
        return Reason(told)
    return Reason(told, str(parts[0]) if parts else "")


def _told(key: object) -> str:
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def kind_of_part(part: str) -> str:
    """Return the kind of a part of the keys; there are several parts of some kinds."""
    return part.partition(" ")[0]


def reason_of_part(part: str) -> Reason:
    """Say which part of the keys has changed."""
    kind, _, name = part.partition(" ")
    told = _BY_PART.get(kind, "handler")
    if told == "template":
        name = name.partition("/")[2]  # without the number of the folder it is in
    return Reason(told, name.removeprefix("_static/"))
