"""All shortcuts there are."""

from __future__ import annotations

from pronghorn.sphinx_ext.shortcuts.quotes import QUOTES
from pronghorn.sphinx_ext.shortcuts.settings import DEFAULTS, SETTINGS
from pronghorn.sphinx_ext.shortcuts.visiting import VISITS
from pronghorn.sphinx_ext.shortcuts.walking import SEARCHES

ALL = (SEARCHES, VISITS, QUOTES, DEFAULTS, SETTINGS)
