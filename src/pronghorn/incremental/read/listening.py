"""Listening to a page: everything that it asks for while it is read becomes a dependency."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Any

from sphinx.directives.other import TocTree, glob_re
from sphinx.environment import BuildEnvironment
from sphinx.util import docname_join
from sphinx.util.nodes import explicit_title_re

from pronghorn.cache.tracking.file_watch import Seen
from pronghorn.cache.tracking.manifest import Dependency
from pronghorn.incremental.read.remembered import Remembered
from pronghorn.incremental.session import Session
from pronghorn.observing.looks import looks_of
from pronghorn.observing.recorder import Recorder
from pronghorn.observing.written_files import ReadingOutputs
from pronghorn.seam.internal import replaced_copy
from pronghorn.seam.rows.documents import PARSE_CONTENT
from pronghorn.seam.rows.extensions import AUTODOC_IMPORTED, AUTODOC_IMPORTS, IMPORT_MODULE, IMPORT_STATEMENT
from pronghorn.seam.rows.navigation import URL_PATTERN
from pronghorn.seam.rows.reading import CATALOGS

_AUTODOC = "sphinx.ext.auto"
"""How the names of autodoc's modules, and of those that use it, begin."""


@dataclass(slots=True)
class Heard:
    """What a page asked for."""

    dependencies: dict[Dependency, None] = field(default_factory=dict)
    """In the order in which they are to be checked; complete when listening has ended."""
    files: list[str] = field(default_factory=list)
    """Absolute paths of the files it has read, its own left out."""
    outputs: dict[Dependency, bytes] = field(default_factory=dict)
    """The files it has left in the output directory, with their digests."""
    programs: list[str] = field(default_factory=list)
    """Programs that it has run: what they look at is not known."""
    changes: str = ""
    """Something that a plugin holds, and that was changed meanwhile."""


class Listener:
    """Listens to one page at a time.

    :param remembered: what pages depend on because it was found out for a page before.
    """

    def __init__(self, session: Session, recorder: Recorder, outputs: ReadingOutputs, remembered: Remembered) -> None:
        self.remembered = remembered
        self._main = session.app.env
        self._recorder = recorder
        self._watch = session.watch
        self._plugins = session.plugins_in_reading
        self._paths = session.paths
        self._outputs = outputs
        self._modules: dict[str, str] = {}
        self._of_site: dict[str, bool] = {}
        self._n_modules = 0

    @contextmanager
    def listening(self, env: BuildEnvironment, docname: str, own: Iterable[str]) -> Iterator[Heard]:
        """Listen to what is asked inside.

        :param env: what the page is read into: an environment of its own, or that of the site.
        :param own: the page's own files, which are no dependencies.
        """
        heard, catalogs, before = Heard(), _catalogs(self._main, docname), self._held_by_plugins()
        with (
            self._recorder.recording_source() as reads,
            self._watch.recording(marks=self.remembered.marks) as seen,
            self._outputs.noted() as outputs,
            toctrees_told(self._recorder),
            imports_told(self._recorder, self.is_of_site),
        ):
            yield heard
        now = self._held_by_plugins()
        heard.changes = next((name for name, digest in now.items() if digest != before.get(name)), "")
        asked = reads.dependencies()
        noted = {str(env.srcdir / file) for file in (*env.dependencies.get(docname, ()), *catalogs)}
        noted |= {self._paths.path_of(one.name) for one in asked if one.kind == "file"}
        shown = _copied_among(env, noted - seen.read)  # and not looked at
        left = self._outputs.paths_of(outputs) - seen.read
        seen.probed -= left
        noted, shown = ({file for file in files if os.path.normpath(file) not in left} for files in (noted, shown))
        remembered = self.remembered.seen
        heard.files = sorted((seen.read | noted | remembered.read) - shown - set(own))
        heard.outputs = outputs
        heard.programs = sorted(seen.started)
        looked_at = Seen(
            read={*heard.files},
            listed=seen.listed | remembered.listed,
            probed=(seen.probed | remembered.probed).difference(heard.files) | shown,
            variables=seen.variables | remembered.variables,
        )
        modules = filter(None, map(self._module_of, heard.files))
        heard.dependencies = dict.fromkeys(looks_of(looked_at, self._paths.name_of))
        heard.dependencies.update((Dependency("module", module), None) for module in modules)
        heard.dependencies.update(asked | self.remembered.asked)
        self.remembered.end_turn(seen, asked)
        heard.dependencies.pop(Dependency("document", docname), None)
        if Dependency("config", "today_fmt") in asked:  # Sphinx asks for it when it needs the date, and only then
            heard.dependencies[Dependency("date", "")] = None

    def _held_by_plugins(self) -> dict[str, bytes]:
        with self._watch.paused():
            return self._plugins.now()

    def is_of_site(self, module: str) -> bool:
        """Check whether a module belongs to the site, and may change: Python's own and installed ones do not."""
        known = self._of_site.get(module)
        if known is None:
            file = getattr(sys.modules.get(module), "__file__", None)
            if file is None:
                return False
            known = self._of_site[module] = self._watch.locate(file) is not None
        return known

    def _module_of(self, file: str) -> str | None:
        """Return the module that was imported from *file*: what it imports in turn counts as well."""
        if not file.endswith(".py"):
            return None
        if len(sys.modules) != self._n_modules:
            self._n_modules = len(sys.modules)
            loaded = list(sys.modules.items())
            named = [(name, module) for name, module in loaded if getattr(module, "__name__", name) == name]
            of_files = ((getattr(module, "__file__", None), name) for name, module in (*loaded, *named))
            self._modules = {file: name for file, name in of_files if file}  # names of its own count, not others
        return self._modules.get(file)


def _copied_among(env: BuildEnvironment, paths: set[str]) -> set[str]:
    """Return the images and downloads among some files. Keys may be paths, which are not equal to text in a table."""
    return paths & {str(env.srcdir / file) for file in (*env.images, *env.dlfiles)} if paths else paths


def _catalogs(main: BuildEnvironment, docname: str) -> list[Any]:
    """Return the catalogs of translations that Sphinx uses for a page; after the first use, they are in memory."""
    CATALOGS.check()
    return [file for file in main.dependencies.get(docname, ()) if os.fspath(file).endswith(".mo")]


@contextmanager
def toctrees_told(recorder: Recorder) -> Iterator[None]:
    """Make toctrees ask for what they list, in place of all documents."""
    original: Callable[..., None] = PARSE_CONTENT.of()

    @wraps(original)
    def parse_content(self: TocTree, toctree: Any) -> None:
        docname = self.env.current_document.docname
        for entry in self.content:
            _tell_entry(entry, docname, self.config.source_suffix, recorder, has_globs=toctree["glob"])
        rereads = self.env.reread_always
        was_to_be_reread = docname in rereads
        with recorder.suspended():
            original(self, toctree)
        if docname in rereads and not was_to_be_reread:  # Sphinx does not know when a missing entry appears; we do
            recorder.note("config", "exclude_patterns")  # which tell what the warning says
            rereads.discard(docname)

    with PARSE_CONTENT.replaced(parse_content):
        yield


def _tell_entry(entry: str, docname: str, suffixes: Iterable[str], recorder: Recorder, *, has_globs: bool) -> None:
    explicit = explicit_title_re.match(entry)
    address = URL_PATTERN.find(None)  # without it, the directive fails on its own
    if not entry or (address is not None and address.match(entry)):
        return
    if has_globs and glob_re.match(entry) and not explicit:
        recorder.note("glob", docname_join(docname, entry))
        return
    target = explicit.group(2) if explicit else entry
    recorder.note("document", docname_join(docname, target))
    for suffix in suffixes:
        if target.endswith(suffix):
            recorder.note("document", docname_join(docname, target.removesuffix(suffix)))


@contextmanager
def imports_told(recorder: Recorder, is_of_site: Callable[[str], bool]) -> Iterator[None]:
    """Ask for modules when they are imported, also if that was done before: nobody opens their files then.

    Autodoc does not even import what is imported already.
    """
    find, load = IMPORT_MODULE.of(), IMPORT_STATEMENT.of()

    def find_told(name: str, package: str | None = None, level: int = 0) -> Any:
        module = find(name, package, level)
        _tell_module(module, recorder, is_of_site)
        return module

    def load_told(name: str, *arguments: Any, **named: Any) -> Any:
        module = load(name, *arguments, **named)
        _tell_module(sys.modules.get(name), recorder, is_of_site)
        return module

    with ExitStack() as stack:
        stack.enter_context(IMPORT_MODULE.replaced(find_told))
        stack.enter_context(IMPORT_STATEMENT.replaced(load_told))
        for importer in (AUTODOC_IMPORTS, AUTODOC_IMPORTED):
            for module, name in importer.copies_below(_AUTODOC):
                stack.enter_context(replaced_copy(module, name, partial(_telling, recorder, is_of_site)))
        yield


def _telling(recorder: Recorder, is_of_site: Callable[[str], bool], find: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function that asks for the modules which *find* gives."""

    @wraps(find)
    def find_told(*arguments: Any, **named: Any) -> Any:
        module = find(*arguments, **named)
        _tell_module(module, recorder, is_of_site)
        return module

    return find_told


def _tell_module(module: Any, recorder: Recorder, is_of_site: Callable[[str], bool]) -> None:
    name = getattr(module, "__name__", None)
    if isinstance(name, str) and is_of_site(name):
        recorder.note("module", name)
