"""What functions, classes and modules consist of, as far as it decides what they do."""

from __future__ import annotations

import ast
import builtins
import dis
import os
import pkgutil
import site
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, FunctionType, GetSetDescriptorType, MemberDescriptorType, ModuleType

from pronghorn.cache.tracking.digests import digest_of_parts

_PYTHON = f"{sys.implementation.name} {sys.version_info}".encode()
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
            names.update(_with_packages(base))
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


class ModuleDigests:
    """Digests of modules, by their files.

    A module that is not part of an installed package is digested with all such modules that it imports.

    :param digest_file: gives the digest of a file's content.
    """

    def __init__(self, digest_file: Callable[[Path], bytes]) -> None:
        self._digest_file = digest_file
        self._digests: dict[tuple[str, bool], bytes | None] = {}
        self._specs: dict[str, ModuleSpec | None] = {}
        self._imports: dict[str, frozenset[str]] = {}
        paths = sysconfig.get_paths()
        packages = [paths["purelib"], paths["platlib"], *site.getsitepackages(), site.getusersitepackages()]
        self._packages = _both_spellings(packages)
        self._library = _both_spellings([paths["stdlib"], paths["platstdlib"]])

    def digest(self, name: str, *, whole: bool = False) -> bytes | None:
        """Return the digest of the module *name*; None if there is none that could be read.

        :param whole: with all modules in it, if it is a package that is not installed.
        """
        if (name, whole) not in self._digests:
            spec = self._spec_of(name)
            parts = None if spec is None else self._parts_of(spec, whole=whole)
            self._digests[name, whole] = None if parts is None else digest_of_parts(name.encode(), *parts)
        return self._digests[name, whole]

    def _parts_of(self, spec: ModuleSpec, *, whole: bool) -> list[bytes] | None:
        if self._is_python(spec):
            return [_PYTHON]
        modules = {spec.name: spec} if self._is_installed(spec) else self._needed_with(spec, whole=whole)
        parts = []
        for name, found in sorted(modules.items()):
            digest = self._digest_of_source(found)
            if digest is None:
                return None
            parts += [name.encode(), digest]
        return parts

    def _digest_of_source(self, spec: ModuleSpec) -> bytes | None:
        """Return the digest of a module's file: empty for a namespace package, None if it cannot be read."""
        if spec.origin is None and spec.submodule_search_locations is not None:
            return b""
        if spec.origin is None or not spec.has_location:
            return None
        try:
            return self._digest_file(Path(spec.origin)) or None
        except OSError:  # it lies in an archive, or was removed after it was imported
            return None

    def _needed_with(self, spec: ModuleSpec, *, whole: bool) -> dict[str, ModuleSpec]:
        """Return *spec* and those of all modules that it needs and that are not installed."""
        found = {spec.name: spec}
        waiting = [*self._imports_of(spec), *(self._names_inside(spec) if whole else ())]
        while waiting:
            name = waiting.pop()
            needed = None if name in found else self._spec_of(name)
            if needed is not None and not self._is_python(needed) and not self._is_installed(needed):
                found[name] = needed
                waiting.extend(self._imports_of(needed))
        return found

    def _names_inside(self, package: ModuleSpec) -> Iterator[str]:
        """Return the names of the modules in a package and in those in it."""
        for found in pkgutil.iter_modules(package.submodule_search_locations or (), f"{package.name}."):
            yield found.name
            inner = self._spec_of(found.name) if found.ispkg else None
            if inner is not None:
                yield from self._names_inside(inner)

    def _imports_of(self, spec: ModuleSpec) -> frozenset[str]:
        if spec.name not in self._imports:
            self._imports[spec.name] = frozenset(_imports_in(spec))
        return self._imports[spec.name]

    def _spec_of(self, name: str) -> ModuleSpec | None:
        if name not in self._specs:
            self._specs[name] = self._find(name)
        return self._specs[name]

    def _find(self, name: str) -> ModuleSpec | None:
        """Find a module without importing anything."""
        loaded = sys.modules.get(name)
        if isinstance(loaded, ModuleType) and loaded.__spec__ is not None:
            return loaded.__spec__
        outer = name.rpartition(".")[0]
        package = self._spec_of(outer) if outer else None
        path = None if package is None else package.submodule_search_locations
        if outer and path is None:
            return None
        specs = (finder.find_spec(name, path) for finder in sys.meta_path)
        return next((spec for spec in specs if spec is not None), None)

    def _is_python(self, spec: ModuleSpec) -> bool:
        if not spec.has_location:
            return spec.origin in ("built-in", "frozen")
        return _is_below(spec.origin, self._library) and not _is_below(spec.origin, self._packages)

    def _is_installed(self, spec: ModuleSpec) -> bool:
        return spec.has_location and _is_below(spec.origin, self._packages)


def _both_spellings(folders: Iterable[str]) -> tuple[str, ...]:
    """Return *folders* as they are called and as they are once links are followed, each with its separator."""
    resolved = [os.path.realpath(folder) for folder in folders]
    return tuple({os.path.join(os.path.abspath(folder), "") for folder in (*folders, *resolved)})  # noqa: PTH100, PTH118


def _is_below(file: str | None, folders: tuple[str, ...]) -> bool:
    return file is not None and os.path.abspath(file).startswith(folders)  # noqa: PTH100


def _imports_in(spec: ModuleSpec) -> Iterator[str]:
    """Return the names of what a module's source imports, wherever in it; some may be no modules."""
    if spec.origin is None or not spec.origin.endswith(".py"):
        return
    try:
        tree = ast.parse(Path(spec.origin).read_bytes())
    except (OSError, SyntaxError, ValueError):  # what cannot be compiled imports nothing
        return
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _with_packages(alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = _base_of(node, spec.parent or "")
            yield from _with_packages(base)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Return all statements; :func:`ast.walk`, which looks into expressions too, takes many times as long."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, part, None)
            if isinstance(inner, list):
                waiting.extend(inner)


def _base_of(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    return ".".join([*parts[: len(parts) + 1 - node.level], *filter(None, [node.module])])


def _with_packages(name: str) -> Iterator[str]:
    """Return *name* and the packages around it: they are imported first."""
    while name:
        yield name
        name = name.rpartition(".")[0]
