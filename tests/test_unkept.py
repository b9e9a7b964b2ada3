"""A dead cache is told: a build says in one line that it can keep most pages not, and why; others tell it later."""

import json
import re
from pathlib import Path

import pytest

from pronghorn.cli.main import main
from tests.conftest import MakeSite
from tests.support import Result, Site

CONF = "import os\nimport sys\n\nsys.path.insert(0, os.path.dirname(__file__))\nproject = 'Test'\nhtml_theme = 'basic'\n"
SETUP = """\
from docutils import nodes


class Own(nodes.General, nodes.Element):
    def __setstate__(self, state):
        self.__dict__.update(state)


def put_in(app, doctree):
    if app.env.current_document.docname.startswith({beginning!r}):
        doctree.append({node})


def setup(app):
    app.add_node(Own, html=(lambda *_: None, lambda *_: None))
    app.connect("doctree-read", put_in)
    return {{"parallel_read_safe": True, "parallel_write_safe": True}}
"""
OBJECT, FUNCTION = "Own()", "nodes.inline(made_by=put_in)"
LINE = re.compile(r"\[pronghorn\] .* could not be kept in the page cache: .*")


def make(make_site: MakeSite, n_pages: int = 3, node: str = OBJECT, beginning: str = "", conf: str = "") -> Site:
    """Make a site whose extension puts *node* into each page whose name has that beginning."""
    names = [f"page{number}" for number in range(1, n_pages)]
    files = {f"{name}.rst": f"{name}\n=====\n" for name in names}
    files["index.rst"] = "Home\n====\n\n.. toctree::\n\n" + "".join(f"   {name}\n" for name in names)
    files["puts.py"] = SETUP.format(node=node, beginning=beginning)
    files["conf.py"] = CONF + f"extensions = ['puts', 'pronghorn']\n{conf}"
    return make_site(files)


def told(result: Result) -> list[str]:
    """Return the lines about what is not kept."""
    assert result.exit_code == 0, result.warnings
    return LINE.findall(result.out + result.warnings)
