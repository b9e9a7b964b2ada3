"""What extensions and plugins do while pages are written is recorded, repeated or left to them."""

from collections.abc import Callable
from textwrap import dedent, indent

import pytest
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from pronghorn.cache.plan.plan import Action
from pronghorn.cache.store.store import Store
from pronghorn.incremental.write.run import Run
from pronghorn.speed import workers
from tests.conftest import MakeSite
from tests.support.cached import CachedSite, assert_same_build

pytestmark = pytest.mark.one_version

PAGES = {
    "index.rst": "Home\n====\n\n.. toctree::\n\n   one\n   two\n   three\n",
    "one.rst": "One\n===\n\nText of one.\n",
    "two.rst": "Two\n===\n\nText of two.\n",
    "three.rst": "Three\n=====\n\nText of three.\n",
}
ALL = {"index", "one", "two", "three"}


@pytest.fixture
def site_with(make_site: MakeSite) -> Callable[..., CachedSite]:
    """Make a site of four pages whose conf.py has a function ``setup(app)`` with this body, after *code*."""

    def make(setup: str, code: str = "", conf: str = "", **files: str) -> CachedSite:
        body = indent(dedent(setup), "    ").strip() or "pass"
        text = f"{dedent(code)}\n\ndef setup(app):\n    {body}\n\n{dedent(conf)}"
        more = {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}
        return CachedSite(make_site({**PAGES, **more}, indent(text, "    ").replace("\n    \n", "\n\n")))

    return make


SiteWith = Callable[..., CachedSite]


def rewrite(cached: CachedSite, path: str, old: str, new: str) -> None:
    """Edit a source file."""
    file = cached.site.source / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


# --- What is read ---


def test_a_file_that_is_read_while_a_page_is_written(site_with: SiteWith) -> None:
    cached = site_with(
        "app.connect('html-page-context', show)",
        """
        from pathlib import Path

        def show(app, pagename, templatename, context, doctree):
            file = Path(app.srcdir, "data", pagename + ".txt")
            if file.exists():
                context["body"] += file.read_text()
        """,
    )
    cached.site.write("data/one.txt", "first")
    cached.site.write("data/two.txt", "second")
    cached.build()
    cached.site.write("data/one.txt", "changed")
    built = cached.build_as_clean()
    assert built.written == {"one"}
    assert built.reason("one") == ("file", "data/one.txt")
    cached.site.write("data/three.txt", "new")
    assert cached.build_as_clean().written == {"three"}
    cached.site.remove("data/two.txt")
    assert cached.build_as_clean().written == {"two"}


def test_what_an_extension_keeps_in_the_environment(site_with: SiteWith) -> None:
    cached = site_with(
        "app.connect('env-updated', fill)\napp.connect('html-page-context', show)",
        """
        import json
        from pathlib import Path

        def fill(app, env):
            env.own_data = json.loads(Path(app.srcdir, "own.json").read_text())

        def show(app, pagename, templatename, context, doctree):
            if pagename == "two":
                context["body"] += str(app.env.own_data)
        """,
        own_json='{"a": 1}',
    )
    cached.build()
    assert cached.build_as_clean().written == set()
    cached.site.write("own.json", '{"a": 2}')
    built = cached.build_as_clean()
    assert built.written == {"two"}
    assert built.reason("two") == ("env", "own_data")


def test_a_configuration_value_that_a_handler_reads(site_with: SiteWith) -> None:
    cached = site_with(
        """
        app.add_config_value("shown", "a", "")
        app.add_config_value("hidden", "a", "")
        app.connect("html-page-context", show)
        """,
        """
        def show(app, pagename, templatename, context, doctree):
            if pagename == "two":
                context["body"] += app.config.shown
        """,
    )
    cached.build()
    assert cached.build(hidden="b").written == set()
    built = cached.build(shown="b")
    assert built.written == {"two"}
    assert built.reason("two") == ("config", "shown")
    assert "b</body>" not in built.read("one.html")


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("site.find('one').title", ALL),
        ("[page.title for page in site.pages]", ALL),
        ("len(site.pages)", {"one"}),
        ("site.find('one').url", ALL),
        ("page.title", {"one"}),
        ("site.find('one').input.content if page.docname == 'two' else ''", {"one", "two"}),
    ],
)
def test_what_plugins_see_of_other_pages(make_site: MakeSite, asked: str, written: set[str]) -> None:
    plugin = f"""
        def show(page, context):
            site = context["site"]
            context["body"] += str({asked})

        def register_plugin(site):
            site.signals.page_rendering.connect(show)
        """
    cached = CachedSite(make_site({**PAGES, "plugins/show.py": plugin}))
    cached.build()
    assert cached.build_as_clean().written == set()
    cached.site.write("one.rst", ":title: Given\n\nOne\n===\n\nText of one.\n")
    built = cached.build_as_clean()
    assert built.written - {"index"} == written - {"index"}


def test_a_page_that_shows_where_the_site_is_is_written_anew_elsewhere(site_with: SiteWith) -> None:
    cached = site_with(
        "app.connect('html-page-context', show)",
        """
        def show(app, pagename, templatename, context, doctree):
            if pagename == "two":
                context["body"] += str(app.srcdir)
        """,
    )
    cached.build()
    assert cached.build_as_clean().written == set()
    assert cached.clone("elsewhere").build_as_clean().written == {"two"}


def test_a_handler_that_looks_at_the_document(site_with: SiteWith) -> None:
    """The document comes from the first stage, which is not repeated unless somebody looks at its result."""
    cached = site_with(
        "app.connect('html-page-context', show)",
        """
        def show(app, pagename, templatename, context, doctree):
            if pagename in ("one", "two"):
                images = [node["uri"] for node in doctree.findall() if node.tagname == "image"]
                links = [node.get("refuri") for node in doctree.findall() if node.tagname == "reference"]
                context["body"] += f"{type(doctree).__name__} {len(doctree)} {images} {links}"
        """,
        conf="templates_path = ['_templates']",
    )
    cached.site.write(
        "two.rst", ".. _label:\n\nTwo\n===\n\n.. image:: a.svg\n\n:ref:`label`, :ref:`none`, :doc:`one`\n"
    )
    cached.site.write("a.svg", "<svg/>")
    cached.build()
    assert cached.build_as_clean().written == set()
    cached.site.write(
        "_templates/page.html", '{% extends "!page.html" %}{% block body %}{{ super() }}new{% endblock %}'
    )
    assert cached.build_as_clean().written == ALL
    cached.site.write("one.rst", "Uno\n===\n\nText of one.\n")
    assert "two" in cached.build_as_clean().written


# --- What is changed ---


GATHERING = """
    def gather(app, doctree, docname):
        if docname != "index":
            if not hasattr(app.env, "gathered"):
                app.env.gathered = []
            app.env.gathered.append(docname)

    def collect(app):
        return [("list", {"body": " ".join(app.env.gathered)}, "page.html")]
    """


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_gathered_while_pages_are_written_is_there_each_time(
    site_with: SiteWith, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr(workers, "MIN_PAGES", 2)
    cached = site_with("app.connect('doctree-resolved', gather)\napp.connect('html-collect-pages', collect)", GATHERING)
    first = cached.build(jobs=jobs)
    assert "one three two" in first.read("list.html")
    second = cached.build(jobs=jobs)
    assert_same_build(first, second)
    assert second.written == set()


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_only_late_pages_change_is_not_lost(
    site_with: SiteWith, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    """All pages look at what two of them change, each in another process, which has seen it unchanged before."""
    monkeypatch.setattr(workers, "MIN_PAGES", 2)
    cached = site_with(
        "app.connect('builder-inited', begin)\n"
        "app.connect('doctree-resolved', gather)\n"
        "app.connect('html-collect-pages', collect)",
        """
        def begin(app):
            app.env.gathered = []

        def gather(app, doctree, docname):
            gathered = app.env.gathered
            if docname in ("page8", "page9"):
                gathered.append(docname)

        def collect(app):
            return [("list", {"body": " ".join(app.env.gathered)}, "page.html")]
        """,
    )
    for number in range(10):
        cached.site.write(f"page{number}.rst", f":orphan:\n\nPage {number}\n======\n")
    assert "page8 page9" in cached.build(jobs=jobs).read("list.html")


def test_a_page_that_changes_a_table_of_sphinx_is_written_each_time(site_with: SiteWith) -> None:
    cached = site_with(
        "app.connect('doctree-resolved', change)",
        """
        def change(app, doctree, docname):
            if docname == "two":
                app.env.metadata["two"]["changed"] = "yes"
        """,
    )
    first = cached.build()
    second = cached.build_as_clean(clean=first)
    assert second.written == {"two"}


def test_files_that_pages_make_are_part_of_them(site_with: SiteWith) -> None:
    cached = site_with(
        "app.connect('html-page-context', make)",
        """
        from pathlib import Path

        def make(app, pagename, templatename, context, doctree):
            if "MAKE" in context.get("body", ""):
                folder = Path(app.outdir, "_images", "made")
                folder.mkdir(parents=True, exist_ok=True)
                shared = folder / "shared.txt"
                if not shared.exists():
                    shared.write_text("shared")
                (folder / f"{pagename}.txt").write_text(pagename)
        """,
    )
    for name in ("one", "two"):
        cached.site.write(f"{name}.rst", f"{name}\n=====\n\nMAKE\n")
    cached.build()
    elsewhere = cached.clone("elsewhere").build_as_clean()
    assert elsewhere.written == set()
    assert elsewhere.exists("_images/made/one.txt")
    (elsewhere.outdir / "_images/made/two.txt").unlink()
    cached.site.write("one.rst", "one\n=====\n\nNothing.\n")
    built = cached.build_as_clean()
    assert built.written == {"one"}
    assert not built.exists("_images/made/one.txt")
    assert built.exists("_images/made/shared.txt")


@pytest.mark.parametrize("folder", ["_images", "_images/deeper"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_files_that_a_program_makes_are_part_of_the_page(
    site_with: SiteWith, monkeypatch: pytest.MonkeyPatch, jobs: int, folder: str
) -> None:
    """Nobody sees what another process writes, only that the page looks for it."""
    monkeypatch.setattr(workers, "MIN_PAGES", 2)
    code = f"""
        import subprocess, sys
        from pathlib import Path

        def draw(app, doctree, docname):
            if docname == "two":
                file = Path(app.outdir, "{folder}", "drawn.txt")
                if not file.is_file():
                    file.parent.mkdir(parents=True, exist_ok=True)
                    subprocess.run([sys.executable, "-c", f"open({{str(file)!r}}, 'w').write('drawn')"], check=True)
        """
    cached = site_with("app.connect('doctree-resolved', draw)", code)
    assert cached.build(jobs=jobs).exists(f"{folder}/drawn.txt")
    elsewhere = cached.clone("elsewhere").build(jobs=jobs)
    assert elsewhere.written == set()
    assert elsewhere.read(f"{folder}/drawn.txt") == "drawn"


def test_a_site_without_images_has_no_folder_for_them(site_with: SiteWith) -> None:
    assert not (site_with("").build().outdir / "_images").exists()


def test_files_that_nobody_makes_any_more_are_removed_and_foreign_ones_stay(site_with: SiteWith) -> None:
    cached = site_with("", conf="html_static_path = ['_static']\nhtml_extra_path = ['extra']")
    cached.site.write("_static/a.css", "a")
    cached.site.write("extra/b.txt", "b")
    cached.site.write("one.rst", "One\n===\n\n.. py:module:: m\n\n.. image:: a.svg\n\n:download:`a.svg`\n")
    cached.site.write("a.svg", "<svg/>")
    first = cached.build()
    kept = ("_static/a.css", "b.txt", "py-modindex.html", "_images/a.svg")
    assert all(map(first.exists, kept))
    (first.outdir / "foreign.txt").write_text("mine")
    cached.site.write("one.rst", "One\n===\n\nText of one.\n")
    cached.site.remove("_static/a.css")
    cached.site.remove("extra/b.txt")
    cached.site.remove("a.svg")
    second = cached.build()
    assert not any(map(second.exists, kept))
    assert not list(second.outdir.glob("_downloads/**/a.svg"))
    assert second.read("foreign.txt") == "mine"
    (second.outdir / "foreign.txt").unlink()
    cached.build_as_clean()


def test_files_of_a_build_that_failed_are_removed(site_with: SiteWith) -> None:
    cached = site_with(
        "app.connect('html-page-context', make)",
        """
        from pathlib import Path

        def make(app, pagename, *others):
            if pagename == "two":
                raise ValueError("stopped here")
            file = Path(app.outdir, "cards", pagename)
            file.parent.mkdir(exist_ok=True)
            file.write_text("a card")
        """,
    )
    with pytest.raises(ExtensionError, match="stopped here"):
        cached.build()
    assert list((cached.site.root / "build").rglob("cards/one"))
    rewrite(cached, "conf.py", "app.connect(", "print(")
    assert not cached.build_as_clean().exists("cards")


def test_files_that_are_made_when_all_pages_are_written(site_with: SiteWith) -> None:
    """Pages show the checksum of a style sheet, if it is there: in a clean build it is not."""
    cached = site_with(
        "app.add_css_file('late.css')\napp.connect('build-finished', make)",
        """
        from pathlib import Path

        def make(app, exception):
            Path(app.outdir, "_static", "late.css").write_text("p {}")
        """,
    )
    assert cached.build().exists("_static/late.css")
    cached.site.write("one.rst", "One\n===\n\nOther text.\n")
    built = cached.build_as_clean()
    assert built.written == {"one"}
    assert built.exists("_static/late.css")
    rewrite(cached, "conf.py", "app.connect(", "print(")
    assert not cached.build_as_clean().exists("_static/late.css")


@pytest.mark.skipif(not hasattr(Sphinx, "add_static_dir"), reason="this version of Sphinx has no such folders")
def test_folders_of_static_files_of_an_extension(site_with: SiteWith) -> None:
    cached = site_with(
        "app.add_static_dir(Path(__file__).with_name('assets'))\napp.add_css_file('own.css')",
        "from pathlib import Path",
    )
    cached.site.write("assets/own.css", "p {}")
    cached.site.write("assets/other.css", "a {}")
    assert cached.build().exists("_static/other.css")
    cached.site.write("assets/own.css", "p { color: red }")
    assert cached.build_as_clean().written == ALL
    cached.site.remove("assets/other.css")
    assert not cached.build_as_clean().exists("_static/other.css")
    cached.site.remove("assets/own.css")
    assert cached.build_as_clean().written == ALL


def test_pages_with_the_sources_of_modules(site_with: SiteWith, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their extension goes by the time stamps of modules: it makes none of them again when a style sheet changes."""
    cached = site_with("", conf="html_static_path = ['_static']\nhtml_css_files = ['own.css']")
    cached.site.write("_static/own.css", "p {}")
    cached.site.write("one.rst", "One\n===\n\n.. py:module:: shown_source\n\n.. py:function:: shown()\n")
    cached.site.write("shown_source.py", "def shown():\n    return 1\n")
    rewrite(cached, "conf.py", 'extensions = ["', 'extensions = ["sphinx.ext.viewcode", "')
    monkeypatch.syspath_prepend(cached.site.source)
    assert cached.build().exists("_modules/shown_source.html")
    cached.site.write("_static/own.css", "p { color: red }")
    cached.build_as_clean()
    cached.site.write("two.rst", "Two\n===\n\nText.\n")
    cached.site.write("one.rst", "One\n===\n\nText of one.\n")
    assert not cached.build_as_clean().exists("_modules/shown_source.html")


# --- What is said ---


def test_warnings_come_in_the_order_of_pages_whoever_renders_them(site_with: SiteWith) -> None:
    cached = site_with(
        "app.connect('html-page-context', warn)",
        """
        from sphinx.util import logging

        def warn(app, pagename, templatename, context, doctree):
            if doctree is not None:
                logging.getLogger("own").warning("said of %s", pagename, location=pagename, type="own", subtype="x")
        """,
    )
    cached.site.write("two.rst", "Two\n===\n\n:ref:`nowhere`\n")
    first = cached.build()
    said = [line.split("WARNING: ")[1] for line in first.warnings.splitlines()]
    assert said == [
        "said of index [own.x]",
        "said of one [own.x]",
        "said of three [own.x]",
        "undefined label: 'nowhere' [ref.ref]",
        "said of two [own.x]",
    ]
    cached.site.write("three.rst", "Three\n=====\n\nOther text.\n")
    second = cached.build()
    assert second.written == {"three"}
    assert second.warnings == first.warnings
    elsewhere = cached.clone("elsewhere")
    third = elsewhere.build()
    assert third.written == set()
    assert third.warnings == first.warnings.replace(str(cached.site.source), str(elsewhere.site.source))
    assert cached.build(suppress_warnings=["own"]).warnings.count("WARNING") == 1


# --- Several processes ---


def test_several_processes_give_what_one_gives(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "MIN_PAGES", 2)
    names = [f"page{number}" for number in range(12)]
    files = {f"{name}.rst": f"{name}\n=======\n\n:ref:`nowhere{name}`, :doc:`index`, unique{name}\n" for name in names}
    toctree = ".. toctree::\n\n" + "".join(f"   {name}\n" for name in names)
    cached = CachedSite(make_site({**files, "index.rst": f"Home\n====\n\n{toctree}"}))
    serial = cached.build(store="store-serial", into="serial")
    parallel = cached.build(jobs=2)
    assert_same_build(parallel, serial)
    assert parallel.warnings == serial.warnings
    assert cached.build(jobs=2).written == set()
    assert cached.clone("elsewhere").build(jobs=2).written == set()
    cached.site.write("index.rst", f"Other\n=====\n\n{toctree}")
    assert_same_build(cached.build(jobs=2), cached.build_cleanly())


# --- Trust ---


def test_a_share_of_the_pages_is_checked(site_with: SiteWith) -> None:
    cached = site_with(
        "app.connect('html-page-context', count)",
        """
        import sys

        def count(app, pagename, templatename, context, doctree):
            if pagename == "two":
                context["body"] += getattr(sys, "pronghorn_test_word", "first")
        """,
    )
    cached.build()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.pronghorn_test_word", "second", raising=False)
        assert cached.build().warnings == ""
        checked = cached.build(pronghorn_cache_check="1.0")
        assert checked.exit_code == 1
        assert checked.warnings.count("ERROR") == 1
        assert "'two' than rendering it gives: two.html, line" in checked.warnings
        assert "first" in checked.warnings
        assert "second" in checked.warnings
        assert checked.reason("two") == ("check", "")
        assert "second" in checked.read("two.html")
        assert cached.build(pronghorn_cache_check="1.0").warnings == ""


def test_a_sound_cache_passes_the_check(site_with: SiteWith) -> None:
    cached = site_with("")
    first = cached.build()
    second = cached.build(pronghorn_cache_check="1.0")
    assert_same_build(second, first)
    assert second.written == set()


def test_a_cache_that_is_off_is_filled_all_the_same(site_with: SiteWith) -> None:
    cached = site_with("")
    cached.build(pronghorn_cache="0")
    assert cached.build(pronghorn_cache="0").written == ALL
    assert cached.clone("elsewhere").build_as_clean().written == set()


def test_output_that_was_damaged_is_restored(site_with: SiteWith) -> None:
    cached = site_with("")
    first = cached.build()
    before = first.files()
    (first.outdir / "one.html").write_text("damaged")
    (first.outdir / "two.html").unlink()
    (first.outdir / "_sources/three.rst.txt").unlink()
    (first.outdir / "genindex.html").write_text("damaged")
    second = cached.build()
    assert second.files() == before
    assert second.with_action(Action.RESTORED) == {"one", "two", "three"}
    assert second.written == set()


def test_pages_whose_files_the_store_has_lost_are_written_anew(site_with: SiteWith) -> None:
    cached = site_with("")
    first = cached.build()
    before = first.files()
    content = (first.outdir / "one.html").read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pronghorn.cache.store.store.Store.get_many", lost(content))
        (first.outdir / "one.html").unlink()
        second = cached.build()
    assert second.written == {"one"}
    assert second.reason("one") == ("damaged", "")
    assert second.files() == before


def lost(content: bytes) -> Callable[..., dict[bytes, bytes]]:
    """Return a ``Store.get_many`` that does not find *content*."""
    get_many = Store.get_many

    def get(self: Store, digests: object) -> dict[bytes, bytes]:
        found = get_many(self, digests)  # type: ignore[arg-type]
        return {digest: data for digest, data in found.items() if data != content}

    return get


# --- The rest of the site ---


def test_the_index_and_the_search_page_are_left_alone_until_they_change(site_with: SiteWith) -> None:
    cached = site_with("")
    first = cached.build()
    files = [first.outdir / name for name in ("genindex.html", "search.html")]
    times = [file.stat().st_mtime_ns for file in files]
    second = cached.build()
    assert [file.stat().st_mtime_ns for file in files] == times
    cached.site.write("one.rst", "One\n===\n\n.. index:: new entry\n")
    third = cached.build_as_clean()
    assert "new entry" in third.read("genindex.html")
    assert second.exists("genindex.html")


def test_words_that_are_gone_are_not_found(site_with: SiteWith) -> None:
    cached = site_with("")
    cached.site.write("one.rst", "One\n===\n\nPeculiarword.\n\n.. index:: strange entry\n")
    assert "peculiarword" in cached.build().read("searchindex.js")
    cached.site.write("one.rst", "One\n===\n\nText.\n")
    index = cached.build_as_clean().read("searchindex.js")
    assert "peculiarword" not in index
    assert "strange entry" not in index


def never(run: Run) -> None:
    """Stand for a method that must not be called."""
    raise AssertionError(f"{run} is at work")


@pytest.mark.parametrize("builder", ["singlehtml", "epub", "json", "text", "dummy"])
def test_other_builders_write_as_ever(site_with: SiteWith, monkeypatch: pytest.MonkeyPatch, builder: str) -> None:
    monkeypatch.setattr(Run, "find", never)
    assert site_with("").build(builder).exit_code == 0


UNSAFE = """
    from sphinx.extension import Extension
    app.extensions["unsafe"] = Extension("unsafe", None, parallel_write_safe=False)
    """


def test_an_extension_that_is_not_safe_for_parallel_writing(
    site_with: SiteWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Run, "find", never)
    cached = site_with(UNSAFE)
    cached.build()
    cached.site.write("one.rst", "Uno\n===\n\nText of one.\n")
    assert_same_build(cached.build(), cached.build_cleanly())


def test_another_process_another_seed_another_time_zone(site_with: SiteWith) -> None:
    cached = site_with("")
    cached.site.build(env={"PYTHONHASHSEED": "1", "TZ": "UTC"})
    elsewhere = cached.clone("elsewhere")
    env = {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "PRONGHORN_CACHE_DIR": str(cached.site.root / "cache")}
    result = elsewhere.site.build(env=env)
    assert "pages: 4 restored" in result.out


def test_a_program_that_is_missing_is_told_once(site_with: SiteWith) -> None:
    """Their extension keeps on the builder that it has told."""
    cached = site_with("", conf="graphviz_dot = 'no-such-program'")
    rewrite(cached, "conf.py", 'extensions = ["', 'extensions = ["sphinx.ext.graphviz", "')
    cached.site.write("one.rst", "One\n===\n\n.. graph:: a\n\n   a -- b\n")
    cached.site.write("two.rst", "Two\n===\n\n.. graph:: b\n\n   b -- c\n")
    first = cached.build()
    assert first.warnings.count("no-such-program") == 1
    for page in ("two", "one"):
        rewrite(cached, f"{page}.rst", "===\n", "===\n\nMore.\n")
        assert cached.build_as_clean().warnings == first.warnings
