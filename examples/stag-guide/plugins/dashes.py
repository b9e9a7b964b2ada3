"""Changes inputs that other plugins made: two hyphens become a dash.

Setting a component again emits its signal again, so only pages that have something to change get a new input.
"""

from pronghorn import Content

EN_DASH = "\N{EN DASH}"


def mutate(site):
    for page in site.pages:
        if page.cached:  # it comes from a cache, changed already
            continue
        if page.input and page.input.type == "myft" and " -- " in page.input.content:
            page.input = Content("myft", page.input.content.replace(" -- ", f" {EN_DASH} "))


def register_plugin(site):
    site.signals.readers_finished.connect(mutate)
