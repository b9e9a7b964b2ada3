"""``toctree()`` of the templates, and the sidebars that themes make of it, fast."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sphinx import addnodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator

from pronghorn.seam.rows.navigation import LOCAL_TOCTREE, PYDATA_CACHE, TOCTREE_INCLUDES
from pronghorn.speed.garbage import collected_after
from pronghorn.speed.navigation.furo import furo_marks, stock_sidebar
from pronghorn.speed.navigation.pydata import pydata_marks
from pronghorn.speed.navigation.template import Rendered, Template
from pronghorn.speed.navigation.tree import Options, UnsupportedTreeError, resolve_tree, tocdepth_of
from pronghorn.warnings import Reporter

CHECKED_PAGES = 2
"""How many pages of each kind are compared with what Sphinx itself gives."""

_WORTHWHILE_SHARE = 25
"""Making a template takes as long as Sphinx's own way on about one of so many pages of the site."""

_ARGUMENTS = frozenset({"maxdepth", "titles_only", "includehidden"})

_PLAIN_TRANSLATORS = frozenset({("pydata_sphinx_theme.translator", "BootstrapHTML5TranslatorMixin")})
"""Classes put in front of Sphinx's translator that write the navigation of each page in the same way."""

_FURO, _PYDATA = "furo", "pydata"


@dataclass(frozen=True, slots=True)
class TreeKind:
    """Which tree is shown, and what the theme makes of it."""

    options: Options
    theme: str = ""
    """The theme that changes the rendered tree; empty if none does."""
    root: str = ""
    """The page whose toctrees are shown; empty for the root page."""
    level: int = 1
    """Down to which level pydata-sphinx-theme unfolds everything."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of navigation: pages of one kind differ only in what is current."""

    tree: TreeKind
    collapse: bool = False


_FURO_KIND = _Kind(TreeKind(Options(maxdepth=-1, titles_only=True, includehidden=True), _FURO))

Stock = Callable[[], str]
"""Gives the navigation Sphinx's own way."""


class Navigation:
    """The navigation of one build.

    The first pages of each kind are compared with Sphinx's own result, and one difference, or a tree that marks cannot
    express, leaves the rest of the build to Sphinx.

    :param reporter: told of that; None if Sphinx makes the navigation anyway, and this is only asked what it is.
    """

    def __init__(self, builder: StandaloneHTMLBuilder, translator: type, reporter: Reporter | None) -> None:
        self._builder = builder
        self._translator = translator
        self._reporter = reporter
        self._templates: dict[TreeKind, Template] = {}
        self._to_check: dict[_Kind, int] = {}
        self._parents: dict[str, str] | None = None
        self._is_worthwhile = True
        self._is_left = False
        self._is_set_aside = False

    def expect(self, n_pages: int) -> None:
        """Learn how many pages are going to be written: for a few of a large site, Sphinx's own way is faster."""
        self._is_worthwhile = n_pages * _WORTHWHILE_SHARE >= len(self._builder.env.found_docs)

    def leave(self, reason: str) -> None:
        """Leave the rest of the build to Sphinx, and say so once."""
        if not self._is_left and self._reporter is not None:
            self._reporter.info(f"[pronghorn] the navigation is left to Sphinx: {reason}")
        self._is_left = True

    def toctree(self, stock: Stock, docname: str, /, collapse: bool = True, **arguments: Any) -> str:
        """Return what ``toctree()`` gives on the page *docname*."""
        options = _options_of(arguments)
        if options is None or self._is_set_aside:
            return stock()
        return self._checked(_Kind(TreeKind(options), collapse), docname, stock)

    def set_aside(self, toctree: Callable[[], str]) -> str:
        """Make *toctree*, which a template would call, give Sphinx's own: what a theme makes of it is compared."""
        self._is_set_aside = True
        try:
            with collected_after():
                return toctree()
        finally:
            self._is_set_aside = False

    def furo_sidebar(self, stock: Stock, docname: str) -> str:
        """Return the sidebar of the furo theme on the page *docname*."""
        return self._checked(_FURO_KIND, docname, stock)

    def pydata_sidebar(self, stock: Stock, docname: str, startdepth: int, level: int, arguments: dict[str, Any]) -> str:
        """Return the sidebar of pydata-sphinx-theme on the page *docname*.

        :param startdepth: where its tree starts: 0 for the whole one, else for the part that the page is in.
        :param level: the level down to which it is unfolded.
        :param arguments: those of ``toctree()``.
        """
        kind = self._pydata_kind(docname, startdepth, level, arguments)
        return stock() if kind is None else self._checked(kind, docname, stock)

    def find_toctree(self, docname: str, collapse: bool, arguments: dict[str, Any]) -> str | None:
        """Return what :meth:`toctree` gives, if it can be made fast; None if it cannot."""
        options, toctree = _options_of(arguments), partial(LOCAL_TOCTREE.of(self._builder), docname)
        stock = partial(self.set_aside, partial(toctree, collapse, **arguments))
        return None if options is None else self._found(_Kind(TreeKind(options), collapse), docname, stock)

    def find_furo_sidebar(self, docname: str) -> str | None:
        """Return the sidebar of the furo theme, if it can be made fast; None if it cannot."""
        toctree = partial(LOCAL_TOCTREE.of(self._builder), docname)
        return self._found(_FURO_KIND, docname, lambda: stock_sidebar(toctree, self.set_aside))

    def find_pydata_sidebar(self, docname: str, startdepth: int, level: int, arguments: dict[str, Any]) -> str | None:
        """Return that sidebar as it is made fast, unchecked; None if it is not made so."""
        kind = self._pydata_kind(docname, startdepth, level, arguments)
        return None if kind is None or self._is_left else self._made(kind, docname)

    def _pydata_kind(self, docname: str, startdepth: int, level: int, arguments: dict[str, Any]) -> _Kind | None:
        if PYDATA_CACHE.is_there:  # then the theme makes its tree without toctree(), once for each folder
            return None
        others = {name: value for name, value in arguments.items() if name != "collapse"}
        options = _options_of(others)
        root = self._part_of(docname, startdepth)
        if options is None or root is None or arguments.get("collapse", True):
            return None
        return _Kind(TreeKind(options, _PYDATA, root, level))

    def _part_of(self, docname: str, startdepth: int) -> str | None:
        """Return the ancestor of a page that is *startdepth* levels below the root; None if there is none."""
        if startdepth == 0:
            return ""
        ancestors = list(self._ancestors_of(docname))
        return ancestors[-startdepth] if 0 < startdepth <= len(ancestors) else None

    def _checked(self, kind: _Kind, docname: str, stock: Stock) -> str:
        is_possible = self._is_worthwhile or kind.tree in self._templates
        fast = self._found(kind, docname, stock) if is_possible else None
        return stock() if fast is None else fast

    def _found(self, kind: _Kind, docname: str, stock: Stock) -> str | None:
        """Make the navigation, on the first pages compared with Sphinx's own; None if it cannot be made in this way."""
        fast = None if self._is_left else self._made(kind, docname)
        if fast is not None and self._to_check.setdefault(kind, CHECKED_PAGES):
            with collected_after():
                expected = stock()
            self._to_check[kind] -= 1
            if fast != expected:
                self.leave(f"the result differs on page '{docname}'")
                return expected
        return fast

    def _made(self, kind: _Kind, docname: str) -> str | None:
        """Make the navigation; None if it cannot be made in this way."""
        try:
            return self._write(self._template_for(kind.tree), kind, docname)
        except UnsupportedTreeError as error:
            self.leave(str(error))
        except Exception as error:  # noqa: BLE001 - a Sphinx or a theme that has changed may raise anything
            self.leave(f"{type(error).__name__}: {error}")
        return None

    def _template_for(self, kind: TreeKind) -> Template:
        template = self._templates.get(kind)
        if template is None:
            with collected_after():
                template = self._templates[kind] = Template(self.render(kind), partial(tocdepth_of, self._builder.env))
        return template

    def render(self, kind: TreeKind) -> Rendered:
        """Render the tree of the site, with marks.

        :raises UnsupportedTreeError: if marks cannot express it.
        """
        builder, env = self._builder, self._builder.env
        if not _is_plain(self._translator):
            raise UnsupportedTreeError("the site has an HTML translator of its own")
        source = env.tocs[kind.root] if kind.root else env.master_doctree
        roots = list(source.findall(addnodes.toctree))
        tree = resolve_tree(env, builder.tags, kind.options, roots, is_cut=kind.theme == _PYDATA)
        html = builder.render_partial(tree.node)["fragment"]
        if kind.theme == _FURO:
            html = furo_marks(html)
        elif kind.theme == _PYDATA:
            html = pydata_marks(html, kind.level)
        return Rendered(html, tree.items, tree.docnames)

    def _write(self, template: Template, kind: _Kind, docname: str) -> str:
        folder = posixpath.dirname(self._builder.get_target_uri(docname))
        base = posixpath.join(folder, "\ue002")  # a page in that folder which none is
        escaped = _escaped_by_soup if kind.tree.theme else _escaped

        def href(target: str) -> str:
            return escaped(relative_uri(base, self._builder.get_target_uri(target)))

        if kind.collapse:
            return template.collapsed(docname, href, self._ancestors_of(docname))
        return template.whole(docname, href, folder)

    def _ancestors_of(self, docname: str) -> dict[str, None]:
        """Return the page, the page in whose toctree it is, and so on, as Sphinx determines them."""
        if self._parents is None:
            self._parents = {}
            for parent, children in TOCTREE_INCLUDES.of(self._builder.env).items():
                self._parents.update(dict.fromkeys(children, parent))
        found: dict[str, None] = {}
        while docname in self._parents and docname not in found:
            found[docname] = None
            docname = self._parents[docname]
        return found


def _is_plain(translator: type) -> bool:
    """Check whether a translator writes navigation as Sphinx's own does, on each page in the same way."""
    if not issubclass(translator, HTML5Translator):
        return False
    in_front = translator.__mro__[: translator.__mro__.index(HTML5Translator)]
    return all(_adds_nothing(cls) or (cls.__module__, cls.__name__) in _PLAIN_TRANSLATORS for cls in in_front)


def _adds_nothing(cls: type) -> bool:
    return all(name.startswith("__") and not callable(value) for name, value in vars(cls).items())


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


def _escaped_by_soup(address: str) -> str:
    """Write an address as BeautifulSoup does, by which themes change the navigation."""
    if '"' in address or "#" in address:
        raise UnsupportedTreeError(f"the address {address!r} has a quotation mark or a number sign")
    return _escaped(address).replace("&#64;", "@")
