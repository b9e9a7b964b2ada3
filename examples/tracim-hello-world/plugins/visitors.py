"""Reads the visitors from the front matter of pages, and emits a signal for each.

The signal declares its arguments, and so class plugins can have a hook of its name.
"""

from pronghorn import hookimpl


class Visitors:
    def __init__(self, visitor_came):
        self.visitor_came = visitor_came

    @hookimpl
    def processors_init(self, site):
        for page in site.pages:
            for name in page.metadata.get("visitors", []):
                self.visitor_came.emit(name, page.docname)


def register_plugin(site):
    visitor_came = site.signals.register_signal("visitor_came", args=("name", "place"))
    site.plugins.register(Visitors(visitor_came))
