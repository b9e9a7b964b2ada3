"""Builds in this process: they take a tenth of the time, and the site's objects are there to look at."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from textwrap import dedent
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import translators

import pronghorn
from tests.support.site import Result, Site

_ESCAPE = re.compile(r"\x1b\[[\d;]*m")


@dataclass(frozen=True, slots=True)
class Built(Result):
    """What one build in this process left behind."""

    site: pronghorn.Site
    """Pronghorn's site, as plugins see it."""
    docs_read: tuple[str, ...]
    """The documents that Sphinx parsed, sorted."""
    docs_written: tuple[str, ...]
    """The documents that Sphinx wrote, sorted."""

    @property
    def urls(self) -> dict[str, str]:
        """The URL of each page, by docname."""
        return {page.docname: page.url for page in self.site.pages}


def build(site: Site, builder: str = "html", *, into: str = "build", **config: object) -> Built:
    """Build *site* in this process, and check that nothing below its source directory changes.

    :param into: the folder for output and doctrees. A second build into the same one is incremental.
    :param config: configuration values that override conf.py.
    :raises sphinx.errors.SphinxError: the build was stopped.
    """
    before, warnings = site.files(), StringIO()
    read: list[str] = []
    written: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRONGHORN_CACHE_DIR", str(site.root / "cache"))
        _forget_earlier_builds()
        try:
            with site.app(builder, into=into, warnings=warnings, **config) as app:
                _listen(app, read, written)
                app.build()
        finally:
            assert site.files() == before, "the build changed the source directory"
    return Built(
        app.statuscode,
        "",
        _ESCAPE.sub("", warnings.getvalue()),
        Path(app.outdir),
        Path(app.doctreedir),
        app.pronghorn_site,  # type: ignore[attr-defined]
        tuple(sorted(read)),
        tuple(sorted(written)),
    )


def _forget_earlier_builds() -> None:
    """Take out of Sphinx what earlier builds in this process left there: suffixes of extensions, and translations."""
    default = Config.config_values["source_suffix"].default
    default.clear()
    default[".rst"] = "restructuredtext"
    translators.clear()


def _listen(app: Sphinx, read: list[str], written: list[str]) -> None:
    app.connect("doctree-read", lambda app, _: read.append(app.env.docname))
    app.connect("doctree-resolved", lambda _app, _doctree, docname: written.append(docname))


def build_cleanly(site: Site, builder: str = "html", *, into: str = "build", **config: object) -> Built:
    """Build *site* in this process, and check that it neither warns nor fails."""
    built = build(site, builder, into=into, **config)
    assert not built.warnings, built.warnings
    assert built.exit_code == 0
    return built


def plugin(code: str, *register: str) -> str:
    """Return a plugin's text: *code*, and a ``register_plugin`` made of the lines *register*."""
    body = "".join(f"    {line}\n" for line in register or ("pass",))
    return f"from pronghorn import Content, Metadata\n\n{dedent(code).lstrip()}\n\ndef register_plugin(site):\n{body}"


def small_site(code: str, *register: str) -> dict[str, str | bytes]:
    """Return the files of a site with one page, ``index.md``, and one plugin, ``plugins/p.py``.

    The plugin's own code begins at line 3.
    """
    return {"index.md": "# Home\n", "plugins/p.py": plugin(code, *register)}


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a page of the output."""

    file: str
    """The page's file, relative to the output folder."""
    href: str
    """As the page has it."""
    target: str | None
    """The file it leads to, relative to the output folder; None if it leads elsewhere."""
    text: str
    """What a reader clicks on."""


class _Anchors(HTMLParser):
    """Collects links and ids of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, list[str]]] = []
        self.ids: set[str] = set()
        self._open: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids |= {value for name in ("id", "name") if (value := given.get(name))}
        if tag == "a" and given.get("href") is not None:
            self._open = []
            self.links.append((given["href"] or "", self._open))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open.append(data)


def _parse(path: Path) -> _Anchors:
    parser = _Anchors()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser


def resolve(file: str, href: str) -> str | None:
    """Return the file that *href* on the page *file* leads to, as a server finds it; None if it leads elsewhere."""
    url = urlsplit(urljoin(f"http://site/{file}", href))
    if url.scheme != "http" or url.netloc != "site":
        return None
    path = unquote(url.path).removeprefix("/")
    return path + "index.html" if path.endswith("/") or not path else path


def links_of(result: Result, file: str) -> list[Link]:
    """Return the links of one page of the output."""
    links = _parse(result.outdir / file).links
    place = _quoted(file)
    return [Link(file, href, resolve(place, href), "".join(text).strip()) for href, text in links]


def _quoted(file: str) -> str:
    return file.replace("%", "%25").replace("?", "%3F").replace("#", "%23")


def dead_links(result: Result) -> list[str]:
    """Return each link, of all pages of the output, that leads to no file or to no anchor in it."""
    pages = {path.relative_to(result.outdir).as_posix(): _parse(path) for path in result.outdir.rglob("*.html")}
    return [
        f"{file} -> {href}"
        for file, page in pages.items()
        for href, _ in page.links
        if not _is_alive(result, pages, file, href)
    ]


def _is_alive(result: Result, pages: dict[str, _Anchors], file: str, href: str) -> bool:
    target = resolve(_quoted(file), href)
    if target is None:
        return True
    if not result.exists(target):
        return False
    fragment = unquote(urldefrag(href).fragment)
    return not fragment or target not in pages or fragment in pages[target].ids
