"""What a plugin reads of the site is heard, however it came by it, and what it is given is of the same class always."""

from pronghorn.cache.plan.plan import Action
from tests.conftest import MakeSite
from tests.support.cached import CachedSite
from tests.support.quick import plugin

FILES: dict[str, str | bytes] = {
    "index.md": "# Home\n",
    "a.md": "---\norphan: 1\ntags: [salt]\n---\n# Alpha\n",
    "b.md": "---\norphan: 1\ntags: [salt]\n---\n# Beta\n",
    "plain.md": "---\norphan: 1\n---\n# Plain\n",
}
CONF = 'pronghorn_taxonomies = [{"key": "tags"}]\n'
KEPT = """
from docutils import nodes

KEPT = {}

def keep(site):
    KEPT.update(page=site.pages["b"], tags=site.taxonomies["tags"])

def show(page, doctree):
    if page.docname == "plain":
        doctree += nodes.paragraph("", SHOWN)
"""
LISTEN = ("site.signals.readers_finished.connect(keep)", "site.signals.page_read.connect(show)")


def _showing(make_site: MakeSite, what: str) -> CachedSite:
    code = KEPT.replace("SHOWN", what)
    cached = CachedSite(make_site({**FILES, "plugins/p.py": plugin(code, *LISTEN)}, CONF))
    cached.build_as_clean()
    return cached


def test_a_page_that_a_handler_has_kept_is_heard_when_another_is_read(make_site: MakeSite) -> None:
    cached = _showing(make_site, "KEPT['page'].title")
    cached.site.write("a.md", "---\norphan: 1\ntags: [salt]\n---\n# Other\n")
    assert "plain" not in cached.build_as_clean().written
    cached.site.write("b.md", "---\norphan: 1\ntags: [salt]\n---\n# Changed\n")
    built = cached.build_as_clean()
    assert "Changed" in built.read("plain.html")
    assert built.reason("plain") == ("metadata", "b")


def test_terms_that_a_handler_has_kept_are_heard_when_a_page_is_read(make_site: MakeSite) -> None:
    cached = _showing(make_site, "' '.join(page.docname for page in KEPT['tags']['salt'].pages)")
    cached.site.write("c.md", "---\norphan: 1\ntags: [salt]\n---\n# Gamma\n")
    assert "<p>a b c</p>" in cached.build_as_clean().read("plain.html")


def test_what_the_engine_reads_for_a_page_is_not_taken_for_what_it_shows(make_site: MakeSite) -> None:
    """The list of a term is one dependency, and does not make its page one that asks for all pages."""
    cached = CachedSite(make_site(FILES, CONF))
    cached.build_as_clean()
    cached.site.write("plain.md", "---\norphan: 1\ntitle: Given\n---\n# Plain\n")
    assert cached.build_as_clean().with_action(Action.READ) == {"plain"}


CLASSES = """
from pronghorn import Page, Pages, Taxonomy, Term

def check(site):
    terms = [term for taxonomy in site.taxonomies.values() for term in taxonomy]
    taxonomies = list(site.taxonomies.values())
    assert {type(page) for page in site.pages} == {Page}
    assert ({type(term) for term in terms}, {type(one) for one in taxonomies}) == ({Term}, {Taxonomy})
    assert type(site.pages) is Pages
    for page in site.query():
        assert type(page) is Page

def at_reading(page, doctree):
    assert type(page) is Page
    check(SITE[0])

def at_writing(page, context):
    at_reading(page, None)

SITE = []
"""


def test_what_plugins_get_is_of_the_same_class_always(make_site: MakeSite) -> None:
    register = (
        "SITE.append(site)",
        "site.signals.processors_finished.connect(check)",
        "site.signals.page_read.connect(at_reading)",
        "site.signals.rendering_init.connect(check)",
        "site.signals.page_rendering.connect(at_writing)",
        "site.signals.rendering_finished.connect(check)",
    )
    built = make_site({**FILES, "plugins/p.py": plugin(CLASSES, *register)}, CONF).build()
    assert (built.exit_code, built.warnings) == (0, "")
