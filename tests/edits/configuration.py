"""What is in conf.py: for each name the expressions, and for each hook the code, that an edit can give it."""

from __future__ import annotations

from collections.abc import Mapping

CONF_READING: Mapping[str, tuple[str, ...]] = {
    "rst_prolog": ("'.. |sub2| replace:: two'", "'Words in front.'", "'.. index:: prolog'"),
    "rst_epilog": ("'.. |project-word| replace:: *epilog*'", "'.. |project-word| replace:: other'", "'.. _alpha:'"),
    "highlight_language": ("'c'", "'none'"),
    "numfig": ("True", "False"),
    "numfig_format": ("{'figure': 'Fig %s'}", "{'figure': 'Fig. %s', 'table': 'Tab %s'}"),
    "numfig_secnum_depth": ("0", "2"),
    "project": ("'Other'", "'A & <b>'"),
    "version": ("'1'", "'2'"),
    "release": ("'1.1'", "'2'"),
    "author": ("'Ann'",),
    "default_role": ("'any'", "'py:func'", "'nonsense'"),
    "primary_domain": ("'c'", "None"),
    "keep_warnings": ("True",),
    "language": ("'de'", "'en'"),
    "locale_dirs": ("['locale']",),
    "gettext_compact": ("False",),
    "exclude_patterns": ("['c.rst']", "['sub']", "['**/d.*', 'inc']", "[]"),
    "include_patterns": ("['*.rst', 'sub/**']",),
    "root_doc": ("'a'", "'sub/index'", "'nowhere'"),
    "add_function_parentheses": ("False",),
    "add_module_names": ("False",),
    "modindex_common_prefix": ("['m.']",),
    "show_authors": ("True",),
    "smartquotes": ("False",),
    "today": ("'some day'",),
    "today_fmt": ("'%Y-%m-%d'", "'%d'"),
    "math_number_all": ("True",),
    "math_numfig": ("False",),
    "math_eqref_format": ("'Eq. {number}'",),
    "nitpicky": ("True",),
    "nitpick_ignore": ("[('py:func', 'f')]",),
    "suppress_warnings": ("['toc.*']", "['ref.*']", "['myst.xref_missing', 'image.not_readable']"),
    "todo_include_todos": ("True",),
    "todo_link_only": ("True",),
    "todo_emit_warnings": ("True",),
    "toc_object_entries": ("False",),
    "toc_object_entries_show_parents": ("'all'", "'hide'"),
    "trim_footnote_reference_space": ("True",),
    "figure_language_filename": ("'{root}.{language}{ext}'",),
    "option_emphasise_placeholders": ("True",),
    "maximum_signature_line_length": ("1",),
    "python_use_unqualified_type_names": ("True",),
    "autosectionlabel_prefix_document": ("True",),
    "autodoc_member_order": ("'bysource'",),
    "autodoc_typehints": ("'description'", "'none'"),
    "autodoc_default_options": ("{'undoc-members': True}",),
    "intersphinx_mapping": (
        "{'other': ('https://other.example/', 'inv/objects.inv')}",
        "{'far': ('https://far.example/', os.path.abspath('inv/objects.inv'))}",
    ),
    "manpages_url": ("'https://man.example/{page}'",),
    "myst_enable_extensions": (
        "['substitution', 'colon_fence', 'deflist', 'dollarmath', 'tasklist']",
        "['substitution', 'dollarmath']",
    ),
    "myst_heading_anchors": ("2", "3"),
    "myst_substitutions": ("{'fruit': 'apple'}", "{'fruit': '*plum*', 'unknown_fruit': 'known'}"),
    "myst_fence_as_directive": ("['note']",),
    "myst_title_to_header": ("True",),
    "source_suffix": ("{'.rst': 'restructuredtext', '.md': 'markdown', '.txt': 'restructuredtext'}",),
    "local_value": ("'given'", "'other'"),
    "local_read": ("'given'", "'other'"),
}
"""Values that pages are read with, or that decide which pages there are."""

CONF_WRITING: Mapping[str, tuple[str, ...]] = {
    "html_title": ("'A title'", "'Another'"),
    "html_short_title": ("'Short'",),
    "html_context": ("{'flag': 'one'}", "{'flag': 'two'}", "{'flag': len, 'call': lambda: 1}"),
    "copyright": ("'2020, Ann'", "['2020, Ann', '2021, Bob']", "'2020, %Y'"),
    "html_theme_options": (
        "{'body_max_width': '10em'}",
        "{'navigation_with_keys': True}",
        "{'globaltoc_maxdepth': 1}",
        "{'nonsense': 1}",
    ),
    "html_static_path": ("['_static']", "[]", "['nowhere']"),
    "html_css_files": ("['own.css']", "[('own.css', {'media': 'print'})]", "['https://example.org/x.css']"),
    "html_js_files": ("['own.js']", "[(None, {'body': 'var x;'})]"),
    "html_style": ("'own.css'",),
    "templates_path": ("['_templates']", "[]"),
    "html_sidebars": ("{'**': ['localtoc.html']}", "{'a': ['globaltoc.html', 'searchbox.html'], '**': []}", "{}"),
    "html_use_index": ("False",),
    "html_split_index": ("True",),
    "html_domain_indices": ("False", "['py-modindex']"),
    "html_copy_source": ("False",),
    "html_show_sourcelink": ("False",),
    "html_sourcelink_suffix": ("''", "'.src'"),
    "html_last_updated_fmt": ("'%Y-%m-%d'", "''"),
    "html_permalinks": ("False",),
    "html_permalinks_icon": ("'#'",),
    "html_secnumber_suffix": ("' '",),
    "html_file_suffix": ("'.htm'",),
    "html_link_suffix": ("'.other'",),
    "html_baseurl": ("'https://example.org/docs/'",),
    "html_extra_path": ("['_extra']", "['nowhere']"),
    "html_additional_pages": ("{'more': 'own.html'}", "{'more/deep': 'own.html'}"),
    "html_logo": ("'logo.png'", "'nowhere.png'", "'https://example.org/logo.png'"),
    "html_favicon": ("'logo.png'",),
    "html_use_opensearch": ("'https://example.org'",),
    "html_show_copyright": ("False",),
    "html_show_sphinx": ("False",),
    "html_math_renderer": ("'mathjax'", "'nonsense'"),
    "mathjax_path": ("'own.js'",),
    "html_codeblock_linenos_style": ("'table'",),
    "html_compact_lists": ("False",),
    "html_search_language": ("'de'",),
    "html_search_options": ("{'type': 'x'}",),
    "html_output_encoding": ("'latin-1'",),
    "html_domain_nonsense": ("1",),
    "html_link_to_nothing": ("unknown_name",),
    "pygments_style": ("'default'", "'monokai'", "'nonsense'"),
    "viewcode_line_numbers": ("True",),
    "todo_nonsense": ("1",),
}
"""Values that only the output depends on; one of them is not a name, so that conf.py fails."""

BASE_EXTENSIONS = "['myst_parser']"
EXTENSIONS = (
    BASE_EXTENSIONS,
    "['myst_parser', 'sphinx.ext.todo', 'sphinx.ext.ifconfig']",
    "['myst_parser', 'sphinx.ext.todo', 'sphinx.ext.autosectionlabel']",
    "['myst_parser', 'sphinx.ext.autodoc', 'sphinx.ext.autosummary', 'sphinx.ext.viewcode']",
    "['myst_parser', 'sphinx.ext.intersphinx', 'sphinx.ext.githubpages']",
    "['myst_parser', 'sphinx_design', 'sphinx_copybutton', 'sphinx_tabs.tabs', 'sphinx_inline_tabs']",
    "['myst_parser', 'sphinx_sitemap', 'sphinxext.opengraph', 'notfound.extension']",
    "['myst_parser', 'local_ext']",
    "[]",
    "['myst_parser', 'nonsense']",
)

THEMES = ("'basic'", "'alabaster'", "'classic'", "'local'", "'furo'")

HOOKS: Mapping[str, tuple[str, ...]] = {
    "lines": (
        """
class DataLines(__import__("docutils.parsers.rst").parsers.rst.Directive):
    required_arguments = 1
    def run(self):
        from docutils import nodes
        file = os.path.join(self.state.document.settings.env.srcdir, self.arguments[0])
        text = open(file).read() if os.path.exists(file) else "no file"
        return [nodes.literal_block(text, text)]
def setup_lines(app):
    app.add_directive("data-lines", DataLines)
""",
        """
class DataLines(__import__("docutils.parsers.rst").parsers.rst.Directive):
    required_arguments = 1
    def run(self):
        from docutils import nodes
        from pathlib import Path
        file = Path(self.state.document.settings.env.srcdir, self.arguments[0])
        return [nodes.paragraph("", line) for line in (file.read_text().split() if file.is_file() else ["none"])]
def setup_lines(app):
    app.add_directive("data-lines", DataLines)
""",
    ),
    "documents": (
        """
class AllDocuments(__import__("docutils.parsers.rst").parsers.rst.Directive):
    def run(self):
        from docutils import nodes
        return [nodes.paragraph("", " ".join(sorted(self.state.document.settings.env.found_docs)))]
class Files(__import__("docutils.parsers.rst").parsers.rst.Directive):
    required_arguments = 1
    def run(self):
        from docutils import nodes
        names = os.listdir(os.path.join(self.state.document.settings.env.srcdir, self.arguments[0]))
        return [nodes.paragraph("", " ".join(sorted(names)))]
def setup_documents(app):
    app.add_directive("all-documents", AllDocuments)
    app.add_directive("files", Files)
""",
    ),
    "plotted": tuple(
        f"""
class Plotted(__import__("docutils.parsers.rst").parsers.rst.Directive):
    required_arguments = 1
    def run(self):
        from docutils import nodes
        env = self.state.document.settings.env
        file = env.app.outdir / "plots" / (self.arguments[0] + ".txt")
        file.parent.mkdir(exist_ok=True)
        file.write_text("{text}")
        return [nodes.paragraph("", file.name)]
def setup_plotted(app):
    app.add_directive("plotted", Plotted)
"""
        for text in ("plotted", "plotted again")
    ),
    "gathered": (
        """
from docutils import nodes as _nodes
class gathered_list(_nodes.General, _nodes.Element):
    pass
class Gathered(__import__("docutils.parsers.rst").parsers.rst.Directive):
    required_arguments = 1
    def run(self):
        env = self.state.document.settings.env
        if not hasattr(env, "gathered"):
            env.gathered = []
        env.gathered.append((env.docname, self.arguments[0]))
        return []
class GatheredList(__import__("docutils.parsers.rst").parsers.rst.Directive):
    def run(self):
        return [gathered_list()]
def purge_gathered(app, env, docname):
    env.gathered = [pair for pair in getattr(env, "gathered", []) if pair[0] != docname]
def merge_gathered(app, env, docnames, other):
    if not hasattr(env, "gathered"):
        env.gathered = []
    env.gathered.extend(pair for pair in getattr(other, "gathered", []) if pair[0] in docnames)
def show_gathered(app, doctree, docname):
    for node in doctree.findall(gathered_list):
        node.replace_self([_nodes.paragraph("", f"{d} {w}") for d, w in getattr(app.env, "gathered", [])])
def setup_gathered(app):
    app.add_node(gathered_list)
    app.add_directive("gathered", Gathered)
    app.add_directive("gathered-list", GatheredList)
    app.connect("env-purge-doc", purge_gathered)
    app.connect("env-merge-info", merge_gathered)
    app.connect("doctree-resolved", show_gathered)
""",
    ),
    "context": tuple(
        f"""
def add_flag(app, pagename, templatename, context, doctree):
    context["flag"] = {value}
def setup_context(app):
    app.connect("html-page-context", add_flag)
"""
        for value in ("'hook'", "len(app.env.found_docs)", "sorted(app.env.titles)", "app.env.metadata.get(pagename)")
    ),
    "source": tuple(
        f"""
def replace_word(app, docname, source):
    source[0] = source[0].replace("SOURCEWORD", {value})
def setup_source(app):
    app.connect("source-read", replace_word)
"""
        for value in ("'first'", "'second'", "open(os.path.join(app.srcdir, 'data', 'words.txt')).read()")
    ),
    "resolved": tuple(
        f"""
def add_number(app, doctree, docname):
    from docutils import nodes
    doctree += nodes.paragraph("", str({value}))
def setup_resolved(app):
    app.connect("doctree-resolved", add_number)
"""
        for value in (
            "len(app.env.found_docs)",
            "'resolved'",
            "app.env.tocs.keys() >= {'n'}",
            "app.env.longtitles['a']",
        )
    ),
    "read": tuple(
        f"""
def mark_read(app, doctree):
    doctree[0]["classes"].append("{value}")
def setup_read(app):
    app.connect("doctree-read", mark_read)
"""
        for value in ("first", "other")
    ),
    "updated": (
        """
def all_again(app, env):
    return sorted(env.found_docs)
def setup_updated(app):
    app.connect("env-updated", all_again)
""",
    ),
    "files": (
        """
def add_files(app, pagename, templatename, context, doctree):
    if pagename == "a":
        app.add_css_file("own.css")
def setup_files(app):
    app.add_js_file("own.js", loading_method="defer")
    app.connect("html-page-context", add_files)
""",
        """
def setup_files(app):
    app.add_css_file("own.css", priority=100)
""",
    ),
    "missing": (
        """
def find_missing(app, env, node, contnode):
    from docutils import nodes
    return nodes.reference("", "", contnode, refuri="https://example.org/" + node["reftarget"])
def setup_missing(app):
    app.connect("missing-reference", find_missing)
""",
    ),
    "finished": tuple(
        f"""
def write_more(app, exception):
    if not exception:
        (app.outdir / "{name}").write_text("{name}")
def setup_finished(app):
    app.connect("build-finished", write_more)
"""
        for name in ("finished.txt", "other.txt")
    ),
    "collected": (
        """
def more_pages(app):
    yield "collected/one", {"body": "collected", "title": "Collected"}, "page.html"
def setup_collected(app):
    app.connect("html-collect-pages", more_pages)
""",
    ),
    "inited": (
        """
def set_title(app, config):
    config.html_title = "From a hook"
def setup_inited(app):
    app.connect("config-inited", set_title)
""",
    ),
    "value": tuple(
        f"""
class LocalValue(__import__("docutils.parsers.rst").parsers.rst.Directive):
    def run(self):
        from docutils import nodes
        return [nodes.paragraph("", self.state.document.settings.env.config.local_value)]
def setup_value(app):
    app.add_config_value("local_value", "default", "{rebuild}")
    app.add_directive("local-value", LocalValue)
"""
        for rebuild in ("env", "")
    ),
    "role": (
        """
def setup_role(app):
    from docutils import nodes
    app.add_generic_role("shout", nodes.strong)
""",
    ),
    "draft": (
        """
tags.add("draft")
def setup_draft(app):
    pass
""",
    ),
    "broken": (
        """
def fail(app, doctree):
    if app.env.docname == "c":
        raise ValueError("c fails")
def setup_broken(app):
    app.connect("doctree-read", fail)
""",
    ),
}
"""Code in conf.py. What it reads is found out by whoever decides what to build again: nothing here declares it."""
