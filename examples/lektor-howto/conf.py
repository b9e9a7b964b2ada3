project = "Lektor's plugin how-to"
author = "The Pronghorn developers"
project_copyright = author

extensions = ["myst_parser", "pronghorn"]
exclude_patterns = ["_build", "README.md"]

html_theme = "alabaster"
html_title = project
html_static_path = ["_static"]
html_css_files = ["people.css"]
templates_path = ["_templates"]
html_sidebars = {"**": ["about.html", "navigation.html"]}
