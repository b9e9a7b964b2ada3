"""The public API changes on purpose only: it is written down in ``public_api.txt``.

After a change on purpose, write it again and look at the difference before you commit it::

    PRONGHORN_UPDATE_API=1 python -m pytest tests/proofs/test_public_api.py
"""

import difflib
import enum
import functools
import inspect
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import pronghorn

SNAPSHOT = Path(__file__).parent / "public_api.txt"


class _Verbatim(str):
    """A text of the source, printed without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _annotation(annotation: object) -> object:
    return _Verbatim(annotation) if isinstance(annotation, str) else annotation


def _default(default: object) -> object:
    """A default as it is printed: marks without a value of their own show no address."""
    return _Verbatim("...") if " at 0x" in repr(default) else default


def _signature(function: object) -> str:
    """The parameters of a callable as they stand in its source: names of types are not looked up."""
    assert callable(function)
    signature = inspect.signature(function)
    parameters = [
        parameter.replace(annotation=_annotation(parameter.annotation), default=_default(parameter.default))
        for number, parameter in enumerate(signature.parameters.values())
        if number or parameter.name not in {"self", "cls"}
    ]
    result = _annotation(signature.return_annotation)
    return str(signature.replace(parameters=parameters, return_annotation=result))


def _member(name: str, member: object) -> str:
    """One line that describes a class's member."""
    if isinstance(member, enum.Enum):
        return f"{name} = {member.value!r}"
    if isinstance(member, property | functools.cached_property):
        getter = member.fget if isinstance(member, property) else member.func
        result = inspect.signature(getter).return_annotation if getter else ""
        return f"{name}: {result}"
    if isinstance(member, classmethod | staticmethod):
        return f"{type(member).__name__} {name}{_signature(member.__func__)}"
    return f"{name}{_signature(member)}" if inspect.isfunction(member) else name


def _members(cls: type) -> Iterator[str]:
    """Describe public members that a class has from Pronghorn's own code."""
    own = [base for base in reversed(cls.__mro__) if base.__module__.partition(".")[0] == "pronghorn"]
    members = {name: member for base in own for name, member in vars(base).items() if not name.startswith("_")}
    annotated = {name: kind for base in own for name, kind in inspect.get_annotations(base).items()}
    fields = {name: str(kind) for name, kind in annotated.items() if not name.startswith("_")}
    for name in sorted(members.keys() | fields.keys()):
        yield f"{name}: {fields[name]}" if name in fields else _member(name, members[name])


def _object(name: str, value: object) -> Iterator[str]:
    """Describe one public name, in one line or, for a class, in one and its members."""
    if isinstance(value, type):
        bases = ", ".join(base.__name__ for base in value.__bases__ if base is not object)
        parameters = "" if issubclass(value, enum.Enum | BaseException) else _signature(value)
        yield f"class {name}{f'[{bases}]' if bases else ''} {parameters}".rstrip()
        yield from (f"    {line}" for line in _members(value))
    elif inspect.isfunction(value):
        yield f"def {name}{_signature(value)}"
    else:
        yield f"{name}: {type(value).__name__}"


def _public_api() -> list[str]:
    """Describe all that ``pronghorn`` offers, one line for each name."""
    return [line for name in sorted(pronghorn.__all__) for line in _object(name, getattr(pronghorn, name))]


def test_the_public_api_is_the_one_written_down() -> None:
    lines = _public_api()
    if os.environ.get("PRONGHORN_UPDATE_API"):
        SNAPSHOT.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    known = SNAPSHOT.read_text(encoding="utf-8").splitlines()
    diff = "\n".join(difflib.unified_diff(known, lines, "tests/proofs/public_api.txt", "the code", lineterm=""))
    if diff:
        pytest.fail(f"{diff}\n\nIf this is meant, set PRONGHORN_UPDATE_API=1 and run this test again.", pytrace=False)


def test_no_half_public_names() -> None:
    """What ``pronghorn`` takes from its own modules is in ``__all__``; ``setup`` is for Sphinx."""
    own = {name for name, value in vars(pronghorn).items() if _is_own(value) and not name.startswith("_")}
    assert own - {"setup"} <= set(pronghorn.__all__)


def _is_own(value: object) -> bool:
    module = getattr(value, "__module__", None) or ""
    return module.partition(".")[0] == "pronghorn"
