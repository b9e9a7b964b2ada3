"""Names that two pages define: builds give what Sphinx gives, and read no page without a change."""

from pathlib import Path

import pytest

from tests.conftest import MakeSite
from tests.incremental.test_foreign_code import SAFE, check_forked, plan_of, site_with
from tests.support import Site, assert_same_output
from tests.support.params import first_always

pytestmark = pytest.mark.one_version

TABLE = f"""
from sphinx.directives import ObjectDescription
from sphinx.domains import Domain


class Entry(ObjectDescription):
    def handle_signature(self, sig, signode):
        signode += self.env.domains["own"].described(sig)
        return sig

    def add_target_and_index(self, name, sig, signode):
        self.env.domains["own"].put(name, self.env.docname)


class Own(Domain):
    name = "own"
    directives = {{"entry": Entry}}
    initial_data = {{"first": {{}}, "many": {{}}}}

    def described(self, name):
        from sphinx import addnodes
        return addnodes.desc_name(text=f"{{name}} after {{self.data['many'].get(name, {{}}).get('pages', [])}}")

    def put(self, name, docname):
        self.data["first"].setdefault(name, docname)
        self.data["many"].setdefault(name, {{"pages": []}})["pages"].append(docname)

    def clear_doc(self, docname):
        for name in [name for name, first in self.data["first"].items() if first == docname]:
            del self.data["first"][name]
        for name, found in [*self.data["many"].items()]:
            found["pages"] = [page for page in found["pages"] if page != docname]
            if not found["pages"]:
                del self.data["many"][name]

    def merge_domaindata(self, docnames, otherdata):
        for name, first in otherdata["first"].items():
            self.data["first"].setdefault(name, first)
        for name, found in otherdata["many"].items():
            self.data["many"].setdefault(name, {{"pages": []}})["pages"] += found["pages"]


def show(app, pagename, templatename, context, doctree):
    data = app.env.domaindata["own"]
    context["body"] = context.get("body", "") + f"<p>{{data['first']}} {{data['many']}}</p>"


def setup(app):
    app.add_domain(Own)
    app.connect("html-page-context", show)
    {SAFE}
"""
NOTHING = f"def setup(app):\n    {SAFE}\n"
DEFINED = {
    "an option": ".. option:: -r\n\n   R.\n",
    "a function of Python's": ".. py:function:: f()\n\n   F.\n",
    "a module and what is in it": ".. py:module:: m\n\n.. py:function:: f()\n",
    "a term": ".. glossary::\n\n   x\n     The x.\n",
    "a label of an equation": ".. math:: a\n   :label: x\n",
    "a function of JavaScript": ".. js:function:: f()\n",
    "an entry of an extension": ".. own:entry:: x\n",
}
SHOWN = ":option:`-r` :py:func:`f` :py:func:`m.f` :py:mod:`m` :term:`x` :eq:`x` :js:func:`f`\n"


def page(number: int, text: str) -> dict[str, str]:
    return {f"more/page{number}.rst": f"Page {number}\n======\n\n{text}"}


def make(make_site: MakeSite, code: str, text: str, other: str | None = None) -> Site:
    pages = {**page(1, text), **page(3, other or text), **page(5, SHOWN)}
    return site_with(make_site, TABLE if code == "own" else NOTHING, more=pages)


@pytest.mark.parametrize("kind", first_always(DEFINED.keys(), 3))
def test_a_page_that_defines_what_another_defines_is_read_when_it_changes(
    kind: str, make_site: MakeSite, tmp_path: Path
) -> None:
    text = DEFINED[kind]
    site = make(make_site, "own" if "extension" in kind else "", text)
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 7 read"
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 7 reused"
    site.write("more/page2.rst", "Page 2\n======\n\nOther text.\n")
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 1 read, 6 reused"
    assert plan_of(check_forked(site, cache=tmp_path, into="clone")) == "pages: 7 restored"
    site.write("more/page1.rst", "Page 1\n======\n\nNothing.\n")
    check_forked(site, cache=tmp_path)
    site.write("more/page1.rst", f"Page 1\n======\n\nMore text.\n\n{text}")
    assert plan_of(check_forked(site, cache=tmp_path)).startswith("pages: 1 read")
    site.write("more/page0.rst", f"Page 0\n======\n\n{text}")
    check_forked(site, cache=tmp_path)
    site.write("more/page0.rst", "Page 0\n======\n\nText.\n")
    serial = check_forked(site, cache=tmp_path)
    assert " read" not in plan_of(serial)
    for cache in (tmp_path, tmp_path / "empty"):  # with two processes, Sphinx alone warns of nothing
        ours = site.build(env={"OURS": "pronghorn", "PRONGHORN_CACHE_DIR": str(cache)}, jobs=2, into=cache.name)
        assert ours.warnings == serial.warnings
        assert_same_output(serial, ours)


@pytest.mark.parametrize("texts", [("label", "section"), ("section", "label")])
def test_a_label_with_a_title_and_one_without(texts: tuple[str, str], make_site: MakeSite, tmp_path: Path) -> None:
    kinds = {"label": ".. _same:\n\nText.\n", "section": ".. _same:\n\nSection\n-------\n\nText.\n"}
    first, second = (kinds[text] for text in texts)
    site = make(make_site, "", first, second)
    assert ("duplicate label same" in check_forked(site, cache=tmp_path).warnings) == (texts[0] == "section")
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 7 reused"
    site.write("more/page2.rst", "Page 2\n======\n\n:ref:`same`\n")
    assert plan_of(check_forked(site, cache=tmp_path)).startswith("pages: 1 read")
    assert " read" not in plan_of(check_forked(site, cache=tmp_path, into="clone"))
    site.remove("more/page1.rst")
    assert "duplicate" not in check_forked(site, cache=tmp_path).warnings


def test_what_a_page_that_defines_a_name_again_reads_is_followed(make_site: MakeSite, tmp_path: Path) -> None:
    """It reads another file where it finds the name taken: that file is known by that reading only."""
    code = f"""
    from docutils import nodes
    from docutils.parsers.rst import Directive


    class Named(Directive):
        required_arguments = 1

        def run(self):
            env = self.state.document.settings.env
            name, taken = self.arguments[0], env.domaindata["std"]["progoptions"]
            is_taken = (None, name) in taken
            taken[None, name] = (env.docname, "x")
            text = open(env.srcdir / "taken.txt").read() if is_taken else "free"
            return [nodes.paragraph(text=text)]


    def setup(app):
        app.add_directive("named", Named)
        {SAFE}
    """
    site = site_with(make_site, code, more={**page(1, ".. named:: n\n"), **page(3, ".. named:: n\n"), "taken.txt": "a"})
    check_forked(site, cache=tmp_path)
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 7 reused"
    site.write("taken.txt", "b")
    built = check_forked(site, cache=tmp_path)
    assert "<p>b</p>" in built.read("more/page3.html")
    site.write("taken.txt", "a")
    assert " read" not in plan_of(check_forked(site, cache=tmp_path))
    site.write("more/page1.rst", "Page 1\n======\n\nText.\n")
    assert "<p>free</p>" in check_forked(site, cache=tmp_path).read("more/page3.html")


def test_declarations_of_cpp_are_read_in_order(make_site: MakeSite, tmp_path: Path) -> None:
    """What is inside of their tree cannot be taken apart: such pages are read each time that pages are merged."""
    text = ".. cpp:class:: Same\n\n   .. cpp:function:: void f()\n"
    site = make(make_site, "", text)
    check_forked(site, cache=tmp_path)
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 7 reused"
    assert plan_of(check_forked(site, cache=tmp_path, into="clone")) == "pages: 1 read, 6 restored"
