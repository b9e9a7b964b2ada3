"""Makes pages wide. The name of the package is the name of the plugin."""

from pronghorn_site.plugins._page_width import set_page_width

__version__ = "2.0.1"

WIDTH = "1100px"


def widen(site):
    set_page_width(site, WIDTH)


def register_plugin(site):
    site.signals.plugins_loaded.connect(widen)
