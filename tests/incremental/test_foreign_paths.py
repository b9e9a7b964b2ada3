"""Paths that depend on where a site is and where its builds start: clones give what Sphinx gives there."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import MakeSite
from tests.support import Result, Site, assert_same_output

pytestmark = [pytest.mark.one_version, pytest.mark.thorough]

CONF = (
    "import os\nhtml_theme = 'basic'\nhtml_copy_source = False\n"
    "extensions = [*os.environ['OURS'].split(), 'sphinx.ext.todo']\ntodo_include_todos = True\n"
)


def plan_of(result: Result) -> str:
    line = next((line for line in result.out.splitlines() if line.startswith("page")), "")
    return line.partition(";")[0]  # without the time that was saved


def check(site: Site, cache: Path, started_in: Path, builder: str = "html") -> str:
    """Build with Sphinx alone, from nothing, and with Pronghorn, from the same folder; return what the latter did."""
    shutil.rmtree(site.root / "stock", ignore_errors=True)
    stock = site.build_forked(builder, env={"OURS": ""}, into="stock", started_in=started_in)
    env = {"OURS": "pronghorn", "PRONGHORN_CACHE_DIR": str(cache)}
    ours = site.build_forked(builder, env=env, into="ours", started_in=started_in)
    assert (stock.exit_code, ours.exit_code) == (0, 0), ours.warnings
    assert ours.warnings == stock.warnings
    assert_same_output(stock, ours)
    return plan_of(ours)


INCLUDING = {
    "index.rst": "Home\n====\n\n.. include:: part.txt\n\n.. toctree::\n   :glob:\n\n   p/*\n",
    "part.txt": "A part.\n",
    "p/above.rst": "Above\n=====\n\n.. include:: ../../part.txt\n",
    "../part.txt": ".. include:: ../../more/other.txt\n",
    "../more/other.txt": "Another part.\n",
    "p/literally.rst": "Literally\n=========\n\n.. include:: ../part.txt\n   :literal:\n",
    "p/code.rst": "Code\n====\n\n.. literalinclude:: ../../part.py\n",
    "../part.py": "a = 1\n",
    "p/table.rst": "Table\n=====\n\n.. csv-table::\n   :file: ../../t.csv\n",
    "../t.csv": "1,*2*\n3,4\n",
    "p/raw.rst": "Raw\n===\n\n.. raw:: html\n   :file: ../../part.html\n",
    "../part.html": "<hr>\n",
}
FAULTY = {
    "conf.py": CONF + "keep_warnings = True\n",
    "index.rst": "Home\n====\n\n.. include:: ../part.txt\n\n:other:`thing`\n\n.. toctree::\n\n   list\n",
    "list.rst": "List\n====\n\n.. todolist::\n",
    "../part.txt": ":unknown:`role` :ref:`missing` `*`\n\n.. toctree::\n\n   nowhere\n\n.. todo:: Write more.\n",
}
IN_TEXTS = {
    "conf.py": CONF + "keep_warnings = True\n",
    "index.rst": "Home\n====\n\n.. include:: ../none.txt\n\n.. csv-table::\n   :file: none.csv\n",
    "circular.rst": ":orphan:\n\nCircular\n========\n\n.. include:: ../part.txt\n",
    "../part.txt": ".. include:: ../part.txt\n",
}
PLACES = [".", "source", "..", "beside", "/usr"]


def placed(make_site: MakeSite, files: dict[str, str], place: str) -> tuple[Site, Path]:
    """Make a site, and name the folder to start a build in."""
    site = make_site({"conf.py": CONF, **files})
    (site.root / "beside").mkdir()
    return site, (site.root / place).resolve()


@pytest.mark.parametrize(
    ("files", "places"),
    [(INCLUDING, PLACES), (INCLUDING, PLACES[::-2]), (FAULTY, PLACES)],
    ids=["near first", "far first", "with faults"],
)
def test_what_is_included_is_restored_wherever_builds_start(
    files: dict[str, str], places: list[str], make_site: MakeSite, tmp_path: Path
) -> None:
    for number, place in enumerate(places):
        site, folder = placed(make_site, files, place)
        done = check(site, tmp_path, folder)
        assert number == 0 or " read" not in done, f"{place}: {done}"


def test_names_in_texts_are_right_wherever_builds_start(make_site: MakeSite, tmp_path: Path) -> None:
    for place in PLACES:
        site, folder = placed(make_site, IN_TEXTS, place)
        check(site, tmp_path, folder)


@pytest.mark.parametrize("files", [FAULTY, IN_TEXTS], ids=["with faults", "in texts"])
def test_builds_of_one_folder_start_in_several(files: dict[str, str], make_site: MakeSite, tmp_path: Path) -> None:
    site, _ = placed(make_site, files, ".")
    for place in [*PLACES, "."]:
        check(site, tmp_path, (site.root / place).resolve())


LEAVING = """
import os
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Picture(SphinxDirective):
    required_arguments = 1
    has_content = True

    def run(self):
        app = self.env.app
        file = Path(FOLDER, "made", self.arguments[0])
        if self.content or not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("<svg xmlns='http://www.w3.org/2000/svg'><!-- " + " ".join(self.content) + " --></svg>")
        return [nodes.image(uri="/" + os.path.relpath(file, app.srcdir))]


def setup(app):
    app.add_directive("made", Picture)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
"""
SHARED = {f"p/{name}.rst": f"{name}\n=\n\nText.\n\n.. made:: shared.svg\n" for name in "abc"}
WITH_PICTURES = {
    "conf.py": CONF + "import sys\nsys.path.insert(0, os.path.dirname(__file__))\nextensions += ['own']\n",
    "index.rst": "Home\n====\n\n.. toctree::\n   :glob:\n\n   p/*\n",
    **SHARED,
    "p/d.rst": "d\n=\n\n.. made:: own.svg\n\n   One.\n",
}
FOLDERS = {"output": "app.outdir", "doctrees": "app.doctreedir", "around": "Path(app.outdir).parent"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_files_that_reading_leaves_are_put_into_clones(folder: str, make_site: MakeSite, tmp_path: Path) -> None:
    files = {**WITH_PICTURES, "own.py": LEAVING.replace("FOLDER", FOLDERS[folder])}
    for edited in ("", "", "a", "c", "d", ""):
        site = make_site(files)
        if edited:
            text = (site.source / f"p/{edited}.rst").read_text("utf-8")
            site.write(f"p/{edited}.rst", text + "\nMore.\n")
        done = check(site, tmp_path, site.root)
    assert done == "pages: 5 restored"


@pytest.mark.parametrize("folder", FOLDERS)
def test_files_that_reading_leaves_are_put_back(folder: str, make_site: MakeSite, tmp_path: Path) -> None:
    site = make_site({**WITH_PICTURES, "own.py": LEAVING.replace("FOLDER", FOLDERS[folder])})
    check(site, tmp_path, site.root)
    made = next(site.root.glob("ours/**/made"))
    for text in ("Two.", "One."):
        site.write("p/d.rst", f"d\n=\n\n.. made:: own.svg\n\n   {text}\n")
        check(site, tmp_path, site.root)
        assert text in (made / "own.svg").read_text("utf-8")
    shutil.rmtree(made)
    assert check(site, tmp_path, site.root) == "pages: 5 reused"
    assert {file.name for file in made.iterdir()} == {"own.svg", "shared.svg"}


VALUES = """
import os
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Show(SphinxDirective):
    def run(self):
        return [nodes.paragraph(text=str(SHOWN))]


def begin(app):
    app.config.data
    app.env.own_state = {"out": app.outdir, "doctrees": str(app.doctreedir), "url": f"file://{app.srcdir}"}
    app.env.domaindata["own"] = {"out": str(app.outdir)}


def setup(app):
    app.add_directive("show", Show)
    app.add_config_value("data", None, "env")
    app.connect("builder-inited", begin)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
"""
DATA = (
    "import sys\nsys.path.insert(0, os.path.dirname(__file__))\nextensions += ['own']\nfrom pathlib import Path\n"
    "here = os.path.dirname(os.path.abspath(__file__))\n"
    "data = {'file': here + '/data.txt', 'above': os.path.dirname(here) + '/more', 'url': 'file://' + here,\n"
    "        'path': Path(here, 'data'), 'list': here + ':' + here + '/data'}\n"
)
SHOWING = {
    "conf.py": CONF + DATA,
    "index.rst": "Home\n====\n\n.. show::\n\n.. toctree::\n\n   other\n",
    "other.rst": "Other\n=====\n\nText.\n",
    "data.txt": "Some data.\n",
}
NO_PLACES = {
    "a file": "Path(self.config.data['file']).read_text()",
    "a part": "self.config.data['path'].name + self.config.data['list'][-4:]",
    "an attribute": "self.env.own_state['out'].name + self.env.own_state['doctrees'][-8:]",
    "data of a domain": "self.env.domaindata['own']['out'][-4:]",
}
SHOWN_PLACES = {
    "the source": "self.config.data['file']",
    "a folder above": "os.path.dirname(self.config.data['above'])",
    "the output": "self.env.own_state['out']",
    "the doctrees": "self.env.own_state['doctrees']",
    "a way": "os.path.relpath(self.env.app.outdir, self.env.srcdir)",
    "metadata": "self.env.metadata[self.env.docname].setdefault('out', str(self.env.app.outdir))",
}


def build(site: Site, cache: Path, into: str = "ours") -> Result:
    result = site.build_forked(env={"OURS": "pronghorn", "PRONGHORN_CACHE_DIR": str(cache)}, into=into)
    assert (result.exit_code, result.warnings) == (0, "")
    return result


@pytest.mark.parametrize("kind", NO_PLACES)
def test_a_path_in_a_value_keeps_no_page_from_clones(kind: str, make_site: MakeSite, tmp_path: Path) -> None:
    files = {**SHOWING, "own.py": VALUES.replace("SHOWN", NO_PLACES[kind])}
    build(make_site(files), tmp_path)
    assert plan_of(build(make_site(files), tmp_path)) == "pages: 2 restored"


@pytest.mark.parametrize("kind", SHOWN_PLACES)
def test_a_page_shows_where_its_own_build_is(kind: str, make_site: MakeSite, tmp_path: Path) -> None:
    files = {**SHOWING, "own.py": VALUES.replace("SHOWN", SHOWN_PLACES[kind])}
    build(make_site(files), tmp_path / "warm")
    clone = make_site(files)
    for into in ("ours", "other"):
        shown = build(clone, tmp_path / "warm", into).read("index.html")
        shutil.rmtree(clone.root / into)
        assert build(clone, tmp_path / f"cold for {into}", into).read("index.html") == shown
