"""Finds the pages that the links of HTML pages lead to."""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from urllib.parse import unquote

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.errors import NoUri
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from .addresses import LINK_TYPE, join_path, source_path_of, split_href

logger = logging.getLogger(__name__)

UrlOf = Callable[[str], str | None]
"""Returns the URL of a page, by docname, relative to the site's root."""


_MODULE_INDEX = "py-modindex"
_INDEX_FILE = re.compile(r"(?:^|/)index\.html?$")


@dataclass(slots=True)
class _SiteMap:
    """Where the pages of a site are, by all the names that a link may give them."""

    docnames: set[str]
    urls: dict[str, str] = field(default_factory=dict)
    """The URL of each page, from the root; without those that the builder does not tell."""
    by_source: dict[str, str] = field(default_factory=dict)
    by_url: dict[str, str] = field(default_factory=dict)
    generated: dict[str, str] = field(default_factory=dict)
    """Pages without a source, such as the index."""

    def find(self, docname: str, folder: str, path: str) -> str | None:
        """Return the page that `path` means on the page `docname`, whose source is in `folder`."""
        by_source = [join_path(folder, path), join_path("", path)]
        own_url = self.urls.get(docname, docname)
        by_url = [join_path(posixpath.dirname(own_url), path), join_path("", path)]
        habitual = [*map(_habitual_docname, (*by_source, *by_url))]
        guesses = chain(
            map(self.by_source.get, by_source),
            map(self._docname, by_source),
            map(self.by_url.get, map(_key_of, by_url)),
            map(self._docname, habitual),
            map(self._docname, (f"{name}/index".lstrip("/") for name in habitual)),
            map(self.generated.get, habitual),
        )
        return next((guess for guess in guesses if guess is not None), None)

    def _docname(self, name: str) -> str | None:
        return name if name in self.docnames else None


class LinkResolver:
    """Resolves links between pages by the path of the source, the docname or the URL of their target.

    :param url_of: the URL of a page; without it the HTML builders are asked, and other builders, that know
        no URLs, follow the habit of HTML: `posts/first.html` and `posts/first/` are the page `posts/first`.
    """

    def __init__(self, url_of: UrlOf | None = None) -> None:
        self._url_of = url_of
        self._site: _SiteMap | None = None

    def connect(self, app: Sphinx) -> None:
        """Listen to Sphinx's events; to be called once, in `setup`."""
        app.connect("missing-reference", self.resolve_link)
        app.connect("warn-missing-reference", self.warn_of_link)
        app.connect("builder-inited", self.forget)
        app.connect("env-updated", self.forget)

    def forget(self, _app: Sphinx, *_args: Any) -> None:
        """Drop what is known of the pages: it has changed, or may have."""
        self._site = None

    def resolve_link(
        self, app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, contnode: nodes.Element
    ) -> nodes.reference | None:
        """Return a reference to the page that `node` names, None if there is none.

        :raises NoUri: if the target is not part of what is built, as the index in a book.
        """
        if node.get("reftype") != LINK_TYPE:
            return None
        if self._site is None:
            self._site = self._map_site(app, env)
        path, fragment = split_href(node["reftarget"])
        source = node["refdoc"]
        target = self._site.find(source, posixpath.dirname(source_path_of(env, source)), path)
        if target is None:
            return None
        if target in self._site.generated.values() and app.builder.format != "html":
            raise NoUri(target)
        reference = make_refnode(app.builder, source, target, fragment, contnode.children)
        for name in ("reftitle", "target", "rel"):
            if name in node:
                reference[name] = node[name]
        return reference

    def warn_of_link(self, _app: Sphinx, _domain: Domain | None, node: addnodes.pending_xref) -> bool | None:
        """Warn of a link that leads nowhere, in place of Sphinx's own warning."""
        if node.get("reftype") != LINK_TYPE:
            return None
        logger.warning(
            "link to %r in %s: no page and no file of that name",
            node["reftarget"],
            node["refdoc"],
            location=node,
            type="pronghorn",
            subtype="link",
        )
        return True

    def _map_site(self, app: Sphinx, env: BuildEnvironment) -> _SiteMap:
        """Return the map of the site; of two pages with one URL the first docname has it."""
        site = _SiteMap(set(env.found_docs))
        url_of = self._url_of or _url_of_builder(app.builder)
        for docname in sorted(site.docnames):
            site.by_source.setdefault(source_path_of(env, docname), docname)
            if (url := url_of(docname)) is not None:
                site.urls[docname] = url
                site.by_url.setdefault(_key_of(url), docname)
        site.generated = {name: name for name in _generated_pages(app, env) if name not in site.docnames}
        site.generated.setdefault("modindex", _MODULE_INDEX)
        return site


def _url_of_builder(builder: Builder) -> UrlOf:
    if builder.format != "html":
        return lambda _docname: None
    return lambda docname: unquote(builder.get_target_uri(docname))


def _generated_pages(app: Sphinx, env: BuildEnvironment) -> Iterator[str]:
    yield from ("genindex", "search", _MODULE_INDEX)
    yield from app.config.html_additional_pages
    for domain in env.domains.sorted():
        yield from (f"{domain.name}-{index.name}" for index in domain.indices)


def _key_of(url: str) -> str:
    """Return what the ways to write the URL of a page have in common."""
    return _INDEX_FILE.sub("", url).strip("/")


def _habitual_docname(path: str) -> str:
    """Return the docname that an HTML builder would give this URL to, were it set up in the usual way."""
    return re.sub(r"\.html?$", "", _key_of(path))
