"""What Sphinx 8 and 9 do in different words: resolving a page's references, and saying how far the build is."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.builders import Builder
from sphinx.util.build_phase import BuildPhase

from pronghorn.seam.rows.writing import APP_PHASE, PHASE, RESOLVE
from pronghorn.seam.shape import parameters_of


def resolve(builder: Builder, docname: str) -> nodes.document:
    """Return the document of a page, references and toctrees resolved, as Sphinx does before it writes the page."""
    _set_phase(builder, BuildPhase.RESOLVING)
    method = RESOLVE.of(builder.env)
    named = {"tags": builder.tags} if "tags" in parameters_of(method).split(", ") else {}
    document: nodes.document = method(docname, builder, **named)
    _set_phase(builder, BuildPhase.WRITING)
    return document


def _set_phase(builder: Any, phase: BuildPhase) -> None:
    """Note how far the build is: from Sphinx 9 on, the builder knows, before that the application."""
    if PHASE.is_there:
        PHASE.set(builder, phase)
    else:
        APP_PHASE.set(builder.app, phase)
