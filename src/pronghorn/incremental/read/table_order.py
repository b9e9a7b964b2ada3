"""The order of what is in the environment: a page that is read again goes back to where it was, as in a clean build."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sphinx.environment import BuildEnvironment

from pronghorn.seam.environment import TABLES


@contextmanager
def kept_order(env: BuildEnvironment) -> Iterator[None]:
    """Keep the order of the keys in all tables of *env* in which something is put in the place of something else."""
    before = [(holder, name, [*holder[name]]) for holder, name in _tables(env)]
    yield
    for holder, name, keys in before:
        if isinstance(holder.get(name), dict):
            _put_in_order(holder[name], keys)


def _tables(env: BuildEnvironment) -> Iterator[tuple[dict[str, Any], str]]:
    attributes = vars(env)
    names = [(attributes, name) for name in TABLES]
    names += [(data, name) for data in env.domaindata.values() for name in data]
    return ((holder, name) for holder, name in names if isinstance(holder.get(name), dict))


def _put_in_order(table: dict[Any, Any], keys: list[Any]) -> None:
    """Put the items first that have one of *keys*, in the order of those."""
    items = {key: table[key] for key in keys if key in table} | table
    if [*items] != [*table]:
        table.clear()
        table.update(items)
