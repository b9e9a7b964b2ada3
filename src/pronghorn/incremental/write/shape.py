"""Whether a builder writes pages in the way that the cache can take over."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinxcontrib.serializinghtml import SerializingHTMLBuilder

from pronghorn.observing.environment import TABLES
from pronghorn.seam.capability import Capability
from pronghorn.seam.register import changed_among
from pronghorn.seam.rows.writing import (
    GET_OUTDATED_DOCS,
    INDEX_PAGE,
    PREPARE_WRITING,
    WRITE_DOC,
    WRITE_DOC_SERIALIZED,
    WRITE_DOCUMENTS,
    WRITE_PARALLEL,
    WRITE_SERIAL,
)

_METHODS = (
    WRITE_DOC,
    WRITE_DOC_SERIALIZED,
    INDEX_PAGE,
    PREPARE_WRITING,
    GET_OUTDATED_DOCS,
    WRITE_DOCUMENTS,
    WRITE_SERIAL,
    WRITE_PARALLEL,
)
"""What a builder must not do in its own way."""


def unsupported(app: Sphinx, builder: Builder) -> str | None:
    """Return why the pages of *builder* cannot be written with the cache; None if they can."""
    if not isinstance(builder, StandaloneHTMLBuilder) or isinstance(builder, SerializingHTMLBuilder):
        return f"the builder '{builder.name}' makes no site of HTML pages"
    if builder.embedded or builder.format != "html":
        return f"the builder '{builder.name}' makes no site of HTML pages"
    changed = changed_among(Capability.WRITING)
    if changed is not None:
        return changed.change
    if not all(method.is_stock_in(builder) for method in _METHODS):
        return f"the builder '{builder.name}' writes pages in its own way"
    if not all(isinstance(vars(builder.env).get(name), dict) for name in TABLES):
        return "an extension keeps another environment"
    return unsafe_extension(app)


def unsafe_extension(app: Sphinx) -> str | None:
    """Name an extension that is not safe for parallel writing, in a sentence; None if all are."""
    unsafe = sorted(name for name, extension in app.extensions.items() if not extension.parallel_write_safe)
    return f"the extension '{unsafe[0]}' is not safe for parallel writing" if unsafe else None
