"""The manual builds, its reference is complete, and every code block in it does what the page says."""

import argparse
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import pronghorn
from pronghorn.cli.main import make_parser
from pronghorn.configuration.keys import KEYS
from pronghorn.resources import shipped
from pronghorn.signals import SIGNALS
from pronghorn.warnings import WarningKind
from tests.docs.blocks import BlockError, steps_of
from tests.docs.follower import ROOT, Follower

MANUAL = ROOT / "docs"
SOURCE = ROOT / "src" / "pronghorn"
PAGES = [ROOT / "README.md", *(page for page in sorted(MANUAL.rglob("*.md")) if "_build" not in page.parts)]
NAMES_OF_PAGES = [page.relative_to(ROOT).as_posix() for page in PAGES]
INVENTORY_LINE = re.compile(r"(.+?)\s+(\S+:\S+)\s+-?\d+\s+(\S*)\s+.*")


@dataclass(frozen=True, slots=True)
class Manual:
    """A build of the manual."""

    exit_code: int
    said: str
    """Warnings and errors; progress is left out."""
    outdir: Path

    def targets(self, kind: str) -> dict[str, str]:
        """Return the URLs, with their fragments, of what has an entry of that kind in the inventory."""
        lines = zlib.decompress((self.outdir / "objects.inv").read_bytes().split(b"\n", 4)[4]).decode().splitlines()
        entries = (found.groups() for found in map(INVENTORY_LINE.match, lines) if found)
        return {name: url.replace("$", name) for name, role, url in entries if role.startswith(kind)}

    def has(self, url: str) -> bool:
        """Check whether a URL leads to an element of a page."""
        page, _, fragment = url.partition("#")
        file = self.outdir / (f"{page}index.html" if page.endswith("/") or not page else page)
        return file.is_file() and f'id="{fragment}"' in file.read_text(encoding="utf-8")


def build_manual(builder: str, folder: Path) -> Manual:
    command = [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-q", "--no-color", "-j", "2"]
    command += ["-b", builder, "-d", str(folder / "doctrees"), str(MANUAL), str(folder / "out")]
    environment = {**os.environ, "PRONGHORN_CACHE_DIR": str(folder / "cache"), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600, check=False
    )
    return Manual(done.returncode, done.stdout + done.stderr, folder / "out")


def commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Return a parser and those of all its subcommands."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from commands(child)


def options_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            yield from action.option_strings or [str(action.metavar or action.dest)]


PARSERS = list(commands(make_parser()))
BUNDLED = [f"plugin-{path.stem}" for path in sorted(shipped("plugins").glob("[!_.]*")) if path.suffix in {"", ".py"}]
FILES = [file.relative_to(SOURCE).as_posix() for file in sorted(SOURCE.rglob("*.py")) if file.name != "__init__.py"]
DOCUMENTED = {
    "std:signal": [spec.name for spec in SIGNALS],
    "std:confval": [key.conf_name for key in KEYS],
    "std:warningkind": [f"pronghorn.{kind.subtype}" for kind in WarningKind],
    "std:cmdoption": [f"{p.prog.replace(' ', '-')}.{option}" for p in PARSERS for option in options_of(p)],
    "std:label": [*(parser.prog.replace(" ", "-") for parser in PARSERS), *BUNDLED],
    "std:sourcefile": FILES,
    "py:": [f"pronghorn.{name}" for name in pronghorn.__all__],
}


def missing_from(manual: Manual) -> dict[str, list[str]]:
    """Return what the reference lacks, by its kind in the inventory."""
    missing = {}
    for kind, names in DOCUMENTED.items():
        targets = manual.targets(kind)
        lacking = [name for name in names if not manual.has(targets.get(name, "nowhere.html"))]
        if lacking:
            missing[kind] = lacking
    return missing


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_the_manual_builds_without_a_warning_and_is_complete(builder: str, tmp_path: Path) -> None:
    manual = build_manual(builder, tmp_path)
    assert (manual.exit_code, manual.said) == (0, "")
    assert missing_from(manual) == {}


@pytest.mark.parametrize("name", NAMES_OF_PAGES)
def test_every_block_does_what_the_page_says(name: str, tmp_path: Path) -> None:
    Follower(tmp_path).follow(steps_of(ROOT / name, name))


@pytest.mark.parametrize("name", ["README.md"])
def test_links_lead_to_files(name: str) -> None:
    """Sphinx looks after the links within the manual."""
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / name).read_text(encoding="utf-8"))
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


# The test's own eyes


def follow(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    Follower(tmp_path / "scratch").follow(steps_of(page, "page.md"))


def block(language: str, caption: str, lines: Iterable[str]) -> str:
    option = f":caption: {caption}\n" if caption else ""
    return f"```{{code-block}} {language}\n{option}\n" + "\n".join(lines) + "\n```\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("```fortran\nEND\n```\n", "page.md:1: nobody checks blocks of `fortran`"),
        ("```\nwhat\n```\n", "no language"),
        ("Text\n\n    indented\n", "page.md:3: an indented block"),
        (block("python", "", ["print()"]), "names no file"),
        ("```{figure-it-out}\n```\n", "{figure-it-out}"),
        ("```{note}\n" + "```fortran\nEND\n```\n".replace("`", "~") + "```\n", "page.md:2: nobody checks"),
        ("<!-- chekc: a.html exists -->\n", "says nothing to the test"),
        ("<!-- check: a.html -->\n", "not a check"),
        ("<!-- new site: with cheese -->\n", "no such kind"),
        ("```console\nls\n```\n", "output without a command"),
    ],
)
def test_what_nobody_would_check_is_a_fault(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(BlockError, match=re.escape(complaint)):
        follow(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (block("python", "plugins/bad.py", ["raise ValueError('oh')"]), "ValueError: oh"),
        (block("md", "a.md", ["# A", "", "{doc}`b`"]), "unknown document"),
        (block("md", "a.md", ["# A"]) + "<!-- check: _build/html/a.html contains Z -->\n", "not true"),
        (block("md", "a.md", ["# A"]) + "<!-- check: _build/html/a.html lacks A -->\n", "not true"),
        (block("md", "a.md", ["# A"]) + "<!-- check: _build/html/a.html is missing -->\n", "is there"),
        (block("md", "a.md", ["# A"]) + "<!-- check: _build/html/b.html exists -->\n", "there is no"),
        (block("md", "a.md", ["# A"]) + block("html", "in _build/html/a.html", ["<h1>B"]), "not true"),
        (block("console", "", ["$ echo one", "two"]), "should print"),
        (block("console", "", ["$ false"]), "ended with 1, not 0"),
        ("<!-- exit code: 1 -->\n\n" + block("console", "", ["$ true"]), "ended with 0, not 1"),
        (block("md", "a.md", ["# A", "", "{doc}`b`"]) + block("console", "", ["$ pronghorn build"]), "warns"),
        (block("console", "", ["$ sphinx-autobuild . _build --prot 9000"]), "does not take"),
        (block("console", "", ["$ make coffee"]), "no target"),
    ],
)
def test_what_is_not_so_is_a_fault(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(BlockError, match=re.escape(complaint)):
        follow(tmp_path, text)


def test_blocks_add_up_until_a_new_site(tmp_path: Path) -> None:
    follow(
        tmp_path,
        block("md", "a.md", ["# A"])
        + block("python", "conf.py", ["html_title = 'T'"])
        + "<!-- check: _build/html/a.html contains T</title> -->\n\n"
        + "<!-- new site -->\n\n"
        + "```md\n<!-- b.md -->\n# B\n```\n\n"
        + "<!-- check: _build/html/a.html is missing -->\n"
        + "<!-- check: _build/html/b.html contains <h1>B -->\n",
    )


def test_dots_stand_for_any_text(tmp_path: Path) -> None:
    follow(tmp_path, block("console", "", ["$ printf 'a 1 b\\nc\\nd\\n'", "a ... b", "...", "d"]))
