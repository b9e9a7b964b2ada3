"""Sites to begin with."""

from __future__ import annotations

from collections.abc import Mapping

from tests.edits.configuration import BASE_EXTENSIONS, HOOKS
from tests.edits.contents import CONTENTS, TEMPLATES
from tests.edits.foreign import FOREIGN_FILE, FOREIGN_MARKUP
from tests.edits.markup import FULL_TOCTREE, directive
from tests.edits.plugins import PLUGIN_FILES, PLUGINS, TAXONOMIES
from tests.edits.site import File, Page, Site

_FILES = (
    "inc/part.txt",
    "inc/more.txt",
    "inc/nest.txt",
    "inc/titled.txt",
    "data/code.py",
    "data/other.py",
    "data/rows.csv",
    "data/words.txt",
    "data/raw.html",
    "img/dot.png",
    "sub/img/dot.png",
    "img/pic.png",
    "img/pic.svg",
    "files/get.txt",
    "sub/files/get.txt",
    "ext/sample.py",
    "ext/local_ext.py",
    "inv/objects.inv",
    "_static/own.css",
    "_extra/robots.txt",
    "logo.png",
    "themes/local/theme.toml",
    "themes/local/static/local.css.jinja",
)
_CONF = {
    "project": "'Test'",
    "extensions": BASE_EXTENSIONS,
    "html_theme": "'basic'",
    "html_theme_path": "['themes']",
    "templates_path": "['_templates']",
    "html_static_path": "['_static']",
    "exclude_patterns": "['inc', 'themes']",
}
_RICH_CONF = {
    **_CONF,
    "extensions": "['myst_parser', 'sphinx.ext.todo', 'sphinx.ext.ifconfig']",
    "numfig": "True",
    "release": "'1.0'",
    "todo_include_todos": "True",
    "myst_enable_extensions": "['substitution', 'colon_fence', 'dollarmath']",
    "myst_heading_anchors": "2",
    "myst_substitutions": "{'fruit': 'apple'}",
    "rst_epilog": "'.. |project-word| replace:: *epilog*'",
}


def _files(*names: str) -> dict[str, File]:
    pools: Mapping[str, tuple[File, ...]] = {**CONTENTS, **TEMPLATES, **PLUGINS, **PLUGIN_FILES}
    return {name: pools[name][0] for name in (*_FILES, *names)}


_PLAIN_PAGES = {
    "index.rst": Page("Home", {"text": "The lake is here.", "toctree": FULL_TOCTREE}),
    "a.rst": Page("Alpha", {"text": "The hill is here.", "sections": "First\n-----\n\nSome words."}),
    "b.md": Page("Beta", {"text": "The tree is here.", "links": "[text](a.rst)"}),
    "c.rst": Page("Gamma", {"text": "The moss is here.", "refs": "* :doc:`/a`\n* :doc:`/sub/e`"}),
    "sub/index.rst": Page("Sub", {"toctree": directive("toctree::", [":titlesonly:"], "d\ne")}),
    "sub/d.md": Page("Delta", {"text": "The fern is here."}),
    "sub/e.rst": Page("Epsilon", {"text": "The reed is here."}),
}
_RICH_PARTS = {
    "a.rst": {
        "sections": ".. _alpha:\n\nMarked\n------\n\nWords.\n\nDeep\n~~~~\n\nWords.",
        "python": ".. py:function:: f(a: int) -> C\n\n.. py:class:: C(x)\n\n   .. py:method:: x()",
        "terms": ".. glossary::\n\n   apple\n      A fruit.",
        "include": ".. include:: /inc/part.txt\n\n.. literalinclude:: /data/code.py",
    },
    "b.md": {"links": "[text](a.rst) [](#alpha) [missing](nowhere.md)\n\n{{ fruit }}"},
    "c.rst": {
        "refs": "* :ref:`alpha`\n* :numref:`fig-one`\n* :py:func:`f`\n* :term:`apple`\n* :doc:`/n`",
        "images": ".. image:: /img/dot.png\n\n.. image:: /sub/img/dot.png",
        "todo": ".. todo:: First thing\n\n.. todolist::",
        "index": ".. index:: one, two",
    },
    "sub/d.md": {"math": ".. math::\n   :label: euler\n\n   x", "clike": ".. c:function:: int cf(int a)"},
    "sub/e.rst": {
        "numbers": ".. figure:: /img/dot.png\n   :name: fig-one\n\n   One figure",
        "notes": "Cited [Knuth]_.\n\n.. [Knuth] The art.",
        "refs": "* :c:func:`cf`\n* :eq:`euler`\n* :download:`get </files/get.txt>`",
        "todo": ".. todo:: Second thing",
    },
}
_RICH_PAGES = {
    **_PLAIN_PAGES,
    **{
        path: Page(_PLAIN_PAGES[path].title, {**_PLAIN_PAGES[path].parts, **parts})
        for path, parts in _RICH_PARTS.items()
    },
}
_EXTENDED_PAGES = {
    **_PLAIN_PAGES,
    "a.rst": Page("Lake", {"text": "The lake is here.", "local": ".. local-value::\n\n:shout:`words`"}),
    "c.rst": Page(
        "Gamma",
        {"autodoc": ".. automodule:: sample\n   :members:", "refs": "* :py:func:`far.away`\n* :ref:`far-label`"},
    ),
    "sub/e.rst": Page("Hill", {"refs": "* :py:class:`sample.Thing`", "local": ".. data-lines:: data/rows.csv"}),
}
_EXTENDED_CONF = {
    **_CONF,
    "extensions": "['myst_parser', 'sphinx.ext.autodoc', 'sphinx.ext.viewcode', 'sphinx.ext.intersphinx', 'local_ext']",
    "intersphinx_mapping": "{'other': ('https://other.example/', 'inv/objects.inv')}",
    "language": "'de'",
    "locale_dirs": "['locale']",
    "gettext_compact": "False",
}
_PLUGIN_PAGES = {
    **_PLAIN_PAGES,
    "index.rst": Page(
        "Home", {"toctree": directive("toctree::", [":glob:"], "a\nb\nc\none\ncount\ntags/*\nsub/index\nsub/two")}
    ),
    "a.rst": Page("Alpha", {"refs": "* :doc:`/one`\n* :doc:`/tags/red`"}, {"tags": "red"}),
    "b.md": Page("Beta", {"links": "[one](one.note) {doc}`/sub/two`"}, {"tags": "red blue"}),
}

_TERM_PAGES = {
    **_PLAIN_PAGES,
    "index.rst": Page(
        "Home",
        {
            "toctree": directive("toctree::", [":glob:"], "a\nb\nc\ntags/*\narchive\nsub/index"),
            "lists": directive("page-list::", [":where: tags = red", ":sort: date"]),
        },
    ),
    "a.rst": Page("Alpha", {"lists": ":taxonomy:`tags: red`"}, {"tags": "red, C++", "date": "2023-05-01"}),
    "b.md": Page("Beta", {"text": "The tree is here."}, {"tags": "red", "date": "2024-02-29"}),
    "c.rst": Page("Gamma", {"text": "The moss is here."}, {"tags": "blue", "series": "first/part", "draft": "true"}),
    "sub/d.md": Page("Delta", {"text": "The fern is here."}, {"series": "first"}),
}
_TERM_CONF = {
    **_CONF,
    "html_baseurl": "'https://example.org/'",
    "pronghorn_taxonomies": TAXONOMIES,
    "pronghorn_plugins_enabled": "['archives', 'feeds']",
}

_FOREIGN_PAGES = {
    **_PLAIN_PAGES,
    "a.rst": Page("Lake", {"local": "\n\n".join(FOREIGN_MARKUP[:4])}),
    "b.md": Page("Hill", {"text": "The hill is here.", "local": "\n\n".join(FOREIGN_MARKUP[4:8])}),
    "c.rst": Page("Moss", {"local": "\n\n".join([FOREIGN_MARKUP[0], *FOREIGN_MARKUP[8:]])}),
    "sub/e.rst": Page("Fern", {"local": "\n\n".join([FOREIGN_MARKUP[0], FOREIGN_MARKUP[1], *FOREIGN_MARKUP[-4:]])}),
}
_FOREIGN_CONF = {**_CONF, "extensions": "['myst_parser', 'foreign_ext']"}

STARTS: Mapping[str, Site] = {
    "plain": Site(_PLAIN_PAGES, _files(), _CONF),
    "rich": Site(_RICH_PAGES, _files(), _RICH_CONF, {name: HOOKS[name][0] for name in ("documents", "gathered")}),
    "themed": Site(
        _RICH_PAGES,
        _files("_templates/layout.html"),
        {**_RICH_CONF, "html_theme": "'alabaster'", "html_css_files": "['own.css']"},
    ),
    "extended": Site(
        _EXTENDED_PAGES,
        _files("locale/de/LC_MESSAGES/a.po", "locale/de/LC_MESSAGES/sub/e.po"),
        _EXTENDED_CONF,
        {name: HOOKS[name][0] for name in ("lines", "value")},
    ),
    "plugins": Site(
        _PLUGIN_PAGES,
        _files("plugins/notes.py", "plugins/tags.py", "plugins/count.py", "one.note", "sub/two.note", "count.count"),
        _CONF,
    ),
    "terms": Site(_TERM_PAGES, _files(), _TERM_CONF),
    "foreign": Site(_FOREIGN_PAGES, _files(FOREIGN_FILE), _FOREIGN_CONF),
}
"""Each site by its name: nothing special, much of Sphinx, a theme, extensions and translations, plugins, taxonomies, an
extension in many styles."""
