"""The page about Sphinx extensions and the page cache: those that the tests in tests/behaviour/extensions try."""

from dataclasses import dataclass

DOCNAME = "reference/extensions"
TITLE = "Sphinx extensions"
TYPE = "md"

INTRODUCTION = """\
# Sphinx extensions

With each of these extensions, a site is built by Sphinx alone and by Pronghorn: from nothing, in another clone, in two
processes, and after an edit. The output is the same to the byte, but for what stands under known limits.

An extension that is not here is treated like these if it tells Sphinx that it is safe for reading in parallel. If it
does not, all pages of the site are read in each clone, and after a change that concerns all pages. In the folder of the
last build, pages are read as Sphinx alone reads them. `pronghorn doctor` names such extensions.
[Use the page cache](/howto/page-cache.md) says more.
"""

REUSED = """\
## Pages are reused

A page is read again when its source changes, or what stands in the second column.
"""

READ = """\
## Pages are read in each build
"""

LIMITS = """\
## Known limits

What is not as it should be:
"""


@dataclass(frozen=True)
class Extension:
    """A row of the tables."""

    name: str
    """What stands in ``extensions``."""
    about: str
    """What pages depend on; if they are not reused, why not."""
    use: str = ""
    """The use that is made of it, if there are several rows."""
    is_reused: bool = True
    package: str = ""
    """What is to be installed; empty if Sphinx brings it."""
    limit: str = ""
    """What is not as it should be, if anything."""


_MODULES = "modules that it documents, with those that they import"
_INCLUDED = "files that are included within its directives"

EXTENSIONS = (
    Extension("sphinx.ext.autodoc", _MODULES),
    Extension("sphinx.ext.autosectionlabel", "nothing else; pages with references to a section are written again"),
    Extension("sphinx.ext.autosummary", f"{_MODULES}, for tables and for the pages it generates"),
    Extension("sphinx.ext.coverage", "nothing else"),
    Extension("sphinx.ext.doctest", "nothing else"),
    Extension("sphinx.ext.duration", "nothing else"),
    Extension("sphinx.ext.extlinks", "`extlinks`, which all pages depend on"),
    Extension("sphinx.ext.githubpages", "nothing else"),
    Extension("sphinx.ext.graphviz", "files that hold a graph"),
    Extension("sphinx.ext.ifconfig", "nothing else; the page is written again when the condition changes"),
    Extension("sphinx.ext.imgmath", "nothing else"),
    Extension("sphinx.ext.inheritance_diagram", "modules whose classes it shows, with those that they import"),
    Extension("sphinx.ext.intersphinx", "nothing else; pages are written again when an inventory changes"),
    Extension("sphinx.ext.linkcode", "`linkcode_resolve`, which all pages depend on"),
    Extension("sphinx.ext.mathjax", "nothing else"),
    Extension("sphinx.ext.napoleon", _MODULES),
    Extension("sphinx.ext.todo", "nothing else; the page with the list is written again when an item changes"),
    Extension("sphinx.ext.viewcode", _MODULES),
    Extension("myst_parser", "files that are included", package="myst-parser"),
    Extension(
        "myst_nb",
        "nothing else",
        package="myst-nb",
        limit="In another clone, pages with images are read again.",
    ),
    Extension(
        "myst_nb",
        "the kernel is another program, and nobody sees which files it reads",
        use="executed",
        is_reused=False,
        package="myst-nb",
    ),
    Extension("notfound.extension", "nothing else", package="sphinx-notfound-page"),
    Extension("sphinx_autodoc_typehints", _MODULES, package="sphinx-autodoc-typehints"),
    Extension("sphinx_copybutton", "nothing else", package="sphinx-copybutton"),
    Extension("sphinx_design", _INCLUDED, package="sphinx-design"),
    Extension(
        "sphinx_gallery.gen_gallery",
        "scripts, of which it makes pages",
        package="sphinx-gallery",
        limit="All pages are written again after a build that has run some of the scripts.",
    ),
    Extension("sphinx_inline_tabs", _INCLUDED, package="sphinx-inline-tabs"),
    Extension("sphinx_sitemap", "nothing else", package="sphinx-sitemap"),
    Extension("sphinx_tabs.tabs", f"{_INCLUDED}; the builder, html or not", package="sphinx-tabs"),
    Extension("sphinxarg.ext", "the module or script with the parser", package="sphinx-argparse"),
    Extension(
        "sphinxcontrib.autohttp.flask",
        "the module with the application",
        package="sphinxcontrib-httpdomain",
        limit="It does not say whether it is safe for reading in parallel. In another clone, all pages are read again.",
    ),
    Extension(
        "sphinxcontrib.bibtex",
        "files of the bibliography",
        package="sphinxcontrib-bibtex",
        limit="In another clone, pages with a bibliography are read again, and pages that cite are written again.",
    ),
    Extension("sphinxcontrib.httpdomain", "nothing else", package="sphinxcontrib-httpdomain"),
    Extension("sphinxcontrib.mermaid", "files that hold a diagram", package="sphinxcontrib-mermaid"),
    Extension("sphinxcontrib.spelling", "nothing else", package="sphinxcontrib-spelling"),
    Extension("sphinxext.opengraph", "nothing else", package="sphinxext-opengraph"),
)


def render():
    reused = [row for row in EXTENSIONS if row.is_reused]
    read = [row for row in EXTENSIONS if not row.is_reused]
    limits = [f"{_name(row)}\n: {row.limit}\n" for row in EXTENSIONS if row.limit]
    tables = [REUSED, *_table(reused, "depends on"), "", READ, *_table(read, "because"), ""]
    return "\n".join([INTRODUCTION, *tables, LIMITS, *limits])


def _table(rows, heading):
    yield f"| extension | {heading} | package |\n|---|---|---|"
    for row in rows:
        yield f"| {_name(row)} | {row.about} | {row.package or 'Sphinx'} |"


def _name(row):
    return f"`{row.name}`, {row.use}" if row.use else f"`{row.name}`"
