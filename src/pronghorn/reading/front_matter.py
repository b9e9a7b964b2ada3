"""Metadata from the YAML between ``---`` lines at the top of a MyST file."""

from __future__ import annotations

import re
from typing import Any

import yaml

from pronghorn.errors import Place, SourceError
from pronghorn.model.source import Source

_BLOCK = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_front_matter(text: str, source: Source) -> dict[str, Any]:
    """Read the metadata of a MyST file; keys become strings.

    :raises SourceError: if the block is no YAML, or no mapping; names file and line.
    """
    block = _BLOCK.match(text)
    if block is None:
        return {}
    try:
        values = yaml.load(block[1], Loader=_Loader)  # noqa: S506 - both loaders are the safe ones
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise SourceError(f"broken front matter: {problem}", place=Place(source.path, line)) from error
    except (ValueError, RecursionError) as error:  # an impossible date such as 2026-02-31
        raise SourceError(f"broken front matter: {error}", place=Place(source.path, 1)) from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        kind = type(values).__name__
        raise SourceError(f"the front matter is a {kind}; it should be `key: value` lines", place=Place(source.path, 2))
    return {str(key): value for key, value in values.items()}
