"""Sites built by a build server, as ``sphinx-build`` does it, and each compared with a clean build."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.edits.builder import BuildServer, Order
from tests.support.trees import assert_same_files

_DAY_S = 86_400
_FIRST_DAY_S = 1_750_000_000

FILES: Mapping[str, str | bytes] = {
    "conf.py": """\
import os

project = "Bakery"
extensions = ["myst_parser", "sphinx.ext.todo", "pronghorn"]
html_theme = "basic"
numfig = todo_include_todos = True


def setup(app):
    event, _, code = os.environ.get("HOOK", "").partition(": ")
    if event:
        app.connect(event, lambda *args: exec(code, {"app": app, "args": args}), 0)
""",
    "plugins/tags.py": """\
from pronghorn import Content, Metadata


def make_pages(site):
    for page in list(site.pages):
        for tag in (page.metadata or {}).get("tags", []):
            title = Metadata(title=f"About {tag}")
            site.make_page(f"tags/{tag}", metadata=title, output=Content("md", f"{{doc}}`/{page.docname}`"))


def register_plugin(site):
    site.signals.processors_init.connect(make_pages)
""",
    "index.rst": """\
Bakery
======

.. toctree::
   :glob:

   bread
   sub/rolls
   prices
   tags/*

.. todolist::
""",
    "bread.rst": """\
.. _loaf:

Bread
=====

.. code-block:: python

   bake(1)

.. figure:: loaf.png
   :name: picture

   A loaf.

.. todo:: Salt?

:doc:`prices` and :doc:`nowhere`.
""",
    "sub/rolls.rst": """\
Rolls
=====

.. include:: ../flour.txt

As :ref:`loaf` in :numref:`picture`.

.. unknown::
""",
    "prices.md": "---\ntags: [money]\n---\n\n# Prices\n\nA loaf of [](bread.rst) is 3 EUR, [more](nowhere.md).\n",
    "flour.txt": "Of flour.\n",
    "loaf.png": b"\x89PNG, more or less",
}
"""A small site with all that pages may have to do with each other: a generated page, links, numbers, warnings.

The variable ``HOOK`` has a build run code: ``write-started: print(app)``.
"""

KILL = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
"""Code for a build that shall end at once."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build left behind."""

    status: int
    """Its exit status; below zero, the signal that ended it."""
    said: str
    """What it printed on standard output."""
    warnings: str
    outdir: Path
    actions: Mapping[str, str]
    """What it did with each page, by docname; nothing if it did not come to its end."""

    @property
    def complaints(self) -> list[str]:
        """The lines of all that it printed in which it complains about the page cache."""
        lines = [*self.said.splitlines(), *self.warnings.splitlines()]
        return [line for line in lines if "page cache" in line or "Traceback" in line]


class ServedSite:
    """A site in a folder of its own: ``source``, and beside it ``build`` with what builds make, and the ``cache``.

    Call :meth:`begin` first.

    :param root: a folder that does not exist yet.
    :ivar day: what the calendar says in pages: days after the first build, which may be below zero.
    """

    def __init__(self, root: Path, server: BuildServer, files: Mapping[str, str | bytes]) -> None:
        self.root = root
        self.source = root / "source"
        self.cache = root / "cache"
        self.day = 0
        self._server = server
        self._files = files
        self._clean: dict[str, Outcome] = {}
        self._numbers = itertools.count()

    def begin(self) -> None:
        """Bring the folder to its first state: the source as it was given, built once with the cache.

        Clean builds are kept: a state of the source that comes again need not be built again.
        """
        self.day = 0
        kept = self.root / "kept"
        if not kept.exists():
            for path, content in self._files.items():
                self.write(path, content)
            self.assert_right(self.build())
            kept.mkdir()
            for name in ("source", "build", "cache"):
                (self.root / name).rename(kept / name)
        for found in self.root.iterdir():
            if found.is_file():
                found.unlink()
            elif found.name not in {"kept", "clean"}:
                shutil.rmtree(found)
        for found in kept.iterdir():
            shutil.copytree(found, self.root / found.name, symlinks=True)

    def write(self, path: str, content: str | bytes) -> None:
        """Write a source file."""
        file = self.source / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text in a source file."""
        text = (self.source / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def doctrees(self, into: str = "build") -> Path:
        """Return the folder of the doctrees of a build."""
        return self.root / into / "doctrees"

    def build(
        self,
        into: str = "build",
        *args: str,
        cache: Path | None = None,
        env: Mapping[str, str] | None = None,
        killed_after_s: float = 0.0,
    ) -> Outcome:
        """Run ``sphinx-build`` into a folder beside the source, which keeps what an earlier build made."""
        order = self._order(into, args, cache or self.cache, env or {}, killed_after_s)
        (status,) = self._server.build_at_once([order])
        return _outcome(status, order)

    def build_at_once(self, into: Sequence[str], *args: str) -> list[Outcome]:
        """Run several builds at the same time, all with the same cache."""
        orders = [self._order(folder, args, self.cache, {}, 0.0) for folder in into]
        return list(map(_outcome, self._server.build_at_once(orders), orders))

    def build_as_clean(
        self,
        into: str = "build",
        *args: str,
        cache: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Build, and check that all is as in a clean build."""
        built = self.build(into, *args, cache=cache, env=env)
        self.assert_right(built)
        return built

    def assert_right(self, built: Outcome) -> None:
        """Check a build of the source as it is now: against one into a new folder, with an empty cache.

        It says one line at most about a cache that does not work.
        """
        clean = self.clean_build()
        assert len(built.complaints) <= 1, built.complaints
        assert built.status == clean.status, built.warnings
        assert built.warnings == clean.warnings, f"{built.warnings}\n--- clean:\n{clean.warnings}"
        assert_same_files(built.outdir, clean.outdir)

    def clean_build(self) -> Outcome:
        """Build the source as it is now into a new folder, with an empty cache; one of the same files is kept."""
        key = self._digest_source()
        if key not in self._clean:
            folder = f"clean/{next(self._numbers)}"
            self._clean[key] = self.build(folder, cache=self.root / folder / "cache")
        return self._clean[key]

    def _digest_source(self) -> str:
        walk = os.walk(self.source, followlinks=True)
        files = sorted(Path(folder, name) for folder, folders, names in walk for name in (*folders, *names))
        seen = [(str(file), str(file.readlink()) if file.is_symlink() else "", _content(file)) for file in files]
        return hashlib.sha256(repr((self.day, seen)).encode()).hexdigest()

    def _order(
        self, into: str, args: Sequence[str], cache: Path, env: Mapping[str, str], killed_after_s: float
    ) -> Order:
        logs = self.root / into / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        for name in ("plan", "said", "warnings"):
            (logs / name).unlink(missing_ok=True)
        return Order(
            ["--no-color", "-d", str(self.doctrees(into)), *args, str(self.source), str(self.root / into / "html")],
            self.root,
            logs / "warnings",
            {
                "PRONGHORN_CACHE_DIR": str(cache),
                "PRONGHORN_PLAN_FILE": str(logs / "plan"),
                "SOURCE_DATE_EPOCH": str(_FIRST_DAY_S + self.day * _DAY_S),
                **env,
            },
            out=logs / "said",
            killed_after_s=killed_after_s,
        )


def _content(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() else b""


def _said(file: Path) -> str:
    """Return what a build said; nothing if it was killed before it had opened the file."""
    return file.read_text(encoding="utf-8", errors="backslashreplace") if file.exists() else ""


def _outcome(status: int, order: Order) -> Outcome:
    assert order.out is not None
    plan = Path(order.environment["PRONGHORN_PLAN_FILE"])
    pages = json.loads(plan.read_text(encoding="utf-8"))["pages"] if plan.exists() else []
    return Outcome(
        status,
        _said(order.out),
        _said(order.log),
        Path(order.arguments[-1]),
        {page["docname"]: page["action"] for page in pages},
    )
