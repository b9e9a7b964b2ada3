"""Which documents there are, and which files are read for them."""

from __future__ import annotations

from pronghorn.seam.capability import Capability
from pronghorn.seam.internal import Internal, Touch
from pronghorn.seam.shape import Attribute, Function, Value

DOCNAMES = Internal(
    "sphinx.project:Project.docnames",
    Touch.OVERRIDDEN,
    (Attribute(),),
    Capability.DOCUMENTS,
    lost="a page that asks which pages there are would not be read again when there are others",
    why="Sphinx has no event for the question",
)
PATH_TO_DOCNAME = Internal(
    "sphinx.project:Project._path_to_docname",
    Touch.CHANGED,
    (Attribute(),),
    Capability.DOCUMENTS,
    lost="claimed files would be no pages",
    why="Sphinx finds documents by their suffix alone; readers claim files by any condition",
)
DOCNAME_TO_PATH = Internal(
    "sphinx.project:Project._docname_to_path",
    Touch.CHANGED,
    (Attribute(),),
    Capability.DOCUMENTS,
    lost="claimed files would be no pages",
    why="as for the mapping of paths to names",
)
DISCOVER = Internal(
    "sphinx.project:Project.discover",
    Touch.OVERRIDDEN,
    (Function("self, exclude_paths=(), include_paths=('**',)", calls="docnames _path_to_docname _docname_to_path"),),
    Capability.DOCUMENTS,
    lost="claimed files would be no pages",
    why="Sphinx has no way to add documents without a file of a registered suffix",
)
DOC2PATH = Internal(
    "sphinx.project:Project.doc2path",
    Touch.OVERRIDDEN,
    (Function("self, docname, absolute", calls="_docname_to_path"),),
    Capability.DOCUMENTS,
    lost="generated pages would have no file to be read from",
    why="only this method returns a document's file",
)
PATH2DOC = Internal(
    "sphinx.project:Project.path2doc",
    Touch.OVERRIDDEN,
    (Function("self, filename", calls="_path_to_docname"),),
    Capability.DOCUMENTS,
    lost="links to files that readers claim would not find their pages",
    why="only this method returns a file's document",
)
EXCLUDE_PATHS = Internal(
    "sphinx.project:EXCLUDE_PATHS",
    Touch.READ,
    (Value(list),),
    Capability.DOCUMENTS,
    lost="readers would be offered files that Sphinx never looks at",
    why="Sphinx adds these patterns by itself, and tells them nowhere else",
)
READ_DOC = Internal(
    "sphinx.builders:Builder.read_doc",
    Touch.WRAPPED,
    (Function("self, docname, _cache=True", calls="doc2path"),),
    Capability.DOCUMENTS,
    lost="pages whose markup a plugin made would be read from their source",
    why="the event source-read comes after the file was read as text, which binary files are not",
)
PARSE_CONTENT = Internal(
    "sphinx.directives.other:TocTree.parse_content",
    Touch.WRAPPED,
    (Function("self, toctree", calls="found_docs"),),
    Capability.DRAFTS | Capability.READING,
    lost="toctrees would look up what they list in another way than is noted",
    why="the directive can be registered again, and then takes the place of one that an extension has registered",
)
_TRANSLATED = "a translated message of a generated page would be taken for the page"
_BY_NAME = "Sphinx parses it like a page, and tells it by the name of its source only"

PUBLISH_MESSAGE = Internal(
    "sphinx.transforms.i18n:publish_msgstr",
    Touch.READ,
    (Function("app, source, source_path, source_line, config, settings"),),
    Capability.TRANSLATIONS,
    lost=_TRANSLATED,
    why=_BY_NAME,
    until=(9, 0),
)
PARSE_MESSAGE = Internal(
    "sphinx.transforms.i18n:_publish_msgstr",
    Touch.READ,
    (Function("source, source_path, source_line, config, env, registry, settings"),),
    Capability.TRANSLATIONS,
    lost=_TRANSLATED,
    why=_BY_NAME,
    since=(9, 0),
)
