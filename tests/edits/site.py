"""A site as a value: what an edit takes and gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Content = bytes | str
"""What is in a file. Text is written as UTF-8."""

EXTENSIONS_VARIABLE = "EDITED_SITE_EXTENSIONS"
"""The environment variable that names further extensions, so that one conf.py serves Pronghorn and stock Sphinx."""

SLOTS = (
    "prelude",
    "text",
    "toctree",
    "sections",
    "labels",
    "refs",
    "lists",
    "links",
    "include",
    "images",
    "numbers",
    "terms",
    "python",
    "clike",
    "objects",
    "index",
    "notes",
    "math",
    "conditions",
    "todo",
    "misc",
    "local",
    "autodoc",
)
"""The parts that a page can have, in the order in which they stand on it."""

MARKDOWN_SLOTS = frozenset({"links"})
"""Parts in Markdown, which pages of reStructuredText leave out."""

_HEADING = re.compile(r"^(?:\.\. _(?P<label>[^:\n]+):\n\n)?(?P<title>\S.*)\n(?P<line>[-~])(?P=line)+$", re.MULTILINE)
_LEVELS = {"-": "##", "~": "###"}


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link in place of a file."""

    target: str
    """Where it leads, relative to its own folder."""


File = Content | Link


@dataclass(frozen=True, slots=True)
class Page:
    """A page, whatever the format it is written in."""

    title: str
    """Its heading; empty for a page without one."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """Markup by slot: reStructuredText but for those in :data:`MARKDOWN_SLOTS`."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Its metadata: a field list, or front matter."""

    def text(self, suffix: str) -> str:
        """Return the text of the file: Markdown if *suffix* is ``.md``, else reStructuredText."""
        slots = [slot for slot in SLOTS if self.parts.get(slot)]
        return self._markdown(slots) if suffix == ".md" else self._restructured(slots)

    def _restructured(self, slots: list[str]) -> str:
        lines = [f":{name}: {value}".rstrip() for name, value in self.fields.items()]
        lines += [""] if lines else []
        if self.title:
            lines += [self.title, "=" * max(len(self.title), 3), ""]
        lines += [self.parts[slot] + "\n" for slot in slots if slot not in MARKDOWN_SLOTS]
        return "\n".join(lines)

    def _markdown(self, slots: list[str]) -> str:
        lines = [f"{name}: {value}".rstrip() for name, value in self.fields.items()]
        lines = ["---", *lines, "---", ""] if lines else []
        lines += [f"# {self.title}", ""] if self.title else []
        lines += [_in_markdown(slot, self.parts[slot]) + "\n" for slot in slots]
        return "\n".join(lines)


def _in_markdown(slot: str, text: str) -> str:
    """Return a part as Markdown. Headings become Markdown's own: they may not stand in a directive."""
    if slot in MARKDOWN_SLOTS or slot == "text":
        return text
    if slot == "sections":
        return _HEADING.sub(_markdown_heading, text)
    return f"````{{eval-rst}}\n{text}\n````"


def _markdown_heading(found: re.Match[str]) -> str:
    label = f"({found['label']})=\n" if found["label"] else ""
    return f"{label}{_LEVELS[found['line']]} {found['title']}"


@dataclass(frozen=True, slots=True)
class Site:
    """All that lies in a source folder, and the day on which it is built."""

    pages: Mapping[str, Page] = field(default_factory=dict)
    """Pages by file, such as ``sub/a.rst``."""
    files: Mapping[str, File] = field(default_factory=dict)
    """All other files."""
    conf: Mapping[str, str] = field(default_factory=dict)
    """Expressions by name: the assignments in conf.py."""
    hooks: Mapping[str, str] = field(default_factory=dict)
    """Code in conf.py by name; each defines ``setup_<name>(app)``."""
    day: int = 0
    """Days since the first build: what the clock says while the site is built."""

    def changed(self, part: str, name: str, value: object | None) -> Site:
        """Return a site in which *name* in the mapping *part* has the value; None takes it out."""
        mapping: dict[str, Any] = dict(getattr(self, part))
        if value is None:
            mapping.pop(name, None)
        else:
            mapping[name] = value
        values: dict[str, Any] = {part: mapping}
        return replace(self, **values)

    def tree(self) -> dict[str, bytes | Link]:
        """Return every file of the source folder: its bytes, or the link that is in its place."""
        pages = {path: page.text(path[path.rindex(".") :]).encode() for path, page in self.pages.items()}
        files = {
            path: content.encode() if isinstance(content, str) else content for path, content in self.files.items()
        }
        return {"conf.py": self._conf().encode(), **pages, **files}

    @property
    def uses_pronghorn(self) -> bool:
        """Whether anything is asked of Pronghorn, so that stock Sphinx would give another output."""
        has_files = any(path.startswith(("plugins/", "configs/", "pronghorn.toml")) for path in self.files)
        pages = self.pages.values()
        has_fields = any(page.fields.keys() & {"template", "type"} or "lists" in page.parts for page in pages)
        asks_for_site = any(
            path.startswith("_templates/") and "site." in str(content) for path, content in self.files.items()
        )
        has_values = any(name.startswith("pronghorn_") for name in self.conf)
        return has_files or has_fields or asks_for_site or has_values

    @property
    def differs_from_stock(self) -> bool:
        """Whether Pronghorn gives another output than stock Sphinx.

        That has two outputs for lists of to-do items with references, depending on the number of jobs: it resolves
        them only once, for the page that they are on, if it has read and writes that page in one process.
        """
        items = "".join(page.parts.get("todo", "") for page in self.pages.values())
        return self.uses_pronghorn or ("todolist::" in items and ":ref:" in items)

    def _conf(self) -> str:
        extensions = self.conf.get("extensions", "[]")
        lines = ["import os", "import sys", ""]
        lines += ["sys.path[:0] = [os.path.abspath('ext')]"]
        lines += [f"extensions = [*{extensions}, *os.environ[{EXTENSIONS_VARIABLE!r}].split()]"]
        lines += [f"{name} = {value}" for name, value in sorted(self.conf.items()) if name != "extensions"]
        lines += ["", *self.hooks.values(), "", "def setup(app):"]
        return "\n".join([*lines, *(f"    setup_{name}(app)" for name in self.hooks), "    return {}", ""])
