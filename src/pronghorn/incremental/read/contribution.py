"""What one page contributes to the environment of the site."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sphinx.environment import BuildEnvironment

from pronghorn.incremental.read.tables import BlankTables, StartupData, extension_attributes, pickled_form
from pronghorn.seam.environment import TABLES

_VERSION = "version"
_OF_FILES = frozenset({"dependencies", "included"})


def is_core_domain(name: str) -> bool:
    """Check whether a domain is Sphinx's own, whose tables are known to hold an entry of plain data for each name."""
    return name in {"c", "changeset", "citation", "cpp", "index", "js", "math", "py", "rst", "std"}


@dataclass(slots=True)
class Contribution:
    """The entries of one page in all tables; tables to which it adds nothing are left out."""

    tables: dict[str, Any] = field(default_factory=dict)
    """By attribute of the environment."""
    domains: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By domain, and by name of the domain's table."""
    attributes: dict[str, Any] = field(default_factory=dict)
    """By name of an attribute that an extension made."""

    @property
    def may_hold_nodes(self) -> bool:
        """Whether parts of the page's document may be in it, as to-do items are."""
        return bool(self.attributes) or not all(map(is_core_domain, self.domains))

    def parts(self) -> tuple[dict[str, Any], ...]:
        """Return what :meth:`of` makes it from."""
        return self.tables, self.domains, self.attributes

    @property
    def texts(self) -> tuple[dict[str, Any], ...]:
        """What is in it but for the tables in which Sphinx names files from the source directory."""
        return {name: table for name, table in self.tables.items() if name not in _OF_FILES}, *self.parts()[1:]

    @classmethod
    def of(cls, parts: Any) -> Contribution:
        """Make it from what :meth:`parts` gave.

        :raises ValueError: if that was something else.
        """
        if not isinstance(parts, tuple) or len(parts) != 3 or {type(part) for part in parts} != {dict}:  # noqa: PLR2004
            raise ValueError("no contribution of a page")
        return cls(*parts)


def take_out(env: BuildEnvironment, blank: BlankTables, startup: StartupData) -> Contribution:
    """Take what a page has put into *env*, its own environment.

    :param startup: data of domains that is not a page's.
    """
    state = vars(env)
    found = Contribution()
    for name in TABLES:
        if name == "dependencies":
            found.tables[name] = {
                docname: sorted(_below(env.srcdir, os.fspath(file)) for file in files)
                for docname, files in state[name].items()
                if files
            }
        elif name == "all_docs":
            found.tables[name] = dict.fromkeys(state[name], 0)  # the times of reading are those of this build
        elif state[name]:
            found.tables[name] = state[name]
    for domain, data in env.domaindata.items():
        own = {name: value for name, value in data.items() if name not in startup.get(domain, ())}
        kept = dict(_new_data(own, blank.domains.get(domain, {}), domain, blank))
        if kept:
            found.domains[domain] = kept
    found.attributes = extension_attributes(env)
    return found


def _below(srcdir: str | os.PathLike[str], file: str) -> str:
    """Return the name of a file in such a way that it means the same in another clone."""
    return file.removeprefix(os.fspath(srcdir) + os.sep)


def _new_data(
    data: Mapping[str, Any], before: Mapping[str, Any], domain: str, blank: BlankTables
) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if name == _VERSION:
            continue
        initial = before.get(name)
        if isinstance(value, dict) and initial:
            new = {key: entry for key, entry in value.items() if key not in initial or initial[key] != entry}
            if new:
                yield name, new
        elif isinstance(value, dict | list | set):
            if value:
                yield name, value
        elif blank.pickled.get((domain, name)) != pickled_form(value):
            yield name, value


def lay_in(contribution: Contribution, env: BuildEnvironment, filled: Callable[[str, Any], Any]) -> None:
    """Fill *env*, which is blank, with what a page contributed.

    :param filled: gives an attribute with what was in it before the first page was read.
    """
    state = vars(env)
    for name, value in contribution.tables.items():
        if name == "all_docs":
            state[name] = dict.fromkeys(value, time.time_ns() // 1_000)
        elif name == "dependencies":
            for docname, files in value.items():
                state[name][docname].update(env.srcdir / file for file in files)
        elif name in TABLES:
            _fill(state, name, value)
    for domain, data in contribution.domains.items():
        target = env.domaindata.setdefault(domain, {})  # an extension may keep data there without a domain
        for name, value in data.items():
            _fill(target, name, value)
    state.update({name: filled(name, value) for name, value in contribution.attributes.items()})


def _fill(target: dict[str, Any], name: str, value: Any) -> None:
    """Put *value* in, into the container that is there: it may be of a class of its own, such as ``defaultdict``."""
    before = target.get(name)
    if isinstance(before, dict) and type(before) is type(value) and not _has_state(value):
        before.update(value)
    else:
        target[name] = value


def _has_state(value: object) -> bool:
    """Check whether a container keeps more than its items, as ``FilenameUniqDict`` does."""
    return bool(getattr(value, "__dict__", None))


def complete(main: BuildEnvironment, contribution: Contribution) -> None:
    """Add what merging has left out.

    Reading all pages in one environment keeps entries that some domains and extensions do not merge.
    """
    for domain, data in contribution.domains.items():
        target = main.domaindata.setdefault(domain, {})
        for name, value in data.items():
            _add(target, name, value)
    for name, value in contribution.attributes.items():
        _add(vars(main), name, value)


def _add(target: dict[str, Any], name: str, value: Any) -> None:
    if name not in target:
        target[name] = value
        return
    there = target[name]
    if there is value:
        return
    if isinstance(value, dict) and isinstance(there, dict):
        for key, entry in value.items():
            if key not in there:
                there[key] = entry
    elif isinstance(value, set) and isinstance(there, set):
        there |= value
    elif isinstance(value, list) and isinstance(there, list) and not any(item in there for item in value):
        there.extend(value)
