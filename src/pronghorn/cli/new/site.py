"""``pronghorn new site DIR``."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Callable
from pathlib import Path

from pronghorn.cli.new.checks import check_folder, check_language, check_line, check_theme
from pronghorn.cli.new.files import LaidDown, lay_down_files, refuse_clash
from pronghorn.cli.new.templates import Templates
from pronghorn.cli.prompts import ask, at_terminal

NAME = "site"
ABOUT = "a site that can be built at once"
DESCRIPTION = (
    "Lay down a site in DIR: conf.py, two pages, a plugin with a page it makes and a test, and what Read the Docs"
    " needs. DIR is made if it is not there. At a terminal, what no option tells is asked for."
)

DEFAULT_THEME = "alabaster"
_THEMES_OF_SPHINX = (
    *("agogo", "alabaster", "basic", "bizstyle", "classic", "default", "epub", "haiku", "nature", "nonav"),
    *("pyramid", "scrolls", "sphinxdoc", "traditional"),
)
_PACKAGES_OF_THEMES = {
    "furo": "furo",
    "pydata_sphinx_theme": "pydata-sphinx-theme",
    "sphinx_book_theme": "sphinx-book-theme",
    "sphinx_rtd_theme": "sphinx-rtd-theme",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("dir", metavar="DIR", type=check_folder, help="the folder of the site")
    parser.add_argument("--title", type=check_line, help="default: the name of the folder")
    parser.add_argument("--author", type=check_line, help="default: the authors of the title")
    parser.add_argument("--language", type=check_language, help="a code such as en or pt_BR; default: en")
    known = ", ".join(_PACKAGES_OF_THEMES)
    parser.add_argument(
        "--theme",
        type=check_theme,
        help=f"default: {DEFAULT_THEME}. Those of Sphinx need nothing more; {known} go to requirements.txt",
    )


def lay_down(args: argparse.Namespace) -> LaidDown:
    """Write the site, after asking for the options that were not given.

    :raises RefusedError: if nothing can be written.
    :raises EOFError: if the input ends before the answers do.
    """
    templates = Templates(NAME)
    names = templates.names()
    refuse_clash(args.dir, names)
    values = _values(args)
    written = lay_down_files(args.dir, {name: templates.render(name, values) for name in names})
    notes: list[str] = []
    if values["foreign_theme"]:
        notes.append(f"add the package of the theme {values['theme']} to requirements.txt")
    headline = f"The site {values['title']!r} is in {args.dir}:"
    return LaidDown(headline, written, _next_steps(args.dir, values), notes)


def _values(args: argparse.Namespace) -> dict[str, str | None]:
    asking = at_terminal() and not args.yes

    def value(given: str | None, question: str, default: str, check: Callable[[str], str]) -> str:
        if given is not None:
            return given
        return ask(question, default, check) if asking else default

    title = value(args.title, "Title of the site", _title_for(args.dir), check_line)
    theme = value(args.theme, "HTML theme", DEFAULT_THEME, check_theme)
    return {
        "title": title,
        "author": value(args.author, "Author", f"The authors of {title}", check_line),
        "language": value(args.language, "Language", "en", check_language),
        "theme": theme,
        "requirement": _PACKAGES_OF_THEMES.get(theme),
        # Only a known package is named: a guessed name may be that of a foreign package.
        "foreign_theme": theme if theme not in (*_THEMES_OF_SPHINX, *_PACKAGES_OF_THEMES) else None,
    }


def _title_for(folder: Path) -> str:
    """Name the site after its folder, unless the name is not text."""
    try:
        return check_line(os.path.basename(os.path.abspath(folder)))  # noqa: PTH100, PTH119 - follows no links
    except argparse.ArgumentTypeError:
        return "My site"


def _next_steps(folder: Path, values: dict[str, str | None]) -> list[str]:
    steps = [] if folder == Path() else [f"cd {shlex.quote(str(folder))}"]
    if values["requirement"] or values["foreign_theme"]:
        steps.append("python -m pip install -r requirements.txt")
    return [*steps, "pronghorn build"]
