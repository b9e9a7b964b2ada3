"""What a page says about itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pronghorn.errors import did_you_mean


class Metadata(Mapping[str, Any]):
    """An immutable mapping whose keys are attributes, too.

    ``Metadata(title="Salt", date="2026-05-01").title`` is ``"Salt"``. Keys never shadow methods: with a key
    ``items``, ``metadata.items()`` works as ever, and ``metadata["items"]`` is the value.

    :param values: the keys and values; keyword arguments add to them.
    """

    __slots__ = ("_values",)

    _values: dict[str, Any]

    def __init__(self, values: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        object.__setattr__(self, "_values", {**(values or {}), **more})

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # copy and pickle ask for special methods before _values exists
            raise AttributeError(name)
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"the metadata has no key '{name}'{did_you_mean(name, self._values)}") from None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(
            f"metadata cannot be changed; set a new one: page.metadata = page.metadata | {{{name!r}: ...}}"
        )

    def __or__(self, other: Mapping[str, Any]) -> Metadata:
        return Metadata({**self._values, **other})

    def __ror__(self, other: Mapping[str, Any]) -> Metadata:
        return Metadata({**other, **self._values})

    def __hash__(self) -> int:
        return hash(frozenset(self._values))

    def __reduce__(self) -> tuple[type[Metadata], tuple[dict[str, Any]]]:
        return Metadata, (self._values,)

    def __repr__(self) -> str:
        """Name the keys only: Sphinx formats the arguments of each event it emits."""
        return f"Metadata({', '.join(map(str, self._values))})"
