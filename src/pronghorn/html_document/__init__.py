"""HTML as a source of documents: sections, titles, searchable text, links and images instead of one raw lump.

    populate_document(document, html, env=env, docname="posts/first", title=None)

of the module `page` fills a docutils document, in a parser's `parse`; a `LinkResolver` of the module `link_resolver`,
connected in `setup`, resolves the links between pages once all of them are known.
"""
