"""The page about the public names, by autodoc."""

import inspect
from dataclasses import is_dataclass
from enum import Enum

from sphinx.pycode import ModuleAnalyzer

import pronghorn

DOCNAME = "reference/api"
TITLE = "Python API"
TYPE = "rst"

INTRODUCTION = """\
Python API
==========

These are the names to import from ``pronghorn``.
"""

MADE_BY_PRONGHORN = frozenset(
    {
        "Artifact",
        "Page",
        "Pages",
        "PluginInfo",
        "PluginRegistry",
        "Readers",
        "Signal",
        "Signals",
        "Site",
        "SiteConfig",
        "Source",
        "Taxonomies",
        "Taxonomy",
        "Term",
    }
)
"""Classes that plugins get and never make: how they are made is not a concern of the reader."""


FOR_THE_ENGINE = {"Artifact": "make, owner"}
"""Members that have no underscore because other modules of Pronghorn use them. Plugins have no use for them."""


def render():
    names = sorted(pronghorn.__all__, key=str.lower)
    classes = [name for name in names if inspect.isclass(getattr(pronghorn, name))]
    errors = [name for name in classes if issubclass(getattr(pronghorn, name), Exception)]
    parts = [INTRODUCTION, _heading("Classes")]
    parts += [_class(name) for name in classes if name not in errors]
    parts += [_heading("For class plugins"), *(_data(name) for name in names if name not in classes)]
    parts += [_heading("Errors"), *(_class(name) for name in errors)]
    return "\n".join(parts)


def _heading(title):
    return f"{title}\n{'-' * len(title)}\n"


def _class(name):
    options = ["   :members:"]
    if name in FOR_THE_ENGINE:
        options.append(f"   :exclude-members: {FOR_THE_ENGINE[name]}")
    if is_dataclass(getattr(pronghorn, name)):
        options.append("   :undoc-members:")
    if issubclass(getattr(pronghorn, name), Exception):
        options.append("   :show-inheritance:")
    return "\n".join([f".. autoclass:: pronghorn.{name}", *options, ""])


def _data(name):
    """Autodoc does not find the docstring of a value that is imported from elsewhere."""
    documented = ModuleAnalyzer.for_module("pronghorn.plugins.classes").find_attr_docs()
    lines = documented["", name]
    return "\n".join([f".. py:data:: pronghorn.{name}", "", *(f"   {line}" for line in lines)])


def hide_signature(_app, what, _name, obj, *_rest):
    """Leave out the arguments of classes that only Pronghorn makes."""
    return ("", None) if what == "class" and _is_made_by_pronghorn(obj) else None


def hide_parameters(_app, what, _name, obj, _options, lines):
    """Leave out what their docstrings say about these arguments."""
    if what != "class" or not _is_made_by_pronghorn(obj):
        return
    kept, skipping = [], False
    for line in lines:
        skipping = line.startswith(":param") or (skipping and line.startswith(" "))
        if not skipping:
            kept.append(line)
    lines[:] = kept


def _is_made_by_pronghorn(cls):
    return issubclass(cls, Enum) or cls.__name__ in MADE_BY_PRONGHORN
