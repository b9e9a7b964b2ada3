"""The page about the files of the source, from their docstrings."""

import ast
import re
from itertools import groupby
from pathlib import Path

import pronghorn

DOCNAME = "reference/modules"
TITLE = "Source files"
TYPE = "rst"

INTRODUCTION = """\
Source files
============

What each file of ``src/pronghorn`` does, from its docstring. :doc:`/architecture` says how they go together.
"""


_ROLE = re.compile(r":\w+:`~?([^`]+)`")
"""A cross-reference: names of modules that have no page in the manual."""


def render():
    package = Path(pronghorn.__file__).parent
    files = sorted(package.rglob("*.py"), key=lambda file: (file.parent.relative_to(package).parts, file.name))
    parts = [INTRODUCTION]
    for folder, group in groupby(files, key=lambda file: file.parent):
        parts += _folder(folder.relative_to(package), list(group))
    return "\n".join(parts)


def _folder(folder, files):
    title = "/".join(["pronghorn", *folder.parts])
    path = "".join(f"{part}/" for part in folder.parts)
    about = {file.name: _first_paragraph(file) for file in files}
    yield from (title, "-" * len(title), "", about.pop("__init__.py", ""), "")
    for name, text in about.items():
        yield from (f".. sourcefile:: {path}{name}", "", f"   {text}", "")


def _first_paragraph(file):
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    text = " ".join(docstring.partition("\n\n")[0].split()).removesuffix("::")
    return _ROLE.sub(r"``\1``", text)
