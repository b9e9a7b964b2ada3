"""Files that nobody reads are copied to the output, if their site wants it."""

import os
import re
import shutil

import pytest

from pronghorn.cache.tracking.sealed_file import SealedFile
from tests.conftest import MakeSite
from tests.support import Result, assert_same_output
from tests.support.quick import build, build_cleanly, plugin, small_site

ALL = 'pronghorn_copy_files = ["**"]\n'
HOME = "# Home\n\n```{toctree}\na\n```\n"
FILES: dict[str, str | bytes] = {
    "index.md": HOME,
    "a.rst": "A\n=\n",
    "robots.txt": "User-agent: *\n",
    "img/pic.png": b"\x89PNG\r\n\x1a\n",
    "img/deep/two words ü.svg": "<svg/>",
    "no_suffix": "plain\n",
    "drafts/secret.txt": "secret\n",
}


def _copied(result: Result) -> set[str]:
    """Return the files of the output that come from no page, no theme and no builder."""
    own = re.compile(r"_static/|_sources/|_images/|.*\.html$|objects\.inv$|searchindex\.js$|\.")
    return {name for name in result.files() if not own.match(name)}


def test_a12_nothing_is_copied_by_default(make_site: MakeSite) -> None:
    assert _copied(build_cleanly(make_site(FILES))) == set()


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_a12_files_that_match_are_copied_as_they_are(make_site: MakeSite, builder: str) -> None:
    built = build_cleanly(make_site(FILES, ALL), builder)
    assert _copied(built) == {"robots.txt", "img/pic.png", "img/deep/two words ü.svg", "no_suffix", "drafts/secret.txt"}
    assert (built.outdir / "img/pic.png").read_bytes() == FILES["img/pic.png"]


@pytest.mark.parametrize(
    ("patterns", "copied"),
    [
        (["robots.txt"], {"robots.txt"}),
        (["*"], {"robots.txt", "no_suffix"}),
        (["img/**"], {"img/pic.png", "img/deep/two words ü.svg"}),
        (["img/*"], {"img/pic.png"}),
        (["**/*.svg", "**/*.txt"], {"img/deep/two words ü.svg", "robots.txt", "drafts/secret.txt"}),
        (["img\\*.png"], {"img/pic.png"}),
        (["nothing/**"], set()),
        ([], set()),
    ],
)
def test_a12_patterns_say_what_is_copied(make_site: MakeSite, patterns: list[str], copied: set[str]) -> None:
    assert _copied(build_cleanly(make_site(FILES, f"pronghorn_copy_files = {patterns!r}"))) == copied


def test_a12_patterns_may_stand_in_the_toml_file(make_site: MakeSite) -> None:
    files = {**FILES, "pronghorn.toml": 'copy_files = ["**/*.txt"]\n'}
    assert _copied(build_cleanly(make_site(files))) == {"robots.txt", "drafts/secret.txt"}


@pytest.mark.parametrize("value", ['"*.txt"', "[7]", "True"])
def test_a12_patterns_of_a_wrong_type_are_told_with_key_and_file(make_site: MakeSite, value: str) -> None:
    result = make_site(FILES, f"pronghorn_copy_files = {value}").build()
    assert result.exit_code != 0
    assert "copy_files" in result.warnings
    assert "conf.py" in result.warnings
    assert "list" in result.warnings


def test_a12_excluded_files_are_not_copied(make_site: MakeSite) -> None:
    built = build_cleanly(make_site(FILES, ALL + 'exclude_patterns = ["drafts", "**/*.svg"]'))
    assert _copied(built) == {"robots.txt", "img/pic.png", "no_suffix"}


def test_a12_what_belongs_to_the_build_is_not_copied(make_site: MakeSite) -> None:
    conf = ALL + 'templates_path = ["_templates"]\nhtml_static_path = ["_static"]\nhtml_extra_path = ["_extra"]\n'
    files: dict[str, str | bytes] = {
        **small_site("", "site.readers.register_reader(deduce_url=lambda p: 'x', condition=lambda p: False)"),
        "plugins/data.json": "{}",
        "plugins/deep/more.txt": "x",
        "_templates/x.html": "x",
        "_static/site.css": "x",
        "_extra/robots.txt": "x",
        "configs/p.toml": "",
        "pronghorn.toml": "",
        ".env": "SECRET=1",
        ".git/config": "x",
        "deep/.hidden": "x",
        "deep/.git/config": "x",
        "kept.txt": "x",
    }
    built = build(make_site(files, conf))
    assert _copied(built) == {"robots.txt", "kept.txt"}
    assert not [name for name in built.files() if "SECRET" in name or ".git" in name or "env" in name]
    assert built.exists("_static/site.css")


def test_a12_output_below_the_source_is_not_copied_into_itself(make_site: MakeSite) -> None:
    site = make_site(FILES, ALL)
    for _ in range(2):
        with site.app(into="source/_build") as app:
            app.build()
    assert not list((site.source / "_build").rglob("_build"))


def test_a12_files_that_are_read_are_not_copied(make_site: MakeSite) -> None:
    code = "def read(page):\n    return Content('html', '<h1>X</h1>')\n"
    files = {
        **small_site(code, "site.readers.register_reader(condition=lambda path: path.ext == 'x', read=read)"),
        "index.md": HOME,
        "a.x": "words\n",
        "b.y": "words\n",
    }
    assert _copied(build_cleanly(make_site(files, ALL))) == {"b.y"}


def test_a12_file_that_a_reader_gave_up_is_copied(make_site: MakeSite) -> None:
    code = "def where(path):\n    return path.reldirname + '/' + path.basename\n"
    files = {
        **small_site(code, "site.readers.register_reader(deduce_url=where, condition=lambda path: path.ext == 'x')"),
        "sub/a.x": "words\n",
    }
    built = build_cleanly(make_site(files, ALL))
    assert _copied(built) == {"sub/a.x"}
    assert built.urls.keys() == {"index"}


def test_a12_deducers_with_a_condition_say_where_files_go(make_site: MakeSite) -> None:
    code = """
    def flat(path):
        return "assets/" + path.basename

    def folder(path):
        return "all"
    """
    files = {
        **FILES,
        "doc/manual.pdf": b"%PDF\x00",
        "plugins/p.py": plugin(
            code,
            "site.readers.register_reader(deduce_url=flat, condition=lambda path: path.ext == 'png')",
            "site.readers.register_reader(deduce_url=folder, condition=lambda path: path.ext == 'pdf')",
            "site.readers.register_reader(deduce_url=lambda path: 'everything/' + path.filebase)",
        ),
    }
    built = build_cleanly(make_site(files, ALL))
    copied = _copied(built)
    assert {"assets/pic.png", "all/manual.pdf", "robots.txt", "no_suffix"} <= copied
    assert "img/pic.png" not in copied
    assert built.urls == {"a": "everything/a/", "index": "everything/index/"}
    assert (built.outdir / "all/manual.pdf").read_bytes() == b"%PDF\x00"


def test_a12_url_that_cannot_be_used_names_the_deducer_and_keeps_the_place(make_site: MakeSite) -> None:
    code = "def where(path):\n    return '../outside.txt'\n"
    files = {
        **small_site(code, "site.readers.register_reader(deduce_url=where, condition=lambda path: path.ext == 'txt')"),
        "sub/a.txt": "words\n",
    }
    built = build(make_site(files, ALL))
    line = next(line for line in built.warnings.splitlines() if "outside" in line)
    assert "plugin 'p'" in line
    assert "`where`" in line
    assert "sub/a.txt" in line
    assert _copied(built) == {"sub/a.txt"}
    assert not (built.outdir.parent / "outside.txt").exists()


def test_a12_copy_that_is_a_page_is_told(make_site: MakeSite) -> None:
    files: dict[str, str | bytes] = {
        "index.md": "# Home\n",
        "index.html": "<p>their own</p>",
        "search.html": "<p>own</p>",
    }
    built = build(make_site(files, ALL))
    assert re.search(
        r"index\.html[:1]*: WARNING: it would be copied to 'index.html', which is page 'index'", built.warnings
    )
    assert "[pronghorn.copy]" in built.warnings
    assert "<h1>Home" in built.read("index.html")


def test_a12_copy_on_a_file_of_the_builder_is_told(make_site: MakeSite) -> None:
    files: dict[str, str | bytes] = {
        "index.md": "# Home\n",
        "search.html": "<p>own</p>",
        "objects.inv": "own",
        "searchindex.js": "own",
        "genindex.html": "own",
        "_sources/index.md.txt": "own",
    }
    built = build(make_site(files, ALL))
    assert "own" not in built.read("search.html")
    assert built.read("searchindex.js") != "own"
    assert (built.outdir / "objects.inv").read_bytes() != b"own"
    assert built.warnings.count("[pronghorn.copy]") >= 4


def test_a12_two_copies_at_one_place_are_told(make_site: MakeSite) -> None:
    code = "def where(path):\n    return 'same.txt'\n"
    files = {
        **small_site(code, "site.readers.register_reader(deduce_url=where, condition=lambda path: path.ext == 'txt')")
    }
    built = build(make_site({**files, "a.txt": "a", "b.txt": "b"}, ALL))
    assert "[pronghorn.copy]" in built.warnings
    assert "a.txt" in built.warnings
    assert "b.txt" in built.warnings


def test_a12_foreign_files_in_the_output_stay(make_site: MakeSite) -> None:
    site = make_site(FILES, ALL)
    built = build_cleanly(site)
    foreign = built.outdir / "img/foreign.txt"
    foreign.write_text("mine", encoding="utf-8")
    (built.outdir / "CNAME").write_text("docs.example", encoding="utf-8")
    site.remove("img/pic.png")
    built = build_cleanly(site)
    assert foreign.read_text(encoding="utf-8") == "mine"
    assert built.exists("CNAME")
    assert not built.exists("img/pic.png")


def test_broken_output_folder_is_never_emptied(make_site: MakeSite) -> None:
    site = make_site(FILES, ALL)
    outdir = site.root / "build/html"
    outdir.mkdir(parents=True)
    (outdir / "precious.txt").write_text("precious", encoding="utf-8")
    for conf in (ALL, "", 'pronghorn_copy_files = ["img/**"]'):
        site.write("conf.py", 'extensions = ["myst_parser", "pronghorn"]\nhtml_theme = "basic"\n' + conf)
        assert build_cleanly(site).read("precious.txt") == "precious"


def test_a12_copy_that_is_no_longer_wanted_is_removed(make_site: MakeSite) -> None:
    conf = 'extensions = ["myst_parser", "pronghorn"]\nhtml_theme = "basic"\n'
    site = make_site({**FILES, "conf.py": conf + ALL})
    assert build_cleanly(site).exists("img/pic.png")
    site.write("conf.py", conf + 'pronghorn_copy_files = ["*.txt"]\n')
    assert _copied(build_cleanly(site)) == {"robots.txt"}
    site.remove("robots.txt")
    assert _copied(build_cleanly(site)) == set()
    site.write("robots.txt", "again\n")
    assert build_cleanly(site).read("robots.txt") == "again\n"
    site.write("conf.py", conf)
    incremental, clean = build_cleanly(site), build_cleanly(site, into="clean")
    assert_same_output(incremental, clean)


def test_a12_copies_of_different_builders_do_not_touch_each_other(make_site: MakeSite) -> None:
    site = make_site(FILES, ALL)
    html = build_cleanly(site)
    build_cleanly(site, "dirhtml")
    build_cleanly(site, "text")
    assert html.exists("robots.txt")
    site.remove("robots.txt")
    dirhtml = build_cleanly(site, "dirhtml")
    assert not dirhtml.exists("robots.txt")
    assert not build_cleanly(site).exists("robots.txt")


def test_a12_copy_that_becomes_a_page_and_back(make_site: MakeSite) -> None:
    code = "def read(page):\n    return Content('html', '<h1>X</h1>')\n"
    register = "site.readers.register_reader(condition=lambda path: path.ext == 'html', read=read)"
    site = make_site({"index.md": "# Home\n", "about.html": "<p>about</p>", "plugins/p.py": plugin(code)}, ALL)
    assert build_cleanly(site).read("about.html") == "<p>about</p>"
    site.write("plugins/p.py", plugin(code, register))
    assert "<h1>X" in build(site).read("about.html")
    site.write("plugins/p.py", plugin(code))
    assert build(site).read("about.html") == "<p>about</p>"


def test_a12_unchanged_copies_are_not_written_again(make_site: MakeSite) -> None:
    site = make_site(FILES, ALL)
    copy = build_cleanly(site).outdir / "robots.txt"
    os.utime(copy, (1_000_000_000, 1_000_000_000))
    build_cleanly(site)
    assert copy.stat().st_mtime == 1_000_000_000
    site.write("robots.txt", "User-agent: -\n")  # as long as before
    build_cleanly(site)
    assert copy.read_text(encoding="utf-8") == "User-agent: -\n"


@pytest.mark.parametrize("builder", ["text", "latex", "dummy", "xml"])
def test_a12_other_builders_copy_nothing(make_site: MakeSite, builder: str) -> None:
    assert "robots.txt" not in build_cleanly(make_site(FILES, ALL), builder).files()


def test_a12_broken_list_of_copies_costs_nothing(make_site: MakeSite) -> None:
    site = make_site(FILES, ALL)
    build_cleanly(site)
    for record in site.root.rglob("copied-*.json"):
        record.write_text('["../../source/index.md", 7, {', encoding="utf-8")
    assert build(site).exists("robots.txt")
    for record in site.root.rglob("copied-*.json"):
        SealedFile(record).save(["../../source/index.md", 7, {}])
    assert build(site).exists("robots.txt")
    assert (site.source / "index.md").is_file()


def test_a12_list_of_copies_never_removes_outside_of_the_output(make_site: MakeSite) -> None:
    site = make_site(FILES, ALL)
    built = build_cleanly(site)
    victim = built.outdir.parent / "victim.txt"
    victim.write_text("x", encoding="utf-8")
    for record in site.root.rglob("copied-*.json"):
        SealedFile(record).save(["../victim.txt"])
    build(site)
    assert victim.exists()


def test_a12_file_that_cannot_be_copied_is_told(make_site: MakeSite) -> None:
    site = make_site(FILES, ALL)
    (site.source / "dangling.txt").symlink_to(site.source / "nowhere")
    result = site.build()
    assert "Traceback" not in result.warnings
    assert result.exit_code == 0
    assert "dangling.txt" in result.warnings
    assert "[pronghorn.copy]" in result.warnings
    assert result.exists("robots.txt")


def test_a12_file_in_the_place_of_a_folder_is_told(make_site: MakeSite) -> None:
    site = make_site({**FILES, "thing": "file"}, ALL)
    built = build_cleanly(site)
    site.remove("thing")
    site.write("thing/below.txt", "below")
    incremental = build(site)
    assert incremental.read("thing/below.txt") == "below"
    assert built.outdir == incremental.outdir


def test_a12_file_that_sphinx_copies_now_stays(make_site: MakeSite) -> None:
    conf = 'extensions = ["myst_parser", "pronghorn"]\nhtml_theme = "basic"\n'
    site = make_site({**FILES, "conf.py": conf + ALL})
    assert build_cleanly(site).exists("robots.txt")
    site.remove("robots.txt")
    site.write("_extra/robots.txt", "extra\n")
    site.write("conf.py", conf + ALL + 'html_extra_path = ["_extra"]\n')
    for _ in range(2):
        incremental, clean = build_cleanly(site), build_cleanly(site, into="clean")
        assert incremental.read("robots.txt") == "extra\n"
        assert_same_output(incremental, clean)


def test_a12_copies_are_updated_though_the_doctrees_are_gone(make_site: MakeSite) -> None:
    site = make_site(FILES, ALL)
    built = build_cleanly(site)
    shutil.rmtree(built.doctreedir)
    site.write("robots.txt", "changed\n")
    built = build(site)
    assert built.read("robots.txt") == "changed\n" or "robots.txt" in built.warnings


@pytest.mark.parametrize("file", ["_static/new.css", "_images/new.png", "_downloads/x/new.pdf"])
def test_a12_file_in_a_folder_of_sphinx_is_told_and_not_copied(make_site: MakeSite, file: str) -> None:
    built = build(make_site({"index.md": "# Home\n", file: "x"}, ALL))
    assert not built.exists(file)
    line = next(line for line in built.warnings.splitlines() if file in line)
    assert "[pronghorn.copy]" in line
    assert "Sphinx" in line
