"""Code that is neither Python's, nor Sphinx's, nor Pronghorn's: of extensions, plugins, themes and ``conf.py``."""

from __future__ import annotations

import functools
import sys
from importlib.metadata import PackageNotFoundError, requires
from types import FrameType, FunctionType, MethodType
from typing import Any

from packaging.requirements import Requirement

_IMPORTER = "importlib._bootstrap_external"
_OWN = frozenset({"sphinx", "docutils", "pronghorn", "__main__", *sys.stdlib_module_names})


def _known_packages() -> frozenset[str]:
    """Return the packages that every site has: what Sphinx and Pronghorn require, by the names they are imported by."""
    found = set(_OWN)
    for distribution in ("Sphinx", "pronghorn"):
        try:
            lines = requires(distribution) or ()
        except PackageNotFoundError:
            lines = ()
        wanted = [one for one in map(Requirement, lines) if one.marker is None or one.marker.evaluate({"extra": ""})]
        found.update(one.name.lower().replace("-", "_") for one in wanted)
    return frozenset(found)


_KNOWN = _known_packages()  # found now: to find them looks at files, and whoever watches that asks for them


def is_foreign(module: object) -> bool:
    """Check whether the code of a module, by its name, is foreign. ``conf.py`` has no name."""
    return not isinstance(module, str) or _is_foreign(module)


@functools.cache
def _is_foreign(module: str) -> bool:
    return module.partition(".")[0] not in _KNOWN


def is_on_behalf(frame: FrameType | None, inside: frozenset[str]) -> bool:
    """Check whether foreign code is at work: whether a frame, or one that has called it, is foreign.

    Modules that import others are not at work for that: whoever imports them depends on all of them.

    :param inside: the names of modules whose frames are not passed: those of whoever began the work.
    """
    is_import = False
    while frame is not None:
        name = frame.f_globals.get("__name__")
        if name in inside:
            return False
        if is_foreign(name) and not (is_import and frame.f_code.co_name == "<module>"):
            return True
        is_import = is_import or name == _IMPORTER
        frame = frame.f_back
    return False


def is_called_by_foreign(frame: FrameType | None) -> bool:
    """Check whether the first frame that is not one of Python's library is foreign."""
    while frame is not None and is_of_library(frame.f_globals.get("__name__")):
        frame = frame.f_back
    return frame is not None and is_foreign(frame.f_globals.get("__name__"))


def is_of_library(module: object) -> bool:
    """Check whether a module, by its name, is one of Python's library."""
    return isinstance(module, str) and module.partition(".")[0] in sys.stdlib_module_names


def package_of(name: str) -> str:
    """Return the package that a module belongs to; in a namespace such as ``sphinxcontrib``, others lie beside it."""
    first, *rest = name.split(".")
    is_namespace = getattr(sys.modules.get(first), "__file__", None) is None
    return ".".join([first, *rest[:1]]) if is_namespace else first


def home_of(handler: Any) -> Any:
    """Return the name of the module in which the code of a listener was made."""
    function = function_of(handler)
    return function.__globals__.get("__name__") if isinstance(function, FunctionType) else type(handler).__module__


def function_of(handler: Any) -> Any:
    """Return the function that is called when a listener is; a class where that is called."""
    while isinstance(handler, functools.partial):
        handler = handler.func
    function = handler.__func__ if isinstance(handler, MethodType) else handler
    is_called = isinstance(function, FunctionType | type)
    return function if is_called else getattr(type(function), "__call__", None)  # noqa: B004 - not whether, but what
