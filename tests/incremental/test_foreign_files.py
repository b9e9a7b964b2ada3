"""Files that foreign code leaves in the output, in ways of its own."""

from pathlib import Path

import pytest

from tests.conftest import MakeSite
from tests.incremental.test_foreign_code import PAGES, SAFE, check_forked, plan_of, site_with

pytestmark = pytest.mark.one_version

COPIED = """
import shutil
from pathlib import Path

SOURCE = Path(__file__).with_name("fonts")

def copy(app, *_):
    target = Path(app.outdir, "_static", "fonts")
    if not target.exists():
        shutil.copytree(SOURCE, target)

def begin(app):
    app.add_css_file("fonts/font.css")

def setup(app):
    app.connect("builder-inited", begin)
    app.connect(EVENT, copy, priority=PRIORITY)
    SAFE
"""


@pytest.mark.parametrize(
    ("event", "priority"),
    [("build-finished", 500), ("builder-inited", 500), ("builder-inited", 1), ("config-inited", 500)],
)
def test_files_that_a_listener_copies_if_they_are_not_there(
    event: str, priority: int, make_site: MakeSite, tmp_path: Path
) -> None:
    code = COPIED.replace("EVENT", repr(event)).replace("PRIORITY", str(priority)).replace("SAFE", SAFE)
    fonts = {"fonts/font.css": "p { color: red }\n", "fonts/licence.txt": "Free.\n", "fonts/a.woff": "aaa"}
    site = site_with(make_site, code, more=fonts)
    check_forked(site, cache=tmp_path)
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 7 reused"
    check_forked(site, cache=tmp_path)
    site.write("fonts/font.css", "p { color: tan }\n")
    check_forked(site, cache=tmp_path)
    site.remove("fonts/a.woff")
    check_forked(site, cache=tmp_path)


DRAWN = """
import hashlib, subprocess, sys
from pathlib import Path
from docutils import nodes
from docutils.parsers.rst import Directive

class drawing(nodes.General, nodes.Element):
    pass

class Draw(Directive):
    has_content = True

    def run(self):
        return [drawing(text=self.content[0])]

def visit(self, node):
    name = "drawn/" + hashlib.sha1(node["text"].encode()).hexdigest()[:8] + ".txt"
    file = Path(self.builder.outdir, name)
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        WRITE
    self.body.append(f"<p>{name}</p>")
    raise nodes.SkipNode

def setup(app):
    app.add_directive("draw", Draw)
    app.add_node(drawing, html=(visit, None))
    SAFE
"""
WAYS = {
    "Python": "file.write_text(node['text'])",
    "a program": "subprocess.run([sys.executable, '-c', f'open({str(file)!r}, \"w\").write({node[\"text\"]!r})'])",
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_files_that_are_made_if_they_are_not_there(way: str, make_site: MakeSite, tmp_path: Path) -> None:
    drawn = {f"more/page{number}.rst": f"{PAGES[f'more/page{number}.rst']}\n.. draw::\n\n   one\n" for number in (1, 2)}
    site = site_with(make_site, DRAWN.replace("WRITE", way).replace("SAFE", SAFE), more=drawn)
    check_forked(site, cache=tmp_path)
    site.write("more/page2.rst", drawn["more/page2.rst"] + "\nMore.\n")
    check_forked(site, cache=tmp_path)
    site.write("more/page1.rst", drawn["more/page1.rst"].replace("one", "two"))
    check_forked(site, cache=tmp_path)
    site.write("more/page2.rst", PAGES["more/page2.rst"])
    check_forked(site, cache=tmp_path)
    site.remove("more/page0.rst")  # a neighbour: page 1 gets another page around what was rendered
    check_forked(site, cache=tmp_path)
    site.write("more/page0.rst", PAGES["more/page0.rst"])
    assert plan_of(check_forked(site, cache=tmp_path, into="clone")) == "pages: 7 restored"


UNMERGED = """
from sphinx.domains import Domain
from sphinx.util.docutils import SphinxDirective
from docutils import nodes

class Proofs(Domain):
    name = "proofs"
    initial_data = {"found": {}}

    def clear_doc(self, docname):
        found = self.data["found"]
        self.data["found"] = {name: place for name, place in found.items() if place != docname}

class Proof(SphinxDirective):
    required_arguments = 1

    def run(self):
        self.env.get_domain("proofs").data["found"][self.arguments[0]] = self.env.docname
        return [nodes.paragraph("", self.arguments[0])]

def show(app, pagename, templatename, context, doctree):
    found = app.env.get_domain("proofs").data["found"]
    context["body"] = context.get("body", "") + f"<p>{sorted(found.items())}</p>"

def setup(app):
    app.add_domain(Proofs)
    app.add_directive("proof", Proof)
    app.connect("html-page-context", show)
    SAFE
"""


def test_a_domain_that_does_not_say_how_to_merge(make_site: MakeSite, tmp_path: Path) -> None:
    proofs = {f"more/page{number}.rst": f"Page\n====\n\n.. proof:: p{number}\n" for number in (1, 3)}
    site = site_with(make_site, UNMERGED.replace("SAFE", SAFE), more=proofs)
    check_forked(site, cache=tmp_path)
    site.write("more/page1.rst", proofs["more/page1.rst"].replace("p1", "another"))
    check_forked(site, cache=tmp_path)
    site.write("more/page2.rst", "Page 2\n======\n\nOther text.\n")
    check_forked(site, cache=tmp_path)
    check_forked(site, cache=tmp_path, into="clone")


REWRITTEN = """
from pathlib import Path

def before(app, env, docnames):
    env.listed = docnames

def finished(app, exception):
    for docname in FOUND:
        page = Path(app.builder.get_outfilename(docname))
        page.write_text(page.read_text() + "<!-- " + "rewritten -->")

def setup(app):
    app.connect("env-before-read-docs", before)
    app.connect("build-finished", finished)
    SAFE
"""


@pytest.mark.parametrize("found", ["app.env.listed", "sorted(app.env.all_docs)"], ids=["those read", "all"])
def test_pages_that_are_rewritten_in_the_end(found: str, make_site: MakeSite, tmp_path: Path) -> None:
    site = site_with(make_site, REWRITTEN.replace("FOUND", found).replace("SAFE", SAFE))
    check_forked(site, cache=tmp_path)
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 7 restored"
    site.write("index.rst", PAGES["index.rst"] + "\nAnother line.\n")
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 1 read, 6 restored"
    site.remove("more/page5.rst")
    check_forked(site, cache=tmp_path)
    check_forked(site, cache=tmp_path, into="clone")
    check_forked(site, cache=tmp_path, jobs=2, into="clone")
