"""Copying files that nobody reads to the output."""

from __future__ import annotations

import filecmp
import json
import posixpath
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.project import EXCLUDE_PATHS
from sphinx.util.matching import get_matching_files

from pronghorn.errors import Place, UrlError
from pronghorn.model.source import Source
from pronghorn.model.url import parse_url
from pronghorn.site import Site
from pronghorn.sphinx_ext import builders
from pronghorn.warnings import WarningKind

_OWN_FILES = ("conf.py", "pronghorn.toml", "configs/**")


class FileCopies:
    """Copies files that match *patterns*, and removes those that an earlier build copied and this one does not."""

    def __init__(self, app: Sphinx, site: Site, patterns: Sequence[str]) -> None:
        self._app = app
        self._site = site
        slashed = [pattern.replace("\\", "/") for pattern in patterns]
        # As in Sphinx's exclude_patterns, **/ is also the top folder.
        self._patterns = slashed + [pattern.removeprefix("**/") for pattern in slashed if pattern.startswith("**/")]

    def copy(self) -> None:
        """Copy what is new or changed. Only HTML builders have a place for files."""
        if self._app.builder.format != "html" or not hasattr(self._app.builder, "get_output_path"):
            return
        targets = dict(self._targets()) if self._patterns else {}
        outdir = Path(self._app.outdir)
        for target, source in targets.items():
            file = outdir / target
            if file.is_file() and filecmp.cmp(file, source.path, shallow=False):
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source.path, file)
        self._remove_stale(outdir, set(targets))

    def _targets(self) -> Iterator[tuple[str, Source]]:
        pages = {builders.file_of_page(self._app.builder, page.docname): page.docname for page in self._site.pages}
        for source in self._sources():
            target = self._target_of(source)
            if target is None:
                continue
            if target in pages:
                self._warn(source, f"it would be copied to '{target}', which is page '{pages[target]}'")
            else:
                yield target, source

    def _sources(self) -> Iterator[Source]:
        config = self._app.config
        srcdir = Path(self._app.srcdir)
        static = [*config.html_static_path, *config.html_extra_path, *config.templates_path]
        mine = [posixpath.normpath(path) + "/**" for path in static]
        exclude = [*config.exclude_patterns, *mine, *_OWN_FILES, *EXCLUDE_PATHS, "**/.*", "**/.*/**", ".*", ".*/**"]
        exclude += self._app.project.never_claimed  # type: ignore[attr-defined]  # adopted at builder-inited
        read = {page.source.relpath for page in self._site.pages if page.source is not None}
        for name in get_matching_files(srcdir, self._patterns, exclude):
            if name not in read:
                yield Source(srcdir, name)

    def _target_of(self, source: Source) -> str | None:
        """Give where a file is copied to: beside where it is, or where a deducer with a condition says.

        A URL whose last part has the file's suffix names the file; any other names its folder.
        """
        deduced = self._site.readers.deduce(source, conditional=True)
        if deduced is None:
            return source.relpath
        try:
            link = parse_url(deduced.given, "." + source.ext if source.ext else ".html").link
        except UrlError as error:
            self._warn(source, f"{deduced} returned a URL that cannot be used: {error.message}")
            return source.relpath
        is_file = bool(source.ext) and link.endswith("." + source.ext)
        return link if is_file else posixpath.join(link, source.basename)

    def _warn(self, source: Source, problem: str) -> None:
        self._site.supervisor.reporter.warning(WarningKind.COPY, problem, location=Place(source.path))

    def _remove_stale(self, outdir: Path, current: set[str]) -> None:
        """Remove only what the list beside the doctrees says we copied to this output."""
        record = Path(self._app.doctreedir, "pronghorn", f"copied-{self._app.builder.name}.json")
        earlier = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else []
        for target in set(earlier) - current:
            (outdir / target).unlink(missing_ok=True)
        if current or earlier:
            record.parent.mkdir(parents=True, exist_ok=True)
            record.write_text(json.dumps(sorted(current)), encoding="utf-8")
