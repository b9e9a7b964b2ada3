"""The reading of pages, and the environment that they are read into."""

from __future__ import annotations

from pronghorn.seam.capability import Capability
from pronghorn.seam.environment import KNOWN
from pronghorn.seam.internal import Internal, Touch
from pronghorn.seam.shape import Attribute, Attributes, Function, Value

ATTRIBUTES = Internal(
    "sphinx.environment:BuildEnvironment.__init__",
    Touch.READ,
    (Attributes(KNOWN, set_in="__init__ setup"),),
    Capability.READING | Capability.WRITING,
    lost="what pages contribute to a new table of the environment would be lost, or be taken for an extension's",
    why="merge_info_from() brings over what one page contributes; what it leaves out has to be found by name",
)
READ_SERIAL = Internal(
    "sphinx.builders:Builder._read_serial",
    Touch.REPLACED,
    (Function("self, docnames", calls="read_doc"),),
    Capability.READING,
    lost="each page would be read in each build",
    why="no event lets a page be taken from elsewhere",
)
READ_PARALLEL = Internal(
    "sphinx.builders:Builder._read_parallel",
    Touch.REPLACED,
    (Function("self, docnames, nproc", calls="read_doc"),),
    Capability.READING,
    lost="with several processes, each page would be read in each build",
    why="as for _read_serial",
)
BUILD_ALL = Internal(
    "sphinx.builders:Builder.build_all",
    Touch.WRAPPED,
    (Function("self"),),
    Capability.WRITING,
    lost="-a would leave pages as they are",
    why="Sphinx does not store the option to write all pages",
)
BUILDER_ENV = Internal(
    "sphinx.builders:Builder.env",
    Touch.CHANGED,
    (Attribute("__init__ set_environment"),),
    Capability.READING,
    lost="a page would be read into the environment of the site, and what it contributes would be unknown",
    why="as for that of the application",
)
DOCTREE_CACHE = Internal(
    "sphinx.environment:BuildEnvironment._write_doc_doctree_cache",
    Touch.CHANGED,
    (Attribute("__init__ setup"),),
    Capability.READING,
    lost="there would be no doctree to keep, and pages would be loaded from their files to be written",
    why="a doctree that was just read is nowhere else",
)
WRITE_DOCTREE = Internal(
    "sphinx.builders:Builder.write_doctree",
    Touch.WRAPPED,
    (Function("self, docname, doctree, _cache=True", calls="pickle dump"),),
    Capability.READING,
    lost="each doctree would be pickled twice, and be kept as it is before it is made fit for that",
    why="the event doctree-read comes before the doctree is made fit for pickling",
)
PICKLE = Internal(
    "sphinx.builders:pickle",
    Touch.REPLACED,
    (Value(has="dump HIGHEST_PROTOCOL"),),
    Capability.READING,
    lost="each doctree would be pickled twice",
    why="write_doctree has no parameter for the way in which it pickles",
)
RELATIVE_PATH = Internal(
    "docutils.utils:relative_path",
    Touch.WRAPPED,
    (Function("source, target"),),
    Capability.READING,
    lost="pages would name included files from the folder in which another build was started",
    why="what docutils has made of a path looks like any other text",
)
GET_DOCTREE = Internal(
    "sphinx.environment:BuildEnvironment.get_doctree",
    Touch.OVERRIDDEN,
    (Function("self, docname"),),
    Capability.READING | Capability.WRITING,
    lost="pages from the cache could not be written",
    why="Sphinx takes doctrees from the environment alone",
)
GET_OUTDATED_FILES = Internal(
    "sphinx.environment:BuildEnvironment.get_outdated_files",
    Touch.OVERRIDDEN,
    (Function("self, config_changed"),),
    Capability.READING,
    lost="the numbers of pages that Sphinx tells would be wrong",
    why="the event env-get-outdated comes after Sphinx has decided by time stamps",
)
CHECK_CONSISTENCY = Internal(
    "sphinx.environment:BuildEnvironment.check_consistency",
    Touch.OVERRIDDEN,
    (Function("self"),),
    Capability.READING,
    lost="warnings about pages in no toctree would come in some builds only",
    why="Sphinx checks only after it has read a page; the event env-check-consistency does not say whether it will",
)
FOUND_DOCS = Internal(
    "sphinx.environment:BuildEnvironment.found_docs",
    Touch.OVERRIDDEN,
    (Value(property),),
    Capability.READING | Capability.WRITING,
    lost="a page that asks which pages there are would not be read again when there are others",
    why="Sphinx has no event for the question",
)
MERGE = Internal(
    "sphinx.environment:BuildEnvironment.merge_info_from",
    Touch.CALLED,
    (Function("self, docnames, other, app", calls="emit"),),
    Capability.READING,
    lost="what pages contribute would not come into the environment",
    why="it is how Sphinx itself brings together what several processes have read",
)
CLEAR_DOC = Internal(
    "sphinx.environment:BuildEnvironment.clear_doc",
    Touch.CALLED,
    (Function("self, docname"),),
    Capability.READING,
    lost="what a page contributed before would stay",
    why="it is how Sphinx itself forgets a page",
)
GLOB_TOCTREES = Internal(
    "sphinx.environment:BuildEnvironment.glob_toctrees",
    Touch.CHANGED,
    (Attribute("__init__ setup"),),
    Capability.READING,
    lost="pages with patterns in a toctree would be read more often than need be",
    why="Sphinx reads all of them when any page comes or goes, after env-get-outdated",
)
CATALOGS = Internal(
    "sphinx.environment:BuildEnvironment.find_files",
    Touch.READ,
    (Function("self, config, builder", calls="note_dependency"),),
    Capability.READING,
    lost="pages would keep old translations",
    why="Sphinx notes a page's catalogs there, and uses what it has in memory of them",
)
DOMAINS = Internal(
    "sphinx.environment:BuildEnvironment.domains",
    Touch.CHANGED,
    (Attribute("__init__ setup"),),
    Capability.READING,
    lost="pages would write into the data of the site's domains",
    why="Sphinx makes the domains of an environment once, with those that it has then",
)
FROM_ENVIRONMENT = Internal(
    "sphinx.domains._domains_container:_DomainsContainer._from_environment",
    Touch.CALLED,
    (Function("env, registry"),),
    Capability.READING,
    lost="pages would write into the data of the site's domains",
    why="Sphinx makes the domains of an environment once, with those that it has then",
)
NODE_DOCUMENT = Internal(
    "docutils.nodes:Node._document",
    Touch.READ,
    (Value(),),
    Capability.READING,
    lost="pages with nodes that were parsed aside would be read in each build",
    why="the public attribute gives the document of the parent where a node has none of its own",
)
C_SYMBOLS = Internal(
    "sphinx.domains.c._symbol:Symbol.get_all_symbols",
    Touch.CALLED,
    (Function("self"),),
    Capability.READING | Capability.WRITING,
    lost="a symbol that two pages declare would not be found, and its warning would be lost",
    why="the domains for C and C++ keep all declarations in one tree",
)
CPP_SYMBOLS = Internal(
    "sphinx.domains.cpp._symbol:Symbol.get_all_symbols",
    Touch.CALLED,
    (Function("self"),),
    Capability.READING | Capability.WRITING,
    lost="a symbol that two pages declare would not be found, and its warning would be lost",
    why="the domains for C and C++ keep all declarations in one tree",
)
