"""Pages that are Jinja templates: loops, macros and data in Markdown and reStructuredText.

Only pages that ask for it are templates, in their front matter or by a pattern; braces in all others stay::

    ---
    macros: true
    ---
    # Downloads

    {% for version in ["1.0", "1.1"] %}
    - [Version {{ version }}](https://example.org/{{ version }}.zip)
    {% endfor %}

Templates know ``page``, ``site`` and ``config``. What they import or include lies in the folder ``_macros``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, TemplateSyntaxError

from pronghorn import Content, Page, Place, Site

__version__ = "1.0"

PRIORITY = 100
"""When all pages are known and other processors are done; earlier than other listeners to that."""

TYPES = ("md", "rst", "html")
"""Types of content that can be templates."""

_FRONT_MATTER = re.compile(r"---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*\n", re.DOTALL | re.MULTILINE)
_WILDCARDS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
_ANSWERS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass
class Macros:
    """The plugin's table."""

    patterns: list[str] = field(default_factory=list)
    """Which pages are templates without saying so, by the paths of their files below the source directory."""
    folders: list[str] = field(default_factory=lambda: ["_macros"])
    """Where files lie that pages import or include, below the source directory."""
    variable: list[str] = field(default_factory=lambda: ["{{", "}}"])
    """What stands around an expression."""
    block: list[str] = field(default_factory=lambda: ["{%", "%}"])
    """What stands around a statement."""
    comment: list[str] = field(default_factory=lambda: ["{#", "#}"])
    """What stands around a comment."""

    def delimiters(self) -> dict[str, Any]:
        """Return the arguments of an environment.

        :raises ValueError: one of them is not a pair.
        """
        pairs = {"variable": self.variable, "block": self.block, "comment": self.comment}
        for name, pair in pairs.items():
            if len(pair) != 2 or not all(pair):  # noqa: PLR2004 - a pair
                raise ValueError(f"macros: '{name}' is a list of two texts, not {pair!r}")
        return {
            f"{name}_{end}_string": text
            for name, pair in pairs.items()
            for end, text in zip(("start", "end"), pair, strict=True)
        }


class MacroFiles(BaseLoader):
    """Finds what pages import or include; what is misspelt is told."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = list(folders)

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        """Return the text of a file, and its path.

        :raises TemplateNotFound: there is no such file, or its path leads out of the folder.
        """
        del environment
        is_inside = ".." not in template.split("/") and not template.startswith("/")
        for folder in self._folders if is_inside else ():
            if (folder / template).is_file():
                return (folder / template).read_text(encoding="utf-8-sig"), str(folder / template), None
        near = difflib.get_close_matches(template, self.list_templates(), n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        folders = ", ".join(f"'{folder.name}'" for folder in self._folders)
        raise TemplateNotFound(template, f"there is no file '{template}' in {folders}{hint}")

    def list_templates(self) -> list[str]:
        """Return the names of all files."""
        return sorted(file.relative_to(folder).as_posix() for folder in self._folders for file in folder.rglob("*.*"))


class MacroPages:
    """Renders the pages that are templates."""

    def __init__(self, site: Site, table: Macros) -> None:
        self._site = site
        self._table = table
        self._wanted = compile_patterns(table.patterns)
        self._prepared = site.signals.register_signal("macros_environment_prepared", ["env", "site"])

    def render_all(self, site: Site) -> None:
        """Return an output to each page that is a template."""
        pages = [page for page in site.pages if self._is_wanted(page)]
        if not pages:
            return
        environment = self._make_environment()
        for page in pages:
            self._render(page, environment)

    def _make_environment(self) -> Environment:
        environment = Environment(  # noqa: S701 - pages are markup, and say themselves what they escape
            undefined=StrictUndefined,
            loader=MacroFiles(self._site.srcdir / folder for folder in self._table.folders),
            keep_trailing_newline=True,
            extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
            **self._table.delimiters(),
        )
        environment.globals.update(site=self._site, config=self._site.config)
        self._prepared.emit(environment, self._site)
        return environment

    def _is_wanted(self, page: Page) -> bool:
        said = page.metadata.get("macros") if page.metadata is not None else None
        if said is None:
            return page.source is not None and bool(self._wanted.fullmatch(page.source.relpath))
        answer = _ANSWERS.get(str(said).strip().lower())
        if answer is None:
            self._site.log.error("'macros' is true or false, not %r", said, location=_place(page))
        return bool(answer)

    def _render(self, page: Page, environment: Environment) -> None:
        content = page.output or page.input
        if content is None or content.type not in TYPES or not isinstance(content.content, str):
            self._site.log.error("a page of this kind cannot be a template", location=_place(page))
            return
        name = str(page.source.path) if page.source is not None else page.docname
        try:
            page.output = Content(content.type, _rendered(environment, content.content, name, {"page": page}))
        except Exception as error:  # noqa: BLE001 - whatever the page's own code makes of what it is given
            self._report(page, error, name)
            page.output = Content(content.type, content.content)

    def _report(self, page: Page, error: Exception, name: str) -> None:
        """Name the line of the page, or of the file that it uses, in which the error arose."""
        folders = [str(self._site.srcdir / folder) for folder in self._table.folders]
        files = [place for place in _places(error) if place[0] == name or place[0].startswith(tuple(folders))]
        file, line = files[-1] if files else (name, 1)
        where = "" if file == name else f", used by the page '{page.docname}'"
        location = Place(Path(file), line) if Path(file).is_absolute() else file
        self._site.log.error("%s%s", _told(error), where, location=location)


def _rendered(environment: Environment, text: str, name: str, names: Mapping[str, Any]) -> str:
    """Render a text but for its front matter. Lines are counted from its beginning."""
    front = _FRONT_MATTER.match(text)
    head = front[0] if front else ""
    skipped = "\n" * head.count("\n")
    code = environment.compile(skipped + text[len(head) :], name, name)
    template = environment.template_class.from_code(environment, code, environment.make_globals(None))
    return head + template.render(names)[len(skipped) :]


def _places(error: Exception) -> Iterator[tuple[str, int]]:
    """Return file and line of each step, from the page to where the error arose."""
    step: TracebackType | None = error.__traceback__
    while step is not None:
        yield step.tb_frame.f_code.co_filename, step.tb_lineno
        step = step.tb_next
    if isinstance(error, TemplateSyntaxError) and error.filename:
        yield error.filename, error.lineno


def _told(error: Exception) -> str:
    if isinstance(error, TemplateSyntaxError | TemplateNotFound):
        return error.message or str(error)
    return f"{type(error).__name__}: {error}"


def _place(page: Page) -> Place | str:
    return Place(page.source.path) if page.source is not None else page.docname


def compile_patterns(patterns: Iterable[str]) -> re.Pattern[str]:
    """Make a regular expression that matches what any of *patterns* does; of none of them, nothing."""
    pieces = [re.split(r"(\*\*/|\*\*|\*|\?)", pattern.replace("\\", "/")) for pattern in patterns]
    parts = ["".join(_WILDCARDS.get(piece, re.escape(piece)) for piece in some) for some in pieces]
    return re.compile("|".join(parts) if parts else r"(?!)", re.DOTALL)


def register_plugin(site: Site) -> None:
    """Declare the table, and render when all pages are known."""
    table = site.config.update_plugin_table("macros", Macros())
    table.delimiters()
    site.signals.processors_finished.connect(MacroPages(site, table).render_all, priority=PRIORITY)
