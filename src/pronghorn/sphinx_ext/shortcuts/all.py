"""All shortcuts there are."""

from __future__ import annotations

from pronghorn.sphinx_ext.shortcuts.children import CHILDREN
from pronghorn.sphinx_ext.shortcuts.events import EVENTS
from pronghorn.sphinx_ext.shortcuts.filenames import FILENAMES
from pronghorn.sphinx_ext.shortcuts.quotes import QUOTES
from pronghorn.sphinx_ext.shortcuts.settings import DEFAULTS, SETTINGS
from pronghorn.sphinx_ext.shortcuts.sparse import HIGHLIGHTING, REFERENCES
from pronghorn.sphinx_ext.shortcuts.stemming import STEMS
from pronghorn.sphinx_ext.shortcuts.styles import STYLES
from pronghorn.sphinx_ext.shortcuts.visiting import VISITS
from pronghorn.sphinx_ext.shortcuts.walking import SEARCHES

# HIGHLIGHTING and REFERENCES rely on the visits of docutils: they are put in before VISITS takes their place.
ALL = (
    SEARCHES,
    HIGHLIGHTING,
    REFERENCES,
    VISITS,
    CHILDREN,
    QUOTES,
    DEFAULTS,
    SETTINGS,
    STEMS,
    STYLES,
    FILENAMES,
    EVENTS,
)
