"""Writes pages as Markdown. Each generator's own form of it is a class that changes what differs."""

import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchmarks.others.content import (
    Block,
    Bullets,
    Code,
    Figure,
    Heading,
    Link,
    Note,
    Page,
    Paragraph,
    PyObject,
    Table,
)


class Markdown:
    """The Markdown of Python-Markdown with its usual extensions, which MkDocs and Zensical read."""

    def page(self, page: Page, titles: Mapping[str, str]) -> str:
        """Return the text of a page.

        :param titles: those of all pages, by name.
        """
        parts = [self.head(page), *(self.block(page, block) for block in page.blocks)]
        if page.children:
            parts.append(self.listing(page, titles))
        return "\n\n".join(parts) + "\n"

    def head(self, page: Page) -> str:
        """Return what stands before the text: the title."""
        return f"# {page.title}"

    def listing(self, page: Page, titles: Mapping[str, str]) -> str:
        """Return a list of a page's children."""
        return self.block(page, Bullets(tuple(Link(titles[name], name) for name in page.children)))

    def block(self, page: Page, block: Block) -> str:
        """Return a block of a page."""
        writers: Mapping[type, Callable[[Page, Any], str]] = {
            Paragraph: self.paragraph,
            Heading: lambda _, heading: f"{'#' * heading.level} {heading.text}",
            Bullets: self._bullets,
            Code: lambda _, code: f"```python\n{code.text}\n```",
            Table: lambda _, table: "\n".join(_table_lines(table)),
            Note: self.note,
            Figure: self.figure,
            PyObject: self.py_object,
        }
        return writers[type(block)](page, block)

    def paragraph(self, page: Page, paragraph: Paragraph) -> str:
        """Return a paragraph."""
        return "".join(self._inline(page, part) for part in paragraph.parts)

    def link(self, page: Page, link: Link) -> str:
        """Return a link from a page."""
        return f"[{link.text}]({_relative(page, link.target)}.md)"

    def note(self, page: Page, note: Note) -> str:
        """Return a box with text."""
        return f"!!! note\n\n    {self.paragraph(page, note.paragraph)}"

    def figure(self, page: Page, figure: Figure) -> str:
        """Return an image with its caption."""
        return f"![{figure.caption}]({self.image(page, figure.image)})\n\n*{figure.caption}*"

    def image(self, page: Page, image: str) -> str:
        """Return the address of an image on a page."""
        return _relative(page, image)

    def py_object(self, page: Page, found: PyObject) -> str:
        """Return a heading, the signature as code, the text, the parameters, and the members."""
        level = 4 if found.kind == "method" else 3
        keyword = "class" if found.kind == "class" else "def"
        parts = [f"{'#' * level} {found.name}", f"```python\n{keyword} {found.name}{found.signature}\n```"]
        parts.append(self.paragraph(page, found.text))
        if found.parameters:
            parts.append("\n".join(f"- `{name}`: {text}" for name, text in found.parameters))
        return "\n\n".join([*parts, *(self.py_object(page, member) for member in found.members)])

    def _bullets(self, page: Page, bullets: Bullets) -> str:
        return "\n".join(f"- {self._inline(page, item)}" for item in bullets.items)

    def _inline(self, page: Page, part: str | Link) -> str:
        return self.link(page, part) if isinstance(part, Link) else part


class Myst(Markdown):
    """The Markdown of Sphinx: directives for what Sphinx knows more about."""

    def listing(self, page: Page, _titles: Mapping[str, str]) -> str:
        """Return a toctree."""
        entries = "\n".join(f"/{name}" for name in page.children)
        return f"```{{toctree}}\n:maxdepth: 1\n\n{entries}\n```"

    def note(self, page: Page, note: Note) -> str:
        """Return a directive."""
        return f"```{{note}}\n{self.paragraph(page, note.paragraph)}\n```"

    def figure(self, _page: Page, figure: Figure) -> str:
        """Return a directive."""
        return f"```{{figure}} /{figure.image}\n\n{figure.caption}\n```"

    def py_object(self, page: Page, found: PyObject) -> str:
        """Return a directive of the Python domain, with those of the members in it."""
        fields = "\n".join(f":param {name}: {text}" for name, text in found.parameters)
        inner = "\n\n".join([self.paragraph(page, found.text), *(self.py_object(page, m) for m in found.members)])
        fence = "````" if found.members else "```"
        return f"{fence}{{py:{found.kind}}} {found.name}{found.signature}\n\n{inner}\n\n{fields}\n{fence}"


def _relative(page: Page, target: str) -> str:
    """Return the path of a file as seen from a page."""
    return posixpath.relpath(target, posixpath.dirname(page.name) or ".")


def _table_lines(table: Table) -> Iterator[str]:
    heading, *rows = table.rows
    yield f"| {' | '.join(heading)} |"
    yield f"|{' --- |' * len(heading)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
