"""HTML as a source of documents: sections, titles, searchable text, links and images instead of one raw lump.

    populate_document(document, html, env=env, docname="posts/first", title=None)

fills a docutils document, in a parser's `parse`; a `LinkResolver`, connected in `setup`, resolves the links
between pages once all of them are known.
"""

from .link_resolver import LinkResolver
from .page import populate_document

__all__ = ["LinkResolver", "populate_document"]
