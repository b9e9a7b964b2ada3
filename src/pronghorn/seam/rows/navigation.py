"""The navigation, and the sidebars that themes make of it."""

from __future__ import annotations

from collections.abc import Mapping

from pronghorn.seam.capability import Capability
from pronghorn.seam.internal import Internal, Touch
from pronghorn.seam.shape import Attribute, Function, Value

LOCAL_TOCTREE = Internal(
    "sphinx.builders.html:StandaloneHTMLBuilder._get_local_toctree",
    Touch.REPLACED,
    (Function("self, docname, collapse=True, **kwargs", calls="render_partial"),),
    Capability.NAVIGATION,
    lost="the navigation would be made for each page from nothing, and pages would depend on all titles of the site",
    why="toctree() of the templates calls it; a listener for html-page-context would be seen by others",
)
RESOLVE_TOCTREE = Internal(
    "sphinx.environment.adapters.toctree:TocTree.resolve",
    Touch.READ,
    (
        Function(
            "self, docname, builder, toctree, prune=True, maxdepth=0, titles_only=False, collapse=False,"
            " includehidden=False"
        ),
    ),
    Capability.NAVIGATION,
    lost="the navigation would be put together in another way than Sphinx does",
    why="it gives the tree for one page; what is made here is the tree for all",
)
VIRTUAL_DOCNAMES = Internal(
    "sphinx.domains.std:StandardDomain._virtual_doc_names",
    Touch.READ,
    (Value(Mapping),),
    Capability.NAVIGATION,
    lost="entries such as genindex would be missing from the navigation",
    why="Sphinx has no public list of them",
)
URL_PATTERN = Internal(
    "sphinx.util:url_re",
    Touch.READ,
    (Value(has="match"),),
    Capability.NAVIGATION | Capability.READING,
    lost="entries that are addresses would be taken for pages",
    why="it is how Sphinx itself tells them",
)
TOCTREE_INCLUDES = Internal(
    "sphinx.environment:BuildEnvironment.toctree_includes",
    Touch.READ,
    (Attribute("__init__ setup"),),
    Capability.NAVIGATION,
    lost="the parents of a page could not be told",
    why="the environment has no method for it",
)
FURO = Internal(
    "furo.navigation:get_navigation_tree",
    Touch.CALLED,
    (Value(),),
    Capability.SIDEBARS,
    lost="furo's sidebar would be made for each page from nothing",
    why="furo has no setting for it; what it makes of the first page is compared",
)
PYDATA = Internal(
    "pydata_sphinx_theme.toctree:add_toctree_functions",
    Touch.CALLED,
    (Value(),),
    Capability.SIDEBARS,
    lost="the theme's sidebar would be made for each page from nothing",
    why="the theme has no setting for it; what it makes of the first pages is compared",
)
PYDATA_CACHE = Internal(
    "pydata_sphinx_theme.toctree:_sidebar_cache",
    Touch.WATCHED,
    (Value(),),
    Capability.SIDEBARS,
    lost="a sidebar would be made of a tree that the theme does not ask for",
    why="pydata-sphinx-theme has it from 0.22 on, and makes its sidebar once for each folder by itself",
    until=(0, 0),
)
