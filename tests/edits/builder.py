"""Builds on request: the other end of the pipe to :mod:`tests.edits.server`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.edits.site import EXTENSIONS_VARIABLE
from tests.support.site import FOREIGN_VARIABLES

_THEMES = ("basic", "alabaster", "classic", "furo")

_WARM_UP = {
    "conf.py": "names = 'todo ifconfig autodoc autosummary viewcode autosectionlabel intersphinx githubpages'\n"
    "others = 'sphinx_design sphinx_copybutton sphinx_tabs.tabs sphinx_inline_tabs sphinx_sitemap notfound.extension'\n"
    "extensions = [*(f'sphinx.ext.{name}' for name in names.split()), *others.split(), 'myst_parser', 'pronghorn']\n",
    "index.rst": "Home\n====\n\n.. toctree::\n   :glob:\n\n   *\n\n.. code-block:: c\n\n   int x;\n\n"
    ".. code-block:: python\n\n   x = 1\n\n.. py:function:: f()\n.. c:function:: int f()\n.. cpp:class:: X\n\n"
    ".. math:: x\n\n.. csv-table::\n\n   1,2\n",
    "page.md": "---\na: b\n---\n# Page\n\n```{note}\nwords\n```\n",
}


@dataclass(frozen=True, slots=True)
class Order:
    """A build to run."""

    arguments: Sequence[str]
    """Those of ``sphinx-build``."""
    folder: Path
    """Where it runs."""
    log: Path
    """A file for what it prints on standard error."""
    environment: Mapping[str, str]
    extensions: str = "pronghorn"
    """What the variable names that ``conf.py`` may look at."""
    out: Path | None = None
    """A file for what it prints on standard output."""
    killed_at: int = 0
    """End it when it is about to write for the n-th time; 0 to leave it alone."""
    killed_after_s: float = 0.0
    """Kill it, and all processes that it has started, after so many seconds; 0 to leave it alone."""
    warmth_to: Path | None = None
    """A file for what the build leaves in its process."""

    def to_json(self) -> dict[str, object]:
        """Return what the server understands."""
        return {
            "arguments": list(self.arguments),
            "folder": str(self.folder),
            "log": str(self.log),
            "environment": {**self.environment, EXTENSIONS_VARIABLE: self.extensions},
            "out": str(self.out or ""),
            "killed_at": self.killed_at,
            "killed_after_s": self.killed_after_s,
            "warmth_to": str(self.warmth_to or ""),
        }


class BuildServer:
    """A process that builds sites. Use it as a context manager, or call :meth:`close`."""

    def __init__(self) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in FOREIGN_VARIABLES}
        environment |= {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.edits.server"],
            cwd=Path(__file__).parent.parent.parent,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._warm_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def build(
        self,
        arguments: Sequence[str],
        *,
        folder: Path,
        log: Path,
        environment: Mapping[str, str],
        extensions: str = "pronghorn",
        killed_at: int = 0,
        warmth_to: Path | None = None,
    ) -> int:
        """Run ``sphinx-build`` with *arguments* in *folder*, its errors going to the file *log*.

        :param killed_at: end it when it is about to write for the n-th time; 0 to leave it alone.
        :param warmth_to: a file for what the build left in its process.
        :return: the exit status; below zero, the signal that ended it.
        """
        order = Order(arguments, folder, log, environment, extensions, killed_at=killed_at, warmth_to=warmth_to)
        return self.build_at_once([order])[0]

    def build_at_once(self, orders: Sequence[Order]) -> list[int]:
        """Run several builds at once, and give their exit statuses when all have ended."""
        return self._ask({"builds": [order.to_json() for order in orders]})

    def _ask(self, request: Mapping[str, object]) -> list[int]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the build server ended with {self._process.wait()}")
        statuses: list[int] = json.loads(answer)
        return statuses

    def _warm_up(self) -> None:
        """Make the server make what every build makes; the builds that show what it is leave nothing else in it."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for file, text in _WARM_UP.items():
                (folder / file).write_text(text, encoding="utf-8")
            log, warmth = folder / "log", folder / "warmth"
            environment = {"PRONGHORN_CACHE_DIR": str(folder / "cache")}
            for theme in _THEMES:
                arguments = ["-q", "-E", "-d", str(folder / "doctrees"), "-D", f"html_theme={theme}"]
                arguments += [str(folder), str(folder / "out")]
                status = self.build(arguments, folder=folder, log=log, environment=environment, warmth_to=warmth)
                if status:
                    raise RuntimeError(f"the first build ended with {status}: {log.read_text(encoding='utf-8')}")
                self._ask({"warmth": str(warmth)})
