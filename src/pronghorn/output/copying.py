"""Copying files that are not pages to the output."""

from __future__ import annotations

import filecmp
import posixpath
import shutil
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.matching import get_matching_files

from pronghorn.errors import Place, UrlError
from pronghorn.model.source import Source
from pronghorn.model.url import parse_url
from pronghorn.output import builders
from pronghorn.output.file_lists import FileLists
from pronghorn.seam.rows.documents import EXCLUDE_PATHS
from pronghorn.site.site import Site
from pronghorn.warnings import WarningKind

SPHINX_FOLDERS = frozenset({"_downloads", "_images", "_modules", "_sources", "_static"})
"""Folders of the output that are Sphinx's."""


class FileCopies:
    """Copies files that match *patterns*, and removes those that an earlier build copied and this one does not."""

    def __init__(self, app: Sphinx, site: Site, file_lists: FileLists, patterns: Sequence[str]) -> None:
        self._app = app
        self._site = site
        self._file_lists = file_lists
        self._outdir = Path(app.outdir).resolve()
        slashed = [pattern.replace("\\", "/") for pattern in patterns]
        # As in Sphinx's exclude_patterns, **/ is also the top folder.
        self._patterns = slashed + [pattern.removeprefix("**/") for pattern in slashed if pattern.startswith("**/")]

    def remove_stale(self) -> None:
        """Remove what an earlier build copied and this one will not; before anything is written."""
        if self._has_place_for_files():
            written = self._file_lists("copied")
            earlier = written.read()
            if earlier:
                wanted = {self._target_of(source) for source in self._sources()} if self._patterns else set()
                written.remove(earlier - wanted - set(self._files_of_pages()))

    def copy(self) -> None:
        """Copy what is new or changed; after everything else is written."""
        if not self._has_place_for_files():
            return
        written = self._file_lists("copied")
        targets = self._targets(written.read()) if self._patterns else {}
        written.write({target for target, source in targets.items() if self._copy_file(source, target)})

    def _has_place_for_files(self) -> bool:
        """Check whether the builder is one for HTML; others have no place for files."""
        return hasattr(self._app.builder, "get_output_path")

    def _files_of_pages(self) -> dict[str, str]:
        return {builders.file_of_page(self._app.builder, page.docname): page.docname for page in self._site.pages}

    def _targets(self, earlier: Collection[str]) -> dict[str, Source]:
        """Return the files to copy, by where to. Nothing is copied onto what an earlier build did not copy there."""
        targets: dict[str, Source] = {}
        pages = self._files_of_pages()
        for source in self._sources():
            target = self._target_of(source)
            if target in targets:
                self._warn(source, f"it and '{targets[target].relpath}' would both be copied to '{target}'")
            elif target in pages:
                self._warn(source, f"it would be copied to '{target}', which is page '{pages[target]}'")
            elif (folder := target.split("/")[0]) in SPHINX_FOLDERS:
                self._warn(
                    source,
                    f"it is not copied: '{folder}' in the output is Sphinx's own folder. Move the file,"
                    " or list its folder in html_static_path",
                )
            elif self._is_taken(source, target, earlier):
                self._warn(source, f"it would be copied to '{target}', where something else lies; that stays")
            else:
                targets[target] = source
        return targets

    def _is_taken(self, source: Source, target: str, earlier: Collection[str]) -> bool:
        file = self._outdir / target
        if target in earlier or not file.is_file():
            return False
        return not source.path.is_file() or not filecmp.cmp(file, source.path, shallow=False)

    def _copy_file(self, source: Source, target: str) -> bool:
        file = self._outdir / target
        try:
            if not (file.is_file() and filecmp.cmp(file, source.path, shallow=False)):
                file.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source.path, file)
        except OSError as error:
            self._warn(source, f"it cannot be copied to '{target}': {error.strerror}")
            return False
        return True

    def _sources(self) -> Iterator[Source]:
        srcdir = Path(self._app.srcdir)
        hidden = ["**/.*", "**/.*/**", ".*", ".*/**"]
        exclude = [*self._app.config.exclude_patterns, *EXCLUDE_PATHS.of(), *hidden]
        exclude += self._app.project.never_claimed  # type: ignore[attr-defined]  # adopted at builder-inited
        read = {
            page.source.relpath for page in self._site.pages if page.source is not None
        } | self._site.state.hidden_files
        for name in get_matching_files(srcdir, self._patterns, exclude):
            if name not in read:
                yield Source(srcdir, name)

    def _target_of(self, source: Source) -> str:
        """Return where a file is copied to: beside where it is, or where a deducer with a condition says.

        A URL whose last part has the file's suffix names the file; any other names its folder.
        """
        deduced = self._site.reader_list.deduce(source, conditional=True)
        if deduced is None:
            return source.relpath
        try:
            link = parse_url(deduced.given, "." + source.ext if source.ext else ".html").link
        except UrlError as error:
            giver = deduced.giver(self._site.supervisor.root)
            self._warn(source, f"{giver} returned a URL that cannot be used: {error.message}")
            return source.relpath
        is_file = bool(source.ext) and link.endswith("." + source.ext)
        return link if is_file else posixpath.join(link, source.basename)

    def _warn(self, source: Source, problem: str) -> None:
        self._site.supervisor.reporter.warning(WarningKind.COPY, problem, location=Place(source.path))
