"""``pronghorn new plugin NAME``."""

from __future__ import annotations

import argparse
import ast
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pronghorn.cli.new.checks import check_folder, check_line, check_plugin_name
from pronghorn.cli.new.files import LaidDown, RefusedError, lay_down_files, refuse_clash
from pronghorn.cli.new.templates import Templates
from pronghorn.cli.prompts import ask, at_terminal
from pronghorn.configuration.settings import Settings
from pronghorn.errors import ConfigurationError

NAME = "plugin"
ABOUT = "a plugin for a site, with a test"
DESCRIPTION = "Lay down a plugin in the site's folder of plugins, and a test of it in the folder tests."

_KEY = "plugins_path"
_COMPUTED = object()
"""Stands for a value that only running ``conf.py`` would tell."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "name", metavar="NAME", type=check_plugin_name, help="a Python identifier; dashes become underscores"
    )
    parser.add_argument(
        "--dir",
        metavar="SITE_DIR",
        type=check_folder,
        default=Path(),
        help="the site's folder, with conf.py; default: the current folder",
    )
    parser.add_argument("--class", dest="as_class", action="store_true", help="make it a class with @hookimpl methods")
    parser.add_argument("--description", metavar="TEXT", type=check_line, help="the first line of its docstring")


def lay_down(args: argparse.Namespace) -> LaidDown:
    """Write the plugin and its test.

    :raises RefusedError: if there is no site, or something is in the way or cannot be written.
    :raises EOFError: if the input ends before the answers do.
    """
    name = args.name.module
    conf = _conf_of(args.dir)
    folder, notes = _plugins_folder(args.dir, conf)
    sources = _sources(name, folder, as_class=args.as_class)
    refuse_clash(args.dir, [*sources, f"{folder}/{name}"])  # a package of that name would hide the module
    values = {
        "name": name,
        "folder": folder,
        "class_name": _class_name(name),
        "description": _description(args, name),
    }
    templates = Templates(NAME)
    files = {target: templates.render(source, values) for target, source in sources.items()}
    written = lay_down_files(args.dir, files)
    if name != args.name.given:
        notes.insert(0, f"{args.name.given!r} is {name!r} in Python, so that is the name of the plugin")
    if not _names_pronghorn(conf):
        notes.append('conf.py does not name Pronghorn; add it: extensions = ["pronghorn"]')
    return LaidDown(f"The plugin {name!r} is written:", written, _next_steps(args.dir, name), notes)


def _sources(name: str, folder: str, *, as_class: bool) -> dict[str, str]:
    kind = "class" if as_class else "function"
    return {f"{folder}/{name}.py": f"{kind}.py", f"tests/test_{name}.py": f"test_{kind}.py"}


def _conf_of(folder: Path) -> ast.Module:
    """Read ``conf.py`` without running it.

    :raises RefusedError: if there is none, or it is broken.
    """
    file = folder / "conf.py"
    try:
        return ast.parse(file.read_bytes(), filename=str(file))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise RefusedError(
            f"there is no conf.py in {folder.absolute()}; run this in the folder of a site,"
            " or name that folder: --dir SITE_DIR. `pronghorn new site DIR` makes a site"
        ) from error
    except OSError as error:
        raise RefusedError(f"{file}: the file cannot be read: {error.strerror}") from error
    except (SyntaxError, ValueError) as error:
        line = f":{error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise RefusedError(f"{file}{line}: the file is broken, repair it first: {error}") from error


def _plugins_folder(site: Path, conf: ast.Module) -> tuple[str, list[str]]:
    """Find the first folder of plugins, relative to the site, and what there is to note about it.

    :raises RefusedError: if the site has none, or its configuration is broken.
    """
    notes: list[str] = []
    given: dict[str, Any] = {}
    for value in _assigned(conf, f"pronghorn_{_KEY}"):  # the last one counts
        given = {_KEY: value}
    if given.get(_KEY) is _COMPUTED:
        given = {}
        notes.append(f"conf.py computes pronghorn_{_KEY} and was not run; see whether the plugin is in its folder")
    try:
        folders = Settings(site, given, {})[_KEY]
    except ConfigurationError as error:
        raise RefusedError(str(error)) from error
    if not folders:
        raise RefusedError(f'{_KEY} is empty, so the site loads no plugin of its own; set it to ["plugins"]')
    return folders[0].replace("\\", "/").rstrip("/"), notes


def _assigned(conf: ast.Module, variable: str) -> Iterator[Any]:
    for statement in conf.body:
        targets: list[ast.expr] = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign | ast.AugAssign):
            targets = [statement.target]
        if not any(isinstance(target, ast.Name) and target.id == variable for target in targets):
            continue
        yield _COMPUTED if isinstance(statement, ast.AugAssign) else _literal(statement)


def _literal(statement: Any) -> Any:
    try:
        return ast.literal_eval(statement.value)
    except (ValueError, TypeError):
        return _COMPUTED


def _names_pronghorn(conf: ast.Module) -> bool:
    return any(isinstance(node, ast.Constant) and node.value == "pronghorn" for node in ast.walk(conf))


def _class_name(name: str) -> str:
    """Make ``PageCountPlugin`` of ``page_count``. The ending keeps ``none`` from becoming ``None``."""
    words = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
    return words if words.endswith("Plugin") else words + "Plugin"


def _description(args: argparse.Namespace, name: str) -> str:
    if args.description is not None:
        return str(args.description)
    default = "Counts the pages of the site." if args.as_class else f"Makes pages of the notes in the folder {name}."
    if args.yes or not at_terminal():
        return default
    return ask("What does the plugin do?", default, check_line)


def _next_steps(site: Path, name: str) -> list[str]:
    steps = [] if site == Path() else [f"cd {shlex.quote(str(site))}"]
    return [*steps, f"python -m pytest tests/test_{name}.py", "pronghorn build"]
