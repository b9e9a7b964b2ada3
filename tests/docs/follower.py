"""Does, in a scratch folder, what a page of the manual tells its reader to do."""

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from packaging.requirements import Requirement
from sphinx_autobuild.__main__ import (  # type: ignore[import-untyped] # it has no types
    _get_sphinx_build_parser as make_autobuild_parser,
)

from tests.docs.blocks import BlockError, Check, Command, Console, NewSite, Step, Write

ROOT = Path(__file__).resolve().parents[2]
HOME = "/home/ann"
"""What the manual calls the reader's home."""

DEFAULT_CONF = """\
project = "My site"
extensions = ["myst_parser", "pronghorn"]
exclude_patterns = ["_build"]
html_theme = "basic"
# Blocks of the manual show single pages of a site, not the toctree they are in.
suppress_warnings = ["toc.not_included"]
"""
DEFAULT_INDEXES = {"index.md": "# My site\n", "index.rst": "My site\n=======\n"}
OUTPUT = "_build/html"
TIMEOUT_S = 120

_BUILD = re.compile(r"(pronghorn build|sphinx-build|python -m sphinx)( (?!.*-b )|$)")
_RELEVANT = re.compile(r"(pronghorn (build|plugins)|sphinx-build|python -m sphinx)\b")


class Follower:
    """Takes the steps of one page.

    :param scratch: an empty folder. Each site gets a home below it, which the output of commands calls ``/home/ann``.
    """

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._sites = 0
        self._start(NewSite("", ""))

    def follow(self, steps: Iterable[Step]) -> None:
        """Take all steps, and build what is left to build at the end.

        :raises BlockError: something does not do what the page says.
        """
        take: dict[type[Step], Callable[..., None]] = {
            Write: self._write,
            Console: self._type,
            Check: self._check,
            NewSite: self._start,
        }
        last = Step("")
        for last in steps:
            take[type(last)](last)
        self._build_if_due(last.where)

    def _start(self, step: NewSite) -> None:
        if self._sites:
            self._build_if_due(step.where)
        if step.kind not in {"", "from nothing", "with warnings"}:
            raise BlockError(f"{step.where}: no such kind of site: {step.kind}")
        self._sites += 1
        self._home = self._scratch / f"home{self._sites}"
        self._packages = self._home / ".packages"
        self._kind = step.kind
        self._folder = self._home if step.kind == "from nothing" else self._home / "mysite"
        self._folder.mkdir(parents=True)
        self._due = False

    # Files

    def _write(self, step: Write) -> None:
        file = self._folder / step.file
        file.parent.mkdir(parents=True, exist_ok=True)
        text = step.text
        if step.file == "conf.py" and not _sets_extensions(text):
            text = (file.read_text(encoding="utf-8") if file.exists() else DEFAULT_CONF) + "\n" + text
        file.write_text(text, encoding="utf-8")
        self._due = True

    def _complete(self) -> None:
        """Return the site what the page does not show; a page that starts from nothing makes its own."""
        if self._kind == "from nothing":
            return
        conf = self._folder / "conf.py"
        if not conf.exists():
            conf.write_text(DEFAULT_CONF, encoding="utf-8")
        name = "index.md" if "myst_parser" in conf.read_text(encoding="utf-8") else "index.rst"
        index = self._folder / name
        if not index.exists():
            index.write_text(DEFAULT_INDEXES[name], encoding="utf-8")

    # Builds

    def _build_if_due(self, where: str) -> None:
        if not self._due:
            return
        self._complete()
        strict = [] if self._kind == "with warnings" else ["-W", "--keep-going"]
        code, output = self._run(shlex.join(["python", "-m", "sphinx", "-q", *strict, ".", OUTPUT]))
        if code:
            raise BlockError(f"{where}: what stands above it does not build:\n{output}")
        self._due = False

    def _check(self, step: Check) -> None:
        self._build_if_due(step.where)
        file = self._folder / step.file
        if step.relation == "is missing":
            if file.exists():
                raise BlockError(f"{step.where}: {step.file} is there")
            return
        if not file.exists():
            there = "\n  ".join(sorted(str(p.relative_to(self._folder)) for p in self._folder.rglob("*.html")))
            raise BlockError(f"{step.where}: there is no {step.file}, but\n  {there}")
        if step.relation == "exists":
            return
        text = file.read_text(encoding="utf-8")
        if (_on_one_line(step.text) in _on_one_line(text)) != (step.relation == "contains"):
            raise BlockError(f"{step.where}: not true: {step.file} {step.relation} {step.text}\n{text}")

    # Commands

    def _type(self, step: Console) -> None:
        for number, command in enumerate(step.commands, start=1):
            expected = step.exit_code if number == len(step.commands) else 0
            self._type_one(command, expected, step.where)

    def _type_one(self, command: Command, exit_code: int, where: str) -> None:
        words = shlex.split(command.line)
        if words[0] == "cd":
            self._folder = (self._folder / words[1]).resolve()
            return
        if _RELEVANT.match(command.line):
            self._complete()
        if self._handle_specially(words, where):
            return
        code, output = self._run(command.line)
        if code != exit_code:
            raise BlockError(f"{where}: `{command.line}` ended with {code}, not {exit_code}:\n{output}")
        self._compare(command, output, where)
        if _BUILD.match(command.line):
            self._due = False

    def _handle_specially(self, words: list[str], where: str) -> bool:
        """Do, or look at, the few commands that cannot be run as they are: for want of a network, or for good."""
        if words[:4] == ["python", "-m", "pip", "install"]:
            self._install(words[4:], where)
        elif words[0] == "sphinx-autobuild":
            _check_autobuild(words[1:], where)  # it serves until it is stopped; behaviour/preview starts it
        elif words[0] == "make":
            _check_target(words[1], where)  # `make test` would run this very test
        else:
            return False
        return True

    def _install(self, words: list[str], where: str) -> None:
        """Check that requirements are well-formed, which needs no network; install local folders for real."""
        for word in words:
            if word.startswith("-"):
                continue
            folder = self._folder / word
            if folder.is_dir():
                self._install_folder(folder, where)
            elif folder.is_file():
                _check_requirements(folder.read_text(encoding="utf-8").splitlines())
            else:
                _check_requirements([word])

    def _install_folder(self, folder: Path, where: str) -> None:
        """Build a wheel and unpack it where only this page's commands find it."""
        dist = self._home / ".dist"
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(dist)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
        if done.returncode:
            raise BlockError(f"{where}: {folder.name} does not build:\n{done.stdout}{done.stderr}")
        for wheel in dist.glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(self._packages)
        shutil.rmtree(dist)

    def _run(self, line: str) -> tuple[int, str]:
        done = subprocess.run(
            ["/bin/sh", "-c", line],
            cwd=self._folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=TIMEOUT_S,
            check=False,
        )
        return done.returncode, done.stdout.replace(str(self._home.resolve()), HOME)

    def _environment(self) -> Mapping[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SPHINX"))}
        path = os.pathsep.join([str(Path(sys.executable).parent), inherited.get("PATH", os.defpath)])
        modules = os.pathsep.join(filter(None, [str(self._packages), inherited.get("PYTHONPATH")]))
        return {
            **inherited,
            "PATH": path,
            "PYTHONPATH": modules,
            "HOME": str(self._home),
            "PRONGHORN_CACHE_DIR": str(self._home / ".cache"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "NO_COLOR": "1",
            "COLUMNS": "100",
            "LC_ALL": "C.UTF-8",
        }

    def _compare(self, command: Command, output: str, where: str) -> None:
        shown = "\n".join(command.output)
        if "WARNING: " in output and "WARNING: " not in shown and self._kind != "with warnings":
            raise BlockError(f"{where}: `{command.line}` warns, and the page does not say so:\n{output}")
        if command.output and not matches(command.output, output):
            raise BlockError(f"{where}: `{command.line}` should print\n\n{shown}\n\nbut prints\n\n{output}")


def matches(expected: Iterable[str], output: str) -> bool:
    """Check whether *output* is what a page shows.

    ``...`` is any text, on a line of its own any lines; two blanks or more are any number of blanks.
    """
    lines = [line.rstrip() for line in expected]
    while lines and not lines[-1]:
        lines.pop()
    pattern = "".join(r"(?:.*\n)*?" if line.strip() == "..." else _pattern_of(line) + r"\n" for line in lines)
    text = "".join(line.rstrip() + "\n" for line in output.rstrip().splitlines())
    return re.fullmatch(pattern, text) is not None


def _pattern_of(line: str) -> str:
    parts = re.split(r"(\.\.\.| {2,})", line)
    return "".join({"...": ".*?"}.get(part, " +" if part.startswith("  ") else re.escape(part)) for part in parts)


def _sets_extensions(conf: str) -> bool:
    statements = [node for node in ast.parse(conf).body if isinstance(node, ast.Assign)]
    return any(isinstance(t, ast.Name) and t.id == "extensions" for node in statements for t in node.targets)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _check_requirements(lines: Iterable[str]) -> None:
    for line in lines:
        if line.strip() and not line.startswith("#"):
            Requirement(line)


def _check_autobuild(words: list[str], where: str) -> None:
    try:
        make_autobuild_parser().parse_args(words)
    except SystemExit as error:
        raise BlockError(f"{where}: sphinx-autobuild does not take {shlex.join(words)}") from error


def _check_target(target: str, where: str) -> None:
    makefile = ROOT / "Makefile"
    if not makefile.is_file() or not re.search(rf"^{re.escape(target)}:", makefile.read_text(), re.MULTILINE):
        raise BlockError(f"{where}: the Makefile has no target `{target}`")
