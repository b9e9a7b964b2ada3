"""Names that a page and an earlier one define: each of them puts an entry under it into a table of a domain."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from sphinx.environment import BuildEnvironment

from pronghorn.incremental.read.contribution import Contribution
from pronghorn.incremental.read.tables import BlankTables, StartupData
from pronghorn.seam.symbols import symbols_below

Entries = dict[tuple[str, str, Any], Any]
"""Entries of tables, by domain, table, and name in it."""

_SYMBOLS = "root_symbol"


class Collisions:
    """Finds entries of a page under a name that an earlier page has taken.

    Sphinx tells about most of them while it reads the later page, and keeps one of the two: what it does depends on
    both pages. So does what a page declares in C or C++ inside of something that an earlier page declares.

    :param startup: data of domains that is not a page's.
    """

    def __init__(self, blank: BlankTables, startup: StartupData) -> None:
        self._blank = blank
        self._startup = startup

    def symbol(self, main: BuildEnvironment, contribution: Contribution) -> str | None:
        """Return the name of a declaration in C or C++ that *main* has already, or has others inside of; or None."""
        for domain, data in contribution.domains.items():
            if _SYMBOLS in data:
                taken = declared_names(main.domaindata[domain][_SYMBOLS]) & names_of_symbols(data[_SYMBOLS])
                if taken:
                    return min(taken)
        return None

    def entries(self, main: BuildEnvironment, contribution: Contribution) -> Entries:
        """Return what *main* has under names of a page, in the domains in which one of them is taken.

        A domain looks a name up in several tables, such as labels with a title and those without.
        """
        found: Entries = {}
        for domain, data in contribution.domains.items():
            own = {name: table for name, table in data.items() if isinstance(table, dict)}
            there = dict(self._there(main, domain, own))
            if any(key in own.get(name, ()) and own[name][key] != entry for (name, key), entry in there.items()):
                found |= {(domain, *place): entry for place, entry in there.items()}
        return found

    def _there(
        self, main: BuildEnvironment, domain: str, own: Mapping[str, dict[Any, Any]]
    ) -> Iterator[tuple[tuple[str, Any], Any]]:
        """Return the entries under names in *own* that are another page's, and are no collections of all pages."""
        keys = dict.fromkeys(key for table in own.values() for key in table)
        initial = self._blank.domains.get(domain, {})
        for name, table in main.domaindata.get(domain, {}).items():
            if isinstance(table, dict) and name not in self._startup.get(domain, ()):
                first = initial.get(name, {})
                for key in keys:
                    is_taken = key in table and not (key in first and table[key] == first[key])
                    if is_taken and not isinstance(table[key], set | list):
                        yield (name, key), table[key]


def divided(contribution: Contribution, entries: Entries) -> tuple[Contribution, Entries]:
    """Return what a page contributes under names of its own, and what it has made of the *entries* of others.

    :raises KeyError: it has removed some.
    """
    made = {(domain, name, key): contribution.domains[domain][name][key] for domain, name, key in entries}
    domains = {domain: data.copy() for domain, data in contribution.domains.items()}
    for domain, name in {place[:2] for place in entries}:
        domains[domain][name] = copy.copy(domains[domain][name])
    for domain, name, key in entries:
        del domains[domain][name][key]
    return Contribution(contribution.tables, domains, contribution.attributes), made


def lay_entries(env: BuildEnvironment, entries: Entries) -> None:
    """Put entries into the tables of *env*; those that are there already stay the same objects."""
    for (domain, name, key), entry in entries.items():
        table = env.domaindata[domain].setdefault(name, {})
        if key not in table or table[key] != entry:
            table[key] = entry


def name_of(entries: Entries) -> str:
    """Return the first name in *entries*, as the author writes it."""
    _, _, key = next(iter(entries))
    return key if isinstance(key, str) else " ".join(map(str, key))


def declared_names(root: Any) -> set[str]:
    """Return the names of all symbols of C or C++ below *root* that are declared."""
    return {str(symbol.get_full_nested_name()) for symbol in symbols_below(root) if symbol.declaration is not None}


def names_of_symbols(root: Any) -> set[str]:
    """Return the names of all symbols below *root*, also of those that only something else is declared in."""
    return {str(symbol.get_full_nested_name()) for symbol in symbols_below(root) if symbol.parent is not None}
