"""Shortcuts are there while a build runs, and only where what they replace is as expected."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
import sphinx
from docutils import SettingsSpec, frontend, nodes
from docutils.parsers import rst
from docutils.readers import standalone
from sphinx.util import docutils as sphinx_docutils

from pronghorn.seam.internal import Internal, Touch
from pronghorn.seam.shape import Standing
from pronghorn.seam.shortcuts import Shortcut
from pronghorn.speed.shortcuts.all import ALL
from tests.conftest import MakeSite
from tests.support import assert_same_output
from tests.support.shortcuts import shortcuts

IS_SPHINX_8 = sphinx.version_info < (9,)


@pytest.mark.parametrize("known", [known for shortcut in ALL for known in shortcut.relies_on], ids=str)
def test_what_shortcuts_rely_on_is_as_it_is_known(known: Any) -> None:
    is_absent = known.name == "_get_settings" and IS_SPHINX_8
    assert known.look() is (Standing.ABSENT if is_absent else Standing.KNOWN)


PAGES = {
    "index.md": '# Home\n\n```{toctree}\nother\n```\n\nIt\'s -- "here"... and [there](other.md).\n',
    "other.rst": "Other\n=====\n\nA plain text.\n\n.. code-block:: python\n\n   a = 1\n",
}
CONF = """\
extensions = ["myst_parser", "pronghorn"]
html_theme = "basic"
from docutils import nodes
stock = vars(nodes.Node)["findall"]
def note(app, doctree):
    print("noted:", vars(nodes.Node)["findall"].__code__.co_filename)
def end(app, exception):
    print("after:", vars(nodes.Node)["findall"] is stock)
def setup(app):
    app.connect("doctree-read", note)
    app.connect("build-finished", end, priority=999)
"""
NOTED_OURS = re.compile(r"^noted: .*\bshortcuts\b", re.MULTILINE)


def test_shortcuts_are_in_place_while_a_build_runs(make_site: MakeSite) -> None:
    site = make_site({**PAGES, "conf.py": CONF})
    mine = site.build()
    assert NOTED_OURS.search(mine.out)
    assert "after: True" in mine.out
    slow = site.build("html", "-D", "pronghorn_fast=0", into="slow", env={"PRONGHORN_NO_CACHE": "1"})
    assert "noted: " in slow.out
    assert not NOTED_OURS.search(slow.out)
    stock = site.build("html", "-D", "extensions=myst_parser", into="stock")
    assert_same_output(mine, stock)
    assert_same_output(slow, stock)


FOREIGN = """
import functools
unchanged = stock
@functools.wraps(unchanged)
def of_somebody(self, *arguments, **named):
    return (node for node in unchanged(self, *arguments, **named) if not isinstance(node, nodes.literal_block))
nodes.Node.findall = stock = of_somebody
"""
CHANGED = """
code = '''
def findall(self, condition=None, include_self=True, descend=True, siblings=False, ascend=False):
    return (node for node in unchanged(self, condition, include_self, descend, siblings, ascend) if node.shown)
'''
nodes.Node.shown = True
nodes.unchanged = stock
exec(code, vars(nodes))
nodes.Node.findall = stock = nodes.findall
stock.__qualname__ = "Node.findall"
"""


@pytest.mark.parametrize(("change", "is_told"), [(FOREIGN, False), (CHANGED, True)], ids=["foreign", "changed"])
def test_another_function_stays_in_its_place(change: str, is_told: bool, make_site: MakeSite) -> None:
    site = make_site({**PAGES, "conf.py": CONF + change})
    mine = site.build()
    assert mine.exit_code == 0, mine.warnings
    assert not NOTED_OURS.search(mine.out)
    assert "after: True" in mine.out
    assert mine.out.count("[pronghorn] a shortcut is not taken: there is another 'Node.findall'") == is_told
    assert_same_output(mine, site.build("html", "-D", "extensions=myst_parser", into="stock"))


def test_functions_that_are_replaced_can_be_documented(make_site: MakeSite) -> None:
    functions = sorted({f"{known.module}.{known}" for shortcut in ALL for known in replaced(shortcut)})
    assert "docutils.nodes.Node.findall" in functions
    pages = {"index.rst": "Home\n====\n\n" + "\n".join(f".. automethod:: {name}" for name in functions)}
    extensions = ["sphinx.ext.autodoc", "sphinx.ext.viewcode"]
    site = make_site({**pages, "conf.py": f"extensions = {[*extensions, 'pronghorn']}\nhtml_theme = 'basic'\n"})
    mine = site.build()
    assert (mine.outdir / "_modules/docutils/nodes.html").exists()
    assert_same_output(mine, site.build("html", "-D", f"extensions={','.join(extensions)}", into="stock"))


def replaced(shortcut: Shortcut) -> list[Internal]:
    """Return the methods that a shortcut replaces."""
    if not all(known.look() is Standing.KNOWN for known in shortcut.relies_on):
        return []
    made = shortcut.make()
    return [
        known for known in shortcut.relies_on if isinstance(known.owner, type) and (known.owner, known.name) in made
    ]


def test_builds_may_be_nested(make_site: MakeSite) -> None:
    stock = vars(nodes.Node)["findall"]
    with shortcuts():
        outer = vars(nodes.Node)["findall"]
        with make_site(PAGES).app() as app:
            app.build()
        assert vars(nodes.Node)["findall"] is outer
    assert vars(nodes.Node)["findall"] is stock


def test_what_somebody_puts_around_a_shortcut_stays() -> None:
    stock = vars(nodes.Node)["findall"]
    with shortcuts():
        inner = vars(nodes.Node)["findall"]

        def around(self: Any, *arguments: Any, **named: Any) -> Any:
            return inner(self, *arguments, **named)

        nodes.Node.findall = around  # type: ignore[method-assign]
    try:
        assert vars(nodes.Node)["findall"] is around
        assert list(nodes.paragraph("", "a").findall(nodes.Text)) == ["a"]
    finally:
        nodes.Node.findall = stock  # type: ignore[method-assign]


# Settings


def told(settings: Any) -> list[tuple[str, Any]]:
    """Return settings in their order; those that each document has of its own, by what is in them."""
    return list({**vars(settings), "record_dependencies": settings.record_dependencies.list}.items())


def specification(default: str) -> Any:
    return "Mine", None, (("Mine.", ["--mine"], {"default": default}),)


class Component(SettingsSpec):
    """A component whose settings change between two documents."""

    settings_spec = specification("first")
    settings_defaults = {"tab_width": 3}  # noqa: RUF012 - as components have it


def test_defaults_are_those_of_docutils(monkeypatch: pytest.MonkeyPatch) -> None:
    selections: list[tuple[Any, ...]] = [(), (rst.Parser,), (rst.Parser(), standalone.Reader), (None, Component)]

    def all_of_them() -> list[Any]:
        made = [told(frontend.get_default_settings(*components)) for components in selections * 2]
        with monkeypatch.context() as patch:
            patch.setitem(Component.settings_defaults, "tab_width", 5)
            made.append(told(frontend.get_default_settings(Component)))
            patch.setattr(Component, "settings_spec", specification("second"))
            made.append(told(frontend.get_default_settings(Component)))
        return made

    stock = all_of_them()
    with shortcuts():
        assert all_of_them() == stock


def test_documents_do_not_share_what_is_their_own() -> None:
    with shortcuts():
        first, second = (frontend.get_default_settings(rst.Parser) for _ in range(2))
        first.record_dependencies.add("a")
        first._config_files.append("a")
        first.raw_enabled = "other"
        third = frontend.get_default_settings(rst.Parser)
    assert told(second) == told(third) == told(frontend.get_default_settings(rst.Parser))


@pytest.mark.skipif(IS_SPHINX_8, reason="Sphinx 8 makes settings once for all pages")
@pytest.mark.parametrize("is_there", [False, True], ids=["no file", "file"])
@pytest.mark.parametrize("is_disabled", [False, True], ids=["read", "disabled"])
def test_settings_of_a_page_are_those_of_sphinx(
    is_there: bool, is_disabled: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [tmp_path / "absent.conf", tmp_path / "docutils.conf"]
    if is_there:
        files[1].write_text("[general]\nlanguage_code: de\nstrip_classes: a\n[parsers]\nraw_enabled: no\n")
    monkeypatch.setenv("DOCUTILSCONFIG", os.pathsep.join(map(str, files)))
    defaults = {"traceback": True, "tab_width": 7, "own": [], "_disable_config": is_disabled or None}

    def settings(**named: Any) -> Any:
        get = vars(sphinx_docutils)["_get_settings"]
        return told(get(standalone.Reader, rst.Parser(), defaults=defaults, **named))

    stock = [settings(read_config_files=True), settings()]
    assert (dict(stock[0])["language_code"] == "de") == (is_there and not is_disabled)
    with shortcuts():
        assert [settings(read_config_files=True), settings()] == stock


def test_rows_say_what_is_replaced() -> None:
    rows = {row for shortcut in ALL for row in shortcut.relies_on if row.is_there}
    made = {place for shortcut in ALL if all(row.is_there for row in shortcut.relies_on) for place in shortcut.make()}
    said = {(row.owner, row.name) for row in rows if row.touch is Touch.REPLACED}
    assert said == {place for place in made if not getattr(place[0], "__name__", "").startswith("myst_parser")}
