project = "Tracim's hello world"
author = "The Pronghorn developers"
project_copyright = author

extensions = ["myst_parser", "pronghorn"]
exclude_patterns = ["_build", "README.md"]

html_theme = "alabaster"
html_title = project
html_sidebars = {"**": ["about.html", "navigation.html"]}
