"""Edits: values that make one site of another. An edit that does not fit a site leaves it as it is."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from tests.edits.site import File, Link, Page, Site


class Edit(Protocol):
    """Something that an author does."""

    def __call__(self, site: Site) -> Site:
        """Return the site after the edit."""


@dataclass(frozen=True, slots=True)
class Part:
    """Write, change or take out (None) a part of a page."""

    page: str
    slot: str
    text: str | None

    def __call__(self, site: Site) -> Site:
        page = site.pages.get(self.page)
        if page is None:
            return site
        parts = {**page.parts, self.slot: self.text or ""}
        return site.changed(
            "pages", self.page, replace(page, parts={slot: text for slot, text in parts.items() if text})
        )


@dataclass(frozen=True, slots=True)
class MovePart:
    """Take a part out of one page and put it into another, in place of what is there."""

    slot: str
    source: str
    target: str

    def __call__(self, site: Site) -> Site:
        page = site.pages.get(self.source)
        if page is None or self.target not in site.pages or self.source == self.target:
            return site
        without = Part(self.source, self.slot, None)(site)
        return Part(self.target, self.slot, page.parts.get(self.slot))(without)


@dataclass(frozen=True, slots=True)
class Title:
    """Change the heading of a page."""

    page: str
    title: str

    def __call__(self, site: Site) -> Site:
        page = site.pages.get(self.page)
        return site if page is None else site.changed("pages", self.page, replace(page, title=self.title))


@dataclass(frozen=True, slots=True)
class Field:
    """Write, change or take out (None) a field of a page's metadata."""

    page: str
    name: str
    value: str | None

    def __call__(self, site: Site) -> Site:
        page = site.pages.get(self.page)
        if page is None:
            return site
        fields = {name: value for name, value in page.fields.items() if name != self.name}
        if self.value is not None:
            fields[self.name] = self.value
        return site.changed("pages", self.page, replace(page, fields=fields))


@dataclass(frozen=True, slots=True)
class AddPage:
    """Make a page; nothing happens if it is there."""

    path: str
    title: str
    text: str

    def __call__(self, site: Site) -> Site:
        if self.path in site.pages or self.path in site.files:
            return site
        return site.changed("pages", self.path, Page(self.title, {"text": self.text}))


@dataclass(frozen=True, slots=True)
class DeletePage:
    """Remove a page, or the symbolic link in its place."""

    path: str

    def __call__(self, site: Site) -> Site:
        return site.changed("pages", self.path, None).changed("files", self.path, None)


@dataclass(frozen=True, slots=True)
class RenamePage:
    """Return a page another name, maybe in another folder or format, in place of the page that has it."""

    path: str
    to: str

    def __call__(self, site: Site) -> Site:
        page = site.pages.get(self.path)
        if page is None or self.to in site.files or self.to == self.path:
            return site
        return site.changed("pages", self.path, None).changed("pages", self.to, page)


@dataclass(frozen=True, slots=True)
class SwapPages:
    """Exchange what is in two pages."""

    one: str
    two: str

    def __call__(self, site: Site) -> Site:
        one, two = site.pages.get(self.one), site.pages.get(self.two)
        if one is None or two is None:
            return site
        return site.changed("pages", self.one, two).changed("pages", self.two, one)


@dataclass(frozen=True, slots=True)
class LinkPage:
    """Put a symbolic link to a page in the place of another."""

    path: str
    to: str

    def __call__(self, site: Site) -> Site:
        if self.path == self.to:
            return site
        target = posixpath.relpath(self.to, posixpath.dirname(self.path) or ".")
        return site.changed("pages", self.path, None).changed("files", self.path, Link(target))


@dataclass(frozen=True, slots=True)
class PutFile:
    """Write, replace or remove (None) a file that is not a page."""

    path: str
    content: File | None

    def __call__(self, site: Site) -> Site:
        return site.changed("files", self.path, self.content)


@dataclass(frozen=True, slots=True)
class Conf:
    """Set a value in conf.py, or take it out (None)."""

    name: str
    expression: str | None

    def __call__(self, site: Site) -> Site:
        return site.changed("conf", self.name, self.expression)


@dataclass(frozen=True, slots=True)
class Hook:
    """Put code into conf.py, change it, or take it out (None)."""

    name: str
    code: str | None

    def __call__(self, site: Site) -> Site:
        return site.changed("hooks", self.name, self.code)


@dataclass(frozen=True, slots=True)
class Days:
    """Let some days pass."""

    number: int

    def __call__(self, site: Site) -> Site:
        return replace(site, day=site.day + self.number)


@dataclass(frozen=True, slots=True)
class Revert:
    """Go back to what the site was some edits ago; time does not. It is not an edit by itself: it needs the past."""

    edits: int

    def of(self, site: Site, past: Sequence[Site]) -> Site:
        """Return the site as it was.

        :param past: what *site* was before, the oldest first.
        """
        return replace(past[-min(self.edits, len(past))], day=site.day) if past else site


AnyEdit = Edit | Revert


def sites_after(site: Site, past: Sequence[Site], edits: Sequence[AnyEdit]) -> list[Site]:
    """Return the site after each of *edits*."""
    sites = [*past, site]
    for edit in edits:
        sites.append(edit.of(sites[-1], sites[:-1]) if isinstance(edit, Revert) else edit(sites[-1]))
    return sites[len(past) + 1 :]
