"""Pages whose markup a plugin made: files beside the doctrees that Sphinx reads in place of a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.parsers import Parser as SphinxParser

from pronghorn.errors import Place
from pronghorn.model.content import DOCTREE, Content
from pronghorn.model.page import Page
from pronghorn.seam.rows.documents import PARSE_MESSAGE, PUBLISH_MESSAGE
from pronghorn.site.site import Site
from pronghorn.warnings import WarningKind

SUFFIXES = {"html": ".pronghorn-html", DOCTREE: ".pronghorn-doctree"}
"""Suffixes of generated files that are for the parser of this module, by type of output."""

GENERATED = Path("pronghorn", "pages")
"""The folder of generated files, beside the doctrees."""

FILE_TYPE = "pronghorn"
_TRANSLATED = ":<translated>"
_PARSERS = {"rst": ("restructuredtext",), "md": ("markdown", "myst-nb")}
_WAYS_OUT = {
    "rst": "Add '.rst': 'restructuredtext' to source_suffix in conf.py",
    "md": "Add 'myst_parser' to the extensions in conf.py",
}


class GeneratedFiles:
    """The folder of generated files: ``pronghorn/pages`` beside the doctrees."""

    def __init__(self, app: Sphinx, site: Site) -> None:
        self.folder = Path(app.doctreedir, GENERATED)
        self._app = app
        self._site = site

    def write(self) -> dict[str, Path]:
        """Write a file for each page that has an output, and remove those that no page has any more.

        Pages whose output no parser of the site can read are taken out.

        :return: the files by docname.
        """
        suffixes = {**_markup_suffixes(self._app), **SUFFIXES}
        outputs = {page.docname: output for page, output in self._pages(suffixes)}
        files = {docname: self.folder / (docname + suffixes[output.type]) for docname, output in outputs.items()}
        self._remove_others(set(files.values()))  # first: one may be in the way
        for docname, file in files.items():
            _write_if_changed(file, _text_of(outputs[docname]))
        return files

    def _pages(self, suffixes: Mapping[str, str]) -> Iterator[tuple[Page, Content]]:
        for page in self._site.pages:
            output = page.output
            if output is None:
                continue
            if output.type in suffixes:
                yield page, output
            else:
                self._site.state.pages.remove(page.docname)
                self._site.supervisor.reporter.warning(
                    WarningKind.PROCESSOR,
                    f"page '{page.docname}' is left out: it has an output of type '{output.type}', and no parser for"
                    f" that is there. {_WAYS_OUT[output.type]}",
                    location=Place(page.source.path) if page.source is not None else None,
                )

    def _remove_others(self, keep: set[Path]) -> None:
        for file in sorted(self.folder.rglob("*"), reverse=True):
            if file.is_file() and file not in keep:
                file.unlink()
            elif file.is_dir() and not any(file.iterdir()):
                file.rmdir()


def _markup_suffixes(app: Sphinx) -> dict[str, str]:
    """Find suffixes of the site's own under which Sphinx parses rst and md."""
    found = {}
    for type_, parsers in _PARSERS.items():
        suffixes = [s for s, file_type in app.config.source_suffix.items() if file_type in parsers and s != ".ipynb"]
        if suffixes:
            found[type_] = suffixes[0]
    return found


def _text_of(output: Content) -> str:
    """Return the text to write. Of a doctree, which stays in memory, it is a picture that changes when it does."""
    return output.content.pformat() if output.type == DOCTREE else output.content  # type: ignore[no-any-return]


def _write_if_changed(file: Path, text: str) -> None:
    data = text.encode("utf-8", errors="surrogatepass")
    if not file.is_file() or file.read_bytes() != data:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def make_parser(site: Site) -> type[SphinxParser]:
    """Make the parser class for the pages of *site* whose output is HTML or a docutils document."""

    class GeneratedParser(SphinxParser):
        """Fills the document from the page's output."""

        supported = (FILE_TYPE,)

        def parse(self, inputstring: str, document: nodes.document) -> None:
            """Parse the generated file of the document that Sphinx reads now."""
            page = site.pages[document.settings.env.docname]
            if page.output is not None and page.output.type == DOCTREE:
                _take_over(document, page.output.content)
            else:
                _parse_html(document, inputstring, page)

    return GeneratedParser


def _parse_html(document: nodes.document, html: str, page: Page) -> None:
    """Fill the document; warnings name the page's source, and its line if the HTML is the source as it is."""
    from pronghorn.html_document.page import populate_document  # noqa: PLC0415 - most sites have no HTML

    is_known = not (PARSE_MESSAGE.has_changed or PUBLISH_MESSAGE.has_changed)
    is_translation = is_known and str(document.get("source")).endswith(_TRANSLATED)
    title = page.metadata.get("title") if page.metadata is not None and not is_translation else None
    has_lines = False
    if page.source is not None and not is_translation:
        document["source"] = document.current_source = str(page.source.path)
        has_lines = page.source.read_bytes() == html.encode("utf-8", errors="surrogatepass")
    populate_document(
        document,
        html,
        env=document.settings.env,
        docname=page.docname,
        title=None if title is None else str(title),
        has_lines=has_lines,
    )


def _take_over(document: nodes.document, made: Any) -> None:
    """Copy a plugin's document into the one that Sphinx reads, and register its names and ids there."""
    for child in made.children:
        document += child.deepcopy()
    for node in document.findall():
        node.document = document  # not the plugin's, which has other settings
    named: dict[str, Any] = getattr(document, "names", {})  # since docutils 0.23
    for node in document.findall(nodes.Element):
        ids: list[str] = node.get("ids", [])
        names: list[str] = node.get("names", [])
        for id_ in ids:
            document.ids.setdefault(id_, node)
        for name in names if ids else ():
            named.setdefault(name, node)
            document.nameids.setdefault(name, ids[0])
            document.nametypes.setdefault(name, not isinstance(node, nodes.section))


def complete(doctree: nodes.document, metadata: Mapping[str, Any], known: dict[str, Any]) -> None:
    """Give a generated page its metadata, and the title among them if it has no heading.

    :param known: the metadata that Sphinx has read of it, which come first.
    """
    if "title" in metadata:
        ensure_title(doctree, str(metadata["title"]))
    for key, value in metadata.items():
        known.setdefault(key, value)


def ensure_title(doctree: nodes.document, title: str) -> None:
    """Wrap a generated page that has no heading into a section titled *title*, so that it can be linked to."""
    if next(doctree.findall(nodes.title), None) is not None:
        return
    section = nodes.section("", nodes.title(title, title), names=[nodes.fully_normalize_name(title)])
    doctree.set_id(section)
    about = nodes.meta | nodes.docinfo  # Sphinx looks for the docinfo at the top of the document
    section += [child for child in doctree.children if not isinstance(child, about)]
    doctree.children = [child for child in doctree.children if isinstance(child, about)]
    doctree += section
