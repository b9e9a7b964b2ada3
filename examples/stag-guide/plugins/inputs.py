"""The signals of pages: of one page, and of all.

`page.input_created` is heard for one page, `site.signals.input_created` for every page.
The first must be connected before the page has its input. `myft.py` sets the input in `page_added` too;
so this plugin asks to be called earlier: lower numbers come first, 500 is the default.
"""

EARLY = 100


def input_created(page, inp):
    lines = inp.content.count("\n") + 1
    print(f"input created for page '{page.url}': {lines} lines of {inp.type}")


def page_cb(page):
    if page.source and page.source.ext == "myft":
        page.input_created.connect(input_created)


class Tally:
    """Counts inputs. Bound methods are handlers, too."""

    def __init__(self, log):
        self.log = log
        self.inputs = 0

    def add(self):
        self.inputs += 1

    def report(self):
        self.log.info("%d inputs were made", self.inputs)


def register_plugin(site):
    site.signals.page_added.connect(page_cb, priority=EARLY)
    tally = Tally(site.log)
    site.signals.readers_finished.connect(tally.report)
    # Weakly: heard as long as somebody holds the tally, as the line above does.
    site.signals.input_created.connect(tally.add, weak=True)
