"""Whether a builder writes pages in the way that the cache can take over."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.html import StandaloneHTMLBuilder, _assets
from sphinxcontrib.serializinghtml import SerializingHTMLBuilder

from pronghorn.sphinx_ext.caching.writing.environment import TABLES

_OF_HTML = ("write_doc", "write_doc_serialized", "index_page", "prepare_writing", "get_outdated_docs")
_OF_ALL = ("write_documents", "_write_serial", "_write_parallel")
_MISSING: Any = object()


def unsupported(app: Sphinx, builder: Builder) -> str | None:
    """Say why the pages of *builder* cannot be written with the cache; None if they can.

    Touches everything that is named here: where it is missing, or another one, Sphinx writes as ever.
    """
    if not isinstance(builder, StandaloneHTMLBuilder) or isinstance(builder, SerializingHTMLBuilder):
        return f"the builder '{builder.name}' makes no site of HTML pages"
    if builder.embedded or builder.format != "html":
        return f"the builder '{builder.name}' makes no site of HTML pages"
    if not _has_methods(builder, StandaloneHTMLBuilder, _OF_HTML) or not _has_methods(builder, Builder, _OF_ALL):
        return f"the builder '{builder.name}' writes pages in its own way"
    if not all(isinstance(vars(builder.env).get(name), dict) for name in TABLES):
        return "this version of Sphinx has another environment"
    if not hasattr(getattr(_assets, "_file_checksum_inner", None), "cache_clear"):
        return "this version of Sphinx has other checksums of static files"
    return unsafe_extension(app)


def unsafe_extension(app: Sphinx) -> str | None:
    """Name an extension that is not safe for parallel writing, in a sentence; None if all are."""
    unsafe = sorted(name for name, extension in app.extensions.items() if not extension.parallel_write_safe)
    return f"the extension '{unsafe[0]}' is not safe for parallel writing" if unsafe else None


def _has_methods(builder: Builder, base: type, names: tuple[str, ...]) -> bool:
    """Tell whether *builder* has these methods from *base*, and nobody has put others in their place."""
    return all(
        getattr(type(builder), name, None) is getattr(base, name, _MISSING) and name not in vars(builder)
        for name in names
    )
