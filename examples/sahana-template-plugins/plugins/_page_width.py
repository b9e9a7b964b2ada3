"""No plugin, for its name begins with an underscore; plugins can import it.

Altering the settings of the site, which are those of Sphinx.
"""


def set_page_width(site, width):
    config = site.app.config
    config.html_theme_options = {**config.html_theme_options, "page_width": width}
