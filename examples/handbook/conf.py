project = "Karstein Hut"
author = "The wardens of Karstein Hut"
project_copyright = author

extensions = ["myst_parser", "pronghorn"]
exclude_patterns = ["_build", "_templates", "_themes", "README.md"]
myst_enable_extensions = ["deflist"]
nitpicky = True

# The look of this site is a theme of its own. With `-D html_theme=furo`, or another one, everything works as well.
html_theme = "karstein"
html_theme_path = ["_themes"]
html_title = project
html_static_path = ["_static"]
html_css_files = ["handbook.css"]
templates_path = ["_templates"]
