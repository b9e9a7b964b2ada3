"""What functions, classes and modules consist of, as far as it decides what they do."""

from __future__ import annotations

import builtins
import dis
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType, GetSetDescriptorType, MemberDescriptorType, ModuleType

_HAS_DOCSTRING = 0x4000000  # a flag of Python 3.13
_GLOBAL_READS = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"})
# What the compiler itself puts into the body of a class, and only describes it.
_DESCRIPTIONS = frozenset({"__doc__", "__firstlineno__", "__static_attributes__"})
# These look at any global variable.
_REFLECTION = frozenset({"globals", "eval", "exec"})
_CLASS_NOISE = _DESCRIPTIONS | {"__module__", "__dict__", "__weakref__", "_abc_impl"}

Parts = list[tuple[str, object]]
"""What something consists of, with a label for each that continues a Python expression."""


def parts_of_code(code: CodeType) -> Parts:
    """Return what *code* does, without line numbers, comments and docstrings."""
    steps = [step for step in dis.get_instructions(code) if step.opname != "EXTENDED_ARG"]
    following = [*steps[1:], None]
    instructions = [(step.opcode, _argument(step, after)) for step, after in zip(steps, following, strict=True)]
    signature = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags & ~_HAS_DOCSTRING)
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return [
        ("", code.co_qualname),
        ("", signature),
        ("", names),
        ("", code.co_exceptiontable),
        ("", instructions),
    ]


def _argument(step: dis.Instruction, after: dis.Instruction | None) -> object:
    """Return the argument of a step: a constant itself, since its number depends on whether there is a docstring."""
    if step.opcode not in dis.hasconst:
        return step.arg
    describes = after is not None and after.opname == "STORE_NAME" and after.argval in _DESCRIPTIONS
    return None if describes else step.argval


def global_names(code: CodeType) -> set[str]:
    """Return the global variables that *code* reads, and the functions in it."""
    names = {step.argval for step in dis.get_instructions(code) if step.opname in _GLOBAL_READS}
    for const in code.co_consts:
        if isinstance(const, CodeType):
            names |= global_names(const)
    return names


def imported_names(code: CodeType) -> set[str]:
    """Return what *code* may import when it runs, and the functions in it; some may be no modules."""
    names: set[str] = set()
    base = ""
    for step in dis.get_instructions(code):
        if step.opname == "IMPORT_NAME":
            base = step.argval
            names.update(with_packages(base))
        elif step.opname == "IMPORT_FROM":
            names.add(f"{base}.{step.argval}")
    for const in code.co_consts:
        if isinstance(const, CodeType):
            names |= imported_names(const)
    return names


def parts_of_function(function: FunctionType) -> Parts:
    """Return what makes up a function, apart from the global variables that it reads."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return [
        ("", function.__code__),
        (".__defaults__", function.__defaults__),
        (".__kwdefaults__", function.__kwdefaults__),
        (".__dict__", function.__dict__),
        *((f".__closure__[{name!r}]", cell) for name, cell in cells),
    ]


def parts_of_globals(function: FunctionType) -> Parts:
    """Return the global variables that a function reads, and builtin ones."""
    space = {**vars(builtins), **function.__globals__}
    names = sorted(global_names(function.__code__))
    found = [name for name in names if name in space]
    return [("", names), ("", found), *((f".__globals__[{name!r}]", space[name]) for name in found)]


def reads_any_global(function: FunctionType) -> bool:
    """Check whether a function may look at global variables that it does not name."""
    return not _REFLECTION.isdisjoint(global_names(function.__code__))


def parts_of_class(cls: type) -> Parts:
    """Return what a class does that is not a module's: its bases and what its body defines."""
    body = [(name, value) for name, value in sorted(vars(cls).items()) if name not in _CLASS_NOISE]
    names = [name for name, _ in body]
    parts = [(f".{name}", value) for name, value in body if not _is_derived(value)]
    return [("", cls.__qualname__), ("", type(cls)), (".__bases__", cls.__bases__), ("", names), *parts]


def _is_derived(value: object) -> bool:
    """Check whether something in a class was made from the rest of it.

    The methods that attrs makes contain hashes, which differ from process to process.
    """
    if isinstance(value, FunctionType):
        return value.__code__.co_filename.startswith("<attrs generated")
    return isinstance(value, GetSetDescriptorType | MemberDescriptorType)


def home_of(thing: FunctionType | type) -> str | None:
    """Return the name of the module in which *thing* is found under its qualified name; None if there is none."""
    name = thing.__globals__.get("__name__") if isinstance(thing, FunctionType) else thing.__module__
    found: object = _module(name)
    for part in thing.__qualname__.split("."):
        found = vars(found).get(part) if isinstance(found, ModuleType | type) else None
    return name if found is thing else None


def module_around(function: FunctionType) -> str | None:
    """Return the name of the module whose globals are the function's; None if they are no module's."""
    name = function.__globals__.get("__name__")
    module = _module(name)
    return name if module is not None and vars(module) is function.__globals__ else None


def _module(name: object) -> ModuleType | None:
    """Return a module that means the same in every process."""
    found = sys.modules.get(name) if isinstance(name, str) and name != "__main__" else None
    return found if isinstance(found, ModuleType) else None


def with_packages(name: str) -> Iterator[str]:
    """Return *name* and the packages around it: they are imported first."""
    while name:
        yield name
        name = name.rpartition(".")[0]
