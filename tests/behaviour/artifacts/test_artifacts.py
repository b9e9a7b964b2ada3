"""Files of the output that plugins' functions make: ``site.sub_artifact``."""

import shutil
from pathlib import Path
from textwrap import dedent

import pytest

from tests.conftest import MakeSite
from tests.support.cached import CachedSite, Planned
from tests.support.quick import plugin

PAGES: dict[str, str | bytes] = {
    "index.md": "# Home\n\n```{toctree}\nbread\nsub/salt\n```\n",
    "bread.md": "# Bread\n",
    "sub/salt.md": "# Salt\n",
    "data/sales.csv": "a,1\n",
}
COUNT = """
import uuid

def count(site, name):
    (site.srcdir.parent / f"calls-{name}-{uuid.uuid4()}").open("x").close()
"""
SITE_WIDE = """
def declare(site):
    @site.sub_artifact("charts/sales.txt", sources=["data/sales.csv"])
    def sales():
        count(site, "sales")
        yield "SALES "
        yield (site.srcdir / "data/sales.csv").read_bytes()
    site.chart = sales

def show(page, context):
    context["body"] += f'<a href="{page_site.chart.url_from(page)}">chart</a>'
"""
REGISTER = (
    "global page_site",
    "page_site = site",
    "declare(site)",
    "site.signals.page_rendering.connect(show)",
)
WHILE_RENDERING = """
def show(page, context):
    if page.docname != "index":
        @page_site.sub_artifact("charts/sales.txt", sources=["data/sales.csv"])
        def sales():
            count(page_site, "sales")
            return "SALES " + (page_site.srcdir / "data/sales.csv").read_text()
        context["body"] += f'<a href="{sales.url_from(page)}">chart</a>'
"""
WHILE_READING = """
from docutils import nodes

def add(page, doctree):
    if page.docname != "index":
        @page_site.sub_artifact("charts/sales.txt", sources=["data/sales.csv"])
        def sales(path):
            count(page_site, "sales")
            path.write_text("SALES " + (page_site.srcdir / "data/sales.csv").read_text())
        doctree[0] += nodes.raw("", f'<a href="{sales.url_from(page)}">chart</a>', format="html")
"""
WAYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "site": (SITE_WIDE, REGISTER),
    "rendering": (WHILE_RENDERING, (*REGISTER[:2], REGISTER[3])),
    "reading": (WHILE_READING, (*REGISTER[:2], "site.signals.page_read.connect(add)")),
}
every_way = pytest.mark.parametrize("way", WAYS)


def _site(make_site: MakeSite, code: str, register: tuple[str, ...], conf: str | None = None) -> CachedSite:
    files: dict[str, str | bytes] = {**PAGES, "plugins/p.py": plugin(COUNT + dedent(code), *register)}
    return CachedSite(make_site(files if conf is None else {**files, "conf.py": conf}))


def _calls(site: CachedSite, name: str = "sales") -> int:
    files = list(site.site.root.glob(f"calls-{name}-*"))
    for file in files:
        file.unlink()
    return len(files)


def _mtime(built: Planned) -> int:
    return (built.outdir / "charts/sales.txt").stat().st_mtime_ns


@pytest.mark.parametrize("jobs", [1, 2])
@every_way
def test_b4_artifact_is_made_once_and_anew_when_a_source_changes(make_site: MakeSite, way: str, jobs: int) -> None:
    site = _site(make_site, *WAYS[way])
    first = site.build(jobs=jobs)
    assert first.read("charts/sales.txt") == "SALES a,1\n"
    assert _calls(site) == 1
    made = _mtime(first)
    site.site.write("bread.md", "# Bread and rolls\n")
    again = site.build(jobs=jobs)
    assert (_calls(site), _mtime(again)) == (0, made)
    site.site.write("data/sales.csv", "a,2\n")
    changed = site.build(jobs=jobs)
    assert _calls(site) == 1
    assert changed.read("charts/sales.txt") == "SALES a,2\n"
    site.build_as_clean(jobs=jobs)


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
@every_way
def test_b4_url_is_relative_to_the_page(make_site: MakeSite, way: str, builder: str) -> None:
    built = _site(make_site, *WAYS[way]).build(builder)
    up = "" if builder == "html" else "../"
    end = ".html" if builder == "html" else "/index.html"
    assert f'href="{up}charts/sales.txt"' in built.read(f"bread{end}")
    assert f'href="{up}../charts/sales.txt"' in built.read(f"sub/salt{end}")
    assert built.exists("charts/sales.txt")


@every_way
def test_b4_artifact_comes_from_the_store_in_a_fresh_clone(make_site: MakeSite, way: str) -> None:
    site = _site(make_site, *WAYS[way])
    first = site.build()
    clone = site.clone("clone")
    other = clone.build()
    assert not other.written
    assert _calls(clone) == 0
    assert other.read("charts/sales.txt") == first.read("charts/sales.txt")
    (other.outdir / "charts/sales.txt").unlink()
    assert clone.build().read("charts/sales.txt") == first.read("charts/sales.txt")
    (other.outdir / "charts/sales.txt").write_text("damaged", encoding="utf-8")
    assert clone.build().read("charts/sales.txt") == first.read("charts/sales.txt")


@every_way
def test_b4_code_of_the_function_counts(make_site: MakeSite, way: str) -> None:
    site = _site(make_site, *WAYS[way])
    site.build()
    code, register = WAYS[way]
    site.site.write("plugins/p.py", plugin(COUNT + dedent(code).replace('"SALES "', '"SOLD "'), *register))
    assert site.build_as_clean().read("charts/sales.txt") == "SOLD a,1\n"


@every_way
def test_b4_artifact_that_is_no_longer_declared_is_removed(make_site: MakeSite, way: str) -> None:
    site = _site(make_site, *WAYS[way])
    site.build()
    code, register = WAYS[way]
    moved = dedent(code).replace("charts/sales.txt", "charts.txt")
    site.site.write("plugins/p.py", plugin(COUNT + moved, *register))
    moved_build = site.build_as_clean()
    assert not (moved_build.outdir / "charts").exists()
    site.site.remove("plugins/p.py")
    assert not site.build_as_clean().exists("charts.txt")


@every_way
def test_b4_recorded_dependencies_count(make_site: MakeSite, way: str) -> None:
    code, register = WAYS[way]
    recording = 'count(SITE, "sales"); SITE.record_dependency("more.bin")'
    code = dedent(code)
    for name in ("page_site", "site"):
        code = code.replace(f'count({name}, "sales")', recording.replace("SITE", name))
    site = _site(make_site, code, register)
    site.build()
    assert _calls(site) == 1
    site.build()
    assert _calls(site) == 0
    site.site.write("more.bin", "appeared")
    site.build()
    assert _calls(site) == 1
    site.build_as_clean()


def test_b4_builders_that_make_no_site_leave_it_out(make_site: MakeSite) -> None:
    site = _site(make_site, *WAYS["reading"])
    assert not site.build("text").exists("charts/sales.txt")
    assert _calls(site) == 1
    assert site.build().exists("charts/sales.txt")
    assert site.build("dirhtml").exists("charts/sales.txt")
    assert _calls(site) == 1


FAILING = """
def show(page, context):
    if page.docname == "bread":
        @page_site.sub_artifact("charts/sales.txt")
        def sales():
            return (page_site.srcdir / "absent.csv").read_text()
"""


def test_b4_failing_function_names_plugin_file_line_and_page(make_site: MakeSite) -> None:
    site = _site(make_site, FAILING, WAYS["rendering"][1])
    built = site.build_as_clean()
    (warning,) = built.warnings.splitlines()
    line = (
        plugin(COUNT + FAILING).splitlines().index('            return (page_site.srcdir / "absent.csv").read_text()')
    )
    assert f"plugin 'p': sub_artifact 'charts/sales.txt' `show.<locals>.sales` (plugins/p.py:{line + 1})" in warning
    assert "failed on 'bread': FileNotFoundError" in warning
    assert "bread.md" in warning
    assert not built.exists("charts/sales.txt")
    assert site.build_as_clean().warnings == built.warnings
    site.site.write("absent.csv", "there")
    assert site.build_as_clean().read("charts/sales.txt") == "there"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("return 3", "returned 3; it should return or yield text or bytes"),
        ("return None", "returned None; it should return or yield text or bytes"),
        ("yield 3", "yielded 3; it should be text or bytes"),
    ],
)
def test_b4_function_that_gives_something_else(make_site: MakeSite, body: str, problem: str) -> None:
    code = f'def declare(site):\n    @site.sub_artifact("a.txt")\n    def make():\n        {body}\n'
    built = _site(make_site, code, ("declare(site)",)).build()
    assert f"`declare.<locals>.make` {problem}" in built.warnings
    assert "plugins/p.py" in built.warnings
    assert not built.exists("a.txt")


def test_b4_function_that_writes_nothing(make_site: MakeSite) -> None:
    code = 'def declare(site):\n    @site.sub_artifact("a.txt")\n    def make(path):\n        pass\n'
    assert "has neither written the file" in _site(make_site, code, ("declare(site)",)).build().warnings


@pytest.mark.parametrize("path", ["", "/a", "../a", "a/", "a//b", "a/./b", "C:/a", "a\nb", 3])
def test_b4_path_that_leads_elsewhere(make_site: MakeSite, path: object) -> None:
    code = f"def declare(site):\n    site.sub_artifact({path!r})(lambda: 'x')\n"
    built = _site(make_site, code, ("declare(site)",)).build()
    assert f"sub_artifact({path!r})" in built.warnings
    assert "plugin 'p'" in built.warnings


@pytest.mark.parametrize("path", ["bread.html", "genindex.html", "_static/x.txt", "objects.inv", "sub"])
@every_way
def test_b4_never_covers_a_page_or_a_file_of_sphinx(make_site: MakeSite, way: str, path: str) -> None:
    code, register = WAYS[way]
    site = _site(make_site, dedent(code).replace("charts/sales.txt", path), register)
    built = site.build_as_clean()
    assert built.exit_code == 1
    assert f"makes '{path}', where " in built.warnings
    assert "plugins/p.py" in built.warnings
    if path == "bread.html":
        assert "'bread.md' lies" in built.warnings
        assert "<h1>Bread" in built.read("bread.html")
    assert site.build_as_clean().exit_code == 1


def test_b4_two_plugins_for_the_site_are_an_error_that_names_both(make_site: MakeSite) -> None:
    code = "def declare(site):\n    @site.sub_artifact('a.txt')\n    def {}():\n        return 'x'\n"
    files = {f"plugins/{name}.py": plugin(code.format(name), "declare(site)") for name in ("one", "two")}
    built = CachedSite(make_site({**PAGES, **files})).build_as_clean()
    assert "plugin 'two'" in built.warnings
    assert "`declare.<locals>.one` of plugin 'one' (plugins/one.py:4) makes this file, too" in built.warnings
    assert built.read("a.txt") == "x"


@pytest.mark.parametrize("jobs", [1, 2])
def test_b4_two_plugins_while_rendering_are_an_error_that_names_both(make_site: MakeSite, jobs: int) -> None:
    files = {
        f"plugins/{name}.py": plugin(
            f"""
            def show(page, context):
                if page.docname == {docname!r}:
                    @page_site.sub_artifact("a.txt")
                    def {name}():
                        return {name!r}
            """,
            "global page_site",
            "page_site = site",
            "site.signals.page_rendering.connect(show)",
        )
        for name, docname in (("one", "bread"), ("two", "sub/salt"))
    }
    site = CachedSite(make_site({**PAGES, **files}))
    for _ in range(2):
        built = site.build_as_clean(jobs=jobs)
        assert built.exit_code == 1
        assert "of plugin 'one' (plugins/one.py:5)" in built.warnings
        assert "of plugin 'two' (plugins/two.py:5) make the same file 'a.txt'" in built.warnings
        assert not built.exists("a.txt")


def test_b4_page_in_the_function_makes_it_that_pages_own(make_site: MakeSite) -> None:
    code = """
    def show(page, context):
        if page.docname != "index":
            @page_site.sub_artifact(f"about/{page.docname}.txt")
            def about():
                return page.title
    """
    site = _site(make_site, code, WAYS["rendering"][1])
    site.build()
    site.site.write("bread.md", "# Rolls\n")
    built = site.build_as_clean()
    assert built.read("about/bread.txt") == "Rolls"
    assert built.read("about/sub/salt.txt") == "Salt"
    site.site.remove("sub/salt.md")
    site.site.write("index.md", "# Home\n\n{doc}`bread`\n")
    assert not site.build_as_clean().exists("about/sub/salt.txt")


def test_b4_artifact_of_the_site_follows_the_pages_that_it_asks_for(make_site: MakeSite) -> None:
    code = """
    def declare(site):
        @site.sub_artifact("titles.txt")
        def titles():
            count(site, "titles")
            return "".join(page.title + "," for page in site.pages)
    """
    site = _site(make_site, code, ("declare(site)",))
    site.build()
    _calls(site, "titles")
    site.build()
    assert _calls(site, "titles") == 0
    site.site.write("bread.md", "# Rolls\n")
    assert site.build_as_clean().read("titles.txt") == "Rolls,Home,Salt,"


def test_b4_artifact_of_the_site_follows_the_urls_of_the_builder(make_site: MakeSite) -> None:
    code = """
    def declare(site):
        @site.sub_artifact("list.txt")
        def pages():
            return " ".join(page.url for page in site.pages)
    """
    site = CachedSite(make_site({**PAGES, "plugins/p.py": plugin(code, "declare(site)")}))
    assert "bread.html" in site.build_as_clean().read("list.txt")
    assert "bread/" in site.build_as_clean("dirhtml").read("list.txt")


def test_b4_artifact_of_the_site_follows_the_written_pages_that_it_reads(make_site: MakeSite) -> None:
    code = """
    def declare(site):
        @site.sub_artifact("size.txt")
        def size():
            count(site, "size")
            file = site.app.outdir / "bread.html"
            return file.read_text() if file.exists() else "none"
    """
    conf = 'extensions = ["myst_parser", "pronghorn"]\nhtml_theme = "basic"\ntemplates_path = ["_templates"]\n'
    site = _site(make_site, code, ("declare(site)",), conf)
    built = site.build()
    assert built.read("size.txt") == built.read("bread.html")
    _calls(site, "size")
    site.build()
    assert _calls(site, "size") == 0
    site.site.write("_templates/layout.html", "Only this.")
    assert site.build_as_clean().read("size.txt") == "Only this."
    site.site.remove("bread.md")
    assert site.build_as_clean().read("size.txt") == "none"


def test_b4_artifact_in_an_artifact_is_an_error(make_site: MakeSite) -> None:
    code = """
    def declare(site):
        @site.sub_artifact("a.txt")
        def outer():
            @site.sub_artifact("b.txt")
            def inner():
                return "x"
            return "y"
    """
    warnings = _site(make_site, code, ("declare(site)",)).build().warnings
    assert "sub_artifact('b.txt') is asked for while 'a.txt' is made" in warnings


def test_b4_too_late_is_an_error(make_site: MakeSite) -> None:
    code = "def late(site):\n    site.sub_artifact('a.txt')(lambda: 'x')\n"
    warnings = _site(make_site, code, ("site.signals.rendering_init.connect(late)",)).build().warnings
    assert "sub_artifact('a.txt'): no page is being read or written" in warnings


UNSAFE = """
extensions = ["myst_parser", "pronghorn"]
html_theme = "basic"

def setup(app):
    app.extensions["pronghorn"].parallel_{}_safe = False
"""


@pytest.mark.parametrize("phase", ["read", "write"])
@every_way
def test_b4_without_the_cache(make_site: MakeSite, way: str, phase: str) -> None:
    site = _site(make_site, *WAYS[way], UNSAFE.format(phase))
    site.build()
    site.site.write("bread.md", "# Rolls\n")
    assert site.build_as_clean().exists("charts/sales.txt")
    site.site.write("data/sales.csv", "a,2\n")
    assert site.build_as_clean().read("charts/sales.txt") == "SALES a,2\n"
    site.site.remove("plugins/p.py")
    assert not site.build_as_clean().exists("charts/sales.txt")


@every_way
def test_b4_cache_that_cannot_be_written(make_site: MakeSite, way: str) -> None:
    site = _site(make_site, *WAYS[way])
    (site.site.root / "store").write_text("no folder", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.support.cached.load_plan", lambda *_: _NoPlan())
        assert site.build(jobs=2).read("charts/sales.txt") == "SALES a,1\n"
        assert site.build(jobs=2).read("charts/sales.txt") == "SALES a,1\n"


class _NoPlan:
    """Nothing could be told."""

    @property
    def plan(self) -> "_NoPlan":
        return self

    def pages(self) -> list[object]:
        return []


def test_b4_removes_only_what_it_wrote(make_site: MakeSite) -> None:
    site = _site(make_site, *WAYS["site"])
    built = site.build()
    foreign = Path(built.outdir, "charts", "foreign.txt")
    foreign.write_text("mine", encoding="utf-8")
    site.site.remove("plugins/p.py")
    site.build()
    assert foreign.is_file()


def test_b4_reasons_name_the_file(make_site: MakeSite) -> None:
    site = _site(make_site, *WAYS["reading"])
    built = site.build()
    shutil.rmtree(site.site.root / "store")
    shutil.rmtree(built.doctreedir / "pronghorn" / "artifacts")
    assert site.build_as_clean().reason("bread") == ("artifact", "charts/sales.txt")
    code, register = WAYS["rendering"]
    site = _site(make_site, dedent(code).replace("charts/sales.txt", "new.html"), register)
    site.build()
    site.site.write("new.md", "# New\n")
    site.site.write("index.md", "# Home\n\n```{toctree}\nbread\nsub/salt\nnew\n```\n")
    built = site.build_as_clean()
    assert "<h1>New" in built.read("new.html")
    assert "where 'new.md' lies" in built.warnings
    site.site.remove("new.md")
    site.site.write("index.md", PAGES["index.md"])
    assert site.build_as_clean().read("new.html") == "SALES a,1\n"


def test_b4_artifact_of_another_clone_is_no_clash(make_site: MakeSite) -> None:
    site = _site(make_site, *WAYS["reading"])
    site.build()
    clone = site.clone("clone")
    clone.site.write("bread.md", "# Bread and rolls\n")
    assert not clone.build_as_clean().warnings


def test_b4_link_out_of_the_output_is_not_followed(make_site: MakeSite) -> None:
    for way in ("site", "rendering"):
        site = _site(make_site, *WAYS[way])
        site.build()
        folder = site.site.root / "build" / "html" / "charts"
        shutil.rmtree(folder)
        outside = site.site.root / "outside"
        outside.mkdir()
        folder.symlink_to(outside)
        site.site.write("data/sales.csv", "a,2\n")
        assert site.build().warnings
        assert not list(outside.iterdir())


MANY = 20
"""So many pages are rendered by several processes."""


@pytest.mark.parametrize("way", ["rendering", "reading"])
def test_b4_processes_make_an_artifact_once(make_site: MakeSite, way: str) -> None:
    site = _site(make_site, *WAYS[way])
    for number in range(MANY):
        site.site.write(f"more/page{number}.md", f"---\norphan: true\n---\n# Page {number}\n")
    site.build(jobs=2)
    assert _calls(site) == 1
    site.site.write("data/sales.csv", "a,2\n")
    assert site.build(jobs=2).read("charts/sales.txt") == "SALES a,2\n"
    assert _calls(site) == 1
    site.build_as_clean(jobs=2)


def test_b4_processes_make_artifacts_of_single_pages(make_site: MakeSite) -> None:
    code = """
    def show(page, context):
        @page_site.sub_artifact(f"about/{page.docname}.txt")
        def about():
            page_site.record_dependency("data/sales.csv")
            return page.title + str(len(page_site.pages))
        context["body"] += about.url_from(page)
    """
    site = _site(make_site, code, WAYS["rendering"][1])
    for number in range(MANY):
        site.site.write(f"more/page{number}.md", f"---\norphan: true\n---\n# Page {number}\n")
    site.build_as_clean(jobs=2)
    site.site.remove("more/page3.md")
    site.site.write("more/page4.md", "---\norphan: true\n---\n# Another title\n")
    built = site.build_as_clean(jobs=2)
    assert not built.exists("about/more/page3.txt")
    assert built.read("about/more/page4.txt") == "Another title22"
