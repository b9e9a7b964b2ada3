"""``toctree()`` of the templates, fast."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator

from pronghorn.sphinx_ext.navigation.furo import furo_marks
from pronghorn.sphinx_ext.navigation.template import Template
from pronghorn.sphinx_ext.navigation.tree import Options, UnsupportedTreeError, resolve_tree
from pronghorn.warnings import Reporter

_CHECKED_PAGES = 2
"""How many pages of each kind are compared with what Sphinx itself gives."""

_WORTHWHILE_SHARE = 25
"""Making a template takes as long as Sphinx's own way on about one of so many pages of the site."""

_ARGUMENTS = frozenset({"maxdepth", "titles_only", "includehidden"})


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of navigation: pages of one kind differ only in what is current."""

    options: Options
    collapse: bool = False
    is_furo: bool = False


_FURO = _Kind(Options(maxdepth=-1, titles_only=True, includehidden=True), is_furo=True)

Stock = Callable[[], str]
"""Gives the navigation Sphinx's own way."""


class Navigation:
    """The navigation of one build.

    Touches ``StandaloneHTMLBuilder._get_local_toctree`` and ``render_partial``, ``TocTree.resolve`` and
    ``env.toctree_includes``. The first pages of each kind are compared with Sphinx's own result, and one
    difference, or a tree that marks cannot express, leaves the rest of the build to Sphinx.
    """

    def __init__(self, builder: StandaloneHTMLBuilder, translator: type, reporter: Reporter) -> None:
        self._builder = builder
        self._translator = translator
        self._reporter = reporter
        self._templates: dict[tuple[Options, bool], Template | None] = {}
        self._to_check: dict[_Kind, int] = {}
        self._parents: dict[str, str] | None = None
        self._is_worthwhile = True

    def expect(self, n_pages: int) -> None:
        """Learn how many pages are going to be written: for a few of a large site, Sphinx's own way is faster."""
        self._is_worthwhile = n_pages * _WORTHWHILE_SHARE >= len(self._builder.env.found_docs)

    def toctree(self, stock: Stock, docname: str, *, collapse: bool, arguments: dict[str, Any]) -> str:
        """Give what ``toctree()`` gives on the page *docname*."""
        options = _options_of(arguments)
        return stock() if options is None else self._checked(_Kind(options, collapse=collapse), docname, stock)

    def furo_sidebar(self, stock: Stock, docname: str) -> str:
        """Give the sidebar of the furo theme on the page *docname*."""
        return self._checked(_FURO, docname, stock)

    def _checked(self, kind: _Kind, docname: str, stock: Stock) -> str:
        if not self._is_worthwhile and (kind.options, kind.is_furo) not in self._templates:
            return stock()
        try:
            template = self._template_for(kind)
            fast = self._write(template, kind, docname) if template is not None else None
        except UnsupportedTreeError as error:
            self._give_up(kind, str(error))
            fast = None
        if fast is None:
            return stock()
        if self._to_check.setdefault(kind, _CHECKED_PAGES):
            self._to_check[kind] -= 1
            expected = stock()
            if fast != expected:
                self._give_up(kind, f"the result differs on page '{docname}'")
                return expected
        return fast

    def _template_for(self, kind: _Kind) -> Template | None:
        key = (kind.options, kind.is_furo)
        if key not in self._templates:
            self._templates[key] = self._make_template(kind)
        return self._templates[key]

    def _give_up(self, kind: _Kind, reason: str) -> None:
        self._templates[kind.options, kind.is_furo] = None
        self._reporter.info(f"[pronghorn] the navigation is left to Sphinx: {reason}")

    def _make_template(self, kind: _Kind) -> Template:
        builder, env = self._builder, self._builder.env
        if self._translator is not HTML5Translator:
            raise UnsupportedTreeError("the site has an HTML translator of its own")
        tree = resolve_tree(env, builder.tags, kind.options)
        html = builder.render_partial(tree.node)["fragment"]
        if kind.is_furo:
            html = furo_marks(html)
        return Template(html, tree.items, tree.docnames, lambda docname: int(env.metadata[docname].get("tocdepth", 0)))

    def _write(self, template: Template, kind: _Kind, docname: str) -> str:
        folder = posixpath.dirname(self._builder.get_target_uri(docname))
        base = posixpath.join(folder, "\ue002")  # a page in that folder which none is
        escaped = _escaped_by_furo if kind.is_furo else _escaped

        def href(target: str) -> str:
            return escaped(relative_uri(base, self._builder.get_target_uri(target)))

        if kind.collapse:
            return template.collapsed(docname, href, self._ancestors_of(docname))
        return template.whole(docname, href, folder)

    def _ancestors_of(self, docname: str) -> dict[str, None]:
        """Give the page, the page in whose toctree it is, and so on, as Sphinx determines them."""
        if self._parents is None:
            self._parents = {}
            for parent, children in self._builder.env.toctree_includes.items():
                self._parents.update(dict.fromkeys(children, parent))
        found: dict[str, None] = {}
        while docname in self._parents and docname not in found:
            found[docname] = None
            docname = self._parents[docname]
        return found


def _options_of(arguments: dict[str, Any]) -> Options | None:
    """Understand the arguments of ``toctree()``; None if there are unknown ones, of which Sphinx shall complain."""
    if not _ARGUMENTS.issuperset(arguments):
        return None
    given = arguments.get("maxdepth", 0)
    try:
        maxdepth = int(given) if given != "" else 0
    except (TypeError, ValueError):
        return None
    return Options(maxdepth, bool(arguments.get("titles_only")), bool(arguments.get("includehidden", False)))


def _escaped(address: str) -> str:
    """Write an address as docutils writes the value of an attribute."""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), ('"', "&quot;"), (">", "&gt;"), ("@", "&#64;")):
        address = address.replace(character, entity)
    return address


def _escaped_by_furo(address: str) -> str:
    """Write an address as BeautifulSoup does."""
    if '"' in address:
        raise UnsupportedTreeError(f"the address {address!r} has a quotation mark")
    return _escaped(address).replace("&#64;", "@")
