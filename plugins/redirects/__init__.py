"""Old addresses of pages lead to where the pages are now.

A page says where it was, in its front matter; links to other places stand in the plugin's table::

    ---
    aliases: [install.html, old/setup/]
    ---

    # conf.py
    pronghorn_plugins_enabled = ["redirects"]
    pronghorn_plugins = {"redirects": {"urls": {"faq.html": "guide/questions", "shop/": "https://example.org/"}}}

An old address that ends in ``.html`` is that file, any other is a folder. Where it leads to is a docname, perhaps with
a fragment, or an address with ``https://``.
"""

from __future__ import annotations

import difflib
import html
import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urljoin

from pronghorn import Page, Place, Site

__version__ = "1.0"

PRIORITY = 900
"""After all pages are made."""

_EXTERNAL = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_UNUSABLE = re.compile(r'[\x00-\x1f\x7f?#"<>|*:]')

DOCUMENT = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="canonical" href="{canonical}">
<meta name="robots" content="noindex">
<script>location.replace({script})</script>
<meta http-equiv="refresh" content="0; url={target}">
</head>
<body>
<p><a href="{target}">{title}</a></p>
</body>
</html>
"""


@dataclass
class RedirectTable:
    """The plugin's table."""

    urls: dict[str, str] = field(default_factory=dict)
    """Old addresses, and where each leads to: a docname, or an address with ``https://``."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """One old address."""

    alias: str
    """As it was given."""
    file: str
    """The file below the output folder."""
    target: str
    """A docname, or an external address; perhaps with a fragment."""
    place: Place | str
    """Where it was given."""


class Redirects:
    """Finds all redirects, and makes a file of each."""

    def __init__(self, site: Site, table: RedirectTable) -> None:
        self._site = site
        self._table = table

    def make_all(self, site: Site) -> None:
        """Declare the files; what cannot be is an error, and left out."""
        found: dict[str, Redirect] = {}
        taken = {_file_of(page.url): page for page in site.pages}
        for redirect in self._given():
            page, other = taken.get(redirect.file), found.get(redirect.file)
            if page is not None:
                self._error(redirect, f"that is the address of the page '{page.docname}'; it stays")
            elif other is not None and other.target != redirect.target:
                self._error(redirect, f"it leads to '{other.target}' already ({_shown(other.place, site)})")
            else:
                found[redirect.file] = redirect
        for redirect in found.values():
            target = self._resolved(redirect, found)
            if target is not None:
                declare(site, redirect.file, target)

    def _given(self) -> Iterator[Redirect]:
        for page in self._site.pages:
            place = Place(page.source.path) if page.source is not None else page.docname
            for alias in self._aliases_of(page, place):
                yield from self._checked(alias, page.docname, _line_of(place, alias))
        for alias, target in self._table.urls.items():
            yield from self._checked(alias, target, self._place_in_configuration(alias))

    def _aliases_of(self, page: Page, place: Place | str) -> Iterable[str]:
        given = page.metadata.get("aliases") if page.metadata is not None else None
        if isinstance(given, str):  # in reStructuredText, a list has no other form
            return [alias for part in given.split(",") if (alias := part.strip())]
        if given is None:
            return []
        if isinstance(given, list) and all(isinstance(alias, str) for alias in given):
            return given
        place = _line_of(place, "aliases")
        self._site.log.error("'aliases' is a list of addresses, not %r", given, location=place)
        return []

    def _checked(self, alias: str, target: str, place: Place | str) -> Iterator[Redirect]:
        path = alias.replace("\\", "/").strip().removeprefix("/")
        parts = path.removesuffix("/").split("/")
        if _UNUSABLE.search(path) or any(part in {"", ".", ".."} for part in parts):
            self._error(Redirect(alias, "", target, place), "it is not a path of a page of this site")
        elif not target.strip():
            self._error(Redirect(alias, "", target, place), f"it leads to {target!r}, which is not a docname")
        else:
            yield Redirect(alias, _file_of(path), target.strip(), place)

    def _place_in_configuration(self, alias: str) -> Place:
        """Find the line that gives an alias: values may stand in one of these files."""
        folder = Path(self._site.app.confdir)
        files = [folder / name for name in ("configs/redirects.toml", "configs/redirects.ini", "pronghorn.toml")]
        for file in files:
            if file.is_file() and alias in file.read_text(encoding="utf-8", errors="replace"):
                return _line_in(file, alias)
        return _line_in(folder / "conf.py", alias)

    def _resolved(self, redirect: Redirect, redirects: Mapping[str, Redirect]) -> str | None:
        """Return where a redirect leads to in the end; None if nowhere, which is an error."""
        way = [redirect]
        while (end := self._end_of(way[-1].target)) is None:
            target = way[-1].target
            following = redirects.get(_file_of(target.partition("#")[0].removeprefix("/")))
            if _SCHEME.match(target):
                self._error(redirect, f"it leads to '{target}', which is not a web address")
                return None
            if following is None:
                self._error(redirect, self._told_as_unknown(target))
                return None
            if following in way:
                loop = " -> ".join(f"'{one.alias}'" for one in [*way, following])
                self._error(redirect, f"it leads in a circle: {loop}")
                return None
            way.append(following)
        return end

    def _end_of(self, target: str) -> str | None:
        return target if _EXTERNAL.match(target) else self._docname_of(target)

    def _docname_of(self, target: str) -> str | None:
        """Return the docname of a page by its docname or URL, with the fragment; None if there is no such page."""
        name, separator, fragment = target.partition("#")
        name = name.removeprefix("/")
        if name in self._site.pages:
            return name + separator + fragment
        page = next((page for page in self._site.pages if name and page.url == name), None)
        return None if page is None else page.docname + separator + fragment

    def _told_as_unknown(self, target: str) -> str:
        name = target.partition("#")[0].removeprefix("/")
        near = difflib.get_close_matches(name, [page.docname for page in self._site.pages], n=1)
        return f"it leads to '{target}', and there is no such page" + (f"; did you mean '{near[0]}'?" if near else "")

    def _error(self, redirect: Redirect, problem: str) -> None:
        self._site.log.error("the redirect from '%s' is left out: %s", redirect.alias, problem, location=redirect.place)


def declare(site: Site, file: str, target: str) -> None:
    """Declare the file of one redirect.

    :param target: a docname or an external address.
    """

    @site.sub_artifact(file)
    def redirect() -> str:
        return document(site, file, target)


def document(site: Site, file: str, target: str) -> str:
    """Return the HTML that leads from a file of the output to a page, or to an external address."""
    docname, separator, fragment = target.partition("#")
    page = site.find(docname)
    title, address, canonical = target, target, target
    if page is not None:
        path = quote(page.url) + (separator + quote(fragment) if fragment else "")
        folder = posixpath.dirname(file)
        title, address = page.title, "../" * (folder.count("/") + 1 if folder else 0) + path
        address = address or "./"
        canonical = urljoin(site.config.url.removesuffix("/") + "/", path) if site.config.url else address
    script = json.dumps(address).replace("<", "\\u003c")
    if page is not None and not separator:
        script += " + location.search + location.hash"
    return DOCUMENT.format(
        language=html.escape(site.config.language),
        title=html.escape(title),
        canonical=html.escape(canonical),
        target=html.escape(address),
        script=script,
    )


def _file_of(url: str) -> str:
    """Return the file of an address: one that ends in ``.html`` is a file, any other a folder."""
    if url.endswith("/") or posixpath.splitext(url)[1].lower() not in {".html", ".htm"}:
        return posixpath.join(url, "index.html")
    return url


def _line_of(place: Place | str, text: str) -> Place | str:
    return _line_in(place.file, text) if isinstance(place, Place) else place


def _line_in(file: Path, text: str) -> Place:
    """Return the first line of a file that has a text."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file.is_file() else []
    return Place(file, next((number for number, line in enumerate(lines, 1) if text in line), 1))


def _shown(place: Place | str, site: Site) -> str:
    return str(place.below(site.srcdir)) if isinstance(place, Place) else place


def register_plugin(site: Site) -> None:
    """Declare the table, and redirect when all pages are known."""
    table = site.config.update_plugin_table("redirects", RedirectTable())
    site.signals.processors_finished.connect(Redirects(site, table).make_all, priority=PRIORITY)
