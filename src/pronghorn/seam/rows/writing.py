"""The writing of pages as HTML."""

from __future__ import annotations

from pronghorn.seam.capability import Capability
from pronghorn.seam.internal import Internal, Touch
from pronghorn.seam.shape import Attribute, Function, Value

_TAKEN_OVER = "no event lets a page be taken from elsewhere, or tells that it needs no writing"

TARGET_URI = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder.get_target_uri",
    Touch.REPLACED,
    (Function("self, docname, typ=None"),),
    Capability.URLS | Capability.WRITING,
    lost="links would lead to where Sphinx expects pages",
    why="Sphinx asks the builder alone; a builder of our own would be another one than the user has named",
)
OUTPUT_PATH = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder.get_output_path",
    Touch.REPLACED,
    (Function("self, page_name"),),
    Capability.URLS,
    lost="pages would be written to where Sphinx expects them",
    why="as for get_target_uri",
)
DOC_CONTEXT = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder.get_doc_context",
    Touch.REPLACED,
    (Function("self, docname, body, metatags"),),
    Capability.WRITING,
    lost="the two halves of writing a page could not be told apart, and pages would link to sources that are no text",
    why="the event html-page-context comes when the context is complete, with the page's table of contents",
)
HANDLE_PAGE = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder.handle_page",
    Touch.REPLACED,
    (
        Function(
            "self, pagename, addctx, templatename='page.html', outfilename=None, event_arg=None",
            calls="get_output_path",
        ),
    ),
    Capability.WRITING,
    lost="a page could not be written around a body that was kept, and faults in templates would name no plugin",
    why=_TAKEN_OVER,
)
WRITE_DOC = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder.write_doc",
    Touch.CALLED,
    (Function("self, docname, doctree", calls="get_doc_context handle_page"),),
    Capability.WRITING,
    lost="pages would be written, and not kept",
    why=_TAKEN_OVER,
)
WRITE_DOC_SERIALIZED = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder.write_doc_serialized",
    Touch.CALLED,
    (Function("self, docname, doctree", calls="index_page"),),
    Capability.WRITING,
    lost="pages would be missing from the search",
    why=_TAKEN_OVER,
)
INDEX_PAGE = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder.index_page",
    Touch.CALLED,
    (Function("self, pagename, doctree, title", calls="indexer feed"),),
    Capability.WRITING,
    lost="pages would be missing from the search",
    why=_TAKEN_OVER,
)
PREPARE_WRITING = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder.prepare_writing",
    Touch.CALLED,
    (Function("self, docnames", calls="relations"),),
    Capability.WRITING,
    lost="links to the previous and the next page would be missing",
    why=_TAKEN_OVER,
)
GET_OUTDATED_DOCS = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder.get_outdated_docs",
    Touch.CALLED,
    (Function("self"),),
    Capability.WRITING,
    lost="Sphinx would not ask for pages to be written that only look up to date",
    why="a builder that decides in another way may know what we do not",
)
WRITE_DOCUMENTS = Internal(
    "sphinx.builders:Builder.write_documents",
    Touch.REPLACED,
    (Function("self, docnames", calls="_write_serial _write_parallel"),),
    Capability.WRITING,
    lost="all pages would be written that Sphinx takes for out of date, and no others",
    why=_TAKEN_OVER,
)
WRITE_SERIAL = Internal(
    "sphinx.builders:Builder._write_serial",
    Touch.REPLACED,
    (
        Function("self, docnames", calls="_write_docname"),
        Function("self, docnames", calls="write_doc_serialized write_doc"),  # Sphinx 8.2
    ),
    Capability.WRITING,
    lost="pages would be written in another way than is known",
    why=_TAKEN_OVER,
)
WRITE_DOCNAME = Internal(
    "sphinx.builders:_write_docname",
    Touch.WATCHED,
    (Function("docname, env, builder, tags", calls="get_and_resolve_doctree write_doc_serialized write_doc"),),
    Capability.WRITING,
    lost="pages would be written in another way than is known",
    why=_TAKEN_OVER,
    since=(9, 0),
)
WRITE_PARALLEL = Internal(
    "sphinx.builders:Builder._write_parallel",
    Touch.REPLACED,
    (Function("self, docnames, nproc", calls="write_doc_serialized"),),
    Capability.WRITING,
    lost="pages would be written in another way than is known",
    why=_TAKEN_OVER,
)
LOAD_INDEXER = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder.load_indexer",
    Touch.REPLACED,
    (Function("self, docnames", calls="indexer load prune"),),
    Capability.WRITING,
    lost="the search index would keep what an earlier build has put in",
    why="no event comes between the search index and the first page",
)
FINISH = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder.finish",
    Touch.WRAPPED,
    (Function("self", calls="finish_tasks"),),
    Capability.WRITING,
    lost="files that no page makes any more would stay",
    why="the event build-finished comes after the pages that are no documents were written",
)
RESOLVE = Internal(
    "sphinx.environment:BuildEnvironment.get_and_resolve_doctree",
    Touch.CALLED,
    (
        Function("self, docname, builder, tags=Ellipsis, doctree=None, prune_toctrees=True, includehidden=False"),
        Function("self, docname, builder, doctree=None, prune_toctrees=True, includehidden=False"),  # Sphinx 8.2
    ),
    Capability.WRITING,
    lost="pages would be written without references",
    why="it is public; how it is called differs between versions",
)
PHASE = Internal(
    "sphinx.builders:Builder.phase",
    Touch.CHANGED,
    (Attribute("__init__"), Value()),
    Capability.WRITING,
    lost="what asks how far the build is would be told something else",
    why="from Sphinx 9 on the builder knows, before that the application",
    since=(9, 0),
)
APP_PHASE = Internal(
    "sphinx.application:Sphinx.phase",
    Touch.CHANGED,
    (Attribute("__init__"), Value()),
    Capability.WRITING,
    lost="what asks how far the build is would be told something else",
    why="as for the builder",
)
RENDER_PARTIAL = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder.render_partial",
    Touch.WRAPPED,
    (Function("self, node"),),
    Capability.WRITING | Capability.NAVIGATION,
    lost="titles of neighbouring pages would be rendered for each page",
    why="Sphinx renders a title each time that it is shown",
)
RELATED = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder.relations",
    Touch.CHANGED,
    (Attribute("__init__ init prepare_writing"),),
    Capability.WRITING,
    lost="pages would not be written again when their neighbours change",
    why="templates get a page's neighbours from there",
)
ORIGINAL_CSS = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder._orig_css_files",
    Touch.READ,
    (Attribute("prepare_writing"),),
    Capability.WRITING,
    lost="pages would not be written again when there are other style sheets",
    why="the public list is changed for each page",
)
ORIGINAL_JS = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder._orig_js_files",
    Touch.READ,
    (Attribute("prepare_writing"),),
    Capability.WRITING,
    lost="pages would not be written again when there are other scripts",
    why="the public list is changed for each page",
)
CHECKSUMS = Internal(
    "sphinx.builders.html._assets:_file_checksum_inner",
    Touch.CALLED,
    (Value(has="cache_clear"),),
    Capability.WRITING,
    lost="a second build in the same process would write the checksums of static files of the first",
    why="Sphinx never forgets the checksum of a file",
)
CHECKSUM = Internal(
    "sphinx.builders.html:_file_checksum",
    Touch.WRAPPED,
    (Function("outdir, filename"),),
    Capability.WRITING,
    lost="the checksums of static files would be looked up for each page",
    why="it is called by templates on each page, for the same files",
)
MASTER_DOCTREE = Internal(
    "sphinx.environment:BuildEnvironment.master_doctree",
    Touch.OVERRIDDEN,
    (Value(),),
    Capability.WRITING,
    lost="pages would not be written again when the toctrees of the root page change",
    why="Sphinx has no event for the question",
)
FIND_OBJ = Internal(
    "sphinx.domains.python:PythonDomain.find_obj",
    Touch.WRAPPED,
    (Function("self, env, modname, classname, name, type, searchmode=0", calls="objects"),),
    Capability.WRITING,
    lost="a page with references to Python objects would depend on all objects of the site",
    why="the event missing-reference comes only where nothing was found",
)
PYTHON_OBJECTS = Internal(
    "sphinx.domains.python:PythonDomain.objects",
    Touch.READ,
    (Value(property),),
    Capability.WRITING,
    lost="what a name leads to could not be told without a walk through all objects",
    why="as for find_obj",
)
COPYFILE = Internal(
    "sphinxcontrib.serializinghtml:copyfile",
    Touch.REPLACED,
    (Function("source, dest, force=False"),),
    Capability.COPIES,
    lost="sources would stay as they were when they were first copied",
    why="the builder calls it without a parameter for that",
)
CURRENT_DOCNAME = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder.current_docname",
    Touch.READ,
    (Attribute("write_doc write_doc_serialized"),),
    Capability.FAULTS,
    lost="faults would name no page where pages are written without the cache",
    why="Sphinx has no event before a page's references are resolved",
)
TOCTREE_ANCESTORS = Internal(
    "sphinx.environment.adapters.toctree:_get_toctree_ancestors",
    Touch.WRAPPED,
    (Function("toctree_includes, docname"),),
    Capability.WRITING,
    lost="pages whose theme asks for their ancestors would depend on all toctrees of the site",
    why="themes ask the adapter, which goes through all toctrees",
)
RESOLVE_TOCTREES = Internal(
    "sphinx.environment.adapters.toctree:_resolve_toctree",
    Touch.WRAPPED,
    (
        Function(
            "env, docname, builder, toctree, prune=True, maxdepth=0, titles_only=False, collapse=False,"
            " includehidden=False, tags"
        ),
    ),
    Capability.WRITING,
    lost="pages with a toctree would depend on all headings of all pages in it",
    why="toctrees in pages and sidebars of themes have this in common alone",
)
