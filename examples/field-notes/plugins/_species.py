"""What plugins share about species. No plugin: its name begins with an underscore."""


def species_pages(site):
    """Return the pages about species, by their English names."""
    return {page.metadata["name"]: page for page in site.pages if page.metadata and "latin" in page.metadata}


def link_to(name, pages):
    """Return a link in MyST to the page about a species; of one that has no page, its name."""
    page = pages.get(name)
    return f"{{doc}}`{name} </{page.docname}>`" if page else name


def count_in_words(count):
    """Return a number as it stands in notes: a plus sign for what was there and not counted."""
    return str(count) if count else "+"
