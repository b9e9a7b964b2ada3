"""Extensions that come with Sphinx."""

from __future__ import annotations

from pronghorn.seam.capability import Capability
from pronghorn.seam.internal import Internal, Touch
from pronghorn.seam.shape import Function, KeptAside, Value

IMPORT_MODULE = Internal(
    "importlib._bootstrap:_gcd_import",
    Touch.WRAPPED,
    (Function("name, package=None, level=0"),),
    Capability.READING,
    lost="a page that documents a module which was imported earlier would not be read again when that changes",
    why="import_module is taken from its module by those who call it, where a replacement does not reach them",
)
IMPORT_STATEMENT = Internal(
    "builtins:__import__",
    Touch.WRAPPED,
    (Value(),),
    Capability.READING,
    lost="a page whose reading imports a module by a statement would not be read again when that changes",
    why="Python's own way to hear of import statements",
)
_DOCUMENTED = "a page that documents a module which was imported earlier would not be read again when that changes"
_NOT_IMPORTED = "autodoc does not import what is imported already, and has no event for what it looks at"

AUTODOC_IMPORTS = Internal(
    "sphinx.ext.autodoc._dynamic._importer:_import_module",
    Touch.WRAPPED,
    (Function("modname, try_reload=False"),),
    Capability.READING,
    lost=_DOCUMENTED,
    why=_NOT_IMPORTED,
    since=(9, 0),
)
AUTODOC_IMPORTED = Internal(
    "sphinx.ext.autodoc.importer:import_module",
    Touch.WRAPPED,
    (Function("modname, try_reload=False"),),
    Capability.READING,
    lost=_DOCUMENTED,
    why=_NOT_IMPORTED,
)
VIEWCODE_MODULES = Internal(
    "sphinx.ext.viewcode:_viewcode_modules",
    Touch.READ,
    (KeptAside("collect_pages env_merge_info"),),
    Capability.READING | Capability.WRITING,
    lost="the source of what several pages document would link to the first of them, and old pages would stay",
    why="viewcode keeps there what it has found of each module",
)
VIEWCODE_ASKS = Internal(
    "sphinx.ext.viewcode:should_generate_module_page",
    Touch.REPLACED,
    (Function("app, modname"),),
    Capability.WRITING,
    lost="all pages with source code would be highlighted in each build",
    why="viewcode compares times, which tell nothing in a clone",
)
TODO = Internal(
    "sphinx.ext.todo:TodoListProcessor.process",
    Touch.WRAPPED,
    (Function("self, doctree, docname", calls="findall todolist"),),
    Capability.WRITING,
    lost="what the extension does to pages without a list would not be done",
    why="it collects all entries of the site for each page, also where there is no list",
)
INTERSPHINX = Internal(
    "sphinx.ext.intersphinx._shared:InventoryAdapter.__init__",
    Touch.READ,
    (Function("self, env", calls="intersphinx_cache intersphinx_inventory intersphinx_named_inventory"),),
    Capability.READING,
    lost="a build would know inventories that a clean one does not",
    why="intersphinx keeps inventories on the environment, local ones too",
)


def _failure(module: str, name: str, used_in: str) -> Internal:
    return Internal(
        f"{module}:{name}",
        Touch.CHANGED,
        (KeptAside(used_in),),
        Capability.WRITING,
        lost="the page that tells of a program which cannot be run would be another one than in a clean build",
        why="the extension tells it once in a build, and keeps on the builder that it has",
    )


GRAPHVIZ_FAILED = _failure("sphinx.ext.graphviz", "_graphviz_warned_dot", "render_dot")
LATEX_FAILED = _failure("sphinx.ext.imgmath", "_imgmath_warned_latex", "render_math")
TRANSLATOR_FAILED = _failure("sphinx.ext.imgmath", "_imgmath_warned_image_translator", "render_math")

FAILURES = (GRAPHVIZ_FAILED, LATEX_FAILED, TRANSLATOR_FAILED)
"""Attributes of a builder in which extensions keep that they have told of a program that cannot be run."""
