"""The recipe: what the function of an artifact does, as a digest."""

from __future__ import annotations

from pathlib import PurePath
from types import CellType, FunctionType, ModuleType

from pronghorn.cache.tracking.digests import UndigestableError, digest_of_parts
from pronghorn.cache.tracking.value_digests import ValueDigests
from pronghorn.model.artifact import MakeFunction
from pronghorn.site.site import Site

_PLAIN = (str, bytes, int, float, bool, type(None), PurePath)


def digest_of_function(function: MakeFunction, values: ValueDigests) -> bytes | None:
    """Digest the code of a function, and what it keeps of the function around it.

    The site counts for nothing there: what is asked of it is heard while the function runs.

    :return: None if it keeps something else than plain values, functions, classes and modules, such as a page: only
        the page that asks knows what that is.
    """
    stripped = _stripped(function)
    if stripped is None:
        return None
    try:
        return digest_of_parts(values.digest(stripped), function.__qualname__.encode())
    except UndigestableError:
        return None


def _stripped(function: MakeFunction) -> FunctionType | None:
    """Return the function without the site; None if it keeps what is not a plain value."""
    if not isinstance(function, FunctionType):
        return None
    try:
        kept = [cell.cell_contents for cell in function.__closure__ or ()]
    except ValueError:  # a variable that has no value yet
        return None
    defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    if not all(_is_plain(value) for value in (*kept, *defaults)):
        return None
    cells = tuple(CellType(_without_site(value)) for value in kept)
    code, space = function.__code__, function.__globals__
    stripped = FunctionType(code, space, function.__name__, function.__defaults__, cells)
    stripped.__kwdefaults__ = function.__kwdefaults__
    return stripped


def _without_site(value: object) -> object:
    if isinstance(value, Site):
        return None
    return _stripped(value) if isinstance(value, FunctionType) and value.__closure__ else value


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_is_plain, (*value.keys(), *value.values())))
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(_is_plain, value))
    if isinstance(value, FunctionType):
        return not value.__closure__ or _stripped(value) is not None
    return isinstance(value, (*_PLAIN, Site, ModuleType, type))
