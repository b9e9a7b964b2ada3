"""The rows of the register, one module for each subject."""

from pronghorn.seam.rows import (
    configuration,
    documents,
    events,
    extensions,
    navigation,
    reading,
    search,
    shortcuts,
    writing,
)

ROOMS = (configuration, events, documents, reading, writing, search, navigation, extensions, shortcuts)
"""The modules that have rows."""
