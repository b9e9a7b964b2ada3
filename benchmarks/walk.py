"""Lists which modules of Pronghorn a page passes while it is read and written, in order.

Run it from the root of the repository::

    python -m benchmarks.walk             # two tables: a page from nothing, and one from the cache
    python -m benchmarks.walk --callers   # and who enters each module, by which function

A site of one page is built in this process, and then one with a second page, a paragraph long; both from nothing
(*cold*: pages are read and written) and into another folder with the cache of that build (*warm*: they are restored and
reused). What is called more often for the second site is what a page passes. The order is that of the first such calls
between Sphinx's ``env-get-outdated`` and the end of the build.

A module is entered when one of its functions is called while the nearest function of the package on the stack is
another module's, or there is none; a generator that goes on is no call. The columns are:

``page``
    how often a module is entered for a page. With a zero, it goes through all pages at once.
``from``
    from how many modules that is; Sphinx counts as one.
``build``
    how often it is entered in the whole build of one page.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any
from unittest.mock import patch

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

import pronghorn

PACKAGE = Path(pronghorn.__file__).parent
CONF = 'extensions = ["myst_parser", "pronghorn"]\nhtml_theme = "alabaster"\n'
HOME = "# Home\n\n```{toctree}\nself\n```\n"
PAGE = "# Page\n\nA paragraph, and a link [home](index.md).\n"
KINDS = {"cold": {"read", "written"}, "warm": {"restored", "reused"}}
"""What the plan of a build says of its pages."""


OFTEN = 2


class NotWalkedError(Exception):
    """A build did something else with its pages than the walk is about."""


@dataclass(frozen=True, slots=True)
class Call:
    """A kind of call: of a function, from a module."""

    module: str
    caller: str
    """The module of the nearest function of the package on the stack; ``Sphinx`` if there is none."""
    function: str

    @property
    def enters(self) -> bool:
        """Whether the caller is another module."""
        return self.caller != self.module


@dataclass
class Walk:
    """What one build has passed."""

    calls: Counter[Call] = field(default_factory=Counter)
    """How often each kind of call happened, in the order of the first."""
    is_on: bool = False

    def note(self, frame: FrameType, event: str, _: Any) -> None:
        """Take down a call; a function for :func:`sys.setprofile`."""
        if not self.is_on or event != "call":
            return
        module = module_of(frame)
        if module and not is_going_on(frame):
            caller = next((name for name in map(module_of, outer(frame)) if name), "Sphinx")
            self.calls[Call(module, caller, frame.f_code.co_qualname)] += 1


_MODULES: dict[str, str] = {}


def module_of(frame: FrameType) -> str:
    """Return the name of a module of the package, without the package's own; empty for any other."""
    file = frame.f_code.co_filename
    if file not in _MODULES:
        path = Path(file)
        is_ours = path.is_relative_to(PACKAGE)
        _MODULES[file] = ".".join(path.relative_to(PACKAGE).with_suffix("").parts) if is_ours else ""
    return _MODULES[file]


def outer(frame: FrameType) -> Iterator[FrameType]:
    """Return what is below on the stack."""
    while frame.f_back is not None:
        frame = frame.f_back
        yield frame


def is_going_on(frame: FrameType) -> bool:
    """Check whether a generator goes on, and does not begin: the argument of its RESUME says so."""
    return bool(frame.f_code.co_code[frame.f_lasti + 1] & 3)


@contextmanager
def watched(app: Sphinx, walk: Walk) -> Iterator[None]:
    """Take down all calls from the event at which pages begin to be read."""

    def begin(*_: Any) -> tuple[str, ...]:
        walk.is_on = True
        return ()

    app.connect("env-get-outdated", begin, priority=0)
    sys.setprofile(walk.note)
    try:
        yield
    finally:
        sys.setprofile(None)


def built(root: Path, into: str, cache: str, kind: str) -> Walk:
    """Build the site in *root* in this process.

    :raises NotWalkedError: if its pages were not read, or not restored, as they should.
    """
    source, output, plan = root / "source", root / into, root / f"{into}.json"
    walk = Walk()
    variables = {"PRONGHORN_CACHE_DIR": str(root / cache), "PRONGHORN_PLAN_FILE": str(plan)}
    with patch.dict(os.environ, variables), patch_docutils(source), docutils_namespace():
        app = Sphinx(source, source, output, output / ".doctrees", "html", status=None, warning=None)
        with watched(app, walk):
            app.build()
    done = {page["action"] for page in json.loads(plan.read_text(encoding="utf-8"))["pages"]}
    if not done <= KINDS[kind]:
        raise NotWalkedError(f"in a {kind} build, pages were {', '.join(sorted(done))}")
    return walk


def walks(root: Path) -> dict[str, tuple[Walk, Walk]]:
    """Return the walks of one page and of two, by kind."""
    one, two = root / "one", root / "two"
    longer = {"index.md": HOME.replace("self", "self\npage"), "page.md": PAGE}
    for folder, files in ((one, {"index.md": HOME}), (two, longer)):
        (folder / "source").mkdir(parents=True)
        for name, text in {"conf.py": CONF, **files}.items():
            (folder / "source" / name).write_text(text, encoding="utf-8")
        built(folder, "before", "unused", "cold")  # what a process does once is no part of a page's walk
    cold = [built(folder, "cold", "cache", "cold") for folder in (one, two)]
    warm = [built(folder, "warm", "cache", "warm") for folder in (one, two)]
    return {"cold": (cold[0], cold[1]), "warm": (warm[0], warm[1])}


@dataclass
class Row:
    """A module that a page passes."""

    name: str
    calls: list[tuple[int, Call]]
    """How often more it is called if there is a second page."""
    in_build: int

    @property
    def entering(self) -> list[tuple[int, Call]]:
        """The calls from other modules."""
        return [(times, call) for times, call in self.calls if call.enters]

    @property
    def entered(self) -> int:
        """How often the module is entered for a page."""
        return sum(times for times, _ in self.entering)

    def __str__(self) -> str:
        """Return the line of a table."""
        callers = {call.caller for _, call in self.entering}
        return f"{self.entered:>6} {len(callers):>6} {self.in_build:>6}  {self.name}"


def rows_of(one: Walk, two: Walk) -> list[Row]:
    """Return the modules that a page passes, in order."""
    rows: dict[str, Row] = {}
    in_build = Counter[str]()
    for call, times in one.calls.items():
        in_build[call.module] += times if call.enters else 0
    for call, times in two.calls.items():
        if times > one.calls[call]:
            row = rows.setdefault(call.module, Row(call.module, [], in_build[call.module]))
            row.calls.append((times - one.calls[call], call))
    return list(rows.values())


def report(kind: str, rows: Sequence[Row], *, with_callers: bool) -> Iterator[str]:
    """Write the table of one kind of walk."""
    often = sum(row.entered > OFTEN for row in rows)
    rooms = Counter(row.name.partition(".")[0] for row in rows)
    yield f"{kind}: {len(rows)} modules, {often} of them entered more than twice"
    yield "  " + ", ".join(f"{room} {modules}" for room, modules in rooms.most_common())
    yield f"{'page':>6} {'from':>6} {'build':>6}  module"
    for row in rows:
        yield str(row)
        if with_callers:
            found = sorted(row.entering, key=lambda entry: -entry[0])
            yield from (f"{times:>6} {'':13}  {call.function} from {call.caller}" for times, call in found)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.walk", description="List which modules a page passes.")
    parser.add_argument("--callers", action="store_true", help="also print who enters each module")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        for kind, (one, two) in walks(Path(folder)).items():
            print("\n".join(report(kind, rows_of(one, two), with_callers=args.callers)), end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
