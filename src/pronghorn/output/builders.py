"""HTML builders that write pages to the URLs that plugins gave them."""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.dirhtml import DirectoryHTMLBuilder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import ThemeError
from sphinx.util.osutil import copyfile
from sphinxcontrib.serializinghtml import SerializingHTMLBuilder

from pronghorn.model.page import Page
from pronghorn.output.search_names import SearchNames, name_documents
from pronghorn.seam.capability import Capability
from pronghorn.seam.internal import Internal
from pronghorn.seam.register import changed_among
from pronghorn.seam.rows.navigation import LOCAL_TOCTREE, TOCTREE_INCLUDES
from pronghorn.seam.rows.writing import (
    COPYFILE,
    DOC_CONTEXT,
    HANDLE_PAGE,
    LOAD_INDEXER,
    OUTPUT_PATH,
    RENDER_PARTIAL,
    TARGET_URI,
)
from pronghorn.site.site import Site
from pronghorn.speed.navigation.fast import Navigation

_BUILD_INFO_LINES = 4


class PageUrls:
    """What a builder does in another way than Sphinx. Its class stays what it is, since extensions compare classes."""

    def __init__(self, builder: Builder, site: Site) -> None:
        self._builder: Any = builder
        self.site = site
        self.uris: dict[str, str] = {}
        """URLs as links have them. Navigation asks for each page on each page, so they are made once."""
        self.navigation: Navigation | None = None
        self.own: dict[str, Any] = {}
        """What somebody had put on the builder before, by name: it takes the place of what the class does."""

    def install(self) -> None:
        """Put its methods on the builder."""
        vars(self._builder)["pronghorn_urls"] = self
        for internal, method in (
            (TARGET_URI, self.target_uri),
            (OUTPUT_PATH, self.output_path),
            (DOC_CONTEXT, self.doc_context),
            (HANDLE_PAGE, self.handle_page),
            (LOCAL_TOCTREE, self.local_toctree),
            (LOAD_INDEXER, self.load_indexer),
        ):
            if internal.name in vars(self._builder):
                self.own[internal.name] = vars(self._builder)[internal.name]
            if not internal.has_changed:
                internal.put(self._builder, method)

    def _stock(self, internal: Internal) -> Callable[..., Any]:
        """Return what the builder's class does now: an extension may put something else there at any time."""
        if internal.name in self.own:
            return self.own[internal.name]  # type: ignore[no-any-return]
        return functools.partial(internal.unchecked(type(self._builder)), self._builder)

    def target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return the URL of a page, quoted, relative to the root."""
        uri = self.uris.get(docname)
        if uri is None:
            url = self.site.state.urls.get(docname)
            uri = str(self._stock(TARGET_URI)(docname, typ)) if url is None else quote(url.link)
            self.uris[docname] = uri
        return uri

    def output_path(self, page_name: str, /) -> Path:
        """Return the file a page is written to."""
        url = self.site.state.urls.get(page_name)
        return Path(self._stock(OUTPUT_PATH)(page_name)) if url is None else Path(self._builder.outdir, url.file)

    def doc_context(self, docname: str, body: str, metatags: str) -> dict[str, Any]:
        """Remove the link to the source of a page without a source, or with a binary one."""
        context: dict[str, Any] = self._stock(DOC_CONTEXT)(docname, body, metatags)
        page = self.site.pages.find(docname)
        if page is not None and page.output is not None and not _has_text_source(page):
            context["sourcename"] = ""
        return context

    def handle_page(self, pagename: str, addctx: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        """Write a page; a fault in its template names the plugin."""
        try:
            self._stock(HANDLE_PAGE)(pagename, addctx, *args, **kwargs)
        except ThemeError as error:
            supervisor = self.site.supervisor
            found = supervisor.owner_of(error.__cause__) if error.__cause__ is not None else None
            if found is None:
                raise
            owner, place = found
            message = f"{error}\nThe error arose in plugin '{owner}' ({place.below(supervisor.root)})"
            raise ThemeError(message) from error

    def local_toctree(self, *args: Any, **kwargs: Any) -> str:
        """Return the navigation of a page."""
        stock: functools.partial[str] = functools.partial(self._stock(LOCAL_TOCTREE), *args, **kwargs)
        return stock() if self.navigation is None else self.navigation.toctree(stock, *args, **kwargs)

    def load_indexer(self, docnames: Any) -> None:
        """Name pages in the search index so that the browser's script finds them, before *docnames* are written."""
        builder = self._builder
        if self.navigation is not None:
            self.navigation.expect(len(docnames))
        names = SearchNames(self.site.state.urls, builder.out_suffix, is_dirhtml=builder.name == "dirhtml")
        name_documents(builder.indexer, names)
        self._stock(LOAD_INDEXER)(docnames)


def urls_of(builder: Builder) -> PageUrls | None:
    """Return what was put on a builder by :func:`adopt`; None if it was not adopted."""
    urls = vars(builder).get("pronghorn_urls")
    return urls if isinstance(urls, PageUrls) else None


def _has_text_source(page: Page) -> bool:
    """Check whether the file of a page is text, which a browser can show."""
    if page.source is None:
        return False
    with page.source.path.open("rb") as file:
        return b"\0" not in file.read(8192)


def takes_urls(builder: Builder) -> bool:
    """Check whether a builder writes one HTML file for each page where links expect it.

    Help and e-book builders, one-page and serialising builders do not.
    """
    return changed_among(Capability.URLS) is None and is_site(builder)


def is_site(builder: Builder) -> bool:
    """Check whether a builder writes one HTML file for each page, in the way of Sphinx."""
    if not isinstance(builder, StandaloneHTMLBuilder) or builder.embedded:
        return False
    cls = type(builder)
    stock = (StandaloneHTMLBuilder, DirectoryHTMLBuilder)
    return (
        any(cls.get_target_uri is base.get_target_uri and cls.get_output_path is base.get_output_path for base in stock)
        and builder.out_suffix == builder.link_suffix
    )


def adopt(builder: Builder, site: Site) -> None:
    """Make *builder*, in place, write pages to the URLs that plugins gave.

    Its navigation is Sphinx's own until :func:`speed_up` is called.
    """
    PageUrls(builder, site).install()


def forget_torn_build_info(builder: Builder) -> None:
    """Remove the file in which HTML builders note their configuration if a build was killed while it wrote that.

    Sphinx reads four lines of ``.buildinfo``, and fails when there are fewer; it goes on without the file. If there
    come to be more lines, a torn file may break builds again.
    """
    if not isinstance(builder, StandaloneHTMLBuilder):
        return
    file = Path(builder.outdir, ".buildinfo")
    try:
        is_torn = len(file.read_bytes().splitlines()) < _BUILD_INFO_LINES
    except OSError:  # there is none, or something else in its place, which Sphinx bears
        return
    if is_torn:
        file.unlink()


def overwrite_copies(app: Sphinx) -> None:
    """Make a serialising builder copy sources over the copies of an earlier build, until this one ends."""
    if isinstance(app.builder, SerializingHTMLBuilder) and not COPYFILE.has_changed:
        stack = ExitStack()
        stack.enter_context(COPYFILE.replaced(functools.partial(copyfile, force=True)))
        app.connect("build-finished", lambda *_: stack.close())


def needs_all_pages(builder: Builder) -> bool:
    """Check whether *builder* has to write all pages in each build.

    Serialising ones gather assets from the pages they write, and put them into a file when they end.
    """
    return isinstance(builder, SerializingHTMLBuilder)


def forget_uris(builder: Builder) -> None:
    """Make *builder*, which was adopted, make its links again: the URLs of pages changed."""
    urls = urls_of(builder)
    if urls is not None:
        urls.uris.clear()


def speed_up(builder: Builder) -> Navigation | None:
    """Make *builder*, which was adopted, write its navigation fast. All pages must have been read.

    :return: the navigation, for themes that make their own of it; None if Sphinx is not as we know it.
    """
    urls = urls_of(builder)
    assert isinstance(builder, StandaloneHTMLBuilder) and urls is not None  # noqa: S101, PT018 - others are not adopted
    translator = urls.site.app.registry.get_translator_class(builder)
    navigation = Navigation(builder, translator, urls.site.supervisor.reporter)
    new = _what_is_new(builder, urls)
    if new is not None:
        navigation.leave(new)
        return None
    urls.navigation = navigation
    return navigation


def _what_is_new(builder: StandaloneHTMLBuilder, urls: PageUrls) -> str | None:
    """Name something that is done in a way which the navigation does not know; None if there is nothing.

    This is what can be told beforehand. What comes out is compared with Sphinx's own when pages are written.
    """
    changed = changed_among(Capability.NAVIGATION)
    if changed is not None:
        return changed.change
    for method in (LOCAL_TOCTREE, RENDER_PARTIAL):
        is_own = method.name in urls.own or vars(builder).get(method.name) not in {None, urls.local_toctree}
        if is_own or method.find(type(builder)) is not method.of():
            return f"the builder '{builder.name}' has its own '{method.name}'"
    is_table = isinstance(TOCTREE_INCLUDES.of(builder.env), Mapping)
    return None if is_table else TOCTREE_INCLUDES.change


def unused_navigation(builder: StandaloneHTMLBuilder) -> Callable[[], Navigation | None]:
    """Return what makes the fast navigation of a *builder* that does not use it, to ask what Sphinx would write.

    It gives None if Sphinx is not as we know it, or the builder was not adopted.
    """
    urls = urls_of(builder)
    if urls is None or _what_is_new(builder, urls) is not None:
        return lambda: None
    translator = urls.site.app.registry.get_translator_class(builder)
    return lambda: Navigation(builder, translator, None)


def files_of_page(builder: Builder, docname: str) -> list[str]:
    """Return the files that are written for a page: its HTML, and the copy of its source that it may have.

    Of builders for other formats, the file that they name after the page, if they write one for each.
    """
    if not _writes_each_page(builder):
        return []
    if not hasattr(builder, "get_output_path"):
        out_suffix: str = getattr(builder, "out_suffix", "")
        return [docname + out_suffix] if out_suffix else []
    suffix = str(builder.env.doc2path(docname, base=False))[len(docname) :]
    link_suffix: str = builder.config.html_sourcelink_suffix
    source = docname + suffix + ("" if suffix == link_suffix else link_suffix)
    return [file_of_page(builder, docname), f"_sources/{source}"]


def _writes_each_page(builder: Builder) -> bool:
    """Check whether a builder writes pages as most do: those that write all in one override one of these methods."""
    cls = type(builder)
    return cls.write is Builder.write and cls.write_documents is Builder.write_documents


def file_of_page(builder: Builder, docname: str) -> str:
    """Return the file a page is written to, relative to the output directory."""
    path = builder.get_output_path(docname)  # type: ignore[attr-defined]
    return posixpath.normpath(Path(path).relative_to(builder.outdir).as_posix())
