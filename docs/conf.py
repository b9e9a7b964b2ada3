# The manual, built by Pronghorn itself. The pages of the reference come from plugins/reference.

project = "Pronghorn"
author = "The Pronghorn developers"
project_copyright = "The Pronghorn developers"

extensions = ["myst_parser", "sphinx.ext.autodoc", "pronghorn"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["deflist"]

html_theme = "furo"
html_title = "Pronghorn"
html_static_path = ["_static"]
html_css_files = ["manual.css"]

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 100
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"

# The manual is built without a network, so there are no inventories of Python, Sphinx and attrs to resolve these.
nitpick_ignore_regex = [
    ("py:class", r"(collections\.abc\.)?(Callable|Iterable|Iterator|Mapping|Sequence)"),
    ("py:class", r"datetime\.datetime"),
    ("py:class", r"(pathlib\.)?Path"),
    ("py:class", r"(datetime\.)?(date|datetime)"),
    # The page about queries lists their arguments.
    ("py:class", r"pronghorn\.queries\.query\.QueryArguments"),
    # Type variables have no page of their own.
    ("py:class", r"pronghorn\..*\.(Handler|Table|Value)"),
]
