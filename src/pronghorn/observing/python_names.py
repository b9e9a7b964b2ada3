"""Python objects by the last part of their names."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

from sphinx.domains.python import PythonDomain
from sphinx.environment import BuildEnvironment

_ARGUMENTS = ("modname", "classname", "name")
"""The arguments of ``PythonDomain.find_obj`` after the environment, up to the name."""


class Namesakes:
    """Has ``PythonDomain.find_obj`` walk only through the objects whose last name is the one that is looked for.

    It asks for names that are the given one, or end with a dot and the given one, and for nothing else: if it asks for
    others, it would not find them. Its answers are those of Sphinx, in the order in which the objects were defined.
    """

    def __init__(self, domain: PythonDomain) -> None:
        self._domain = domain
        self._find = domain.find_obj
        self._is_known = _is_stock(domain)
        self._few = copy(domain)
        self._last_names: dict[str, list[str]] = {}
        self._n_objects = 0

    def find_obj(self, env: BuildEnvironment, *arguments: Any) -> list[Any]:
        """Return what Sphinx finds."""
        if not self._is_known or len(arguments) < len(_ARGUMENTS):
            return self._find(env, *arguments)
        objects = self._domain.objects
        name = arguments[_ARGUMENTS.index("name")] or ""
        names = self._named(objects).get(_last_name(name.removesuffix("()")), ())
        self._few.data = {**self._domain.data, "objects": {name: objects[name] for name in names if name in objects}}
        return PythonDomain.find_obj(self._few, env, *arguments)

    def _named(self, objects: Mapping[str, Any]) -> dict[str, list[str]]:
        """Return the names of all objects by their last part."""
        if len(objects) != self._n_objects:  # an extension may add some at any time
            self._last_names = {}
            for name in objects:
                self._last_names.setdefault(_last_name(name), []).append(name)
            self._n_objects = len(objects)
        return self._last_names


def _is_stock(domain: PythonDomain) -> bool:
    """Check whether nobody has put another function in the place of Sphinx's."""
    function = getattr(domain.find_obj, "__func__", None)
    return function is PythonDomain.find_obj and function.__module__ == PythonDomain.__module__


def _last_name(name: str) -> str:
    return name.rpartition(".")[2]
