"""Whether Sphinx is as the navigation knows it, where the navigation touches it."""

from __future__ import annotations

from collections.abc import Mapping

import sphinx.util
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment
from sphinx.environment.adapters import toctree

from pronghorn.sphinx_ext.signatures import parameters_of

_METHODS = {
    "_get_local_toctree": "self, docname, collapse=True, **kwargs",
    "render_partial": "self, node",
}
_RESOLVE = (
    "self, docname, builder, toctree, prune=True, maxdepth=0, titles_only=False, collapse=False, includehidden=False"
)
_TABLES = ("toctree_includes", "tocs", "metadata")


def what_is_new(builder: StandaloneHTMLBuilder, ours: type) -> str | None:
    """Name something that Sphinx or another extension does in a way that the navigation does not know; or None.

    This is what can be told beforehand. What comes out is compared with Sphinx's own when pages are written.

    :param ours: the class whose methods Pronghorn has put in front of the builder's.
    """
    for name, parameters in _METHODS.items():
        known = getattr(StandaloneHTMLBuilder, name, None)
        if parameters_of(known) != parameters:
            return f"Sphinx has another 'StandaloneHTMLBuilder.{name}'"
        if name in vars(builder) or _method_behind(builder, ours, name) is not known:
            return f"the builder '{builder.name}' has its own '{name}'"
    if parameters_of(getattr(getattr(toctree, "TocTree", None), "resolve", None)) != _RESOLVE:
        return "Sphinx has another 'TocTree.resolve'"
    if not isinstance(getattr(StandardDomain, "_virtual_doc_names", None), Mapping):
        return "Sphinx has another 'StandardDomain._virtual_doc_names'"
    if not hasattr(getattr(sphinx.util, "url_re", None), "match"):
        return "Sphinx has another 'sphinx.util.url_re'"
    return _new_in_environment(builder.env)


def calls_toctree() -> bool:
    """Tell whether templates of this Sphinx get the navigation from ``_get_local_toctree``, called as we know it."""
    name = "_get_local_toctree"
    return parameters_of(getattr(StandaloneHTMLBuilder, name, None)) == _METHODS[name]


def _method_behind(builder: StandaloneHTMLBuilder, ours: type, name: str) -> object:
    """Give the method that a builder has without ours."""
    behind = type(builder).__mro__[type(builder).__mro__.index(ours) + 1 :]
    return next((vars(cls)[name] for cls in behind if name in vars(cls)), None)


def _new_in_environment(env: BuildEnvironment) -> str | None:
    for name in _TABLES:
        if not isinstance(getattr(env, name, None), Mapping):
            return f"Sphinx has another 'BuildEnvironment.{name}'"
    return None
