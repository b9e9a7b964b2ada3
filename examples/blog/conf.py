project = "Going Train"
author = "Marta Kessel, Idris Vane and June Okafor"
project_copyright = author

extensions = ["myst_parser", "pronghorn"]
exclude_patterns = ["_build", "_templates", "_themes", "README.md"]
nitpicky = True

# The look of this site is a theme of its own. With `-D html_theme=furo`, or another one, everything works as well.
html_theme = "going_train"
html_theme_path = ["_themes"]
html_title = project
html_static_path = ["_static"]
html_css_files = ["blog.css"]
templates_path = ["_templates"]
html_copy_source = False
html_baseurl = "https://going-train.example/"  # feeds have whole addresses
