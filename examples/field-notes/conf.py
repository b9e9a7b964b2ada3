project = "Field notes from Sallow Creek"
author = "Ines Marrow and Tom Eddery"
project_copyright = author

extensions = ["myst_parser", "pronghorn"]
exclude_patterns = ["_build", "README.md", "tools"]
myst_enable_extensions = ["deflist"]
nitpicky = True

html_theme = "alabaster"
html_title = project
html_theme_options = {
    "description": "Plants, birds and water of a salt marsh",
    "page_width": "1080px",
    "sidebar_width": "240px",
    "show_relbar_bottom": True,
}
html_static_path = ["_static"]
html_css_files = ["field-notes.css"]
templates_path = ["_templates"]
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html", "data.html"]}

# The site's own plugins, in `plugins`, are loaded by themselves. This one comes with Pronghorn.
pronghorn_plugins_enabled = ["pretty_urls"]
pronghorn_plugins = {"pretty_urls": {"exclude": ["glossary.rst", "letters/**"]}}

# Copied to the output as they are. The templates link to them.
pronghorn_copy_files = ["robots.txt", "data/*.csv"]
