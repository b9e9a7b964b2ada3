"""All shortcuts there are."""

from __future__ import annotations

from pronghorn.speed.shortcuts.children import CHILDREN
from pronghorn.speed.shortcuts.events import EVENTS
from pronghorn.speed.shortcuts.filenames import FILENAMES
from pronghorn.speed.shortcuts.quotes import QUOTES
from pronghorn.speed.shortcuts.settings import DEFAULTS, SETTINGS
from pronghorn.speed.shortcuts.sparse import HIGHLIGHTING, REFERENCES
from pronghorn.speed.shortcuts.stemming import STEMS
from pronghorn.speed.shortcuts.styles import STYLES
from pronghorn.speed.shortcuts.visiting import VISITS
from pronghorn.speed.shortcuts.walking import SEARCHES

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
