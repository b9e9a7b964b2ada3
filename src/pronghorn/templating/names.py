"""Filters, globals and tests of the template environment, each with its owner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any, Self

from pronghorn.supervisor import SITE, Supervisor
from pronghorn.warnings import WarningKind

KINDS = ("filters", "globals", "tests")


class OwnedNames(dict[str, Any]):
    """A table of a Jinja environment that knows which plugin set what.

    Two plugins that set one name are told of each other; the later one wins. Unloading a plugin gives names
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
        if earlier not in {None, owner} and self.get(name) is not value:
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
            if self.get(name) is not value:  # somebody else has set it since
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
        """Set *name* if nobody has; gives its value."""
        if name not in self:
            self[name] = default
        return self[name]

    def __ior__(self, other: Any) -> Self:  # type: ignore[override, misc]
        self.update(other)
        return self


def own_names(environment: Any, supervisor: Supervisor, kinds: Iterable[str] = KINDS) -> None:
    """Have *environment*, a ``jinja2.Environment``, note which plugin defines which name."""
    for kind in kinds:
        table: MutableMapping[str, Any] = getattr(environment, kind)
        if not isinstance(table, OwnedNames):
            setattr(environment, kind, OwnedNames(kind, table, supervisor))
