"""What Sphinx 8 and 9 do in different words: resolving a page's references, and saying how far the build is."""

from __future__ import annotations

import inspect
from typing import Any

from docutils import nodes
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.util.build_phase import BuildPhase


def resolve(builder: Builder, docname: str) -> nodes.document:
    """Give the document of a page, references and toctrees resolved, as Sphinx does before it writes the page.

    Touches ``get_and_resolve_doctree``, which wants the tags from Sphinx 9 on.
    """
    set_phase(builder, BuildPhase.RESOLVING)
    method: Any = builder.env.get_and_resolve_doctree
    named = (
        {"tags": builder.tags}
        if "tags" in inspect.signature(BuildEnvironment.get_and_resolve_doctree).parameters
        else {}
    )
    document: nodes.document = method(docname, builder, **named)
    set_phase(builder, BuildPhase.WRITING)
    return document


def set_phase(builder: Any, phase: BuildPhase) -> None:
    """Note how far the build is: from Sphinx 9 on, the builder knows, before that the application."""
    owner = builder if hasattr(type(builder), "phase") else builder.app
    owner.phase = phase
