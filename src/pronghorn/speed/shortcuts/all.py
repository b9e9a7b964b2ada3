"""All shortcuts there are."""

from __future__ import annotations

from pronghorn.speed.shortcuts.quotes import QUOTES
from pronghorn.speed.shortcuts.settings import DEFAULTS, SETTINGS
from pronghorn.speed.shortcuts.stemming import STEMS
from pronghorn.speed.shortcuts.walking import SEARCHES

ALL = (SEARCHES, QUOTES, DEFAULTS, SETTINGS, STEMS)
