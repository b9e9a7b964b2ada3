"""The navigation of each page, in time proportional to the text it yields.

Sphinx resolves, copies and renders the tree of the whole site again on each page, so that N pages cost N squared.
Here the tree is resolved and rendered once, with marks where pages differ: addresses, ``current`` classes,
collapsed branches. What a page shows is put together from the pieces, byte for byte as Sphinx gives it.
"""
