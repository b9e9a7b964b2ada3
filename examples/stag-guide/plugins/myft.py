"""A file type of our own, read and processed by one plugin.

Corrected against the guide: the file is closed, the line of each name is right, a page that has its output already
does not end the loop, and `convert` is here.
"""

import re
from html import escape

from pronghorn import Content, Metadata


def is_myft(page):
    return page.source and page.source.ext == "myft"


def is_parsed_myft(page):
    return page.input and page.input.type == "myft"


def deduce_url(path):
    if path.filebase == "index":
        return path.reldirname
    return f"{path.reldirname}/{path.filebase}"


def read(page):
    if not is_myft(page):
        return
    if page.input:  # another plugin was faster, or the page comes from a cache
        return

    header, _, body = page.source.read_text().partition("\n\n")
    page.metadata = Metadata(dict(re.split(r":\s*", line, maxsplit=1) for line in header.splitlines()))
    page.input = Content("myft", body.strip())


def convert_block(block):
    lines = [re.sub(r"\b_(.+?)_\b", r"<em>\1</em>", line) for line in escape(block).splitlines()]
    if block.startswith("== "):
        return f"<h2>{lines[0].removeprefix('== ')}</h2>"
    if block.startswith("* "):
        return "<ul>" + "".join(f"<li>{line.removeprefix('* ')}</li>" for line in lines) + "</ul>"
    return "<p>" + "\n".join(lines) + "</p>"


def convert(title, text):
    blocks = [convert_block(block) for block in re.split(r"\n{2,}", text)]
    return "\n".join([f"<h1>{escape(title)}</h1>", *blocks])


def generate(site):
    for page in site.pages:
        if not is_parsed_myft(page):
            continue
        if page.output:
            continue
        page.output = Content("html", convert(page.title, page.input.content))


def register_plugin(site):
    site.signals.page_added.connect(read)
    site.signals.processors_init.connect(generate)
    site.readers.register_reader(deduce_url=deduce_url, condition=lambda path: path.ext == "myft")
