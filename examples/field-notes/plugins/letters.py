"""Pages that are HTML files: whole ones, with a head and a body.

They become documents like any other. Their headings are in the table of contents, their words in the search, and
their links lead to pages in other formats by the names of the source files.
"""

import re

from pronghorn import Content, Metadata


def is_letter(path):
    return path.ext == "html" and path.reldirname == "letters"


def read(page):
    text = page.source.read_text()
    described = dict(re.findall(r'<meta name="(\w+)" content="([^"]*)">', text))
    return Metadata(described), Content("html", text)


def register_plugin(site):
    site.readers.register_reader(condition=is_letter, read=read)
