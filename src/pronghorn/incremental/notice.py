"""What a build says that is not a warning."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.util import logging

from pronghorn.warnings import WarningKind

_TYPE = "pronghorn"


def give_notice(app: Sphinx, kind: WarningKind, message: str) -> None:
    """Say something that ``-W`` does not count, as it is not a warning; ``suppress_warnings`` silences it like one."""
    if not logging.is_suppressed_warning(_TYPE, kind.subtype, app.config.suppress_warnings):
        logging.getLogger("pronghorn").info("%s [%s.%s]", message, _TYPE, kind.subtype)
