"""The search index."""

from __future__ import annotations

from pronghorn.seam.capability import Capability
from pronghorn.seam.internal import Internal, Touch
from pronghorn.seam.shape import Attribute, Function

_PER_PAGE = "the index has no public way to take out, or put in, what one page contributes"


def _map(name: str, serves: Capability = Capability.WRITING) -> Internal:
    return Internal(
        f"sphinx.search:IndexBuilder.{name}",
        Touch.CHANGED,
        (Attribute(),),
        serves,
        lost="pages that are not written again would be missing from the search",
        why=_PER_PAGE,
    )


TITLES = _map("_titles", Capability.WRITING | Capability.SEARCH)
FILENAMES = _map("_filenames")
ALL_TITLES = _map("_all_titles")
INDEX_ENTRIES = _map("_index_entries")
MAPPING = _map("_mapping", Capability.WRITING | Capability.SEARCH)
TITLE_MAPPING = _map("_title_mapping", Capability.WRITING | Capability.SEARCH)
OBJECT_TYPES = _map("_objtypes")
OBJECT_NAMES = _map("_objnames")

FEED = Internal(
    "sphinx.search:IndexBuilder.feed",
    Touch.CALLED,
    (
        Function(
            "self, docname, filename, title, doctree",
            calls="_titles _filenames _all_titles _index_entries _mapping _title_mapping",
        ),
    ),
    Capability.WRITING,
    lost="what a page contributes to the search would not be found in the index",
    why=_PER_PAGE,
)
FREEZE = Internal(
    "sphinx.search:IndexBuilder.freeze",
    Touch.OVERRIDDEN,
    (Function("self"),),
    Capability.SEARCH,
    lost="results for pages with URLs of their own would lead nowhere",
    why="the script in the browser makes a result's address from the page's name in the index",
)
LOAD = Internal(
    "sphinx.search:IndexBuilder.load",
    Touch.OVERRIDDEN,
    (Function("self, stream, format", calls="formats"),),
    Capability.SEARCH | Capability.WRITING,
    lost="an index that an earlier build wrote would be read with the wrong names",
    why="as for freeze",
)
PRUNE = Internal(
    "sphinx.search:IndexBuilder.prune",
    Touch.OVERRIDDEN,
    (Function("self, docnames", calls="_titles _mapping _title_mapping"),),
    Capability.SEARCH,
    lost="words of removed pages would stay in the index",
    why="Sphinx leaves such words there, without pages",
)
