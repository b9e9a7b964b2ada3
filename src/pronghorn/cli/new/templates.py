"""Filling in the files of ``conf_template/``."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pronghorn.cli.new.files import RefusedError
from pronghorn.resources import shipped

SUFFIX = ".jinja"
"""Ends the name of each template, and of nothing that is laid down."""

_MARKDOWN_SIGNS = re.compile(r"[\\`*_{}\[\]<>#&~$|!]")


def python(text: str) -> str:
    """Write *text* as a Python string, in the quotes that formatters choose."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    body = "".join(c if c in "'\"" else repr(c)[1:-1] for c in text)
    return quote + body.replace(quote, "\\" + quote) + quote


def docstring(text: str) -> str:
    """Write *text* so that it may stand between triple quotes, at either end."""
    text = text.replace("\\", "\\\\")
    if '"""' in text or text.startswith('"') or text.endswith('"'):
        text = text.replace('"', '\\"')
    return text


def yaml_string(text: str) -> str:
    """Write *text* as a quoted YAML string on one line."""
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=sys.maxsize).rstrip("\n")


def markdown(text: str) -> str:
    """Write a line of text so that no sign in it is taken for markup."""
    return _MARKDOWN_SIGNS.sub(r"\\\g<0>", text)


class Templates:
    """The templates of one kind: ``site`` or ``plugin``.

    :raises RefusedError: if the installation lacks them.
    """

    def __init__(self, kind: str) -> None:
        try:
            self._folder = shipped("conf_template") / kind
        except FileNotFoundError as error:
            raise RefusedError(str(error)) from error
        self._environment = Environment(
            loader=FileSystemLoader(self._folder),
            undefined=StrictUndefined,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,  # noqa: S701 - what is laid down is not HTML; each value names its own escape
        )
        filters = {"python": python, "docstring": docstring, "yaml": yaml_string, "markdown": markdown}
        self._environment.filters.update(filters)

    def names(self) -> list[str]:
        """Return the names of all files that can be laid down, with slashes, sorted."""
        found = (path.relative_to(self._folder).as_posix() for path in _files_below(self._folder))
        return sorted(name.removesuffix(SUFFIX) for name in found)

    def render(self, name: str, values: Mapping[str, object]) -> str:
        """Fill in one template.

        :param name: as :meth:`names` gives it.
        """
        return self._environment.get_template(name + SUFFIX).render(values)


def _files_below(folder: Path) -> list[Path]:
    """Only templates: an editor's backup or a cache beside them is never laid down."""
    return [path for path in folder.rglob("*" + SUFFIX) if path.is_file()]
