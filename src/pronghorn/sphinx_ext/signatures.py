"""What functions of Sphinx and others take, to tell whether they are as Pronghorn knows them."""

from __future__ import annotations

import inspect


def parameters_of(function: object) -> str:
    """Write the parameters of a function as Python does, without types; empty if there is no function."""
    if not callable(function):
        return ""
    signature = inspect.signature(function)
    plain = [parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()]
    return ", ".join(map(str, plain))
