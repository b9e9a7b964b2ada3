"""What handlers keep on the environment while pages are written: pages show what those before them have left."""

import json
from pathlib import Path

import pytest

from tests.conftest import MakeSite
from tests.incremental.test_foreign_code import PAGES, SAFE, check_forked, plan_of, site_with
from tests.support import Result, Site, assert_same_output
from tests.support.params import first_always

pytestmark = pytest.mark.one_version

GATHER = """
import json
from collections import Counter, defaultdict

from docutils import nodes
from sphinx.addnodes import glossary


class Gatherer:
    def begin(self, app):
        BEGIN

    def resolved(self, app, doctree, docname):
        env = app.env
        for term in [node.astext() for node in doctree.findall(nodes.term)]:
            PUT
        if not IN_TEMPLATE:
            doctree += nodes.paragraph(text=f"so far: {self.shown(env)}")

    def page(self, app, pagename, templatename, context, doctree):
        if IN_TEMPLATE and doctree is not None:
            context["body"] += f"<p>so far: {self.shown(app.env)}</p>"

    def shown(self, env):
        return SHOWN

    def finish(self, app, exception):
        (app.outdir / "all.json").write_text(json.dumps(str(self.shown(app.env))))


def setup(app):
    gatherer = Gatherer()
    app.connect("builder-inited", gatherer.begin)
    app.connect("doctree-resolved", gatherer.resolved)
    app.connect("html-page-context", gatherer.page)
    app.connect("build-finished", gatherer.finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
"""


def gathering(put: str, shown: str, begin: str = "pass", *, in_template: bool = False) -> str:
    code = GATHER.replace("BEGIN", begin).replace("PUT", put).replace("IN_TEMPLATE", str(in_template))
    return code.replace("SHOWN", shown)


KINDS = {
    "a dict made at first use": gathering(
        "env.terms = getattr(env, 'terms', {}); env.terms[term] = docname", "getattr(env, 'terms', None)"
    ),
    "a list made at the start": gathering("env.terms.append(term)", "env.terms", "app.env.terms = []"),
    "a counter in memory": gathering(
        "self.terms[term[0]] += 1",
        "dict(env.terms)",
        "self.terms = app.env.terms = Counter()",
        in_template=True,
    ),
    "a number": gathering("env.n = getattr(env, 'n', 0) + 1", "getattr(env, 'n', 0)"),
    "a new list each time": gathering("env.terms = [*getattr(env, 'terms', ()), term]", "getattr(env, 'terms', None)"),
    "a dict in a dict in memory": gathering(
        "self.terms[term] = docname",
        "env.found",
        "app.env.found = {'terms': {}, 'n': 1}; self.terms = app.env.found['terms']",
    ),
    "a defaultdict": gathering(
        "env.terms[term[0]].append(docname)", "dict(env.terms)", "app.env.terms = defaultdict(list)", in_template=True
    ),
    "a set that is emptied": gathering(
        "env.terms.clear() if term == 'end' else env.terms.add(term)", "sorted(env.terms)", "app.env.terms = {'first'}"
    ),
}


def glossary(number: int, *terms: str) -> str:
    return f"Page {number}\n======\n\n.. glossary::\n\n" + "".join(f"   {term}\n      T.\n\n" for term in terms)


def make(make_site: MakeSite, code: str) -> Site:
    return site_with(make_site, code, more={"more/page1.rst": glossary(1, "one"), "more/page3.rst": glossary(3, "two")})


@pytest.mark.parametrize("kind", first_always(KINDS.keys(), 4))
def test_pages_show_what_those_before_them_have_left(kind: str, make_site: MakeSite, tmp_path: Path) -> None:
    site = make(make_site, KINDS[kind])
    check_forked(site, cache=tmp_path)
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 7 reused"
    site.write("more/page2.rst", "Page 2\n======\n\nOther text.\n")
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 1 read, 6 reused"
    site.write("more/page2.rst", glossary(2, "new", "end"))
    check_forked(site, cache=tmp_path)
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 7 reused"
    assert plan_of(check_forked(site, cache=tmp_path, into="clone")) == "pages: 7 restored"
    site.write("more/page2.rst", PAGES["more/page2.rst"])
    site.remove("more/page1.rst")
    built = check_forked(site, cache=tmp_path)
    for cache in (tmp_path, tmp_path / "empty"):  # with two processes, Sphinx alone shows something else
        ours = site.build(env={"OURS": "pronghorn", "PRONGHORN_CACHE_DIR": str(cache)}, jobs=2, into=cache.name)
        assert_same_output(built, ours)


def test_a_page_that_begins_to_leave_something(make_site: MakeSite, tmp_path: Path) -> None:
    """All others were written when nobody did, and showed that nothing was there."""
    site = site_with(make_site, KINDS["a dict made at first use"])
    check_forked(site, cache=tmp_path)
    site.write("more/page2.rst", glossary(2, "new"))
    assert "'new'" in check_forked(site, cache=tmp_path).read("more/page5.html")
    site.write("more/page2.rst", PAGES["more/page2.rst"])
    assert "so far: None" in check_forked(site, cache=tmp_path).read("more/page5.html")


def test_listeners_of_a_known_extension_alone(make_site: MakeSite, tmp_path: Path) -> None:
    """Where nobody listens to anything but pages, they are not looked at one by one after most edits."""
    code = f"""
    from docutils import nodes

    def resolved(app, doctree, docname):
        env = app.env
        env.terms = getattr(env, "terms", {{}})
        env.terms.update({{node.astext(): docname for node in doctree.findall(nodes.term)}})
        doctree += nodes.paragraph(text=f"so far: {{env.terms}}")

    def setup(app):
        app.connect("doctree-resolved", resolved)
        {SAFE}
    """
    site = site_with(make_site, code)
    check_forked(site, cache=tmp_path)
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 7 reused"
    site.write("more/page2.rst", glossary(2, "new"))
    check_forked(site, cache=tmp_path)
    site.write("more/page4.rst", "Page 4\n======\n\nOther text.\n")
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 1 read, 6 reused"
    site.write("more/page2.rst", "Page 2\n======\n\nOther text.\n")
    check_forked(site, cache=tmp_path)


def test_what_cannot_be_put_there_again_is_made_again(make_site: MakeSite, tmp_path: Path) -> None:
    code = gathering("env.terms.add(term)", "sorted(env.terms.found)", "app.env.terms = Terms()")
    code += "\n\nclass Terms:\n    def __init__(self):\n        self.found = set()\n\n    def add(self, term):\n"
    code += "        self.found.add(term)\n"
    site = make(make_site, code)
    check_forked(site, cache=tmp_path)
    check_forked(site, cache=tmp_path)
    site.write("more/page2.rst", glossary(2, "new"))
    check_forked(site, cache=tmp_path)
    site.write("more/page1.rst", PAGES["more/page1.rst"])
    check_forked(site, cache=tmp_path)


def test_what_is_large_is_made_again(make_site: MakeSite, tmp_path: Path) -> None:
    code = gathering(
        "env.terms[term] = 'x' * 40_000", "{k: len(v) for k, v in env.terms.items()}", "app.env.terms = {}"
    )
    site = make(make_site, code)
    check_forked(site, cache=tmp_path)
    check_forked(site, cache=tmp_path)
    site.write("more/page2.rst", glossary(2, "new"))
    check_forked(site, cache=tmp_path)
    site.write("more/page1.rst", PAGES["more/page1.rst"])
    check_forked(site, cache=tmp_path)


def test_additional_pages_leave_something_as_well(make_site: MakeSite, tmp_path: Path) -> None:
    code = """
    import json

    def begin(app):
        app.env.names = []

    def page(app, pagename, templatename, context, doctree):
        app.env.names.append(pagename)
        context["body"] = context.get("body", "") + f"<p>so far: {app.env.names}</p>"

    def finish(app, exception):
        (app.outdir / "all.json").write_text(json.dumps(app.env.names))

    def setup(app):
        app.connect("builder-inited", begin)
        app.connect("html-page-context", page)
        app.connect("build-finished", finish)
        return {"parallel_read_safe": True, "parallel_write_safe": True}
    """
    site = site_with(make_site, code)
    check_forked(site, cache=tmp_path)
    built = check_forked(site, cache=tmp_path)
    assert plan_of(built) == "pages: 7 reused"
    assert "genindex" in names_in(built)
    site.write("more/page2.rst", "Page 2\n======\n\nOther text.\n")
    assert plan_of(check_forked(site, cache=tmp_path)) == "pages: 1 read, 6 reused"
    site.write("more/page22.rst", "Page 22\n=======\n\nText.\n")
    check_forked(site, cache=tmp_path)


def names_in(result: Result) -> list[str]:
    names: list[str] = json.loads(result.read("all.json"))
    return names
