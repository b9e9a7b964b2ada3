"""Sites whose pages are read with the cache, and portraits of what reading gave.

Each build runs ``sphinx-build`` in a forked process, so that nothing of it stays: no module, no plugin, no variable.
What all builds import is imported before: that takes half of a small one.
"""

import importlib
import itertools
import os
import pickle
import re
import shutil
import sys
import traceback
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from enum import Enum
from pathlib import Path, PurePath
from types import FunctionType
from typing import Any, TypeVar

import sphinx.cmd.build
from docutils import nodes
from sphinx.application import Sphinx, builtin_extensions
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment

from pronghorn.incremental.read.merging import Merger
from pronghorn.incremental.read.tables import extension_attributes
from pronghorn.seam.environment import TABLES
from pronghorn.seam.register import notices
from tests.support.site import DEFAULT_CONF, FOREIGN_VARIABLES, Site
from tests.support.trees import files_of

Value = TypeVar("Value")

CONF = DEFAULT_CONF.replace('"myst_parser", ', "")
"""For sites in reStructuredText."""

_LABELS = ("sphinx.builders.changes", "sphinx.domains.changeset")  # translated when they are imported
for _name in (*builtin_extensions, "pronghorn.extension.extension", "myst_parser.sphinx_ext.main"):
    if _name not in _LABELS:
        importlib.import_module(_name)

_PAGES_OF_SPHINX = ("searchindex.js", "environment.pickle")


@dataclass(frozen=True, slots=True)
class Portrait:
    """What is in the environment after a build, as text, by table; paths of the site are cut short."""

    tables: dict[str, str]
    doctrees: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReadBuild:
    """What one build did and left behind."""

    exit_code: int
    out: str
    warnings: str
    """What was printed on standard error, with ``<site>`` for the folder of the site."""
    warnings_of_reading: str
    """The same, until the first page was written."""
    root: Path
    outdir: Path
    actions: dict[str, str]
    """What the plan says of each page."""
    reasons: dict[str, tuple[str, str]]
    parsed: frozenset[str]
    """The pages that Sphinx parsed, as seen from outside."""
    merging: tuple[str, ...]
    """How the environment was brought up to date: ``patch``, ``merge``, or not at all."""
    portrait: Portrait | None
    """None if the build failed before there was an environment."""

    @property
    def read(self) -> set[str]:
        """The pages that were read."""
        return self._with("read")

    @property
    def restored(self) -> set[str]:
        """The pages that were restored."""
        return self._with("restored")

    def _with(self, action: str) -> set[str]:
        return {docname for docname, done in self.actions.items() if done == action}

    def output(self) -> dict[str, bytes]:
        """Return all output files, with ``<site>`` for the folder of the site, but for what Sphinx dates."""
        return {
            name: file.read_bytes().replace(os.fsencode(self.root), b"<site>")
            for name, file in files_of(self.outdir).items()
            if file.name not in _PAGES_OF_SPHINX
        }


class ReadingSite:
    """A site and its builds; output, doctrees and cache lie beside the source."""

    def __init__(self, root: Path, files: Mapping[str, str | bytes], conf: str = "") -> None:
        given = {"conf.py": CONF + conf, **files}
        self.site = Site(root, given)
        self.root = self.site.root
        self._numbers = itertools.count()
        self._removed: set[str] = set()

    @property
    def source(self) -> Path:
        """The folder of the sources."""
        return self.site.source

    def write(self, path: str, content: str | bytes) -> None:
        """Write a source file."""
        self.site.write(path, content)

    def remove(self, path: str) -> None:
        """Remove a source file."""
        self.site.remove(path)

    def build(
        self,
        builder: str = "dummy",
        *args: str,
        into: str = "build",
        doctrees: str = "doctrees",
        cache: str = "cache",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        spoil: Callable[[], object] | None = None,
    ) -> ReadBuild:
        """Run ``sphinx-build``, with all its arguments.

        :param spoil: called in the process of the build before it begins.
        """
        built = _in_child(lambda: self._build(builder, args, into, doctrees, cache, env or {}, cwd, spoil))
        self._removed |= {docname for docname, action in built.actions.items() if action == "removed"}
        if built.exit_code == 0 and built.actions:
            assert built.read == built.parsed, "the plan does not tell what was read"
        return built

    def build_as_clean(self, builder: str = "dummy", *args: str, **options: Any) -> ReadBuild:
        """Build, and compare everything with a clean build of a copy of the site."""
        built = self.build(builder, *args, **options)
        clean = self.build_cleanly(builder, *args, env=options.get("env"))
        assert_same_reading(built, clean)
        self._assert_same_output(built, clean)
        return built

    def _assert_same_output(self, built: ReadBuild, clean: ReadBuild) -> None:
        """Compare the output; builders that write one file for each page leave those of pages that are gone."""
        output, expected = built.output(), clean.output()
        left_over = {name for name in output.keys() - expected.keys() if name.rpartition(".")[0] in self._removed}
        assert output.keys() - left_over == expected.keys()
        for name, content in expected.items():
            assert output[name] == content, name

    def build_cleanly(self, builder: str = "dummy", *args: str, env: Mapping[str, str] | None = None) -> ReadBuild:
        """Build a copy of the site, in a folder that no build knows, with a cache of its own."""
        copy = self.clone(f"clean{next(self._numbers)}-of-{self.root.name}")
        return copy.build(builder, *args, cache="empty", env=env)

    def build_stock(self, builder: str = "dummy", *args: str) -> ReadBuild:
        """Build a copy of the site without Pronghorn."""
        copy = self.clone(f"stock{next(self._numbers)}-of-{self.root.name}")
        conf = (copy.source / "conf.py").read_text(encoding="utf-8")
        copy.write("conf.py", f'{conf}\nextensions = [one for one in extensions if one != "pronghorn"]\n')
        return copy.build(builder, *args)

    def clone(self, name: str) -> "ReadingSite":
        """Copy the sources to another folder, beside this one; the copy shares this site's cache."""
        clone = ReadingSite.__new__(ReadingSite)
        clone.site = Site(self.root.parent / name, {"conf.py": ""})
        clone.root = clone.site.root
        clone._numbers = itertools.count()
        clone._removed = set()
        shutil.rmtree(clone.source)
        shutil.copytree(self.source, clone.source, symlinks=True)
        (self.root / "cache").mkdir(exist_ok=True)
        (clone.root / "cache").symlink_to(self.root / "cache")
        return clone

    def _build(  # noqa: PLR0917 - what a build is told
        self,
        builder: str,
        args: tuple[str, ...],
        into: str,
        doctrees: str,
        cache: str,
        env: Mapping[str, str],
        cwd: Path | None,
        spoil: Callable[[], object] | None,
    ) -> ReadBuild:
        """Do it, in a process that ends afterwards."""
        outdir = self.root / into / builder
        for name in FOREIGN_VARIABLES & os.environ.keys():
            del os.environ[name]
        os.environ.update({"LC_ALL": "C.UTF-8", "PRONGHORN_CACHE_DIR": str(self.root / cache), **env})
        os.chdir(cwd or self.root)
        seen = _Observer(str(self.root), str(self.source.resolve() / "conf.py"))
        if spoil is not None:
            spoil()
        command = ["--no-color", "-b", builder, "-d", str(self.root / into / doctrees), *args]
        exit_code = sphinx.cmd.build.main([*command, str(self.source), str(outdir)])
        plan = seen.plan()
        return ReadBuild(
            exit_code,
            "",
            "",
            seen.warnings_of_reading,
            self.root,
            outdir,
            {page.docname: str(page.action) for page in plan},
            {page.docname: tuple(page.reason) for page in plan if page.reason is not None},
            seen.parsed(),
            tuple(seen.merging),
            seen.portrait,
        )


class _Observer:
    """Looks at a build from outside."""

    def __init__(self, root: str, conf: str) -> None:
        self._conf = conf
        self._parsed = Path(root, "parsed")
        self._parsed_file = os.open(self._parsed, os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_WRONLY)
        self.merging: list[str] = []
        self.portrait: Portrait | None = None
        self.warnings_of_reading = ""
        self._root = root
        self._apps: list[Sphinx] = []
        assert not [*notices()], "all is as expected; what is put in place of it below would not be"
        self._observe(Sphinx, "_init_builder", lambda app, _result: self._begin(app))
        parsed, write = self._parsed_file, os.write  # to a file: other processes note pages as well
        self._observe(
            Builder, "read_doc", lambda _builder, _result, docname, **_: write(parsed, f"{docname}\n".encode())
        )
        self._observe(Merger, "replace", lambda _merger, done, *_args: self.merging.extend(["patch"] if done else []))
        self._observe(Merger, "merge_all", lambda _merger, _result, *_args: self.merging.append("merge"))

    def _observe(self, cls: type, name: str, note: Callable[..., object]) -> None:
        original = getattr(cls, name)

        def observed(one: object, *args: Any, **kwargs: Any) -> Any:
            result = original(one, *args, **kwargs)
            note(one, result, *args, **kwargs)
            return result

        for own in (observed, note):  # as if conf.py had put them there, and not an extension that nobody knows
            assert isinstance(own, FunctionType)
            own.__code__ = own.__code__.replace(co_filename=self._conf)
        # And as if it were Sphinx's: what it calls is not asked for by an extension.
        setattr(
            cls, name, FunctionType(observed.__code__, {"__name__": cls.__module__}, name, None, observed.__closure__)
        )

    def parsed(self) -> frozenset[str]:
        """Return the pages that were parsed."""
        return frozenset(self._parsed.read_text(encoding="utf-8").split("\n")[:-1])

    def _begin(self, app: Sphinx) -> None:
        self._apps.append(app)
        app.connect("write-started", lambda app, _builder: self._end_reading(app), 999)

    def _end_reading(self, app: Sphinx) -> None:
        sys.stderr.flush()
        self.warnings_of_reading = Path("/dev/fd/2").read_text(encoding="utf-8").replace(self._root, "<site>")
        self.portrait = portray(app.env, self._root)

    def plan(self) -> list[Any]:
        """Return what the build did with its pages."""
        for app in self._apps:
            for listener in app.events.listeners["build-finished"]:
                owner = getattr(getattr(listener.handler, "__wrapped__", None), "__self__", None)
                if (cached := getattr(owner, "_cached", None)) is not None:
                    return cached.plan.pages() if cached.plan is not None else []
        return []


def _in_child(function: Callable[[], ReadBuild]) -> ReadBuild:
    """Call a function in a forked process, and give what it gives and what it printed."""
    reader, writer = os.pipe()
    folder = Path(os.environ.get("TMPDIR", "/tmp"))
    names = [folder / f"pronghorn-{os.getpid()}-{writer}-{kind}" for kind in ("out", "err")]
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _run_in_child(function, writer, names)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        data = stream.read()
    os.waitpid(pid, 0)
    out, err = (name.read_text(encoding="utf-8", errors="replace") for name in names)
    for name in names:
        name.unlink()
    built = pickle.loads(data) if data else "the process of the build died"
    assert isinstance(built, ReadBuild), f"{built}\n{out}\n{err}"
    shown = err.replace(str(built.root), "<site>")
    return ReadBuild(**{**{name: getattr(built, name) for name in ReadBuild.__slots__}, "out": out, "warnings": shown})


def _run_in_child(function: Callable[[], object], writer: int, names: list[Path]) -> None:
    """Never return."""
    # As in a process of its own, in which no code of pytest runs.
    sys.meta_path[:] = [finder for finder in sys.meta_path if not type(finder).__module__.startswith("_pytest.")]
    try:
        for number, name in enumerate(names, start=1):
            with name.open("wb") as file:
                os.dup2(file.fileno(), number)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - of descriptors, for good
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - likewise
        try:
            result = function()
        except BaseException:  # noqa: BLE001 - the parent tells it
            result = traceback.format_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        with os.fdopen(writer, "wb") as stream:
            stream.write(pickle.dumps(result))
    finally:
        os._exit(0)


def assert_same_reading(built: ReadBuild, clean: ReadBuild) -> None:
    """Check that two builds read the same: all tables, in the same order; all doctrees; all warnings."""
    assert built.portrait is not None, built.warnings
    assert clean.portrait is not None, clean.warnings
    _assert_same_texts(built.portrait.tables, clean.portrait.tables)
    _assert_same_texts(built.portrait.doctrees, clean.portrait.doctrees)
    _assert_same_texts({"warnings": built.warnings_of_reading}, {"warnings": clean.warnings_of_reading})
    if built.outdir.name == "dummy":  # others do not write each page in each build
        _assert_same_texts({"warnings": built.warnings}, {"warnings": clean.warnings})
    assert built.exit_code == clean.exit_code


def _assert_same_texts(built: Mapping[str, str], clean: Mapping[str, str]) -> None:
    for name in sorted(built.keys() | clean.keys()):
        lines, expected = (side.get(name, "(not there)").splitlines() for side in (built, clean))
        assert lines == expected, f"{name}\n" + "\n".join(unified_diff(expected, lines, "clean", "built", n=2))


def portray(env: BuildEnvironment, root: str) -> Portrait:
    """Portray an environment."""
    state = vars(env)
    tables = {name: _shown(_settled(state[name])) for name in TABLES}
    tables["all_docs"] = _shown(set(env.all_docs))  # without the times
    tables["files_to_rebuild"] = _shown(dict(sorted(env.files_to_rebuild.items())))
    for domain, data in env.domaindata.items():
        tables |= {f"{domain}.{name}": _shown(value) for name, value in data.items()}
    for name, value in extension_attributes(env).items():
        tables[f"env.{name}"] = _shown(value)
    doctrees = {docname: _doctree(env.get_doctree(docname)) for docname in sorted(env.found_docs)}
    return Portrait(
        {name: text.replace(root, "<site>") for name, text in tables.items()},
        {docname: text.replace(root, "<site>") for docname, text in doctrees.items()},
    )


def _settled(table: Any) -> Any:
    """Return a table without empty entries if it makes those when asked; then its order means nothing either."""
    if not isinstance(table, defaultdict):
        return table
    entries = {key: _named(entry) if isinstance(entry, set) else entry for key, entry in table.items()}
    return {key: entry for key, entry in sorted(entries.items()) if entry}


def _named(files: set[Any]) -> set[str]:
    """Return the names of files but those of catalogs: Sphinx adds them once more when it finds the documents."""
    return {name for name in map(str, files) if not name.endswith(".mo")}


def _doctree(doctree: nodes.document) -> str:
    """Show a doctree with the source and line of each node, which warnings name."""
    places = [f"{type(node).__name__} {node.source}:{node.line}" for node in doctree.findall()]
    return "\n".join([doctree.pformat(), *places])


def _shown(value: Any) -> str:
    """Show a value so that equal ones look alike; dictionaries and lists in their order."""
    return "\n".join(_lines(value, 0))


def _lines(value: Any, depth: int) -> list[str]:  # noqa: PLR0911 - one for each kind of value
    pad = "  " * depth
    if isinstance(value, nodes.Node):
        return [pad + line for line in value.pformat().splitlines()]
    if isinstance(value, dict):
        entries = [(_lines(key, depth + 1), _lines(entry, depth + 2)) for key, entry in value.items()]
        extra = _lines(vars(value), depth + 1) if getattr(value, "__dict__", None) else []
        return [f"{pad}{type(value).__name__}", *(line for pair in entries for part in pair for line in part), *extra]
    if isinstance(value, set | frozenset):
        return [f"{pad}set", *sorted(line for entry in value for line in _lines(entry, depth + 1))]
    if isinstance(value, list | tuple):
        return [f"{pad}{type(value).__name__}", *(line for entry in value for line in _lines(entry, depth + 1))]
    if isinstance(value, str | bytes | int | float | bool | PurePath | Enum | None):
        return [f"{pad}{value!s} ({type(value).__name__})" if isinstance(value, PurePath) else f"{pad}{value!r}"]
    if hasattr(value, "dump"):  # a symbol of C or C++
        return [pad + line for line in value.dump(0).splitlines()]
    return [pad + re.sub(r" at 0x[0-9a-f]+", "", repr(value)), *_members(value, depth)]


def _members(value: Any, depth: int) -> list[str]:
    state = getattr(value, "__dict__", None)
    return _lines(dict(state), depth + 1) if state and type(value).__module__.startswith("test") else []
