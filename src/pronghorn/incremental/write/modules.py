"""Pages with the source of modules, which the extension ``viewcode`` makes."""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

from pronghorn.cache.tracking.digests import UndigestableError
from pronghorn.incremental.write.additional_pages import AdditionalPages
from pronghorn.observing.state_digests import digest_of_state
from pronghorn.seam.rows.extensions import VIEWCODE_ASKS, VIEWCODE_MODULES


@contextmanager
def known_modules(builder: StandaloneHTMLBuilder, others: AdditionalPages) -> Iterator[None]:
    """Make ``viewcode`` make the pages that are not known, in place of those older than their module."""
    viewcode: Any = sys.modules.get("sphinx.ext.viewcode")
    if viewcode is None:
        yield
        return

    def is_to_be_made(app: Sphinx, module: str) -> bool:
        modules = VIEWCODE_MODULES.of(app.env)
        name = posixpath.join(viewcode.OUTPUT_DIRNAME, module.replace(".", "/"))
        _code, _tags, used, _refname = modules[module]
        urls = [builder.get_target_uri(docname) for docname in used.values()]
        try:
            made_from = digest_of_state([modules[module], urls, sorted(modules)])
        except UndigestableError:
            return True
        return not others.take(name, made_from)

    with VIEWCODE_ASKS.replaced(is_to_be_made):
        yield
