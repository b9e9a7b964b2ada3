"""Handlers of signals: what arguments they take, which of them are the same, and who holds them."""

from __future__ import annotations

import inspect
import weakref
from collections.abc import Callable
from typing import Any

from pronghorn.errors import SignalError
from pronghorn.signals import SignalSpec
from pronghorn.supervisor import name_of_function, place_of_function


def _arity(handler: Callable[..., Any]) -> tuple[int, int | None]:
    """How many positional arguments *handler* needs, and how many it takes (None: any number)."""
    try:
        parameters = inspect.signature(handler).parameters.values()
    except (TypeError, ValueError):  # written in C, without a signature
        return 0, None
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = [p for p in positional if p.default is p.empty]
    needed += [p for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty]
    takes_all = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    return len(needed), None if takes_all else len(positional)


def check_arity(handler: Callable[..., Any], spec: SignalSpec) -> int | None:
    """Return how many arguments of the signal *handler* takes; None for all.

    :raises SignalError: it needs more than the signal gives.
    """
    needed, taken = _arity(handler)
    if spec.args is not None and needed > len(spec.args):
        given = f"{len(spec.args)}: {', '.join(spec.args)}" if spec.args else "none"
        raise SignalError(
            f"`{name_of_function(handler)}` needs {needed} arguments, but signal '{spec.name}' gives {given}",
            place=place_of_function(handler),
        )
    return taken


def identity_of(handler: Callable[..., Any]) -> tuple[int, int]:
    """Tell handlers apart by what they are, never by ``==`` or truth, which they may define as they like."""
    if inspect.ismethod(handler):
        return id(handler.__self__), id(handler.__func__)
    owner = getattr(handler, "__self__", None)
    if inspect.isbuiltin(handler) and owner is not None and not inspect.ismodule(owner):
        return id(owner), hash(handler.__name__)  # a method of a built-in type is a new object at each access
    return id(handler), 0


def strong_reference(handler: Callable[..., Any]) -> Callable[[], Callable[..., Any]]:
    """Return what gives *handler*, and keeps it."""
    return lambda: handler


def weak_reference(
    handler: Callable[..., Any], died: Callable[[object], None]
) -> Callable[[], Callable[..., Any] | None]:
    """Return what gives *handler* as long as somebody else keeps it, and calls *died* when nobody does any more."""
    if inspect.ismethod(handler):
        return weakref.WeakMethod(handler, died)
    return weakref.ref(handler, died)
