"""Pages and Sphinx's documents: kept the same."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.errors import FiletypeNotFoundError
from sphinx.util import get_filetype

from pronghorn.documents.generated import GeneratedFiles
from pronghorn.documents.memory import BuildMemory
from pronghorn.documents.project import project_of
from pronghorn.errors import Place
from pronghorn.model.page import Page
from pronghorn.model.source import Source
from pronghorn.model.toc import TocEntry
from pronghorn.output import builders
from pronghorn.output.copying import SPHINX_FOLDERS
from pronghorn.output.file_lists import FileLists
from pronghorn.site.site import Site
from pronghorn.site.visit import FoundFile, visit
from pronghorn.warnings import WarningKind


class Visitor:
    """Runs the visit and brings its result into Sphinx's environment."""

    def __init__(self, app: Sphinx, site: Site, file_lists: FileLists) -> None:
        self._app = app
        self._site = site
        self._file_lists = file_lists
        self._memory = BuildMemory()
        self._generated = GeneratedFiles(app, site)
        self._builder: Builder | None = None
        self._places: Places | None = None

    def remember(self, memory: BuildMemory) -> None:
        """Take up what the last build left: Sphinx asks for URLs before the visit."""
        self._memory = memory
        self._site.state.urls.update(memory.urls)

    def give_urls_to(self, builder: Builder) -> None:
        """Make *builder* write pages to their URLs."""
        stock = builder.get_target_uri
        builders.adopt(builder, self._site)
        self._builder = builder
        self._site.default_url = lambda docname: unquote(stock(docname))
        self._site.html_suffix = builder.out_suffix  # type: ignore[attr-defined]

    @property
    def gives_urls(self) -> bool:
        """Whether the builder writes pages to URLs of their own."""
        return self._builder is not None

    def visit(self, env: BuildEnvironment, removed: set[str]) -> None:
        """Make pages of all files, and tell Sphinx which documents there are, and which are gone."""
        visit(self._site, self._files())
        files = self._generated.write()
        for collected in self._site.collected.values():
            collected.retain(self._site.state.pages)
        for docname in [docname for docname in project_of(self._app).docnames if docname not in self._site.pages]:
            project_of(self._app).drop(docname)
            if docname in env.all_docs:
                removed.add(docname)
        project_of(self._app).read_instead(files)
        removed -= env.found_docs
        self._check_urls(env)
        self._memory.urls = dict(self._site.state.urls)
        self._places = None
        if self._builder is not None:
            builders.forget_uris(self._builder)

    def in_the_way(self, path: str) -> str | None:
        """Return which page, or file of Sphinx's, lies where a plugin's file would have to be; None if nothing does."""
        if self._builder is None:
            return None
        if self._places is None:
            self._places = self._sphinx_places(self._builder, self._app.env)
            for page in self._site.pages:
                self._places.take(builders.file_of_page(self._builder, page.docname), _title_of(page))
        return self._places.in_the_way(path)

    def remove_stale(self) -> None:
        """Remove the files of an earlier build for pages that are gone or have moved.

        This happens before anything is written, so that all files of this build stay.
        """
        builder = self._app.builder
        written = self._file_lists("pages")
        files = {file for page in self._site.pages for file in builders.files_of_page(builder, page.docname)}
        written.remove(written.read() - files)
        written.write(files)

    def _files(self) -> Iterator[FoundFile]:
        project, srcdir = project_of(self._app), Path(self._app.srcdir)
        for docname in sorted(project.docnames):
            if not project.has_file(docname):
                continue  # a generated page of the last build; it comes back only if a plugin makes it again
            name = project.file_of(docname)
            yield FoundFile(docname, Source(srcdir, name), self._file_type(name))

    def _file_type(self, name: str) -> str | None:
        try:
            return get_filetype(self._app.config.source_suffix, name)
        except FiletypeNotFoundError:
            return None

    def _check_urls(self, env: BuildEnvironment) -> None:
        """Find pages that would be written to one file; the later one gets its default URL back."""
        builder = self._builder
        if builder is None or not self._site.state.urls:
            return
        while clash := self._first_clash(builder, env):  # the new URL of one page may be that of another
            self._report_clash(*clash)

    def _first_clash(self, builder: Builder, env: BuildEnvironment) -> tuple[Page, str, str] | None:
        """Find a page with a URL of its own that something else is in the way of, its file, and what that is."""
        taken = self._sphinx_places(builder, env)
        for page in sorted(self._site.pages, key=lambda page: page.docname in self._site.state.urls):
            file = builders.file_of_page(builder, page.docname)
            other = taken.in_the_way(file)
            if other and page.docname in self._site.state.urls:
                return page, file, other
            taken.take(file, _title_of(page))
        return None

    def _sphinx_places(self, builder: Builder, env: BuildEnvironment) -> Places:
        taken = Places()
        for name in self._own_pages(env):
            taken.take(builders.file_of_page(builder, name), f"Sphinx's own page '{name}'")
        for name in _OWN_FILES:
            taken.take(name, f"Sphinx's own '{name}'")
        return taken

    def _own_pages(self, env: BuildEnvironment) -> Iterator[str]:
        """Return the names of pages that are no documents."""
        yield from ("genindex", "search")
        if self._app.config.html_split_index:
            yield from ("genindex-all", *(f"genindex-{letter}" for letter in string.ascii_uppercase))
        yield from self._app.config.html_additional_pages
        for domain in env.domains.sorted():
            yield from (f"{domain.name}-{index.name}" for index in domain.indices)

    def _report_clash(self, page: Page, file: str, other: str) -> None:
        giver = self._site.state.url_givers.get(page.docname)
        self._site.supervisor.reporter.error(
            WarningKind.URL,
            f"{_title_of(page)} and {other} have the same URL: both would be written to '{file}', or one into"
            " the other."
            f" {_title_of(page)} keeps its default URL; give one of them another" + (f" ({giver})" if giver else ""),
            location=Place(page.source.path) if page.source else None,
        )
        self._site.state.urls.pop(page.docname, None)
        self._site.state.pages[page.docname].url = self._site.default_url(page.docname)


_OWN_FILES = ("objects.inv", "searchindex.js", ".buildinfo", *sorted(SPHINX_FOLDERS))


class Places:
    """Files and folders of the output, and what has them."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}

    def take(self, file: str, owner: str) -> None:
        """Make *owner* the owner of *file*."""
        self._files[file] = owner
        for folder in PurePosixPath(file).parents:
            self._folders.setdefault(str(folder), owner)

    def in_the_way(self, file: str) -> str | None:
        """Return what lies where *file*, or one of the folders it is in, would have to be; None if nothing does."""
        above = (self._files.get(str(folder)) for folder in PurePosixPath(file).parents)
        return self._files.get(file) or self._folders.get(file) or next(filter(None, above), None)


def _title_of(page: Page) -> str:
    return f"'{page.source.relpath}'" if page.source is not None else f"the generated page '{page.docname}'"


def toc_of(toc: nodes.Element | None) -> TocEntry | None:
    """Return what Sphinx keeps as the table of contents of a page, in plain values; None if it has no title."""
    item = _first_item(toc)
    return _entry(item) if item is not None else None


def title_of(toc: nodes.Element | None) -> str | None:
    """Return the title of a page from its table of contents; None if it has no title."""
    item = _first_item(toc)
    return _line(item)[0] if item is not None else None


def _first_item(toc: nodes.Element | None) -> nodes.list_item | None:
    return next((child for child in toc.children if isinstance(child, nodes.list_item)), None) if toc else None


def _entry(item: nodes.list_item) -> TocEntry:
    below = [child for child in item if isinstance(child, nodes.bullet_list)]
    children = [_entry(child) for items in below for child in items if isinstance(child, nodes.list_item)]
    return TocEntry(*_line(item), tuple(children))


def _line(item: nodes.list_item) -> tuple[str, str]:
    """Return the text of an entry, and the anchor that it leads to."""
    line = item.children[0].children[
        :1
    ]  # where Sphinx puts the reference; to look through all that is below takes long
    reference = line[0] if line and isinstance(line[0], nodes.reference) else next(item.findall(nodes.reference), None)
    return ("", "") if reference is None else (reference.astext(), reference.get("anchorname", ""))
