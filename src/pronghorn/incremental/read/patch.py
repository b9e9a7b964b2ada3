"""Replacing what one page contributed, in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sphinx.environment import BuildEnvironment

from pronghorn.incremental.read.contribution import Contribution
from pronghorn.incremental.read.tables import pickled_form

Assignment = tuple[dict[Any, Any], Any, Any]
"""A table of the site's environment, a key in it, and the new value."""

_EQUAL_ONLY = frozenset({"images", "dlfiles", "files_to_rebuild", "original_image_uri"})
"""Tables whose entries pages share, or which give out names in turn."""


class _NotAlikeError(Exception):
    """The new contribution has other keys than the old one."""


def plan_patch(
    main: BuildEnvironment, docname: str, old: Contribution, new: Contribution, is_core: Callable[[str], bool]
) -> list[Assignment] | None:
    """Find what to assign so that *main* holds *new* in place of *old*, with everything in the same order.

    :param is_core: tells of a domain's name whether it is Sphinx's own.
    :return: None if that cannot be done by assignments: keys came, went or changed places.
    """
    assignments: list[Assignment] = []
    try:
        assignments += _attributes(main, docname, old.attributes, new.attributes)
        assignments += _tables(main, docname, old.tables, new.tables)
        assignments += _domains(main, docname, (old.domains, new.domains), is_core)
    except _NotAlikeError:
        return None
    return assignments


def _attributes(
    main: BuildEnvironment, docname: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Assignment]:
    """Return what to assign in what extensions keep: entries of this page that somebody has changed since it was read.

    Handlers of ``env-updated`` do so: such as dates that are looked up for all pages at once.
    """
    _require(pickled_form(old) == pickled_form(new))
    for name, value in new.items():
        there = vars(main).get(name)
        if not isinstance(value, dict) or not isinstance(there, dict):
            continue
        for key, entry in value.items():
            if key not in there or pickled_form(there[key]) != pickled_form(old[name][key]):
                _require(key == docname)
                yield there, key, entry


def _tables(
    main: BuildEnvironment,
    docname: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
) -> Iterator[Assignment]:
    for name in {**old, **new}:
        before, after = old.get(name), new.get(name)
        if name == "all_docs":
            continue
        if name == "dependencies":
            files = {main.srcdir / file for file in (after or {}).get(docname, ())}
            yield main.dependencies, docname, files
        elif name in _EQUAL_ONLY or not isinstance(before, dict) or not isinstance(after, dict):
            _require(before == after)
        else:
            _require([*before] == [*after] == [docname])
            yield vars(main)[name], docname, after[docname]


def _domains(
    main: BuildEnvironment,
    docname: str,
    contributions: tuple[Mapping[str, dict[str, Any]], Mapping[str, dict[str, Any]]],
    is_core: Callable[[str], bool],
) -> Iterator[Assignment]:
    old, new = contributions
    for domain in {**old, **new}:
        before, after = old.get(domain, {}), new.get(domain, {})
        for name in {**before, **after}:
            first, second = before.get(name), after.get(name)
            if not is_core(domain) or not isinstance(first, dict) or not isinstance(second, dict):
                _require(pickled_form(first) == pickled_form(second))
            else:
                yield from _entries(main.domaindata[domain][name], docname, first, second)


def _entries(
    table: dict[Any, Any], docname: str, before: dict[Any, Any], after: dict[Any, Any]
) -> Iterator[Assignment]:
    """Return what to assign in one table of a domain; an entry must be the one that this page made, and no other's."""
    _require([*before] == [*after])
    for key, value in after.items():
        if isinstance(value, set) or (isinstance(value, list) and key != docname):
            _require(before[key] == value)
        else:
            _require(key == docname or table.get(key) == before[key])
            yield table, key, value


def _require(condition: bool) -> None:
    if not condition:
        raise _NotAlikeError
