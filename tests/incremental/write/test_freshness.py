"""A build that has nothing to write finds that out at once, and everything that would have to be written is noticed."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pronghorn.cache.plan.plan import Action
from pronghorn.incremental.write.run import Run
from tests.conftest import MakeSite
from tests.support.cached import CachedSite

pytestmark = pytest.mark.one_version

PNG = b"\x89PNG\r\n\x1a\n"
CONF = """
extensions = ["sphinx.ext.todo", "pronghorn"]
html_static_path = ["_static"]
html_css_files = ["own.css"]
templates_path = ["_templates"]
html_theme = "basic"
todo_include_todos = True
"""
FILES: dict[str, str | bytes] = {
    "conf.py": CONF,
    "index.rst": "Home\n====\n\n.. toctree::\n\n   one\n   two\n",
    "one.rst": "One\n===\n\n.. image:: picture.png\n\n:doc:`two` :download:`data.txt`\n",
    "two.rst": "Two\n===\n\n.. include:: part.txt\n",
    "part.txt": "A part.\n",
    "data.txt": "Data.\n",
    "picture.png": PNG,
    "_static/own.css": "p {}",
    "_templates/layout.html": '{% extends "!layout.html" %}\n{% block footer %}Footer one{% endblock %}\n',
}
ALL = {"index", "one", "two"}


@pytest.fixture
def cached(make_site: MakeSite) -> CachedSite:
    """A site that was built."""
    cached = CachedSite(make_site(FILES))
    assert cached.build().written == ALL
    return cached


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Each look at single pages."""
    seen: list[object] = []
    original = Run.find

    def find(self: Run) -> None:
        seen.append(self)
        original(self)

    monkeypatch.setattr(Run, "find", find)
    return seen


def times(folder: Path) -> dict[str, int]:
    """Return when each file was written, but for static ones: Sphinx writes some of them in each build."""
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.parent.name != "_static"}


def test_no_page_is_looked_at_and_no_file_is_touched(cached: CachedSite, runs: list[object]) -> None:
    before = times(cached.site.root / "build" / "html")
    built = cached.build()
    assert runs == []
    assert built.with_action(Action.REUSED) == ALL
    assert times(built.outdir) == before
    cached.build_as_clean()


def _in_source(name: str, more: str) -> Callable[[CachedSite], None]:
    def edit(cached: CachedSite) -> None:
        file = cached.site.source / name
        before = file.read_bytes() if file.exists() else b""
        file.write_bytes(before + more.encode())

    return edit


def _in_output(name: str) -> Callable[[CachedSite], None]:
    def edit(cached: CachedSite) -> None:
        file = cached.site.root / "build" / "html" / name
        status = file.stat()
        file.write_bytes(b"x" * status.st_size)
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))

    return edit


def _without_output(name: str) -> Callable[[CachedSite], None]:
    return lambda cached: (cached.site.root / "build" / "html" / name).unlink()


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(_in_source("_static/own.css", "p { color: red }"), id="style sheet"),
        pytest.param(_in_source("_static/new.css", "p {}"), id="new static file"),
        pytest.param(_in_source("_templates/layout.html", "{% block header %}Header{% endblock %}"), id="template"),
        pytest.param(_in_source("_templates/page.html", "Only this."), id="new template"),
        pytest.param(_in_source("picture.png", "more"), id="image"),
        pytest.param(_in_source("data.txt", "More."), id="download"),
        pytest.param(_in_source("part.txt", "More."), id="included file"),
        pytest.param(_in_source("conf.py", "html_title = 'Another'"), id="configuration"),
        pytest.param(_in_output("one.html"), id="page in the output"),
        pytest.param(_in_output("genindex.html"), id="index in the output"),
        pytest.param(_in_output("objects.inv"), id="inventory in the output"),
        pytest.param(_without_output("searchindex.js"), id="no search index"),
        pytest.param(_without_output("_images/picture.png"), id="no image"),
        pytest.param(_without_output("two.html"), id="no page"),
    ],
)
def test_what_changes_is_noticed(cached: CachedSite, edit: Callable[[CachedSite], None]) -> None:
    edit(cached)
    cached.build_as_clean()


def test_another_builder_that_reads_a_page_in_between(cached: CachedSite) -> None:
    text = (cached.site.source / "two.rst").read_text(encoding="utf-8")
    cached.site.write("two.rst", text + "\n.. index:: another\n\n.. todo:: This.\n")
    cached.build("text")
    cached.build_as_clean()
    cached.site.write("two.rst", text)
    cached.build("text")
    cached.build_as_clean()


def test_a_listener_that_is_not_known_may_change_anything(cached: CachedSite, runs: list[object]) -> None:
    listener = """
def setup(app):
    def change(app, env):
        env.titles["two"].children[0] = type(env.titles["two"].children[0])((app.srcdir / "../title").read_text())

    app.connect("env-updated", change)
"""
    cached.site.write("conf.py", CONF + listener)
    title = cached.site.root / "title"
    title.write_text("First")
    cached.build()
    runs.clear()
    title.write_text("Second")
    cached.build()
    assert len(runs) == 1
    cached.build_as_clean()


def test_warnings_of_pages_are_given_by_each_build(cached: CachedSite) -> None:
    cached.site.write("two.rst", "Two\n===\n\n:ref:`nowhere`\n")
    first = cached.build()
    assert "nowhere" in first.warnings
    assert cached.build().warnings == first.warnings
    assert cached.build_as_clean().warnings == first.warnings


@pytest.mark.parametrize("content", [b"", b"\0" * 64, b"not what it was", None])
def test_a_note_that_is_damaged_is_none(cached: CachedSite, content: bytes | None) -> None:
    (note,) = (cached.site.root / "build").rglob("complete-*.json")
    data = note.read_bytes()
    note.write_bytes(data[:-1] if content is None else content)
    cached.build_as_clean()
