"""A build with a Sphinx that has changed: as right as with Sphinx alone, and told in one line."""

from collections.abc import Iterator
from io import StringIO

import pytest
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from pronghorn.seam.capability import INSTEAD, Capability
from pronghorn.seam.internal import Internal
from pronghorn.seam.register import all_rows
from pronghorn.seam.shape import Standing
from tests.conftest import MakeSite
from tests.seam.rows import IDS
from tests.support import Site, assert_same_output

CONF = """\
import sys, pathlib
sys.path.insert(0, str(pathlib.Path(__file__).parent / "code"))
names = "autodoc autosummary graphviz ifconfig imgmath intersphinx todo viewcode"
extensions = [*(f"sphinx.ext.{name}" for name in names.split()), "myst_parser"]
html_theme = "alabaster"
exclude_patterns = ["code"]
todo_include_todos = True
"""
FILES = {
    "conf.py": CONF,
    "index.md": "# Home\n\n```{toctree}\nguide\nnotes/deep\napi\n```\n\nSee [the guide](guide.md#steps).\n",
    "guide.rst": "Guide\n=====\n\nSteps\n-----\n\n.. figure:: a.svg\n\n   A figure.\n\n.. todo:: Write.\n\n"
    ".. code-block:: python\n\n   x = 'y'\n\n\"Quoted\" -- :py:func:`a_module.f`, :c:func:`g`.\n",
    "notes/deep.md": "# Deep\n\n```{include} part.txt\n```\n",
    "notes/part.txt": "Included.",
    "api.rst": "API\n===\n\n.. automodule:: a_module\n   :members:\n\n.. c:function:: int g(int a)\n\n"
    ".. cpp:class:: N::C\n",
    "code/a_module.py": '"""A module."""\n\ndef f(): "Do it."\n',
    "a.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
}


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Build with Sphinx alone: once, and twice into another folder, which leaves less in the search index."""
    site = Site(tmp_path_factory.mktemp("stock"), FILES)
    for folder in ("build", "twice", "twice"):
        assert site.build(into=folder).exit_code == 0
    return site


@pytest.fixture
def known_again() -> Iterator[None]:
    """Forget at the end that rows have changed."""
    yield
    for row in all_rows():
        vars(row).pop("standing", None)


def build(site: Site, **config: object) -> str:
    """Build in this process, and return what was said."""
    said = StringIO()
    folders = (site.source, site.source, site.root / "build/html", site.root / "build/doctrees")
    with patch_docutils(site.source), docutils_namespace():
        app = Sphinx(*folders, "html", confoverrides=dict(config), status=said, warning=said)
        app.build()
    assert app.statuscode == 0
    return said.getvalue()


def is_told(row: Internal, said: str) -> bool:
    """Check whether one line for each capability, and one alone, says that it is left to Sphinx."""
    missed = row.serves & ~NEVER_MISSED
    told = [said.count(f"{INSTEAD[capability]}: {row.change}") for capability in missed]
    assert set(told) in ({0}, {1}), said
    return set(told) == {1}


NEVER_MISSED = Capability.SHORTCUTS | Capability.PARALLEL
"""What this site, which is built by one process, does without."""
ROWS = [row for row in all_rows() if row.serves & ~NEVER_MISSED]


@pytest.mark.usefixtures("known_again")
@pytest.mark.parametrize("row", [row for row in ROWS if Capability.DOCUMENTS not in row.serves], ids=IDS.get)
def test_what_has_changed_is_left_to_sphinx(row: Internal, make_site: MakeSite, stock: Site) -> None:
    site = make_site({**FILES, "conf.py": CONF + "extensions.append('pronghorn')\n"})
    vars(row)["standing"] = Standing.CHANGED
    assert is_told(row, build(site)) == row.is_loaded
    assert_same_output(site.root / "build/html", stock.root / "build/html")
    assert is_told(row, build(site)) == row.is_loaded
    is_left = row.is_loaded and Capability.WRITING in row.serves and Capability.READING not in row.serves
    assert_same_output(site.root / "build/html", stock.root / ("twice/html" if is_left else "build/html"))
    site.write("notes/part.txt", "Changed.")
    build(site)
    assert "Changed." in (site.root / "build/html/notes/deep.html").read_text("utf-8")


@pytest.mark.usefixtures("known_again")
@pytest.mark.parametrize("row", [row for row in ROWS if Capability.DOCUMENTS in row.serves], ids=IDS.get)
def test_without_documents_of_its_own_pronghorn_ends_the_build(row: Internal, make_site: MakeSite) -> None:
    site = make_site({**FILES, "conf.py": CONF + "extensions.append('pronghorn')\n"})
    vars(row)["standing"] = Standing.CHANGED
    with pytest.raises(SphinxError, match="Pronghorn cannot work: Sphinx has another"):
        build(site)


def test_nothing_is_said_where_all_is_known(make_site: MakeSite, stock: Site) -> None:
    site = make_site({**FILES, "conf.py": CONF + "extensions.append('pronghorn')\n"})
    assert "another" not in build(site)
    assert_same_output(site.root / "build/html", stock.root / "build/html")
