project = "Sahana's template plugins"
author = "The Pronghorn developers"
project_copyright = author

extensions = ["myst_parser", "pronghorn"]
exclude_patterns = ["_build", "README.md"]

html_theme = "alabaster"
html_title = project
html_theme_options = {"description": "A site whose plugins know of each other"}
templates_path = ["_templates"]
html_sidebars = {"**": ["about.html", "navigation.html"]}
