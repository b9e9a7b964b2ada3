"""Makes pages narrow, unless another plugin makes them wide.

Plugins are loaded in no particular order. While this one registers, the other may not be loaded yet; its status
says so. So the decision waits until all are loaded.
"""

from pronghorn_site.plugins._page_width import set_page_width

__version__ = "0.3"

RIVAL = "layout_wide"
WIDTH = "760px"


def is_active(site, name):
    """Check whether a plugin is loaded. Its `active` is True, False (failed, switched off), or None: not loaded."""
    info = site.plugins.get(name)
    return info is not None and info.active


def decide(site):
    if is_active(site, RIVAL):
        version, _ = site.plugins[RIVAL]
        site.log.info("'%s' %s sets the width of the pages; stepping back", RIVAL, version)
        site.plugins.disable("layout_narrow")
    else:
        set_page_width(site, WIDTH)


def register_plugin(site):
    site.signals.plugins_loaded.connect(decide)
