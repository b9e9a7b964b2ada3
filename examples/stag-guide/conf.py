project = "Stag's plugin guide"
author = "The Pronghorn developers"
project_copyright = author
html_title = project

extensions = ["myst_parser", "pronghorn"]
exclude_patterns = ["_build", "README.md"]

html_theme = "alabaster"
templates_path = ["_templates"]
html_sidebars = {"**": ["about.html", "navigation.html", "reading_time.html"]}

# The table of the plugin `reading_time`. Its class declares what may stand here.
pronghorn_plugins = {"reading_time": {"words_per_minute": 120}}
