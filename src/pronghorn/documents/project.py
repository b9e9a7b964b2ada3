"""Which files are documents, and which file Sphinx reads for each."""

from __future__ import annotations

import glob
import os
import posixpath
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.project import Project
from sphinx.util.matching import get_matching_files

from pronghorn.documents.messages import MessageRecorder, give
from pronghorn.errors import Place
from pronghorn.model.source import Source
from pronghorn.readers.readers import ReaderList
from pronghorn.seam.internal import subclassed
from pronghorn.seam.rows.documents import (
    DISCOVER,
    DOC2PATH,
    DOCNAME_TO_PATH,
    DOCNAMES,
    EXCLUDE_PATHS,
    PATH2DOC,
    PATH_TO_DOCNAME,
    READ_DOC,
)
from pronghorn.seam.rows.events import NAMESPACE, WARNING_HANDLER
from pronghorn.warnings import Reporter, WarningKind

_PLACES = 1 << 14
"""The paths of so many files are remembered: pages ask for the document of each file that they link to."""


class PronghornProject(Project):
    """Sphinx's project, with documents that readers claim and documents without a file in the source.

    Made by :func:`adopt`, which swaps the class of the project that Sphinx made.
    """

    _readers: ReaderList
    _reporter: Reporter
    never_claimed: Sequence[str]
    asked: Callable[[str, str], None]
    """Told what a document asks for: ``document`` and a docname, or ``document-of`` and an absolute path."""
    shown: Callable[[set[str]], Any]
    """Gives the set of all docnames as the document at work is to see it."""
    _generated: dict[str, Path]
    _opening: str | None
    _is_found: bool
    """Whether documents were searched for in this build before. Sphinx searches twice if it has no environment yet, and
    warns each time; all builds are to say the same."""

    @property
    def docnames(self) -> Any:
        """All docnames; when a document asks for them, a set that tells what is asked."""
        return self.shown(DOCNAMES.of_itself(self))

    @docnames.setter
    def docnames(self, docnames: set[str]) -> None:
        DOCNAMES.put(self, docnames)

    def discover(self, exclude_paths: Iterable[str] = (), include_paths: Iterable[str] = ("**",)) -> set[str]:
        """Find documents as Sphinx does, then those that readers claim."""
        include, exclude = list(include_paths), list(exclude_paths)
        if self._is_found or WARNING_HANDLER.has_changed or NAMESPACE.has_changed:
            super().discover(exclude, include)
        else:
            with MessageRecorder(str(self.srcdir)).hold() as messages:
                super().discover(exclude, include)
            give([*messages, *messages], str(self.srcdir))
            self._is_found = True
        for docname in [docname for docname in self.docnames if not _is_text(docname)]:
            self._refuse(self.file_of(docname))
            self.drop(docname)
        if self._readers.can_claim:
            exclude += [*self.never_claimed, *EXCLUDE_PATHS.of()]
            for filename in get_matching_files(self.srcdir, include, exclude):
                if Path(filename) not in PATH_TO_DOCNAME.of(self) and not _in_hidden_folder(filename):
                    self._discover_claimed(filename)
        found: set[str] = self.docnames
        return found

    def _discover_claimed(self, filename: str) -> None:
        if super().path2doc(filename) is not None:  # it lost against another file of that docname
            return
        if not self._readers.claims(Source(Path(self.srcdir), filename)):
            return
        if not _is_text(filename):
            self._refuse(filename)
            return
        docname = posixpath.splitext(filename)[0]
        if docname in self.docnames:
            other = self.file_of(docname)
            self._reporter.warning(
                WarningKind.DOCUMENT,
                f"'{other}' and '{filename}' would both be the document '{docname}'; '{other}' is used. Rename one",
                location=Place(Path(self.srcdir, filename)),
            )
            return
        self.docnames.add(docname)
        PATH_TO_DOCNAME.of(self)[Path(filename)] = docname
        DOCNAME_TO_PATH.of(self)[docname] = Path(filename)

    def _refuse(self, filename: str) -> None:
        name = filename.encode(errors="backslashreplace").decode()
        self._reporter.warning(WarningKind.DOCUMENT, f"the name of '{name}' is not UTF-8; it is left out. Rename it")

    def is_generated(self, docname: str) -> bool:
        """Check whether Sphinx reads a generated file for a document."""
        return docname in self._generated

    def file_to_read(self, docname: str) -> Path:
        """Return the absolute path of the file that Sphinx reads for a document."""
        return self._generated.get(docname) or Path(self.srcdir, self.file_of(docname))

    def has_file(self, docname: str) -> bool:
        """Check whether a document has a source file."""
        return docname in DOCNAME_TO_PATH.of(self)

    def file_of(self, docname: str) -> str:
        """Return the source file of a document, relative to the source directory."""
        path: Path = DOCNAME_TO_PATH.of(self)[docname]
        return path.as_posix()

    def drop(self, docname: str) -> None:
        """Forget a document: nothing came of its file."""
        self.docnames.discard(docname)
        path = DOCNAME_TO_PATH.of(self).pop(docname, None)
        if path is not None:
            PATH_TO_DOCNAME.of(self).pop(path, None)

    def read_instead(self, generated: dict[str, Path]) -> None:
        """Make Sphinx read these absolute files for these documents; unknown ones become documents."""
        self._generated = generated
        self.docnames.update(generated)

    def path2doc(self, filename: Any) -> str | None:
        """Return the docname of a file, also of a claimed one."""
        absolute, path = _placed(str(self.srcdir), os.fspath(filename))
        self.asked("document-of", absolute)
        known: str | None = PATH_TO_DOCNAME.of(self).get(path)
        return known or super().path2doc(filename)

    def doc2path(self, docname: str, absolute: bool) -> Any:
        """Return the absolute path of a document's file, or the name of its source file.

        Sphinx asks for the file to read and for the file to name in warnings by the same call. The first call
        within :meth:`opening` is for reading.
        """
        self.asked("document", docname)
        path = super().doc2path(docname, absolute)
        if not absolute or docname not in self._generated:
            return path
        is_to_be_read = self._opening == docname
        self._opening = None
        # Of the class that Sphinx gives: in 8 and 9 a path that can be added to a string.
        return type(path)(self._generated[docname]) if is_to_be_read or not self.has_file(docname) else path

    def opening(self, docname: str) -> None:
        """Answer the next call of :meth:`doc2path` with the file to read for *docname*."""
        self._opening = docname

    def __reduce__(self) -> tuple[Any, ...]:
        """Be pickled as the project Sphinx made: an environment must load without Pronghorn and this site's plugins."""
        plain = Project(self.srcdir, self.source_suffix)
        return object.__new__, (Project,), {name: vars(self)[name] for name in vars(plain)}


def adopt(
    project: Project,
    readers: ReaderList,
    reporter: Reporter,
    *,
    never_claimed: Iterable[Path],
    asked: Callable[[str, str], None],
    shown: Callable[[set[str]], Any],
    is_found: bool,
) -> PronghornProject:
    """Make *project*, in place, one that asks *readers*.

    :param never_claimed: absolute folders and files that are not offered to readers.
    :param asked: told what documents ask for, see :attr:`PronghornProject.asked`.
    :param shown: gives the set of all docnames as the document at work is to see it.
    :param is_found: whether Sphinx has searched for documents in this build already.
    """
    subclassed(project, PronghornProject, (DISCOVER, DOC2PATH, PATH2DOC))
    assert isinstance(project, PronghornProject)  # noqa: S101 - tells the type checker what the line above did
    srcdir = Path(project.srcdir)
    vars(project).update(
        asked=asked,
        shown=shown,
        _readers=readers,
        _reporter=reporter,
        never_claimed=_patterns(never_claimed, srcdir),
        _generated={},
        _opening=None,
        _is_found=is_found,
    )
    return project


def project_of(app: Sphinx) -> PronghornProject:
    """Return the documents of the site that *app* builds."""
    project = app.project
    assert isinstance(project, PronghornProject)  # noqa: S101 - adopted at builder-inited
    return project


def open_generated_files(builder: Builder, project: PronghornProject) -> None:
    """Make *builder*, in place, read generated files where there are any."""
    read_doc = READ_DOC.of(builder)

    def read(docname: str, **options: Any) -> None:
        project.opening(docname)
        read_doc(docname, **options)

    READ_DOC.put(builder, read)


@lru_cache(maxsize=_PLACES)
def _placed(srcdir: str, filename: str) -> tuple[str, Path]:
    """Return the absolute path of a file, and its path in the source directory, if it lies there."""
    path = Path(filename)
    absolute = str(Path(srcdir, path))
    if path.is_absolute() and path.is_relative_to(srcdir):
        path = path.relative_to(srcdir)
    return absolute, path


def _patterns(paths: Iterable[Path], srcdir: Path) -> list[str]:
    below = [glob.escape(path.relative_to(srcdir).as_posix()) for path in paths if path.is_relative_to(srcdir)]
    return [pattern for path in below for pattern in (path, path + "/**")]


def _is_text(name: str) -> bool:
    """Check whether a file's name is UTF-8; Python marks the bytes that are not with surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _in_hidden_folder(filename: str) -> bool:
    return any(part.startswith(".") for part in filename.split("/")[:-1])
