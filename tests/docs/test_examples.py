"""Every example builds in each way that is offered, without a warning, and shows what it says it shows."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests.conftest import MakeSite
from tests.support import Result, Site, assert_same_output
from tests.support.trees import digests_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = sorted(conf.parent.name for conf in EXAMPLES.glob("*/conf.py"))
BUILDERS = ("html", "dirhtml")
TIMEOUT_S = 300
IGNORED = ("_build", "__pycache__")


def files_of_example(name: str) -> dict[str, str | bytes]:
    """Return the files of an example by relative path, without what builds by hand left there."""
    folder = EXAMPLES / name
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and not {*path.parts} & {*IGNORED})
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@dataclass
class Examples:
    """Copies of the examples and their builds; each is made once, when it is first asked for."""

    root: Path
    sites: dict[str, Site] = field(default_factory=dict)
    results: dict[tuple[str, str, int], Result] = field(default_factory=dict)

    def site(self, name: str) -> Site:
        """Return the copy of an example."""
        if name not in self.sites:
            self.sites[name] = Site(self.root / name, files_of_example(name))
        return self.sites[name]

    def build(self, name: str, builder: str = "html", jobs: int = 1) -> Result:
        """Build an example with ``-n -W``."""
        key = (name, builder, jobs)
        if key not in self.results:
            into = f"build-{jobs}"
            site = self.site(name)
            self.results[key] = site.build(builder, "-n", jobs=jobs, warnings_are_errors=True, into=into)
        return self.results[key]


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Examples:
    return Examples(tmp_path_factory.mktemp("examples"))


def run(command: list[str | Path], site: Site, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a user would, with the environment of a build of *site*."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=site.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT_S,
        check=False,
    )


def main_part(html: str) -> str:
    """Return what a page says itself, without sidebars and footer."""
    return html.partition('role="main"')[2].partition("sphinxsidebar")[0]


# All examples


def test_there_is_an_example_for_each_document_and_real_sites() -> None:
    assert len(NAMES) == 8


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize("name", NAMES)
def test_builds_without_a_warning(examples: Examples, name: str, builder: str) -> None:
    before = examples.site(name).files()
    result = examples.build(name, builder)
    assert (result.exit_code, result.warnings) == (0, "")
    assert examples.site(name).files() == before, "something was written below the source"


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize("name", NAMES)
def test_parallel_builds_give_the_same_bytes(examples: Examples, name: str, builder: str) -> None:
    parallel = examples.build(name, builder, jobs=2)
    assert (parallel.exit_code, parallel.warnings) == (0, "")
    assert_same_output(examples.build(name, builder), parallel)


@pytest.mark.parametrize("name", NAMES)
def test_the_entry_script_gives_the_same_bytes(examples: Examples, name: str, tmp_path: Path) -> None:
    site, script = examples.site(name), Path(sys.executable).with_name("sphinx-build")
    before = site.files()
    outdir = tmp_path / "out"
    process = run([script, "-n", "-W", "-q", "-d", tmp_path / "doctrees", site.source, outdir], site, tmp_path)
    assert (process.returncode, process.stderr) == (0, "")
    assert_same_output(examples.build(name), outdir)
    assert site.files() == before, "something was written below the source"


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_says_how_to_build_and_what_to_open(examples: Examples, name: str) -> None:
    readme = (EXAMPLES / name / "README.md").read_text(encoding="utf-8")
    assert "    pronghorn build\n" in readme
    opened = re.findall(r"`_build/html/(.+?)`", readme)
    assert opened
    assert all(examples.build(name).exists(path) for path in opened)


class Links(HTMLParser):
    """Collects the targets of links, images, styles and scripts, and the ids that fragments may name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" or (tag == "a" and name == "name"):
                self.ids.add(value or "")
            elif name in {"href", "src"} and value is not None:
                self.targets.append(value)


def broken_links(outdir: Path) -> Iterator[str]:
    """Yield each link within the output that leads to no file, or to no id in it."""
    pages = {path.relative_to(outdir).as_posix(): Links(path.read_text("utf-8")) for path in outdir.rglob("*.html")}
    for name, page in pages.items():
        for target in page.targets:
            if urlsplit(target).scheme or target == "#":
                continue
            there = urlsplit(urljoin(f"/{name}", target))
            path = unquote(there.path).lstrip("/")
            file = f"{path}index.html" if path.endswith("/") or not path else path
            if not (outdir / file).is_file():
                yield f"{name}: {target} leads to no file"
            elif there.fragment and file in pages and unquote(there.fragment) not in pages[file].ids:
                yield f"{name}: {target} leads to no id"


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(examples: Examples, name: str, builder: str) -> None:
    assert list(broken_links(examples.build(name, builder).outdir)) == []


# stag-guide


def test_stag_guide_greets_and_tells_of_each_input(examples: Examples) -> None:
    printed = examples.build("stag-guide").out
    assert "Hello from the plugin! You are building 'Stag's plugin guide'." in printed
    assert "input created for page 'notes/salt/': " in printed
    assert "[inputs] 6 inputs were made" in printed


def test_stag_guide_reads_its_own_format(examples: Examples) -> None:
    page = main_part(examples.build("stag-guide").read("notes/salt/index.html"))
    assert "Salt &amp; soil" in page
    assert "<em>emphasised</em>" in page
    assert "such as &lt; and &amp;, may" in page
    assert "<h2>Why a format" in page
    assert "already \N{EN DASH} ten years" in page
    assert examples.build("stag-guide").exists("notes/index.html")


def test_stag_guide_counts_words_by_its_typed_table(examples: Examples) -> None:
    assert '<p class="reading-time">1 minute</p>' in examples.build("stag-guide").read("notes/words/index.html")


def test_stag_guide_signals_reach_subscribers_loaded_before_and_after(examples: Examples) -> None:
    result = examples.build("stag-guide")
    assert "5 pages: the answer to life, universe and everything is 42." in result.out
    assert "the answer is 42" in main_part(result.read("answers/index.html"))


# lektor-howto


def test_lektor_howto_makes_addresses_by_its_ini_file(examples: Examples) -> None:
    page = examples.build("lektor-howto").read("people/ada.html")
    digest = sha256(b"ada@example.org").hexdigest()
    assert f'href="https://gravatar.com/{digest}"' in page
    assert f'href="https://gravatar.com/avatar/{digest}?s=160&amp;d=retro"' in page
    assert f'href="https://gravatar.com/avatar/{digest}?s=512&amp;d=retro"' in page


def test_lektor_howto_draws_badges_with_a_function_of_another_plugin(examples: Examples) -> None:
    page = examples.build("lektor-howto").read("people/maria.html")
    assert '<svg class="badge" width="96" height="96"' in page
    assert ">MM</text>" in page


# sahana-template-plugins


def test_sahana_plugins_step_back_from_each_other(examples: Examples) -> None:
    result = examples.build("sahana-template-plugins")
    assert "[layout_narrow] 'layout_wide' 2.0.1 sets the width of the pages; stepping back" in result.out
    assert "width: 1100px" in result.read("_static/alabaster.css")


def test_sahana_registry_is_shown_by_a_template(examples: Examples) -> None:
    page = examples.build("sahana-template-plugins").read("registry.html")
    rows = re.findall(r"<tr><td>(.+?)</td><td>(.+?)</td><td>(.+?)</td></tr>", page)
    assert rows == [
        ("layout_narrow", "0.3", "disabled"),
        ("layout_wide", "2.0.1", "loaded"),
        ("quiet", "unknown", "loaded"),
    ]
    assert "No plugin has a problem." in page


def test_sahana_plugin_works_when_the_other_is_gone(examples: Examples) -> None:
    site = examples.site("sahana-template-plugins")
    result = site.build(
        "html", "-D", "pronghorn_plugins_disabled=layout_wide", warnings_are_errors=True, into="without"
    )
    assert (result.exit_code, result.warnings) == (0, "")
    assert "width: 760px" in result.read("_static/alabaster.css")


# tracim-hello-world


def test_tracim_hooks_are_called(examples: Examples) -> None:
    result = examples.build("tracim-hello-world")
    assert "Hello World !" in result.out
    assert "[hello_world] the site has a new page: garden" in result.out
    assert re.findall(r"Hello (\w+)!", main_part(result.read("guests/index.html"))) == ["Barbara", "Grace", "Alan"]


def test_tracim_hooks_have_an_order(examples: Examples) -> None:
    page = main_part(examples.build("tracim-hello-world").read("order/index.html"))
    order = [page.index(words) for words in (", before", "tryfirst", "without a mark", "trylast", ", after")]
    assert order == sorted(order)


# deluge-core-plugin


def test_deluge_totals_are_counted_with_typed_preferences(examples: Examples) -> None:
    page = re.sub(r"<[^>]+>", "", main_part(examples.build("deluge-core-plugin").read("totals/index.html")))
    sources = [examples.site("deluge-core-plugin").source / "index.md"]
    sources += sorted((examples.site("deluge-core-plugin").source / "shares").iterdir())
    read_kib = sum(source.stat().st_size for source in sources) / 1024
    assert f"Read: {read_kib:.1f} KiB." in page
    assert "Pages: 3." in page
    assert "show_pages: True" in page
    assert "formats: ['md', 'rst']" in page
    assert "test: 'NiNiNi'" in page


def test_deluge_preferences_of_a_wrong_type_are_told(make_site: MakeSite) -> None:
    site = make_site(files_of_example("deluge-core-plugin"))
    site.write("configs/totals.ini", "[totals]\nunit_bytes = many\n")
    result = site.build(warnings_are_errors=True)
    assert result.exit_code != 0
    assert "totals.ini" in result.warnings
    assert "unit_bytes" in result.warnings


# field-notes

FIELD_NOTES = "field-notes"


def docnames_with(result: Result, term: str) -> list[str]:
    """Return the names that the search index has for the pages with *term*, which must be its own stem."""
    index = json.loads(result.read("searchindex.js").removeprefix("Search.setIndex(").removesuffix(")"))
    found = index["terms"].get(term, [])
    return [index["docnames"][number] for number in (found if isinstance(found, list) else [found])]


@pytest.mark.parametrize(
    ("term", "page"), [("stanchion", "letters/1911-warden"), ("gudgeon", "tracks/one-tide-at-the-hulk/index")]
)
def test_field_notes_are_found_in_html_and_binary_pages(examples: Examples, term: str, page: str) -> None:
    assert docnames_with(examples.build(FIELD_NOTES), term) == [page]


def test_field_notes_show_observations_by_date(examples: Examples) -> None:
    page = examples.build(FIELD_NOTES).read("visits/2026/08/29/index.html")
    assert '<dl class="facts">' in page
    assert 'href="../../../../species/curlew/">' in page
    assert 'href="../../../../glossary.html#term-high-water-roost"' in page
    assert 'href="../../../../tracks/up-to-the-sluice/">' in page


def test_field_notes_draw_binary_tracks(examples: Examples) -> None:
    result = examples.build(FIELD_NOTES)
    page = result.read("tracks/up-to-the-sluice/index.html")
    assert "52°57′40″\N{NO-BREAK SPACE}N 0°56′26″\N{NO-BREAK SPACE}E" in page  # noqa: RUF001 - primes are meant
    assert page.count("<svg") == 3
    assert "<td><p>05:30</p></td>" in page
    assert 'href="../../method/trk-format/"' in page
    assert "_sources/tracks" not in page, "a binary source cannot be shown"
    assert result.read("tracks/one-tide-at-the-hulk/index.html").count("<svg") == 2


def test_field_notes_tracks_are_what_the_tool_makes(make_site: MakeSite) -> None:
    site = make_site(files_of_example(FIELD_NOTES))
    before = digests_of(site.source / "tracks")
    process = run([sys.executable, "-B", site.source / "tools" / "make_tracks.py"], site, site.root)
    assert (process.returncode, process.stderr) == (0, "")
    assert digests_of(site.source / "tracks") == before


def test_field_notes_make_a_life_list_of_a_signal(examples: Examples) -> None:
    page = main_part(examples.build(FIELD_NOTES).read("life-list/index.html"))
    rows = [re.sub(r"<[^>]+>", "", row).split() for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL)]
    assert ["Curlew", "21", "March", "2026", "4", "143"] in rows
    assert ["Glasswort", "18", "April", "2026", "3", "+"] in rows
    assert 'href="../species/curlew/"' in page


def test_field_notes_pages_choose_their_template(examples: Examples) -> None:
    page = examples.build(FIELD_NOTES).read("species/eelgrass/index.html")
    assert '<span class="latin" lang="la"><i>Zostera</i> <i>noltei</i></span>' in page
    assert '<a href="../../visits/2026/10/17/">17 October 2026</a>' in page
    assert "Last visits" in examples.build(FIELD_NOTES).read("index.html")


def test_field_notes_refer_to_each_other_across_formats(examples: Examples) -> None:
    result = examples.build(FIELD_NOTES)
    assert 'href="../method/trk-format/#tracks.decode"' in result.read("tracks/index.html")
    letter = result.read("letters/1926-plants.html")
    assert 'href="../species/eelgrass/"' in letter
    assert 'href="../glossary.html#term-halophyte"' in letter


def test_field_notes_copy_files_and_images(examples: Examples) -> None:
    result, source = examples.build(FIELD_NOTES), examples.site(FIELD_NOTES).source
    for name in ("robots.txt", "data/plants-1926.csv", "data/quadrats-2026.csv"):
        assert (result.outdir / name).read_bytes() == (source / name).read_bytes()
    drawings = {path.name for path in (source / "images").iterdir()}
    assert {path.name for path in (result.outdir / "_images").iterdir()} == drawings


def test_field_notes_build_incrementally_to_the_bytes_of_a_clean_build(make_site: MakeSite) -> None:
    site = make_site(files_of_example(FIELD_NOTES))
    site.build()
    visit, species = (site.source / path for path in ("visits/2026-05-16.obs", "species/curlew.md"))
    visit.write_text(visit.read_text("utf-8") + "07:10  Curlew  x150  passing\n", "utf-8")
    species.write_text(species.read_text("utf-8").replace("largest", "biggest"), "utf-8")
    site.remove("visits/2026-10-17.obs")
    incremental = site.build()
    assert (incremental.exit_code, incremental.warnings) == (0, "")
    clean = site.build(into="clean")
    assert ">150<" in clean.read("life-list/index.html")
    assert_same_output(clean.outdir, without_pages_of(incremental.outdir, "visits/2026/10"))


def without_pages_of(outdir: Path, folder: str) -> Path:
    """Take away what an earlier build wrote for a source that is gone, which Sphinx leaves where it is."""
    shutil.rmtree(outdir / folder, ignore_errors=True)
    (outdir / "_sources" / "visits" / "2026-10-17.obs.txt").unlink(missing_ok=True)
    return outdir


def test_field_notes_name_the_file_and_line_of_a_fault(make_site: MakeSite) -> None:
    site = make_site(files_of_example(FIELD_NOTES))
    site.write("visits/2026-05-16.obs", "date: 2026-05-16\n\n05:10  Redshank  sixteen\n")
    site.write("tracks/round-the-bar.trk", (site.source / "tracks/round-the-bar.trk").read_bytes()[:-3])
    result = site.build()
    assert "visits/2026-05-16.obs:3" in result.warnings
    assert "round-the-bar.trk" in result.warnings
    assert "the file has 858" in result.warnings
    assert result.exists("visits/2026/06/24/index.html"), "one broken file must not take others with it"


def test_field_notes_build_as_read_the_docs_builds(make_site: MakeSite, examples: Examples, tmp_path: Path) -> None:
    site = make_site(files_of_example(FIELD_NOTES))
    before, outdir = site.files(), tmp_path / "out"
    command = "-m sphinx -T -W --keep-going -b html -d _build/doctrees -D language=en ."
    process = run([sys.executable, *command.split(), outdir], site, site.source)
    assert (process.returncode, process.stderr) == (0, "")
    shutil.rmtree(site.source / "_build")
    assert site.files() == before, "something was written below the source, and outside of _build"
    assert_same_output(examples.build(FIELD_NOTES), outdir)


# blog

BLOG = "blog"
THEMES = ("alabaster", "furo", "pydata_sphinx_theme", "sphinx_book_theme", "sphinx_rtd_theme")


def texts_of_class(html: str, name: str) -> list[str]:
    """Return the texts of the paragraphs of a class, without markup."""
    return [re.sub(r"<[^>]+>", "", found) for found in re.findall(rf'<p class="{name}">(.*?)</p>', html, re.DOTALL)]


def test_blog_home_shows_the_latest_posts(examples: Examples) -> None:
    home = examples.build(BLOG).read("index.html")
    titles = texts_of_class(home, "teaser-title")
    assert len(titles) == 5
    assert (titles[0], titles[-1]) == ("A bell that lies", "Counting teeth")
    assert "All 10 posts" in home


def test_blog_series_are_in_the_order_of_their_parts(examples: Examples) -> None:
    parts = ["A clock in forty crates", "Counting teeth", "The first tick in sixty-two years"]
    result = examples.build(BLOG)
    assert texts_of_class(result.read("series/the-hallow-cross-clock.html"), "teaser-title") == parts
    post = result.read("posts/2025-12-07-counting-teeth.html")
    assert re.findall(r"<li>(?:<a[^>]*>|<b>)(.*?)</(?:a|b)></li>", post.partition("<ol>")[2]) == parts
    assert "<li><b>Counting teeth</b></li>" in post


def test_blog_terms_have_texts_of_their_own(examples: Examples) -> None:
    page = examples.build(BLOG).read("authors/june-okafor.html")
    assert "Came for a summer in 2025" in page
    assert "4 posts, from" in page
    assert texts_of_class(page, "teaser-title")[0] == "In praise of the crank"
    assert "time change</a>" in examples.build(BLOG).read("tags/index.html")


def test_blog_posts_lead_to_their_neighbours(examples: Examples) -> None:
    below = examples.build(BLOG).read("posts/2025-12-07-counting-teeth.html").partition("neighbours")[2]
    assert re.findall(r'<a href="([^"]*)">', below)[:2] == [
        "2025-10-26-the-hour-that-comes-twice.html",
        "2026-01-18-ice-on-the-east-dial.html",
    ]


def test_blog_posts_lead_to_related_ones(examples: Examples) -> None:
    post = examples.build(BLOG).read("posts/2025-03-30-the-missing-hour.html").partition('rows related">')[2]
    related = re.findall(r'<li><a href="[^"]*">(.*?)</a>', post)
    assert len(related) == 3
    assert related[0] == "The hour that comes twice"


def test_blog_dials_show_the_time(examples: Examples) -> None:
    post = examples.build(BLOG).read("posts/2026-05-24-a-bell-that-lies.html")
    assert 'aria-label="A clock that shows 03:00"' in post
    assert '<path class="dial-short" d="M44.0 50.0L73.0 50.0"/>' in post, "the hour hand points at three"


def test_blog_holds_back_drafts_and_posts_of_the_future(examples: Examples) -> None:
    held_back = ("posts/2026-06-21-backwards.html", "posts/2026-07-19-the-vote.html")
    result = examples.build(BLOG)
    assert not any(result.exists(path) for path in held_back)
    assert docnames_with(result, "haircut") == []
    shown = examples.site(BLOG).build("html", env={"PRONGHORN_DRAFTS": "1"}, into="drafts")
    assert all(shown.exists(path) for path in held_back)
    assert "The vote" in shown.read("index.html")


def test_blog_old_addresses_lead_to_posts(examples: Examples) -> None:
    result = examples.build(BLOG)
    assert "url=posts/2025-07-06-what-a-pigeon-weighs.html" in result.read("pigeons.html")
    assert "url=../../posts/2025-07-06-what-a-pigeon-weighs.html" in result.read("2025/pigeon/index.html")
    assert "url=series/twice-a-year.html" in result.read("round.html")


def test_blog_has_feeds_of_the_site_and_of_terms(examples: Examples) -> None:
    result = examples.build(BLOG)
    feed = json.loads(result.read("series/twice-a-year/feed.json"))
    assert [item["title"] for item in feed["items"]] == ["The hour that comes twice", "The hour that does not exist"]
    assert result.read("atom.xml").count("<entry>") == 10
    assert 'href="june-okafor/atom.xml">Feed</a>' in result.read("authors/june-okafor.html")


def test_blog_has_a_page_for_each_year(examples: Examples) -> None:
    page = main_part(examples.build(BLOG).read("archive/2025.html"))
    assert "30 March. Nineteen clocks" in page
    assert "A bell that lies" not in page
    assert 'href="../archive/2025.html">2025</a>' in examples.build(BLOG).read("posts/index.html")


def test_blog_builds_incrementally_to_the_bytes_of_a_clean_build(make_site: MakeSite) -> None:
    site = make_site(files_of_example(BLOG))
    site.build()
    crank = site.source / "posts/2026-04-12-in-praise-of-the-crank.md"
    crank.write_text(crank.read_text("utf-8").replace("tags: [rounds,", "tags: [bells,"), "utf-8")
    draft = site.source / "posts/2026-06-21-backwards.md"
    draft.write_text(draft.read_text("utf-8").replace("draft: true", "draft: false"), "utf-8")
    site.remove("posts/2025-09-14-forty-crates.md")
    incremental, clean = site.build(), site.build(into="clean")
    assert "The clock that ran backwards" in clean.read("index.html")
    assert_same_output(clean, incremental)


# handbook

HANDBOOK = "handbook"


def test_handbook_topics_are_hierarchical(examples: Examples) -> None:
    result = examples.build(HANDBOOK)
    kitchen, ovens = (main_part(result.read(f"topics/{name}.html")) for name in ("kitchen", "kitchen/ovens"))
    assert re.findall(r'<li><a href="[^"]*">(.*?)</a><br>', kitchen) == [
        "Bread",
        "Stores",
        "The gas range",
        "The wood stove",
    ]
    assert "the warmest room" in kitchen
    assert 'href="kitchen/ovens.html">Ovens</a>' in kitchen
    assert '<a href="../index.html">Topics</a> / <a href="../kitchen.html">Kitchen</a>' in ovens
    assert "Stores</a><br>" not in ovens


def test_handbook_phases_show_pages_by_weight(examples: Examples) -> None:
    opening = examples.build(HANDBOOK).read("phase/opening.html")
    titles = re.findall(r'<li><a href="[^"]*">(.*?)</a><br>', opening)
    assert titles[:4] == ["Fire", "The spring", "Stores", "Radio"]


def test_handbook_lists_pages_by_queries(examples: Examples) -> None:
    checks = re.sub(r"<[^>]+>", "", main_part(examples.build(HANDBOOK).read("checks.html")))
    assert checks.index("The generator, 2025-09-18, by Tobi") < checks.index("The spring, 2026-05-29, by Tobi")
    assert [name for name in ("Ane", "Ida", "Tobi") if f"\n{name}\n" in checks] == ["Ane", "Ida", "Tobi"]


def test_handbook_notices_expire(examples: Examples) -> None:
    result = examples.build(HANDBOOK)
    assert not result.exists("notices/2025-08-02-tank.html")
    notices = re.sub(r"<[^>]+>", "", main_part(result.read("notices/index.html")))
    assert notices.index("Short of gas, since 24 June.") < notices.index("The lower bridge is out, since 11 June.")


def test_handbook_shows_data_as_pages_and_as_parts_of_pages(examples: Examples) -> None:
    result = examples.build(HANDBOOK)
    whole, part = result.read("tables/stores.html"), result.read("pages/stores.html")
    assert "<td><p>Cheese shelf</p></td>" in whole
    assert "<td><p>Hard cheese</p></td>" in part
    assert "Cheese shelf" not in part
    for page, cell in (("rooms", "Murmeltier"), ("radio", "158.6250 MHz"), ("panels", "one hour, after supper")):
        assert f"<td><p>{cell}</p></td>" in result.read(f"pages/{page}.html")


def test_handbook_builds_incrementally_to_the_bytes_of_a_clean_build(make_site: MakeSite) -> None:
    site = make_site(files_of_example(HANDBOOK))
    site.build()
    for path, old, new in (
        ("tables/stores.csv", "Flour,80", "Flour,75"),
        ("pages/bread.md", "Kitchen/Ovens, ", ""),
        ("pages/fire.md", "2026-06-01", "2024-06-01"),
    ):
        file = site.source / path
        file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    incremental, clean = site.build(), site.build(into="clean")
    assert "<td><p>75</p></td>" in clean.read("pages/stores.html")
    assert "2024-06-01" in clean.read("checks.html")
    assert "Bread</a><br>" not in clean.read("topics/kitchen/ovens.html")
    assert_same_output(clean, incremental)


# Other themes

SHOWN_BY_TEMPLATES = {
    BLOG: (("index.html", '<p class="teaser-title">'), ("tags/bells.html", '<p class="teaser-title">')),
    HANDBOOK: (("index.html", '<p class="tile-title">'), ("topics/kitchen.html", '<ul class="entries">')),
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", SHOWN_BY_TEMPLATES)
def test_templates_of_examples_work_with_other_themes(examples: Examples, name: str, theme: str) -> None:
    pytest.importorskip(theme)
    result = examples.site(name).build("html", "-n", "-D", f"html_theme={theme}", warnings_are_errors=True, into=theme)
    assert (result.exit_code, result.warnings) == (0, "")
    for page, piece in SHOWN_BY_TEMPLATES[name]:
        shown, own = result.read(page), examples.build(name).read(page)
        assert shown.count(piece) == own.count(piece) > 0
        assert "<footer" not in shown.partition(piece)[0], "it stands in the page, not behind it"


# The bundled plugin that field-notes loads

PRETTY_CONF = """
pronghorn_plugins_enabled = ["pretty_urls"]
pronghorn_plugins = {"pretty_urls": {"patterns": ["*.md", "posts/**"], "exclude": ["**/draft?.*"]}}
exclude_patterns = []
"""
OWN_DEDUCER = """
def register_plugin(site):
    site.readers.register_reader(deduce_url=lambda path: "elsewhere" if path.filebase == "own" else None)
"""


@pytest.mark.parametrize("builder", BUILDERS)
def test_pretty_urls_follow_patterns(make_site: MakeSite, builder: str) -> None:
    pages = ["index", "about", "own", "draft1", "posts/index", "posts/salt", "posts/old/v1.2", "posts/draft2", "api/x"]
    files: dict[str, str | bytes] = {f"{page}.md": f"# {page}\n\n[home](/index.md)\n" for page in pages}
    files["index.md"] = "# Home\n\n```{toctree}\n" + "\n".join(pages[1:]) + "\n```\n"
    files["plugins/own.py"] = OWN_DEDUCER
    result = make_site(files, PRETTY_CONF).build(builder, warnings_are_errors=True)
    assert (result.exit_code, result.warnings) == (0, "")
    pretty = {"index.html", "about/index.html", "elsewhere/index.html", "posts/index.html", "posts/salt/index.html"}
    pretty |= {"posts/old/v1.2/index.html"}
    plain = ("draft1", "posts/draft2", "api/x")
    others = {f"{page}/index.html" if builder == "dirhtml" else f"{page}.html" for page in plain}
    written = {name for name in result.files() if name.endswith(".html")}
    assert written - {"genindex.html", "genindex/index.html", "search.html", "search/index.html"} == pretty | others
    assert list(broken_links(result.outdir)) == []


def test_pretty_urls_complain_about_options_they_do_not_have(make_site: MakeSite) -> None:
    conf = """
    pronghorn_plugins_enabled = ["pretty_urls"]
    pronghorn_plugins = {"pretty_urls": {"pattern": ["**"]}}
    """
    result = make_site({"index.md": "# Home\n"}, conf).build()
    assert "plugin 'pretty_urls' has no option 'pattern'; did you mean 'patterns'?" in result.warnings
