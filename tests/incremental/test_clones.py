"""Clones, in other folders, take from the page cache what Sphinx alone gives."""

import json
from pathlib import Path

from tests.conftest import MakeSite
from tests.support import Site

ABOVE = {
    "conf.py": 'extensions = ["pronghorn"]\nhtml_theme = "basic"\n',
    "index.rst": "Home\n====\n\n.. toctree::\n\n   changes\n",
    "changes.rst": ".. include:: ../CHANGES.rst\n",
    "../CHANGES.rst": "Changes\n=======\n\nNone.\n",
}


def build(site: Site, cache: Path, started_in: Path | None = None) -> str:
    result = site.build(env={"PRONGHORN_CACHE_DIR": str(cache)}, started_in=started_in)
    assert (result.exit_code, result.warnings) == (0, "")
    line = next(line for line in result.out.splitlines() if line.startswith("page"))
    return line.partition(";")[0]  # without the time that was saved


def test_a_page_that_includes_a_document_from_above_is_restored(make_site: MakeSite, tmp_path: Path) -> None:
    first, clone = make_site(ABOVE), make_site(ABOVE)
    assert build(first, tmp_path) == "pages: 2 read"
    assert build(clone, tmp_path) == "pages: 2 restored"
    clone.write("../CHANGES.rst", "Changes\n=======\n\nMany.\n")
    assert build(clone, tmp_path) == "pages: 1 read, 1 reused"
    assert "Many." in (clone.root / "build/html/changes.html").read_text("utf-8")


def test_a_page_that_includes_is_restored_where_builds_start_far_away(make_site: MakeSite, tmp_path: Path) -> None:
    """Docutils then keeps absolute paths."""
    files = {"conf.py": ABOVE["conf.py"], "index.rst": "Home\n====\n\n.. include:: part.txt\n", "part.txt": "Part.\n"}
    far = Path(tmp_path.anchor, "usr")
    assert build(make_site(files), tmp_path, far) == "page: 1 read"
    assert build(make_site(files), tmp_path, far) == "page: 1 restored"


META = {
    "conf.py": "import os\nhtml_theme = 'alabaster'\ntemplates_path = ['_templates']\n"
    "extensions = ['pronghorn'] if os.environ['OURS'] else []\n",
    "_templates/layout.html": '{% extends "!layout.html" %}{% block footer %}META={{ meta }}{% endblock %}',
    "index.rst": "Home\n====\n\n.. toctree::\n\n   a\n   b\n",
    "a.rst": "A\n=\n\nText.\n",
    "b.rst": ":tocdepth: 2\n\nB\n=\n\nText.\n",
}


def test_a_page_without_metadata_has_none_in_templates(make_site: MakeSite) -> None:
    site = make_site(META)
    for builder in ("html", "json"):
        stock = site.build(builder, env={"OURS": ""}, into="stock")
        for into in ("first", "second"):
            ours = site.build(builder, env={"OURS": "1"}, into=into)
            for page in ("a", "b", "index"):
                name = f"{page}.{'html' if builder == 'html' else 'fjson'}"
                assert ours.read(name) == stock.read(name)
    assert "META=None" in (site.root / "first/html/a.html").read_text("utf-8")


def test_a_clone_says_why_pages_are_written_again(make_site: MakeSite, tmp_path: Path) -> None:
    files = {**ABOVE, "index.rst": "Home\n====\n\nText.\n", "changes.rst": ":orphan:\n\nChanges\n=======\n"}
    assert build(make_site(files), tmp_path) == "pages: 2 read"
    clone = make_site(files | {"conf.py": ABOVE["conf.py"] + 'html_title = "Another"\n'})
    plan = tmp_path / "plan.json"
    clone.build(env={"PRONGHORN_CACHE_DIR": str(tmp_path), "PRONGHORN_PLAN_FILE": str(plan)})
    told = {page["docname"]: page["reason"]["text"] for page in json.loads(plan.read_text())["pages"]}
    assert told == dict.fromkeys(["index", "changes"], "the configuration value html_title has changed")
