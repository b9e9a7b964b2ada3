"""Metadata from the YAML between ``---`` lines at the top of a MyST file."""

from __future__ import annotations

import re
from typing import Any

import yaml

from pronghorn.errors import Place, SourceError
from pronghorn.model.source import Source

FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
"""Such lines, and in a group what is between them."""
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SafeLoader):  # type: ignore[misc]
    """A safe loader that tells on which line a date is impossible."""

    def construct_date(self, node: yaml.ScalarNode) -> Any:
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError as error:
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from error


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_date)


def read_front_matter(text: str, source: Source) -> dict[str, Any]:
    """Read the metadata of a MyST file; keys become strings.

    :raises SourceError: if the block is not YAML, or no mapping; names file and line.
    """
    block = FRONT_MATTER.match(text)
    if block is None:
        return {}
    try:
        values = yaml.load(block[1], Loader=_Loader)  # noqa: S506 - it is a safe one
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise SourceError(f"broken front matter: {problem}", place=Place(source.path, line)) from error
    except (ValueError, RecursionError) as error:  # a number that is too long, lists in lists without end
        raise SourceError(f"broken front matter: {error}", place=Place(source.path, 1)) from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        kind = type(values).__name__
        raise SourceError(f"the front matter is a {kind}; it should be `key: value` lines", place=Place(source.path, 2))
    return {str(key): value for key, value in values.items()}
