"""The life list: every species ever seen here, from the visits of all years.

A class plugin. It hears the signal `species_seen` of the plugin `observations`, whichever is loaded first, and makes
a page that has no file.
"""

from collections import defaultdict

from pronghorn import Content, Metadata, hookimpl
from pronghorn_site.plugins._species import count_in_words, link_to, species_pages

__requires__ = ["observations"]

TITLE = "Life list"
TEXT = """\
# {title}

{species} species on {visits} visits, in the order in which they were first noted.
No file holds this page: a plugin makes it of the records of all visits.

| Species | First | Visits | Most at once |
|---|---|--:|--:|
{rows}
"""


class LifeList:
    def __init__(self):
        self.seen = defaultdict(list)

    @hookimpl
    def readers_init(self):
        """Forget what was seen: a site may be built more than once in one process."""
        self.seen.clear()

    @hookimpl
    def species_seen(self, name, count, page):
        self.seen[name].append((page, count))

    @hookimpl
    def processors_init(self, site):
        text = TEXT.format(
            title=TITLE,
            species=len(self.seen),
            visits=len({page.docname for records in self.seen.values() for page, _ in records}),
            rows="\n".join(self.rows(species_pages(site))),
        )
        site.make_page("life-list", metadata=Metadata(title=TITLE), output=Content("md", text))

    def rows(self, pages):
        def first_page(name):
            return min((page for page, _ in self.seen[name]), key=lambda page: page.metadata.date)

        for name in sorted(self.seen, key=lambda name: (first_page(name).metadata.date, name)):
            first = first_page(name)
            visits = len({page.docname for page, _ in self.seen[name]})
            most = count_in_words(max(count or 0 for _, count in self.seen[name]))
            yield f"| {link_to(name, pages)} | {{doc}}`{first.title} </{first.docname}>` | {visits} | {most} |"


def register_plugin(site):
    site.plugins.register(LifeList())
