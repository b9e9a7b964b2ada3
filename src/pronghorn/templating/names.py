"""Filters, globals and tests of the template environment, each with its owner."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any, Self

from jinja2 import pass_context
from jinja2.runtime import Context

from pronghorn.supervisor import SITE, Supervisor
from pronghorn.warnings import WarningKind

KINDS = ("filters", "globals", "tests")

_CONTEXT: Any = pass_context(lambda _context: None).jinja_pass_arg  # type: ignore[attr-defined]
"""The mark of a function that wants the context: Jinja leaves it alone while it compiles."""


class _CalledLate:
    """A filter or test that Jinja does not call while it compiles a template.

    It would do so where all arguments are constants, and keep the result: nobody would see that the pages which show it
    depend on what the function reads.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        self.jinja_pass_arg = _CONTEXT  # and not the function's own
        self._function = function
        self._wanted: Any = getattr(function, "jinja_pass_arg", None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _CalledLate) and other._function is self._function

    def __hash__(self) -> int:
        return id(self._function)

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Call the function, with what it wants in place of the context; also for those who give it no context."""
        if args and isinstance(args[0], Context):
            context, *rest = args
            return self._function(*self._first(context), *rest, **named)
        return self._function(*args, **named)

    def _first(self, context: Context) -> tuple[Any, ...]:
        if self._wanted is None:
            return ()
        wanted = {"eval_context": context.eval_ctx, "environment": context.environment}
        return (wanted[self._wanted.name],)


def called_late(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make Jinja call a filter or test when a page is rendered, and no earlier."""
    is_late = isinstance(function, _CalledLate)
    return function if is_late or getattr(function, "jinja_pass_arg", None) == _CONTEXT else _CalledLate(function)


class OwnedNames(dict[str, Any]):
    """A table of a Jinja environment that knows which plugin set what.

    If two plugins set the same name, there is a warning, and the later one wins. Unloading a plugin gives names
    back what they meant before.
    """

    def __init__(self, kind: str, values: Mapping[str, Any], supervisor: Supervisor) -> None:
        super().__init__(values)
        self._kind = kind
        self._supervisor = supervisor
        self._owners: dict[str, str] = {}

    def __setitem__(self, name: str, value: Any) -> None:
        owner = self._supervisor.owner
        earlier = self._owners.get(name)
        if self._kind != "globals" and callable(value):
            value = called_late(value)
        if earlier not in {None, owner} and self.get(name) != value:
            self._supervisor.reporter.warning(
                WarningKind.NAME,
                f"plugins '{earlier}' and '{owner}' both define '{name}' in the templates' {self._kind};"
                f" that of '{owner}' is used. Rename one of them",
            )
        if owner != SITE:
            self._owners[name] = owner
            self._supervisor.on_unload(self._restorer(name, value))
        super().__setitem__(name, value)

    def _restorer(self, name: str, value: Any) -> Callable[[], None]:
        had, old = name in self, self.get(name)

        def restore() -> None:
            if self.get(name) != value:  # other code has set it since
                return
            if had:
                super(OwnedNames, self).__setitem__(name, old)
            else:
                super(OwnedNames, self).pop(name, None)
            self._owners.pop(name, None)

        return restore

    def update(self, *others: Any, **more: Any) -> None:
        """Set several names, each as one assignment would."""
        for name, value in dict(*others, **more).items():
            self[name] = value

    def setdefault(self, name: str, default: Any = None) -> Any:
        """Set *name* if it is not set, and return its value."""
        if name not in self:
            self[name] = default
        return self[name]

    def __ior__(self, other: Any) -> Self:  # type: ignore[override, misc]
        self.update(other)
        return self


def own_names(environment: Any, supervisor: Supervisor, kinds: Iterable[str] = KINDS) -> None:
    """Make *environment*, a ``jinja2.Environment``, note which plugin defines which name."""
    for kind in kinds:
        table: MutableMapping[str, Any] = getattr(environment, kind)
        if not isinstance(table, OwnedNames):
            setattr(environment, kind, OwnedNames(kind, table, supervisor))
