"""Pages from .obs files: what was seen on a visit, one line for each record.

Three steps, each in a module of its own: parse the file, emit the signal `species_seen` for each record, and make
Markdown of it all once every page is known, so that species can be linked to their pages.
"""

from pronghorn import Content, Metadata
from pronghorn_site.plugins._species import species_pages

from .markup import date_in_words, make_markdown
from .parsing import parse


def deduce_url(path):
    """Return the visit of 2026-05-16 the URL visits/2026/05/16/."""
    return f"{path.reldirname}/{path.filebase.replace('-', '/')}/"


def read(page):
    header, text, records = parse(page.source)
    species = sorted({name for _, name, _, _ in records})
    facts = {**header, "type": "observation", "title": date_in_words(header["date"]), "species": species}
    return Metadata(facts), Content("obs", {"text": text, "records": records})


def pages_of(site):
    return [page for page in site.pages if page.input and page.input.type == "obs"]


def register_plugin(site):
    species_seen = site.signals.register_signal("species_seen", args=("name", "count", "page"))

    def tell():
        for page in pages_of(site):
            for _, name, count, _ in page.input.content["records"]:
                species_seen.emit(name, count, page)

    def convert():
        pages = species_pages(site)
        for page in pages_of(site):
            page.output = Content("md", make_markdown(page.title, **page.input.content, pages=pages))

    site.readers.register_reader(deduce_url=deduce_url, condition=lambda path: path.ext == "obs", read=read)
    site.signals.readers_finished.connect(tell)
    site.signals.processors_init.connect(convert)
