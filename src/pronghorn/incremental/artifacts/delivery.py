"""Delivery: at the end of a build, artifacts that are no page's own files are put where they belong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from sphinx.application import Sphinx

from pronghorn.cache.tracking.sealed_file import write_whole
from pronghorn.incremental.artifact_contents import ArtifactContents
from pronghorn.incremental.artifact_records import ArtifactRecord
from pronghorn.output import builders
from pronghorn.output.file_lists import FileLists
from pronghorn.site.site import Site
from pronghorn.warnings import WarningKind

LIST = "artifacts"
"""The list of the files that are delivered here."""


class Delivery:
    """Writes artifacts of the site, and those that pages asked for while they were read.

    Those that pages asked for while they were written are files of these pages, and only looked at here.

    :param in_the_way: tells what else lies where a file would have to be; None if nothing does.
    """

    def __init__(
        self,
        app: Sphinx,
        site: Site,
        file_lists: FileLists,
        contents: ArtifactContents,
        in_the_way: Callable[[str], str | None],
    ) -> None:
        self._app = app
        self._site = site
        self._file_lists = file_lists
        self._contents = contents
        self._in_the_way = in_the_way
        self._outdir = Path(app.outdir)

    @property
    def is_possible(self) -> bool:
        """Whether the builder is one for a site of HTML pages; others have no place for files."""
        return builders.urls_of(self._app.builder) is not None

    def remove_stale(self, paths: Iterable[str]) -> None:
        """Remove what an earlier build delivered and this one will not, before pages are written.

        :param paths: the files of the artifacts that are known so far.
        """
        written = self._file_lists(LIST)
        if self.is_possible and (stale := written.read() - set(paths)):
            written.remove(stale - self._files_of_pages())

    def deliver(self, own: Iterable[ArtifactRecord], of_pages: Iterable[ArtifactRecord]) -> None:
        """Write the files, and report where two things would be one file: it is left out.

        :param of_pages: artifacts that are files of pages.
        """
        if not self.is_possible:
            return
        written = self._file_lists(LIST)
        mine, theirs = _by_path(own), _by_path(of_pages)
        if not (mine or theirs or written.read()):
            return
        foreign = (
            (self._file_lists("copied").read() | self._file_lists("written").read()) - theirs.keys() - written.read()
        )
        bad = set(self._clashes(mine, theirs, foreign))
        done = {path for path, records in mine.items() if path not in bad and self._write(next(iter(records)))}
        # A file of two pages that make different things of it is of neither.
        written.remove((bad & theirs.keys() - self._files_of_pages()) | (written.read() - done - self._others(theirs)))
        written.write(done)

    def _others(self, of_pages: Mapping[str, object]) -> set[str]:
        return self._files_of_pages() | of_pages.keys() | self._file_lists("copied").read()

    def _files_of_pages(self) -> set[str]:
        return {builders.file_of_page(self._app.builder, page.docname) for page in self._site.pages}

    def _clashes(
        self, mine: Mapping[str, set[ArtifactRecord]], theirs: Mapping[str, set[ArtifactRecord]], foreign: set[str]
    ) -> Iterator[str]:
        for path in sorted({*mine, *theirs}):
            records = sorted(mine.get(path, set()) | theirs.get(path, set()))
            other = self._in_the_way(path)
            if path in mine and path in foreign:
                other = other or "another file that the build puts there, such as from html_extra_path or copy_files"
            if other:
                self._report(f"{records[0].maker} makes '{path}', where {other} lies. Give the file another path")
            elif len(makers := sorted({record.maker for record in records})) > 1:
                self._report(f"{makers[0]} and {makers[1]} make the same file '{path}'. Give one of them another path")
            elif len(records) > 1:
                self._report(
                    f"{makers[0]} makes '{path}' differently for several pages. Put what is different into the path"
                )
            else:
                continue
            yield path

    def _write(self, record: ArtifactRecord) -> bool:
        file = self._outdir / record.path
        content = self._contents.get(record.digest)
        if content is None or not file.resolve().is_relative_to(self._outdir.resolve()):
            self._report(f"{record.maker} makes '{record.path}', which cannot be written: it leads elsewhere")
            return False
        try:
            if not file.is_file() or file.read_bytes() != content:
                write_whole(file, content)
        except OSError as error:
            self._report(f"{record.maker} makes '{record.path}', which cannot be written: {error.strerror}")
            return False
        return True

    def _report(self, problem: str) -> None:
        self._site.supervisor.reporter.error(WarningKind.ARTIFACT, problem)


def _by_path(records: Iterable[ArtifactRecord]) -> dict[str, set[ArtifactRecord]]:
    found: dict[str, set[ArtifactRecord]] = defaultdict(set)
    for record in records:
        found[record.path].add(record)
    return dict(found)
