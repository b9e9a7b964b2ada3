"""All extensions and themes that are tried, and their sites."""

from tests.ecosystem.sets.code import CODE
from tests.ecosystem.sets.markup import MARKUP
from tests.ecosystem.sets.notebooks import NOTEBOOKS
from tests.ecosystem.sets.own import OWN
from tests.ecosystem.sets.themes import THEMES
from tests.ecosystem.sets.whole import WHOLE
from tests.ecosystem.subject import Subject

SUBJECTS: tuple[Subject, ...] = (*OWN, *MARKUP, *CODE, *WHOLE, *NOTEBOOKS, *THEMES)
"""In the order in which they are tried; names are unique."""
