"""What a site's configuration says as far as it can be read without running ``conf.py``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from pronghorn.configuration.keys import KEYS
from pronghorn.configuration.settings import Settings
from pronghorn.errors import ConfigurationError, Place


def read_unexecuted(confdir: Path) -> tuple[Settings, dict[str, Place]]:
    """Read ``pronghorn.toml``, and from ``conf.py`` the keys that are set to literal values at its top level.

    Neither file has to be there. What ``conf.py`` sets by other means than an assignment stays unseen.

    :return: the settings, and where ``conf.py`` assigns to keys what only running it would tell.
    :raises ConfigurationError: if one of the files is broken, or a value has the wrong type.
    """
    conf = confdir / "conf.py"
    tree = _parse(conf) if conf.is_file() else ast.Module([], [])
    names = {key.conf_name: key.name for key in KEYS}
    last_line = {name: line for name, line in _assigned(tree) if name in names}
    literals = {name: value for name, value, line in _literals(tree) if last_line.get(name) == line}
    computed = {names[name]: Place(conf, line) for name, line in last_line.items() if name not in literals}
    return Settings(confdir, {names[name]: value for name, value in literals.items()}, {}), computed


def _parse(conf: Path) -> ast.Module:
    try:
        return ast.parse(conf.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"the file cannot be read: {error.strerror}", place=Place(conf)) from error
    except (SyntaxError, ValueError, RecursionError) as error:  # ValueError: null characters
        line = error.lineno if isinstance(error, SyntaxError) else None
        raise ConfigurationError(f"this is not Python: {error}", place=Place(conf, line)) from error


def _assigned(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield all names that anything in the file is assigned to, with the line, in the order of the file."""
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    yield from sorted(((node.id, node.lineno) for node in names), key=lambda found: found[1])


def _literals(tree: ast.Module) -> Iterator[tuple[str, Any, int]]:
    """Yield the names that stand alone at the left of a literal, at the top level of the file, with value and line."""
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name):
                with suppress(ValueError):  # the value is computed
                    yield target.id, ast.literal_eval(node.value), target.lineno
