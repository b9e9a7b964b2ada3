"""What the configuration says of a taxonomy: the tables of the key ``taxonomies``."""

from __future__ import annotations

import re
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from pronghorn.configuration.settings import check_value
from pronghorn.errors import ConfigurationError, Place, did_you_mean

_KEY = re.compile(r"[^\W_][\w-]{0,63}")
_RESERVED = frozenset({"genindex", "index", "search"})
"""Pages that have another purpose."""

TEMPLATE, TERM_TEMPLATE = "taxonomy.html", "term.html"
"""The templates of pages of taxonomies, where the configuration names no others."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One table of the key ``taxonomies``."""

    key: str
    """The key of the metadata that holds the terms, and the folder of the generated pages."""
    singular: str = ""
    """What one term is called, in the language of the site; without it, the key."""
    plural: str = ""
    """What all are called: the title of the list page; without it, the key with a capital letter."""
    possible_terms: list[str] | None = None
    """The only terms that pages may have, in the order in which they are listed; None allows any."""
    order: Literal["title", "date", "weight"] = "title"
    """The order of a term's pages: by title, the latest first, or by ascending ``weight``."""
    hierarchical: bool = False
    """Whether a term such as ``lang/python`` is one below the term ``lang``."""
    separator: str = "/"
    """What stands between the levels of a hierarchical term."""
    template: str = TEMPLATE
    """The template of the list page, if the site has one of that name."""
    term_template: str = TERM_TEMPLATE
    """The template of the terms' pages, if the site has one of that name."""

    def path_of(self, term: str) -> tuple[str, ...]:
        """Return the levels of a term: just one unless the taxonomy is hierarchical; none if nothing is left of it."""
        if not self.hierarchical:
            return (term,)
        return tuple(part for level in term.split(self.separator) if (part := level.strip()))

    def name_of(self, path: Sequence[str]) -> str:
        """Return the term that has these levels."""
        return self.separator.join(path)


_DEFAULTS = {field.name: field.default for field in fields(Declaration)}
_TYPES = typing.get_type_hints(Declaration)


def read_declarations(
    tables: Sequence[Mapping[str, Any]], title: str, place: Place, warn: Callable[[str], None]
) -> list[Declaration]:
    """Understand the tables.

    :param title: what the key is called in the file that sets it.
    :param place: that file.
    :param warn: told of keys that mean nothing.
    :raises ConfigurationError: if a value has the wrong type, or two taxonomies have one key.
    """
    declarations = []
    for number, table in enumerate(tables):
        declarations.append(_read(table, f"{title}[{number}]", place, warn))
    _check_apart(declarations, title, place)
    return declarations


def _read(table: Mapping[str, Any], title: str, place: Place, warn: Callable[[str], None]) -> Declaration:
    for name, value in table.items():
        if name in _TYPES:
            check_value(f"{title}.{name}", value, _TYPES[name], place)
        else:
            warn(f"{title}: a taxonomy has no option '{name}'{did_you_mean(name, _TYPES)}")
    key = table.get("key", "")
    if not _KEY.fullmatch(key) or key.casefold() in _RESERVED:
        problem = f"{key!r} cannot be the key of a taxonomy" if "key" in table else "there is no 'key'"
        raise ConfigurationError(
            f"'{title}': {problem}; it is the name of a key of the metadata, such as 'tags': letters, digits, '_' and"
            f" '-', and not {' or '.join(sorted(_RESERVED))}",
            place=place,
        )
    if table.get("separator", "/").strip() == "":
        raise ConfigurationError(f"'{title}.separator' is empty; leave it out, or give a character", place=place)
    given = {name: value for name, value in table.items() if name in _TYPES}
    named = {"singular": key, "plural": key.replace("_", " ").replace("-", " ").capitalize()}
    return Declaration(**{**_DEFAULTS, **named, **given})


def _check_apart(declarations: Sequence[Declaration], title: str, place: Place) -> None:
    first: dict[str, int] = {}
    for number, declaration in enumerate(declarations):
        other = first.setdefault(declaration.key.casefold(), number)
        if other != number:
            raise ConfigurationError(
                f"'{title}[{other}]' and '{title}[{number}]' are both the taxonomy '{declaration.key}'; give one of"
                " them another key, or put them into one table",
                place=place,
            )
